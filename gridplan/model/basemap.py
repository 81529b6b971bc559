"""What an offline map draws beneath the routes: streets, water, green, houses, railways and names; or tiles of the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from shapely import LineString
from shapely.geometry.base import BaseGeometry

from gridplan.model.place import Datum, LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """One street as a line in WGS-84; `klass` is its OpenStreetMap class, `name` may be ""."""

    name: str
    klass: str
    line: LineString


class LabelKind(StrEnum):
    """What a name on the map belongs to; it decides the look of the name."""

    PLACE = "place"
    STATION = "station"
    WATER = "water"
    GREEN = "green"
    POI = "poi"
    HOUSE = "house"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name at a point, shown from `from_zoom` on (web map zooms: 10 a county, 14 a township, 17 a street)."""

    name: str
    kind: LabelKind
    point: LonLat
    from_zoom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """The layers of the map; water may be lines (streams) and polygons (lakes), green and houses are polygons."""

    streets: tuple[Street, ...]
    water: tuple[BaseGeometry, ...] = ()
    green: tuple[BaseGeometry, ...] = ()
    houses: tuple[BaseGeometry, ...] = ()
    railways: tuple[LineString, ...] = ()
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """Picture tiles that an office serves itself, shown instead of our own base map. `url` holds {z}, {x} and {y}.

    Our layers are shifted to `datum` for display, so that they lie on what the tiles show; nothing that is stored changes.
    """

    url: str
    datum: Datum = Datum.WGS84

    @property
    def origin(self) -> str:
        """Scheme, host and port: all that a page may fetch pictures from."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"
