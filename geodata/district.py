"""The areas of the invented district: blocks between grid lines grow into cells, communities and townships."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely import Polygon

from geodata.ground import CELLS, DISTRICT_CODE, TOWNS, Array, Ground, to_degrees
from geodata.names import community_names
from geodata.streets import PRIMARY, SECONDARY, TERTIARY, Grid, Ints
from gridplan.model.place import AreaLevel

_SMOOTH_M = 130.0
_COSTS = {PRIMARY: 3.4, SECONDARY: 2.6, TERTIARY: 1.8}  # borders like to follow wide streets


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area; `polygon` in degrees. `parent` is "" for a township."""

    code: str
    level: AreaLevel
    name: str
    parent: str
    polygon: shapely.Geometry


@dataclass(frozen=True)
class District:
    """All areas of the district, each level in the order of its codes."""

    townships: tuple[Area, ...]
    communities: tuple[Area, ...]
    cells: tuple[Area, ...]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree([cell.polygon for cell in self.cells])

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each code."""
        return {area.code: area.name for area in (*self.townships, *self.communities, *self.cells)}

    def cells_of(self, degrees: Array) -> list[str]:
        """Return the code of the cell that holds each point (n, 2), the lowest on an edge, "" outside."""
        found = [""] * len(degrees)
        hits = self._tree.query(shapely.points(degrees), predicate="intersects")
        for point, cell in sorted(zip(*(side.tolist() for side in hits), strict=True), reverse=True):
            found[point] = self.cells[cell].code
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """The blocks that touch the district: middles (n, 2), shapes, weights and who lies beside whom at which cost."""

    middle: Array
    shape: NDArray[np.object_]
    weight: Array
    beside: csr_array


def _blocks(ground: Ground, grid: Grid) -> _Blocks:
    at = grid.at
    corners = np.stack([at[:-1, :-1], at[1:, :-1], at[1:, 1:], at[:-1, 1:]], axis=2)
    middle = corners.mean(axis=2)
    shapely.prepare(ground.outline)
    inside = shapely.intersects(ground.outline, shapely.polygons(corners))
    number = np.full(inside.shape, -1)
    number[inside] = np.arange(inside.sum())
    crossed = np.concatenate([np.repeat(grid.column_class[1:-1, None], inside.shape[1], axis=1).ravel(),
                              np.repeat(grid.row_class[None, 1:-1], inside.shape[0], axis=0).ravel()])  # fmt: skip
    first = np.concatenate([number[:-1].ravel(), number[:, :-1].ravel()])
    second = np.concatenate([number[1:].ravel(), number[:, 1:].ravel()])
    real = (first >= 0) & (second >= 0)
    first, second, crossed = first[real], second[real], crossed[real]
    centres = middle[inside]
    links = shapely.linestrings(np.stack([centres[first], centres[second]], axis=1))
    cost = np.hypot(*(centres[first] - centres[second]).T)
    cost *= np.array([_COSTS.get(klass, 1.0) for klass in range(4)])[crossed]
    cost[shapely.intersects(ground.streams, links)] += 350
    cost[shapely.intersects(ground.river, links)] += 1_500
    size = len(centres)
    beside = csr_array((np.concatenate([cost, cost]), (np.concatenate([first, second]), np.concatenate([second, first]))),
                       shape=(size, size))  # fmt: skip
    shapes = np.asarray(shapely.polygons(corners[inside]))
    return _Blocks(centres, shapes, shapely.area(shapes) * (0.10 + ground.density(centres)), beside)


def _split(blocks: _Blocks, members: Ints, seeds: Ints) -> list[Ints]:
    """Return the connected parts of `members` that lie nearest to each seed (numbers within `members`)."""
    graph = blocks.beside[members][:, members]
    _, _, source = dijkstra(graph, directed=False, indices=seeds, min_only=True, return_predecessors=True)
    return [members[source == seed] for seed in seeds]


def _seeds(blocks: _Blocks, members: Ints, count: int, rng: np.random.Generator) -> Ints:
    """Return `count` members spread evenly by weight (Lloyd's iteration)."""
    points, weight = blocks.middle[members], blocks.weight[members]
    centres = points[rng.choice(len(members), count, replace=False, p=weight / weight.sum())]
    for _ in range(25):
        owner = np.hypot(*(points[:, None] - centres[None]).transpose(2, 0, 1)).argmin(axis=1)
        for n in range(count):
            mine = owner == n
            if mine.any():
                centres[n] = np.average(points[mine], axis=0, weights=weight[mine])
    chosen: list[int] = []
    for centre in centres:
        order = np.hypot(*(points - centre).T).argsort()
        chosen.append(next(int(n) for n in order if int(n) not in chosen))
    return np.array(chosen)


def _in_order(blocks: _Blocks, parts: list[Ints]) -> list[Ints]:
    """Return the parts band by band from north to south, each band from west to east."""
    middles = np.array([blocks.middle[part].mean(axis=0) for part in parts])
    bands = max(1, round(len(parts) ** 0.5))
    rank = (-middles[:, 1]).argsort().argsort() * bands // len(parts)
    return [parts[n] for n in np.lexsort((middles[:, 0], rank))]


def _cell_counts(communities: int, rng: np.random.Generator) -> list[int]:
    """Return how many cells each community has: 3 to 8, `CELLS` in all."""
    counts = rng.integers(3, 8, communities)
    while counts.sum() != CELLS:
        step = 1 if counts.sum() < CELLS else -1
        n = int(rng.integers(communities))
        if 3 <= counts[n] + step <= 8:
            counts[n] += step
    return [int(count) for count in counts]


def make_district(ground: Ground, grid: Grid, seed: int) -> District:
    """Return the areas; they share their edges exactly and nest by code."""
    rng = np.random.default_rng([seed, 4])
    blocks = _blocks(ground, grid)
    everything = np.arange(len(blocks.middle))
    _, label = connected_components(blocks.beside, directed=False)
    everything = everything[label == np.bincount(label).argmax()]
    at_town = [int(np.hypot(*(blocks.middle[everything] - (town.x, town.y)).T).argmin()) for town in TOWNS]
    towns = _split(blocks, everything, np.array(at_town))
    town_order = _in_order(blocks, towns)
    counts = iter(_cell_counts(sum(town.communities for town in TOWNS), rng))
    keys: list[tuple[str, str, str]] = []
    members: list[Ints] = []
    for t, part in enumerate(town_order, 1):
        town = TOWNS[next(n for n, own in enumerate(towns) if own is part)]
        township = f"{DISTRICT_CODE}{t:03d}"
        communities = _split(blocks, part, _seeds(blocks, part, town.communities, rng))
        for c, community_part in enumerate(_in_order(blocks, communities), 1):
            cells = _split(blocks, community_part, _seeds(blocks, community_part, next(counts), rng))
            for n, cell_part in enumerate(_in_order(blocks, cells), 1):
                keys.append((town.name, f"{township}{c:03d}", f"{township}{c:03d}{n:03d}"))
                members.append(cell_part)
    polygons = _smooth([shapely.unary_union(blocks.shape[part]) for part in members], ground)
    return _name(keys, polygons, ground, seed)


def _smooth(shapes: list[shapely.Geometry], ground: Ground) -> list[Polygon]:
    """Return the shapes in degrees, steps of single blocks drawn straight; neighbours keep one common border."""
    smooth = shapely.coverage_simplify(shapes, _SMOOTH_M, simplify_boundary=False)
    return list(shapely.transform(shapely.intersection(smooth, ground.outline), to_degrees))


def _name(keys: list[tuple[str, str, str]], polygons: list[Polygon], ground: Ground, seed: int) -> District:
    rng = np.random.default_rng([seed, 5])
    codes = sorted({community for _, community, _ in keys})
    town_of = {community: town for town, community, _ in keys}
    stems = community_names(len(codes), rng)
    cells_of: dict[str, list[Polygon]] = {code: [] for code in codes}
    for (_, community, _), polygon in zip(keys, polygons, strict=True):
        cells_of[community].append(polygon)
    shapes = {code: shapely.coverage_union_all(parts) for code, parts in cells_of.items()}
    names = {}
    for code, stem in zip(codes, stems, strict=True):
        village = not town_of[code].endswith("街道") and shapely.area(shapes[code]) > 1.9e-4  # about 2 km²
        names[code] = stem + ("村" if village else "社区")
    townships = {code[:9]: town for code, town in town_of.items()}
    return District(
        townships=tuple(
            Area(code=code, level=AreaLevel.TOWNSHIP, name=name, parent="",
                 polygon=shapely.coverage_union_all([shapes[c] for c in codes if c.startswith(code)]))
            for code, name in sorted(townships.items())
        ),
        communities=tuple(
            Area(code=code, level=AreaLevel.COMMUNITY, name=names[code], parent=code[:9], polygon=shapes[code])
            for code in codes
        ),
        cells=tuple(
            Area(code=cell, level=AreaLevel.CELL, name=f"{names[community]}第{int(cell[-3:])}网格", parent=community, polygon=polygon)
            for (_, community, cell), polygon in zip(keys, polygons, strict=True)
        ),
    )  # fmt: skip
