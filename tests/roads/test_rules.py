"""What the signs of a street mean, on tiny networks whose answers are counted by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gridplan.model.travel import UNREACHABLE
from gridplan.roads.network import read_network
from gridplan.roads.rules import Oddity
from tests.roads.town import CAR, DATA, EBIKE, WALK, corner, engine, leg, streets


def oddities(name: str) -> dict[Oddity, int]:
    return dict(read_network(DATA / f"{name}.osm").oddities)


def test_oneway_minus_one_runs_against_the_way() -> None:
    assert streets("oneway_reverse", CAR, "A", "B") == 3
    assert streets("oneway_reverse", CAR, "B", "A") == 1


def test_walkers_ignore_one_ways() -> None:
    assert streets("oneway_reverse", WALK, "A", "B") == 1


def test_a_place_just_behind_on_a_one_way_street_is_reached_round_the_block() -> None:
    assert streets("oneway_block", CAR, "AAB", "ABB") == pytest.approx(1 / 3, abs=0.05)
    assert streets("oneway_block", CAR, "ABB", "AAB") == pytest.approx(3 + 2 / 3, abs=0.05)


def test_bicycles_may_ride_against_a_one_way_that_is_none_for_them() -> None:
    assert streets("oneway_bicycle", EBIKE, "B", "A") == 1
    assert streets("oneway_bicycle", CAR, "B", "A") == 3


def test_a_roundabout_is_driven_in_its_direction() -> None:
    assert streets("roundabout", CAR, "E", "DDDA") == pytest.approx(3, abs=0.3)
    assert streets("roundabout", CAR, "AD", "AB") == 1
    assert streets("roundabout", CAR, "AB", "AD") == 3
    assert streets("roundabout", WALK, "AB", "AD") == 1


def test_no_left_turn_sends_cars_and_bicycles_on_to_turn_round_at_the_next_corner() -> None:
    assert streets("no_left_turn", CAR, "AB", "BC") == 3
    assert streets("no_left_turn", EBIKE, "AB", "BC") == 3
    assert streets("no_left_turn", WALK, "AB", "BC") == 1


def test_a_turn_restriction_binds_only_those_who_come_from_its_street() -> None:
    assert streets("no_left_turn", CAR, "BE", "BC") == 1
    assert streets("no_left_turn", CAR, "BC", "AB") == 1
    assert streets("no_left_turn", CAR, "AB", "BG") == 1


def test_only_straight_on_forbids_left_and_right() -> None:
    assert streets("only_straight_on", CAR, "AB", "BC") == 3
    assert streets("only_straight_on", CAR, "AB", "BG") == 3
    assert streets("only_straight_on", CAR, "AB", "BE") == 1
    assert streets("only_straight_on", CAR, "BG", "BC") == 1


def test_bicycles_are_excepted_where_the_sign_says_so() -> None:
    assert streets("except_bicycle", EBIKE, "AB", "BC") == 1
    assert streets("except_bicycle", CAR, "AB", "BC") == 3


def test_no_u_turn_sends_one_on_to_the_next_corner() -> None:
    assert streets("no_u_turn", CAR, "PA", "AQ") == 5
    assert streets("no_u_turn", WALK, "PA", "AQ") == 1


def test_turn_restrictions_that_cannot_be_used_are_counted_and_bind_nobody() -> None:
    assert streets("odd_turns", CAR, "AB", "BC") == 1
    assert oddities("odd_turns") == {Oddity.CONDITIONAL: 1, Oddity.VIA_WAY: 1, Oddity.UNCLEAR_TURN: 1}


def test_private_streets_are_closed_but_to_those_they_are_open_to() -> None:
    assert streets("private", WALK, "A", "B") == 3
    assert streets("private", WALK, "D", "C") == 1
    # No car gets to A-D: one parks on B-C and walks.
    assert engine("private").snap([corner("AD")], CAR)[0].distance_m == pytest.approx(100, rel=0.01)


def test_a_shop_yard_is_open_on_foot_only() -> None:
    assert streets("private", WALK, "B", "E") == 1
    assert streets("private", EBIKE, "B", "E") == 3


def test_footways_are_for_walkers_and_for_those_a_sign_lets_in() -> None:
    assert streets("footway", WALK, "A", "B") == 1
    assert streets("footway", EBIKE, "BC", "AD") == 2
    assert streets("footway", CAR, "BC", "AD") == 4.8


def test_a_bollard_stops_cars_only() -> None:
    assert streets("bollard", CAR, "A", "B") == 3
    assert streets("bollard", EBIKE, "A", "B") == 1
    assert streets("bollard", WALK, "A", "B") == 1


def test_a_street_is_reached_up_to_its_bollard_from_either_side() -> None:
    assert streets("bollard", CAR, "AAB", "ABB") == pytest.approx(3 + 2 / 3, abs=0.05)
    assert all(snap.distance_m < 1 for snap in engine("bollard").snap([corner("AAB"), corner("ABB")], CAR))


def test_a_locked_gate_stops_all_and_a_plain_gate_nobody() -> None:
    for mode in (WALK, EBIKE, CAR):
        assert streets("gates", mode, "A", "B") == 3
        assert streets("gates", mode, "C", "D") == 1


def test_posted_limits_slow_traffic_down_and_never_speed_it_up() -> None:
    roads = engine("maxspeed")
    seconds = [leg(roads, CAR, *pair).time_s for pair in pairwise("ABEFCD")]
    # 10 km/h, 6 mph, then the usual 20 km/h for CN:urban, "fast" and 120.
    assert seconds == pytest.approx([36, 37.4, 18, 18, 18], abs=1)
    assert oddities("maxspeed") == {Oddity.MAXSPEED: 2}


def test_a_limit_does_not_slow_walkers() -> None:
    assert leg(engine("maxspeed"), WALK, "A", "B").time_s == pytest.approx(72, abs=1)


def test_a_reversible_street_is_closed_and_said_so() -> None:
    assert streets("reversible", CAR, "A", "B") == 3
    assert oddities("reversible")[Oddity.REVERSIBLE] == 1


def test_ferries_are_not_taken_and_said_so() -> None:
    assert streets("ferry", WALK, "A", "X") is None
    assert "轮渡" in "".join(note.zh for note in read_network(DATA / "ferry.osm").describe().notes)


def test_an_island_is_unreachable_and_its_distance_is_told() -> None:
    roads = engine("island")
    island = roads.snap([corner("X")], CAR)[0]
    assert island.distance_m == pytest.approx(700, rel=0.01) and not island.ok
    note = island.note("鹿岛小学", CAR)
    assert note is not None and "鹿岛小学" in note.zh and "701 米" in note.zh
    matrix = roads.matrix([corner("A"), corner("X")], [corner("A"), corner("X")], CAR)
    assert matrix.time_s.tolist() == [[0, UNREACHABLE], [UNREACHABLE, 0]]
    assert roads.paths([corner("A"), corner("X")], CAR)[0].line == ()


def test_a_street_that_nobody_can_leave_is_not_snapped_to() -> None:
    snap = engine("oneway_trap").snap([corner("E")], CAR)[0]
    assert snap.distance_m == pytest.approx(100, rel=0.01) and snap.ok
    note = snap.note("某机构", CAR)
    assert note is not None and "100" in note.zh
    assert streets("oneway_trap", WALK, "A", "E") == 2


def test_streets_that_leave_the_file_end_where_it_ends() -> None:
    assert streets("file_edge", CAR, "A", "B") == 1
    assert oddities("file_edge") == {Oddity.CUT: 1}
