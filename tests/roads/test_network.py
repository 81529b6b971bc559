"""Reading road files: what is refused, what is told, and what a map gets to draw."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.roads import reader
from gridplan.roads.basemap import read_basemap
from gridplan.roads.engine import RoadEngine
from gridplan.roads.measure import EARTH_M
from gridplan.roads.network import check_extent, read_network
from gridplan.roads.snap import Snapper
from tests.roads.town import CAR, DATA, WALK, corner, engine

ISLAND = read_network(DATA / "island.osm")


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("nowhere.osm", "找不到"),
        ("empty.osm", "空的"),
        ("not_osm.osm", "不是 OpenStreetMap"),
        ("cut_off.osm", "不完整"),
        ("no_street.osm", "没有可通行的道路"),
    ],
)
def test_a_file_that_is_no_road_file_is_refused_by_name(file: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_network(DATA / file)
    assert file in caught.value.text.zh and file in caught.value.text.en


def test_another_format_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "roads.geojson").write_text("{}")
    with pytest.raises(InputError, match=r"roads\.geojson"):
        read_network(tmp_path / "roads.geojson")


def test_a_file_over_the_size_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_BYTES", 100)
    with pytest.raises(InputError, match="2 GB"):
        read_network(DATA / "island.osm")


def as_pbf(folder: Path, name: str) -> Path:
    """The same tiny file in the compressed format."""
    path = folder / f"{name}.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for item in osmium.FileProcessor(str(DATA / f"{name}.osm")):
            writer.add(item)
    return path


def test_pbf_and_xml_give_the_same_network(tmp_path: Path) -> None:
    places = [corner("A"), corner("BC"), corner("EF")]
    pbf = RoadEngine(read_network(as_pbf(tmp_path, "no_left_turn")))
    xml = engine("no_left_turn")
    for mode in TravelMode:
        assert pbf.matrix(places, places, mode).time_s.tolist() == xml.matrix(places, places, mode).time_s.tolist()


def test_a_pbf_that_was_cut_off_is_refused_by_name(tmp_path: Path) -> None:
    path = as_pbf(tmp_path, "no_left_turn")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"no_left_turn\.osm\.pbf"):
        read_network(path)


def test_a_road_file_of_another_city_is_refused_by_name() -> None:
    network = read_network(DATA / "island.osm")
    check_extent(network, (116.3, 39.8, 116.5, 40.0))
    with pytest.raises(InputError, match=r"island\.osm"):
        check_extent(network, (121.4, 25.0, 121.6, 25.2))


def test_the_share_of_places_near_the_streets_is_told() -> None:
    assert engine("island").covers([corner("A"), corner("B"), corner("C"), corner("X")], CAR) == 0.75


def test_the_summary_counts_components_and_the_share_that_is_used() -> None:
    summary = read_network(DATA / "island.osm").describe()
    car = summary.modes[CAR]
    assert car.components == 2
    assert 0.5 < car.main_share < 0.6
    assert any("汽车路网只有 54%" in note.zh for note in summary.notes)


def test_a_mode_without_any_street_is_told_and_unreachable(tmp_path: Path) -> None:
    text = (DATA / "oneway_reverse.osm").read_text().replace("residential", "footway")
    (tmp_path / "paths.osm").write_text(text)
    network = read_network(tmp_path / "paths.osm")
    assert any("汽车" in note.zh for note in network.describe().notes)
    roads = RoadEngine(network)
    assert not roads.snap([corner("A")], CAR)[0].ok
    assert roads.paths([corner("A"), corner("B")], CAR)[0].line == ()
    assert roads.paths([corner("A"), corner("B")], WALK)[0].distance_m == pytest.approx(100, abs=1)


def test_a_point_that_is_no_place_on_earth_is_refused() -> None:
    with pytest.raises(InputError, match="不在地球上"):
        engine("island").snap([LonLat(float("nan"), 39.9)], CAR)


def test_the_base_map_holds_streets_water_and_green() -> None:
    network = read_network(DATA / "basemap.osm")
    base = read_basemap(DATA / "basemap.osm", network)
    assert [(street.name, street.klass) for street in base.streets] == [("示例路", "residential")] * 2
    assert sorted(shape.geom_type for shape in base.water) == ["LineString", "MultiPolygon"]
    assert len(base.green) == 1


def test_the_base_map_is_cut_to_what_touches_the_extent() -> None:
    network = read_network(DATA / "basemap.osm")
    west, south = corner("P")
    base = read_basemap(DATA / "basemap.osm", network, (west - 0.0001, south - 0.0001, west + 0.0001, south + 0.0001))
    assert not base.streets and not base.green
    assert [shape.geom_type for shape in base.water] == ["LineString"]


def test_a_street_of_many_segments_is_one_line_on_the_map() -> None:
    streets = read_network(DATA / "no_u_turn.osm").street_lines()
    assert len(streets) == 7
    ring = read_network(DATA / "roundabout.osm").street_lines()
    assert len(ring) == 3


def test_the_network_is_a_table_too() -> None:
    table = read_network(DATA / "footway.osm").to_gdf()
    assert table.crs.to_epsg() == 4326
    assert table.set_index("class").loc["footway", "car"].tolist() == [False, False]


@settings(max_examples=150, deadline=None)
@given(lon=st.floats(116.39, 116.42), lat=st.floats(39.89, 39.92))
def test_a_point_is_put_onto_the_street_that_is_nearest_by_an_independent_judge(lon: float, lat: float) -> None:
    network = ISLAND
    (snap,) = Snapper(network, TravelMode.WALK).snap([LonLat(lon, lat)])
    _, south, _, north = network.extent
    metre = math.radians(1) * EARTH_M
    scale = np.array([metre * math.cos(math.radians((south + north) / 2)), metre])
    used = np.unique(np.flatnonzero(network.graphs[TravelMode.WALK].arc_head >= 0) // 2)
    lines = shapely.transform(network.lines[used], lambda degrees: degrees * scale)
    point = shapely.Point(lon * scale[0], lat * scale[1])
    apart = shapely.distance(lines, point)
    own = lines[int(np.searchsorted(used, snap.segment))]
    assert own.distance(point) == pytest.approx(apart.min(), abs=1e-6)
    assert snap.fraction == pytest.approx(own.project(point, normalized=True), abs=1e-6)
    assert snap.distance_m == pytest.approx(apart.min(), rel=0.01, abs=0.01)
