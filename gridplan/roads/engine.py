"""The two travel engines: along straight lines, and along the streets of a road network.

Both give whole seconds and metres, rounded up, so that a leg through a third point is never shorter than the direct one
by rounding alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.travel import UNREACHABLE, RoutePath, TravelMatrix
from gridplan.model.words import say
from gridplan.roads.graph import LENGTH_BITS, Floats, Ints, ModeGraph, light_csr
from gridplan.roads.measure import as_degrees, haversine_m
from gridplan.roads.network import RoadNetwork
from gridplan.roads.snap import Snap, Snapper

ACCESS_KMH = 5.0
"""The way between a point and the street is walked, whatever the mode."""
_BLOCK_CELLS = 8_000_000  # 64 MB of distances at a time, whatever the number of points
_LENGTH_MASK = (1 << LENGTH_BITS) - 1


class StraightEngine:
    """Straight lines stretched by `detour`, at one speed a mode. Metres and seconds are rounded up."""

    def __init__(self, speed_kmh: Mapping[TravelMode, float], detour: float) -> None:
        for mode, speed in speed_kmh.items():
            if not 0 < speed < float("inf"):
                raise InputError(say("roads.bad_speed", mode=say(f"roads.mode_{mode}"), value=speed))
        if not 1 <= detour < float("inf"):
            raise InputError(say("roads.bad_detour", value=detour))
        self._speed_kmh = dict(speed_kmh)
        self._detour = detour

    @property
    def name(self) -> str:
        """`straight`."""
        return "straight"

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        """Return all legs; none is unreachable."""
        time_s, distance_m = self._legs(as_degrees(origins)[:, None], as_degrees(destinations)[None, :], mode)
        return TravelMatrix(
            origins=tuple(origins), destinations=tuple(destinations), time_s=time_s, distance_m=distance_m
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        """Return the legs along `points` as straight lines."""
        degrees = as_degrees(points)
        times, metres = self._legs(degrees[:-1], degrees[1:], mode)
        return [
            RoutePath(time_s=int(times[n]), distance_m=int(metres[n]), line=(points[n], points[n + 1]))
            for n in range(len(points) - 1)
        ]

    def _legs(self, start: Floats, end: Floats, mode: TravelMode) -> tuple[Ints, Ints]:
        if mode not in self._speed_kmh:
            raise InputError(say("roads.no_speed", mode=say(f"roads.mode_{mode}")))
        metres = _up(haversine_m(start, end) * self._detour)
        return _up(metres * 3.6 / self._speed_kmh[mode]), metres


class RoadEngine:
    """The quickest ways along the streets of `network`; of equally quick ones the shortest.

    A leg is the walk to the street (5 km/h), the way along the streets and the walk from the street. Points over 200 m
    from the part of the network that hangs together are `UNREACHABLE`. At a stop one may turn round, on the way past it
    only at corners: where turns are forbidden, a leg may take longer than the two legs over a stop on the way.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self._network = network
        self._snappers: dict[TravelMode, Snapper] = {}

    @property
    def name(self) -> str:
        """`roads`."""
        return "roads"

    def snap(self, points: Sequence[LonLat], mode: TravelMode) -> list[Snap]:
        """Return where each point meets the streets, and how far that is."""
        return self._snapper(mode).snap(points)

    def covers(self, points: Sequence[LonLat], mode: TravelMode) -> float:
        """Return the share (0…1) of points within 200 m of the network; 1 for no points."""
        snaps = self.snap(points, mode)
        return sum(snap.ok for snap in snaps) / len(snaps) if snaps else 1.0

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        """Return all legs: one search a different origin, memory in proportion to the answer."""
        starts, start_of = _unique(self.snap(origins, mode))
        ends, end_of = _unique(self.snap(destinations, mode))
        trip = _Trip.between(self._network.graphs[mode], starts, ends)
        time_s = np.full((len(starts), len(ends)), UNREACHABLE, dtype=np.int64)
        distance_m = time_s.copy()
        block = max(1, _BLOCK_CELLS // max(trip.nodes, 1))
        sinks = trip.sink(np.arange(len(ends)))
        for first in range(0, len(starts), block):
            rows = np.arange(first, min(first + block, len(starts)))
            weight = dijkstra(trip.csr, indices=trip.source(rows))[:, sinks]
            time_s[rows], distance_m[rows] = _leg(starts[first : first + block], ends, weight)
        return TravelMatrix(
            origins=tuple(origins),
            destinations=tuple(destinations),
            time_s=time_s[np.ix_(start_of, end_of)],
            distance_m=distance_m[np.ix_(start_of, end_of)],
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        """Return the legs along `points`, each drawn from the true point along the streets to the true point."""
        snaps, place = _unique(self.snap(points, mode))
        trip = _Trip.between(self._network.graphs[mode], snaps, snaps)
        legs: dict[tuple[int, int], RoutePath] = {}
        for start in sorted(set(place[:-1].tolist())):
            weight, before = dijkstra(trip.csr, indices=trip.source(np.array([start])), return_predecessors=True)
            for end in set(place[1:][place[:-1] == start].tolist()):
                sink = int(trip.sink(np.array([end]))[0])
                time_s, distance_m = _leg([snaps[start]], [snaps[end]], weight[:, [sink]])
                reached = time_s[0, 0] < UNREACHABLE
                line = self._line(trip, snaps[start], snaps[end], before[0], sink, mode) if reached else ()
                legs[start, end] = RoutePath(time_s=int(time_s[0, 0]), distance_m=int(distance_m[0, 0]), line=line)
        return [legs[start, end] for start, end in pairwise(place.tolist())]

    def _snapper(self, mode: TravelMode) -> Snapper:
        if mode not in self._snappers:
            self._snappers[mode] = Snapper(self._network, mode)
        return self._snappers[mode]

    def _line(
        self, trip: _Trip, start: Snap, end: Snap, before: NDArray[np.int32], sink: int, mode: TravelMode
    ) -> tuple[LonLat, ...]:
        if start.point == end.point:
            return (start.point, end.point)
        nodes = [sink]
        while before[nodes[-1]] >= 0:
            nodes.append(int(before[nodes[-1]]))
        nodes.reverse()
        line = [start.point]
        for tail, head in pairwise(nodes):
            arc, begin, finish = trip.stretch(tail, head)
            if arc % 2:  # against the segment's own direction
                begin, finish = 1 - begin, 1 - finish
            for lon, lat in self._snapper(mode).piece(arc // 2, begin, finish).round(7).tolist():
                if (lon, lat) != line[-1]:
                    line.append(LonLat(lon, lat))
        return (*line, end.point)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trip:
    """The graph with origins and destinations hung in: an origin has only ways out, a destination only ways in.

    `arc`, `begin`, `finish` tell for each entry of the matrix which stretch of which arc it is.
    """

    nodes: int
    inner: int
    origins: int
    csr: csr_array
    arc: Ints
    begin: Floats
    finish: Floats

    @classmethod
    def between(cls, graph: ModeGraph, starts: Sequence[Snap], ends: Sequence[Snap]) -> _Trip:
        inner, origins = graph.nodes, len(starts)
        rows: list[tuple[int, int, int, int, float, float]] = []  # tail, head, arc, weight, begin, finish
        leaving: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
        for n, snap in enumerate(starts):
            for arc, done, at in _on_arcs(graph, snap):
                rows.append((inner + n, graph.arc_head[arc], arc, int(graph.arc_weight[arc]) - done, at, 1.0))
                leaving[arc].append((inner + n, done, at))
        for n, snap in enumerate(ends, start=inner + origins):
            for arc, done, at in _on_arcs(graph, snap):
                rows += [(int(graph.tail[edge]), n, arc, done, 0.0, at) for edge in graph.edges_of[arc]]
                # Both on one arc, the origin not beyond the destination: straight along it.
                rows += [
                    (origin, n, arc, done - begun, begin, at) for origin, begun, begin in leaving[arc] if begin <= at
                ]
        table = np.array([row[:4] for row in rows], dtype=np.int64).reshape(-1, 4)
        part = np.array([row[4:] for row in rows], dtype=np.float64).reshape(-1, 2)
        whole = len(graph.tail)
        nodes = inner + origins + len(ends)
        csr, edge = light_csr(
            nodes,
            np.concatenate([graph.tail, table[:, 0]]),
            np.concatenate([graph.head, table[:, 1]]),
            np.concatenate([graph.weight, table[:, 3]]),
        )
        return cls(
            nodes=nodes,
            inner=inner,
            origins=origins,
            csr=csr,
            arc=np.concatenate([graph.arc, table[:, 2]])[edge],
            begin=np.concatenate([np.zeros(whole), part[:, 0]])[edge],
            finish=np.concatenate([np.ones(whole), part[:, 1]])[edge],
        )

    def source(self, origins: Ints) -> Ints:
        """Return the nodes of origins by number."""
        return origins + self.inner

    def sink(self, destinations: Ints) -> Ints:
        """Return the nodes of destinations by number."""
        return destinations + self.inner + self.origins

    def stretch(self, tail: int, head: int) -> tuple[int, float, float]:
        """Return (arc, from fraction, to fraction) of the edge between two nodes."""
        first, last = self.csr.indptr[tail], self.csr.indptr[tail + 1]
        entry = int(first + np.searchsorted(self.csr.indices[first:last], head))
        return int(self.arc[entry]), float(self.begin[entry]), float(self.finish[entry])


def _on_arcs(graph: ModeGraph, snap: Snap) -> list[tuple[int, int, float]]:
    """Return (arc, weight from its start, fraction of it) for the arcs of the snapped segment; none when too far."""
    if not snap.ok:
        return []
    places = []
    for arc in (2 * snap.segment, 2 * snap.segment + 1):
        if arc in graph.edges_of:
            whole = int(graph.arc_weight[arc])
            done = (round((whole >> LENGTH_BITS) * snap.fraction) << LENGTH_BITS) + round(
                (whole & _LENGTH_MASK) * snap.fraction
            )
            backward = arc % 2 == 1
            places.append((arc, whole - done if backward else done, 1 - snap.fraction if backward else snap.fraction))
    return places


def _leg(starts: Sequence[Snap], ends: Sequence[Snap], weight: Floats) -> tuple[Ints, Ints]:
    """Return whole seconds and metres, shape (starts, ends), of the weights along the streets and the walks at both ends."""
    reached = np.isfinite(weight)
    whole = np.where(reached, weight, 0).astype(np.int64)
    walk_m = np.add.outer(_walks(starts), _walks(ends))
    time_s = _up((whole >> LENGTH_BITS) / 10 + walk_m * 3.6 / ACCESS_KMH)
    distance_m = _up((whole & _LENGTH_MASK) / 10 + walk_m)
    number = {snap.point: n for n, snap in enumerate((*starts, *ends))}
    same = np.equal.outer([number[snap.point] for snap in starts], [number[snap.point] for snap in ends])
    time_s[~reached] = distance_m[~reached] = UNREACHABLE
    time_s[same] = distance_m[same] = 0
    return time_s, distance_m


def _walks(snaps: Sequence[Snap]) -> Floats:
    """Return the metres between each point and its street; 0 for points that are not reached anyway."""
    return np.array([snap.distance_m if snap.ok else 0.0 for snap in snaps], dtype=np.float64)


def _unique(snaps: Sequence[Snap]) -> tuple[list[Snap], Ints]:
    """Return the different points in their first order, and which of them each one is."""
    number = {snap.point: snap for snap in snaps}
    index = {point: n for n, point in enumerate(number)}
    return list(number.values()), np.array([index[snap.point] for snap in snaps], dtype=np.int64)


def _up(value: NDArray[np.floating[Any]]) -> Ints:
    """Round up to whole numbers; a millionth above one is that one, not the next."""
    whole: Ints = np.ceil(value - 1e-6).astype(np.int64)
    return whole
