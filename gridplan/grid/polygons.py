"""Mend polygons in a copy and say what that changed; find neighbours that overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from gridplan.model.place import Area

METRES_PER_DEGREE = 111_320.0
OVERLAP_M2 = 100.0
"""Overlaps below this are the usual slivers of boundaries drawn twice; they are counted, not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A polygon that was mended in a copy: its area before and after, whole m², and what was wrong."""

    code: str
    name: str
    file: str
    row: int
    before_m2: int
    after_m2: int
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two areas of one level that share ground."""

    one: Area
    other: Area
    area_m2: float


def area_m2(geometry: BaseGeometry) -> float:
    """Return the area of a WGS-84 geometry in m², to better than a percent at the size of a district."""
    if geometry.is_empty:
        return 0.0
    _, south, _, north = geometry.bounds
    return float(geometry.area * METRES_PER_DEGREE**2 * np.cos(np.radians((south + north) / 2)))


def as_polygon(geometry: BaseGeometry | None) -> Polygon | MultiPolygon | None:
    """Return a polygon or multipolygon as it is (one part unpacked); None for anything else or nothing."""
    if geometry is None or geometry.is_empty:
        return None
    if isinstance(geometry, MultiPolygon) and len(geometry.geoms) == 1:
        return geometry.geoms[0]
    return geometry if isinstance(geometry, (Polygon, MultiPolygon)) else None


def mend(polygon: Polygon | MultiPolygon) -> tuple[Polygon | MultiPolygon, str] | None:
    """Return a valid copy of an invalid polygon and what was wrong with it, in GEOS' words; None when nothing is left."""
    fault = explain_validity(polygon)
    made = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    parts = [part for part in shapely.get_parts(made) if isinstance(part, Polygon) and part.area > 0]
    if not parts:
        return None
    return (parts[0] if len(parts) == 1 else MultiPolygon(parts)), fault


def overlaps(areas: Sequence[Area]) -> list[Overlap]:
    """Return the pairs of areas of one level that share more than a line, largest first."""
    polygons = np.array([area.polygon for area in areas], dtype=object)
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    keep = one < other
    one, other = one[keep], other[keep]
    # A pair that only touches has no common interior; intersecting only the others saves most of the time.
    shared = ~shapely.touches(polygons[one], polygons[other])
    found = [
        Overlap(one=areas[i], other=areas[j], area_m2=area_m2(shapely.intersection(polygons[i], polygons[j])))
        for i, j in zip(one[shared], other[shared], strict=True)
    ]
    return sorted((item for item in found if item.area_m2 > 0), key=lambda item: (-item.area_m2, item.one.code))
