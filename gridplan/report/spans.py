"""Which days a report tells of, as of which moment it is made, and which areas it compares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from gridplan.model.books import (
    ReportKind,
    Span,
)
from gridplan.model.errors import InputError
from gridplan.model.moment import local
from gridplan.model.place import Area
from gridplan.model.words import say


def span_of(kind: ReportKind, day: date, workdays: Sequence[date] = ()) -> Span:
    """Return the days that a report on a day tells of; a round's summary tells of its working days."""
    if kind is ReportKind.ROUND:
        return Span(kind=kind, first=min(workdays, default=day), last=max(workdays, default=day))
    if kind is ReportKind.DAILY:
        return Span(kind=kind, first=day, last=day)
    monday = day - timedelta(days=day.weekday())
    return Span(kind=kind, first=monday, last=monday + timedelta(days=6))


def moment_of(span: Span, now: datetime) -> datetime:
    """Return the moment that a report is made as of: the end of its last day, or now while that is to come."""
    end = datetime(span.last.year, span.last.month, span.last.day) + timedelta(days=1)
    return min(end, local(now))


def below(areas: Sequence[Area], area: str | None) -> tuple[Area, ...]:
    """Return the areas next below one; for None those below the one that holds all, or all that lie in none.

    Raises
    ------
    InputError
        There is no such area.
    """
    if area is not None and all(one.code != area for one in areas):
        raise InputError(say("books.no_area", area=area))
    known = {one.code for one in areas}
    top = [one for one in areas if (one.parent_code or "") not in known]
    if area is None:
        if len(top) != 1:
            return tuple(top)
        area = top[0].code
    return tuple(one for one in areas if one.parent_code == area)
