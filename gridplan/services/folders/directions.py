"""Directions along the routes of a plan: from a folder for the command line, from the desk for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gridplan.model.directions import Directions, Step
from gridplan.model.errors import NotFound
from gridplan.model.plan import Plan, Route
from gridplan.model.travel import UNREACHABLE, RoutePath, TravelEngine
from gridplan.model.words import Text, say
from gridplan.roads.directions import Guide
from gridplan.roads.follow import read_roundabouts
from gridplan.roads.network import RoadNetwork
from gridplan.routing.pace import pace_of, stretched
from gridplan.services.folders.checking import engine_of, read_plan, read_plan_roads
from gridplan.services.folders.legs import ELSEWHERE, read_legs
from gridplan.services.folders.placing import ROADS

if TYPE_CHECKING:
    pass


def guide_of(network: RoadNetwork | None, path: Path | None) -> Guide:
    """Return what tells the way along a network; `path` is the road file it was read from, for its roundabouts."""
    return Guide(network, read_roundabouts(path) if network is not None and path is not None else ())


def tell_route(plan: Plan, route: Route, paths: Sequence[RoutePath], guide: Guide, first: int = 0) -> list[Directions]:
    """Return the directions of the legs of a route that `paths` are: from the base to its stops in order and back.

    Their minutes are those of the shift, busy hours included.

    `first` is the number of the first of them, from 0.
    """
    team = next(team for team in plan.teams if team.id == route.team)
    shift = next((one for one in team.shifts if one.name == route.shift), None)
    if shift is not None and (factor := pace_of(plan.travel.factors, shift, team.mode).factor) != 1:
        paths = [replace(path, time_s=int(stretched(np.array(path.time_s), factor))) for path in paths]
    names = {site.id: site.name for site in plan.sites}
    base = say("directions.base", name=team.base_name)
    ends = [base, *(Text(names[stop.site], names[stop.site]) for stop in route.stops), base]
    return [guide.tell(path, team.mode, *ends[leg : leg + 2]) for leg, path in enumerate(paths, first)]


def leg_directions(plan: Plan, route: Route, engine: TravelEngine, guide: Guide, leg: int) -> Directions:
    """Return the directions of one leg of a route, by its number from 0."""
    team = next(team for team in plan.teams if team.id == route.team)
    places = {visit.id: visit.place for visit in plan.visits}
    points = [team.base, *(places[stop.visit] for stop in route.stops), team.base]
    return tell_route(plan, route, engine.paths(points[leg : leg + 2], team.mode), guide, leg)[0]


def spoken_length(distance_m: int, time_s: int) -> dict[str, str]:
    """Return kilometres and minutes of a leg as a headline shows them, a dash for one that does not exist."""
    if distance_m >= UNREACHABLE:
        return {"km": "—", "minutes": "—"}
    return {"km": f"{distance_m / 1000:.1f}", "minutes": f"{time_s / 60:.0f}"}


def folder_directions(out: Path, route_id: str, stop: int | None = None) -> dict[str, Any]:
    """Return the directions of one route of a folder's plan as plain values; with `stop` only those to that stop.

    Raises
    ------
    InputError
        The folder holds no plan, or not the roads that it was timed on.
    NotFound
        The plan has no such route, or the route no such stop.
    """
    plan = read_plan(out)
    route = next((route for route in plan.routes if route.id == route_id), None)
    if route is None:
        known = "、".join(route.id for route in plan.routes[:40])
        raise NotFound(say("directions.no_route", route=route_id, known=known))
    if stop is not None and not 1 <= stop <= len(route.stops):
        raise NotFound(say("directions.no_stop", route=route_id, stop=stop, stops=len(route.stops)))
    network = read_plan_roads(out, plan)
    engine = engine_of(plan, network, read_legs(out))
    guide = Guide(None, served=True) if plan.travel.engine in ELSEWHERE else guide_of(network, out / ROADS)
    legs = list(range(len(route.stops) + 1)) if stop is None else [stop - 1]
    told = [leg_directions(plan, route, engine, guide, leg) for leg in legs]
    return {
        "route": route.id,
        "team": next(team.name for team in plan.teams if team.id == route.team),
        "date": route.date.isoformat(),
        "mode": told[0].mode.value,
        "legs": [_leg(route, leg, directions) for leg, directions in zip(legs, told, strict=True)],
    }


def _leg(route: Route, leg: int, told: Directions) -> dict[str, Any]:
    stop = route.stops[leg] if leg < len(route.stops) else None
    return {
        "seq": stop.seq if stop else None,
        "visit": stop.visit if stop else None,
        "name": _both(told.destination),
        "arrive": (stop.arrive if stop else route.back).isoformat(),
        "distance_m": told.distance_m,
        "time_s": told.time_s,
        "head": _both(_head(route, leg, told)),
        "text": _both(told.text),
        "steps": [_plain(step) for step in told.steps],
    }


def _head(route: Route, leg: int, told: Directions) -> Text:
    length = spoken_length(told.distance_m, told.time_s)
    if leg == len(route.stops):
        return say("directions.leg_back", time=f"{route.back:%H:%M}", name=told.destination, **length)
    stop = route.stops[leg]
    return say("directions.leg", time=f"{stop.arrive:%H:%M}", seq=stop.seq, name=told.destination, **length)


def _plain(step: Step) -> dict[str, Any]:
    return {
        "turn": step.turn.value,
        "street": step.street,
        "distance_m": step.distance_m,
        "time_s": step.time_s,
        "lon": round(step.point.lon, 7) if step.point else None,
        "lat": round(step.point.lat, 7) if step.point else None,
        **_both(step.text),
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
