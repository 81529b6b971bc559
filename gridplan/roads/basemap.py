"""Reads what an offline map draws beneath the routes from a road file: streets, water, green, houses, railways and names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import osmium
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from gridplan.model.basemap import Basemap, Label, LabelKind
from gridplan.model.place import LonLat
from gridplan.roads.network import Extent, RoadNetwork
from gridplan.roads.reader import osm_file, readable

Tags = Mapping[str, str]
_KEYS = (
    "natural",
    "waterway",
    "landuse",
    "leisure",
    "building",
    "railway",
    "place",
    "amenity",
    "shop",
    "tourism",
    "office",
)
_WATER_AREAS = {"natural": {"water", "bay"}, "waterway": {"riverbank", "dock"}, "landuse": {"reservoir", "basin"}}
_WATER_LINES = {"waterway": {"river", "canal", "stream"}, "natural": {"coastline"}}
_GREEN = {
    "leisure": {"park", "garden", "nature_reserve", "pitch", "golf_course"},
    "landuse": {"forest", "grass", "recreation_ground", "village_green", "meadow", "cemetery"},
    "natural": {"wood", "grassland", "scrub"},
}
_RAILWAYS = {"rail", "light_rail", "subway", "narrow_gauge", "monorail"}  # trams lie in their streets
_SIDINGS = {"yard", "siding", "spur", "crossover"}
_QUARTERS = {"residential", "commercial", "industrial", "education"}
_NOT_HOUSES = {"no", "roof", "construction", "ruins"}

# From which zoom a name is shown.
_PLACES = {
    "city": 9.0, "town": 11.0, "borough": 12.0, "suburb": 12.5, "village": 13.0, "quarter": 13.5, "neighbourhood": 14.0,
    "hamlet": 14.0, "square": 15.5, "isolated_dwelling": 15.5, "locality": 15.5,
}  # fmt: skip
_POIS: Mapping[str, Mapping[str, float]] = {
    "amenity": {
        "hospital": 14.0, "university": 14.0, "townhall": 14.5, "bus_station": 14.5, "college": 14.5, "school": 15.0,
        "police": 15.0, "community_centre": 16.0, "fire_station": 16.0, "kindergarten": 16.0, "library": 16.0,
        "marketplace": 16.0, "clinic": 16.5, "place_of_worship": 16.5, "theatre": 16.5, "cinema": 16.5, "post_office": 17.0,
        "bank": 17.5, "pharmacy": 17.5, "training": 17.0, "language_school": 17.0, "music_school": 17.0,
    },
    "shop": {"mall": 15.5, "department_store": 16.0, "supermarket": 17.0},
    "tourism": {"museum": 16.0, "attraction": 16.5, "hotel": 17.0},
    "office": {"government": 15.5},
    "leisure": {"stadium": 15.0, "sports_centre": 16.0},
}  # fmt: skip
_STATIONS = {"station": 13.0, "halt": 14.0}

_METRES_PER_DEGREE = 111_320.0
_PIXEL_M = 156_543.0  # metres a pixel at zoom 0 on the equator
_LABEL_PX = 70  # how wide a lake or park must be on the screen to bear its name
_SMALLEST_HOUSE_M2 = 30.0
MOST_HOUSES = 30_000
"""More houses than a phone draws at ease: of a larger file the largest ones are kept."""


@dataclass(slots=True)
class _Found:
    """What the pass over the file collects."""

    box: BaseGeometry | None
    water: list[BaseGeometry] = field(default_factory=list)
    green: list[BaseGeometry] = field(default_factory=list)
    houses: list[tuple[float, BaseGeometry]] = field(default_factory=list)
    railways: list[LineString] = field(default_factory=list)
    labels: dict[tuple[str, LabelKind, float, float], Label] = field(default_factory=dict)

    def wants(self, geometry: BaseGeometry) -> bool:
        return self.box is None or bool(geometry.intersects(self.box))

    def name(self, name: str, kind: LabelKind, at: Point, from_zoom: float) -> None:
        point = LonLat(round(at.x, 6), round(at.y, 6))
        if name.strip() and self.wants(at):
            label = Label(name=name.strip(), kind=kind, point=point, from_zoom=round(from_zoom, 1))
            # A school is often mapped as a point and as an area: one name within some 100 m.
            self.labels.setdefault((label.name, kind, round(point.lon, 3), round(point.lat, 3)), label)


def read_basemap(path: Path, network: RoadNetwork, extent: Extent | None = None) -> Basemap:
    """Return the map layers of the road file `path`, from which `network` was read; only what touches `extent`.

    A polygon that cannot be closed or drawn is left out: the map is a picture, no answer hangs on it.
    """
    found = _Found(box=shapely.box(*extent) if extent is not None else None)
    make = osmium.geom.WKBFactory()
    keys = osmium.filter.KeyFilter(*_KEYS)
    with readable(path):
        for item in osmium.FileProcessor(osm_file(path)).with_areas(keys).with_filter(keys):
            try:
                if isinstance(item, osmium.osm.Area):
                    _take_area(found, dict(item.tags), make, item)
                elif isinstance(item, osmium.osm.Way):
                    _take_way(found, dict(item.tags), make, item)
                elif isinstance(item, osmium.osm.Node):
                    _take_node(found, dict(item.tags), item)
            except (RuntimeError, osmium.InvalidLocationError):  # parts of it lie outside the file
                continue
    houses = sorted(found.houses, key=lambda house: -house[0])[:MOST_HOUSES]
    labels = sorted(found.labels.values(), key=lambda label: (label.from_zoom, label.kind, label.name, label.point))
    return Basemap(
        streets=tuple(network.street_lines(extent)),
        water=tuple(found.water),
        green=tuple(found.green),
        houses=tuple(shape for _, shape in houses),
        railways=tuple(found.railways),
        labels=tuple(labels),
    )


def _take_area(found: _Found, tags: Tags, make: osmium.geom.WKBFactory, item: osmium.osm.Area) -> None:
    water, green = _is(tags, _WATER_AREAS), _is(tags, _GREEN)
    house = tags.get("building", "no") not in _NOT_HOUSES
    name, poi, place = tags.get("name", ""), _poi(tags), tags.get("place", "")
    quarter = _PLACES.get(place, 14.5 if tags.get("landuse") in _QUARTERS else 0.0)
    if not (water or green or house or (name and (poi or quarter))):
        return
    shape = shapely.from_wkb(make.create_multipolygon(item))
    if not found.wants(shape):
        return
    size_m2 = shape.area * _METRES_PER_DEGREE**2 * math.cos(math.radians(shape.bounds[1]))
    inside, wide = shape.representative_point(), _zoom_for(size_m2, shape.bounds[1])
    if water:
        found.water.append(shape)
        found.name(name, LabelKind.WATER, inside, max(10.0, wide))
    elif green:
        found.green.append(shape)
        found.name(name, LabelKind.GREEN, inside, max(13.0, wide))
    elif house and size_m2 >= _SMALLEST_HOUSE_M2:
        found.houses.append((size_m2, shape))
    if poi:
        found.name(name, poi[0], inside, poi[1])
    elif quarter:
        found.name(name, LabelKind.PLACE, inside, quarter if place in _PLACES else max(quarter, wide))
    elif house and not green:
        found.name(name, LabelKind.HOUSE, inside, max(16.5, wide))


def _take_way(found: _Found, tags: Tags, make: osmium.geom.WKBFactory, item: osmium.osm.Way) -> None:
    rail = tags.get("railway") in _RAILWAYS and tags.get("service") not in _SIDINGS and tags.get("tunnel", "no") == "no"
    if not (rail or _is(tags, _WATER_LINES)):
        return
    line = LineString(shapely.get_coordinates(shapely.from_wkb(make.create_linestring(item))))
    if found.wants(line):
        (found.railways if rail else found.water).append(line)
        if not rail:
            found.name(tags.get("name", ""), LabelKind.WATER, line.interpolate(0.5, normalized=True), 14.0)


def _take_node(found: _Found, tags: Tags, item: osmium.osm.Node) -> None:
    name = tags.get("name", "")
    if not name:
        return
    place = tags.get("place", "")
    poi = (LabelKind.PLACE, _PLACES[place]) if place in _PLACES else _poi(tags)
    if poi:
        found.name(name, poi[0], Point(item.location.lon, item.location.lat), poi[1])


def _poi(tags: Tags) -> tuple[LabelKind, float] | None:
    """Return what a point of interest is and from which zoom its name is shown; None when it bears none."""
    railway = tags.get("railway", "")
    if railway in _STATIONS:
        return LabelKind.STATION, _STATIONS[railway]
    zooms = [values[tags[key]] for key, values in _POIS.items() if tags.get(key) in values]
    return (LabelKind.POI, min(zooms)) if zooms else None


def _zoom_for(size_m2: float, lat: float) -> float:
    """Return the zoom from which an area is as wide as its name."""
    return min(18.0, math.log2(_LABEL_PX * _PIXEL_M * math.cos(math.radians(lat)) / math.sqrt(max(size_m2, 1.0))))


def _is(tags: Tags, table: Mapping[str, set[str]]) -> bool:
    return any(tags.get(key) in values for key, values in table.items())
