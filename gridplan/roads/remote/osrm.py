"""Speaks to an OSRM server: `/table` for legs with the distance of each point to its street, `/route` for lines.

A server of OSRM is made for one mode, so each mode has an address of its own. The protocol is docs/http.md of osrm-backend; GET is
used, which every version knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.words import say
from gridplan.roads.measure import Floats, haversine_m
from gridplan.roads.remote.source import Table, TooBig, number, numbers, place
from gridplan.roads.remote.web import TOO_LONG, Json, Web

_PROFILES = {TravelMode.CAR: "driving", TravelMode.EBIKE: "bike", TravelMode.WALK: "foot"}
"""Only the address decides; the name in it is a courtesy."""


class Osrm:
    """OSRM servers, one for each mode in `webs`."""

    name = "osrm"
    side = 100
    """What a server takes when its --max-table-size is not set."""

    def __init__(self, webs: Mapping[TravelMode, Web]) -> None:
        self._webs = webs
        self._versions: dict[TravelMode, str] = {}
        self._lost: dict[tuple[TravelMode, LonLat], bool] = {}

    def _web(self, mode: TravelMode) -> Web:
        if mode not in self._webs:
            raise InputError(
                say("remote.no_mode", engine=say("remote.name_osrm"), mode=say(f"roads.mode_{mode}"), key=mode.value)
            )
        return self._webs[mode]

    def key(self, mode: TravelMode) -> str:
        """Return engine, address and profile."""
        return f"osrm {self._web(mode).base} {_PROFILES[mode]}"

    def where(self, mode: TravelMode) -> str:
        """Return the address of the server for a mode."""
        return self._web(mode).base

    def version(self, mode: TravelMode) -> str:
        """Return the version of the data as its answers told it; a server may be set up not to tell."""
        return self._versions.get(mode, "")

    def table(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> Table:
        """Return all legs, of as many points as the server takes; points that it finds no street for have none."""
        points = dict.fromkeys([*origins, *destinations])
        if not any(self._lost.get((mode, point)) for point in points):
            try:
                return self._table(origins, destinations, mode)
            except _NoSegment:
                for point in points:
                    self._look(point, mode)
        sides = [[not self._lost.get((mode, point), False) for point in side] for side in (origins, destinations)]
        rows, columns = (np.flatnonzero(side) for side in sides)
        time_s = np.full((len(origins), len(destinations)), np.nan)
        distance_m = time_s.copy()
        from_m, to_m = (np.where(side, 0.0, np.inf) for side in sides)
        if len(rows) and len(columns):
            try:
                part = self._table(
                    [origins[n] for n in rows.tolist()], [destinations[n] for n in columns.tolist()], mode
                )
            except _NoSegment:
                raise self._web(mode).refused("NoSegment") from None
            time_s[np.ix_(rows, columns)], distance_m[np.ix_(rows, columns)] = part.time_s, part.distance_m
            from_m[rows], to_m[columns] = part.from_m, part.to_m
        return Table(time_s=time_s, distance_m=distance_m, from_m=from_m, to_m=to_m)

    def _table(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> Table:
        web = self._web(mode)
        count, all_ = len(origins), [*origins, *destinations]
        ends = ";".join(map(str, range(count))), ";".join(map(str, range(count, len(all_))))
        query = f"sources={ends[0]}&destinations={ends[1]}&annotations=duration,distance&generate_hints=false"
        answer = self._ask(web, f"/table/v1/{_PROFILES[mode]}/{_path(all_)}?{query}")
        if answer.get("data_version"):
            self._versions[mode] = str(answer["data_version"])[:80]
        shape = count, len(destinations)
        return Table(
            time_s=numbers(web, answer.get("durations"), shape),
            distance_m=numbers(web, answer.get("distances"), shape),
            from_m=_snapped_m(web, answer.get("sources"), origins),
            to_m=_snapped_m(web, answer.get("destinations"), destinations),
        )

    def _look(self, point: LonLat, mode: TravelMode) -> None:
        """Note whether the server finds a street for a point: one that it does not fails a whole table."""
        if (mode, point) not in self._lost:
            try:
                self._ask(self._web(mode), f"/nearest/v1/{_PROFILES[mode]}/{_path([point])}?generate_hints=false")
            except _NoSegment:
                self._lost[mode, point] = True
            else:
                self._lost[mode, point] = False

    def line(self, start: LonLat, end: LonLat, mode: TravelMode) -> list[LonLat]:
        """Return the line of one leg, [] where the server finds none."""
        web = self._web(mode)
        query = "overview=full&geometries=geojson&steps=false&generate_hints=false"
        try:
            answer = self._ask(web, f"/route/v1/{_PROFILES[mode]}/{_path([start, end])}?{query}")
        except _NoSegment:
            return []
        try:
            points = answer["routes"][0]["geometry"]["coordinates"]
            return [place(web, lon, lat) for lon, lat in points]
        except (KeyError, IndexError, TypeError, ValueError):
            raise web.misunderstood("routes") from None

    def _ask(self, web: Web, path: str) -> Json:
        status, answer = web.ask(path)
        if status in TOO_LONG:
            raise TooBig
        if not isinstance(answer, dict) or not isinstance(answer.get("code"), str):
            raise web.misunderstood(f"HTTP {status}")
        match answer["code"]:
            case "Ok":
                return answer
            case "TooBig":
                raise TooBig
            case "NoSegment" | "NoRoute":
                raise _NoSegment
        raise web.refused(f"{answer['code']}: {answer.get('message', '')}")


class _NoSegment(Exception):
    """The server finds no street for some point, or no way between two."""


def _path(points: Sequence[LonLat]) -> str:
    return ";".join(f"{point.lon:.7f},{point.lat:.7f}" for point in points)


def _snapped_m(web: Web, waypoints: Any, points: Sequence[LonLat]) -> Floats:
    """Return how far each point was moved to its street: as the server says, else by where it was put."""
    if not isinstance(waypoints, list) or len(waypoints) != len(points):
        raise web.misunderstood("waypoints")
    found = []
    for waypoint, point in zip(waypoints, points, strict=True):
        try:
            if "distance" in waypoint:
                found.append(number(web, waypoint["distance"]))
            else:
                there = place(web, *waypoint["location"])
                found.append(float(haversine_m(np.array(point), np.array(there))))
        except (KeyError, TypeError):
            raise web.misunderstood("waypoints") from None
    return np.array(found, dtype=np.float64)
