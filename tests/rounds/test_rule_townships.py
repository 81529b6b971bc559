"""A minimum for each township: own teams and shared ones, townships that are too small, and what a planner reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.place import AreaCode
from gridplan.model.round import Counts, Purpose, RoundRule, RuleDays, RuleUnit, Tail, Visit
from gridplan.model.site import SiteKind
from gridplan.rounds.counting import Town, least_shortage
from gridplan.rounds.forms import Feasibility
from gridplan.rounds.rule import judge_round
from gridplan.rounds.townships import judge_townships
from tests.builders import MONDAY, crew, team, visit

DAYS = tuple(MONDAY + timedelta(days=n) for n in range(2))
EAST, WEST = AreaCode("110101001000"), AreaCode("110101002000")
NAMES = {EAST: "东街道", WEST: "西街道"}


def rule(least: int, days: RuleDays = RuleDays.EVERY, **more: object) -> RoundRule:
    return RoundRule(min_per_day=least, max_days=2, unit=RuleUnit.TOWNSHIP, days=days, **more)  # type: ignore[arg-type]


def sites(town: AreaCode | None, count: int, department: str = "a", **more: object) -> list[Visit]:
    return [
        visit(f"{town}-{n}", minutes=60, township=town, departments=frozenset({department}), **more)
        for n in range(count)
    ]


def hours(id: str, count: int, *departments: str) -> Team:
    people = tuple(member for name in departments for member in crew(2, department=name))
    return team(id, shifts=[Shift(name="day", start_s=8 * 3600, end_s=(8 + count) * 3600)], members=people)


def judged(rule: RoundRule, visits: Sequence[Visit], *teams: Team, **more: object) -> Feasibility:
    return judge_round(rule, DAYS, visits, teams, set_up_min=0, names=NAMES, **more)  # type: ignore[arg-type]


def test_townships_with_teams_of_their_own_are_judged_one_by_one_and_named() -> None:
    found = judged(rule(3), [*sites(EAST, 6), *sites(WEST, 4, "b")], hours("T1", 4, "a"), hours("T2", 4, "b"))
    assert (found.possible, found.short, found.lacking) == (False, 2, 2)
    assert found.text.en == "西街道: 4 sites cannot give 3 on each of 2 days: 2 short"
    assert found.text.zh == "西街道：4 家不够在 2 天里每天查 3 家：差 2 家"


def test_a_township_without_name_is_named_by_its_code_and_sites_outside_all_are_a_unit() -> None:
    found = judge_round(rule(2), DAYS, [*sites(EAST, 3), *sites(None, 2)], [hours("T1", 9, "a")], set_up_min=0)
    assert found.text.en == (
        "outside all townships: 2 sites cannot give 2 on each of 2 days: 2 short; "
        "110101001000: 3 sites cannot give 2 on each of 2 days: 1 short"
    )


def test_a_team_that_two_townships_share_is_not_counted_twice() -> None:
    visits = [*sites(EAST, 6), *sites(WEST, 6)]
    found = judged(rule(3), visits, hours("T1", 5, "a"))
    assert (found.possible, found.short, found.lacking) == (False, 2, 0)
    assert found.text.en.startswith(
        "东街道, 西街道 share teams that could give 3 a day to each alone, but not to all: 2 short ("
    )
    assert "东街道、西街道 共用检查组，各自都行，但不能同时达到每天 3 家：差 2 家（" in found.text.zh
    assert judged(rule(3), visits, hours("T1", 6, "a")).possible
    assert judged(rule(3), visits, hours("T1", 5, "a"), hours("T2", 1, "a")).possible


def test_a_team_whose_home_is_one_township_may_serve_the_other() -> None:
    east = hours("T1", 3, "a")
    helper = team("T2", home=[EAST], shifts=east.shifts, members=east.members)
    assert judged(rule(3), [*sites(EAST, 6), *sites(WEST, 6)], east, helper).possible


def test_departments_decide_which_township_a_team_can_serve() -> None:
    visits = [*sites(EAST, 6), *sites(WEST, 6, "b")]
    found = judged(rule(3), visits, hours("T1", 6, "a"))
    assert found.text.en == (
        "西街道: 6 to visit, the teams can make 0 at most: 6 short; "
        "2026-11-30 can hold 0 at most, fewer than 3; 2026-12-01 can hold 0 at most, fewer than 3"
    )


def test_shared_teams_without_a_minimum_must_still_finish() -> None:
    found = judged(rule(0), [*sites(EAST, 6), *sites(WEST, 6)], hours("T1", 5, "a"))
    assert found.text.en.startswith("东街道, 西街道 share teams that could finish each alone, but not all: 2 short")
    assert found.text.zh.startswith("东街道、西街道 共用检查组，各自都查得完，但不能同时查完：差 2 家")


def test_small_townships_that_share_teams_are_not_said_to_have_a_minimum() -> None:
    found = judged(rule(8), [*sites(EAST, 6), *sites(WEST, 6)], hours("T1", 5, "a"))
    assert found.text.en.startswith("东街道, 西街道 share teams that could finish each alone, but not all: 2 short")
    assert found.text.en.endswith("; waived in 东街道, 西街道: fewer than 8 exist")


def test_a_small_township_that_cannot_be_finished_says_both_once() -> None:
    found = judged(rule(3), [*sites(EAST, 6), *sites(WEST, 2, "b")], hours("T1", 5, "a"))
    assert found.text.zh == "西街道：应查 2 家，各检查组最多能查 0 家：差 2 家；总数不足 3 家，每日最低数免于考核"


def test_a_township_with_too_few_sites_is_waived_and_the_others_are_not() -> None:
    found = judged(rule(3), [*sites(EAST, 6), *sites(WEST, 2)], hours("T1", 6, "a"))
    assert found.possible and not found.waived
    assert found.text.en == "waived in 西街道: fewer than 3 exist"
    assert found.text.zh == "西街道 总数不足 3 家，每日最低数免于考核"


def test_a_round_with_too_few_sites_is_waived_as_a_whole() -> None:
    found = judged(rule(5), [*sites(EAST, 2), *sites(WEST, 2)], hours("T1", 6, "a"))
    assert found.possible and found.waived
    assert found.text.en == "waived: fewer than 5 exist"


def test_townships_that_are_all_too_small_are_waived_and_named() -> None:
    found = judged(rule(3), [*sites(EAST, 2), *sites(WEST, 2)], hours("T1", 6, "a"))
    assert found.possible and found.waived
    assert found.text.en == "waived in 东街道, 西街道: fewer than 3 exist"


def test_a_small_township_still_takes_the_teams_time() -> None:
    found = judged(rule(6), [*sites(EAST, 12), *sites(WEST, 2)], hours("T1", 6, "a"))
    assert (found.possible, found.short) == (False, 2)
    assert found.text.en.endswith("; waived in 西街道: fewer than 6 exist")


def test_what_would_fill_a_township_lies_in_that_township() -> None:
    visits = [*sites(EAST, 6), *sites(WEST, 4, "b")]
    spare = {(EAST, SiteKind.OFFICE): 9, (WEST, SiteKind.CHILDCARE): 5}
    found = judged(rule(3), visits, hours("T1", 4, "a"), hours("T2", 4, "b"), spare=spare)
    assert found.text.en.endswith("2 short; the 5 childcare places would fill it")
    again = [*visits, *sites(WEST, 1, "b", purpose=Purpose.FOLLOW_UP)]
    found = judged(rule(3), again, hours("T1", 4, "a"), hours("T2", 4, "b"))
    assert found.text.en.endswith('2 short; with the 1 follow-up (with counts = "all") it is still 1 short')
    assert judged(rule(2, counts=Counts.ALL), again, hours("T1", 4, "a"), hours("T2", 4, "b")).possible


def test_many_townships_are_counted_not_listed() -> None:
    visits = [one for n in range(8) for one in sites(AreaCode(f"{n}"), 3)]
    found = judged(rule(3), visits, hours("T1", 40, "a"))
    assert found.short == 24 and found.text.en.endswith("; 3 more townships cannot, either")
    assert found.text.zh.endswith("；另有 3 个街镇也做不到")


def town(counted: int, *by_day: int) -> Town:
    return Town(counted=counted, optional=0, by_team={TeamId("T1"): by_day}, each_day=by_day)


def test_the_remainder_of_each_township_lies_on_its_last_day_where_teams_are_shared() -> None:
    towns = {"east": town(3, 2, 2), "west": town(3, 2, 2)}
    made = rule(2, RuleDays.ACTIVE, tail=Tail.REMAINDER)
    assert judge_townships(made, towns, {TeamId("T1"): (2, 4)}).short == 2
    assert judge_townships(made, towns, {TeamId("T1"): (4, 2)}).possible


def test_a_search_that_ends_early_claims_nothing_that_is_not_proved() -> None:
    towns = {"east": town(6, 3, 3), "west": town(6, 3, 3)}
    room = {TeamId("T1"): (5, 5)}
    assert least_shortage(rule(3), towns, room, effort=0.0).short in (0, 2)
    assert least_shortage(rule(3), towns, room).short == 2


def test_the_count_model_gives_the_same_answer_again() -> None:
    towns = {f"{n}": town(8, 6, 6) for n in range(4)}
    room = {TeamId("T1"): (14, 14)}
    assert least_shortage(rule(3), towns, room) == least_shortage(rule(3), towns, room)
