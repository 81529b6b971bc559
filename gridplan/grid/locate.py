"""Which area a point lies in, for 100,000 points at once, and where an address and its point disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.model.place import Area, AreaCode, AreaLevel, LonLat

_LEVELS = tuple(AreaLevel)


class AreaIndex:
    """The areas of a district, ready to be asked. A point on an edge belongs to the lowest code."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas = sorted(areas, key=lambda area: area.code)
        self._level = np.array([area.level.depth for area in self._areas], dtype=np.int64)
        self._ancestors = self._chains()
        for area in self._areas:
            shapely.prepare(area.polygon)

    def _chains(self) -> NDArray[np.int64]:
        """Return, shape (areas, levels), the index of each area itself and of its ancestors; -1 where there is none."""
        position = {area.code: index for index, area in enumerate(self._areas)}
        chains = np.full((len(self._areas), len(_LEVELS)), -1, dtype=np.int64)
        for index in range(len(self._areas)):
            at: int | None = index
            for _ in _LEVELS:  # no chain is longer than the levels
                if at is None:
                    break
                chains[index, self._level[at]] = at
                parent = self._areas[at].parent_code
                at = position.get(parent) if parent is not None else None
        return chains

    def locate(self, points: Sequence[LonLat]) -> list[dict[AreaLevel, AreaCode]]:
        """Return the area of each point at each level, widest first; {} outside all areas.

        The finest area found brings its own ancestors; a level that they leave open is filled by geometry.
        """
        if not points:
            return []
        at: Any = shapely.points(np.array([(point[0], point[1]) for point in points], dtype=float))
        found = np.full((len(points), len(_LEVELS)), -1, dtype=np.int64)
        tree = shapely.STRtree(at)
        polygons = np.array([area.polygon for area in self._areas], dtype=object)
        area, point = tree.query(polygons, predicate="intersects")
        order = np.argsort(-area, kind="stable")  # the lowest code is written last and stays
        found[point[order], self._level[area[order]]] = area[order]
        for depth in range(len(_LEVELS)):  # the finest level is written last and stays
            here = found[:, depth]
            known = np.flatnonzero(here >= 0)
            chains = self._ancestors[here[known]]
            found[known] = np.where(chains >= 0, chains, found[known])
        return [
            {level: self._areas[index].code for level, index in zip(_LEVELS, row, strict=True) if index >= 0}
            for row in found.tolist()
        ]


def compare(named: Mapping[AreaLevel, AreaCode], found: Mapping[AreaLevel, AreaCode]) -> AreaLevel | None:
    """Return the first (widest) level at which the areas an address names and those its point lies in differ; else None."""
    for level in _LEVELS:
        if level in named and level in found and named[level] != found[level]:
            return level
    return None
