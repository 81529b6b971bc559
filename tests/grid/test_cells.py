"""Made cells tile their community, are in one piece, hold every site once and are numbered in order."""

from __future__ import annotations

import math

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from gridplan.grid.cells import cell_of, make_cells
from gridplan.grid.codes import CodeScheme
from gridplan.model.place import Area, AreaCode, AreaLevel, LonLat

SCHEME = CodeScheme.of({"community": 12, "cell": 15})


def community(polygon: Polygon) -> Area:
    code = AreaCode("110101001002")
    return Area(code=code, level=AreaLevel.COMMUNITY, name="甲社区", parent_code=None, polygon=polygon)


def star(seed: int, corners: int) -> tuple[Polygon, np.random.Generator]:
    random = np.random.default_rng(seed)
    angles = np.arange(corners) * 2 * math.pi / corners
    radius = random.uniform(0.001, 0.01, corners)
    return Polygon(np.column_stack([116 + radius * np.cos(angles), 39 + radius * np.sin(angles)])), random


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), corners=st.integers(3, 14), count=st.integers(0, 60), sites=st.integers(1, 20))
def test_cells_tile_their_community_and_hold_every_site_once(seed: int, corners: int, count: int, sites: int):
    polygon, random = star(seed, corners)
    tried = random.uniform(polygon.bounds[:2], polygon.bounds[2:], (count * 3, 2))
    points = [LonLat(*p) for p in tried if polygon.contains(shapely.Point(p))][:count]
    cells = make_cells(community(polygon), points, sites, SCHEME)
    assert all(isinstance(cell.polygon, Polygon) and cell.polygon.is_valid for cell in cells)
    assert math.isclose(sum(c.polygon.area for c in cells), polygon.area, rel_tol=1e-9)
    assert shapely.union_all([c.polygon for c in cells]).symmetric_difference(polygon).area <= 1e-9 * polygon.area
    for i, one in enumerate(cells):
        assert all(one.polygon.intersection(c.polygon).area <= 1e-9 * polygon.area for c in cells[i + 1 :])
    assert [c.code for c in cells] == [f"110101001002{n:03d}" for n in range(1, len(cells) + 1)]
    assert all(cell_of(cells, point) is not None for point in points)
    assert cells == make_cells(community(polygon), points, sites, SCHEME)


def test_a_square_is_parted_evenly_and_numbered_west_to_east_then_north_to_south():
    points = [LonLat(116 + x / 1000, 39 + y / 1000) for x in range(1, 10) for y in range(1, 10)]
    cells = make_cells(community(box(116, 39, 116.01, 39.01)), points, 21, SCHEME)
    middles = [(c.polygon.centroid.x > 116.005, c.polygon.centroid.y > 39.005) for c in cells]
    assert middles == [(False, True), (True, True), (False, False), (True, False)]
    held = [sum(c.polygon.contains(shapely.Point(p)) for p in points) for c in cells]
    assert sum(held) == 81 and max(held) <= 25 and min(held) >= 16


def test_codes_given_up_are_not_used_again():
    cells = make_cells(community(box(0, 0, 1, 1)), [], 5, SCHEME, used={"110101001002007"})
    assert [cell.code for cell in cells] == ["110101001002008"]
