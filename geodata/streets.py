"""The streets of the invented district: a bent grid whose lines are roads, thinned towards the fields and cut by water."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import pi

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.ground import HEIGHT_M, WIDTH_M, Array, Ground

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
CLASSES = ("primary", "secondary", "tertiary", "residential")
PRIMARY, SECONDARY, TERTIARY, RESIDENTIAL = range(4)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """A bent grid. Column i and row j meet at `at[i, j]` (metres); `column_class`, `row_class` index `CLASSES`."""

    at: Array
    column_class: Ints
    row_class: Ints

    @property
    def columns(self) -> int:
        """How many lines run south–north."""
        return int(self.at.shape[0])

    @property
    def rows(self) -> int:
        """How many lines run west–east."""
        return int(self.at.shape[1])

    def vertex(self, i: int, j: int) -> int:
        """Return the number of a vertex."""
        return i * self.rows + j

    def point(self, vertex: int) -> Array:
        """Return the metres of a vertex."""
        return np.asarray(self.at[vertex // self.rows, vertex % self.rows])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Streets:
    """Which edges of the grid are streets: `across[i, j]` leads from (i, j) to (i+1, j), `up[i, j]` to (i, j+1)."""

    grid: Grid
    across: Bools
    up: Bools
    across_bridge: Bools
    up_bridge: Bools
    island: Bools


def _spacing(length_m: float, centre_m: float) -> Array:
    """Return line positions from well before 0 to well beyond `length_m`, closest together around `centre_m`."""
    places = [-2_400.0]
    while places[-1] < length_m + 2_400:
        away = abs(places[-1] - centre_m) / (length_m / 2)
        places.append(places[-1] + 112 + 62 * away**1.4)
    return np.array(places)


def _line_classes(count: int, rng: np.random.Generator) -> Ints:
    """Return a class for each line: every few lines a tertiary one, every third of them secondary or primary."""
    classes = np.full(count, RESIDENTIAL)
    line, turn = int(rng.integers(1, 4)), int(rng.integers(0, 6))
    while line < count:
        classes[line] = (PRIMARY, TERTIARY, TERTIARY, SECONDARY, TERTIARY, TERTIARY)[turn % 6]
        line, turn = line + int(rng.integers(4, 7)), turn + 1
    return classes


def make_grid(seed: int) -> Grid:
    """Return the bent grid, before anything is thinned."""
    rng = np.random.default_rng([seed, 2])
    across, up = _spacing(WIDTH_M, 9_500), _spacing(HEIGHT_M, 7_800)
    across[1:-1] += rng.uniform(-14, 14, len(across) - 2)
    up[1:-1] += rng.uniform(-14, 14, len(up) - 2)
    x, y = np.meshgrid(across, up, indexing="ij")
    for axis_shift in (5_900.0, 8_300.0):  # two scales of bends; far under a fold
        a, b, c, d = rng.uniform(0, 2 * pi, 4)
        size = 0.045 * axis_shift
        x, y = (
            x + size * np.sin(2 * pi * (y + 0.35 * x) / axis_shift + a) + 45 * np.sin(2 * pi * y / 2_300 + b),
            y + size * np.sin(2 * pi * (x - 0.30 * y) / axis_shift + c) + 45 * np.sin(2 * pi * x / 2_100 + d),
        )
    x, y = x + rng.normal(0, 6, x.shape), y + rng.normal(0, 6, y.shape)
    return Grid(
        at=np.stack([x, y], axis=2),
        column_class=_line_classes(len(across), rng),
        row_class=_line_classes(len(up), rng),
    )


def _segments(start: Array, end: Array) -> NDArray[np.object_]:
    return np.asarray(shapely.linestrings(np.stack([start.reshape(-1, 2), end.reshape(-1, 2)], axis=1)))


def _runs_kept(density: Array, line_class: Ints, cross_class: Ints, rng: np.random.Generator) -> Bools:
    """Return which edges (n, lines) stay: whole runs between two wider streets stay or go together, so few ends dangle."""
    kept = np.ones(density.shape, dtype=bool)
    for line, klass in enumerate(line_class.tolist()):
        cuts = [0, *(np.flatnonzero(cross_class < max(klass, SECONDARY))).tolist(), len(density)]
        for first, last in pairwise(cuts):
            if first == last:
                continue
            built = float(density[first:last, line].mean())
            chance = (1.0, 0.90 + 0.3 * built, 0.48 + 1.3 * built, 1.22 * built - 0.08)[klass]
            if rng.random() > chance:
                kept[first:last, line] = False
            elif klass == RESIDENTIAL and last - first > 2 and rng.random() < 0.22:  # a street that ends half-way
                kept[first + int(rng.integers(1, last - first)) : last, line] = False
    return kept


def make_streets(ground: Ground, grid: Grid, seed: int) -> Streets:
    """Return the streets: thinned by density, bridged only where a road is wide enough, all but the island connected."""
    rng = np.random.default_rng([seed, 3])
    at = grid.at
    wide = shapely.unary_union([ground.river, ground.lake.buffer(12)])
    parks = ground.parks
    island = shapely.contains_xy(ground.island.buffer(-12), at[..., 0], at[..., 1])
    banned = ground.island.buffer(500)  # no bridge near the island
    reach = ground.outline.buffer(40)
    far = ground.outline.buffer(650)
    kept, bridges = [], []
    for start, end, line_class, cross_class, transposed in (
        (at[:-1], at[1:], grid.row_class, grid.column_class, False),
        (at[:, :-1], at[:, 1:], grid.column_class, grid.row_class, True),
    ):
        shape = start.shape[:2]
        lines = _segments(start, end)
        density = ground.density((0.5 * (start + end)).reshape(-1, 2)).reshape(shape)
        along = density.T if transposed else density
        stays = _runs_kept(along, line_class, cross_class, rng)
        stays = stays.T if transposed else stays
        klass = np.broadcast_to(line_class[:, None] if transposed else line_class[None, :], shape)
        in_wide = _touches(lines, wide).reshape(shape)
        in_lake = _touches(lines, ground.lake.buffer(12)).reshape(shape)
        in_stream = _touches(lines, ground.streams).reshape(shape)
        near_island = _touches(lines, banned).reshape(shape)
        chance: Array = rng.random((shape[0] if transposed else shape[1],))
        lucky = np.broadcast_to((chance < 0.55)[:, None] if transposed else (chance < 0.55)[None, :], shape)
        over_river = (klass == PRIMARY) | ((klass == SECONDARY) & lucky)
        over_stream = (klass <= SECONDARY) | ((klass == TERTIARY) & lucky)
        stays &= ~in_wide | (over_river & ~in_lake & ~near_island)
        stays &= ~in_stream | over_stream
        stays &= ~_touches(lines, parks).reshape(shape) | (klass <= SECONDARY)
        inside = _within(lines, reach).reshape(shape) | ((klass <= SECONDARY) & _within(lines, far).reshape(shape))
        on_island = (island[:-1] & island[1:]) if not transposed else (island[:, :-1] & island[:, 1:])
        on_island = on_island & ~in_wide
        kept.append((stays & inside & ~_touches(lines, ground.island.buffer(60)).reshape(shape)) | on_island)
        bridges.append(in_wide | in_stream)
    across, up = kept
    across, up = _connected(grid, across, up, island)
    return Streets(
        grid=grid, across=across, up=up, across_bridge=across & bridges[0], up_bridge=up & bridges[1], island=island
    )


def _touches(lines: NDArray[np.object_], shape: shapely.Geometry) -> Bools:
    shapely.prepare(shape)
    return np.asarray(shapely.intersects(shape, lines))


def _within(lines: NDArray[np.object_], shape: shapely.Geometry) -> Bools:
    shapely.prepare(shape)
    return np.asarray(shapely.contains(shape, lines))


def edge_ends(grid: Grid, across: Bools, up: Bools) -> tuple[Ints, Ints]:
    """Return the vertices (from, to) of all streets, those across first."""
    numbers = np.arange(grid.columns * grid.rows).reshape(grid.columns, grid.rows)
    return (
        np.concatenate([numbers[:-1][across], numbers[:, :-1][up]]),
        np.concatenate([numbers[1:][across], numbers[:, 1:][up]]),
    )


def _connected(grid: Grid, across: Bools, up: Bools, island: Bools) -> tuple[Bools, Bools]:
    """Drop what hangs together with neither the main network nor the island's own streets."""
    start, end = edge_ends(grid, across, up)
    size = grid.columns * grid.rows
    _, label = connected_components(coo_array((np.ones(len(start)), (start, end)), shape=(size, size)), directed=False)
    main = np.bincount(label).argmax()
    good = (label == main).reshape(grid.columns, grid.rows)
    if island.any():
        own = label.reshape(grid.columns, grid.rows)
        good |= island & (own == np.bincount(own[island]).argmax())
    return across & good[:-1] & good[1:], up & good[:, :-1] & good[:, 1:]
