"""Road profiles as data: the usual ones answer as ever, a folder changes single keys, and wrong keys are named."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.travel import UNREACHABLE
from gridplan.roads import cache as cache_module
from gridplan.roads.cache import Cache
from gridplan.roads.engine import RoadEngine
from gridplan.roads.network import read_network
from gridplan.roads.profiles import read_profiles, usual_profiles
from tests.roads.town import CAR, CORNERS, DATA, EBIKE, WALK, corner

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "roads" / "legs.json").read_text("utf-8"))
POINTS = [corner(letter) for letter in CORNERS]


def changed(town: str, data: dict[str, Any]) -> RoadEngine:
    return RoadEngine(read_network(DATA / f"{town}.osm", read_profiles(data)))


def seconds(engine: RoadEngine, mode: TravelMode, start: str, end: str) -> int:
    return int(engine.matrix([corner(start)], [corner(end)], mode).time_s[0, 0])


@pytest.mark.parametrize("town", sorted(GOLDEN))
def test_the_usual_profiles_give_the_legs_that_the_tables_in_the_code_gave(town):
    engine = RoadEngine(read_network(DATA / f"{town}.osm"))
    for mode in TravelMode:
        found = engine.matrix(POINTS, POINTS, mode).time_s.tolist()
        assert [" ".join("-" if s == UNREACHABLE else str(s) for s in row) for row in found] == GOLDEN[town][mode.value]


def test_a_changed_speed_changes_that_class_and_mode_alone():
    usual, fast = changed("no_left_turn", {}), changed("no_left_turn", {"car": {"kmh": {"residential": 40}}})
    assert seconds(fast, CAR, "A", "B") == math.ceil(seconds(usual, CAR, "A", "B") / 2)
    assert seconds(fast, EBIKE, "A", "B") == seconds(usual, EBIKE, "A", "B")


def test_a_class_may_be_closed_and_a_one_way_key_forgotten():
    assert seconds(changed("footway", {"walk": {"kmh": {"footway": 0}}}), WALK, "A", "B") != seconds(
        changed("footway", {}), WALK, "A", "B"
    )
    free = changed("oneway_reverse", {"car": {"oneway": []}})
    assert seconds(free, CAR, "A", "B") == seconds(free, CAR, "B", "A")


def test_a_rough_surface_slows(tmp_path):
    path = tmp_path / "gravel.osm"
    text = (DATA / "no_left_turn.osm").read_text("utf-8")
    path.write_text(text.replace("</way>", '<tag k="surface" v="gravel"/></way>'), "utf-8")
    rough = RoadEngine(read_network(path, read_profiles({"car": {"surface_factor": {"gravel": 0.5}}})))
    assert seconds(rough, CAR, "A", "B") == 2 * seconds(RoadEngine(read_network(path)), CAR, "A", "B")


@pytest.mark.parametrize("mode", list(TravelMode))
def test_turns_that_cost_are_in_the_matrix_and_along_the_way_alike(mode):
    engine = changed("no_left_turn", {mode.value: {"turn_s": {"left": 30, "right": 10, "round": 60}}})
    points = [corner(place) for place in ("AB", "BC", "BE", "BG", "AB")]
    matrix = engine.matrix(points, points, mode).time_s
    assert [path.time_s for path in engine.paths(points, mode)] == [int(matrix[n, n + 1]) for n in range(4)]
    usual = changed("no_left_turn", {}).matrix(points, points, mode).time_s
    assert (matrix >= usual).all() and (matrix > usual).any()


def test_at_a_crossing_a_left_turn_costs_left_and_straight_on_nothing():
    usual = changed("no_left_turn", {})
    dear = changed("no_left_turn", {"walk": {"turn_s": {"left": 30, "right": 10}}})
    extra = {
        (start, end): seconds(dear, WALK, start, end) - seconds(usual, WALK, start, end)
        for start, end in (("AB", "BC"), ("AB", "BG"), ("AB", "BE"))
    }
    assert extra == {("AB", "BC"): 30, ("AB", "BG"): 10, ("AB", "BE"): 0}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"car": {"kmh": {"residental": 10}}}, "residential"),
        ({"cars": {}}, "car"),
        ({"car": {"opned_kmh": 10}}, "opened_kmh"),
        ({"car": {"kmh": {"primary": -1}}}, "car.kmh.primary"),
        ({"car": {"kmh": {"primary": "fast"}}}, "car.kmh.primary"),
        ({"car": {"kmh": {"primary": True}}}, "car.kmh.primary"),
        ({"car": {"kmh": 10}}, "car.kmh"),
        ({"car": {"access": "motorcar"}}, "car.access"),
        ({"car": {"maxspeed": 1}}, "car.maxspeed"),
        ({"car": {"surface_factor": {"mud": 0}}}, "mud"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_the_nearest_known_one(data, told):
    with pytest.raises(InputError, match=told) as error:
        read_profiles(data, "我的.toml")
    assert "我的.toml" in error.value.text.zh


def test_a_network_is_kept_for_its_profiles_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(cache_module, "SMALL_BYTES", 0)
    store, slow = Cache(folder=tmp_path), read_profiles({"car": {"kmh": {"residential": 10}}})
    usual = RoadEngine(store.network(DATA / "no_left_turn.osm"))
    other = RoadEngine(store.network(DATA / "no_left_turn.osm", slow))
    assert seconds(other, CAR, "A", "B") == 2 * seconds(usual, CAR, "A", "B")
    assert len(list(tmp_path.glob("network-*.npz"))) == 2
    assert read_profiles({}).digest == usual_profiles().digest != slow.digest
