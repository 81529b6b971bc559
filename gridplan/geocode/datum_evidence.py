"""What speaks for a reading of a list's points: nearness to streets, lying where the address says, nearness to the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import MultiPolygon, Polygon

from gridplan.geocode.datum_readings import Floats, Reading, scale_of

STREET_CLIP_M = 120.0
"""Farther from a street than this is far, however far it is: a site in a field says nothing."""
APART_CLIP_M = 1500.0
_LEAST = {"streets": 100, "areas": 30, "addresses": 10}
SURE = 3.0
"""So many standard errors must the best reading be ahead of each other one."""
_AT_HOME = 0.7  # the share inside the areas named that the best reading must have
_AT_DOOR_M = 150.0  # the median distance to the addresses that the best reading must have
_TILE_M = 250.0  # sites of one tile lie along the same streets and count as one witness
_STREET_STEP_M, _STREETS_MOST = 10.0, 1_500_000
_BEYOND_M = 2_500.0  # streets farther from all points than any reading moves them are left out
_RING = [(radius, angle) for radius in (250.0, 400.0, 550.0, 700.0) for angle in np.linspace(0, 2 * np.pi, 12, False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one kind of evidence (streets, areas, addresses) says.

    `values` holds for each reading the mean clipped distance to streets in metres, the share inside the areas named, or the
    median distance to the addresses in metres. `best` is the reading it speaks for, `margin` by how many standard errors it
    is ahead of the next, `sure` whether that is enough. `count` sites were asked.
    """

    kind: str
    count: int
    values: Mapping[Reading, float]
    best: Reading
    margin: float
    sure: bool


class Streets:
    """Streets as points on a plane, to be asked for the distance to the nearest."""

    def __init__(self, pieces: Floats, around: Floats) -> None:
        """`pieces` (m, 4): straight pieces as lon, lat, lon, lat in WGS-84; only those around the points are kept."""
        self._scale = scale_of(around)
        low, high = (np.quantile(around, share, axis=0) * self._scale for share in (0.01, 0.99))
        one, other = pieces[:, :2] * self._scale, pieces[:, 2:] * self._scale
        near = ((np.maximum(one, other) > low - _BEYOND_M) & (np.minimum(one, other) < high + _BEYOND_M)).all(axis=1)
        self._tree = cKDTree(_along(one[near], other[near])) if near.any() else None

    def away_m(self, points: Floats, moved_m: tuple[float, float] = (0.0, 0.0)) -> Floats:
        """Return the distance of each point to its nearest street, at most `STREET_CLIP_M`."""
        if self._tree is None:
            return np.full(len(points), STREET_CLIP_M)
        found, _ = self._tree.query(points * self._scale + moved_m, distance_upper_bound=STREET_CLIP_M)
        away: Floats = np.minimum(found, STREET_CLIP_M)
        return away

    def ring(self, points: Floats) -> Floats:
        """Return the mean distance for the points moved all around: what a wrong reading would have."""
        moves = [(radius * np.cos(angle), radius * np.sin(angle)) for radius, angle in _RING]
        return np.array([self.away_m(points, move).mean() for move in moves])


def _along(one: Floats, other: Floats) -> Floats:
    """Return points every ten metres of straight pieces (fewer where there are very many)."""
    length_m = np.hypot(*(other - one).T)
    step_m = max(_STREET_STEP_M, float(length_m.sum()) / _STREETS_MOST)
    count = np.maximum(1, np.ceil(length_m / step_m)).astype(np.int64)
    owner = np.repeat(np.arange(len(one)), count)
    share = (np.arange(count.sum()) - (np.cumsum(count) - count)[owner] + 0.5) / count[owner]
    points: Floats = one[owner] + share[:, None] * (other - one)[owner]
    return points


def by_streets(read: Mapping[Reading, Floats], streets: Streets) -> Evidence | None:
    """Ask the streets; None where too few points lie near one in any reading."""
    away = {reading: streets.away_m(points) for reading, points in read.items()}
    near = np.any([distance < STREET_CLIP_M for distance in away.values()], axis=0)
    if near.sum() < _LEAST["streets"]:
        return None
    costs = {reading: distance[near] for reading, distance in away.items()}
    first = next(iter(read.values()))[near]
    best, margin = _ahead(costs, first)
    # The right reading lies in a dip of its own: nearer to streets than the same points moved anywhere around.
    dip = costs[best].mean() < streets.ring(read[best][near]).min()
    return Evidence(
        kind="streets",
        count=int(near.sum()),
        values={reading: float(cost.mean()) for reading, cost in costs.items()},
        best=best,
        margin=margin,
        sure=bool(margin >= SURE and dip),
    )


def by_areas(read: Mapping[Reading, Floats], named: Sequence[Polygon | MultiPolygon | None]) -> Evidence | None:
    """Ask the areas that the addresses name, None for those that name none; None where too few do."""
    members: dict[int, list[int]] = {}
    for number, polygon in enumerate(named):
        if polygon is not None:
            members.setdefault(id(polygon), []).append(number)
    asked = [n for numbers in members.values() for n in numbers]
    if len(asked) < _LEAST["areas"]:
        return None
    outside: dict[Reading, Floats] = {}
    for reading, points in read.items():
        parts = []
        for numbers in members.values():
            at = points[numbers]
            parts.append(~shapely.contains_xy(named[numbers[0]], at[:, 0], at[:, 1]))
        outside[reading] = np.concatenate(parts).astype(np.float64)
    best, margin = _ahead(outside, next(iter(read.values()))[asked])
    shares = {reading: float(1 - cost.mean()) for reading, cost in outside.items()}
    return Evidence(
        kind="areas",
        count=len(asked),
        values=shares,
        best=best,
        margin=margin,
        sure=margin >= SURE and shares[best] >= _AT_HOME,
    )


def by_addresses(read: Mapping[Reading, Floats], addresses: Floats) -> Evidence | None:
    """Ask the points at which the gazetteer surely knows the addresses (NaN where it does not); None where too few are known."""
    known = ~np.isnan(addresses).any(axis=1)
    if known.sum() < _LEAST["addresses"]:
        return None
    goal = addresses[known]
    apart = {reading: np.hypot(*((points[known] - goal) * scale_of(goal)).T) for reading, points in read.items()}
    best, margin = _ahead({reading: np.minimum(cost, APART_CLIP_M) for reading, cost in apart.items()}, goal)
    middles = {reading: float(np.median(cost)) for reading, cost in apart.items()}
    return Evidence(
        kind="addresses",
        count=int(known.sum()),
        values=middles,
        best=best,
        margin=margin,
        sure=margin >= SURE and middles[best] <= _AT_DOOR_M,
    )


def _ahead(costs: Mapping[Reading, Floats], points: Floats) -> tuple[Reading, float]:
    """Return the reading of the least cost and how far it is ahead of each other one, in standard errors over tiles."""
    best = min(costs, key=lambda reading: float(costs[reading].mean()))
    tiles = _tiles(points)
    margins = []
    for reading, cost in costs.items():
        if reading is not best:
            sums = np.bincount(tiles, cost - costs[best])
            error = float(np.sqrt((sums**2).sum()))
            margins.append(float(sums.sum()) / error if error > 0 else 0.0)
    return best, min(margins)


def _tiles(points: Floats) -> NDArray[np.int64]:
    squares = np.floor(points * scale_of(points) / _TILE_M).astype(np.int64)
    _, tile = np.unique(squares, axis=0, return_inverse=True)
    return np.asarray(tile, dtype=np.int64).ravel()
