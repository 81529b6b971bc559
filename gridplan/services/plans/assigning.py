"""Routes handed out in advance and in bulk: by area, team and day; who would be in two places is told before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.place import AreaLevel
from gridplan.model.plan import Plan, Route, RouteId
from gridplan.model.record import PlanHead, PlanId, PlanState, Role, User
from gridplan.model.rights import Right
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.plans.plan_cache import stored_plan
from gridplan.services.plans.plan_page import team_colours
from gridplan.store.repositories import Transaction

OWN = "own"
"""Instead of a log-in: the log-ins that are linked to each route's team."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which team-days are shown; "" = all. `free`: only those that nobody walks yet."""

    area: str = ""
    team: str = ""
    day: str = ""
    free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How many routes were handed out, and why others were not."""

    done: int
    refused: tuple[Text, ...]


def published_plans(desk: Desk) -> list[Json]:
    """Return the published plan of each round, newest round first."""
    with desk.store.reading() as t:
        found = [(stored, t.plans.published(stored.id)) for stored in t.rounds.list()]
    return [{"id": head.id, "number": head.number, "name": stored.round.name} for stored, head in found if head]


def assign_view(desk: Desk, plan_id: int | None, filters: Filters) -> Json:
    """Return the team-days of a published plan (by default the newest) with the people who walk them."""
    plans = published_plans(desk)
    if not plans:
        return {"plans": [], "plan": None, "rows": [], "district": desk.district()}
    chosen = next((one for one in plans if one["id"] == plan_id), None if plan_id else plans[0])
    if chosen is None:
        raise NotFound(say("store.no_plan", plan=plan_id))
    plan = stored_plan(desk, chosen["id"])
    with desk.store.reading() as t:
        assigned = t.assignments.list(PlanId(chosen["id"]))
    walks: dict[str, list[str]] = {}
    for one in assigned:
        walks.setdefault(one.route, []).append(one.person)
    people = desk.people(Role.INSPECTOR)
    names = {user.login: user.name for user in people}
    colours, teams = team_colours(plan), {team.id: team for team in plan.teams}
    areas = townships(plan)
    rows = []
    for route in sorted(plan.routes, key=lambda r: (r.date, r.depart, r.team)):
        here = _areas_of(plan, route)
        mine = walks.get(route.id, [])
        if (filters.area and filters.area not in here) or (filters.team and filters.team != route.team):
            continue
        if (filters.day and filters.day != route.date.isoformat()) or (filters.free and mine):
            continue
        rows.append(
            {
                "id": route.id,
                "team": teams[route.team].name,
                "colour": colours[route.team],
                "day": route.day,
                "date": f"{route.date.month}/{route.date.day}",
                "depart": f"{route.depart:%H:%M}",
                "back": f"{route.back:%H:%M}",
                "base": teams[route.team].base_name,
                "stops": len(route.stops),
                "areas": "、".join(areas[code] for code in here if code in areas),
                "people": [names.get(login, login) for login in mine],
                "seen": ",".join(sorted(mine)),
                "own": [user.name for user in people if user.team == route.team],
            }
        )
    return {
        "district": plan.round.district,
        "plans": plans,
        "plan": chosen,
        "rows": rows,
        "all": len(plan.routes),
        "free": sum(route.id not in walks for route in plan.routes),
        "areas": sorted(areas.items()),
        "teams": [(team.id, team.name) for team in plan.teams],
        "days": [(day.isoformat(), f"{day.month}/{day.day}", n) for n, day in enumerate(plan.round.workdays, 1)],
        "people": [
            {"login": user.login, "name": user.name, "routes": sum(user.login in mine for mine in walks.values())}
            for user in people
        ],
        "linked": any(user.team for user in people),
    }


def townships(plan: Plan) -> dict[str, str]:
    """Return code → name of the townships of a plan's sites."""
    found = {}
    for site in plan.sites:
        if AreaLevel.TOWNSHIP in site.areas:
            code, name = site.areas[AreaLevel.TOWNSHIP]
            found[str(code)] = name
    return found


def _areas_of(plan: Plan, route: Route) -> list[str]:
    visits = {visit.id: visit for visit in plan.visits}
    codes = (visits[stop.visit].township for stop in route.stops if stop.visit in visits)
    return list(dict.fromkeys(str(code) for code in codes if code))


def assign_many(
    desk: Desk,
    plan_id: int,
    routes: Sequence[str],
    people: Iterable[str],
    seen: Mapping[str, str],
    *,
    by: str,
    skip: bool = False,
) -> Given:
    """Name the people of several routes instead of those before; `OWN` names each team's own log-ins.

    `seen` has, for each route, the log-ins that the planner saw there, joined by commas: what somebody else changed since is
    refused. All are written, or with `skip` those against which nothing stands; else none.

    Raises
    ------
    InputError
        No route or a stranger is named.
    Conflict
        Something stands against a route, and `skip` is not set: each reason is told, and nothing was written.
    """
    if not routes:
        raise InputError(say("planpage.assign_nothing"))
    known = {user.login: user for user in desk.people(Role.INSPECTOR)}
    named = list(dict.fromkeys(people))
    if strangers := [login for login in named if login != OWN and login not in known]:
        raise InputError(say("desk.no_inspector", login=strangers[0]))
    plan = stored_plan(desk, plan_id)
    nouns = {route.id: route for route in plan.routes}
    if missing := [id for id in routes if id not in nouns]:
        raise NotFound(say("fieldwork.no_route", route=missing[0]))
    with desk.store.transaction() as t:
        ask(t, by, Right.ASSIGN, whole=True)
        head = t.plans.get(PlanId(plan_id))
        if head.state is not PlanState.PUBLISHED:
            raise Conflict(say("store.not_published", plan=plan_id))
        busy = _busy(desk, t, head, plan, known)
        refused: list[Text] = []
        chosen: dict[RouteId, list[str]] = {}
        for id in dict.fromkeys(routes):
            route = nouns[RouteId(id)]
            mine = _meant(named, route, known)
            names = {login: user.name for login, user in known.items()}
            against = _against(plan, route, mine, busy, seen.get(id), named, names)
            if against is None:
                _take(busy, route, mine)
                chosen[route.id] = mine
            else:
                refused.append(against)
        if refused and not skip:
            raise Refused(refused)
        for route_id, mine in chosen.items():
            t.assignments.set(PlanId(plan_id), route_id, mine, by=by)
    return Given(done=len(chosen), refused=tuple(refused))


class Refused(Conflict):
    """What stands against handing out: nothing was written."""

    def __init__(self, reasons: Sequence[Text]) -> None:
        super().__init__(say("planpage.assign_refused", count=len(reasons)))
        self.reasons = tuple(reasons)


def _meant(named: Sequence[str], route: Route, known: Mapping[str, User]) -> list[str]:
    own = [login for login, user in known.items() if user.team == route.team] if OWN in named else []
    return list(dict.fromkeys([*own, *(login for login in named if login != OWN)]))


@dataclass(slots=True)
class _Walk:
    route: Route
    where: str
    here: bool


_Busy = dict[str, list[_Walk]]


def _busy(desk: Desk, t: Transaction, head: PlanHead, plan: Plan, known: Mapping[str, User]) -> _Busy:
    """Return what each person walks already, in this plan and in those of other rounds."""
    found: _Busy = {}
    for login in known:
        for one in t.assignments.of(login):
            here = one.plan_id == head.id
            whole = plan if here else stored_plan(desk, one.plan_id)
            route = next((route for route in whole.routes if route.id == one.route), None)
            if route is not None:
                found.setdefault(login, []).append(_Walk(route=route, where=_place(whole, route), here=here))
    return found


def _place(plan: Plan, route: Route) -> str:
    team = next((one.name for one in plan.teams if one.id == route.team), route.team)
    return f"{team} {_short(route.date)} {route.depart:%H:%M}–{route.back:%H:%M}"


def _short(day: date) -> str:
    return f"{day.month}/{day.day}"


def _against(
    plan: Plan,
    route: Route,
    people: Sequence[str],
    busy: _Busy,
    seen: str | None,
    named: Sequence[str],
    names: Mapping[str, str],
) -> Text | None:
    """Return what stands against handing a route to people, None for nothing."""
    now = sorted(login for login, walks in busy.items() if any(w.here and w.route.id == route.id for w in walks))
    if seen is not None and ",".join(now) != seen:
        return say("planpage.assign_changed", route=_place(plan, route))
    if OWN in named and not people:
        return say("planpage.assign_no_members", route=_place(plan, route))
    for login in people:
        for walk in busy.get(login, ()):
            same = walk.here and walk.route.id == route.id
            if not same and walk.route.depart < route.back and route.depart < walk.route.back:
                return say(
                    "planpage.assign_twice", person=names.get(login, login), route=_place(plan, route), other=walk.where
                )
    return None


def _take(busy: _Busy, route: Route, people: Sequence[str]) -> None:
    """Note that people walk a route now, instead of those before."""
    for walks in busy.values():
        walks[:] = [walk for walk in walks if not (walk.here and walk.route.id == route.id)]
    for login in people:
        busy.setdefault(login, []).append(
            _Walk(route=route, where=f"{_short(route.date)} {route.depart:%H:%M}", here=True)
        )
