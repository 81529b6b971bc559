"""Places along the roads: doors with numbers, compounds, office buildings and landmarks. They make the gazetteer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geodata.district import District
from geodata.ground import TOWNS, Array, Ground, to_degrees
from geodata.names import compound_names, landmark_names, office_names
from geodata.roads import Roads

_SLOT_M = 24.0
_DOOR_OFF_M = 13.0
_DOORS = 7_000
COMPOUNDS, OFFICES = 400, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point in degrees with its address. `name` is "" for a bare door; `cell` is the code of the cell it lies in."""

    name: str
    kind: str
    road: str
    number: str
    lon: float
    lat: float
    cell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """All places of the district, each kind in a fixed order."""

    roads: tuple[Spot, ...]
    doors: tuple[Spot, ...]
    compounds: tuple[Spot, ...]
    offices: tuple[Spot, ...]
    landmarks: tuple[Spot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slots:
    """Where a door might be, in metres: points, numbers, road names, direction away from the road, density."""

    at: Array
    number: list[int]
    road: list[str]
    away: Array
    density: Array


def _slots(ground: Ground, roads: Roads) -> _Slots:
    at, away, number, names = [], [], [], []
    for road in roads.named:
        for first, last, from_m in road.edges:
            start, end = roads.grid.point(first), roads.grid.point(last)
            length_m = float(np.hypot(*(end - start)))
            along = (end - start) / length_m
            left = np.array([-along[1], along[0]])
            for slot in range(int(from_m // _SLOT_M) + 1, int((from_m + length_m) // _SLOT_M) + 1):
                for side, odd in ((left, 1), (-left, 0)):
                    at.append(start + along * (slot * _SLOT_M - from_m) + side * _DOOR_OFF_M)
                    away.append(side)
                    number.append(2 * slot - odd)
                    names.append(road.name)
    points = np.array(at)
    return _Slots(at=points, number=number, road=names, away=np.array(away), density=ground.density(points))


def make_places(ground: Ground, roads: Roads, district: District, seed: int) -> Places:
    """Return the places; the same for the same seed."""
    rng = np.random.default_rng([seed, 7])
    slots = _slots(ground, roads)
    odds = slots.density**1.5
    chosen = np.sort(rng.choice(len(odds), _DOORS, replace=False, p=odds / odds.sum()))
    cells = district.cells_of(to_degrees(slots.at[chosen]))
    on_island = shapely.contains_xy(ground.island, slots.at)  # no team gets there, so nothing to inspect either
    doors = [
        (n, _spot("", "door", slots, n, slots.at[n], cell))
        for n, cell in zip(chosen.tolist(), cells, strict=True)
        if cell and not on_island[n]
    ]
    weights = _weights([slots.density[n] for n, _ in doors])
    picks = rng.choice(len(doors), COMPOUNDS + OFFICES, replace=False, p=weights).tolist()
    names = [*compound_names(COMPOUNDS, rng), *office_names(OFFICES, rng)]
    named = []
    for k, pick in enumerate(picks):
        n, door = doors[pick]
        kind = "compound" if k < COMPOUNDS else "poi"
        # a compound lies behind its gate; it stays in the cell of its gate
        inside = slots.at[n] + slots.away[n] * rng.uniform(25, 60) * (kind == "compound")
        here = inside if district.cells_of(to_degrees(inside[None])) == [door.cell] else slots.at[n]
        named.append(_spot(names[k], kind, slots, n, here, door.cell))
    return Places(
        roads=_road_spots(roads, district),
        doors=tuple(door for _, door in doors),
        compounds=tuple(named[:COMPOUNDS]),
        offices=tuple(named[COMPOUNDS:]),
        landmarks=_landmarks([door for _, door in doors], district, rng),
    )


def _weights(density: Sequence[float]) -> Array:
    weights = np.asarray(density, dtype=np.float64) ** 0.5
    return np.asarray(weights / weights.sum())


def _spot(name: str, kind: str, slots: _Slots, n: int, at: Array, cell: str) -> Spot:
    lon, lat = to_degrees(at).tolist()
    return Spot(name=name, kind=kind, road=slots.road[n], number=str(slots.number[n]), lon=lon, lat=lat, cell=cell)


def _road_spots(roads: Roads, district: District) -> tuple[Spot, ...]:
    """Return the middle of each road in each township it runs through."""
    spots = []
    for road in roads.named:
        middles = np.array([(roads.grid.point(a) + roads.grid.point(b)) / 2 for a, b, _ in road.edges])
        degrees = to_degrees(middles)
        by_town: dict[str, list[tuple[int, str]]] = {}
        for n, cell in enumerate(district.cells_of(degrees)):
            if cell:
                by_town.setdefault(cell[:9], []).append((n, cell))
        for parts in by_town.values():
            n, cell = parts[len(parts) // 2]
            lon, lat = degrees[n].tolist()
            spots.append(Spot(name=road.name, kind="road", road=road.name, number="", lon=lon, lat=lat, cell=cell))
    return tuple(spots)


def _landmarks(doors: list[Spot], district: District, rng: np.random.Generator) -> tuple[Spot, ...]:
    """Return the public places of each township; its office stands in its middle and comes first."""
    spots = []
    for township in district.townships:
        town = next(town for town in TOWNS if town.name == township.name)
        lon, lat = to_degrees(np.array([town.x, town.y])).tolist()
        here = [door for door in doors if door.cell.startswith(township.code)]
        here.sort(key=lambda door: (door.lon - lon) ** 2 + (door.lat - lat) ** 2)
        office = f"{township.name}办事处" if township.name.endswith("街道") else f"{township.name}人民政府"
        names = [office, *landmark_names(township.name)]
        picks = [0, *(1 + rng.choice(min(150, len(here) - 1), len(names) - 1, replace=False)).tolist()]
        for name, pick in zip(names, picks, strict=True):
            door = here[pick]
            spots.append(Spot(name=name, kind="poi", road=door.road, number=door.number, lon=door.lon, lat=door.lat,
                              cell=door.cell))  # fmt: skip
    return tuple(spots)
