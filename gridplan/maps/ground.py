"""Packs base map, areas and lines for the page: whole numbers from point to point, so that a phone opens it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from gridplan.model.basemap import Basemap, LabelKind, Street
from gridplan.model.place import Area, AreaLevel, LonLat

Json = dict[str, Any]
UNIT = 1e-6
"""Degrees a step of the packed numbers, about a decimetre."""
_SIMPLE_DEG = 5e-6  # half a metre: nothing that a screen shows is lost
_RANKS: tuple[frozenset[str], ...] = (
    frozenset({"pedestrian", "footway", "path", "cycleway", "steps", "track", "corridor", "platform", "bridleway"}),
    frozenset({"service"}),
    frozenset({"unclassified", "residential", "living_street", "road", "busway", "ferry"}),
    frozenset({"secondary", "tertiary"}),
    frozenset({"motorway", "trunk", "primary"}),
)
"""The classes of streets, the widest last; the script draws by rank."""
_KINDS = tuple(LabelKind)
_LEVELS = tuple(AreaLevel)


def pack_basemap(basemap: Basemap) -> Json:
    """Return the base map as plain values.

    A line is `[x, y, dx, dy, …]` in steps of `unit` degrees, east and north; a polygon is a list of such rings without their
    last point, holes the other way round than the outline. `streets`: [rank, name, line]; `labels`: [kind, name, zoom × 10, x,
    y]; names are numbers of `names`, kinds of `kinds`.
    """
    names: dict[str, int] = {"": 0}

    def number(name: str) -> int:
        return names.setdefault(name, len(names))

    lines, polygons = _parted(basemap.water)
    return {
        "unit": UNIT,
        "kinds": [kind.value for kind in _KINDS],
        "streets": [[rank, number(name), _line(line)] for rank, name, line in _merged(basemap.streets)],
        "streams": [_line(line) for line in _simple(lines)],
        "water": _polygons(polygons),
        "green": _polygons(_parted(basemap.green)[1]),
        "houses": _polygons(_parted(basemap.houses)[1]),
        "rails": [_line(line) for line in _simple(_joined(basemap.railways))],
        "labels": [
            [_KINDS.index(label.kind), number(label.name), round(label.from_zoom * 10), *_steps(label.point)]
            for label in basemap.labels
        ],
        "names": list(names),
    }


def pack_areas(areas: Iterable[Area]) -> Json:
    """Return areas, widest first, as plain values packed like the base map.

    `areas`: [level, code, name, parent, x, y, polygons]; x and y are a place inside for the name, levels are numbers of `levels`.
    """
    return {
        "unit": UNIT,
        "levels": [level.value for level in AreaLevel],
        "areas": [
            [
                _LEVELS.index(area.level),
                area.code,
                area.name,
                area.parent_code or "",
                *_steps((inside.x, inside.y)),
                _polygons(_parted([area.polygon])[1]),
            ]
            for area in sorted(areas, key=lambda area: (area.level.depth, area.code))
            for inside in [area.polygon.representative_point()]
        ],
    }


def pack_line(places: Sequence[LonLat]) -> list[int]:
    """Return a line as the base map has it: two numbers at least; points that fall together are one."""
    return _line(shapely.linestrings([(place.lon, place.lat) for place in places]))


def street_rank(klass: str) -> int:
    """Return how wide a street of an OpenStreetMap class is drawn: 0 a path … 4 a main road."""
    plain = klass.removesuffix("_link")
    return next((rank for rank, classes in enumerate(_RANKS) if plain in classes), 0)


def _merged(streets: Iterable[Street]) -> list[tuple[int, str, BaseGeometry]]:
    """Return the streets with all pieces of one name and rank in as few lines as possible, the lesser ranks first."""
    groups: dict[tuple[int, str], list[BaseGeometry]] = {}
    for street in streets:
        groups.setdefault((street_rank(street.klass), street.name), []).append(street.line)
    return [
        (rank, name, line)
        for (rank, name), lines in sorted(groups.items(), key=lambda group: group[0])
        for line in _simple(_joined(lines))
    ]


def _joined(lines: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    return list(shapely.get_parts(shapely.line_merge(shapely.union_all(list(lines), grid_size=0)))) if lines else []


def _simple(shapes: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    simple = [shape.simplify(_SIMPLE_DEG) for shape in shapes]
    return [shape for shape in simple if not shape.is_empty]


def _parted(shapes: Iterable[BaseGeometry]) -> tuple[list[BaseGeometry], list[Polygon]]:
    """Return the lines and the polygons among shapes that may be of several parts."""
    parts = [part for shape in shapes for part in shapely.get_parts(shape)]
    return (
        [part for part in parts if part.geom_type in ("LineString", "LinearRing")],
        [part for part in parts if isinstance(part, Polygon)],
    )


def _polygons(shapes: Iterable[Polygon]) -> list[list[list[int]]]:
    packed = []
    for shape in _parted(_simple(shapes))[1]:
        wound = orient(shape)
        rings = [_line(ring, closed=True) for ring in chain([wound.exterior], wound.interiors)]
        packed.append([ring for ring in rings if len(ring) >= 6])
    return [rings for rings in packed if rings]


def _line(shape: BaseGeometry, *, closed: bool = False) -> list[int]:
    """Return the steps of a line; points that fall together are one."""
    steps = np.rint(shapely.get_coordinates(shape)[: -1 if closed else None] / UNIT).astype(np.int64)
    moves = np.diff(steps, axis=0)
    kept = np.concatenate([[True], (moves != 0).any(axis=1)])
    steps = steps[kept]
    packed: list[int] = np.concatenate([steps[:1], np.diff(steps, axis=0)]).reshape(-1).tolist()
    return packed


def _steps(point: tuple[float, float]) -> list[int]:
    return [round(point[0] / UNIT), round(point[1] / UNIT)]
