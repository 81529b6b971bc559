"""Room for refusals: how many more a day needs, what waits for the last day, what may not be put off."""

from __future__ import annotations

from datetime import timedelta
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.model.plan import Placement
from gridplan.model.round import RoundRule
from gridplan.routing.replan.care import Care, careful_rule, careful_visits, spare_for
from tests.builders import MONDAY, team, visit

DAYS = [MONDAY + timedelta(days=n) for n in range(7)]
RULE = RoundRule(min_per_day=3, max_days=7)


@given(st.integers(1, 30), st.integers(0, 200), st.floats(0, 1))
def test_with_so_many_more_the_day_keeps_its_number_in_99_of_100(least, tries, share):
    fails = round(tries * share)
    spare = spare_for(least, tries, fails)
    done = 1 - (fails + 2) / (tries + 20)
    planned = least + spare
    sure = sum(comb(planned, n) * done**n * (1 - done) ** (planned - n) for n in range(least, planned + 1))
    assert sure >= 0.99 or spare == least
    if spare:  # and one less would not do
        less = planned - 1
        assert sum(comb(less, n) * done**n * (1 - done) ** (less - n) for n in range(least, less + 1)) < 0.99


def test_the_more_was_refused_the_more_room_is_left():
    assert spare_for(10, 100, 1) < spare_for(10, 100, 10) < spare_for(10, 100, 30)


@pytest.mark.parametrize(("left", "least"), [(20, 5), (4, 4), (0, 3)])
def test_fewer_than_the_minimum_go_on_one_day(left, least):
    assert careful_rule(RULE, Care(spare=2), left).min_per_day == least


def careful(visits, lies=(), tried=(), **care):
    places = {id: Placement(team="T1", date=day, shift="day") for id, day in dict(lies).items()}
    return {one.id: one for one in careful_visits(visits, places, set(tried), DAYS, [team("T1")], RULE, Care(**care))}


def test_what_failed_once_keeps_a_day_for_one_try_more():
    found = careful([visit("a"), visit("b")], tried=["a"], again=True)
    assert (found["a"].due, found["b"].due) == (DAYS[-2], None)


def test_what_is_open_at_weekends_only_goes_on_saturday_so_that_sunday_is_left():
    assert careful([visit("a", open="Sa-Su 08:30-17:30")], again=True)["a"].due == DAYS[5]


def test_those_that_lie_last_wait_for_the_last_day():
    visits = [visit(f"v{n}") for n in range(9)]
    lies = {one.id: DAYS[n // 3] for n, one in enumerate(visits)}
    found = careful(visits, lies, spare=1, reserve=True)
    waits = {id for id, one in found.items() if one.earliest == DAYS[-1]}
    assert len(waits) == 4
    assert {"v6", "v7", "v8"} <= waits


def test_too_few_are_not_held_back_nor_those_that_are_shut_then():
    few = [visit(f"v{n}") for n in range(7)]
    assert all(
        one.earliest is None for one in careful(few, {v.id: DAYS[0] for v in few}, spare=1, reserve=True).values()
    )
    shut = [visit(f"v{n}", open="Mo-Fr 10:00-19:00") for n in range(9)]
    lies = {one.id: DAYS[0] for one in shut}
    assert all(
        one.earliest is None for one in careful(shut, lies, spare=1, reserve=True).values()
    )  # DAYS end on a Sunday
