"""One measured figure beside its target, the line that the further benches write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured; `target` in words and `met` are None where nothing was promised."""

    what: str
    value: float | str
    unit: str
    target: str | None = None
    met: bool | None = None


def at_most(what: str, value: float, unit: str, most: float) -> Figure:
    """Return a figure that should be no more than `most`."""
    return Figure(what, round(value, 4), unit, f"≤ {most:g}", value <= most)


def at_least(what: str, value: float, unit: str, least: float) -> Figure:
    """Return a figure that should be no less than `least`."""
    return Figure(what, round(value, 4), unit, f"≥ {least:g}", value >= least)


def plain(what: str, value: float | str, unit: str) -> Figure:
    """Return a figure without a target."""
    return Figure(what, round(value, 4) if isinstance(value, float) else value, unit)
