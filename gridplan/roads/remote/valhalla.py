"""Speaks to a Valhalla server: `/locate` for the street of each point, `/sources_to_targets` for legs, `/route` for lines.

The protocol is docs/docs/api of valhalla. A point without a street fails a whole table there: so points are located first.
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
from gridplan.roads.remote.source import Table, TooBig, numbers, place
from gridplan.roads.remote.web import TOO_LONG, Json, Web
from gridplan.roads.snap import LIMIT_M

_COSTING = {TravelMode.CAR: "auto", TravelMode.EBIKE: "bicycle", TravelMode.WALK: "pedestrian"}
_TOO_MANY, _APART = frozenset({150}), frozenset({170, 441, 442})
"""Error codes: more locations than the server takes; some of them are in regions that hang together in no way."""
_AT_ONCE = 20
"""So many points are located at a time: the least that a server takes when it is not set up otherwise."""
Spot = dict[str, float]


class Valhalla:
    """Valhalla servers by mode, one address may serve all; `speed_kmh` are those of e-bikes and walkers."""

    name = "valhalla"
    side = 50
    """Its square is what a server takes when max_matrix_location_pairs is not set."""

    def __init__(self, webs: Mapping[TravelMode, Web], speed_kmh: Mapping[TravelMode, float]) -> None:
        self._webs = webs
        self._speed_kmh = speed_kmh
        self._versions: dict[TravelMode, str] = {}
        self._snapped: dict[tuple[TravelMode, LonLat], float] = {}

    def _web(self, mode: TravelMode) -> Web:
        if mode not in self._webs:
            raise InputError(
                say(
                    "remote.no_mode", engine=say("remote.name_valhalla"), mode=say(f"roads.mode_{mode}"), key=mode.value
                )
            )
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

    def where(self, mode: TravelMode) -> str:
        """Return the address of the server for a mode."""
        return self._web(mode).base

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
            some = [origins[n] for n in rows.tolist()], [destinations[n] for n in columns.tolist()]
            cells = np.ix_(rows, columns)
            time_s[cells], distance_m[cells] = self._cells(*some, mode)
        return Table(time_s=time_s, distance_m=distance_m, from_m=from_m, to_m=to_m)

    def _cells(
        self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode
    ) -> tuple[Floats, Floats]:
        """Return seconds and metres; NaN where there is no way."""
        shape = len(origins), len(destinations)
        ends = {"sources": [*map(_spot, origins)], "targets": [*map(_spot, destinations)]}
        try:
            answer = self._ask(
                self._web(mode), "/sources_to_targets", {**ends, **self._costing(mode), "verbose": False}
            )
        except _Apart:  # halves show in the end which of them it is
            if shape == (1, 1):
                return np.full(shape, np.nan), np.full(shape, np.nan)
            if shape[0] >= shape[1]:
                parts = [self._cells(some, destinations, mode) for some in _halves(origins)]
            else:
                parts = [self._cells(origins, some, mode) for some in _halves(destinations)]
            axis = 0 if shape[0] >= shape[1] else 1
            times, lengths = zip(*parts, strict=True)
            return np.concatenate(times, axis=axis), np.concatenate(lengths, axis=axis)
        return self._read(self._web(mode), answer.get("sources_to_targets"), shape)

    def _read(self, web: Web, table: Any, shape: tuple[int, int]) -> tuple[Floats, Floats]:
        if isinstance(table, dict):
            times, lengths = table.get("durations"), table.get("distances")
        else:  # servers before `verbose` have a cell for each leg
            times, lengths = (_column(web, table, name) for name in ("time", "distance"))
        return numbers(web, times, shape), numbers(web, lengths, shape) * 1000

    def line(self, start: LonLat, end: LonLat, mode: TravelMode) -> list[LonLat]:
        """Return the line of one leg, [] where the server finds none."""
        web = self._web(mode)
        body = {"locations": [_spot(start), _spot(end)], **self._costing(mode), "directions_type": "none"}
        try:
            answer = self._ask(web, "/route", body)
        except _Apart:
            return []
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
        if status in TOO_LONG:
            raise TooBig
        if not isinstance(answer, dict):
            raise web.misunderstood(f"HTTP {status}")
        if status != 200:
            code = answer.get("error_code")
            if code in _TOO_MANY:
                raise TooBig
            if code in _APART:
                raise _Apart
            if not isinstance(code, int):
                raise web.misunderstood(f"HTTP {status}")
            raise web.refused(f"{code}: {answer.get('error', '')}")
        return answer


class _Apart(Exception):
    """There is no way between some of the points."""


def _spot(point: LonLat) -> Spot:
    return {"lat": round(point.lat, 7), "lon": round(point.lon, 7)}


def _halves(points: Sequence[LonLat]) -> tuple[Sequence[LonLat], Sequence[LonLat]]:
    middle = (len(points) + 1) // 2
    return points[:middle], points[middle:]


def _column(web: Web, table: Any, name: str) -> list[list[Any]]:
    try:
        return [[cell[name] for cell in row] for row in table]
    except (KeyError, TypeError):
        raise web.misunderstood("sources_to_targets") from None


def _nearest_m(web: Web, point: LonLat, found: Any) -> float:
    """Return how far the nearest of the streets is that a point may be put on, infinite where there is none."""
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
