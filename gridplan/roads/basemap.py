"""Reads what an offline map draws beneath the routes from a road file: streets, water and green."""

from __future__ import annotations

from pathlib import Path

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from gridplan.model.basemap import Basemap
from gridplan.roads.network import Extent, RoadNetwork, osm_file, readable

_WATER_AREAS = {"natural": {"water", "bay"}, "waterway": {"riverbank", "dock"}, "landuse": {"reservoir", "basin"}}
_WATER_LINES = {"waterway": {"river", "canal", "stream"}, "natural": {"coastline"}}
_GREEN = {
    "leisure": {"park", "garden", "nature_reserve"},
    "landuse": {"forest", "grass", "recreation_ground", "village_green", "meadow"},
    "natural": {"wood", "grassland"},
}


def read_basemap(path: Path, network: RoadNetwork, extent: Extent | None = None) -> Basemap:
    """Return the map layers of the road file `path`, from which `network` was read; only what touches `extent`.

    A polygon that cannot be closed or drawn is left out: the map is a picture, no answer hangs on it.
    """
    water: list[BaseGeometry] = []
    green: list[BaseGeometry] = []
    make = osmium.geom.WKBFactory()
    keys = osmium.filter.KeyFilter("natural", "waterway", "landuse", "leisure")
    with readable(path):
        for item in osmium.FileProcessor(osm_file(path)).with_areas(keys).with_filter(keys):
            try:
                if isinstance(item, osmium.osm.Area):
                    layer = water if _is(item, _WATER_AREAS) else green if _is(item, _GREEN) else None
                    shape = make.create_multipolygon(item) if layer is not None else ""
                elif isinstance(item, osmium.osm.Way) and _is(item, _WATER_LINES):
                    layer, shape = water, make.create_linestring(item)
                else:
                    continue
            except (RuntimeError, osmium.InvalidLocationError):  # parts of it lie outside the file
                continue
            if layer is not None:
                geometry = shapely.from_wkb(shape)
                if extent is None or geometry.intersects(shapely.box(*extent)):
                    layer.append(geometry)
    return Basemap(streets=tuple(network.street_lines(extent)), water=tuple(water), green=tuple(green))


def _is(item: osmium.osm.Area | osmium.osm.Way, table: dict[str, set[str]]) -> bool:
    return any(item.tags.get(key) in values for key, values in table.items())
