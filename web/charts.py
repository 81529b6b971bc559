"""The geometry of the round page's charts: the server draws them, so that they print and read without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, log10
from typing import Any

LEFT, RIGHT, TOP, FLOOR = 56.0, 640.0, 14.0, 170.0
BARS_LEFT, BARS_RIGHT, BARS_TOP, BARS_FLOOR = 34.0, 440.0, 30.0, 146.0
MOST_LABELS = 12


def step(span: float) -> float:
    """Return the round figure that parts a span in three to six."""
    unit = 10.0 ** floor(log10(max(span, 1e-9) / 3))
    return next((n * unit for n in (1.0, 2.0, 5.0) if span / (n * unit) <= 6), 10 * unit)


def clock(seconds: float) -> str:
    """Return minutes and seconds."""
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"


def course(
    points: Sequence[Sequence[Any]], limit_s: float | None = None, running: bool = False
) -> dict[str, Any] | None:
    """Return paths and labels for the falling cost, the rising bound and the gap between; None without a point.

    `points` are [seconds, cost, bound, …]; `limit_s` is when the search ends at the latest.
    """
    if not points:
        return None
    costs = [float(point[1]) for point in points]
    bounds = [float(point[2]) for point in points if point[2] is not None]
    high, low = max(costs), min([*costs, *bounds])
    tick = step(max(high - low, high * 0.01, 1))
    bottom = floor(low / tick) * tick
    top = max(-(-high // tick) * tick, bottom + tick)
    now = max(float(points[-1][0]), 1.0)
    end = max(now, limit_s or 0.0)

    def x(seconds: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * seconds / end, 1)

    def y(cost: float) -> float:
        return round(FLOOR - (FLOOR - TOP) * (cost - bottom) / (top - bottom), 1)

    falls = f"M{x(points[0][0])} {y(costs[0])}"
    for point in points[1:]:
        falls += f"H{x(point[0])}V{y(point[1])}"
    falls += f"H{x(now)}"
    known = [(float(point[0]), float(point[1]), float(point[2])) for point in points if point[2] is not None]
    rises = gap = ""
    if known:
        rises = f"M{x(known[0][0])} {y(known[0][2])}" + "".join(f"H{x(s)}V{y(b)}" for s, _, b in known[1:])
        rises += f"H{x(now)}"
        upper = f"M{x(known[0][0])} {y(known[0][1])}" + "".join(f"H{x(s)}V{y(c)}" for s, c, _ in known[1:])
        upper += f"H{x(now)}"
        back = "".join(f"V{y(b)}H{x(s)}" for s, _, b in reversed(known))
        gap = f"{upper}{back}Z"
    ticks = [bottom + n * tick for n in range(round((top - bottom) / tick) + 1)]
    return {
        "falls": falls,
        "rises": rises,
        "gap": gap,
        "now": (x(now), y(costs[-1])),
        "bound": y(bounds[-1]) if bounds else None,
        "beside": x(now) < RIGHT - 130,
        "ticks": [(y(cost), f"{cost:,.0f}") for cost in ticks],
        "clock": [(x(end * part), clock(end * part)) for part in (0, 0.25, 0.5, 0.75, 1)],
        "left": LEFT,
        "right": RIGHT,
        "top": TOP,
        "floor": FLOOR,
        "rest": (x(now), RIGHT - x(now)) if running and end > now else None,
    }


def bars(days: Mapping[str, Any]) -> dict[str, Any]:
    """Return the bars of the daily capacity with the line of the need and that of the minimum."""
    found = days["bars"]
    most = max([bar["able"] for bar in found] + [days["need"], days["minimum"], 1])
    tick = step(most)
    top = -(-most // tick) * tick
    width = (BARS_RIGHT - BARS_LEFT) / max(len(found), 1)

    def y(value: float) -> float:
        return float(round(BARS_FLOOR - (BARS_FLOOR - BARS_TOP) * value / top, 1))

    every = -(-len(found) // MOST_LABELS)
    return {
        "bars": [
            {
                **bar,
                "x": round(BARS_LEFT + width * at + 2, 1),
                "middle": round(BARS_LEFT + width * (at + 0.5), 1),
                "width": round(max(width - 4, 1), 1),
                "y": y(bar["able"]),
                "height": round(BARS_FLOOR - y(bar["able"]), 1),
                "named": at % every == 0,
            }
            for at, bar in enumerate(found)
        ],
        "figures": width > 26,
        "ticks": [(y(n * tick), f"{n * tick:,.0f}") for n in range(round(top / tick) + 1)],
        "need": y(days["need"]),
        "minimum": y(days["minimum"]),
        "left": BARS_LEFT,
        "right": BARS_RIGHT,
        "floor": BARS_FLOOR,
    }
