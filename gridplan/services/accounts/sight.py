"""What of a plan a person sees: the own area's part, and nothing of a day before its release; reads ahead are logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gridplan.model.errors import NotFound
from gridplan.model.plan import NO_TEXT, Figures, Plan, PlanSite, Route, RouteId
from gridplan.model.record import AssignedRoute, PlanHead, PlanId, PlanState, StoredRound, User
from gridplan.model.release import Release, release_of
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts.rights import may, sees_plan_site
from gridplan.services.desk import Desk
from gridplan.store.repositories import Transaction

READ = "plan.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A plan as one person sees it. `whole` when nothing of it is hidden; `own` are the routes that lie in the own area."""

    head: PlanHead
    stored: StoredRound
    plan: Plan
    whole: bool
    own: frozenset[RouteId]


def released(routes: Sequence[Route], release: Release, now: datetime) -> tuple[Route, ...]:
    """Return the routes that may be seen outside the planner's desk."""
    return tuple(route for route in routes if release_of(route.date, release, route.depart) <= now)


def assigned_now(t: Transaction, login: str, now: datetime, *, visit: str | None = None) -> tuple[AssignedRoute, ...]:
    """Return the routes that a person walks and may see now; only those that hold `visit`, where named."""
    return tuple(route for route in t.assignments.of(login, visit=visit) if route.released <= now)


def plan_seen(desk: Desk, person: User | None, plan_id: int) -> Seen:
    """Return a plan as `person` sees it (None: the machine, all of it), and log that it was read before its release.

    Raises
    ------
    NotFound
        There is no such plan, it is a draft and the person is no planner, or none of it is the person's.
    """
    now = desk.now()
    with desk.store.reading() as t:
        head = t.plans.get(PlanId(plan_id))
        plan, stored = t.plans.plan(head.id), t.rounds.get(head.round_id)
    ahead = len(released(plan.routes, stored.round.release, now)) < len(plan.routes)
    shown, own = plan, frozenset(route.id for route in plan.routes)
    if person is not None:
        planner = may(person, Right.PLAN)
        if not planner and head.state is PlanState.DRAFT:
            raise NotFound(say("store.no_plan", plan=plan_id))
        if person.area is not None:
            shown, own = own_part(plan, person)
            if not shown.sites:
                raise NotFound(say("store.no_plan", plan=plan_id))
        if not planner:
            shown = without_hidden(shown, released(shown.routes, stored.round.release, now))
            ahead = False
    if ahead:
        note_read(desk, person.login if person else "cli", head.id)
    return Seen(head=head, stored=stored, plan=shown, whole=shown is plan, own=own)


def own_part(plan: Plan, person: User) -> tuple[Plan, frozenset[RouteId]]:
    """Return the part of a plan that lies in the person's area, its figures counted anew, and the routes that lie in it wholly.

    Verdict and times are those of the whole plan; what only the whole plan can say (bound, remedies, notes) is left out.
    """
    sites = {site.id: site for site in plan.sites if sees_plan_site(person, site)}
    visits = tuple(visit for visit in plan.visits if visit.site in sites)
    routes: list[Route] = []
    own: set[RouteId] = set()
    for route in plan.routes:
        stops = tuple(stop for stop in route.stops if stop.site in sites)
        if len(stops) == len(route.stops):
            own.add(route.id)
        if stops:
            routes.append(replace(route, stops=stops))
    part = _reduced(plan, tuple(sites.values()), tuple(routes))
    unplanned = tuple(item for item in plan.unplanned if item.site in sites)
    named = {visit.id for visit in visits} | set(sites)
    part = replace(
        part,
        visits=visits,
        unplanned=unplanned,
        violations=tuple(item for item in plan.violations if item.where in named),
        figures=_figures(part.routes, visits=len(visits), unplanned=len(unplanned)),
    )
    return part, frozenset(own)


def without_hidden(plan: Plan, routes: tuple[Route, ...]) -> Plan:
    """Return a plan with these routes only, and without the sites of the others."""
    if len(routes) == len(plan.routes):
        return plan
    shown = {stop.site for route in routes for stop in route.stops}
    hidden = {stop.site for route in plan.routes for stop in route.stops} - shown
    part = _reduced(plan, tuple(site for site in plan.sites if site.id not in hidden), routes)
    visits = tuple(visit for visit in plan.visits if visit.site not in hidden)
    counted = _figures(routes, visits=len(visits), unplanned=len(plan.unplanned))
    return replace(part, visits=visits, figures=counted, violations=())


def _reduced(plan: Plan, sites: tuple[PlanSite, ...], routes: tuple[Route, ...]) -> Plan:
    teams = {route.team for route in routes}
    kept = {site.id for site in sites}
    known = {visit.id for visit in plan.visits if visit.site in kept}
    return replace(
        plan,
        sites=sites,
        routes=routes,
        teams=tuple(team for team in plan.teams if team.id in teams),
        remedies=(),
        notes=(),
        samples=(),
        appointments={visit: at for visit, at in plan.appointments.items() if visit in known},
        before={visit: where for visit, where in plan.before.items() if visit in known},
        bound=replace(plan.bound, cost=0.0, team_days=0, text=NO_TEXT),
        gap=0.0,
    )


def _figures(routes: Sequence[Route], *, visits: int, unplanned: int) -> Figures:
    legs = [stop for route in routes for stop in route.stops]
    return Figures(
        visits=visits,
        planned=len({stop.visit for stop in legs}),
        unplanned=unplanned,
        days=len({route.date for route in routes}),
        teams=len({route.team for route in routes}),
        team_days=len({(route.team, route.date) for route in routes}),
        travel_min=sum(stop.travel_s for stop in legs) / 60,
        distance_m=sum(stop.travel_m for stop in legs),
        minutes_min=0,
        minutes_max=0,
        communities_split=0,
        cost=0.0,
    )


def note_read(desk: Desk, who: str, plan_id: PlanId) -> None:
    """Log that somebody read a plan before its release, at most once a person, plan and hour."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    wanted = (who, READ, f"plan/{plan_id}")
    with desk.store.reading() as t:
        if t.audit.noted(*wanted, since=hour):
            return
    with desk.store.transaction() as t:
        if not t.audit.noted(*wanted, since=hour):
            t.audit.add(*wanted)
