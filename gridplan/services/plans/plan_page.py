"""What pages of a plan share: the stops of a route as lines, colours, map layers, the words of the script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gridplan.maps.features import area_features, route_features
from gridplan.maps.ground import pack_areas
from gridplan.model.place import Area, AreaLevel
from gridplan.model.plan import Plan, Promise, Route
from gridplan.model.record import PlanId
from gridplan.model.travel import TravelEngine
from gridplan.model.words import catalogue
from gridplan.services.desk import Desk
from gridplan.services.folders.folder import dump, paths_of
from gridplan.services.plans.plan_cache import kept_body


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


def script_words(language: str) -> dict[str, str]:
    """Return the words of the page's script in the reader's language, by their names without `planpage.js_`."""
    mark, column = "planpage.js_", int(language == "en")
    # Not said here: their fields are filled in by the script.
    words = {key.removeprefix(mark): pair[column] for key, pair in catalogue().items() if key.startswith(mark)}
    return words | {f"promise_{one.value}": catalogue()[f"check.{one.value}"][column] for one in Promise}


def routes_json(plan: Plan, engine: TravelEngine, routes: Sequence[Route] | None = None) -> bytes:
    """Return routes (default all) as GeoJSON bytes with their lines along the streets."""
    shown = plan if routes is None else only_routes(plan, routes)
    legs = {route: [path.line for path in paths] for route, paths in paths_of(shown, engine).items()}
    return dump(route_features(shown, legs))


def only_routes(plan: Plan, routes: Sequence[Route]) -> Plan:
    """Return a plan with these routes and their teams only, for a map of them."""
    from dataclasses import replace

    teams = {route.team for route in routes}
    return replace(plan, routes=tuple(routes), teams=tuple(team for team in plan.teams if team.id in teams))


def plan_areas(desk: Desk, plan_id: int) -> bytes:
    """Return the areas of the plan's day down to the community as GeoJSON, whatever was split or merged since."""

    def make() -> bytes:
        return json.dumps(
            area_features(_areas_of(desk, plan_id), ()), ensure_ascii=False, separators=(",", ":")
        ).encode()

    return kept_body(desk, ("areas", plan_id), make)


def packed_areas(desk: Desk, plan_id: int) -> bytes:
    """Return the same areas packed for the page's script, half a metre coarser and a tenth as long."""

    def make() -> bytes:
        return json.dumps(pack_areas(_areas_of(desk, plan_id)), ensure_ascii=False, separators=(",", ":")).encode()

    return kept_body(desk, ("packed areas", plan_id), make)


def _areas_of(desk: Desk, plan_id: int) -> list[Area]:
    with desk.store.reading() as t:
        areas = t.areas.at(t.plans.get(PlanId(plan_id)).created)
    return [area for area in areas if area.level is not AreaLevel.CELL] or list(areas)
