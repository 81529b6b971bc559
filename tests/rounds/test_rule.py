"""The closed forms against every possible distribution of visits over days, and the sentences a planner reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.crew import TeamId
from gridplan.model.place import AreaCode, AreaLevel
from gridplan.model.round import Counts, Purpose, RoundRule, RuleDays, RuleUnit, Scope, Tail, Visit
from gridplan.model.site import SiteKind, SiteStatus
from gridplan.rounds.fill import Spare, spare_sites
from gridplan.rounds.forms import Feasibility, judge, judge_teams
from gridplan.rounds.rule import judge_round
from gridplan.rounds.workdays import horizon
from tests.builders import MONDAY, crew, placed, round_, team, visit

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


# ---- what a planner reads --------------------------------------------------------------------------------------------


def short_round(visits: Sequence[Visit], spare: Spare | None = None, **more: Any) -> Feasibility:
    made = RoundRule(min_per_day=3, max_days=3, days=RuleDays.EVERY, **more)
    return judge_round(made, DAYS, visits, [team()], set_up_min=5, spare=spare)


SIX = [visit(f"v{n}") for n in range(6)]
AGAIN = [
    *(visit(f"f{n}", purpose=Purpose.FOLLOW_UP) for n in range(3)),
    *(visit(f"x{n}", purpose=Purpose.SAMPLE) for n in range(2)),
]


def test_the_105_childcare_places_would_fill_the_85_institutions_of_the_seeds() -> None:
    days = horizon(round_())
    institutions = [visit(f"v{n}") for n in range(85)]
    spare = {(AreaCode("east"), SiteKind.CHILDCARE): 60, (None, SiteKind.CHILDCARE): 45}
    teams = [team(f"T{n}") for n in range(4)]
    found = judge_round(rule(days=RuleDays.EVERY), days, institutions, teams, set_up_min=5, spare=spare)
    assert (found.possible, found.short, found.lacking) == (False, 15, 15)
    assert found.text.en == (
        "85 sites cannot give 10 on each of 10 days: 15 short; the 105 childcare places would fill it"
    )
    assert found.text.zh == "85 家不够在 10 天里每天查 10 家：差 15 家；纳入托管 105 家即可补足"


def test_each_thing_that_fills_a_round_alone_is_named() -> None:
    spare = {(None, SiteKind.COMMUNITY): 3, (None, SiteKind.OFFICE): 1, (None, SiteKind.COMPOUND): 4}
    found = short_round([*SIX, *AGAIN], spare)
    assert found.text.en.endswith(
        "3 short; the 3 communities or the 4 compounds or the 3 follow-ups and 2 samples "
        '(with counts = "all") would fill it'
    )
    assert found.text.zh.endswith(
        '差 3 家；纳入社区(村) 3 家或纳入小区 4 家或计入回头看 3 项、抽查 2 项（counts = "all"）即可补足'
    )
    assert short_round([*SIX, *AGAIN], counts=Counts.ALL).possible


def test_what_fills_a_round_only_together_is_said_so() -> None:
    found = short_round(SIX, {(None, SiteKind.COMMUNITY): 1, (None, SiteKind.OFFICE): 2})
    assert found.text.en.endswith("3 short; the 1 community and the 2 office buildings together would fill it")
    assert found.text.zh.endswith("差 3 家；纳入社区(村) 1 家、纳入商务楼宇 2 家合起来可以补足")


def test_what_does_not_fill_a_round_says_how_much_is_still_missing() -> None:
    found = short_round(SIX, {(None, SiteKind.OFFICE): 2})
    assert found.text.en.endswith("3 short; with the 2 office buildings it is still 1 short")
    assert found.text.zh.endswith("差 3 家；加上纳入商务楼宇 2 家仍差 1 家")


def test_nothing_is_offered_where_sites_are_not_what_is_missing() -> None:
    nine = [visit(f"v{n}") for n in range(9)]
    found = judge_round(
        rule(3, RuleDays.EVERY), DAYS, nine, [team(off=DAYS[1:])], set_up_min=5, spare={(None, SiteKind.OFFICE): 9}
    )
    assert found.text.en == "nobody works on 2026-12-01, 2026-12-02"


def test_a_round_that_counts_all_speaks_of_visits_and_of_the_last_day() -> None:
    found = short_round(SIX[:5], counts=Counts.ALL, tail=Tail.REMAINDER)
    assert found.text.en == "5 visits cannot give 3 on each of 2 days and 1 on the last: 2 short"
    assert found.text.zh == "5 项检查任务不够在前 2 天每天查 3 家、最后一天查 1 家：差 2 项"


def test_a_minimum_for_teams_speaks_of_team_days() -> None:
    both = {TeamId("T1"): [9, 9], TeamId("T2"): [9, 9]}
    each = judge_teams(rule(3, RuleDays.EVERY), 9, both)
    assert each.text.en == "9 sites cannot give 3 on each of 4 team-days: 3 short"
    assert each.text.zh == "9 家不够在 4 个组日每天查 3 家：差 3 家"
    last = judge_teams(rule(3, RuleDays.EVERY, Tail.REMAINDER), 7, both)
    assert (
        last.text.en == "7 sites cannot give 3 on each of 2 team-days and 1 on the last day of each of 2 teams: 1 short"
    )
    assert last.text.zh == "7 家不够在 2 个组日每天查 3 家、2 个组的最后一天各查 1 家：差 1 家"
    few = judge_teams(rule(3), 4, {TeamId("T1"): [3, 2], TeamId("T2"): [2, 2]})
    assert few.text.en == "at least 3 a team-day leaves room for 3 of 4 (team-days: 1): 1 short; " + REMAINDER_EN
    assert few.text.zh == "每组每天至少 3 家时最多排 1 个组日，共 3 家，应查 4 家：差 1 家；" + REMAINDER_ZH
    none = judge_teams(rule(4, tail=Tail.STRICT), 5, {TeamId("T1"): [3, 2]})
    assert none.text.zh.startswith("每组每天至少 4 家，但没有一个组日能达到（最多 3 家）")


def test_teams_that_cannot_reach_the_visits_even_with_a_remainder() -> None:
    found = judge_teams(rule(3, tail=Tail.REMAINDER), 8, {TeamId("T1"): [2, 2], TeamId("T2"): [4, 1]})
    assert found.text.en == "teams that keep the minimum reach 7 of 8 together: 1 short"
    assert found.text.zh == "各检查组每天都达到最低数时，合计最多 7 家，应查 8 家：差 1 家"


REMAINDER_EN = 'a last day that holds what is left (tail = "remainder") would do'
REMAINDER_ZH = '若允许最后一天收尾（tail = "remainder"）即可'


def test_a_minimum_that_no_day_reaches_is_said() -> None:
    found = judge(rule(4), 5, [3, 3])
    assert found.text.en == "no day can reach 4: the best holds 3"
    assert found.text.zh == "每天至少 4 家，但没有一天能达到（最多一天 3 家）"


def test_many_small_and_idle_days_are_counted_not_listed() -> None:
    found = judge(rule(3, RuleDays.EVERY), 40, [40] * 3 + [2] * 7)
    assert found.text.en.endswith("8 can hold 2 at most, fewer than 3; 2 more days hold too few")
    assert found.text.zh.endswith("另有 2 天也不够")
    idle = judge(rule(3, RuleDays.EVERY), 40, [40] * 3 + [0] * 7)
    assert idle.text.en == "nobody works on 4, 5, 6, 7, 8 and 2 more"
    assert idle.text.zh == "4、5、6、7、8 等（另有 2 个） 无人出勤"


def test_a_round_without_teams_says_that_nobody_can_visit() -> None:
    found = judge_round(rule(3), DAYS, SIX, [], set_up_min=5)
    assert found.text.en == "6 to visit, the teams can make 0 at most: 6 short"
    assert found.each_day == (0, 0, 0)


def test_spare_sites_are_those_left_out_by_their_kind_alone() -> None:
    asked = round_(scope=Scope(kinds=(SiteKind.INSTITUTION,), exclude_status=("注销",)))
    sites = [
        placed("a"),
        placed("b", kind=SiteKind.CHILDCARE, areas={AreaLevel.TOWNSHIP: AreaCode("east")}),
        placed("c", kind=SiteKind.CHILDCARE, state="注销"),
        placed("d", kind=SiteKind.CHILDCARE, status=SiteStatus.REVIEW),
    ]
    assert spare_sites(asked, sites) == {(AreaCode("east"), SiteKind.CHILDCARE): 1}


def test_a_joint_visit_counts_for_both_its_teams_where_each_team_has_a_minimum() -> None:
    teams = [team("T1"), team("T2", members=crew(2, department="police"))]
    joint = [visit(f"v{n}", departments=frozenset({"education", "police"})) for n in range(3)]
    made = rule(3, RuleDays.EVERY, unit=RuleUnit.TEAM)
    assert judge_round(made, DAYS[:1], joint, teams, set_up_min=5).possible
    assert not judge_round(made, DAYS[:1], SIX[:3], teams, set_up_min=5).possible
