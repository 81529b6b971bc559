"""Boundary files are read, checked, mended and nested; what cannot be used is refused by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import Polygon, box
from shapely.geometry import mapping as to_json

from gridplan.grid.boundaries import AreaSet, read_areas
from gridplan.model.errors import InputError
from gridplan.model.place import AreaLevel

DATA = Path(__file__).parents[1] / "data" / "grid"
EAST = box(116.40, 39.90, 116.42, 39.91)
A = box(116.40, 39.90, 116.41, 39.91)
B = box(116.41, 39.90, 116.42, 39.91)
BOW_TIE = Polygon([(116.40, 39.90), (116.41, 39.91), (116.41, 39.90), (116.40, 39.91)])
Row = tuple[str, Any, str, Any]
MINI: tuple[Row, ...] = (
    ("township", "110000001", "东街道", EAST),
    ("community", "110000001001", "甲社区", A),
    ("community", "110000001002", "乙社区", B),
)


def write(folder: Path, rows: Iterable[Row], *, name: str = "areas.geojson", crs: str = "", **more: Any) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"level": level, "code": code, "name": title} | more,
            "geometry": to_json(polygon) if polygon is not None else None,
        }
        for level, code, title, polygon in rows
    ]
    data: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        data["crs"] = {"type": "name", "properties": {"name": crs}}
    (folder / name).write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return folder


def codes(areas: AreaSet) -> set[str]:
    return {complaint.code for complaint in areas.complaints}


def parents(areas: AreaSet) -> dict[str, str | None]:
    return {area.code: area.parent_code for area in areas.areas}


def test_areas_nest_by_the_prefix_of_their_code_and_the_union_is_the_district(tmp_path: Path) -> None:
    areas = read_areas(write(tmp_path, MINI), district="示例区")
    assert parents(areas) == {
        "110000": None,
        "110000001": "110000",
        "110000001001": "110000001",
        "110000001002": "110000001",
    }
    assert (areas.areas[0].level, areas.areas[0].name) == (AreaLevel.DISTRICT, "示例区")
    assert areas.areas[0].polygon.equals(EAST)
    assert codes(areas) == {"grid.district_made"}


def test_one_level_is_enough(tmp_path: Path) -> None:
    areas = read_areas(write(tmp_path, MINI[1:]), district="示例区")
    assert [area.level for area in areas.areas] == [AreaLevel.DISTRICT, AreaLevel.COMMUNITY, AreaLevel.COMMUNITY]


def test_a_county_is_never_taken_for_the_district(tmp_path: Path) -> None:
    areas = read_areas(write(tmp_path, [("county", "1100", "甲县", EAST)]), district="示例区")
    assert [(area.level, area.name) for area in areas.areas] == [
        (AreaLevel.DISTRICT, "示例区"),
        (AreaLevel.COUNTY, "甲县"),
    ]


def test_without_any_code_in_common_the_ground_decides(tmp_path: Path) -> None:
    rows = [("township", "T1", "东街道", A), ("township", "T2", "西街道", B), ("community", "X", "某社区", B)]
    assert parents(read_areas(write(tmp_path, rows)))["X"] == "T2"


def test_a_parent_column_decides_before_the_code(tmp_path: Path) -> None:
    write(tmp_path, [("township", "11", "东街道", EAST), ("township", "22", "西街道", EAST)], name="t.geojson")
    write(tmp_path, [("community", "1101", "甲社区", A)], name="c.geojson", parent_code="22")
    assert parents(read_areas(tmp_path))["1101"] == "22"


def test_a_parent_that_is_not_there_is_a_complaint_and_the_code_decides(tmp_path: Path) -> None:
    write(tmp_path, [("township", "11", "东街道", EAST)], name="t.geojson")
    write(tmp_path, [("community", "1101", "甲社区", A)], name="c.geojson", parent="99")
    areas = read_areas(tmp_path)
    assert parents(areas)["1101"] == "11"
    assert "grid.orphan" in codes(areas)


def test_the_scheme_says_where_a_parents_code_ends(tmp_path: Path) -> None:
    rows = [
        ("township", "1101", "东街道", EAST),
        ("township", "110100", "西街道", EAST),
        ("community", "110100x", "甲", A),
    ]
    areas = read_areas(write(tmp_path, rows), scheme={"township": 4, "community": 7})
    assert parents(areas)["110100x"] == "1101"
    assert "grid.code_length" in codes(areas)


def test_an_area_far_from_its_parent_is_a_complaint(tmp_path: Path) -> None:
    rows = [("township", "11", "东街道", A), ("township", "22", "西街道", B), ("community", "1101", "甲社区", B)]
    assert "grid.strayed" in codes(read_areas(write(tmp_path, rows)))


def test_a_polygon_that_crosses_itself_is_mended_in_a_copy_and_named(tmp_path: Path) -> None:
    folder = write(tmp_path, [("community", "1", "甲社区", BOW_TIE)])
    before = (folder / "areas.geojson").read_bytes()
    areas = read_areas(folder)
    assert areas.areas[1].polygon.is_valid
    assert [(change.name, change.before_m2 < change.after_m2) for change in areas.changes] == [("甲社区", True)]
    assert any(c.code == "grid.mended" and "甲社区" in c.text.zh for c in areas.complaints)
    assert (folder / "areas.geojson").read_bytes() == before


def test_overlapping_polygons_are_named_with_their_ground(tmp_path: Path) -> None:
    rows = [("community", "1", "甲社区", A), ("community", "2", "乙社区", box(116.409, 39.90, 116.42, 39.91))]
    text = next(c.text.zh for c in read_areas(write(tmp_path, rows)).complaints if c.code == "grid.overlap")
    assert "甲社区" in text
    assert "乙社区" in text
    assert "平方米" in text


def test_whole_numbers_are_read_as_codes(tmp_path: Path) -> None:
    rows = [("township", 110000001, "东街道", EAST), ("community", 110000001001.0, "甲社区", A)]
    assert set(parents(read_areas(write(tmp_path, rows)))) == {"110000", "110000001", "110000001001"}


def test_columns_are_named_by_the_mapping(tmp_path: Path) -> None:
    write(tmp_path, [("x", "y", "z", EAST)], name="t.geojson", TNAME="东街道", TID=7.0)
    mapping = {"t.geojson": {"level": "township", "name": "TNAME", "code": "TID"}}
    assert [(a.code, a.name) for a in read_areas(tmp_path, mapping).areas][1:] == [("7", "东街道")]


def test_a_single_bad_feature_is_a_complaint_and_the_file_counts(tmp_path: Path) -> None:
    rows = [*MINI, ("hamlet", "1", "甲", A), ("cell", "", "乙", A), ("cell", "2", "丙", None), ("cell", "3", "", A)]
    areas = read_areas(write(tmp_path, rows))
    assert {"grid.unknown_level", "grid.no_code", "grid.no_polygon", "grid.no_name"} <= codes(areas)
    assert len(areas.areas) == 5


@pytest.mark.parametrize("suffix", ["gpkg", "shp"])
def test_geopackage_and_shapefile_are_read_like_geojson(tmp_path: Path, suffix: str) -> None:
    table = gpd.GeoDataFrame(
        {"level": [r[0] for r in MINI], "code": [r[1] for r in MINI], "name": [r[2] for r in MINI]},
        geometry=[r[3] for r in MINI],
        crs="EPSG:4490",
    )
    table.to_file(tmp_path / f"areas.{suffix}")
    assert {area.name for area in read_areas(tmp_path, district="示例区").areas} == {
        "示例区",
        "东街道",
        "甲社区",
        "乙社区",
    }


def test_projected_boundaries_come_out_in_degrees(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"level": ["township"], "code": ["11"], "name": ["东街道"]}, geometry=[EAST], crs=4326).to_crs(
        4548
    ).to_file(tmp_path / "a.gpkg")
    assert read_areas(tmp_path).areas[1].polygon.bounds == pytest.approx(EAST.bounds, abs=1e-7)


def refused(folder: Path, *words: str, **more: Any) -> None:
    with pytest.raises(InputError) as error:
        read_areas(folder, **more)
    assert all(word in error.value.text.zh for word in words), error.value.text.zh


def test_a_virtual_dataset_named_geojson_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("level,code,name\n")
    shutil.copy(DATA / "vrt.geojson", tmp_path / "areas.geojson")
    refused(tmp_path, "areas.geojson", "内容")


@pytest.mark.parametrize("name", ["areas.gpkg", "areas.shp"])
def test_a_virtual_dataset_with_another_name_is_refused_too(tmp_path: Path, name: str) -> None:
    shutil.copy(DATA / "vrt.geojson", tmp_path / name)
    refused(tmp_path, name, "内容")


@pytest.mark.parametrize("text", ["[1, 2]", '{"type": "Topology"}', "name,code", "[" * 100_000])
def test_what_is_no_feature_collection_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "areas.geojson").write_text(text)
    refused(tmp_path, "areas.geojson", "内容")


def test_an_empty_folder_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    refused(tmp_path, "没有边界文件")
    (tmp_path / "areas.geojson").touch()
    refused(tmp_path, "areas.geojson", "空文件")


def test_a_code_that_stands_twice_is_refused_naming_both(tmp_path: Path) -> None:
    refused(write(tmp_path, [MINI[0], ("township", "110000001", "西街道", A)]), "东街道", "西街道", "110000001")


def test_a_code_too_large_for_a_number_is_refused(tmp_path: Path) -> None:
    refused(write(tmp_path, [("township", 1.1000000100200302e19, "东街道", A)]), "code", "文本")


def test_a_missing_column_is_refused_naming_what_is_there(tmp_path: Path) -> None:
    refused(write(tmp_path, MINI), "CODE2", "level、code、name", mapping={"areas.geojson": {"code": "CODE2"}})


def test_an_unknown_key_of_the_mapping_names_the_nearest(tmp_path: Path) -> None:
    refused(write(tmp_path, MINI), "nmae", "name", mapping={"areas.geojson": {"nmae": "x"}})
    refused(tmp_path, "other.geojson", mapping={"other.geojson": {}})


def test_a_shapefile_without_prj_is_asked_for_it(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"level": ["township"], "code": ["11"], "name": ["东街道"]}, geometry=[EAST], crs=4326).to_file(
        tmp_path / "a.shp"
    )
    (tmp_path / "a.prj").unlink()
    refused(tmp_path, "a.prj")


def test_coordinates_that_are_no_degrees_are_refused(tmp_path: Path) -> None:
    refused(write(tmp_path, [("township", "11", "东街道", box(4e5, 4e6, 5e5, 5e6))]), "经纬度")


def test_latitude_first_is_refused(tmp_path: Path) -> None:
    refused(write(tmp_path, [("township", "11", "东街道", box(39.9, 116.4, 39.91, 116.42))]), "纬度在前")


def test_an_unknown_coordinate_system_is_refused(tmp_path: Path) -> None:
    refused(write(tmp_path, MINI, crs="EPSG:999999"), "坐标系")


def test_a_shapefile_without_encoding_is_read_as_gb18030_when_it_is_no_utf8(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"level": ["township"], "code": ["11"], "name": ["东街道"]}, geometry=[EAST], crs=4326).to_file(
        tmp_path / "a.shp", encoding="gb18030"
    )
    (tmp_path / "a.cpg").unlink()
    assert read_areas(tmp_path).areas[1].name == "东街道"


def test_a_geopackage_of_two_layers_is_refused(tmp_path: Path) -> None:
    table = gpd.GeoDataFrame({"level": ["township"], "code": ["11"], "name": ["东街道"]}, geometry=[EAST], crs=4326)
    for layer in ("one", "two"):
        table.to_file(tmp_path / "a.gpkg", layer=layer)
    refused(tmp_path, "one、two")


def test_a_polygon_of_two_points_is_a_complaint_and_the_file_counts(tmp_path: Path) -> None:
    data = json.loads((write(tmp_path, MINI) / "areas.geojson").read_text("utf-8"))
    data["features"][2]["geometry"]["coordinates"] = [[[116.41, 39.9], [116.42, 39.9]]]
    (tmp_path / "areas.geojson").write_text(json.dumps(data), "utf-8")
    areas = read_areas(tmp_path)
    assert [(c.row, c.value) for c in areas.complaints if c.code == "grid.no_polygon"] == [(3, "乙社区")]
    assert len(areas.areas) == 3


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.geojson").open("wb") as file:
        file.truncate(600 * 2**20)  # sparse: takes no room
    refused(tmp_path, "a.geojson", "600 MB")
