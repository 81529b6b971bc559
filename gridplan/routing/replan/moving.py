"""One stop is moved by hand: the two routes are re-timed, and only what the move can change is judged again. Imports no solver."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import numpy as np

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.plan import Placement, Plan, Promise, Route, RouteId, Violation
from gridplan.model.round import Visit, VisitId
from gridplan.model.travel import RoutePath, TravelEngine, TravelMatrix
from gridplan.model.words import say, shift_word
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.judge.case import Findings, open_case
from gridplan.routing.judge.check import compute_figures, gap_of, verdict_of
from gridplan.routing.judge.promises import JUDGES
from gridplan.routing.judge.retime import first_fit, rebuild, windows_at

TIMED = (Promise.OPENING, Promise.SHIFT, Promise.TRAVEL, Promise.TIMES)
"""Promises that are judged route by route, from the rebuilt times: other routes keep what was found of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A plan with one stop moved, the routes that are new in it, and every promise that the plan now breaks."""

    plan: Plan
    routes: tuple[Route, ...]
    violations: tuple[Violation, ...]


def move(plan: Plan, engine: TravelEngine, visit: VisitId, to: Placement, position: int | None = None) -> Moved:
    """Put a visit, planned or not, as stop number `position` (from 1) of a route, and judge the plan that comes of it.

    Without `position` the place that brings the team home earliest with the fewest breaches is taken. The stored breaches of
    the plan are believed where the move changes nothing: give it a plan that was judged.

    Raises
    ------
    InputError
        The plan knows no such visit, team or shift, or the visit is one that two teams make together.
    """
    known = {one.id: one for one in plan.visits}
    if visit not in known:
        raise InputError(say("replan.no_visit", visit=visit))
    if visit in plan.appointments:
        raise InputError(say("replan.move_joint", visit=visit))
    without = tuple(
        replace(route, stops=tuple(stop for stop in route.stops if stop.visit != visit)) for route in plan.routes
    )
    left = {before.id for before, after in zip(plan.routes, without, strict=True) if before.stops != after.stops}
    bare = replace(plan, routes=without)
    there = retimed(bare, engine, to, known[visit], position)
    routes: list[Route] = []
    fresh: list[Route] = []
    for route in without:
        if route.id == there.id:
            routes.append(there)
            fresh.append(there)
        elif route.id not in left:
            routes.append(route)
        elif route.stops:
            routes.append(_again(bare, engine, route))
            fresh.append(routes[-1])
    if there.id not in {route.id for route in routes}:
        routes.append(there)
        fresh.append(there)
        routes.sort(key=lambda route: (route.date, route.team, route.depart))
    changed = replace(
        plan, routes=tuple(routes), unplanned=tuple(item for item in plan.unplanned if item.visit != visit)
    )
    touched = left | {there.id}
    violations = recheck(changed, engine, touched, plan.violations)
    figures = compute_figures(changed)
    planned_more = len(changed.unplanned) != len(plan.unplanned)
    bound = lower_bound(changed, engine, plan.round.wishes.team_day_min) if planned_more else plan.bound
    changed = replace(
        changed,
        figures=figures,
        bound=bound,
        gap=gap_of(figures.cost, bound.cost),
        violations=violations,
        verdict=verdict_of(changed, {one.promise for one in violations}),
    )
    return Moved(plan=changed, routes=tuple(fresh), violations=violations)


def recheck(
    plan: Plan, engine: TravelEngine, touched: Collection[RouteId], before: Sequence[Violation]
) -> tuple[Violation, ...]:
    """Return every broken promise of a plan of which only `touched` routes are new since the breaches `before` were found.

    Promises of the whole plan are judged anew, those of single routes for the touched ones: equal to `check_plan`.
    """
    case = open_case(plan, engine, only=touched)
    kept = {route.id for route in plan.routes} - set(touched)
    found: list[Violation] = []
    for promise, judge in JUDGES.items():
        findings = Findings(promise)
        judge(case, findings)
        old = [
            one
            for one in before
            if one.promise is promise
            and _of_route(one.where, kept)
            and (promise in TIMED or (promise is Promise.JOINT and one.unit == "min"))
        ]
        found += [*(one for one in old if one not in findings.violations), *findings.violations]
    return tuple(found)


def _of_route(where: str, routes: Collection[str]) -> bool:
    """Whether a breach stands at one of these routes: its place is the route's id, or begins with it and a slash."""
    parts = where.split("/")
    return any("/".join(parts[:count]) in routes for count in range(1, len(parts) + 1))


def retimed(plan: Plan, engine: TravelEngine, to: Placement, visit: Visit, position: int | None = None) -> Route:
    """Return the route of a team, date and shift with `visit` as its stop number `position` (from 1), re-timed.

    Without `position` it is where the fewest promises of time break and the team is home earliest.

    Raises
    ------
    InputError
        The plan knows no such team, or the team no such shift.
    """
    team = next((one for one in plan.teams if one.id == to.team), None)
    if team is None:
        raise InputError(say("replan.no_team", team=to.team))
    shift = next((one for one in team.shifts if one.name == to.shift), None)
    if shift is None:
        raise InputError(say("replan.no_shift", team=team.name, shift=shift_word(to.shift)))
    known = {one.id: one for one in plan.visits}
    there = next((r for r in plan.routes if (r.team, r.date, r.shift) == (to.team, to.date, to.shift)), None)
    stops = [known[stop.visit] for stop in there.stops if stop.visit != visit.id] if there else []
    if position is not None and not 1 <= position <= len(stops) + 1:
        raise InputError(say("replan.no_position", position=position, last=len(stops) + 1))
    few = _Few(engine, [team.base, visit.place, *(one.place for one in stops)], team.mode)
    days = plan.round.workdays

    def tried(at: int) -> Route:
        return rebuild(
            [*stops[:at], visit, *stops[at:]],
            team=team,
            day=to.date,
            number=days.index(to.date) + 1 if to.date in days else 0,
            shift=shift,
            engine=few,
            set_up_s=plan.travel.set_up_min * 60,
            factors=plan.travel.factors,
            id=there.id if there else None,
            appointments=plan.appointments,
        )

    if position is not None:
        return tried(position - 1)
    end = datetime.combine(to.date, time()) + timedelta(seconds=shift.end_s)

    def badness(route: Route) -> tuple[int, datetime]:
        late = int(route.back > end)
        for stop in route.stops:
            one = visit if stop.visit == visit.id else known[stop.visit]
            start_s = round((stop.start - datetime.combine(to.date, time())).total_seconds())
            windows = windows_at(one, to.date, plan.appointments.get(one.id))
            late += first_fit(start_s, one.minutes, windows) != start_s
        return late, route.back

    return min(map(tried, range(len(stops) + 1)), key=badness)


def _again(plan: Plan, engine: TravelEngine, route: Route) -> Route:
    """Return a route re-timed as it is; one that cannot be (an unknown team or shift) is only renumbered."""
    known = {one.id: one for one in plan.visits}
    team = next((one for one in plan.teams if one.id == route.team), None)
    shift = next((one for one in team.shifts if one.name == route.shift), None) if team else None
    if team is None or shift is None:
        return replace(route, stops=tuple(replace(stop, seq=n) for n, stop in enumerate(route.stops, 1)))
    return rebuild(
        [known[stop.visit] for stop in route.stops],
        team=team,
        day=route.date,
        number=route.day,
        shift=shift,
        engine=engine,
        set_up_s=plan.travel.set_up_min * 60,
        factors=plan.travel.factors,
        id=route.id,
        appointments=plan.appointments,
    )


class _Few:
    """A travel engine that measures the legs between a few points once."""

    def __init__(self, engine: TravelEngine, points: Sequence[LonLat], mode: TravelMode) -> None:
        self._engine, self._mode = engine, mode
        self._number = {point: n for n, point in enumerate(dict.fromkeys(points))}
        self._legs = engine.matrix(list(self._number), list(self._number), mode)

    @property
    def name(self) -> str:
        """The name of the engine behind it."""
        return self._engine.name

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        """Return legs between the few points."""
        rows = np.ix_([self._number[p] for p in origins], [self._number[p] for p in destinations])
        return TravelMatrix(
            origins=tuple(origins),
            destinations=tuple(destinations),
            time_s=self._legs.time_s[rows],
            distance_m=self._legs.distance_m[rows],
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        """Return the ways along the points."""
        return self._engine.paths(points, mode)
