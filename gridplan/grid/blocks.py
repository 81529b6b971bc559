"""Blocks between roads and water, and how they are put together so that each part has its share of the sites."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from math import cos, radians
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

_MAIN = 0.3
"""What a metre of border costs along a main road, railway or water, where along another street it costs 1."""
_BORDER = 0.2
"""So much of one cell's share of sites may lack for a border shorter by the root of the whole area."""
_TRIED = 10
"""Of each direction so many cuts nearest to the wanted share are compared."""
_ON_LINE = 1e-7  # degrees
_DIRECTIONS = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0))


class Barriers(NamedTuple):
    """Lines that cells should follow, WGS-84: main roads, railways and water, and the other streets."""

    main: Sequence[BaseGeometry] = ()
    minor: Sequence[BaseGeometry] = ()


def blocks_of(piece: Polygon, barriers: Barriers) -> list[Polygon]:
    """Return the blocks into which the barriers part a polygon, the polygon itself where they do not."""
    lines = [*barriers.main, *barriers.minor]
    crossing = [shapely.intersection(lines[n], piece) for n in shapely.STRtree(lines).query(piece, "intersects")]
    if not crossing:
        return [piece]
    borders = shapely.union_all([piece.boundary, *crossing])
    faces = shapely.get_parts(shapely.polygonize([borders]))
    inside = [face for face in faces if piece.contains(face.representative_point())]
    return inside or [piece]


def put_together(shapes: Sequence[Polygon], sites: Sequence[int], count: int, barriers: Barriers) -> list[Polygon]:
    """Return at most about `count` polygons, each made of whole blocks and in one piece, with as many sites as can be alike."""
    pieces: list[Polygon] = []
    for group in _Blocks(shapes, sites, barriers).parted(count):
        whole = shapely.union_all([shapes[block] for block in group])
        pieces += [part for part in shapely.get_parts(whole) if isinstance(part, Polygon)]
    return pieces


class _Blocks:
    """The blocks of one polygon with the sites in each, and the borders they share."""

    def __init__(self, shapes: Sequence[Polygon], sites: Sequence[int], barriers: Barriers) -> None:
        self.shapes = shapes
        self.sites = sites
        self._middles = np.array([(shape.centroid.x, shape.centroid.y) for shape in shapes])
        self._middles[:, 0] *= cos(radians(float(self._middles[:, 1].mean())))
        self._size = float(sum(shape.area for shape in shapes)) ** 0.5
        self._borders: list[dict[int, float]] = [{} for _ in shapes]
        self._find_borders(barriers)

    def _find_borders(self, barriers: Barriers) -> None:
        tree, main = shapely.STRtree(self.shapes), shapely.STRtree(barriers.main)
        pairs: NDArray[np.int64] = tree.query(self.shapes, predicate="intersects")
        for one, other in pairs.T.tolist():
            if one >= other:
                continue
            shared = shapely.intersection(self.shapes[one], self.shapes[other])
            length = float(shapely.length(shared))
            if length <= _ON_LINE:
                continue
            middle = _longest(shared).interpolate(0.5, normalized=True)
            follows = len(main.query(middle, predicate="dwithin", distance=_ON_LINE)) > 0
            self._borders[one][other] = self._borders[other][one] = length * (_MAIN if follows else 1.0)

    def parted(self, count: int) -> list[list[int]]:
        """Return the blocks in at most `count` groups of about as many sites, each group in one piece."""
        return self._parted(frozenset(range(len(self.shapes))), count)

    def _parted(self, members: frozenset[int], count: int) -> list[list[int]]:
        total = self._held(members)
        if count < 2 or len(members) < 2 or not total:
            return [sorted(members)]
        wanted = total * (count // 2) / count
        best: tuple[float, list[int]] | None = None
        for direction in _DIRECTIONS:
            order = self._grown(members, direction)
            held = np.cumsum([self.sites[block] for block in order])[:-1]
            for at in np.argsort(np.abs(held - wanted), kind="stable")[:_TRIED].tolist():
                first = frozenset(order[: at + 1])
                first |= self._strays(members - first)
                rest = members - first
                if not rest:
                    continue
                lacking = abs(self._held(first) - wanted) * count / total
                score = lacking + _BORDER * self._border(first, rest) / self._size
                if best is None or (score, sorted(first)) < best:
                    best = score, sorted(first)
        if best is None:
            return [sorted(members)]
        first = frozenset(best[1])
        share = min(max(round(count * self._held(first) / total), 1), count - 1)
        return [*self._parted(first, share), *self._parted(members - first, count - share)]

    def _held(self, members: frozenset[int]) -> int:
        return sum(self.sites[block] for block in members)

    def _border(self, first: frozenset[int], rest: frozenset[int]) -> float:
        return sum(cost for block in first for other, cost in self._borders[block].items() if other in rest)

    def _grown(self, members: frozenset[int], direction: tuple[float, float]) -> list[int]:
        """Return the blocks from one side to the other, each touching one before it as long as there is one."""
        ahead = (self._middles @ np.array(direction)).tolist()
        order: list[int] = []
        left = set(members)
        while left:
            start = min(left, key=lambda block: (ahead[block], block))
            waiting = [(ahead[start], start)]
            left.discard(start)
            while waiting:
                _, block = heappop(waiting)
                order.append(block)
                for other in self._borders[block]:
                    if other in left:
                        left.discard(other)
                        heappush(waiting, (ahead[other], other))
        return order

    def _strays(self, members: frozenset[int]) -> frozenset[int]:
        """Return what does not hang together with the largest part of these blocks."""
        parts: list[set[int]] = []
        left = set(members)
        while left:
            part, waiting = set[int](), [left.pop()]
            while waiting:
                block = waiting.pop()
                part.add(block)
                near = self._borders[block].keys() & left
                left -= near
                waiting += near
            parts.append(part)
        parts.sort(key=lambda part: (-self._held(frozenset(part)), -len(part), min(part)))
        return frozenset().union(*parts[1:])


def _longest(shared: BaseGeometry) -> LineString:
    lines = [part for part in shapely.get_parts(shapely.line_merge(shared)) if isinstance(part, LineString)]
    return max(lines, key=lambda line: float(line.length))
