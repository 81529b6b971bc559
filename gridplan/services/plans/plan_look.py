"""A plan for those who look at it and do not work on it: the own area's part, and what was released."""

from __future__ import annotations

import json
from typing import Any

from gridplan.maps.features import area_features
from gridplan.model.place import AreaLevel
from gridplan.model.plan import Promise, Verdict
from gridplan.model.record import PlanId, PlanState, User
from gridplan.model.rights import Right
from gridplan.model.site import SiteStatus
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import may, own_areas, round_is_own
from gridplan.services.accounts.sight import note_read, plan_seen
from gridplan.services.desk import Desk
from gridplan.services.folders.folder import dump
from gridplan.services.plans.plan_page import routes_json, stop_lines, team_colours


def works_on_plans(reader: User) -> bool:
    """Whether a person changes plans: a planner of the whole district. All others look."""
    return reader.area is None and may(reader, Right.PLAN)


def note_work(desk: Desk, reader: User, plan_id: int) -> None:
    """Log that a planner reads a plan before all of it is released."""
    with desk.store.reading() as t:
        ahead = t.plans.ahead(PlanId(plan_id), desk.now())
    if ahead:
        note_read(desk, reader.login, PlanId(plan_id))


def plan_view(desk: Desk, plan_id: int, tab: str = "stops", *, reader: User | None = None) -> dict[str, Any]:
    """Return what the page of a plan shows to a reader (None: the machine)."""
    seen = plan_seen(desk, reader, plan_id)
    head, plan, stored = seen.head, seen.plan, seen.stored
    with desk.store.reading() as t:
        publisher = reader is None or (may(reader, Right.PUBLISH) and round_is_own(reader, stored, t.areas.list()))
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
        "tab": tab if tab in ("stops", "certificate", "unplanned") else "stops",
        "sentence": first,
        "second": second,
        "can_publish": publisher and head.state is PlanState.DRAFT and plan.can_publish,
        "routes": [
            {
                "id": route.id,
                "team_name": teams[route.team].name,
                "colour": colours[route.team],
                "day": route.day,
                "date": route.date.isoformat(),
                "depart": f"{route.depart:%H:%M}",
                "back": f"{route.back:%H:%M}",
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
    }


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
