"""Speaks to an OSRM server: `/table` for legs with the distance of each point to its street, `/route` for lines.

A server of OSRM is made for one mode, so each mode has an address of its own.
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
from gridplan.roads.remote.web import Json, Web

_PROFILES = {TravelMode.CAR: "driving", TravelMode.EBIKE: "bike", TravelMode.WALK: "foot"}
"""Only the address decides; the name in it is a courtesy."""


class Osrm:
    """OSRM servers, one for each mode in `webs`."""

    name = "osrm"
    side = 100

    def __init__(self, webs: Mapping[TravelMode, Web]) -> None:
        self._webs = webs
        self._versions: dict[TravelMode, str] = {}

    def _web(self, mode: TravelMode) -> Web:
        if mode not in self._webs:
            raise InputError(say("remote.no_mode", engine="osrm", mode=say(f"roads.mode_{mode}"), key=mode.value))
        return self._webs[mode]

    def key(self, mode: TravelMode) -> str:
        """Return engine, address and profile."""
        return f"osrm {self._web(mode).base} {_PROFILES[mode]}"

    def version(self, mode: TravelMode) -> str:
        """Return the version of the data as its answers told it; a server may be set up not to tell."""
        return self._versions.get(mode, "")

    def table(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> Table:
        """Return all legs, of as many points as the server takes."""
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

    def line(self, start: LonLat, end: LonLat, mode: TravelMode) -> list[LonLat]:
        """Return the line of one leg."""
        web = self._web(mode)
        query = "overview=full&geometries=geojson&steps=false&generate_hints=false"
        answer = self._ask(web, f"/route/v1/{_PROFILES[mode]}/{_path([start, end])}?{query}")
        try:
            points = answer["routes"][0]["geometry"]["coordinates"]
            return [place(web, lon, lat) for lon, lat in points]
        except (KeyError, IndexError, TypeError, ValueError):
            raise web.misunderstood("routes") from None

    def _ask(self, web: Web, path: str) -> Json:
        status, answer = web.ask(path)
        if not isinstance(answer, dict) or "code" not in answer:
            raise web.misunderstood(f"HTTP {status}")
        if answer["code"] == "TooBig":
            raise TooBig
        if answer["code"] != "Ok":
            raise web.refused(f"{answer['code']}: {str(answer.get('message', ''))[:200]}")
        return answer


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
