"""From when on a published route may be seen outside the planner's desk (四不两直)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""The one time zone of the country."""


def release_of(day: date) -> datetime:
    """Return when the routes of a day are released: as the day begins, in China."""
    return datetime.combine(day, time(), CHINA)
