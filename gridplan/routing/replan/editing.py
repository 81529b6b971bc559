"""A plan changed by hand: one edit, the touched routes re-timed, and only what it can change judged again. Imports no solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gridplan.model.edit import Edit, EditKind
from gridplan.model.errors import InputError
from gridplan.model.plan import Placement, Plan, Route, RouteId, Unplanned, Violation
from gridplan.model.round import Pin, Visit, VisitId
from gridplan.model.travel import TravelEngine
from gridplan.model.words import say, shift_word
from gridplan.routing.judge.check import compute_figures, gap_of, verdict_of
from gridplan.routing.judge.retime import rebuild
from gridplan.routing.replan.moving import recheck, retimed
from gridplan.routing.replan.standing import placements

BY_HAND = "by_hand"
"""Reason of a visit that a person took out of its route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The plan after an edit. `routes` are those that are new in it, `gone` the ids of those that ended empty.

    `broken` are the breaches that the edit brought, `mended` those that it ended; `plan.violations` has all that stand.
    """

    plan: Plan
    routes: tuple[Route, ...]
    gone: tuple[RouteId, ...]
    broken: tuple[Violation, ...]
    mended: tuple[Violation, ...]


def edited(plan: Plan, engine: TravelEngine, edit: Edit) -> Edited:
    """Return the plan after one edit, judged: equal to a check of the whole plan.

    The bound stays that of `plan`: it follows from which visits are planned, and takes too long while a hand drags. The stored breaches of the plan are believed where the edit changes nothing: give it a plan that was judged.

    Raises
    ------
    InputError
        The plan knows no such visit, team, shift or position; the visit is one that two teams make together; there is
        nothing to pin; or a visit is left out or released that is not planned or not pinned.
    """
    visit = _known(plan, edit.visit)
    if edit.kind in (EditKind.PIN, EditKind.RELEASE):
        return _judged(plan, _pinned(plan, visit, edit.kind is EditKind.PIN), engine, {})
    for one in (edit.visit, edit.other):
        if one is not None and one in plan.appointments:
            raise InputError(say("replan.move_joint", visit=one))
    if edit.kind is EditKind.LEAVE_OUT:
        return _judged(plan, _left_out(plan, visit), engine, _without(plan, visit.id))
    if edit.kind is EditKind.SWAP:
        return _judged(plan, plan, engine, _swapped(plan, visit, _known(plan, edit.other or VisitId(""))))
    if edit.to is None:
        raise InputError(say("edit.bad_edit", field="team", value=""))
    changed = replace(plan, unplanned=tuple(item for item in plan.unplanned if item.visit != visit.id))
    return _judged(plan, changed, engine, _moved(plan, engine, visit, edit.to, edit.position))


Orders = Mapping[Placement, tuple[VisitId, ...]]
"""The new order of each touched route."""


def _known(plan: Plan, id: VisitId) -> Visit:
    found = next((one for one in plan.visits if one.id == id), None)
    if found is None:
        raise InputError(say("replan.no_visit", visit=id))
    return found


def _place(route: Route) -> Placement:
    return Placement(team=route.team, date=route.date, shift=route.shift)


def _order(route: Route) -> tuple[VisitId, ...]:
    return tuple(stop.visit for stop in route.stops)


def _without(plan: Plan, visit: VisitId) -> dict[Placement, tuple[VisitId, ...]]:
    """Return the routes that hold a visit, without it."""
    orders = {_place(route): _order(route) for route in plan.routes}
    return {at: tuple(one for one in order if one != visit) for at, order in orders.items() if visit in order}


def _moved(plan: Plan, engine: TravelEngine, visit: Visit, to: Placement, position: int | None) -> Orders:
    touched = _without(plan, visit.id)
    # `retimed` refuses what does not exist, and finds the best position where none is said.
    there = retimed(plan, engine, to, visit, position)
    return {**touched, to: _order(there)}


def _swapped(plan: Plan, one: Visit, other: Visit) -> Orders:
    where = placements(plan)
    if one.id == other.id or one.id not in where or other.id not in where:
        raise InputError(say("edit.swap_planned"))
    exchange = {one.id: other.id, other.id: one.id}
    orders = {_place(route): _order(route) for route in plan.routes}
    return {
        at: tuple(exchange.get(id, id) for id in order)
        for at, order in orders.items()
        if one.id in order or other.id in order
    }


def _left_out(plan: Plan, visit: Visit) -> Plan:
    if visit.id not in placements(plan):
        raise InputError(say("replan.not_planned", visit=visit.id))
    item = Unplanned(
        visit=visit.id,
        site=visit.site,
        reason=BY_HAND,
        text=say("edit.by_hand"),
        remedy=say("edit.by_hand_help"),
    )
    return replace(plan, unplanned=(*plan.unplanned, item))


def _pinned(plan: Plan, visit: Visit, on: bool) -> Plan:
    place = placements(plan).get(visit.id, ())
    if on and not place:
        raise InputError(say("replan.not_planned", visit=visit.id))
    if not on and visit.pin is None:
        raise InputError(say("edit.not_pinned", visit=visit.id))
    pin = Pin(team=place[0].team, day=place[0].date, shift=place[0].shift) if on else None
    return replace(plan, visits=tuple(replace(one, pin=pin) if one.id == visit.id else one for one in plan.visits))


def _judged(before: Plan, after: Plan, engine: TravelEngine, orders: Orders) -> Edited:
    """Lay the new orders into `after`, which has the routes of `before` yet, and judge what comes of it."""
    fresh = {at: _timed(after, engine, at, order, _id_at(before, at)) for at, order in orders.items() if order}
    routes = [fresh.get(_place(route), route) for route in before.routes if orders.get(_place(route), True)]
    there = {_place(route) for route in routes}
    routes += [route for at, route in fresh.items() if at not in there]
    if len(routes) != len(before.routes) or any(at not in there for at in fresh):
        routes.sort(key=lambda route: (route.date, route.team, route.depart))
    gone = tuple(route.id for route in before.routes if not orders.get(_place(route), True))
    changed = replace(after, routes=tuple(routes))
    touched = {route.id for route in fresh.values()} | set(gone)
    violations = recheck(changed, engine, touched, before.violations)
    figures = compute_figures(changed)
    changed = replace(
        changed,
        figures=figures,
        gap=gap_of(figures.cost, before.bound.cost),
        violations=violations,
        verdict=verdict_of(changed, {one.promise for one in violations}),
    )
    return Edited(
        plan=changed,
        routes=tuple(fresh.values()),
        gone=gone,
        broken=_less(violations, before.violations),
        mended=_less(before.violations, violations),
    )


def _less(some: Iterable[Violation], others: Sequence[Violation]) -> tuple[Violation, ...]:
    known = set(others)
    return tuple(one for one in some if one not in known)


def _id_at(plan: Plan, at: Placement) -> RouteId | None:
    return next((route.id for route in plan.routes if _place(route) == at), None)


def _timed(plan: Plan, engine: TravelEngine, at: Placement, order: Sequence[VisitId], id: RouteId | None) -> Route:
    """Return a route in a new order; a team or shift that the plan does not know is refused."""
    team = next((one for one in plan.teams if one.id == at.team), None)
    if team is None:
        raise InputError(say("replan.no_team", team=at.team))
    shift = next((one for one in team.shifts if one.name == at.shift), None)
    if shift is None:
        raise InputError(say("replan.no_shift", team=team.name, shift=shift_word(at.shift)))
    known = {visit.id: visit for visit in plan.visits}
    return rebuild(
        [known[visit] for visit in order],
        team=team,
        day=at.date,
        number=_number(plan.round.workdays, at.date),
        shift=shift,
        engine=engine,
        set_up_s=plan.travel.set_up_min * 60,
        factors=plan.travel.factors,
        id=id,
        appointments=plan.appointments,
    )


def _number(days: Sequence[date], day: date) -> int:
    return days.index(day) + 1 if day in days else 0
