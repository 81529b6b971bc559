"""Mend the borders of a copy of the areas, level by level: gaps closed, overlaps taken out, and the difference shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridplan.grid.polygons import METRES_PER_DEGREE, area_m2
from gridplan.model.errors import Conflict
from gridplan.model.place import Area, AreaLevel
from gridplan.model.words import say

PRECISION_DEG = 1e-7
GAP_M = 5.0
"""Gaps narrower than this are closed; wider ones are ground that somebody must decide on."""
_UNCHANGED_M2 = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChange:
    """What mending did to one area; `difference` is where old and new differ (WGS-84), None where nothing changed."""

    code: str
    name: str
    level: AreaLevel
    before_m2: float
    after_m2: float
    difference: BaseGeometry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """The mended areas in their old order and what changed.

    Per level the sum of the areas after is the ground covered before plus `gaps_m2`, within `drift_m2` (all levels together):
    the grid of 1e-7° moves a border by up to a centimetre, so it is at most 0.011 m times the length of all borders.
    """

    areas: tuple[Area, ...]
    changes: tuple[AreaChange, ...]
    gaps_m2: float
    overlaps_m2: float
    drift_m2: float


def mend_areas(areas: Sequence[Area], *, gap_m: float = GAP_M) -> Mended:
    """Return areas whose borders meet at every level. Levels are mended apart; the input is not changed.

    Raises
    ------
    Conflict
        An area lies wholly under others, so that mending would take it away.
    """
    mended: dict[str, Area] = {}
    changes: list[AreaChange] = []
    gaps = overlapped = drift = 0.0
    for level in AreaLevel:
        old = [area for area in areas if area.level is level]
        if not old:
            continue
        new = _clean(old, gap_m)
        before, after = shapely.union_all([a.polygon for a in old]), shapely.union_all([a.polygon for a in new])
        _, south, _, north = shapely.total_bounds(before)
        # one scale for the whole level: a scale for each area's own latitude would not add up
        m2 = METRES_PER_DEGREE**2 * float(np.cos(np.radians((south + north) / 2)))
        closed = shapely.difference(after, before).area * m2
        lost = shapely.difference(before, after).area * m2
        gaps += closed
        overlapped += max(0.0, sum(a.polygon.area for a in old) - before.area) * m2
        drift += abs((sum(a.polygon.area for a in new) - before.area) * m2 - closed + lost) + lost
        changes += [_change(a, b) for a, b in zip(old, new, strict=True)]
        mended |= {area.code: area for area in new}
    return Mended(
        areas=tuple(mended[area.code] for area in areas),
        changes=tuple(changes),
        gaps_m2=gaps,
        overlaps_m2=overlapped,
        drift_m2=drift,
    )


def _clean(areas: Sequence[Area], gap_m: float) -> list[Area]:
    """Clean one level in metres, so that a gap is as wide east as north."""
    shapes = np.array([_valid(area.polygon) for area in areas], dtype=object)
    if not shapely.coverage_is_valid(shapes, gap_width=gap_m / METRES_PER_DEGREE):
        west, south, east, north = shapely.total_bounds(shapes)
        middle = np.array([(west + east) / 2, (south + north) / 2])
        metres = np.array([np.cos(np.radians(middle[1])), 1.0]) * METRES_PER_DEGREE
        flat = shapely.transform(shapes, lambda p: (p - middle) * metres)
        cleaned: Any = shapely.coverage_clean(  # type: ignore[attr-defined]
            flat, gap_width=gap_m, snapping_distance=0.01
        )
        shapes = shapely.transform(cleaned, lambda p: p / metres + middle)
    made = []
    for area, shape in zip(areas, shapes, strict=True):
        parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and not part.is_empty]
        if not parts:
            raise Conflict(say("grid.mend_lost", name=area.name, code=area.code))
        made.append(replace(area, polygon=parts[0] if len(parts) == 1 else MultiPolygon(parts)))
    return made


def _valid(polygon: Polygon | MultiPolygon) -> BaseGeometry:
    whole = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    return shapely.set_precision(whole, PRECISION_DEG)


def _change(old: Area, new: Area) -> AreaChange:
    difference = shapely.symmetric_difference(old.polygon, new.polygon)
    return AreaChange(
        code=old.code,
        name=old.name,
        level=old.level,
        before_m2=area_m2(old.polygon),
        after_m2=area_m2(new.polygon),
        difference=difference if area_m2(difference) >= _UNCHANGED_M2 else None,
    )
