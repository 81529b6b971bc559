"""What an offline map draws beneath the routes: streets, water and green."""

from __future__ import annotations

from dataclasses import dataclass

from shapely import LineString
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """One street as a line in WGS-84; `klass` is its OpenStreetMap class, `name` may be ""."""

    name: str
    klass: str
    line: LineString


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """The layers of the map; water may be lines (streams) and polygons (lakes), green is polygons."""

    streets: tuple[Street, ...]
    water: tuple[BaseGeometry, ...] = ()
    green: tuple[BaseGeometry, ...] = ()
