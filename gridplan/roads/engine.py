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

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.travel import UNREACHABLE, RoutePath, TravelMatrix
from gridplan.model.words import say
from gridplan.roads.graph import LENGTH_BITS, Floats, ModeGraph
from gridplan.roads.measure import as_degrees, haversine_m
from gridplan.roads.network import RoadNetwork
from gridplan.roads.search import FAR, Ends, Ints, ways, weights
from gridplan.roads.snap import Snap, Snapper

ACCESS_KMH = 5.0
"""The way between a point and the street is walked, whatever the mode."""
_BLOCK = 512
"""So many origins are answered at a time: what is needed beside the answer stays small."""
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
        time_s = np.full((len(start_of), len(end_of)), UNREACHABLE, dtype=np.int64)
        distance_m = time_s.copy()
        for first in range(0, len(starts), _BLOCK):
            block = range(first, min(first + _BLOCK, len(starts)))
            rows = np.flatnonzero((start_of >= block.start) & (start_of < block.stop))
            seconds, metres = _leg(starts[block.start : block.stop], ends, trip.weights(block))
            time_s[rows] = seconds[start_of[rows] - first][:, end_of]
            distance_m[rows] = metres[start_of[rows] - first][:, end_of]
        return TravelMatrix(
            origins=tuple(origins), destinations=tuple(destinations), time_s=time_s, distance_m=distance_m
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        """Return the legs along `points`, each drawn from the true point along the streets to the true point."""
        snaps, place = _unique(self.snap(points, mode))
        trip = _Trip.between(self._network.graphs[mode], snaps, snaps)
        legs: dict[tuple[int, int], RoutePath] = {}
        for start in sorted(set(place[:-1].tolist())):
            targets = sorted(set(place[1:][place[:-1] == start].tolist()))
            for end, (weight, stretches) in zip(targets, trip.ways(start, targets), strict=True):
                time_s, distance_m = _leg([snaps[start]], [snaps[end]], np.array([[weight]]))
                reached = time_s[0, 0] < UNREACHABLE
                line = self._line(snaps[start], snaps[end], stretches, mode) if reached else ()
                legs[start, end] = RoutePath(time_s=int(time_s[0, 0]), distance_m=int(distance_m[0, 0]), line=line)
        return [legs[start, end] for start, end in pairwise(place.tolist())]

    def _snapper(self, mode: TravelMode) -> Snapper:
        if mode not in self._snappers:
            self._snappers[mode] = Snapper(self._network, mode)
        return self._snappers[mode]

    def _line(self, start: Snap, end: Snap, stretches: Sequence[Stretch], mode: TravelMode) -> tuple[LonLat, ...]:
        line = [start.point]
        for arc, begin, finish in stretches if start.point != end.point else ():
            if arc % 2:  # against the segment's own direction
                begin, finish = 1 - begin, 1 - finish
            for lon, lat in self._snapper(mode).piece(arc // 2, begin, finish).round(7).tolist():
                if (lon, lat) != line[-1]:
                    line.append(LonLat(lon, lat))
        return (*line, end.point)


Stretch = tuple[int, float, float]
"""(arc, from fraction, to fraction) of a way."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trip:
    """Origins and destinations hung into the graph: an origin has only ways out, a destination only ways in.

    `leave` and `come` tell for each entry of `starts` and `ends` which arc it is and at which fraction of it. `straight` are
    the legs along one arc, by (origin, destination): weight and stretch.
    """

    graph: ModeGraph
    starts: Ends
    ends: Ends
    leave: list[tuple[int, float]]
    come: list[tuple[int, float]]
    straight: dict[tuple[int, int], tuple[int, Stretch]]

    @classmethod
    def between(cls, graph: ModeGraph, starts: Sequence[Snap], ends: Sequence[Snap]) -> _Trip:
        out: list[tuple[int, int, int, int, float]] = []  # origin, node, weight, arc, fraction
        into: list[tuple[int, int, int, int, float]] = []
        leaving: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
        straight: dict[tuple[int, int], tuple[int, Stretch]] = {}
        for origin, snap in enumerate(starts):
            for arc, done, at in _on_arcs(graph, snap):
                out.append((origin, int(graph.arc_head[arc]), int(graph.arc_weight[arc]) - done, arc, at))
                leaving[arc].append((origin, done, at))
        for end, snap in enumerate(ends):
            for arc, done, at in _on_arcs(graph, snap):
                for edge in graph.edges_of(arc):
                    turn = int(graph.graph.weight[edge]) - int(graph.arc_weight[arc])
                    into.append((end, int(graph.tail[edge]), turn + done, arc, at))
                # Both on one arc, the origin not beyond the destination: straight along it.
                for origin, begun, begin in leaving[arc]:
                    known = straight.get((origin, end))
                    if begin <= at and (known is None or done - begun < known[0]):
                        straight[origin, end] = (done - begun, (arc, begin, at))
        return cls(
            graph=graph,
            starts=_hung(out, len(starts)),
            ends=_hung(into, len(ends)),
            leave=[entry[3:] for entry in out],
            come=[entry[3:] for entry in into],
            straight=straight,
        )

    def weights(self, origins: range) -> Ints:
        """Return the least weights of some origins to all destinations; FAR where there is no way."""
        found = weights(self.graph.graph, self.starts.part(origins), self.ends)
        for (origin, end), (weight, _) in self.straight.items():
            if origin in origins:
                found[origin - origins.start, end] = min(found[origin - origins.start, end], weight)
        return found

    def ways(self, origin: int, targets: Sequence[int]) -> list[tuple[int, list[Stretch]]]:
        """Return (weight, stretches in their order) of the way from an origin to each of some destinations."""
        ends = self.ends.pick(targets)
        entries = [n for end in targets for n in range(int(self.ends.first[end]), int(self.ends.first[end + 1]))]
        weight, chosen, before = ways(self.graph.graph, self.starts.pick([origin]), ends)
        found: list[tuple[int, list[Stretch]]] = []
        for number, end in enumerate(targets):
            straight = self.straight.get((origin, end))
            if straight and straight[0] <= weight[number]:
                found.append((straight[0], [straight[1]]))
            elif chosen[number] < 0:
                found.append((FAR, []))
            else:
                found.append((int(weight[number]), self._stretches(origin, entries[int(chosen[number])], before)))
        return found

    def _stretches(self, origin: int, entry: int, before: Ints) -> list[Stretch]:
        arc, at = self.come[entry]
        stretches: list[Stretch] = [(arc, 0.0, at)]
        edge = int(before[self.ends.node[entry]])
        while edge >= 0:
            stretches.append((int(self.graph.arc[edge]), 0.0, 1.0))
            edge = int(before[self.graph.tail[edge]])
        arc, at = self.leave[int(self.starts.first[origin]) - 2 - edge]
        return [(arc, at, 1.0), *reversed(stretches)]


def _hung(entries: Sequence[tuple[int, int, int, int, float]], places: int) -> Ends:
    """Return the entries (place, node, weight, …), which are in the order of their places, as arrays."""
    table = np.array([entry[:3] for entry in entries], dtype=np.int64).reshape(-1, 3)
    return Ends(first=np.searchsorted(table[:, 0], np.arange(places + 1)), node=table[:, 1], weight=table[:, 2])


def _on_arcs(graph: ModeGraph, snap: Snap) -> list[tuple[int, int, float]]:
    """Return (arc, weight from its start, fraction of it) for the arcs of the snapped segment; none when too far."""
    if not snap.ok:
        return []
    places = []
    for arc in (2 * snap.segment, 2 * snap.segment + 1):
        if graph.arc_head[arc] >= 0:
            whole = int(graph.arc_weight[arc])
            done = (round((whole >> LENGTH_BITS) * snap.fraction) << LENGTH_BITS) + round(
                (whole & _LENGTH_MASK) * snap.fraction
            )
            backward = arc % 2 == 1
            places.append((arc, whole - done if backward else done, 1 - snap.fraction if backward else snap.fraction))
    return places


def _leg(starts: Sequence[Snap], ends: Sequence[Snap], weight: Ints) -> tuple[Ints, Ints]:
    """Return whole seconds and metres, shape (starts, ends), of the weights along the streets and the walks at both ends."""
    reached = weight < FAR
    whole = np.where(reached, weight, 0)
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
