"""The daily minimum judged on what was really done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gridplan.fieldwork.fact import minimum_on_fact
from gridplan.model.result import Outcome
from gridplan.model.round import RoundRule, RuleDays, RuleUnit, Tail
from tests.builders import MONDAY
from tests.report.plans import TUESDAY, plan, result

WEDNESDAY = TUESDAY + timedelta(days=1)


def ruled(**rule: object):
    """The hand-made plan under another rule."""
    base = plan()
    return replace(base, round=replace(base.round, rule=replace(RoundRule(min_per_day=2, max_days=3), **rule)))


def done(*days):
    """Results: so many sites on Monday, Tuesday and Wednesday."""
    sites = iter(f"s{n}" for n in range(1, 7))
    return [
        result(next(sites), day)
        for day, count in zip((MONDAY, TUESDAY, WEDNESDAY), days, strict=True)
        for _ in range(count)
    ]


def test_enough_on_each_day_and_all_done_is_kept():
    found = minimum_on_fact(ruled(), done(2, 2, 2))
    assert found.kept
    assert [row.done for row in found.days] == [2, 2, 2]


def test_a_day_with_too_few_breaks_it_though_all_is_done():
    found = minimum_on_fact(ruled(), done(3, 2, 1))
    assert (found.minimum, found.covered) == (False, True)
    assert "12/2 1" in found.text.zh


def test_the_last_day_may_hold_what_is_left_where_the_rule_says_so():
    assert minimum_on_fact(ruled(tail=Tail.REMAINDER), done(3, 2, 1)).kept
    assert not minimum_on_fact(ruled(tail=Tail.REMAINDER), done(1, 2, 3)).kept


def test_an_idle_day_matters_only_where_every_day_counts():
    assert minimum_on_fact(ruled(), done(3, 0, 3)).kept
    assert not minimum_on_fact(ruled(days=RuleDays.EVERY), done(3, 0, 3)).kept


def test_a_site_that_refused_is_missing():
    found = minimum_on_fact(ruled(), [*done(2, 2, 1), result("s6", WEDNESDAY, Outcome.REFUSED)])
    assert (found.covered, found.missing) == (False, 1)


def test_what_was_done_twice_counts_once_on_its_first_day():
    found = minimum_on_fact(ruled(), [*done(2, 2, 2), result("s1", TUESDAY)])
    assert [row.done for row in found.days] == [2, 2, 2]


def test_follow_ups_do_not_count_as_coverage():
    found = minimum_on_fact(ruled(), [*done(2, 2, 2), result("s1x", TUESDAY)])
    assert [row.done for row in found.days] == [2, 2, 2]


def test_days_that_are_not_over_are_not_judged():
    found = minimum_on_fact(ruled(), done(2, 1, 0), until=MONDAY)
    assert found.minimum
    assert [row.day for row in found.days] == [MONDAY]


def test_fewer_sites_than_the_minimum_waive_it():
    found = minimum_on_fact(ruled(min_per_day=7), done(2, 2, 2))
    assert (found.waived, found.kept) == (True, True)


def test_each_township_is_judged_alone_where_the_rule_says_so():
    # s1–s3 are western, s4–s6 eastern: on Tuesday each has one only.
    found = minimum_on_fact(ruled(unit=RuleUnit.TOWNSHIP), done(2, 2, 2))
    assert {(row.unit, row.day) for row in found.days if row.enough is False} == {("T1", TUESDAY), ("T2", TUESDAY)}
