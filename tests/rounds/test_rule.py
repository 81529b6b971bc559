"""The closed forms against every possible distribution of visits over days, and the sentences a planner reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.crew import TeamId
from gridplan.model.round import Counts, Purpose, RoundRule, RuleDays, RuleUnit, Tail
from gridplan.rounds.rule import judge, judge_round, judge_teams
from tests.builders import MONDAY, team, visit

DAYS = tuple(MONDAY + timedelta(days=n) for n in range(3))
OFF_WEDNESDAY = MONDAY + timedelta(days=2)
forms = st.tuples(st.sampled_from(RuleDays), st.sampled_from(Tail))


def rule(least: int = 10, days: RuleDays = RuleDays.ACTIVE, tail: Tail = Tail.STRICT, **more: object) -> RoundRule:
    return RoundRule(min_per_day=least, days=days, tail=tail, **more)  # type: ignore[arg-type]


def keeps(rule: RoundRule, totals: Sequence[int]) -> bool:
    """The definition of the rule on one pool of days, written without any formula."""
    active = [n for n, total in enumerate(totals) if total or rule.days is RuleDays.EVERY]
    for number in active:
        may_be_less = rule.tail is Tail.REMAINDER and number == active[-1]
        if totals[number] < (1 if may_be_less else rule.min_per_day):
            return False
    return True


def someone_can(rule: RoundRule, n: int, m: int, pools: Sequence[Sequence[int]]) -> bool:
    """Try every total of every day of every pool."""
    if m < rule.min_per_day or rule.min_per_day == 0:
        return n <= sum(map(sum, pools))
    reach = {0}
    for pool in pools:
        lawful = {sum(totals) for totals in product(*(range(c + 1) for c in pool)) if keeps(rule, totals)}
        reach = {one + two for one in reach for two in lawful}
    return any(n <= total <= m for total in reach)


@settings(max_examples=600, deadline=None)
@given(
    form=forms,
    least=st.integers(0, 4),
    pool=st.lists(st.integers(0, 6), min_size=1, max_size=4),
    n=st.integers(0, 12),
    g=st.integers(0, 6),
)
def test_the_closed_form_of_a_district_says_impossible_exactly_when_no_totals_exist(
    form: tuple[RuleDays, Tail], least: int, pool: list[int], n: int, g: int
) -> None:
    made = rule(least, *form)
    assert judge(made, n, pool, optional=g).possible == someone_can(made, n, n + g, [pool])


@settings(max_examples=400, deadline=None)
@given(
    form=forms,
    least=st.integers(1, 4),
    pools=st.integers(1, 3).flatmap(
        lambda h: st.lists(st.lists(st.integers(0, 6), min_size=h, max_size=h), min_size=1, max_size=3)
    ),
    n=st.integers(0, 14),
    g=st.integers(0, 4),
)
def test_the_closed_form_of_teams_says_impossible_exactly_when_no_totals_exist(
    form: tuple[RuleDays, Tail], least: int, pools: list[list[int]], n: int, g: int
) -> None:
    made = rule(least, *form, unit=RuleUnit.TEAM)
    by_team = {TeamId(f"T{number}"): pool for number, pool in enumerate(pools)}
    assert judge_teams(made, n, by_team, optional=g).possible == someone_can(made, n, n + g, pools)


def test_every_small_district_is_judged_rightly() -> None:
    for days, tail in product(RuleDays, Tail):
        for least, n, pool in product((1, 2, 3), range(8), product(range(5), repeat=3)):
            made = rule(least, days, tail)
            assert judge(made, n, pool).possible == someone_can(made, n, n, [pool]), (made, n, pool)


def test_85_institutions_cannot_give_10_on_each_of_10_days_but_20_follow_ups_fill_it() -> None:
    every = rule(days=RuleDays.EVERY)
    alone = judge(every, 85, [40] * 10)
    assert (alone.possible, alone.short) == (False, 15)
    assert alone.text.en == "85 sites cannot give 10 on each of 10 days: 15 short"
    assert alone.text.zh == "85 家不够在 10 天里每天查 10 家：差 15 家"
    assert judge(every, 85, [40] * 10, optional=20).possible


def test_13_sites_with_12_a_day_are_impossible_when_strict() -> None:
    strict = judge(rule(12), 13, [12] * 10)
    assert not strict.possible
    assert strict.text.zh == (
        '每天至少 12 家时最多排 1 天，共 12 家，应查 13 家：差 1 家；若允许最后一天收尾（tail = "remainder"）即可'
    )
    assert strict.text.en == (
        "at least 12 a day leaves room for 12 of 13 (days worked: 1): 1 short; "
        'a last day that holds what is left (tail = "remainder") would do'
    )
    assert judge(rule(12, tail=Tail.REMAINDER), 13, [12] * 10).possible


def test_fewer_sites_than_the_minimum_waive_it() -> None:
    waived = judge(rule(10), 6, [8, 8])
    assert waived.possible and waived.waived
    assert waived.text.en == "waived: fewer than 10 exist"


def test_too_little_capacity_is_said_even_when_the_minimum_is_waived() -> None:
    assert judge(rule(10), 6, [2, 2]).text.en.startswith("6 to visit, the teams can make 4 at most: 2 short")


def test_a_day_that_is_too_small_is_named() -> None:
    small = judge(rule(3, RuleDays.EVERY), 9, [6, 2, 6], days=DAYS)
    assert small.text.zh == "2026-12-01 最多只能查 2 家，不到 3 家"


def test_the_mini_round_is_impossible_on_every_day_and_says_both_reasons() -> None:
    visits = [visit(f"v{n}") for n in range(6)]
    made = rule(3, RuleDays.EVERY)
    found = judge_round(made, DAYS, visits, [team(off=[OFF_WEDNESDAY])], set_up_min=5)
    assert found.text.en == "6 sites cannot give 3 on each of 3 days: 3 short; nobody works on 2026-12-02"
    assert found.text.zh == "6 家不够在 3 天里每天查 3 家：差 3 家；2026-12-02 无人出勤"
    assert judge_round(rule(3), DAYS, visits, [team(off=[OFF_WEDNESDAY])], set_up_min=5).possible


def test_a_day_with_shut_doors_is_not_called_a_day_without_teams() -> None:
    visits = [visit(f"v{n}", open="Mo,We 09:00-17:00") for n in range(6)]
    found = judge_round(rule(2, RuleDays.EVERY), DAYS, visits, [team()], set_up_min=5)
    assert found.text.en == "2026-12-01 can hold 0 at most, fewer than 2"
    assert found.each_day == (6, 0, 6)


def test_an_idle_team_breaks_every_day_for_each_team_but_not_active_days() -> None:
    visits = [visit(f"v{n}") for n in range(20)]
    teams = [team("T1"), team("T2", off=[MONDAY])]
    each = judge_round(rule(1, RuleDays.EVERY, unit=RuleUnit.TEAM), DAYS, visits, teams, set_up_min=5)
    assert each.text.en == "nobody works on T2 2026-11-30"
    assert judge_round(rule(1, unit=RuleUnit.TEAM), DAYS, visits, teams, set_up_min=5).possible


def test_samples_are_optional_and_count_only_when_all_visits_count() -> None:
    visits = [*(visit(f"v{n}") for n in range(5)), *(visit(f"x{n}", purpose=Purpose.SAMPLE) for n in range(4))]
    every = rule(3, RuleDays.EVERY)
    assert not judge_round(every, DAYS, visits, [team()], set_up_min=5).possible
    assert judge_round(rule(3, RuleDays.EVERY, counts=Counts.ALL), DAYS, visits, [team()], set_up_min=5).possible


def test_days_without_dates_are_numbered() -> None:
    assert judge(rule(3, RuleDays.EVERY), 6, [2, 6]).text.en == "1 can hold 2 at most, fewer than 3"
