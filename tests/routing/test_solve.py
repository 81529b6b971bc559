"""Whole drafts, judged by the independent checker and by brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.model.crew import TeamId, TravelMode
from gridplan.model.errors import Cancelled
from gridplan.model.plan import Figures, Promise
from gridplan.model.round import (
    PRESETS,
    Limits,
    Pin,
    PlanEngine,
    RoundRule,
    RuleDays,
    RuleUnit,
    Tail,
    Wishes,
    WishPreset,
)
from gridplan.model.site import VisitMode
from gridplan.model.words import Text
from gridplan.routing.judge.check import check_plan, compute_figures
from gridplan.routing.problem import Draft, Problem
from gridplan.routing.solve import draft_plan, quick_effort
from gridplan.routing.timeline import Timetable
from tests.builders import NIGHT, crew, point, round_, team, visit
from tests.routing.mission import broken, mission, plan, problem, workdays


def _draft(asked: Problem) -> Draft:
    return draft_plan(asked, seed=1, effort=quick_effort(len(asked.visits)))


@pytest.mark.parametrize(("sites", "teams", "windows"), [(40, 2, False), (60, 3, True), (140, 5, True)])
def test_a_district_is_planned_whole_and_every_promise_kept(sites: int, teams: int, windows: bool) -> None:
    asked = mission(sites, teams=teams, windows=windows)
    draft = _draft(asked)
    assert broken(asked, draft) == set()
    assert not draft.unplanned
    assert draft.short == 0
    assert not draft.remedies


@given(st.integers(0, 10**6), st.integers(1, 14), st.integers(1, 2), st.integers(1, 3))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_visit_is_planned_once_or_left_out_with_a_reason(seed: int, sites: int, teams: int, days: int) -> None:
    asked = mission(sites, teams=teams, seed=seed, windows=True, days=days)
    draft = _draft(asked)
    planned = [stop.visit for route in draft.routes for stop in route.stops]
    assert sorted([*planned, *(item.visit for item in draft.unplanned)]) == sorted(one.id for one in asked.visits)
    assert all(item.text.zh and item.remedy.zh for item in draft.unplanned)
    assert broken(asked, draft) <= {Promise.COVERAGE, Promise.MINIMUM}


def test_one_seed_gives_one_plan() -> None:
    asked = mission(45, teams=2, windows=True)
    assert _draft(asked) == _draft(asked)


@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 2))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_visit_is_left_out_that_brute_force_can_place(seed: int, sites: int, days: int) -> None:
    asked = mission(sites, teams=1, seed=seed, days=days)
    long = tuple(replace(one, minutes=one.minutes * 2 + 20) for one in asked.visits)
    asked = replace(asked, visits=long, round=round_(rule=RoundRule(min_per_day=0, max_days=days)))
    table = Timetable(asked)

    def possible(orders: tuple[tuple[int, ...], ...]) -> bool:
        return all(table.time(slot, order) is not None for slot, order in enumerate(orders))

    most = 0
    for order in permutations(range(sites)):
        for first in range(sites + 1):
            for second in range(first, sites + 1) if days == 2 else [first]:
                if possible((order[:first], order[first:second])[:days]):
                    most = max(most, second)
    assert sites - len(draft_plan(asked, seed=1).unplanned) == most


def test_the_smallest_round_needs_one_team_day() -> None:
    visits = [
        *(visit(f"i{n}", at=point(300 * n, 200), minutes=35, mode=VisitMode.INSPECTION) for n in range(3)),
        *(visit(f"c{n}", at=point(900 + 200 * n, 700), minutes=30, open="Mo-Fr 10:00-19:00") for n in range(3)),
    ]
    asked = problem(visits, [team(off=[workdays(3)[2]])], days=3, rule=RoundRule(min_per_day=3, max_days=3))
    draft = _draft(asked)
    assert len(draft.routes) == 1
    assert broken(asked, draft) == set()


@pytest.mark.parametrize("tail", Tail)
@pytest.mark.parametrize("days", RuleDays)
def test_the_daily_minimum_of_the_district_is_kept_in_every_form(days: RuleDays, tail: Tail) -> None:
    rule = RoundRule(min_per_day=8, max_days=4, days=days, tail=tail)
    asked = mission(36, teams=3, days=4)
    asked = replace(asked, round=round_(rule=rule))
    assert broken(asked, _draft(asked)) == set()


@pytest.mark.parametrize("tail", Tail)
def test_each_team_day_reaches_the_minimum_when_the_team_is_the_unit(tail: Tail) -> None:
    asked = mission(80, teams=4, days=5)
    asked = replace(
        asked,
        visits=tuple(replace(one, minutes=25) for one in asked.visits),
        round=round_(rule=RoundRule(min_per_day=6, max_days=5, unit=RuleUnit.TEAM, tail=tail)),
    )
    assert broken(asked, _draft(asked)) == set()


def test_a_short_day_is_reported_and_a_remedy_that_was_really_planned_is_offered() -> None:
    rule = RoundRule(min_per_day=3, max_days=3, days=RuleDays.EVERY)
    off = [workdays(3)[2]]
    draft = _draft(problem([visit(f"v{n}") for n in range(6)], [team(off=off)], days=3, rule=rule))
    assert draft.short == 3
    assert [(remedy.kind.value, remedy.change) for remedy in draft.remedies if remedy.verified] == [("days", -1)]


def test_too_few_teams_get_the_remedy_of_one_more() -> None:
    draft = _draft(problem([visit(f"v{n}", minutes=60) for n in range(12)], [team()], days=1))
    assert draft.unplanned
    first = draft.remedies[0]
    assert (first.kind.value, first.change, first.verified) == ("teams", 1, True)


def test_pins_dates_and_departments_are_kept() -> None:
    days = workdays(5)
    visits = [
        visit("pinned", pin=Pin(team=TeamId("T2"), day=days[3])),
        visit("late", at=point(900, 0), earliest=days[2]),
        visit("soon", at=point(0, 900), due=days[0]),
        visit("fire", at=point(900, 900), departments=frozenset({"fire"}), mode=VisitMode.INSPECTION),
        visit("night", at=point(400, 0), open="Mo-Su 18:30-20:00"),
    ]
    teams = [
        team("T1", shifts=(*team().shifts, NIGHT)),
        team("T2", members=crew(2, department="fire"), mode=TravelMode.EBIKE),
    ]
    asked = problem(visits, teams, days=5, rule=RoundRule(min_per_day=1, max_days=5))
    draft = _draft(asked)
    assert broken(asked, draft) == set()
    assert not draft.unplanned


def test_the_preset_least_travel_drives_no_more_than_fewest_team_days() -> None:
    asked = mission(50, teams=3)
    other = replace(asked, round=replace(asked.round, wishes=PRESETS[WishPreset.LEAST_TRAVEL]))

    def travel(draft: Draft) -> int:
        return sum(route.travel_s for route in draft.routes)

    assert travel(_draft(other)) <= travel(_draft(asked)) * 1.02


def test_a_round_without_visits_has_an_empty_plan() -> None:
    asked = problem([], [team()])
    draft = _draft(asked)
    assert (draft.routes, draft.unplanned, draft.infeasible, draft.remedies) == ((), (), (), ())


def test_a_draft_cancelled_while_it_improves_keeps_its_best_plan_and_says_so() -> None:
    seen: list[str] = []

    def stop(stage: str, done: int, total: int, text: Text | None = None) -> None:
        seen.append(stage)
        if stage == "improve":
            raise Cancelled(Text("停止", "stopped"))

    asked = mission(40, teams=2)
    draft = draft_plan(asked, seed=1, progress=stop)
    assert seen[0] == "diagnose"
    assert draft.stopped
    assert any("提前停止" in note.zh for note in draft.notes)
    assert not draft.unplanned
    assert broken(asked, draft) == set()


def test_a_draft_cancelled_before_it_has_a_plan_keeps_nothing() -> None:
    def stop(stage: str, done: int, total: int, text: Text | None = None) -> None:
        raise Cancelled(Text("停止", "stopped"))

    with pytest.raises(Cancelled):
        draft_plan(mission(40, teams=2), seed=1, progress=stop)


def _figures(asked: Problem, draft: Draft) -> Figures:
    made = plan(asked, draft)
    return compute_figures(replace(made, round=replace(made.round, wishes=draft.wishes, limits=asked.round.limits)))


def _grid_round(**more: Any) -> Problem:
    """Ninety visits in twelve communities of four townships, three teams."""
    random = np.random.default_rng(5)
    made = []
    for n in range(90):
        community = n % 12
        at = point(
            2_000 * (community % 4) + float(random.normal(0, 250)),
            2_500 * (community // 4) + float(random.normal(0, 250)),
        )
        made.append(visit(f"v{n:02d}", at=at, community=f"C{community:02d}", township=f"T{community % 4}"))
    teams = [team(f"T{n}", base=point(2_000 * n, 2_500), home=[f"T{n}"]) for n in range(3)]
    return replace(problem(made, teams, days=5), round=round_(rule=RoundRule(min_per_day=8, max_days=5), **more))


@pytest.mark.parametrize("preset", WishPreset)
def test_every_preset_is_planned_lawfully_and_does_what_it_says(preset: WishPreset) -> None:
    usual, asked = _grid_round(), _grid_round(wishes=PRESETS[preset])
    plain, wished = _draft(usual), _draft(asked)
    assert broken(asked, wished) == set()
    before, after = _figures(usual, plain), _figures(asked, wished)
    assert after.unplanned == 0
    if preset is WishPreset.TOWN_BY_TOWN:
        assert after.township_team_days < before.township_team_days
    if preset is WishPreset.WHOLE_COMMUNITIES:
        assert after.community_team_days < before.community_team_days
    if preset is WishPreset.LEAST_TRAVEL:
        assert after.travel_min <= before.travel_min * 1.02
    if preset is WishPreset.MOST_EVEN:
        assert after.minutes_max - after.minutes_min <= before.minutes_max - before.minutes_min
        assert any("均衡" in note.zh for note in wished.notes)


def test_a_limit_of_townships_for_a_team_day_is_kept() -> None:
    asked = _grid_round(limits=Limits(townships_per_team_day=1))
    draft = _draft(asked)
    assert not draft.unplanned
    figures = _figures(asked, draft)
    assert figures.township_team_days == figures.team_days


def test_stops_outside_home_townships_become_fewer_when_they_cost() -> None:
    plain, priced = _grid_round(), _grid_round(wishes=Wishes(away_min=20))
    assert _figures(priced, _draft(priced)).away_stops < _figures(plain, _draft(plain)).away_stops


@pytest.mark.parametrize("tail", Tail)
def test_each_township_reaches_the_minimum_on_every_day_it_is_visited(tail: Tail) -> None:
    asked = _grid_round()
    rule = RoundRule(min_per_day=6, max_days=5, unit=RuleUnit.TOWNSHIP, tail=tail)
    asked = replace(asked, round=replace(asked.round, rule=rule))
    draft = _draft(asked)
    assert not draft.unplanned
    assert broken(asked, draft) == set()


def test_two_teams_meet_where_no_team_has_all_departments() -> None:
    visits = [visit(f"v{n}", at=point(500 * n, 300)) for n in range(14)]
    visits += [
        visit(f"j{n}", at=point(900 * n, 1_500), departments=frozenset({"education", "police"}), minutes=40)
        for n in range(3)
    ]
    teams = [team("T1"), team("T2", base=point(3_000, 0), members=crew(2, department="police"))]
    asked = problem(visits, teams, days=3)
    draft = _draft(asked)
    assert not draft.unplanned
    assert set(draft.appointments) == {"j0", "j1", "j2"}
    made = replace(plan(asked, draft), appointments=draft.appointments)
    assert check_plan(made, asked.travel) == []


def test_or_tools_alone_plans_a_lawful_round_too() -> None:
    asked = _grid_round(engine=PlanEngine.ORTOOLS)
    draft = _draft(asked)
    assert not draft.unplanned
    assert broken(asked, draft) == set()
    assert draft.course == ()
