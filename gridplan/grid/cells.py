"""Cells where none exist: a community parted along roads and water into pieces with few sites each, in reading order."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from math import ceil
from statistics import median

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from gridplan.grid.blocks import Barriers, blocks_of, put_together
from gridplan.grid.codes import CodeScheme
from gridplan.model.place import Area, AreaCode, AreaLevel, LonLat

NO_BARRIERS = Barriers()
_FINE = 2
"""A block with too many sites is cut into pieces of a cell's share by this before it is put together with its neighbours."""

_LATTICE = 40
"""So many points across stand for the size of an area."""


def make_cells(
    community: Area,
    points: Sequence[LonLat],
    sites: int,
    scheme: CodeScheme,
    used: Collection[str] = (),
    barriers: Barriers = NO_BARRIERS,
) -> tuple[Area, ...]:
    """Return cells of about `sites` sites that tile the community, each in one piece, in the order of their codes.

    Cells are put together from the blocks between the barriers. What has too many sites in one block is halved again and again
    across its longer side where that parts its sites evenly. A community of several parts has at least one cell for each. The
    same input gives the same cells.

    Raises
    ------
    InputError, Conflict
        The scheme has no codes for cells, or not enough.
    """
    at = np.array([(point[0], point[1]) for point in points], dtype=float).reshape(-1, 2)
    pieces: list[Polygon] = []
    for part in shapely.get_parts(community.polygon):
        inside = at[shapely.intersects_xy(part, at[:, 0], at[:, 1])]
        pieces += _cut(part, inside, max(1, ceil(len(inside) / sites)), sites, barriers)
    cells: list[Area] = []
    taken = set(used)
    for number, piece in enumerate(_reading_order(pieces), 1):
        code = scheme.next(community.code, AreaLevel.CELL, taken)
        taken.add(code)
        name = f"{community.name}{number:03d}"
        cells.append(Area(code=code, level=AreaLevel.CELL, name=name, parent_code=community.code, polygon=piece))
    return tuple(cells)


def part_evenly(
    polygon: Polygon | MultiPolygon, points: Sequence[LonLat], count: int, barriers: Barriers = NO_BARRIERS
) -> list[Polygon]:
    """Return about `count` pieces of an area with sites as even as can be, else of even size, in reading order.

    Few sites say nothing: below two a piece it is parted by size.
    """
    at = np.array([(point[0], point[1]) for point in points], dtype=float).reshape(-1, 2)
    if len(at) < 2 * count:
        west, south, east, north = polygon.bounds
        steps = (np.arange(_LATTICE) + 0.5) / _LATTICE
        east_of, north_of = np.meshgrid(west + steps * (east - west), south + steps * (north - south))
        at = np.column_stack([east_of.ravel(), north_of.ravel()])
    parts = [part for part in shapely.get_parts(polygon) if isinstance(part, Polygon)]
    inside = [at[shapely.intersects_xy(part, at[:, 0], at[:, 1])] for part in parts]
    share = max(1, sum(map(len, inside))) / count
    pieces: list[Polygon] = []
    for part, held in zip(parts, inside, strict=True):
        pieces += _cut(part, held, max(1, round(len(held) / share)), share, barriers)
    return _reading_order(pieces)


def along_line(polygon: Polygon | MultiPolygon, line: BaseGeometry) -> list[Polygon]:
    """Return the pieces into which a line parts an area, in reading order; the area itself where it does not cross it."""
    pieces: list[Polygon] = []
    for part in shapely.get_parts(polygon):
        pieces += blocks_of(part, Barriers(main=[line]))
    return _reading_order(pieces)


def cell_of(cells: Sequence[Area], point: LonLat) -> AreaCode | None:
    """Return the cell a point lies in: on a border the lowest code, None outside all."""
    return min((cell.code for cell in cells if shapely.intersects_xy(cell.polygon, *point)), default=None)


def _cut(part: Polygon, at: NDArray[np.float64], count: int, share: float, barriers: Barriers) -> list[Polygon]:
    """Return one polygon in about `count` pieces of about `share` sites."""
    whole = blocks_of(part, barriers) if count > 1 else [part]
    if len(whole) == 1:
        return _parted(part, at, count)
    small: list[Polygon] = []
    for block, held in _with_sites(whole, at):
        small += _parted(block, held, ceil(len(held) * _FINE / share) if len(held) > share else 1)
    return put_together(small, [len(held) for _, held in _with_sites(small, at)], count, barriers)


def _with_sites(shapes: Sequence[Polygon], at: NDArray[np.float64]) -> Iterator[tuple[Polygon, NDArray[np.float64]]]:
    """Yield each polygon with the sites in it; a site on a border is in the first of its polygons."""
    site, shape = shapely.STRtree(shapes).query(shapely.points(at), "intersects")
    home = np.full(len(at), -1)
    last = np.argsort(-shape, kind="stable")  # the first polygon is written last and stays
    home[site[last]] = shape[last]
    for number, polygon in enumerate(shapes):
        yield polygon, at[home == number]


def _parted(piece: Polygon, at: NDArray[np.float64], count: int) -> list[Polygon]:
    if count < 2:
        return [piece]
    west, south, east, north = piece.bounds
    axis = 0 if (east - west) * np.cos(np.radians((south + north) / 2)) >= north - south else 1
    first = count // 2
    values = np.unique(at[:, axis])
    if len(values) < 2:  # all on one line: the other way round, or not at all
        axis = 1 - axis
        values = np.unique(at[:, axis])
        if len(values) < 2:
            return [piece]
    below = np.searchsorted(np.sort(at[:, axis]), values[1:])  # sites before each possible cut
    best = int(np.argmin(np.abs(below - len(at) * first / count)))
    one, other = _halved(piece, axis, float((values[best] + values[best + 1]) / 2))
    if other is None:
        return [one]
    in_one = shapely.intersects_xy(one, at[:, 0], at[:, 1])
    share = round(count * int(in_one.sum()) / len(at))
    split = min(max(share, 1), count - 1)
    return [*_parted(one, at[in_one], split), *_parted(other, at[~in_one], count - split)]


def _halved(piece: Polygon, axis: int, cut: float) -> tuple[Polygon, Polygon | None]:
    """Part a polygon at a meridian or parallel into two that are each in one piece; what is cut off joins its neighbour."""
    west, south, east, north = piece.bounds
    low = box(west - 1, south - 1, *((cut, north + 1) if axis == 0 else (east + 1, cut)))
    halves = [
        [part for part in shapely.get_parts(half) if isinstance(part, Polygon) and part.area > 0]
        for half in (shapely.intersection(piece, low), shapely.difference(piece, low))
    ]
    if not all(halves):
        return piece, None
    parts = [*halves[0], *halves[1]]
    seeds = [max(half, key=lambda part: part.area) for half in halves]
    side = {parts.index(seed): index for index, seed in enumerate(seeds)}
    waiting = deque(side)
    while waiting:
        here = waiting.popleft()
        for there, part in enumerate(parts):
            if there not in side and shapely.length(shapely.intersection(parts[here], part)) > 0:
                side[there] = side[here]
                waiting.append(there)
    one, other = (
        shapely.union_all([part for index, part in enumerate(parts) if side.get(index) == half]) for half in (0, 1)
    )
    if len(side) < len(parts) or not (isinstance(one, Polygon) and isinstance(other, Polygon)):
        return piece, None
    return one, other


def _reading_order(pieces: Sequence[Polygon]) -> list[Polygon]:
    """West to east, then north to south: a row holds the pieces whose middle lies within half a usual height of its first."""
    heights = [piece.bounds[3] - piece.bounds[1] for piece in pieces]
    reach = median(heights) / 2
    waiting = sorted(pieces, key=lambda piece: (-piece.centroid.y, piece.centroid.x))
    ordered: list[Polygon] = []
    while waiting:
        top = waiting[0].centroid.y
        row = [piece for piece in waiting if top - piece.centroid.y <= reach]
        ordered += sorted(row, key=lambda piece: (piece.centroid.x, -piece.centroid.y))
        waiting = waiting[len(row) :]
    return ordered
