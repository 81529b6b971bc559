"""Tags of streets that cannot be meant so: misspelt classes, unreadable limits, one-ways and accesses that no reader knows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from gridplan.model.crew import TravelMode
from gridplan.model.words import Text, say
from gridplan.roads.profiles import Profiles
from gridplan.roads.reader import osm_file, readable
from gridplan.roads.rules import is_limit, read_limit_kmh

Tags = Mapping[str, str]
# Values of `highway` that are no street and are rightly passed over.
_NO_STREET = frozenset(
    {"construction", "proposed", "planned", "abandoned", "disused", "razed", "demolished", "no", "raceway", "bridleway"}
    | {"elevator", "escape", "bus_guideway", "services", "rest_area", "via_ferrata", "emergency_bay", "ladder"}
    | {"bus_stop", "crossing", "traffic_island", "emergency_access_point", "toll_gantry", "turning_circle"}
)
_ONEWAY = frozenset({"yes", "no", "true", "false", "1", "0", "-1", "reverse", "reversible", "alternating"})
_ACCESS = frozenset(
    {"yes", "no", "private", "permissive", "permit", "residents", "destination", "customers", "delivery", "designated"}
    | {"official", "discouraged", "unknown", "agricultural", "forestry", "restricted", "military", "emergency", "psv"}
    | {"use_sidepath", "dismount", "optional_sidepath", "bus", "limited", "variable", "employees", "visitors"}
)
_ACCESS_KEYS = ("access", "vehicle", "motor_vehicle", "motorcar", "bicycle", "foot")
_LOW_KMH, _HIGH_KMH = 5, 120
"""Posted limits outside of these are slips of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OddTag:
    """A way of the file (its number there) with a tag that makes no sense, and what to make of it."""

    way: int
    name: str
    text: Text
    place: BaseGeometry | None


def read_odd_tags(path: Path, profiles: Profiles) -> list[OddTag]:
    """Return the odd tags of a road file in its order; raises InputError for what is no road file."""
    found: list[OddTag] = []
    with readable(path):
        streets = osmium.FileProcessor(osm_file(path)).with_locations()
        for item in streets.with_filter(osmium.filter.KeyFilter("highway")):
            if not isinstance(item, osmium.osm.Way):
                continue
            tags = dict(item.tags)
            texts = list(odd_tags(tags, profiles))
            if len({node.ref for node in item.nodes}) < 2:
                texts.append(say("roads.tag_no_line", way=item.id))
            if texts:
                points = [(node.location.lon, node.location.lat) for node in item.nodes if node.location.valid()]
                place = shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0]) if points else None
                found += [
                    OddTag(way=item.id, name=tags.get("name", "").strip(), text=text, place=place) for text in texts
                ]
    return found


def odd_tags(tags: Tags, profiles: Profiles) -> Iterator[Text]:
    """Yield a sentence for each tag of a way that makes no sense."""
    klass, known = tags.get("highway", ""), profiles[TravelMode.CAR].kmh
    if klass not in known and klass not in _NO_STREET:
        near = difflib.get_close_matches(klass, known, 1)
        if near:
            yield say("roads.tag_class_near", value=klass, near=near[0])
        else:
            yield say("roads.tag_class", value=klass)
    for key, value in tags.items():
        if (
            (key == "oneway" or key.startswith("oneway:")) and not key.endswith(":conditional") and value not in _ONEWAY
        ) or (key in _ACCESS_KEYS and not {part.strip() for part in value.split(";")} & _ACCESS):
            yield say("roads.tag_value", key=key, value=value)
        elif (key in ("maxspeed", "maxspeed:forward", "maxspeed:backward") and not is_limit(value)) or (
            key == "maxspeed" and (limit := read_limit_kmh(value.strip())) > 0 and not _LOW_KMH <= limit <= _HIGH_KMH
        ):
            yield say("roads.tag_limit", key=key, value=value)
    if tags.get("junction") == "roundabout" and tags.get("oneway") in {"no", "false", "0"}:
        yield say("roads.tag_ring")
