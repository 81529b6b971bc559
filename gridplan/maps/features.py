"""Turns plans and areas into GeoJSON: longitude first, WGS-84, six decimals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from shapely.geometry.base import BaseGeometry

from gridplan.model.coverage import CoverageRow, VisitState
from gridplan.model.crew import Team
from gridplan.model.place import Area, LonLat
from gridplan.model.plan import Plan, Route, RouteId, Stop
from gridplan.model.round import VisitId

Json = dict[str, Any]
_FIGURES = ("promised", "planned", "unplanned", "review", "done", "ahead", "overdue")


def route_features(
    plan: Plan,
    paths: Mapping[RouteId, Sequence[Sequence[LonLat]]],
    states: Mapping[VisitId, VisitState] | None = None,
) -> Json:
    """Return the routes as FORMATS has them: a line, its stops, and a base for each team, in the order of the plan.

    `paths` holds the legs of each route, one more than it has stops; a leg that is () is drawn straight. The order of the
    bases is that of the teams and decides their colours; `name` of a base is the team's, for its flag. With `states` each
    stop also says what it is by now. Nothing is shown that a reader of the plan may not see.
    """
    teams = {team.id: team for team in plan.teams}
    names = {site.id: site.name for site in plan.sites}
    places = {visit.id: visit.place for visit in plan.visits}
    features: list[Json] = []
    for route in plan.routes:
        doors = [places[stop.visit] for stop in route.stops]
        features.append(_line(route, teams[route.team].base, doors, paths[route.id]))
        for stop, door in zip(route.stops, doors, strict=True):
            more = {"state": states[stop.visit].value} if states else {}
            features.append(_stop(route, stop, names[stop.site], door, more))
    features += [_base(team) for team in plan.teams]
    return {"type": "FeatureCollection", "features": features}


def _line(route: Route, base: LonLat, doors: Sequence[LonLat], legs: Sequence[Sequence[LonLat]]) -> Json:
    line = [_point(base)]
    for leg, door in zip(legs, [*doors, base], strict=True):
        line += [*map(_point, leg), _point(door)]
    bends = [line[0], *(after for before, after in pairwise(line) if after != before)]
    return _feature(
        {"type": "LineString", "coordinates": bends if len(bends) > 1 else bends * 2},
        kind="route",
        id=route.id,
        team=route.team,
        date=route.date.isoformat(),
        day=route.day,
        shift=route.shift,
        stops=len(route.stops),
        depart=route.depart.isoformat(),
        back=route.back.isoformat(),
        distance_m=route.distance_m,
        travel_min=round(route.travel_s / 60, 2),
    )


def _stop(route: Route, stop: Stop, name: str, door: LonLat, more: Json) -> Json:
    return _feature(
        {"type": "Point", "coordinates": _point(door)},
        kind="stop",
        team=route.team,
        date=route.date.isoformat(),
        day=route.day,
        shift=route.shift,
        seq=stop.seq,
        visit=stop.visit,
        site=stop.site,
        name=name,
        arrive=stop.arrive.isoformat(),
        leave=stop.leave.isoformat(),
        minutes=stop.minutes,
        **more,
    )


def _base(team: Team) -> Json:
    return _feature({"type": "Point", "coordinates": _point(team.base)}, kind="base", team=team.id, name=team.name)


def area_features(areas: Sequence[Area], rows: Iterable[CoverageRow] = ()) -> Json:
    """Return the areas, widest first, each with a point `at` inside it for its name, and with its figures where `rows` has them."""
    figures = {(row.level, row.code): row for row in rows}
    features = []
    for area in sorted(areas, key=lambda area: (area.level.depth, area.code)):
        inside = area.polygon.representative_point()
        row = figures.get((area.level, area.code))
        counts: Json = {name: getattr(row, name) for name in _FIGURES} if row else {}
        features.append(
            _feature(
                _geometry(area.polygon),
                kind="area",
                level=area.level.value,
                code=area.code,
                name=area.name,
                parent=area.parent_code or "",
                at=[round(inside.x, 6), round(inside.y, 6)],
                **counts,
                **({"coverage": round(row.coverage, 4)} if row else {}),
            )
        )
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: Json, /, **properties: Any) -> Json:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(place: LonLat) -> list[float]:
    return [round(place.lon, 6), round(place.lat, 6)]


def _geometry(shape: BaseGeometry) -> Json:
    plain = shape.__geo_interface__
    return {"type": plain["type"], "coordinates": _rounded(plain["coordinates"])}


def _rounded(part: Any) -> Any:
    if isinstance(part, float | int):
        return round(part, 6)
    return [_rounded(inner) for inner in part]
