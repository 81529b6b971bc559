"""Roads out of streets: runs of one line get a class, a name and rules, and some crossings forbid a turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from geodata.ground import Array, Ground
from geodata.names import road_stems
from geodata.streets import CLASSES, PRIMARY, RESIDENTIAL, SECONDARY, TERTIARY, Grid, Ints, Streets

_SUFFIX = {PRIMARY: ("大道",), SECONDARY: ("路",), TERTIARY: ("路", "街"), RESIDENTIAL: ("路", "街", "巷", "弄", "巷")}
_MAXSPEED = {PRIMARY: "60", SECONDARY: "50", TERTIARY: "40"}
_TURNS = ("no_left_turn", "no_left_turn", "no_right_turn", "only_straight_on")
_RESTRICTED = 60
_FAR_M = 9_000.0
"""Two streets of one name are so far apart that they lie in different townships."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way: vertices of the grid in order, and its tags."""

    vertices: tuple[int, ...]
    tags: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A restriction from one way over a vertex to another way (numbers of ways)."""

    rule: str
    source: int
    via: int
    target: int


@dataclass(slots=True, kw_only=True)
class Road:
    """One named road: its edges in order with the distance from its beginning in metres."""

    name: str
    edges: list[tuple[int, int, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """All ways, the named roads and the forbidden turns."""

    grid: Grid
    ways: tuple[Way, ...]
    named: tuple[Road, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Streets of one line without a gap: vertices, and for each edge whether it is a bridge."""

    line: int
    upwards: bool
    klass: int
    vertices: tuple[int, ...]
    bridge: tuple[bool, ...]
    island: bool


def _runs(streets: Streets) -> Iterator[_Run]:
    grid = streets.grid
    for upwards, kept, bridges, classes in (
        (False, streets.across.T, streets.across_bridge.T, grid.row_class),
        (True, streets.up, streets.up_bridge, grid.column_class),
    ):
        for line, row in enumerate(kept):
            edges = np.flatnonzero(row)
            for run in np.split(edges, np.flatnonzero(np.diff(edges) > 1) + 1) if len(edges) else ():
                steps = [*run.tolist(), int(run[-1]) + 1]
                places = [(line, step) if upwards else (step, line) for step in steps]
                yield _Run(
                    line=line,
                    upwards=upwards,
                    klass=int(classes[line]),
                    vertices=tuple(grid.vertex(*place) for place in places),
                    bridge=tuple(bool(bridges[line, step]) for step in run.tolist()),
                    island=bool(streets.island[places[0]]),
                )


def _crossings(streets: Streets, rng: np.random.Generator) -> set[int]:
    """Return crossings of two wide streets where a turn will be forbidden."""
    grid, (columns, rows) = streets.grid, streets.grid.at.shape[:2]
    full = np.zeros((columns, rows), dtype=bool)
    across, up = streets.across, streets.up
    full[1:-1, 1:-1] = across[:-1, 1:-1] & across[1:, 1:-1] & up[1:-1, :-1] & up[1:-1, 1:]
    wide = (grid.column_class[:, None] <= TERTIARY) & (grid.row_class[None, :] <= TERTIARY)
    one_wider = (grid.column_class[:, None] <= SECONDARY) | (grid.row_class[None, :] <= SECONDARY)
    found = np.flatnonzero((full & wide & one_wider).ravel())
    return set(rng.choice(found, min(_RESTRICTED, len(found)), replace=False).tolist())


def make_roads(ground: Ground, streets: Streets, seed: int) -> Roads:
    """Return the roads; the same for the same seed."""
    rng = np.random.default_rng([seed, 6])
    grid, runs = streets.grid, list(_runs(streets))
    crossings = _crossings(streets, rng)
    degree = np.bincount(
        [v for run in runs for v in (*run.vertices, *run.vertices[1:-1])], minlength=grid.at[..., 0].size
    )
    stems = iter(road_stems(10_000, rng))
    wide: dict[tuple[bool, int], Road] = {}
    small: list[Road] = []
    ways: list[Way] = []
    for run in runs:
        tags = {"highway": CLASSES[run.klass]}
        if run.klass != RESIDENTIAL:
            key = (run.upwards, run.line)
            if key not in wide:
                wide[key] = Road(name=next(stems) + str(rng.choice(_SUFFIX[run.klass])))
            _lengthen(wide[key], grid, run)
            tags["name"] = wide[key].name
            if rng.random() < 0.7:
                tags["maxspeed"] = _MAXSPEED[run.klass]
        else:
            tags |= _narrow(run, degree, float(ground.density(_middle(grid, run)[None])[0]), rng)
            named = tags["highway"] == "residential" and (len(run.vertices) > 3 or run.island)
            if named and (name := _name_for(grid, run, small, stems, rng)):
                small.append(Road(name=name))
                _lengthen(small[-1], grid, run)
                tags["name"] = name
        ways += _cut(run, tags, crossings)
    return Roads(grid=grid, ways=tuple(ways), named=(*wide.values(), *small), turns=_turns(grid, ways, crossings, rng))


def _middle(grid: Grid, run: _Run) -> Array:
    return grid.point(run.vertices[len(run.vertices) // 2])


def _name_for(grid: Grid, run: _Run, small: list[Road], stems: Iterator[str], rng: np.random.Generator) -> str:
    """Return a new name, now and then one that a street far away bears already; "" when no name is left."""
    if len(small) % 40 == 39:
        far = [road.name for road in small if np.hypot(*(grid.point(road.edges[0][0]) - _middle(grid, run))) > _FAR_M]
        if far:
            return str(rng.choice(far))
    stem = next(stems, "")
    return stem and stem + str(rng.choice(_SUFFIX[RESIDENTIAL]))


def _narrow(run: _Run, degree: Ints, density: float, rng: np.random.Generator) -> dict[str, str]:
    """Return the tags of a street that is no through road; those open to few modes never join two parts alone."""
    luck = rng.random()
    joined = all(degree[end] >= 3 for end in (run.vertices[0], run.vertices[-1]))
    if run.island:
        return {}
    if len(run.vertices) == 2:
        if joined and luck < 0.35:
            return {"highway": "footway"}
        if luck < 0.55:
            return {"highway": "living_street"}
        return {"highway": "service", **({"access": "private"} if luck > 0.93 and joined else {})}
    if luck < 0.05:
        return {"highway": "living_street"}
    if joined and len(run.vertices) > 3 and luck < 0.05 + 0.12 * density:
        return {"oneway": "yes" if luck < 0.09 else "-1"}
    return {"maxspeed": "30"} if luck > 0.8 else {}


def _lengthen(road: Road, grid: Grid, run: _Run) -> None:
    """Add a run to its road; a gap in the line counts as length, so that numbers keep rising."""
    at, last = 0.0, None
    if road.edges:
        start, end, at = road.edges[-1]
        last = grid.point(end)
        at += float(np.hypot(*(last - grid.point(start))))
        at += float(np.hypot(*(grid.point(run.vertices[0]) - last)))
    for start, end in pairwise(run.vertices):
        road.edges.append((start, end, at))
        at += float(np.hypot(*(grid.point(end) - grid.point(start))))


def _cut(run: _Run, tags: dict[str, str], crossings: set[int]) -> Iterator[Way]:
    """Cut a run where a bridge begins or ends and where a turn is forbidden."""
    first = 0
    for n in range(1, len(run.vertices)):
        last = n == len(run.vertices) - 1
        if last or run.vertices[n] in crossings or run.bridge[n] != run.bridge[n - 1]:
            bridge = {"bridge": "yes", "layer": "1"} if run.bridge[n - 1] else {}
            yield Way(vertices=run.vertices[first : n + 1], tags=tags | bridge)
            first = n


def _turns(grid: Grid, ways: list[Way], crossings: set[int], rng: np.random.Generator) -> tuple[Turn, ...]:
    """Return one restriction for each crossing, for those who come from the west or the south."""
    arriving = {(way.vertices[-2], way.vertices[-1]): n for n, way in enumerate(ways)}
    leaving = {(way.vertices[0], way.vertices[1]): n for n, way in enumerate(ways)}
    turns = []
    for via in sorted(crossings):
        east, north = grid.rows, 1  # one step in the numbers of the vertices
        from_west = bool(rng.integers(2))
        ahead, left = (east, north) if from_west else (north, -east)
        rule = str(rng.choice(_TURNS))
        source = arriving[via - ahead, via]
        step = {"no_left_turn": left, "no_right_turn": -left, "only_straight_on": ahead}[rule]
        # a way that leads back runs towards the crossing
        target = leaving.get((via, via + step), arriving.get((via + step, via)))
        if target is not None:
            turns.append(Turn(rule=rule, source=source, via=via, target=target))
    return tuple(turns)
