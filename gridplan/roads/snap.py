"""Puts points onto the nearest street of a travel mode, and says how far that was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.model.words import Text, say
from gridplan.roads.measure import EARTH_M, Floats, as_degrees, haversine_m
from gridplan.roads.network import RoadNetwork
from gridplan.roads.search import Ints

WARN_M = 50
LIMIT_M = 200
"""A point farther from the streets is not snapped: it cannot be reached."""
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Snap:
    """Where a point meets the network: `fraction` (0…1) along segment `segment`, `distance_m` away from the point.

    `segment` is -1 and `distance_m` infinite when the mode has no network at all.
    """

    point: LonLat
    on_street: LonLat
    distance_m: float
    segment: int
    fraction: float

    @property
    def ok(self) -> bool:
        """Whether the point can be reached: at most 200 m from the street."""
        return self.distance_m <= LIMIT_M

    def note(self, name: str, mode: TravelMode) -> Text | None:
        """Return what to tell of a point called `name` that lies far (over 50 m) or too far (over 200 m) from a street."""
        if self.distance_m <= WARN_M:
            return None
        if self.segment < 0:
            return say("roads.no_network", mode=say(f"roads.mode_{mode}"))
        distance = f"{self.distance_m:.0f}"
        if self.ok:
            return say("roads.far", name=name, distance=distance)
        return say("roads.too_far", name=name, distance=distance, limit=LIMIT_M, mode=say(f"roads.mode_{mode}"))


class Snapper:
    """Finds the nearest street of the main part of one mode's network, and cuts pieces out of streets.

    Nearness is judged on a plane around the network's middle; the distance given is the one on the earth. The straight pieces of
    the streets are kept by the squares of a net of 200 m that they touch, in arrays alone.
    """

    def __init__(self, network: RoadNetwork, mode: TravelMode) -> None:
        _, south, _, north = network.extent
        metre = math.radians(1) * EARTH_M
        self._scale = np.array([metre * math.cos(math.radians((south + north) / 2)), metre])
        self._coords, self._first = network.coords, network.first
        segments = np.unique(np.flatnonzero(network.graphs[mode].arc_head >= 0) // 2)
        pieces = np.diff(self._first)[segments] - 1
        self._segment = np.repeat(segments, pieces)
        self._at = _ranges(self._first[segments], pieces)
        self._low = self._coords.min(axis=0) * self._scale - LIMIT_M
        self._rows = int((self._coords[:, 1].max() * self._scale[1] - self._low[1]) // LIMIT_M) + 3
        self._square, self._piece = self._by_square()
        self._known: dict[LonLat, Snap] = {}

    def snap(self, points: Sequence[LonLat]) -> list[Snap]:
        """Return one Snap a point; of equally near streets the first of the file."""
        degrees = as_degrees(points)
        fresh = [n for n, point in enumerate(points) if point not in self._known]
        if fresh and not len(self._at):
            for n in fresh:
                self._known[points[n]] = Snap(
                    point=points[n], on_street=points[n], distance_m=math.inf, segment=-1, fraction=0.0
                )
        else:
            for first in range(0, len(fresh), _AT_ONCE):
                some = fresh[first : first + _AT_ONCE]
                self._add([points[n] for n in some], degrees[some])
        return [self._known[point] for point in points]

    def piece(self, segment: int, start: float, end: float) -> Floats:
        """Return the (n, 2) degrees of `segment` from fraction `start` to `end`; backwards when start > end."""
        coords, along = self._line(segment)
        low, high = (along[-1] * fraction for fraction in sorted((start, end)))
        ends = np.column_stack([np.interp([low, high], along, coords[:, axis]) for axis in (0, 1)])
        inner = coords[(along > low) & (along < high)]
        part: Floats = np.concatenate([ends[:1], inner, ends[1:]]) / self._scale
        return part if start <= end else part[::-1]

    def _line(self, segment: int) -> tuple[Floats, Floats]:
        """Return the points of a segment on the plane, and how many metres along it each one is."""
        coords = self._coords[self._first[segment] : self._first[segment + 1]] * self._scale
        return coords, np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(coords, axis=0).T))])

    def _by_square(self) -> tuple[Ints, Ints]:
        """Return squares in order, and beside each a piece that touches it."""
        one, other = self._coords[self._at] * self._scale, self._coords[self._at + 1] * self._scale
        low = ((np.minimum(one, other) - self._low) // LIMIT_M).astype(np.int64)
        high = ((np.maximum(one, other) - self._low) // LIMIT_M).astype(np.int64)
        wide, tall = (high - low + 1).T
        piece = np.repeat(np.arange(len(self._at)), wide * tall)
        within = _ranges(np.zeros_like(wide), wide * tall)
        square = (low[piece, 0] + within // tall[piece]) * self._rows + low[piece, 1] + within % tall[piece]
        order = np.argsort(square, kind="stable")
        return square[order], piece[order]

    def _near(self, plane: Floats) -> tuple[Ints, Ints]:
        """Return (point, piece) pairs that may be less than 200 m apart: of the point's own square and the eight around it."""
        column, row = ((plane - self._low) // LIMIT_M).astype(np.int64).T
        asked, found = [], []
        for shift in (-1, 0, 1):
            begin = np.searchsorted(self._square, (column + shift) * self._rows + row - 1)
            end = np.searchsorted(self._square, (column + shift) * self._rows + row + 2)
            asked.append(np.repeat(np.arange(len(plane)), end - begin))
            found.append(self._piece[_ranges(begin, end - begin)])
        return np.concatenate(asked), np.concatenate(found)

    def _nearest(self, plane: Floats) -> tuple[Ints, Floats]:
        """Return the piece nearest to each point on the plane, and the place on it."""
        inside = (plane > self._low).all(axis=1) & ((plane[:, 1] - self._low[1]) // LIMIT_M < self._rows - 1)
        piece = np.full(len(plane), -1, dtype=np.int64)
        place = np.zeros_like(plane)
        near = np.flatnonzero(inside)
        asked, candidates = self._near(plane[near])
        self._choose(plane, near[asked], candidates, piece, place)
        far_m = np.hypot(*(place - plane).T)
        for n in np.flatnonzero(
            (piece < 0) | (far_m > LIMIT_M)
        ).tolist():  # so far off that any street may be the nearest
            every = np.arange(len(self._at))
            self._choose(plane, np.full(len(every), n), every, piece, place)
        return piece, place

    def _choose(self, plane: Floats, asked: Ints, candidates: Ints, piece: Ints, place: Floats) -> None:
        """Set the nearest of the candidates for each point that has some; of equally near ones the first of the file."""
        start = self._coords[self._at[candidates]] * self._scale
        along = self._coords[self._at[candidates] + 1] * self._scale - start
        length2 = np.maximum((along**2).sum(axis=1), 1e-12)
        share = np.clip(((plane[asked] - start) * along).sum(axis=1) / length2, 0.0, 1.0)
        foot = start + share[:, None] * along
        apart = np.hypot(*(foot - plane[asked]).T)
        order = np.lexsort((candidates, apart, asked))
        points, first = np.unique(asked[order], return_index=True)
        best = order[first]
        piece[points], place[points] = candidates[best], foot[best]

    def _add(self, points: Sequence[LonLat], degrees: Floats) -> None:
        piece, place = self._nearest(degrees * self._scale)
        on_street = place / self._scale
        distance_m = haversine_m(degrees, on_street)
        for n, point in enumerate(points):
            segment = int(self._segment[piece[n]])
            coords, along = self._line(segment)
            before = int(self._at[piece[n]] - self._first[segment])
            done = along[before] + float(np.hypot(*(place[n] - coords[before])))
            self._known[point] = Snap(
                point=point,
                on_street=LonLat(*on_street[n].tolist()),
                distance_m=float(distance_m[n]),
                segment=segment,
                fraction=min(1.0, done / along[-1]) if along[-1] > 0 else 0.0,
            )


def _ranges(begin: Ints, count: Ints) -> Ints:
    """Return begin[0], begin[0] + 1, … so many as count[0] says, then the same for the others."""
    before = np.repeat(np.cumsum(count) - count, count)
    return np.repeat(begin, count) + np.arange(int(count.sum())) - before
