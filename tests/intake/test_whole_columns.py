"""What is wrong with a whole column of points is said once, with the rows and a count, in words that tell what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from gridplan.intake.projected import map_grids_of
from gridplan.intake.register import read_sites
from gridplan.intake.settings import ColumnMapping
from gridplan.model.errors import rows_in_words
from tests.builders import round_
from tests.intake.folder import EXTENT, codes


def listed(folder: Path, points: list[tuple[Any, Any]]) -> Any:
    """The register of a list with these pairs of cells as longitude and latitude."""
    lines = [f"某培训{n},机构,一号路{n}号,{lon},{lat}" for n, (lon, lat) in enumerate(points)]
    (folder / "sites.csv").write_text("\n".join(["名称,类别,地址,经度,纬度", *lines]) + "\n", "utf-8")
    return read_sites(folder, ColumnMapping(), round_(), EXTENT)


def points(count: int) -> list[tuple[float, float]]:
    west, south, east, north = EXTENT
    return [
        (round(west + (east - west) * (n + 0.37) / count, 6), round(south + (north - south) * 0.431, 6))
        for n in range(count)
    ]


def in_metres(epsg: int, count: int = 6) -> list[tuple[float, float]]:
    convert = Transformer.from_crs(4326, epsg, always_xy=True).transform
    return [tuple(round(x, 2) for x in convert(*point)) for point in points(count)]


def test_columns_with_their_headers_swapped_are_turned_back_and_told_once(tmp_path):
    result = listed(tmp_path, [(lat, lon) for lon, lat in points(12)])
    assert [site.given for site in result.sites] == points(12)
    (told,) = result.complaints
    assert (told.code, told.row) == ("sites.swapped_lonlat", 2)
    assert "12 行" in told.text.zh and "第 2–13 行" in told.text.zh and "两列列名对调" in told.text.zh


def test_a_few_swapped_rows_are_told_one_by_one(tmp_path):
    some = points(6)
    result = listed(tmp_path, [(lat, lon) if n in (1, 4) else (lon, lat) for n, (lon, lat) in enumerate(some)])
    assert [(c.code, c.row) for c in result.complaints] == [("sites.swapped_lonlat", 3), ("sites.swapped_lonlat", 6)]


@pytest.mark.parametrize("epsg", [4548, 4527, 4497, 4547, 32650, 3857])
@pytest.mark.parametrize("northing_first", [False, True])
def test_metres_of_a_map_grid_are_not_used_and_the_grid_is_named(tmp_path, epsg, northing_first):
    pairs = [pair[::-1] if northing_first else pair for pair in in_metres(epsg)]
    result = listed(tmp_path, pairs)
    assert {site.given for site in result.sites} == {None}
    (told,) = result.complaints
    assert told.code == "sites.projected_point" and "以米计" in told.text.zh and "6 行" in told.text.zh
    assert f"EPSG:{epsg}" in told.text.zh and "测绘软件" in told.text.zh


def test_one_row_in_metres_is_told_with_its_grid(tmp_path):
    (told,) = listed(tmp_path, [in_metres(4548)[0], *points(3)]).complaints
    assert told.row == 2 and "EPSG:4548" in told.text.zh


def test_metres_that_no_grid_brings_here_are_told_without_a_guess(tmp_path):
    (told,) = listed(tmp_path, [(123456.0, 7654321.0)]).complaints
    assert told.code == "sites.projected_point" and "看不出是哪一种投影" in told.text.zh


def test_zeros_mean_that_nothing_was_filled_in(tmp_path):
    result = listed(tmp_path, [(0, 0), ("0.0", "0.000"), *points(1)])
    assert codes(result) == ["sites.zero_point"] * 2 and result.sites[0].given is None
    many = listed(tmp_path, [(0, 0)] * 7)
    assert codes(many) == ["sites.zero_point"] and "7 行" in many.complaints[0].text.zh


def test_degrees_minutes_and_seconds_of_a_whole_column_are_told_once(tmp_path):
    result = listed(tmp_path, [(f"116°24'{n}\"E", f"39°54'{n}\"N") for n in range(10, 18)])
    (told,) = result.complaints
    assert told.code == "sites.degrees_minutes" and "8 行" in told.text.zh
    assert result.sites[0].given == pytest.approx((116.4027778, 39.9027778))


@pytest.mark.parametrize(("lon", "lat"), [("5e5", "39.9"), ("nan", "4420000"), ("1e300", "1e300"), ("500", "600")])
def test_numbers_that_are_neither_degrees_nor_metres_are_not_readable(tmp_path, lon, lat):
    assert codes(listed(tmp_path, [(lon, lat)])) == ["sites.bad_coordinate"]


@given(st.lists(st.tuples(st.floats(1e4, 9.9e7), st.floats(-9.9e7, 9.9e7)), max_size=5))
def test_looking_for_a_grid_never_fails(pairs):
    assert len(map_grids_of(pairs, EXTENT)) <= 3


def test_row_numbers_are_told_in_runs():
    assert rows_in_words([5, 2, 3, 4, 9, 9]) == "2–5, 9"
    assert rows_in_words(range(0, 200, 2), at_most=3) == "0, 2, 4…"
    assert rows_in_words([]) == ""
