"""One judge of the daily minimum: on planned days and on those on which visits were really made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gridplan.model.fact import FactVerdict
from gridplan.model.plan import Plan
from gridplan.model.result import Outcome, VisitResult, first_done
from gridplan.model.round import Counts, RoundRule, RuleDays, RuleUnit, Tail
from gridplan.rounds.minimum import judge_minimum
from gridplan.routing.judge.promises import minimum_breaches, too_few
from tests.builders import MONDAY, visit
from tests.report.plans import TUESDAY, plan, result

WEDNESDAY = TUESDAY + timedelta(days=1)
DAYS = (MONDAY, TUESDAY, WEDNESDAY)


def ruled(**rule: object) -> Plan:
    """The hand-made plan under another rule."""
    base = plan()
    workdays = replace(base.round, workdays=DAYS)
    return replace(base, round=replace(workdays, rule=replace(RoundRule(min_per_day=2, max_days=3), **rule)))


def done(*days: int) -> list[VisitResult]:
    """Results: so many sites on Monday, Tuesday and Wednesday."""
    sites = iter(f"s{n}" for n in range(1, 7))
    return [result(next(sites), day) for day, count in zip(DAYS, days, strict=True) for _ in range(count)]


def minimum_on_fact(of: Plan, results: Iterable[VisitResult], **more: object) -> FactVerdict:
    """The verdict on what was done."""
    crews = {stop.visit: {route.team} for route in of.routes for stop in route.stops}
    return judge_minimum(of.round.rule, of.round.workdays, of.visits, first_done(results), crews=crews, **more)


def test_enough_on_each_day_and_all_done_is_kept():
    found = minimum_on_fact(ruled(), done(2, 2, 2))
    assert found.kept
    assert [row.count for row in found.days] == [2, 2, 2]


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
    assert [row.count for row in found.days] == [2, 2, 2]


def test_follow_ups_do_not_count_as_coverage():
    found = minimum_on_fact(ruled(), [*done(2, 2, 2), result("s1x", TUESDAY)])
    assert [row.count for row in found.days] == [2, 2, 2]


def test_days_that_are_not_over_are_not_judged():
    found = minimum_on_fact(ruled(), done(2, 1, 0), today=TUESDAY)
    assert [row.enough for row in found.days] == [True, None, None]
    assert (found.minimum, found.state) == (True, "open")


def test_fewer_sites_than_the_minimum_waive_it():
    found = minimum_on_fact(ruled(min_per_day=7), done(2, 2, 2))
    assert (found.waived, found.kept) == (True, True)


def test_each_township_is_judged_alone_where_the_rule_says_so():
    # s1–s3 are western, s4–s6 eastern: on Tuesday each has one only.
    found = minimum_on_fact(ruled(unit=RuleUnit.TOWNSHIP), done(2, 2, 2))
    assert {(row.unit, row.day) for row in found.days if row.enough is False} == {("T1", TUESDAY), ("T2", TUESDAY)}


def test_a_day_with_planned_work_on_which_nothing_was_done_breaks_it():
    found = minimum_on_fact(ruled(), done(3, 0, 3), promised=[("v-s4", TUESDAY, "A")])
    assert (found.minimum, found.on(TUESDAY), found.on(WEDNESDAY)) == (False, False, True)


def test_the_remainder_is_spared_only_when_nothing_is_left():
    assert minimum_on_fact(ruled(tail=Tail.REMAINDER), done(3, 2, 0)).minimum
    half_way = minimum_on_fact(ruled(tail=Tail.REMAINDER), done(3, 1, 0), today=WEDNESDAY)
    assert half_way.broken
    assert half_way.on(TUESDAY) is False


def test_each_team_is_judged_by_its_own_visits_where_the_rule_says_so():
    found = minimum_on_fact(ruled(unit=RuleUnit.TEAM), done(2, 2, 2))
    assert {row.unit for row in found.days} == {stop.team for stop in ruled().routes}


@given(
    st.sampled_from([RuleUnit.DISTRICT, RuleUnit.TOWNSHIP]),
    st.sampled_from(RuleDays),
    st.sampled_from(Tail),
    st.sampled_from(Counts),
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from(["T1", "T2"]), st.sampled_from(DAYS)), min_size=1, max_size=12),
)
def test_on_a_plan_it_says_what_the_independent_checker_says(unit, days, tail, counts, least, lies):
    rule = RoundRule(min_per_day=least, max_days=3, unit=unit, days=days, tail=tail, counts=counts)
    visits = [visit(f"v{n}", township=town) for n, (town, _) in enumerate(lies)]
    when = {one.id: day for one, (_, day) in zip(visits, lies, strict=True)}
    ours = judge_minimum(rule, DAYS, visits, when)
    tally, active = {}, {}
    for one in visits:
        key = one.township if unit is RuleUnit.TOWNSHIP else ""
        tally[key, when[one.id]] = tally.get((key, when[one.id]), 0) + one.counts(counts)
        active.setdefault(key, set()).add(when[one.id])
    theirs = minimum_breaches(
        rule, tally, DAYS, active, sum(one.counts(counts) for one in visits), too_few(rule, visits)
    )
    assert {(row.unit, row.day, row.count) for row in ours.short} == {(one.unit, one.day, one.count) for one in theirs}
