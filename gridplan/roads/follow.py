"""Lays the line of a leg onto the streets: on which segment each piece of it runs, and which way round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.roads.measure import Floats, as_degrees, haversine_m
from gridplan.roads.network import RoadNetwork
from gridplan.roads.reader import osm_file, readable

Ints = NDArray[np.int64]
NONE = -1
_UNIT = 1e7  # OpenStreetMap's own grid of places, about a centimetre
_NEAR_DEG = 1e-5  # a cut piece of a street lies on it but for rounding
_SHIFT = 1 << 31
_SCRAP_M = 1.0
_RINGS = ("roundabout", "circular")


def read_roundabouts(path: Path) -> tuple[tuple[LonLat, ...], ...]:
    """Return the roundabouts of a road file as lines in the direction of traffic; one may come in several pieces.

    Raises
    ------
    InputError
        The file is missing or is no road file.
    """
    rings: list[tuple[LonLat, ...]] = []
    with readable(path):
        tags = osmium.filter.TagFilter(*(("junction", value) for value in _RINGS))
        for way in (
            osmium.FileProcessor(osm_file(path), osmium.osm.NODE | osmium.osm.WAY).with_locations().with_filter(tags)
        ):
            if isinstance(way, osmium.osm.Way) and all(node.location.valid() for node in way.nodes):
                rings.append(tuple(LonLat(node.location.lon, node.location.lat) for node in way.nodes))
    return tuple(rings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """A line of n points on the streets: `segment` (-1 beside all streets), `forward` and `length_m` of its n-1 pieces.

    `node` numbers the corners that its points are, -1 elsewhere; `along_m` counts from the start, shape (n,).
    """

    points: Floats
    node: Ints
    segment: Ints
    forward: NDArray[np.bool_]
    length_m: Floats
    along_m: Floats

    def at(self, along_m: float) -> Floats:
        """Return the degrees of the place so far along the line."""
        return np.array([np.interp(along_m, self.along_m, self.points[:, axis]) for axis in (0, 1)])

    def heading(self, start_m: float, end_m: float) -> float:
        """Return the bearing (0…360, north 0, clockwise) of the chord between two places of the line."""
        return bearing_deg(self.at(start_m), self.at(end_m))


def bearing_deg(start: Floats, end: Floats) -> float:
    """Return the bearing from one near place to another in degrees, 0 for equal ones."""
    east = (end[0] - start[0]) * np.cos(np.radians((start[1] + end[1]) / 2))
    return float(np.degrees(np.arctan2(east, end[1] - start[1])) % 360)


class StreetIndex:
    """The pieces of all segments by their end points, and how many segments meet at each corner."""

    def __init__(self, network: RoadNetwork, rings: Sequence[Sequence[LonLat]] = ()) -> None:
        coords, owner = shapely.get_coordinates(network.lines, return_index=True)
        self._network = network
        self._codes, place = np.unique(_code(coords), return_inverse=True)
        inner = owner[:-1] == owner[1:]
        pair = place[:-1][inner].astype(np.int64) * len(self._codes) + place[1:][inner]
        order = np.argsort(pair, kind="stable")
        self._pair, self._owner = pair[order], owner[:-1][inner][order].astype(np.int64)
        first = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
        last = np.concatenate([first[1:], [len(owner)]]) - 1
        self._start, self._end = place[first], place[last]
        self._meeting = np.bincount(np.concatenate([self._start, self._end]), minlength=len(self._codes))
        self._tree = shapely.STRtree(network.lines)
        self.in_ring = np.zeros(len(network.lines), dtype=bool)
        for ring in rings:
            nodes = self._node(as_degrees(ring))
            for one in range(len(nodes) - 1):
                self.in_ring[self._owners(int(nodes[one]), int(nodes[one + 1]))] = True

    def is_corner(self, node: int) -> bool:
        """Whether more than two segments meet here, so that one can choose."""
        return node != NONE and bool(self._meeting[node] > 2)

    def leads_out(self, node: int, mode: TravelMode) -> bool:
        """Whether one may leave a roundabout at this node."""
        kmh = self._network.segments.kmh[mode]
        leaving = ((self._start == node) & (kmh[:, 0] > 0)) | ((self._end == node) & (kmh[:, 1] > 0))
        return bool((leaving & ~self.in_ring).any())

    def trace(self, line: Sequence[LonLat]) -> Trace:
        """Lay a line of at least two points, as a travel engine gives it, onto the streets."""
        points = _without_scraps(as_degrees(line))
        node = self._node(points)
        length_m = haversine_m(points[:-1], points[1:])
        segment = np.full(len(points) - 1, NONE, dtype=np.int64)
        forward = np.ones(len(points) - 1, dtype=bool)
        way = self._network.segments.way
        for n in range(len(segment)):
            found = self._piece(points[n : n + 2], int(node[n]), int(node[n + 1]))
            if found:
                before = way[segment[n - 1]] if n and segment[n - 1] != NONE else NONE
                segment[n], forward[n] = next((one for one in found if way[one[0]] == before), found[0])
        along_m = np.concatenate([[0.0], np.cumsum(length_m)])
        return Trace(points=points, node=node, segment=segment, forward=forward, length_m=length_m, along_m=along_m)

    def _node(self, degrees: Floats) -> Ints:
        codes = _code(degrees)
        at = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        node: Ints = np.where(self._codes[at] == codes, at, NONE).astype(np.int64)
        return node

    def _owners(self, tail: int, head: int) -> Ints:
        """Return the segments that have a piece from one vertex to the next, in this direction."""
        if tail == NONE or head == NONE:
            return np.empty(0, dtype=np.int64)
        first, last = np.searchsorted(self._pair, tail * len(self._codes) + head + np.arange(2)).tolist()
        owners: Ints = self._owner[first:last]
        return owners

    def _piece(self, ends: Floats, tail: int, head: int) -> list[tuple[int, bool]]:
        """Return the segments that a piece may run on, each with whether it runs in their direction."""
        found = [(one, True) for one in self._owners(tail, head).tolist()]
        found += [(one, False) for one in self._owners(head, tail).tolist()]
        if found:
            return found
        near = self._tree.query(shapely.Point(ends.mean(axis=0)), predicate="dwithin", distance=_NEAR_DEG)
        places = shapely.points(ends)
        for one in sorted(near.tolist()):
            line = self._network.lines[one]
            if (shapely.distance(line, places) <= _NEAR_DEG).all():
                begin, finish = shapely.line_locate_point(line, places)
                found.append((one, bool(begin <= finish)))
        return found


def _without_scraps(points: Floats) -> Floats:
    """Leave out the steps to and from the street that are shorter than a metre: their direction is chance."""
    if len(points) > 2 and haversine_m(points[0], points[1]) < _SCRAP_M:
        points = points[1:]
    if len(points) > 2 and haversine_m(points[-1], points[-2]) < _SCRAP_M:
        points = points[:-1]
    return points


def beside_deg(heading: float, start: Floats, end: Floats) -> float:
    """Return the angle (-180…180, right positive) under which `end` is seen from `start` when looking along `heading`."""
    return turn_deg(heading, bearing_deg(start, end))


def turn_deg(before: float, after: float) -> float:
    """Return the change of a bearing, -180…180, right positive."""
    return (after - before + 180) % 360 - 180


def _code(degrees: Floats) -> Ints:
    whole = np.rint(degrees * _UNIT).astype(np.int64)
    code: Ints = whole[:, 0] * _SHIFT + whole[:, 1]
    return code
