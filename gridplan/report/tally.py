"""Counts how far a round has come, for each area of the grid as of one moment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gridplan.model.coverage import CoverageRow, VisitState
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.plan import Plan, PlanSite, Route
from gridplan.model.result import VisitResult
from gridplan.model.round import Purpose, VisitId
from gridplan.model.site import SiteStatus
from gridplan.model.words import say
from gridplan.report.states import visit_states

TOTAL = AreaCode("*")
OUTSIDE = AreaCode("")

_Place = tuple[AreaLevel | None, AreaCode]


@dataclass(slots=True)
class _Count:
    states: Counter[VisitState] = field(default_factory=Counter)
    review: int = 0
    days: set[date] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)


def tally(
    plan: Plan,
    areas: Sequence[Area],
    owners: Mapping[AreaCode, str],
    results: Sequence[VisitResult],
    as_of: datetime,
) -> list[CoverageRow]:
    """Return one row for each area at every level, parents before children, then 区域外 where needed, then the total.

    Coverage counts sites with a routine visit; follow-ups, leads and samples stand apart. A row 区域外 of one level
    (code "") holds the sites that lie in areas, but in none of that level; the one without level holds the sites outside
    all areas and belongs to every level: with them each level adds up to the total. A visit that was done without a stop
    counts as planned.
    """
    states = visit_states(plan, results, as_of)
    sites = {site.id: site for site in plan.sites}
    routes: dict[VisitId, list[Route]] = defaultdict(list)
    for route in plan.routes:
        for stop in route.stops:
            routes[stop.visit].append(route)  # two at a joint visit
    levels = {area.level for area in areas} | {level for site in plan.sites for level in site.areas}
    counts: dict[_Place, _Count] = {(area.level, area.code): _Count() for area in areas}
    counts[None, TOTAL] = _Count()
    for visit in plan.visits:
        if visit.purpose is not Purpose.ROUTINE:
            continue
        for place in _places(sites[visit.site], levels):
            count = counts.setdefault(place, _Count())
            count.states[states[visit.id]] += 1
            for route in routes.get(visit.id, ()):
                count.days.add(route.date)
                count.teams.add(route.team)
    for site in plan.sites:
        if site.status is SiteStatus.REVIEW:
            for place in _places(site, levels):
                counts.setdefault(place, _Count()).review += 1
    names = {(level, code): name for site in plan.sites for level, (code, name) in site.areas.items()}
    names |= {(area.level, area.code): area.name for area in areas}
    parents = {area.code: area.parent_code or "" for area in areas}
    return [
        CoverageRow(
            level=level,
            code=code,
            name=_name((level, code), names),
            parent=parents.get(code, ""),
            owner=owners.get(code, ""),
            promised=count.states.total(),
            planned=count.states.total() - count.states[VisitState.UNPLANNED],
            unplanned=count.states[VisitState.UNPLANNED],
            review=count.review,
            done=count.states[VisitState.DONE],
            ahead=count.states[VisitState.AHEAD],
            overdue=count.states[VisitState.OVERDUE],
            first_day=min(count.days, default=None),
            last_day=max(count.days, default=None),
            teams=tuple(team.name for team in plan.teams if team.id in count.teams),
        )
        for (level, code), count in sorted(counts.items(), key=lambda item: _reading_order(item[0]))
    ]


def _places(site: PlanSite, levels: Collection[AreaLevel]) -> Iterator[_Place]:
    """Yield the rows a site is counted in: one for each level, and the total."""
    yield None, TOTAL
    if not site.areas:
        yield None, OUTSIDE
        return
    for level in levels:
        yield level, site.areas[level][0] if level in site.areas else OUTSIDE


def _reading_order(place: _Place) -> tuple[bool, bool, int, str]:
    level, code = place
    return code == TOTAL, code == OUTSIDE, level.depth if level else len(AreaLevel), code


def _name(place: _Place, names: Mapping[tuple[AreaLevel, AreaCode], str]) -> str:
    level, code = place
    if code == TOTAL:
        return say("report.total").zh
    return say("glossary.outside").zh if level is None or code == OUTSIDE else names[level, code]
