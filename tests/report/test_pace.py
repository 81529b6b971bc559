"""The pace: what was done against the plan and the daily minimum."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gridplan.model.result import Outcome
from gridplan.model.round import Counts
from gridplan.report.pace import pace
from tests.builders import MONDAY
from tests.report.plans import TUESDAY, at, plan, result

WEDNESDAY = TUESDAY + timedelta(days=1)


def test_each_day_has_its_plan_and_what_was_done():
    days = pace(plan(), [result("s1", MONDAY), result("s2", MONDAY)], at(TUESDAY, 0)).days
    assert [(d.planned, d.done, d.enough) for d in days] == [(3, 2, True), (2, 0, None), (0, 0, None)]


def test_the_minimum_is_judged_on_what_was_done():
    days = pace(plan(), [result("s1", MONDAY)], at(TUESDAY, 0)).days
    assert days[0].enough is False


def test_the_round_is_behind_by_what_is_overdue():
    now = pace(plan(), [result("s1", MONDAY)], at(TUESDAY, 0))
    assert (now.behind, now.left, now.days_left, now.needed) == (2, 5, 2, 2.5)


def test_the_finish_is_forecast_at_the_speed_of_the_last_days():
    done = [result("s1", MONDAY), result("s2", MONDAY), result("s4", MONDAY)]
    now = pace(plan(), done, at(TUESDAY, 0))
    assert (now.speed, now.finish, now.days_late, now.on_time) == (3, TUESDAY, 0, True)


def test_a_slow_round_ends_too_late():
    now = pace(plan(), [result("s1", MONDAY)], at(TUESDAY, 0))
    assert (now.finish, now.days_late, now.on_time) == (None, 3, False)


def test_before_the_first_day_is_over_no_speed_is_known():
    now = pace(plan(), [result("s1", MONDAY)], at(MONDAY, 120))
    assert (now.speed, now.finish, now.days_late, now.behind) == (None, None, None, -1)


def test_follow_ups_count_when_the_rule_says_so():
    base = plan()
    rule = replace(base.round.rule, counts=Counts.ALL)
    assert pace(replace(base, round=replace(base.round, rule=rule)), (), at(MONDAY, 0)).promised == 7


def test_a_finished_round_names_the_day_it_was_finished():
    done = [result(f"s{n}", TUESDAY, Outcome.DONE) for n in range(1, 7)]
    now = pace(plan(), done, at(WEDNESDAY, 0))
    assert (now.left, now.finish, now.on_time) == (0, TUESDAY, True)
