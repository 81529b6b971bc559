"""Speaks to a Valhalla server: `/locate` for the street of each point, `/sources_to_targets` for legs, `/route` for lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.words import say
from gridplan.roads.measure import Floats, haversine_m
from gridplan.roads.remote.source import Table, TooBig, number, place
from gridplan.roads.remote.web import Json, Web
from gridplan.roads.snap import LIMIT_M

_COSTING = {TravelMode.CAR: "auto", TravelMode.EBIKE: "bicycle", TravelMode.WALK: "pedestrian"}
_TOO_BIG = frozenset({150, 153})
"""Error codes: more locations than the server takes, or not enough room for them."""
_AT_ONCE = 20
Spot = dict[str, float]


class Valhalla:
    """Valhalla servers by mode, one address may serve all; `speed_kmh` are those of e-bikes and walkers."""

    name = "valhalla"
    side = 50

    def __init__(self, webs: Mapping[TravelMode, Web], speed_kmh: Mapping[TravelMode, float]) -> None:
        self._webs = webs
        self._speed_kmh = speed_kmh
        self._versions: dict[TravelMode, str] = {}
        self._snapped: dict[tuple[TravelMode, LonLat], float] = {}

    def _web(self, mode: TravelMode) -> Web:
        if mode not in self._webs:
            raise InputError(say("remote.no_mode", engine="valhalla", mode=say(f"roads.mode_{mode}"), key=mode.value))
        return self._webs[mode]

    def _costing(self, mode: TravelMode) -> Json:
        """Return how the server is told to travel. It knows no e-bike: a bicycle of that speed stands for it."""
        options: dict[TravelMode, Json] = {
            TravelMode.EBIKE: {"bicycle": {"cycling_speed": self._speed_kmh[TravelMode.EBIKE]}},
            TravelMode.WALK: {"pedestrian": {"walking_speed": self._speed_kmh[TravelMode.WALK]}},
        }
        return {"costing": _COSTING[mode], "units": "kilometers"} | (
            {"costing_options": options[mode]} if mode in options else {}
        )

    def key(self, mode: TravelMode) -> str:
        """Return engine, address and costing."""
        return f"valhalla {self._web(mode).base} {sorted(self._costing(mode).items())}"

    def version(self, mode: TravelMode) -> str:
        """Return the version of the server and of its tiles."""
        if mode not in self._versions:
            status, answer = self._web(mode).ask("/status")
            told = answer if status == 200 and isinstance(answer, dict) else {}
            parts = (told.get("version"), told.get("tileset_last_modified"))
            self._versions[mode] = " ".join(str(part)[:40] for part in parts if part)
        return self._versions[mode]

    def table(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> Table:
        """Return all legs between the points that lie near a street; the others have none."""
        from_m, to_m = (self._snap_m(points, mode) for points in (origins, destinations))
        time_s = np.full((len(origins), len(destinations)), np.nan)
        distance_m = time_s.copy()
        rows, columns = (np.flatnonzero(near <= LIMIT_M) for near in (from_m, to_m))
        if len(rows) and len(columns):
            some = [origins[n] for n in rows], [destinations[n] for n in columns]
            cells = np.ix_(rows, columns)
            time_s[cells], distance_m[cells] = self._cells(*some, mode)
        return Table(time_s=time_s, distance_m=distance_m, from_m=from_m, to_m=to_m)

    def _cells(
        self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode
    ) -> tuple[Floats, Floats]:
        web = self._web(mode)
        ends = {"sources": [*map(_spot, origins)], "targets": [*map(_spot, destinations)]}
        answer = self._ask(web, "/sources_to_targets", {**ends, **self._costing(mode), "verbose": True})
        table = answer.get("sources_to_targets")
        time_s = np.full((len(origins), len(destinations)), np.nan)
        distance_m = time_s.copy()
        try:
            if len(table) != len(origins):  # type: ignore[arg-type]
                raise web.misunderstood("sources_to_targets")
            for row, cells in enumerate(table):  # type: ignore[arg-type]
                if len(cells) != len(destinations):
                    raise web.misunderstood("sources_to_targets")
                for column, cell in enumerate(cells):
                    time_s[row, column] = number(web, cell["time"])
                    distance_m[row, column] = number(web, cell["distance"]) * 1000
        except (KeyError, TypeError):
            raise web.misunderstood("sources_to_targets") from None
        return time_s, distance_m

    def line(self, start: LonLat, end: LonLat, mode: TravelMode) -> list[LonLat]:
        """Return the line of one leg."""
        web = self._web(mode)
        body = {"locations": [_spot(start), _spot(end)], **self._costing(mode), "directions_type": "none"}
        answer = self._ask(web, "/route", body)
        try:
            return read_polyline6(answer["trip"]["legs"][0]["shape"])
        except (KeyError, IndexError, TypeError, ValueError):
            raise web.misunderstood("trip") from None

    def _snap_m(self, points: Sequence[LonLat], mode: TravelMode) -> Floats:
        """Return how far each point lies from the street it is put on, infinite for none."""
        fresh = [point for point in dict.fromkeys(points) if (mode, point) not in self._snapped]
        web = self._web(mode)
        for first in range(0, len(fresh), _AT_ONCE):
            some = fresh[first : first + _AT_ONCE]
            status, answer = web.ask("/locate", {"locations": [*map(_spot, some)], **self._costing(mode)})
            if status != 200 or not isinstance(answer, list) or len(answer) != len(some):
                raise web.misunderstood(f"/locate, HTTP {status}")
            for point, found in zip(some, answer, strict=True):
                self._snapped[mode, point] = _nearest_m(web, point, found)
        return np.array([self._snapped[mode, point] for point in points], dtype=np.float64)

    def _ask(self, web: Web, path: str, body: Json) -> Json:
        status, answer = web.ask(path, body)
        if not isinstance(answer, dict):
            raise web.misunderstood(f"HTTP {status}")
        if status != 200:
            if answer.get("error_code") in _TOO_BIG and "targets" in body:
                raise TooBig
            raise web.refused(f"{answer.get('error_code', status)}: {str(answer.get('error', ''))[:200]}")
        return answer


def _spot(point: LonLat) -> Spot:
    return {"lat": round(point.lat, 7), "lon": round(point.lon, 7)}


def _nearest_m(web: Web, point: LonLat, found: Any) -> float:
    try:
        edges = found.get("edges") or []
        places = [place(web, edge["correlated_lon"], edge["correlated_lat"]) for edge in edges]
    except (AttributeError, KeyError, TypeError):
        raise web.misunderstood("/locate") from None
    return min((float(haversine_m(np.array(point), np.array(one))) for one in places), default=float("inf"))


def read_polyline6(text: str) -> list[LonLat]:
    """Return the points of a line in Google's encoding with six decimals; ValueError for what is none."""
    values: list[int] = []
    whole = shift = 0
    for char in text:
        bits = ord(char) - 63
        if not 0 <= bits < 64:
            raise ValueError(text)
        whole |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            values.append(~(whole >> 1) if whole & 1 else whole >> 1)
            whole = shift = 0
    if shift or len(values) % 2:
        raise ValueError(text)
    lat, lon = np.cumsum(values[::2]) / 1e6, np.cumsum(values[1::2]) / 1e6
    return [LonLat(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
