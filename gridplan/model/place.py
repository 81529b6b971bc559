"""Where things are: points, areas of the grid and the ladder of fixes. WGS-84, longitude first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, NewType

from shapely import MultiPolygon, Polygon

AreaCode = NewType("AreaCode", str)


class LonLat(NamedTuple):
    """A point in degrees, WGS-84 unless a `Datum` beside it says otherwise."""

    lon: float
    lat: float


class Datum(StrEnum):
    """The datum a point was written in. CGCS2000 differs from WGS-84 by centimetres and is read as it."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    CGCS2000 = "cgcs2000"


class AreaLevel(StrEnum):
    """The levels of the grid, widest first (definition order is depth order)."""

    DISTRICT = "district"
    COUNTY = "county"
    TOWNSHIP = "township"
    COMMUNITY = "community"
    CELL = "cell"

    @property
    def depth(self) -> int:
        """0 for the widest level."""
        return _DEPTHS[self]


_DEPTHS = {level: depth for depth, level in enumerate(AreaLevel)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One polygon of the grid. `code` is text and unique; `parent_code` is None at the top."""

    code: AreaCode
    level: AreaLevel
    name: str
    parent_code: AreaCode | None
    polygon: Polygon | MultiPolygon


def name_in_full(level: AreaLevel | None, name: str, parent: str) -> str:
    """Return the name of an area for people: that of a cell ("第3网格") says little without its community's, unless it begins with it."""
    return name if level is not AreaLevel.CELL or name.startswith(parent) else f"{parent}{name}"


class FixLevel(StrEnum):
    """How precisely a site is placed, best first (definition order is the quality ladder)."""

    EXACT = "exact"
    ROAD_NUMBER = "road_number"
    INTERPOLATED = "interpolated"
    ROAD = "road"
    COMMUNITY = "community"
    TOWNSHIP = "township"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for the most precise level."""
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(FixLevel)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One place an address may mean: a gazetteer entry, an area's centre or the list's own point. `score` is 0…1."""

    name: str
    point: LonLat
    level: FixLevel
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Where a site is and how sure that is.

    `gap` is the distance in score to the best candidate elsewhere. `confident` fixes are planned, all others wait for review
    with `reason` (a key of words/geocode). `point` is None when nothing was found. `candidates` holds at most five, best first.
    """

    point: LonLat | None
    level: FixLevel
    score: float
    gap: float
    confident: bool
    reason: str
    candidates: tuple[Candidate, ...] = ()


class GazetteerKind(StrEnum):
    """What a gazetteer entry names.

    A crossing holds both its roads in `road`, parted by a stroke (长乐路/平安路). An alias is what a person decided: its name is
    a site's name, a compound or a whole address as a list writes it, its point where that is.
    """

    POI = "poi"
    COMPOUND = "compound"
    DOOR = "door"
    ROAD = "road"
    CROSSING = "crossing"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True, kw_only=True)
class GazetteerEntry:
    """One row of gazetteer.csv, its point already WGS-84. Absent text is ""; township and community are names."""

    name: str
    kind: GazetteerKind
    road: str
    number: str
    township: str
    community: str
    point: LonLat


class Address(NamedTuple):
    """An address taken apart against the district's own areas. Absent parts are "".

    `number` is the door with its lane (60巷17号). `crossing` is the second road where two meet. `beside` says how the place lies
    to what is named before it (对面, 旁, 内, 北), `offset_m` how many metres away. `block`, `unit`, `floor` and `room` lead
    inside a compound or building. A tuple, because hundreds of thousands are made at a time.
    """

    text: str
    province: str = ""
    city: str = ""
    district: str = ""
    township: str = ""
    community: str = ""
    road: str = ""
    number: str = ""
    crossing: str = ""
    compound: str = ""
    phase: str = ""
    block: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    beside: str = ""
    offset_m: int | None = None
    rest: str = ""
    named: Mapping[AreaLevel, AreaCode] = MappingProxyType({})
    other_district: str = ""
