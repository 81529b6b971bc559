"""Every point gets the area it lies in at each level."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gridplan.grid.locate import AreaIndex, compare
from gridplan.model.place import AreaCode, AreaLevel, LonLat
from tests.builders import area

D, T, C, CELL = AreaLevel.DISTRICT, AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY, AreaLevel.CELL
GRID = [
    area("1", D, "区", west=0, south=0, east=4, north=2),
    *(area(f"1{t}", T, f"镇{t}", west=2 * t, south=0, east=2 * t + 2, north=2, parent="1") for t in (0, 1)),
    *(
        area(f"1{t}{c}", C, f"村{t}{c}", west=2 * t + c, south=0, east=2 * t + c + 1, north=2, parent=f"1{t}")
        for t in (0, 1)
        for c in (0, 1)
    ),
    area("1000", CELL, "格", west=0, south=0, east=1, north=1, parent="100"),
]
INDEX = AreaIndex(GRID)


def test_a_point_gets_every_level_down_to_the_cell() -> None:
    assert INDEX.locate([LonLat(0.5, 0.5)]) == [{D: "1", T: "10", C: "100", CELL: "1000"}]


def test_a_point_on_an_edge_belongs_to_the_lowest_code() -> None:
    assert INDEX.locate([LonLat(2.0, 1.0)]) == [{D: "1", T: "10", C: "101"}]


def test_a_point_outside_all_areas_gets_none() -> None:
    assert INDEX.locate([LonLat(9, 9), LonLat(float("nan"), 1)]) == [{}, {}]
    assert INDEX.locate([]) == []


def test_areas_without_parents_are_joined_by_ground() -> None:
    loose = [
        area("T", T, "镇", west=0, south=0, east=2, north=2),
        area("C", C, "村", west=0, south=0, east=1, north=2),
    ]
    assert AreaIndex(loose).locate([LonLat(0.5, 0.5)]) == [{T: "T", C: "C"}]


def test_the_finest_area_brings_its_own_ancestors_even_where_borders_were_drawn_badly() -> None:
    sloppy = [*GRID[:3], area("110", C, "村", west=1.9, south=0, east=3, north=2, parent="11")]
    assert AreaIndex(sloppy).locate([LonLat(1.95, 1)]) == [{D: "1", T: "11", C: "110"}]


@given(st.lists(st.tuples(st.floats(-1, 5), st.floats(-1, 3)), min_size=1, max_size=20))
def test_codes_found_begin_with_the_codes_of_the_wider_levels(points: list[tuple[float, float]]) -> None:
    for found in INDEX.locate([LonLat(*p) for p in points]):
        chain = list(found.values())
        assert all(fine.startswith(wide) for wide, fine in pairwise(chain))


def test_the_widest_level_that_differs_is_named() -> None:
    one = {T: AreaCode("10"), C: AreaCode("100")}
    assert compare(one, {T: AreaCode("11"), C: AreaCode("110")}) is T
    assert compare(one, {T: AreaCode("10"), C: AreaCode("101")}) is C
    assert compare({T: AreaCode("10")}, one) is None
    assert compare(one, {}) is None
