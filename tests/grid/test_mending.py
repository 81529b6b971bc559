"""Damaged borders are mended in a copy: valid, whole, and close to what they were."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from gridplan.grid.mending import mend_areas
from gridplan.model.errors import Conflict
from gridplan.model.place import Area, AreaCode, AreaLevel

SIDE = 0.005


def area(code: str, polygon: Polygon) -> Area:
    return Area(code=AreaCode(code), level=AreaLevel.COMMUNITY, name=code, parent_code=None, polygon=polygon)


def squares(rows: int, columns: int) -> list[Area]:
    return [
        area(f"{r}{c}", box(116 + c * SIDE, 39 + r * SIDE, 116 + (c + 1) * SIDE, 39 + (r + 1) * SIDE))
        for r in range(rows)
        for c in range(columns)
    ]


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(1, 4), columns=st.integers(2, 4), seed=st.integers(0, 2**32 - 1))
def test_random_damage_to_a_valid_coverage_is_mended(rows: int, columns: int, seed: int):
    random = np.random.default_rng(seed)
    whole = squares(rows, columns)
    # every corner of every square strays by up to a metre, each on its own: gaps and overlaps everywhere
    broken = [area(a.code, shapely.transform(a.polygon, lambda p: _strayed(p, random))) for a in whole]
    mended = mend_areas(broken)
    assert shapely.coverage_is_valid([a.polygon for a in mended.areas])
    for old, new in zip(whole, mended.areas, strict=True):
        shared = old.polygon.intersection(new.polygon).area
        assert shared / old.polygon.union(new.polygon).area >= 0.99
    border_m = sum(a.polygon.length for a in whole) * 111_320
    assert mended.drift_m2 <= 0.011 * border_m  # the grid of 1e-7° moves a border by up to a centimetre


def _strayed(points: np.ndarray, random: np.random.Generator) -> np.ndarray:
    moved = points + random.uniform(-1e-5, 1e-5, points.shape)
    moved[-1] = moved[0]
    return moved


def test_what_is_whole_stays_as_it_is():
    mended = mend_areas(squares(2, 2))
    assert all(change.difference is None for change in mended.changes)
    assert mended.drift_m2 < 1


def test_a_wide_gap_is_left_for_people():
    left, right = area("1", box(116, 39, 116.01, 39.01)), area("2", box(116.011, 39, 116.02, 39.01))
    mended = mend_areas([left, right])
    assert mended.gaps_m2 < 1 and mended.areas[0].polygon.equals(left.polygon)


def test_a_narrow_gap_is_closed_and_told():
    ring = [box(116, 39, 116.01, 39.01), box(116.01002, 39, 116.02, 39.01), box(116, 38.99, 116.02, 39)]
    roof = box(116, 39.01, 116.02, 39.02)
    mended = mend_areas([area(str(i), p) for i, p in enumerate([*ring, roof])])
    assert shapely.coverage_is_valid([a.polygon for a in mended.areas])
    assert mended.gaps_m2 == pytest.approx(0.00002 * 0.01 * 111_320**2 * np.cos(np.radians(39)), rel=0.02)


def test_an_area_under_another_is_not_lost_without_a_word():
    with pytest.raises(Conflict, match="消失"):
        mend_areas([area("1", box(116, 39, 116.02, 39.02)), area("2", box(116.005, 39.005, 116.01, 39.01))])
