"""Replans against their targets: the median figures of tests/bench/replan.py for missions of 1,000 after the third day."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.figures import Figure, at_least, at_most
from tests.bench.replan import PUBLISH, bench

SIZE, INSTANCES = 1_000, 2
KEPT, OVER, MOST_S = 0.97, 0.02, 5.0
SLOTS_MS, MOVE_MS = 1_000, 200


def cases() -> list[str]:
    """Return the instances."""
    return [f"replan {instance}" for instance in range(1, INSTANCES + 1)]


def measure(case: str, cpu_s: float | None = None) -> list[Figure]:
    """Replan one mission with each turn of the dial, and ask the questions of a dispatcher."""
    bench(300, "base", 1, 20_000, lambda line: None)  # compiling stays out of the figures
    rows, asked = bench(SIZE, "base", int(case.split()[1]), PUBLISH, lambda line: None)
    found = []
    for row in rows:
        label = f"{row.trouble}, dial {row.dial}"
        found += [
            at_least(f"{label}: untouched stops kept", row.kept, "share", KEPT),
            at_most(f"{label}: over the cheapest", row.over, "share", OVER),
            at_most(f"{label}: replan", row.cpu_s, "CPU s", MOST_S),
            at_most(f"{label}: broken promises", row.broken, "", 0),
        ]
    return [
        *found,
        at_most("three slots for a lead", asked["where"], "CPU ms", SLOTS_MS),
        at_most("a moved stop checked", asked["move"], "CPU ms", MOVE_MS),
    ]


def verdict(figures: Sequence[Figure]) -> list[Figure]:
    """Return nothing: each line has its target."""
    return []
