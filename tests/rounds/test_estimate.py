"""A round counted for many numbers of teams and days at once: what the closed forms prove stands, more never makes it worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridplan.model.round import RoundRule, RuleDays, Visit
from gridplan.model.site import VisitMode
from gridplan.rounds.capacity import Demand
from gridplan.rounds.crews import with_copies
from gridplan.rounds.estimate import Allowance, Estimate, Resource, Seal
from gridplan.rounds.rule import judge_round
from tests.routing.mission import mission

PROBLEM = mission(60, teams=3)
DAYS = tuple(date(2026, 11, 30) + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9))


def estimate(visits: tuple[Visit, ...] = PROBLEM.visits, each: float = 10.0, rule: RoundRule | None = None) -> Estimate:
    demand = Demand(visits, DAYS)
    all_of_them = np.ones(len(visits), dtype=np.bool_)
    return Estimate(
        rule or RoundRule(min_per_day=5, max_days=len(DAYS)),
        demand,
        with_copies(PROBLEM.teams, 6),
        counted=all_of_them,
        must=all_of_them,
        minutes=demand.minutes,
        set_up_min=5,
        allowance=Allowance(each_min=each),
    )


def test_the_closed_forms_say_the_same_as_for_that_round_alone():
    counted = estimate()
    for teams in (1, 2, 3):
        for days in (1, 3, 8):
            alone = judge_round(counted.rule, DAYS[:days], PROBLEM.visits, PROBLEM.teams[:teams], set_up_min=5)
            cell = counted.cell(teams, days)
            assert cell.forms.possible == alone.possible and counted.capacity(teams, days) == alone.each_day
            assert cell.proven == (not alone.possible)


@given(st.floats(0, 60), st.integers(1, 5), st.integers(1, 7))
def test_one_team_or_day_more_never_fills_the_time_further(each, teams, days):
    counted = estimate(each=each)
    use = counted.use(teams, days)
    assert counted.use(teams + 1, days) <= use and counted.use(teams, days + 1) <= use


def test_what_does_not_fit_is_counted_and_the_seal_says_no():
    counted = estimate(each=60)
    cell = counted.cell(1, 1)
    assert cell.seal is Seal.NO and cell.use > 1 and 0 < cell.short <= 60
    assert estimate(each=1).cell(6, 8).seal is Seal.YES


def test_too_few_officers_are_a_resource_of_their_own():
    teams = (PROBLEM.teams[0], *(replace(team, members=()) for team in PROBLEM.teams[1:]))
    visits = tuple(replace(visit, mode=VisitMode.INSPECTION, departments=frozenset()) for visit in PROBLEM.visits)
    demand, all_of_them = Demand(visits, DAYS), np.ones(len(visits), dtype=np.bool_)
    counted = Estimate(
        RoundRule(),
        demand,
        teams,
        counted=all_of_them,
        must=all_of_them,
        minutes=demand.minutes,
        set_up_min=5,
        allowance=Allowance(each_min=10),
    )
    found = {one.resource: one for one in counted.scarcities(3, 8)}
    assert found[Resource.OFFICERS].present < found[Resource.ALL].present
    assert counted.use(3, 8) == found[Resource.OFFICERS].use > found[Resource.ALL].use


def test_another_rule_is_asked_about_the_same_round():
    counted = estimate(rule=RoundRule(min_per_day=50, max_days=8, days=RuleDays.EVERY))
    assert counted.cell(3, 8).proven
    assert not counted.cell(3, 8, replace(counted.rule, min_per_day=5)).proven


def test_copies_of_teams_have_no_days_off_and_say_that_they_are_assumed():
    teams = tuple(replace(team, off=frozenset(DAYS)) for team in PROBLEM.teams)
    more = with_copies(teams, 5)
    assert [team.assumed for team in more] == [False, False, False, True, True]
    assert len({team.id for team in more}) == 5 and not more[3].off
    assert with_copies(teams, 2) == teams[:2] and with_copies((), 3) == ()
