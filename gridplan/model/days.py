"""Days as people and programs write them, within the years that an office plans and remembers."""

from __future__ import annotations

from datetime import date

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""A day outside them is a slip, and the reckoning with weeks around it would leave what a date can be."""


def read_day(text: str) -> date:
    """Return the day that an ISO date names; raises ValueError where it is none, or of no year that one plans."""
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day
