"""Makes one visit of what falls due at one site (综合查一次), wherever one day can hold all of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from gridplan.model.round import Purpose, Visit, VisitId
from gridplan.model.site import SiteId, VisitMode

SHARED = 0.5
"""Which part of its minutes a visit still takes when it is made together with a longer one: the rest is shared."""
STEP_MIN = 5
RANK = (Purpose.ROUTINE, Purpose.LEAD, Purpose.FOLLOW_UP, Purpose.SAMPLE)
"""The first of these purposes names the merged visit; the others stand in `also`."""


def merged_minutes(minutes: Sequence[int]) -> int:
    """Return what visits take together: the longest, and half of all others rounded up to five minutes."""
    shared = (sum(minutes) - max(minutes)) * SHARED
    return max(minutes) + math.ceil(shared / STEP_MIN) * STEP_MIN


def merge_visits(visits: Sequence[Visit], days: Sequence[date]) -> tuple[list[Visit], dict[VisitId, VisitId]]:
    """Return the visits with those of one site made one, and each visit's id → the id of the visit that holds it now.

    Visits are merged where their dates overlap and one of `days` in that overlap has a window long enough for all. The
    merged visit has all departments, the latest earliest and the earliest due day, is an inspection if any of them is, has
    the highest priority, and keeps its place in the order of the list. Visits that are pinned stay alone.
    """
    parts: dict[SiteId, list[list[Visit]]] = {}
    for visit in sorted(visits, key=lambda visit: RANK.index(visit.purpose)):
        groups = parts.setdefault(visit.site, [])
        for group in groups:
            if _fits([*group, visit], days):
                group.append(visit)
                break
        else:
            groups.append([visit])
    one_of = {visit.id: _merged(group) for groups in parts.values() for group in groups for visit in group}
    made = dict.fromkeys(one_of[visit.id].id for visit in visits)
    by_id = {visit.id: visit for visit in one_of.values()}
    return [by_id[id] for id in made], {id: visit.id for id, visit in one_of.items()}


def _fits(group: Sequence[Visit], days: Sequence[date]) -> bool:
    visit = _merged(group)
    return not any(one.pin for one in group) and any(
        (not visit.earliest or visit.earliest <= day)
        and (not visit.due or day <= visit.due)
        and day not in visit.taken
        and any(closes - opens >= visit.minutes * 60 for opens, closes in visit.windows(day))
        for day in days
    )


def _merged(group: Sequence[Visit]) -> Visit:
    """Return one visit for several, the first of which gives it its id."""
    first = group[0]
    if len(group) == 1:
        return first
    purposes = dict.fromkeys(purpose for visit in group for purpose in (visit.purpose, *visit.also))
    return replace(
        first,
        minutes=merged_minutes([visit.minutes for visit in group]),
        mode=VisitMode.INSPECTION if any(v.mode is VisitMode.INSPECTION for v in group) else first.mode,
        departments=frozenset[str]().union(*(visit.departments for visit in group)),
        earliest=max((visit.earliest for visit in group if visit.earliest), default=None),
        due=min((visit.due for visit in group if visit.due), default=None),
        priority=max(visit.priority for visit in group),
        closed=frozenset[date]().union(*(visit.closed for visit in group)),
        taken=frozenset[date]().union(*(visit.taken for visit in group)),
        also=tuple(purpose for purpose in purposes if purpose is not first.purpose),
    )
