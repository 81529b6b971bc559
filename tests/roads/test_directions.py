"""Directions: every manoeuvre of a made town in both languages, and sums that hold on any leg."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridplan.model.crew import TravelMode
from gridplan.model.directions import Directions, Turn
from gridplan.model.place import LonLat
from gridplan.model.travel import UNREACHABLE
from gridplan.model.words import Text
from gridplan.roads.directions import Guide, turn_of
from gridplan.roads.engine import RoadEngine, StraightEngine
from gridplan.roads.follow import read_roundabouts
from gridplan.roads.network import read_network
from gridplan.roads.phrases import spoken_m
from tests.roads.town import CAR, DATA, EBIKE, WALK

FILE = DATA / "manoeuvres.osm"
GOLDEN = Path(__file__).parents[1] / "golden" / "roads" / "directions.txt"
NETWORK = read_network(FILE)
ENGINE = RoadEngine(NETWORK)
GUIDE = Guide(NETWORK, read_roundabouts(FILE))
FROM, TO = Text("街道办", "the office"), Text("目的地", "your destination")
LEGS: dict[str, tuple[TravelMode, tuple[float, float], tuple[float, float]]] = {
    "left": (CAR, (0.2, 0), (3, 2)),
    "right": (CAR, (0.2, 0), (3, -1)),
    "the name changes": (CAR, (0.2, 0), (5, 0)),
    "bear left": (CAR, (4, 0), (7, 0.7)),
    "bear right": (CAR, (4, 0), (7, -0.7)),
    "sharp left": (CAR, (4.9, 0), (5.25, 0.5)),
    "sharp right": (CAR, (4.9, 0), (5.25, -0.5)),
    "turn round on a divided road": (CAR, (3.5, 5), (3.5, 5.2)),
    "left over a divided road": (CAR, (3, 2), (1, 5.2)),
    "first exit": (CAR, (8, 0), (10, -2)),
    "second exit": (CAR, (8, 0), (12, 0)),
    "third exit": (CAR, (8, 0), (10, 2)),
    "first exit by another way in": (CAR, (10, -2), (12, 0)),
    "ends on the roundabout": (CAR, (8, 0), (10.15, -0.15)),
    "begins on the roundabout": (CAR, (10.15, -0.15), (12, 0)),
    "a bend is no turn": (CAR, (12, 0), (14, 1.6)),
    "the street turns off at a corner": (CAR, (14, 1.5), (14.8, 2)),
    "a path straight on": (WALK, (14, 1.5), (14, 2.8)),
    "the name is gone and comes back": (CAR, (14.5, 2), (17, 2)),
    "streets without names": (EBIKE, (3, -1), (5, -2.8)),
    "a door on the right": (EBIKE, (0.2, 0), (2.4, -0.3)),
    "a door on the left, near": (WALK, (0.2, 0), (2.4, 0.08)),
    "a start away from the street": (CAR, (1, 0.6), (2.5, 0)),
    "an end beyond the street": (CAR, (13.5, 1), (10, 3.6)),
    "across the street": (CAR, (1, 0.4), (1, -0.4)),
    "on foot across the river road": (WALK, (3, 4), (3.6, 5.25)),
    "no way": (CAR, (0.2, 0), (0.5, -8)),
    "the same place": (CAR, (0.2, 0), (0.2, 0)),
}


def place(at: tuple[float, float]) -> LonLat:
    """A place of the town, in streets of 100 m."""
    return LonLat(116.4 + 0.00117 * at[0], 39.9 + 0.0009 * at[1])


def told(name: str, guide: Guide = GUIDE) -> Directions:
    mode, start, end = LEGS[name]
    return guide.tell(ENGINE.paths([place(start), place(end)], mode)[0], mode, FROM, TO)


def adds_up(directions: Directions) -> bool:
    return (
        sum(step.distance_m for step in directions.steps) == directions.distance_m
        and sum(step.time_s for step in directions.steps) == directions.time_s
        and all(step.distance_m >= 0 and step.time_s >= 0 for step in directions.steps)
    )


def test_every_manoeuvre_is_told_as_written_down() -> None:
    found = "".join(f"# {name}\n{told(name).text.zh}\n{told(name).text.en}\n" for name in LEGS)
    assert found == GOLDEN.read_text("utf-8")


def test_every_kind_of_turn_is_among_them() -> None:
    assert {step.turn for name in LEGS for step in told(name).steps} == set(Turn)


@pytest.mark.parametrize("name", LEGS)
def test_the_steps_add_up_to_the_leg(name: str) -> None:
    assert adds_up(told(name))


def test_every_street_that_is_named_is_one_of_the_network() -> None:
    named = {step.street for name in LEGS for step in told(name).steps}
    assert named <= {*NETWORK.way_name, ""} and "人民路" in named


def test_without_the_list_of_roundabouts_nothing_is_said_of_exits() -> None:
    assert "环岛" not in told("second exit", Guide(NETWORK)).text.zh
    assert "第 2 个出口" in told("second exit").text.zh


def test_a_bend_of_the_same_street_is_no_step() -> None:
    assert [step.street for step in told("a bend is no turn").steps] == ["建设路", "弯曲路", ""]


@pytest.mark.parametrize(("mode", "word"), [(CAR, "行驶"), (EBIKE, "骑行"), (WALK, "步行")])
def test_one_drives_rides_or_walks(mode: TravelMode, word: str) -> None:
    path = ENGINE.paths([place((0.2, 0)), place((2, 0))], mode)[0]
    assert GUIDE.tell(path, mode, FROM, TO).steps[0].text.zh == f"从街道办出发，沿解放路向东{word} 200 米"


@pytest.mark.parametrize(
    ("end", "toward"),
    [((1, 2), "北"), ((2, 2), "东北"), ((2, 1), "东"), ((2, 0), "东南"), ((1, 0), "南"), ((0, 0), "西南"), ((0, 1), "西"), ((0, 2), "西北")],
)  # fmt: skip
def test_without_roads_the_direction_is_told_and_that_it_is_an_estimate(end: tuple[int, int], toward: str) -> None:
    path = StraightEngine({CAR: 25}, 1.35).paths([place((1, 1)), place(end)], CAR)[0]
    directions = Guide(None).tell(path, CAR, FROM, TO)
    assert f"向{toward}约" in directions.text.zh and "没有路网" in directions.text.zh
    assert adds_up(directions)


def test_a_way_that_does_not_exist_is_said_and_keeps_its_sign() -> None:
    directions = told("no way")
    assert "没有走得通的路" in directions.text.zh and "no way" in directions.text.en
    assert (directions.distance_m, directions.steps[0].point) == (UNREACHABLE, None)


@pytest.mark.parametrize(
    ("metres", "said"),
    [(0, "几米"), (4.9, "几米"), (5, " 10 米"), (44, " 40 米"), (94, " 90 米"), (96, " 100 米"), (324, " 300 米"), (325, " 350 米"),
     (974, " 950 米"), (975, " 1 公里"), (1_240, " 1.2 公里"), (1_950, " 2 公里"), (9_960, " 10 公里"), (12_300, " 12 公里")],
)  # fmt: skip
def test_metres_are_rounded_as_people_say_them(metres: float, said: str) -> None:
    assert spoken_m(metres).zh == said


@pytest.mark.parametrize(
    ("angle", "turn"),
    [(0, Turn.STRAIGHT), (-20, Turn.STRAIGHT), (-40, Turn.SLIGHT_LEFT), (60, Turn.RIGHT), (-90, Turn.LEFT), (130, Turn.RIGHT),
     (150, Turn.SHARP_RIGHT), (-150, Turn.SHARP_LEFT), (175, Turn.U_TURN)],
)  # fmt: skip
def test_turns_are_called_by_their_angle(angle: float, turn: Turn) -> None:
    assert turn_of(angle) is turn


@given(st.floats(-180, 180))
def test_left_and_right_mirror_each_other(angle: float) -> None:
    one, other = turn_of(angle).value, turn_of(-angle).value
    assert one.replace("left", "right") == other.replace("left", "right")
    assert (one == other) == (re.search("left|right", one) is None)


spots = st.tuples(st.floats(-0.5, 18.5), st.floats(-3.5, 6))


@settings(max_examples=60, deadline=None)
@given(start=spots, end=spots, mode=st.sampled_from([CAR, EBIKE, WALK]))
@example(start=(0.0, 0.0078125), end=(0.0, 0.0), mode=CAR)
def test_any_leg_can_be_told_and_adds_up(
    start: tuple[float, float], end: tuple[float, float], mode: TravelMode
) -> None:
    path = ENGINE.paths([place(start), place(end)], mode)[0]
    directions = GUIDE.tell(path, mode, FROM, TO)
    assert adds_up(directions) and directions.distance_m == path.distance_m
    assert directions.steps[-1].turn in (Turn.ARRIVE, Turn.UNREACHABLE)
    assert {step.street for step in directions.steps} <= {*NETWORK.way_name, ""}
