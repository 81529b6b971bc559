"""Reads what an address may name from a road file: places, compounds and doors (interpolated ones too)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import shapely

from gridplan.model.place import GazetteerEntry, GazetteerKind, LonLat
from gridplan.roads.measure import haversine_m
from gridplan.roads.named import HAN, OTHER_NAMES
from gridplan.roads.reader import osm_file, readable

Tags = Mapping[str, str]
_POI, _COMPOUND, _DOOR = GazetteerKind.POI, GazetteerKind.COMPOUND, GazetteerKind.DOOR
# Any value of these keys makes a named thing a place that an address may name.
_POI_KEYS = (
    "amenity",
    "shop",
    "office",
    "healthcare",
    "tourism",
    "craft",
    "historic",
    "club",
    "education",
    "emergency",
)
_LEISURE = {"park", "sports_centre", "stadium", "garden", "fitness_centre", "playground", "swimming_pool"}
_STREET_FURNITURE = {
    "parking", "parking_space", "bench", "waste_basket", "bicycle_parking", "vending_machine", "telephone", "post_box",
    "recycling", "drinking_water", "hunting_stand", "clock", "atm", "fire_hydrant", "parking_entrance",
}  # fmt: skip
_COMPOUND_LAND = {"residential", "commercial", "industrial", "retail", "education"}
_COMPOUND_PLACES = {
    "neighbourhood", "quarter", "city_block", "plot", "hamlet", "isolated_dwelling", "village", "farm", "allotments",
}  # fmt: skip
_HOMES = {"apartments", "residential", "dormitory", "house", "terrace", "detached", "bungalow"}
_STATIONS = {"station", "halt", "subway_entrance", "tram_stop"}
_KEYS = (*_POI_KEYS, "addr:housenumber", "addr:interpolation", "building", "landuse", "leisure", "place", "railway")

_WHOLE = re.compile(r"\d{1,5}")
_STEP = {"odd": 2, "even": 2, "all": 1}
_LONGEST_RUN = 400  # doors between two known ones; more is a slip of the pen


@dataclass(slots=True)
class Places:
    """What was read. `entries` are in the order of the file and may repeat one another; `spoilt` counts interpolations left out."""

    entries: list[GazetteerEntry] = field(default_factory=list)
    interpolated: list[GazetteerEntry] = field(default_factory=list)
    spoilt: int = 0


def read_places(path: Path) -> Places:
    """Return places, compounds and doors of a road file in WGS-84; township and community are "" yet.

    A named place with a door is both. An area's point lies inside it. Raises InputError for what is no road file.
    """
    found = Places()
    numbered: dict[int, Tags] = {}
    make = osmium.geom.WKBFactory()
    keys = osmium.filter.KeyFilter(*_KEYS)
    with readable(path):
        for item in osmium.FileProcessor(osm_file(path)).with_areas(keys).with_filter(keys):
            tags = dict(item.tags)
            if not (tags.get("name") or "addr:housenumber" in tags or "addr:interpolation" in tags):
                continue  # most houses: no address names them
            try:
                if isinstance(item, osmium.osm.Node):
                    if "addr:housenumber" in tags:
                        numbered[item.id] = tags
                    found.entries += _entries(tags, LonLat(item.location.lon, item.location.lat))
                elif isinstance(item, osmium.osm.Area):
                    inside = shapely.from_wkb(make.create_multipolygon(item)).representative_point()
                    found.entries += _entries(tags, LonLat(round(inside.x, 7), round(inside.y, 7)))
                elif isinstance(item, osmium.osm.Way) and "addr:interpolation" in tags:
                    _interpolate(found, tags, item, numbered)
            except (RuntimeError, osmium.InvalidLocationError):  # parts of it lie outside the file
                continue
    return found


def _entries(tags: Tags, point: LonLat) -> Iterator[GazetteerEntry]:
    road = (tags.get("addr:street") or tags.get("addr:place") or "").strip()
    numbers = _numbers(tags.get("addr:housenumber", ""))
    kind = _kind(tags)
    if kind:
        for name in _names(tags):
            yield _entry(name, kind, road, numbers[0] if road and numbers else "", point)
    for number in numbers if road else ():
        yield _entry(door_name(road, number), _DOOR, road, number, point)


def _entry(name: str, kind: GazetteerKind, road: str, number: str, point: LonLat) -> GazetteerEntry:
    return GazetteerEntry(name=name, kind=kind, road=road, number=number, township="", community="", point=point)


def _kind(tags: Tags) -> GazetteerKind | None:
    """Return what a named thing is to an address, None when no address names it."""
    if tags.get("landuse") in _COMPOUND_LAND or tags.get("place") in _COMPOUND_PLACES or tags.get("building") in _HOMES:
        return _COMPOUND
    if any(key in tags and tags[key] not in _STREET_FURNITURE for key in _POI_KEYS):
        return _POI
    if tags.get("leisure") in _LEISURE or tags.get("railway") in _STATIONS or tags.get("place") == "square":
        return _POI
    return _POI if tags.get("building", "no") != "no" else None


def _names(tags: Tags) -> list[str]:
    """Return the name and the other names a thing goes by, each once; none where it has no name."""
    if not tags.get("name", "").strip():
        return []
    others = (part for key in OTHER_NAMES for part in tags.get(key, "").split(";"))
    return list(dict.fromkeys(name for part in (tags["name"], *others) if (name := " ".join(part.split()))))


def _numbers(text: str) -> list[str]:
    """Return the doors that a house number holds: `12;14` are two, `12-1` is one."""
    parts = (part.strip().removesuffix("号").strip() for part in re.split(r"[;,；，、]", text))
    return list(dict.fromkeys(part for part in parts if part and len(part) <= 20))


def door_name(road: str, number: str) -> str:
    """Return a door as it is written: 解放路12号, else `Main Street 12`."""
    return f"{road}{number}号" if HAN.search(road) else f"{road} {number}"


def _interpolate(found: Places, tags: Tags, way: osmium.osm.Way, numbered: Mapping[int, Tags]) -> None:
    """Add the doors between the numbered ends of an interpolation way, evenly along it: it runs on its own side of the road."""
    rule = tags["addr:interpolation"]
    step = _STEP.get(rule) or (int(rule) if _WHOLE.fullmatch(rule) else 0)
    known = [n for n, node in enumerate(way.nodes) if node.ref in numbered]
    places = [LonLat(node.location.lon, node.location.lat) for node in way.nodes]
    if step < 1 or len(known) < 2:
        found.spoilt += 1
        return
    for first, last in pairwise(known):
        ends = [numbered[way.nodes[n].ref] for n in (first, last)]
        road = (tags.get("addr:street") or ends[0].get("addr:street") or ends[1].get("addr:street") or "").strip()
        numbers = [end["addr:housenumber"].strip().removesuffix("号") for end in ends]
        if not road or not all(_WHOLE.fullmatch(number) for number in numbers):
            found.spoilt += 1
            continue
        low, high = map(int, numbers)
        count, odd = divmod(abs(high - low), step)
        if odd or count > _LONGEST_RUN or (rule in ("odd", "even") and low % 2 != (rule == "odd")):
            found.spoilt += 1
            continue
        for n in range(1, count):
            number = str(low + (step if high > low else -step) * n)
            point = _along(places[first : last + 1], n / count)
            found.interpolated.append(_entry(door_name(road, number), _DOOR, road, number, point))


def _along(line: Sequence[LonLat], share: float) -> LonLat:
    at = np.array(line)
    far = np.concatenate([[0.0], np.cumsum(haversine_m(at[:-1], at[1:]))])
    lon, lat = (float(np.interp(share * far[-1], far, at[:, axis])) for axis in (0, 1))
    return LonLat(round(lon, 7), round(lat, 7))
