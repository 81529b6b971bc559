"""The gazetteer as an index: places by name, doors by road and number, neighbours of a missing number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Hamming, Levenshtein

from gridplan.geocode.text import door_key, fold, name_key
from gridplan.model.place import AreaCode, AreaLevel, GazetteerEntry, GazetteerKind, LonLat

METRES_PER_DEGREE = 111_320.0
_NAMED = (GazetteerKind.POI, GazetteerKind.COMPOUND)
_PLAIN_DOOR = re.compile(r"(?P<alley>.*?)(?P<number>\d+)(?:-\d+)?")
_FARTHEST_NEIGHBOUR = 40
_FUZZY_LIMIT = 8


def distance_m(one: LonLat, other: LonLat) -> float:
    """Return the distance between two near points in metres."""
    north = (one.lat - other.lat) * METRES_PER_DEGREE
    east = (one.lon - other.lon) * METRES_PER_DEGREE * np.cos(np.radians((one.lat + other.lat) / 2))
    return float(np.hypot(north, east))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry as the index keeps it: folded road and door, and the areas it names by code."""

    name: str
    kind: GazetteerKind
    road: str
    door: str
    point: LonLat
    areas: Mapping[AreaLevel, AreaCode]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A point between two doors of the same side of a road; `span_m` is their distance apart."""

    name: str
    road: str
    point: LonLat
    span_m: float
    areas: Mapping[AreaLevel, AreaCode]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadPlace:
    """A road of one township as a whole: the entry nearest to its middle, and how far it reaches."""

    name: str
    point: LonLat
    extent_m: float
    areas: Mapping[AreaLevel, AreaCode]


class GazetteerIndex:
    """Built once for a district. Names and roads are folded; one wrong character is found by the `near_` functions."""

    def __init__(
        self,
        entries: Sequence[GazetteerEntry],
        area_codes: Mapping[tuple[str, str], Mapping[AreaLevel, AreaCode]],
    ) -> None:
        """`area_codes` gives the areas for (township, community) as folded names; either may be ""."""
        self._places: list[Place] = []
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_road: dict[str, list[int]] = defaultdict(list)
        self._by_door: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index, entry in enumerate(entries):
            place = _place(entry, area_codes)
            self._places.append(place)
            if entry.kind in _NAMED:
                self._by_name[name_key(entry.name)].append(index)
            if place.road:
                self._by_road[place.road].append(index)
                if place.door:
                    self._by_door[place.road, place.door].append(index)
        self._names = list(self._by_name)
        self._roads = list(self._by_road)

    def __len__(self) -> int:
        return len(self._places)

    @property
    def roads(self) -> frozenset[str]:
        """The folded names of all roads."""
        return frozenset(self._by_road)

    def named(self, name: str) -> list[Place]:
        """Return the compounds and POIs of exactly this name."""
        return [self._places[i] for i in self._by_name.get(name_key(name), ())]

    def near_names(self, name: str) -> list[Place]:
        """Return the compounds and POIs whose name of at least four characters differs by one character."""
        key = name_key(name)
        if len(key) < 4:
            return []
        hits = process.extract(key, self._names, scorer=Levenshtein.distance, score_cutoff=1, limit=_FUZZY_LIMIT)
        return [self._places[i] for hit, off, _ in hits if off == 1 for i in self._by_name[hit]]

    def near_roads(self, road: str) -> list[str]:
        """Return the roads whose name of the same length differs by one character; none for a road that is known."""
        if road in self._by_road or len(road) < 3:
            return []
        hits = process.extract(road, self._roads, scorer=Hamming.distance, score_cutoff=1, limit=_FUZZY_LIMIT)
        return sorted(hit for hit, _, _ in hits)

    def doors(self, road: str, door: str) -> list[Place]:
        """Return the entries at this number of this road."""
        return [self._places[i] for i in self._by_door.get((road, door), ())] if door else []

    def between(self, road: str, door: str) -> list[Between]:
        """Interpolate a missing number between its nearest neighbours on the same side, for each township the road runs in."""
        wanted = _PLAIN_DOOR.fullmatch(door)
        if wanted is None:
            return []
        number = int(wanted["number"])
        sides: dict[AreaCode | None, dict[int, Place]] = defaultdict(dict)
        for index in self._by_road.get(road, ()):
            place = self._places[index]
            known = _PLAIN_DOOR.fullmatch(place.door)
            if known and known["alley"] == wanted["alley"] and (int(known["number"]) - number) % 2 == 0:
                sides[place.areas.get(AreaLevel.TOWNSHIP)].setdefault(int(known["number"]), place)
        found = []
        for side in sides.values():
            below = max((n for n in side if n < number), default=None)
            above = min((n for n in side if n > number), default=None)
            if below is None or above is None or above - below > _FARTHEST_NEIGHBOUR:
                continue
            one, other = side[below], side[above]
            share = (number - below) / (above - below)
            found.append(
                Between(
                    name=f"{road}{door}号",
                    road=road,
                    point=LonLat(
                        one.point.lon + share * (other.point.lon - one.point.lon),
                        one.point.lat + share * (other.point.lat - one.point.lat),
                    ),
                    span_m=distance_m(one.point, other.point),
                    areas=dict(one.areas.items() & other.areas.items()),
                )
            )
        return found

    def whole_roads(self, road: str) -> list[RoadPlace]:
        """Return the road itself, once for each township it runs in."""
        parts: dict[AreaCode | None, list[Place]] = defaultdict(list)
        for index in self._by_road.get(road, ()):
            place = self._places[index]
            parts[place.areas.get(AreaLevel.TOWNSHIP)].append(place)
        found = []
        for part in parts.values():
            points = np.array([place.point for place in part])
            middle = LonLat(*points.mean(axis=0).tolist())
            nearest = min(part, key=lambda place: (distance_m(place.point, middle), place.point))
            low, high = LonLat(*points.min(axis=0).tolist()), LonLat(*points.max(axis=0).tolist())
            shared = set.intersection(*(set(place.areas.items()) for place in part))
            # One point says nothing about how long its road is.
            extent = distance_m(low, high) if len(part) > 1 else float("inf")
            found.append(RoadPlace(name=road, point=nearest.point, extent_m=extent, areas=dict(shared)))
        return found


def _place(entry: GazetteerEntry, area_codes: Mapping[tuple[str, str], Mapping[AreaLevel, AreaCode]]) -> Place:
    road, door = fold(entry.road), door_key(entry.number)
    if entry.kind is GazetteerKind.ROAD and not road:
        road = fold(entry.name)
    if alley := re.search(r"(?:\d+巷)?(?:\d+弄)?$", road):  # a road column may hold the lane too
        road, door = road[: alley.start()], (alley[0] + door if door else "")
    township, community = fold(entry.township), fold(entry.community)
    areas = area_codes.get((township, community)) or area_codes.get((township, "")) or {}
    return Place(name=entry.name, kind=entry.kind, road=road, door=door, point=entry.point, areas=areas)
