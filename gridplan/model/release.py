"""From when on the routes of a day may be seen outside the planner's desk (四不两直)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""The one time zone of the country."""


def now_in_china() -> datetime:
    """Return what the clocks on the wall show, to the second and without a zone, whatever zone the server keeps."""
    return datetime.now(CHINA).replace(tzinfo=None, microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """When the routes of a day are released: `days_before` days before it at `at_s` seconds after midnight.

    With `hours_before` it is so many hours before a route's own departure instead. The default is the day itself from 00:00.
    """

    days_before: int = 0
    at_s: int = 0
    hours_before: float | None = None


AS_THE_DAY_BEGINS = Release()


def release_of(day: date, release: Release = AS_THE_DAY_BEGINS, depart: datetime | None = None) -> datetime:
    """Return when the routes of a day are released, as an aware moment; `depart` is a route's local departure."""
    if release.hours_before is not None and depart is not None:
        return depart.replace(tzinfo=CHINA) - timedelta(hours=release.hours_before)
    opened = datetime.combine(day, time(), CHINA) - timedelta(days=release.days_before)
    return opened + timedelta(seconds=release.at_s)
