"""What the offline map gets from a road file: houses, railways and names, each from the zoom where there is room for it."""

from __future__ import annotations

from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from gridplan.model.basemap import Basemap, LabelKind
from gridplan.roads import basemap as basemap_module
from gridplan.roads.basemap import read_basemap
from gridplan.roads.network import read_network

SQUARES = [
    ({"building": "yes", "name": "教学楼"}, 0.0004),
    ({"building": "house"}, 0.0002),
    ({"building": "shed"}, 0.00003),
    ({"building": "construction"}, 0.0004),
    ({"landuse": "residential", "name": "阳光花园"}, 0.002),
    ({"leisure": "park", "name": "人民公园"}, 0.004),
    ({"natural": "water", "name": "小池"}, 0.0004),
    ({"amenity": "school", "building": "school", "name": "星星小学"}, 0.0005),
    ({"natural": "water", "name": "望湖"}, 0.03),
]
LINES = [
    {"railway": "rail"},
    {"railway": "rail", "service": "yard"},
    {"railway": "subway", "tunnel": "yes"},
    {"railway": "tram"},
    {"waterway": "river", "name": "云汀河"},
    {"highway": "residential", "name": "解放路"},
]
POINTS = [
    {"place": "village", "name": "河边村"},
    {"railway": "station", "name": "东站"},
    {"amenity": "bench", "name": "长凳"},
    {"amenity": "school", "name": "星星小学"},
    {"amenity": "hospital"},
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Squares in a row, lines below them, points on the seventh square."""
    path = tmp_path_factory.mktemp("basemap") / "roads.osm.pbf"
    nodes: list[tuple[float, float, dict[str, str]]] = []
    ways: list[tuple[list[int], dict[str, str]]] = []
    for n, (tags, side) in enumerate(SQUARES):
        x, y, first = 116.4 + n * 0.005, 39.9, len(nodes) + 1
        nodes += [(x, y, {}), (x + side, y, {}), (x + side, y + side, {}), (x, y + side, {})]
        ways.append(([first, first + 1, first + 2, first + 3, first], tags))
    for n, tags in enumerate(LINES):
        first = len(nodes) + 1
        nodes += [(116.4, 39.89 - n / 1000, {}), (116.41, 39.89 - n / 1000, {})]
        ways.append(([first, first + 1], tags))
    nodes += [(116.4351, 39.9001, tags) for tags in POINTS]
    with osmium.SimpleWriter(str(path)) as writer:
        for number, (lon, lat, tags) in enumerate(nodes, 1):
            writer.add_node(Node(id=number, version=1, location=(lon, lat), tags=tags))
        for number, (refs, tags) in enumerate(ways, 1):
            writer.add_way(Way(id=number, version=1, nodes=refs, tags=tags))
    return path


@pytest.fixture(scope="module")
def base(file: Path) -> Basemap:
    return read_basemap(file, read_network(file))


def zooms(base: Basemap) -> dict[str, float]:
    return {label.name: label.from_zoom for label in base.labels}


def test_houses_that_stand_and_are_no_shed_are_drawn(base: Basemap) -> None:
    assert len(base.houses) == 3


def test_tracks_that_trains_run_on_in_the_open_are_drawn(base: Basemap) -> None:
    assert len(base.railways) == 1


def test_a_lake_bears_its_name_before_a_pond(base: Basemap) -> None:
    assert 10 <= zooms(base)["望湖"] < 13 < zooms(base)["小池"]
    assert zooms(base)["云汀河"] == 14


def test_each_kind_of_name_is_known_by_its_look(base: Basemap) -> None:
    kinds = {label.name: label.kind for label in base.labels}
    assert kinds == {
        "教学楼": LabelKind.HOUSE,
        "阳光花园": LabelKind.PLACE,
        "河边村": LabelKind.PLACE,
        "人民公园": LabelKind.GREEN,
        "小池": LabelKind.WATER,
        "望湖": LabelKind.WATER,
        "云汀河": LabelKind.WATER,
        "星星小学": LabelKind.POI,
        "东站": LabelKind.STATION,
    }


def test_a_school_mapped_as_area_and_as_point_is_named_once(base: Basemap) -> None:
    assert [label.name for label in base.labels].count("星星小学") == 1


def test_of_too_many_houses_the_largest_are_kept(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basemap_module, "MOST_HOUSES", 1)
    (house,) = read_basemap(file, read_network(file)).houses
    assert house.bounds[0] == pytest.approx(116.435)


def test_only_what_touches_the_extent_is_taken(file: Path) -> None:
    base = read_basemap(file, read_network(file), (116.399, 39.899, 116.402, 39.901))
    assert len(base.houses) == 1 and not base.green and set(zooms(base)) == {"教学楼"}


def test_the_same_file_gives_the_same_map(file: Path, base: Basemap) -> None:
    assert read_basemap(file, read_network(file)) == base
