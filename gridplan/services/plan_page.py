"""What the page of a plan shows: figures, routes, stops, certificate, people, map layers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gridplan.maps.features import area_features, route_features
from gridplan.model.place import AreaLevel
from gridplan.model.plan import Plan, Promise, Route, Verdict
from gridplan.model.record import PlanState, Role, User
from gridplan.model.rights import Right
from gridplan.model.site import SiteStatus
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.services.desk import Desk
from gridplan.services.folder import dump, paths_of
from gridplan.services.rights import may, own_areas, round_is_own
from gridplan.services.sight import plan_seen


def team_colours(plan: Plan) -> dict[str, int]:
    """Return the colour number 1…12 of each team, in their order."""
    return {team.id: number % 12 + 1 for number, team in enumerate(plan.teams)}


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def stop_lines(plan: Plan, route: Route) -> list[dict[str, Any]]:
    """Return the stops of a route as a list shows them, lunch in its place."""
    sites = {site.id: site for site in plan.sites}
    lines: list[dict[str, Any]] = []
    for stop in route.stops:
        if route.lunch and route.lunch[0] <= stop.start and not any(line.get("lunch") for line in lines):
            lines.append({"lunch": True, "arrive": _clock(route.lunch[0]), "leave": _clock(route.lunch[1])})
        site = sites[stop.site]
        lines.append(
            {
                "lunch": False,
                "seq": stop.seq,
                "visit": stop.visit,
                "arrive": _clock(stop.arrive),
                "leave": _clock(stop.leave),
                "name": site.name,
                "address": site.address,
                "minutes": stop.minutes,
            }
        )
    return lines


def plan_view(desk: Desk, plan_id: int, tab: str = "stops", *, reader: User | None = None) -> dict[str, Any]:
    """Return what the page of a plan shows to a reader (None: the machine)."""
    seen = plan_seen(desk, reader, plan_id)
    head, plan, stored = seen.head, seen.plan, seen.stored
    with desk.store.reading() as t:
        publisher = reader is None or (may(reader, Right.PUBLISH) and round_is_own(reader, stored, t.areas.list()))
        assigner = reader is None or may(reader, Right.ASSIGN)
        certificate = json.loads(t.plans.certificate(head.id))
        assigned = t.assignments.list(head.id)
    people: dict[str, list[str]] = {}
    for assignment in assigned:
        people.setdefault(assignment.route, []).append(assignment.person)
    teams, colours = {team.id: team for team in plan.teams}, team_colours(plan)
    review = [site for site in plan.sites if site.status is SiteStatus.REVIEW]
    kept = plan.verdict is Verdict.KEPT
    figures = plan.figures
    first = (
        say(
            "web.plan_kept",
            visits=figures.planned,
            days=figures.days,
            team_days=figures.team_days,
            promises=len(certificate["promises"]),
        )
        if kept
        else say("web.plan_broken", violations=len(plan.violations), unplanned=figures.unplanned)
    )
    second = (
        say("web.plan_review", all=len(plan.sites), located=len(plan.sites) - len(review), review=len(review))
        if review
        else Text("", "")
    )
    if not seen.whole:
        first = say("web.own_plan", planned=figures.planned, unplanned=figures.unplanned)
        second = say("web.own_plan_more" if reader and reader.area else "web.only_released")
    return {
        "id": head.id,
        "whole": seen.whole,
        "round_id": head.round_id,
        "version": stored.version,
        "number": head.number,
        "name": stored.round.name,
        "district": stored.round.district,
        "state": head.state.value,
        "plan": plan,
        "tab": tab if tab in ("stops", "certificate", "unplanned", "people") else "stops",
        "sentence": first,
        "second": second,
        "can_publish": publisher and head.state is PlanState.DRAFT and plan.can_publish,
        "can_assign": assigner and head.state is PlanState.PUBLISHED,
        "assigner": assigner,
        "routes": [
            {
                "id": route.id,
                "team_name": teams[route.team].name,
                "colour": colours[route.team],
                "day": route.day,
                "date": route.date.isoformat(),
                "depart": _clock(route.depart),
                "back": _clock(route.back),
                "stops": stop_lines(plan, route),
                "count": len(route.stops),
                "people": people.get(route.id, []),
                "own": route.id in seen.own,
            }
            for route in sorted(plan.routes, key=lambda r: (r.date, r.team, r.depart))
        ],
        "promises": [
            {"name": say(f"check.{Promise(name).value}")} | count
            for name, count in certificate["promises"].items()
            if seen.whole
        ],
        "names": {site.id: site.name for site in plan.sites},
        "review": review,
        "people": desk.people(Role.INSPECTOR) if assigner else (),
    }


def routes_json(plan: Plan, engine: TravelEngine, routes: Sequence[Route] | None = None) -> bytes:
    """Return routes (default all) as GeoJSON bytes with their lines along the streets."""
    shown = plan if routes is None else _only(plan, routes)
    legs = {route: [path.line for path in paths] for route, paths in paths_of(shown, engine).items()}
    return dump(route_features(shown, legs))


def _only(plan: Plan, routes: Sequence[Route]) -> Plan:
    from dataclasses import replace

    teams = {route.team for route in routes}
    return replace(plan, routes=tuple(routes), teams=tuple(team for team in plan.teams if team.id in teams))


def plan_routes(desk: Desk, plan_id: int, *, reader: User | None = None) -> bytes:
    """Return all routes of a plan that a reader may see as GeoJSON."""
    plan = plan_seen(desk, reader, plan_id).plan
    return routes_json(plan, desk.engine(plan))


def plan_areas(desk: Desk, plan_id: int, *, reader: User | None = None) -> bytes:
    """Return the townships (or the widest level there is) as GeoJSON; whoever may not see the plan gets none."""
    plan_seen(desk, reader, plan_id)
    with desk.store.reading() as t:
        areas = own_areas(t.areas.list(), reader)
    townships = [area for area in areas if area.level is AreaLevel.TOWNSHIP] or list(areas)
    return dump(area_features(townships, ()))
