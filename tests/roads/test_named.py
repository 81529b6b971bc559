"""Roads by name and where two of them meet: divided roads, roundabouts, several names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.model.place import LonLat
from gridplan.roads.named import (
    Crossing,
    NamedWay,
    crossing_entries,
    crossings,
    read_named_ways,
    road_entries,
    road_names,
)
from tests.roads.mini_roads import LANES, ROADS, write_mini_roads

DATA = Path(__file__).parents[1] / "data" / "roads"
EAST, NORTH = 1 / 85_290, 1 / 111_195  # a metre at 40° north


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> list[NamedWay]:
    return read_named_ways(write_mini_roads(tmp_path_factory.mktemp("named") / "roads.osm.pbf"))


def at(east_m: float, north_m: float) -> LonLat:
    return LonLat(round(116.4 + east_m * EAST, 7), round(40 + north_m * NORTH, 7))


def way(names: str, *places: tuple[float, float], ring: bool = False) -> NamedWay:
    """A way through places in metres; the same place is the same node."""
    nodes = tuple(hash(place) for place in places)
    return NamedWay(road_names({"name": names}), nodes, tuple(at(*place) for place in places), ring)


def osm(path: Path, tags: Sequence[dict[str, str]]) -> list[NamedWay]:
    """Read ways that lead out of one node, each with its tags."""
    nodes = "".join(
        f'<node id="{n}" version="1" lon="{116.4 + 0.002 * (n > 1)}" lat="{40 + 0.001 * n}"/>' for n in range(1, 9)
    )
    streets = "".join(
        f'<way id="{n}" version="1"><nd ref="1"/><nd ref="{n + 1}"/>'
        + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in {"highway": "residential", **some}.items())
        + "</way>"
        for n, some in enumerate(tags, 1)
    )
    path.write_text(f'<osm version="0.6">{nodes}{streets}</osm>', "utf-8")
    return read_named_ways(path)


def pairs(found: Sequence[Crossing]) -> set[str]:
    return {f"{road}/{other}" for road, other, _ in found}


def test_each_named_road_is_one_entry_that_lies_on_it(ways: list[NamedWay]) -> None:
    roads = road_entries(ways)
    assert [e.name for e in roads] == sorted({*ROADS, *LANES})
    for entry in roads:
        if entry.name in ROADS:
            assert entry.point.lat == pytest.approx(ROADS[entry.name]) and entry.point.lon == pytest.approx(116.409)


def test_two_roads_of_one_name_far_apart_are_two_entries() -> None:
    found = road_entries(
        [way("人民路", (0, 0), (170, 0)), way("人民路", (170, 0), (340, 0)), way("人民路", (2500, 0), (2700, 0))]
    )
    assert [(e.name, round(e.point.lon, 4)) for e in found] == [("人民路", 116.402), ("人民路", 116.4305)]


def test_every_crossing_of_two_named_roads_is_found_once(ways: list[NamedWay]) -> None:
    found = crossings(ways)
    assert len(found) == len(ROADS) * len(LANES)
    for road, other, point in found:
        lane, across = sorted((road, other), key=lambda name: name in ROADS)
        assert point == (LANES[lane], ROADS[across])


def test_a_crossing_is_a_row_with_both_roads(ways: list[NamedWay]) -> None:
    (entry,) = [entry for entry in crossing_entries(ways) if entry.road == "中心路/经二街"]
    assert (entry.name, entry.kind, entry.number) == ("中心路与经二街交叉口", "crossing", "")


def test_the_corners_of_divided_roads_are_one_crossing_at_their_middle() -> None:
    """Both roads are divided, 40 m apart: four corners, the far ones 57 m from each other."""
    lanes = [way("东大街", (-200, y), (0, y), (40, y), (300, y)) for y in (0, 40)]
    lanes += [way("北大街", (x, -200), (x, 0), (x, 40), (x, 300)) for x in (0, 40)]
    (found,) = crossings(lanes)
    assert found[:2] == ("东大街", "北大街") and found.point == pytest.approx(at(20, 20), abs=2e-7)


def test_the_corners_of_a_real_divided_road_are_one_crossing() -> None:
    found = crossings(read_named_ways(DATA / "manoeuvres.osm"))
    assert len([one for one in found if set(one[:2]) == {"人民路", "滨河大道"}]) == 1


def test_two_roads_that_meet_twice_far_apart_cross_twice() -> None:
    ring = way("环路", (0, 0), (0, 100), (200, 100), (200, 0))
    found = crossings([ring, way("长街", (-50, 0), (0, 0), (200, 0), (300, 0))])
    assert [one.point for one in found] == [at(0, 0), at(200, 0)]


def test_roads_that_meet_at_a_roundabout_cross_at_its_middle() -> None:
    """The ring has no name and lies in two pieces; no two roads share a node."""
    ring = [way("", (0, 0), (80, 0), (80, 80), ring=True), way("", (80, 80), (0, 80), (0, 0), ring=True)]
    roads = [way("南路", (0, 0), (0, -300)), way("北路", (80, 80), (80, 400)), way("东路", (80, 0), (400, 0))]
    found = crossings([*ring, *roads])
    assert pairs(found) == {"东路/北路", "东路/南路", "北路/南路"}
    assert all(one.point == pytest.approx(at(40, 40), abs=2e-7) for one in found)


@pytest.mark.parametrize("name", ["人民路/解放路", "人民路;解放路", "人民路／解放路", "人民路 ; 解放路"])
def test_a_road_with_two_names_crosses_by_both_and_not_itself(name: str) -> None:
    found = crossings(
        [way(name, (0, 0), (100, 0)), way("人民路", (100, 0), (200, 0)), way("横街", (100, 0), (100, 90))]
    )
    assert pairs(found) == {"人民路/横街", "横街/解放路"}


def test_a_road_crosses_by_its_names_in_chinese_too(tmp_path: Path) -> None:
    ways = osm(
        tmp_path / "a.osm",
        [
            {"name": "Rua do Campo", "name:zh": "水坑尾街;水坑尾"},
            {"name": "南灣大馬路", "alt_name": "南灣街"},
            {"name:zh": "无名"},
        ],
    )
    expected = {
        f"{min(a, b)}/{max(a, b)}" for a in ("Rua do Campo", "水坑尾街", "水坑尾") for b in ("南灣大馬路", "南灣街")
    }
    assert pairs(crossings(ways)) == expected
    assert {entry.name for entry in road_entries(ways)} >= {"水坑尾街", "南灣街"}


def test_what_is_no_street_crosses_nothing(tmp_path: Path) -> None:
    assert not crossings(osm(tmp_path / "a.osm", [{"name": "东路"}, {"name": "北路", "highway": "proposed"}]))


@given(
    st.permutations(range(6)),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=9, unique=True),
)
def test_crossings_do_not_depend_on_the_order_of_the_file(order: list[int], corners: list[tuple[int, int]]) -> None:
    places = [(x * 25.0, y * 25.0) for x, y in corners]
    half = len(places) // 2
    ends = {"东路": (9000.0, 0.0), "北路": (0.0, 9000.0)}
    pieces = [places[: half + 1], places[half:], places[half:]]
    ways = [way(name, *piece, end) for name, end in ends.items() for piece in pieces]
    found = crossings(ways)
    assert 1 <= len(found) <= len(corners)
    assert crossings([ways[n] for n in order]) == found
