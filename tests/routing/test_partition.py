"""Sharing visits out among teams."""

from __future__ import annotations

from dataclasses import replace

from gridplan.routing.diagnosis.diagnose import possible_slots
from gridplan.routing.problem import Problem
from gridplan.routing.search.partition import partition
from gridplan.routing.timeline import Timetable
from tests.builders import crew, point, team, visit
from tests.routing.mission import mission, problem


def _shares(asked: Problem) -> dict[int, list[int]]:
    table = Timetable(asked)
    found = {visit: possible_slots(table, visit) for visit in range(len(asked.visits))}
    return partition(table, {visit: slots for visit, slots in found.items() if not isinstance(slots, str)})


def test_every_visit_goes_to_exactly_one_team_that_can_take_it() -> None:
    asked = mission(120, teams=5, windows=True)
    shares = _shares(asked)
    table = Timetable(asked)
    able = [visit for visit in range(120) if not isinstance(possible_slots(table, visit), str)]
    assert sorted(visit for part in shares.values() for visit in part) == able
    for owner, part in shares.items():
        slots = [n for n, slot in enumerate(table.slots) if slot.team == owner]
        assert all(any(table.possible(visit, slot) for slot in slots) for visit in part)


def test_a_visit_goes_to_the_nearer_base() -> None:
    teams = [team("T1"), team("T2", base=point(20_000, 0))]
    assert _shares(problem([visit("a", at=point(1000, 0)), visit("b", at=point(19_000, 0))], teams)) == {0: [0], 1: [1]}


def test_a_visit_outside_the_home_townships_goes_to_the_team_that_is_at_home_there() -> None:
    teams = [team("T1", home=["east"]), team("T2", base=point(2_000, 0), home=["west"])]
    west = replace(visit("a", at=point(500, 0)), township="west")
    assert _shares(problem([west], teams)) == {1: [0]}


def test_departments_decide_before_nearness() -> None:
    teams = [team("T1"), team("T2", base=point(20_000, 0), members=crew(2, department="fire"))]
    assert _shares(problem([visit(departments=frozenset({"fire"}))], teams)) == {1: [0]}


def test_a_team_that_is_full_leaves_the_rest_to_others() -> None:
    teams = [team("T1"), team("T2", base=point(20_000, 0))]
    shares = _shares(problem([visit(f"v{n}", minutes=60) for n in range(14)], teams, days=1))
    assert all(len(part) >= 5 for part in shares.values())
