"""Tiny rounds are solved exactly: what comes first when not everything can be had."""

from __future__ import annotations

from dataclasses import replace

from gridplan.model.crew import Shift, TeamId
from gridplan.model.place import AreaCode
from gridplan.model.plan import Placement
from gridplan.model.round import Limits, Purpose, RoundRule, Wishes
from gridplan.routing.problem import Draft, Problem
from gridplan.routing.search.calendar import Minimum, choose_days, townships_over
from gridplan.routing.solve import draft_plan
from gridplan.routing.timeline import Timetable
from tests.builders import NIGHT, point, round_, team, visit
from tests.routing.mission import problem, workdays

SHORT_DAY = Shift(name="day", start_s=30600, end_s=41400)
EAST, WEST = AreaCode("990101000000"), AreaCode("990102000000")


def _draft(asked: Problem) -> Draft:
    return draft_plan(asked, seed=1, tries=0)


def _with(asked: Problem, *, wishes: Wishes | None = None, limits: Limits | None = None) -> Problem:
    return replace(asked, round=replace(asked.round, wishes=wishes or Wishes(), limits=limits or Limits()))


def test_a_sample_is_left_out_rather_than_a_day_left_short() -> None:
    days = workdays(2)
    visits = [
        *(visit(f"v{n}", due=days[0]) for n in range(2)),
        visit("sample", earliest=days[1], purpose=Purpose.SAMPLE),
    ]
    draft = _draft(problem(visits, [team()], days=2, rule=RoundRule(min_per_day=2, max_days=2)))
    assert [item.visit for item in draft.unplanned] == ["sample"]
    assert draft.short == 0


def test_a_visit_of_high_priority_takes_the_place_of_one_of_low() -> None:
    visits = [visit("low", minutes=120), visit("high", minutes=120, priority=1)]
    draft = _draft(problem(visits, [team(shifts=[SHORT_DAY])], days=1, rule=RoundRule(min_per_day=0, max_days=1)))
    assert [item.visit for item in draft.unplanned] == ["low"]


def test_of_two_equal_plans_the_earlier_days_are_taken() -> None:
    visits = [visit("a", at=point(500)), visit("b", at=point(900))]
    draft = _draft(problem(visits, [team()], days=3, rule=RoundRule(min_per_day=1, max_days=3)))
    assert [route.day for route in draft.routes] == [1]


def test_a_tiny_replan_moves_nothing_that_is_cheaper_where_it_was() -> None:
    days = workdays(3)
    visits = [visit("a", at=point(500)), visit("b", at=point(900))]
    before = {one.id: Placement(team=TeamId("T1"), date=days[2], shift="day") for one in visits}
    asked = problem(visits, [team()], days=3, rule=RoundRule(min_per_day=1, max_days=3), before=before)
    (route,) = _draft(_with(asked, wishes=Wishes(moved_min=1))).routes
    assert route.day == 3


def test_the_night_quota_is_met_although_the_day_is_cheaper() -> None:
    visits = [visit(f"v{n}", at=point(300 * n)) for n in range(3)]
    asked = problem(visits, [team(shifts=(SHORT_DAY, NIGHT))], days=1, rule=RoundRule(min_per_day=1, max_days=1))
    draft = _draft(_with(asked, limits=Limits(night_visits=2)))
    assert sum(len(route.stops) for route in draft.routes if route.shift == "night") >= 2
    assert not draft.unplanned


def test_two_shifts_of_one_day_share_the_limit_of_townships() -> None:
    visits = [
        visit("noon", township=EAST, open="Mo-Su 10:00-12:00"),
        visit("evening", township=WEST, open="Mo-Su 19:00-20:00"),
    ]
    crew = team(shifts=(*team().shifts, NIGHT))
    asked = problem(visits, [crew], days=2, rule=RoundRule(min_per_day=1, max_days=2))
    draft = _draft(_with(asked, limits=Limits(townships_per_team_day=1)))
    assert sorted(route.day for route in draft.routes) == [1, 2]


def test_days_are_chosen_within_the_limit_of_townships() -> None:
    visits = [
        visit("noon", township=EAST, open="Mo-Su 10:00-12:00"),
        visit("evening", township=WEST, open="Mo-Su 19:00-20:00"),
    ]
    crew = team(shifts=(*team().shifts, NIGHT))
    asked = problem(visits, [crew], days=3, rule=RoundRule(min_per_day=0, max_days=3))
    apart = Timetable(_with(asked, limits=Limits(townships_per_team_day=1)))
    chosen = choose_days(apart, {0: (0,), 3: (1,)}, Minimum(apart), 1, lambda: None)
    assert townships_over(apart, chosen) == 0
    free = Timetable(asked)
    together = choose_days(free, {0: (0,), 3: (1,)}, Minimum(free), 1, lambda: None)
    assert len({free.slots[slot].day for slot in together}) == 1


def test_shifts_in_different_communities_are_put_on_one_day_only_when_that_is_cheaper() -> None:
    crew = team(shifts=(*team().shifts, NIGHT))
    visits = [
        visit(f"{shift}{n}", community=AreaCode(f"99010100{n}000"), open=hours)
        for n in range(2)
        for shift, hours in (("noon", "Mo-Su 10:00-12:00"), ("evening", "Mo-Su 19:00-20:00"))
    ]
    asked = problem(visits, [crew], days=2, rule=RoundRule(min_per_day=0, max_days=2))
    table = Timetable(replace(asked, round=round_(rule=asked.round.rule, wishes=Wishes(community_min=60))))
    # By day community 0, then 1; in the evening the other way round.
    chosen = choose_days(table, {0: (0,), 1: (3,), 2: (2,), 3: (1,)}, Minimum(table), 1, lambda: None)
    for day in range(2):
        there = {visits[v].community for slot, order in chosen.items() if table.slots[slot].day == day for v in order}
        assert len(there) == 1
