"""The gazetteer as an index: places by name, doors by road and number, neighbours of a missing number, crossings."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import cos, hypot, radians
from typing import NamedTuple

import shapely

from gridplan.geocode.names import NameIndex
from gridplan.geocode.text import door_key, fold, name_key
from gridplan.model.place import Area, AreaCode, AreaLevel, GazetteerEntry, GazetteerKind, LonLat

METRES_PER_DEGREE = 111_320.0
LEVELS = (AreaLevel.COUNTY, AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY)
"""The levels of `Where`."""
_NAMED = (GazetteerKind.POI, GazetteerKind.COMPOUND, GazetteerKind.ALIAS)
_PLAIN_DOOR = re.compile(r"(?P<alley>.*?)(?P<number>\d+)(?:-\d+)?")
_LANE = re.compile(r"(?:\d+巷)?(?:\d+弄)?$")
_PHASE = re.compile(r"(?<=..)(?P<phase>[一二三四五六七八九十\d]+)期")
_FIGURES = {figure: str(n) for n, figure in enumerate("一二三四五六七八九十", 1)}
_FARTHEST_NEIGHBOUR = 40

Where = tuple[AreaCode | None, AreaCode | None, AreaCode | None]
"""The county, township and community that something lies in, as far as known."""
NOWHERE: Where = (None, None, None)


def distance_m(one: LonLat, other: LonLat) -> float:
    """Return the distance between two near points in metres."""
    north = (one[1] - other[1]) * METRES_PER_DEGREE
    east = (one[0] - other[0]) * METRES_PER_DEGREE * cos(radians((one[1] + other[1]) / 2))
    return hypot(north, east)


def distance_to_area_m(point: LonLat, area: Area) -> float:
    """Return the distance of a point from an area in metres, 0 inside."""
    shape = area.polygon
    nearest, _ = shapely.get_coordinates(shapely.shortest_line(shape, shapely.Point(point)))
    return distance_m(LonLat(*nearest.tolist()), point)


def moved(point: LonLat, east_m: float, north_m: float) -> LonLat:
    """Return the point so many metres away, rounded to a centimetre."""
    lon = point.lon + east_m / (METRES_PER_DEGREE * cos(radians(point.lat)))
    return LonLat(round(lon, 7), round(point.lat + north_m / METRES_PER_DEGREE, 7))


def phase_key(key: str) -> str:
    """Return a folded name with its phase in digits: 翡翠花园二期 → 翡翠花园2期."""
    match = _PHASE.search(key) if "期" in key else None
    if match is None or match["phase"].isdigit():
        return key
    return f"{key[: match.start()]}{_FIGURES.get(match['phase'], match['phase'])}期{key[match.end() :]}"


def without_phase(key: str) -> str:
    """Return a folded name without its phase and what follows it."""
    match = _PHASE.search(key) if "期" in key else None
    return key[: match.start()] if match else key


class Place(NamedTuple):
    """Where something is: an entry (by its number in the gazetteer) or, with `entry` -1, a point made from several."""

    entry: int
    name: str
    point: LonLat
    road: str
    where: Where


class _Road:
    """What the index knows of one road."""

    __slots__ = ("doors", "entries", "sides", "wholes")

    def __init__(self) -> None:
        self.entries = array("l")
        self.doors: dict[str, list[int]] = {}
        self.sides: dict[str, dict[tuple[AreaCode | None, int], list[tuple[int, int]]]] | None = None
        self.wholes: list[tuple[Place, float]] | None = None


class GazetteerIndex:
    """Built once for a district. Names and roads are folded; what differs by one slip is found by the `near_` functions."""

    def __init__(
        self,
        entries: Sequence[GazetteerEntry],
        area_codes: Mapping[tuple[str, str], Mapping[AreaLevel, AreaCode]],
    ) -> None:
        """`area_codes` gives the areas for (township, community) as folded names; either may be ""."""
        self._entries = entries
        self._where: list[Where] = []
        self._road_of: list[str] = []
        self._by_name: dict[str, int] = {}
        self._namesake = array("l", [-1]) * len(entries)
        self._roads: dict[str, _Road] = {}
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._crossings: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.has_aliases = False
        self._fill(entries, area_codes)
        self._names = NameIndex(list(self._by_name))
        self._road_names = NameIndex(list(self._roads))
        self._near_roads: dict[str, list[str]] = {}

    def _fill(
        self,
        entries: Sequence[GazetteerEntry],
        area_codes: Mapping[tuple[str, str], Mapping[AreaLevel, AreaCode]],
    ) -> None:
        folded = _Memory(fold)
        doors = _Memory(door_key)
        wheres: dict[tuple[str, str], Where] = {}
        for number, entry in enumerate(entries):
            names = entry.township, entry.community
            where = wheres.get(names)
            if where is None:
                township, community = folded[names[0]], folded[names[1]]
                areas = area_codes.get((township, community)) or area_codes.get((township, "")) or {}
                where = wheres[names] = (areas.get(LEVELS[0]), areas.get(LEVELS[1]), areas.get(LEVELS[2]))
            self._where.append(where)
            if entry.kind is GazetteerKind.CROSSING:
                self._add_crossing(number, folded[entry.road])
                continue
            road, door = folded[entry.road], doors[entry.number] if entry.number else ""
            if entry.kind is GazetteerKind.ROAD and not road:
                road = folded[entry.name]
            if road and road[-1] in "巷弄" and (lane := _LANE.search(road)) and lane[0]:
                road, door = road[: lane.start()], (lane[0] + door if door else "")
            self._road_of.append(road)
            if entry.kind in _NAMED:
                self._add_name(number, entry)
            if road:
                known = self._roads.get(road)
                if known is None:
                    known = self._roads[road] = _Road()
                known.entries.append(number)
                if door:
                    known.doors.setdefault(door, []).append(number)

    def _add_name(self, number: int, entry: GazetteerEntry) -> None:
        key = name_key(entry.name)
        if key.find("期") > 0:
            key = phase_key(key)
            self._by_stem[name_key(without_phase(key))].append(key)
        self.has_aliases = self.has_aliases or entry.kind is GazetteerKind.ALIAS
        # The index keeps the entry's own string where that is its key already.
        key = entry.name if key == entry.name else key
        self._namesake[number] = self._by_name.get(key, -1)
        self._by_name[key] = number

    def _add_crossing(self, number: int, roads: str) -> None:
        self._road_of.append("")
        one, _, other = roads.partition("/")
        if other:
            self._crossings[min(one, other), max(one, other)].append(number)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def roads(self) -> frozenset[str]:
        """The folded names of all roads."""
        return frozenset(self._roads)

    def has_road(self, road: str) -> bool:
        """Whether an entry lies at this road."""
        return road in self._roads

    def place(self, number: int) -> Place:
        """Return an entry by its number."""
        entry = self._entries[number]
        return Place(number, entry.name, entry.point, self._road_of[number], self._where[number])

    def is_alias(self, place: Place) -> bool:
        """Whether a person decided that this name means this place."""
        return place.entry >= 0 and self._entries[place.entry].kind is GazetteerKind.ALIAS

    def named(self, key: str) -> list[Place]:
        """Return the compounds, POIs and aliases of exactly this name, a `name_key` with its phase in digits."""
        found = [self.place(number) for number in self._namesakes(key)]
        found.reverse()
        return found

    def _namesakes(self, key: str) -> Iterator[int]:
        number = self._by_name.get(key, -1)
        while number >= 0:
            yield number
            number = self._namesake[number]

    def of_stem(self, key: str) -> list[Place]:
        """Return the phases of the compound that this `name_key` names without one."""
        return [place for name in dict.fromkeys(self._by_stem.get(key, ())) for place in self.named(name)]

    def near_names(self, key: str) -> list[Place]:
        """Return the compounds and POIs whose name is one slip away."""
        return [place for name in self._names.within_one(key) for place in self.named(name)]

    def alike_names(self, key: str) -> list[tuple[Place, float]]:
        """Return compounds and POIs whose names have much in common with this one, and how much (0.7…1)."""
        return [(place, likeness) for name, likeness in self._names.alike(key) for place in self.named(name)]

    def near_roads(self, road: str) -> list[str]:
        """Return the roads whose name of the same length differs by one character; none for a road that is known."""
        if road in self._roads:
            return []
        found = self._near_roads.get(road)
        if found is None:
            found = sorted(other for other in self._road_names.within_one(road) if len(other) == len(road))
            self._near_roads[road] = found
        return found

    def doors(self, road: str, door: str) -> list[Place]:
        """Return the entries at this number of this road."""
        known = self._roads.get(road)
        return [self.place(n) for n in known.doors.get(door, ())] if known is not None and door else []

    def crossings(self, road: str, other: str) -> list[Place]:
        """Return where two roads meet."""
        return [self.place(n) for n in self._crossings.get((min(road, other), max(road, other)), ())]

    def between(self, road: str, door: str) -> list[tuple[Place, float]]:
        """Interpolate a missing number between its nearest neighbours on its own side of the road, for each township.

        With each place comes how far apart the two neighbours are, in metres.
        """
        wanted, known = _PLAIN_DOOR.fullmatch(door), self._roads.get(road)
        if wanted is None or known is None:
            return []
        number = int(wanted["number"])
        if known.sides is None:
            known.sides = self._sides(known)
        found = []
        for (_, parity), side in known.sides.get(wanted["alley"], {}).items():
            at = bisect_left(side, (number, -1))
            if parity != number % 2 or not 0 < at < len(side):
                continue
            (below, one), (above, other) = side[at - 1], side[at]
            if above - below > _FARTHEST_NEIGHBOUR:
                continue
            start, end = self._entries[one].point, self._entries[other].point
            share = (number - below) / (above - below)
            lon, lat = start.lon + share * (end.lon - start.lon), start.lat + share * (end.lat - start.lat)
            where = _shared((self._where[one], self._where[other]))
            place = Place(-1, f"{road}{door}号", LonLat(round(lon, 7), round(lat, 7)), road, where)
            found.append((place, distance_m(start, end)))
        return found

    def _sides(self, road: _Road) -> dict[str, dict[tuple[AreaCode | None, int], list[tuple[int, int]]]]:
        """The plain numbers of each lane, township and side in order, each with its first entry."""
        sides: dict[str, dict[tuple[AreaCode | None, int], list[tuple[int, int]]]] = {}
        for door, entries in road.doors.items():
            alley, number = "", 0
            if door.isdecimal():
                number = int(door)
            elif known := _PLAIN_DOOR.fullmatch(door):
                alley, number = known["alley"], int(known["number"])
            else:
                continue
            lane = sides.setdefault(alley, {})
            firsts: dict[AreaCode | None, int] = {}
            for n in entries:
                firsts.setdefault(self._where[n][1], n)
            for township, first in firsts.items():
                lane.setdefault((township, number % 2), []).append((number, first))
        for lane in sides.values():
            for side in lane.values():
                side.sort()
        return sides

    def whole_roads(self, road: str) -> list[tuple[Place, float]]:
        """Return the road itself, once for each township it runs in: the entry nearest to its middle, and how far it reaches.

        The reach is in metres, and infinite where a single point says nothing about it.
        """
        known = self._roads.get(road)
        if known is None:
            return []
        if known.wholes is None:
            parts: dict[AreaCode | None, list[int]] = defaultdict(list)
            for number in known.entries:
                parts[self._where[number][1]].append(number)
            known.wholes = [self._whole(road, part) for part in parts.values()]
        return known.wholes

    def _whole(self, road: str, part: Sequence[int]) -> tuple[Place, float]:
        points = [self._entries[n].point for n in part]
        lons, lats = [p.lon for p in points], [p.lat for p in points]
        middle = LonLat(sum(lons) / len(part), sum(lats) / len(part))
        east = cos(radians(middle.lat))
        nearest = min(points, key=lambda p: (((p[0] - middle.lon) * east) ** 2 + (p[1] - middle.lat) ** 2, p))
        reach = (
            distance_m(LonLat(min(lons), min(lats)), LonLat(max(lons), max(lats))) if len(part) > 1 else float("inf")
        )
        return Place(-1, road, nearest, road, _shared([self._where[n] for n in part])), reach


class _Memory(dict[str, str]):
    """Remembers what a function of text returned: roads, numbers and areas come again and again."""

    def __init__(self, function: Callable[[str], str]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> str:
        self[text] = made = self._function(text) if text else ""
        return made


def _shared(wheres: Sequence[Where]) -> Where:
    """What all of them have in common."""
    first = wheres[0]
    county, township, community = (
        first[k] if all(other[k] == first[k] for other in wheres) else None for k in range(3)
    )
    return county, township, community
