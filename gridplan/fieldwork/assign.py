"""Assigns people to the routes of a plan and answers who may report on which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gridplan.model.errors import Conflict, NotFound
from gridplan.model.plan import Plan, Route, RouteId
from gridplan.model.result import Assignment
from gridplan.model.round import VisitId
from gridplan.model.words import say


def assign(
    plan: Plan, route: RouteId, people: Iterable[str], assignments: Sequence[Assignment]
) -> tuple[Assignment, ...]:
    """Return all assignments after `people` (log-in names) took over `route`; whoever walked it before no longer does.

    Raises
    ------
    NotFound
        The plan has no such route.
    Conflict
        Somebody already walks another route at the same time.
    """
    routes = {item.id: item for item in plan.routes}
    if route not in routes:
        raise NotFound(say("fieldwork.no_route", route=route))
    others = tuple(item for item in assignments if item.route != route)
    chosen = tuple(dict.fromkeys(people))
    for item in others:
        if item.person in chosen and item.route in routes and _overlap(routes[item.route], routes[route]):
            raise Conflict(
                say(
                    "fieldwork.two_at_once",
                    person=item.person,
                    date=routes[route].date,
                    other=item.route,
                    start=f"{routes[item.route].depart:%H:%M}",
                    end=f"{routes[item.route].back:%H:%M}",
                    route=route,
                )
            )
    return (*others, *(Assignment(route=route, person=person) for person in chosen))


def who_may_record(route: RouteId, assignments: Iterable[Assignment], person: str) -> bool:
    """Whether `person` (a log-in name) may read `route` and report on its stops: only those who walk it may."""
    return any(item.route == route and item.person == person for item in assignments)


def routes_of(plan: Plan, assignments: Iterable[Assignment], person: str) -> tuple[Route, ...]:
    """Return the routes that `person` walks, in the order of time."""
    own = {item.route for item in assignments if item.person == person}
    return tuple(sorted((route for route in plan.routes if route.id in own), key=lambda route: route.depart))


def route_of(plan: Plan, visit: VisitId) -> Route | None:
    """Return the route that holds `visit`, None where it is unplanned or unknown."""
    return next((route for route in plan.routes if any(stop.visit == visit for stop in route.stops)), None)


def _overlap(one: Route, other: Route) -> bool:
    return one.depart < other.back and other.depart < one.back
