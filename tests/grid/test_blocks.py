"""Cells follow streets and water: they are made of whole blocks, each in one piece, with sites as even as the blocks allow."""

from __future__ import annotations

import math

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon, box

from gridplan.grid.blocks import Barriers, blocks_of
from gridplan.grid.cells import cell_of, make_cells
from gridplan.model.place import LonLat
from tests.grid.test_cells import SCHEME, community, star


def streets(polygon: Polygon, random: np.random.Generator, count: int) -> list[LineString]:
    west, south, east, north = polygon.bounds
    ends = random.uniform((west, south), (east, north), (count, 2, 2))
    return [LineString(pair) for pair in ends]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    corners=st.integers(3, 12),
    lines=st.integers(1, 25),
    count=st.integers(0, 60),
    sites=st.integers(1, 20),
)
def test_whatever_the_streets_cells_tile_their_community_and_hold_every_site_once(seed, corners, lines, count, sites):
    polygon, random = star(seed, corners)
    tried = random.uniform(polygon.bounds[:2], polygon.bounds[2:], (count * 3, 2))
    points = [LonLat(*p) for p in tried if polygon.contains(shapely.Point(p))][:count]
    drawn = streets(polygon, random, lines)
    barriers = Barriers(main=drawn[::3], minor=drawn[1::3] + drawn[2::3])
    cells = make_cells(community(polygon), points, sites, SCHEME, barriers=barriers)
    assert all(isinstance(cell.polygon, Polygon) and cell.polygon.is_valid for cell in cells)
    assert math.isclose(sum(c.polygon.area for c in cells), polygon.area, rel_tol=1e-7)
    assert shapely.union_all([c.polygon for c in cells]).symmetric_difference(polygon).area <= 1e-7 * polygon.area
    assert all(cell_of(cells, point) is not None for point in points)
    assert cells == make_cells(community(polygon), points, sites, SCHEME, barriers=barriers)


def grid_of_streets() -> list[LineString]:
    """Streets every 0.001° within a community of 0.01° × 0.01°."""
    lines = [LineString([(116 + k / 1000, 38.9), (116 + k / 1000, 39.1)]) for k in range(1, 10)]
    return lines + [LineString([(115.9, 39 + k / 1000), (116.1, 39 + k / 1000)]) for k in range(1, 10)]


def test_no_block_is_cut_and_sites_are_even_where_streets_are_many():
    random = np.random.default_rng(3)
    points = [LonLat(116 + x, 39 + y) for x, y in random.uniform(0.0001, 0.0099, (300, 2))]
    whole = box(116, 39, 116.01, 39.01)
    barriers = Barriers(minor=grid_of_streets())
    cells = make_cells(community(whole), points, 30, SCHEME, barriers=barriers)
    assert len(cells) == 10
    for block in blocks_of(whole, barriers):
        shares = [cell.polygon.intersection(block).area / block.area for cell in cells]
        assert max(shares) > 1 - 1e-6
    held = [sum(cell.polygon.contains(shapely.Point(p)) for p in points) for cell in cells]
    assert min(held) >= 24 and max(held) <= 36


def test_a_main_road_is_the_border_where_it_costs_little():
    random = np.random.default_rng(4)
    points = [LonLat(116 + x, 39 + y) for x, y in random.uniform(0.0001, 0.0099, (200, 2))]
    main = LineString([(116.0051, 38.9), (116.0051, 39.1)])  # not quite in the middle
    whole = box(116, 39, 116.01, 39.01)
    one, other = make_cells(
        community(whole), points, 100, SCHEME, barriers=Barriers(main=[main], minor=grid_of_streets())
    )
    shared = shapely.intersection(one.polygon, other.polygon)
    assert shapely.length(shapely.intersection(shared, main.buffer(1e-9))) > 0.99 * shapely.length(shared)


def test_water_and_streets_that_end_in_a_block_part_nothing():
    whole = box(116, 39, 116.01, 39.01)
    (block,) = blocks_of(whole, Barriers(minor=[LineString([(116.002, 39.002), (116.008, 39.002)])]))
    assert block.equals(whole)
    lake = box(116.004, 39.004, 116.006, 39.006)
    assert len(blocks_of(whole, Barriers(main=[lake.boundary]))) == 2
