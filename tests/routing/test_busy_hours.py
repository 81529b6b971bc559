"""Busy hours: every leg of a shift takes the largest factor of its hours, in the planner and in the judge, each by its own code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.model.crew import Shift, TravelMode
from gridplan.model.plan import Plan, Promise
from gridplan.model.round import BusyHours
from gridplan.routing.judge.check import check_plan
from gridplan.routing.judge.retime import rebuild, slowest
from gridplan.routing.pace import pace_of, stretched
from gridplan.routing.problem import Draft, Problem
from gridplan.routing.search.improve import Effort
from gridplan.routing.solve import draft_plan
from gridplan.routing.timeline import Timetable
from tests.builders import MONDAY, point, team, visit
from tests.routing.mission import EVENING, mission, problem
from tests.routing.tiny import as_plan, tiny_round

CAR, WALK = TravelMode.CAR, TravelMode.WALK
RUSH = BusyHours(from_s=7 * 3600 + 1800, to_s=9 * 3600, factor=1.5)
NIGHT = BusyHours(from_s=18 * 3600, to_s=20 * 3600, factor=1.25)

busy_hours = st.builds(
    lambda begin, length, factor, modes: BusyHours(
        from_s=900 * begin, to_s=900 * (begin + length), factor=factor / 100, modes=modes
    ),
    st.integers(20, 80),
    st.integers(1, 15),
    st.integers(100, 400),
    st.sampled_from([(), (CAR,), (WALK, CAR), (WALK,)]),
)


def busy(asked: Problem, *factors: BusyHours) -> Problem:
    """The problem with such hours."""
    return replace(asked, round=replace(asked.round, travel=replace(asked.round.travel, factors=factors)))


def judged_plan(asked: Problem, draft: Draft) -> Plan:
    plan = as_plan(asked, draft)
    return replace(plan, travel=replace(plan.travel, factors=asked.round.travel.factors))


def true_arrival(factors: list[BusyHours], depart_s: int, leg_s: int) -> float:
    """When a leg really ends if each moment of busy hours lets one drive only 1/factor as far: driven a second at a time."""
    left, now = float(leg_s), float(depart_s)
    while left > 0:
        slow = max((one.factor for one in factors if one.from_s <= now < one.to_s), default=1.0)
        edges = [edge for one in factors for edge in (one.from_s, one.to_s) if edge > now]
        step = min([left * slow, *(edge - now for edge in edges)])
        left -= step / slow
        now += step
    return now


@given(st.lists(busy_hours, max_size=3), st.integers(1, 5400), st.integers(0, 8 * 3600), st.integers(0, 8 * 3600))
def test_no_leg_in_a_shift_is_told_too_short_and_who_leaves_later_never_arrives_sooner(factors, leg_s, one, other):
    factors = [replace(busy, modes=()) for busy in factors]
    shift = Shift(name="day", start_s=8 * 3600, end_s=18 * 3600)
    told = int(stretched([leg_s], pace_of(factors, shift, CAR).factor)[0])
    first, second = sorted((shift.start_s + one, shift.start_s + other))
    for depart in (first, second):
        if (arrival := true_arrival(factors, depart, leg_s)) <= shift.end_s:
            assert depart + told >= arrival - 1e-6
    assert first + told <= second + told


@given(st.lists(busy_hours, max_size=4), st.integers(28, 60), st.integers(4, 30), st.sampled_from(list(TravelMode)))
def test_planner_and_judge_find_the_same_factor(factors, begin, length, mode):
    shift = Shift(name="day", start_s=900 * begin, end_s=900 * (begin + length))
    assert slowest(factors, shift, mode) == pace_of(factors, shift, mode).factor


def test_hours_beside_the_shift_and_for_others_change_nothing():
    day = Shift(name="day", start_s=9 * 3600, end_s=18 * 3600)
    assert pace_of([RUSH, NIGHT], day, CAR).factor == 1  # 07:30–09:00 ends when it begins, 18:00 begins when it ends
    assert pace_of([RUSH, NIGHT], EVENING, CAR).factor == 1.25
    assert pace_of([replace(NIGHT, modes=(CAR,))], EVENING, WALK).factor == 1


def test_a_route_in_busy_hours_takes_longer_by_its_legs():
    order = [visit("a", at=point(3000, 0)), visit("b", at=point(0, 4000))]
    plain = problem(order, [team()], days=1)
    slow = busy(plain, RUSH)
    one, other = (Timetable(asked).route(0, (0, 1)) for asked in (plain, slow))
    legs = [(stop.travel_s, late.travel_s) for stop, late in zip(one.stops, other.stops, strict=True)]
    assert all(late == -(-3 * first // 2) for first, late in legs) and other.back > one.back
    assert other.distance_m == one.distance_m
    again = rebuild(
        order,
        team=plain.teams[0],
        day=MONDAY,
        number=1,
        shift=plain.teams[0].shifts[0],
        engine=plain.travel,
        set_up_s=300,
        factors=(RUSH,),
    )
    assert again == other


@pytest.mark.parametrize("seed", range(24))
def test_every_kind_of_round_is_planned_lawfully_in_busy_hours(seed):
    factors = (RUSH, NIGHT, BusyHours(from_s=11 * 3600, to_s=14 * 3600, factor=1.1, modes=(CAR,)))
    asked = busy(tiny_round(seed), *factors)
    draft = draft_plan(asked, seed=1, effort=Effort(rounds=200))
    plan = judged_plan(asked, draft)
    allowed = {Promise.COVERAGE, Promise.MINIMUM, Promise.NIGHT, Promise.PINS}  # what a visit left out breaks
    assert {violation.promise for violation in check_plan(plan, asked.travel)} <= allowed


def test_a_plan_that_hides_its_busy_hours_is_found_out():
    asked = busy(mission(20, teams=2, windows=True), RUSH, NIGHT)
    draft = draft_plan(asked, seed=1, effort=Effort(rounds=200))
    plan = judged_plan(asked, draft)
    assert Promise.TRAVEL not in {violation.promise for violation in check_plan(plan, asked.travel)}
    hidden = replace(plan, travel=replace(plan.travel, factors=()))
    assert Promise.TRAVEL in {violation.promise for violation in check_plan(hidden, asked.travel)}
