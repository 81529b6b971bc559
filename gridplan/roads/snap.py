"""Puts points onto the nearest street of a travel mode, and says how far that was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.model.words import Text, say
from gridplan.roads.measure import EARTH_M, Floats, as_degrees, haversine_m
from gridplan.roads.network import RoadNetwork

WARN_M = 50
LIMIT_M = 200
"""A point farther from the streets is not snapped: it cannot be reached."""


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

    Nearness is judged on a plane around the network's middle; the distance given is the one on the earth.
    """

    def __init__(self, network: RoadNetwork, mode: TravelMode) -> None:
        _, south, _, north = network.extent
        metre = math.radians(1) * EARTH_M
        self._scale = np.array([metre * math.cos(math.radians((south + north) / 2)), metre])
        self._segments = np.unique(np.flatnonzero(network.graphs[mode].arc_head >= 0) // 2)
        self._lines = shapely.transform(network.lines[self._segments], lambda degrees: degrees * self._scale)
        self._tree = shapely.STRtree(self._lines)
        self._known: dict[LonLat, Snap] = {}

    def snap(self, points: Sequence[LonLat]) -> list[Snap]:
        """Return one Snap a point; of equally near streets the first of the file."""
        degrees = as_degrees(points)
        fresh = [n for n, point in enumerate(points) if point not in self._known]
        if fresh and not len(self._segments):
            for n in fresh:
                self._known[points[n]] = Snap(
                    point=points[n], on_street=points[n], distance_m=math.inf, segment=-1, fraction=0.0
                )
        elif fresh:
            self._add([points[n] for n in fresh], degrees[fresh])
        return [self._known[point] for point in points]

    def piece(self, segment: int, start: float, end: float) -> Floats:
        """Return the (n, 2) degrees of `segment` from fraction `start` to `end`; backwards when start > end."""
        line = self._lines[int(np.searchsorted(self._segments, segment))]
        low, high = sorted((start, end))
        cuts = shapely.line_interpolate_point(line, [low, high], normalized=True)
        coords = shapely.get_coordinates(line)
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(coords, axis=0).T))])
        inner = coords[(along > low * along[-1]) & (along < high * along[-1])]
        ends = shapely.get_coordinates(cuts)
        part: Floats = np.concatenate([ends[:1], inner, ends[1:]]) / self._scale
        return part if start <= end else part[::-1]

    def _add(self, points: Sequence[LonLat], degrees: Floats) -> None:
        plane = shapely.points(degrees * self._scale)
        found = self._tree.query_nearest(plane, all_matches=True)
        order = np.lexsort((found[1], found[0]))
        asked, first = np.unique(found[0][order], return_index=True)
        nearest: NDArray[np.int64] = found[1][order][first]
        lines = self._lines[nearest]
        fraction = shapely.line_locate_point(lines, plane[asked], normalized=True)
        on_street = (
            shapely.get_coordinates(shapely.line_interpolate_point(lines, fraction, normalized=True)) / self._scale
        )
        distance_m = haversine_m(degrees, on_street)
        for n, point in enumerate(points):
            self._known[point] = Snap(
                point=point,
                on_street=LonLat(*on_street[n].tolist()),
                distance_m=float(distance_m[n]),
                segment=int(self._segments[nearest[n]]),
                fraction=float(fraction[n]),
            )
