"""The planner, the judge and brute force on tiny rounds: they agree on what is kept, and no plan is better than the planner's."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import pytest

from gridplan.model.plan import Plan, Promise
from gridplan.routing.judge.check import check_plan
from gridplan.routing.judge.retime import rebuild
from gridplan.routing.problem import Problem
from gridplan.routing.solve import draft_plan
from tests.routing.brute import Brute, Weight, Where
from tests.routing.plans import plan_of
from tests.routing.tiny import as_plan, routine_sites, tiny_round

ROUNDS, CHUNK = 400, 50
WEIGHED = {Promise.COVERAGE, Promise.MINIMUM, Promise.NIGHT, Promise.PINS}
"""Promises that a plan may have to break when there is too much to do; a pinned visit is one left out, never one moved."""


def _weight(brute: Brute, plan: Plan) -> Weight:
    """The weight of a plan by brute force's own prices."""
    number = {one.id: index for index, one in enumerate(plan.visits)}
    team = {one.id: index for index, one in enumerate(plan.teams)}
    orders = {
        (team[route.team], route.day - 1, route.shift): tuple(number[stop.visit] for stop in route.stops)
        for route in plan.routes
    }
    return brute.weigh(orders)[0]


def _judged(asked: Problem, orders: dict[Where, tuple[int, ...]]) -> tuple[Plan, set[Promise]]:
    """A hand-made plan, and the promises that the judge finds broken."""
    routes = [
        rebuild(
            [asked.visits[visit] for visit in order],
            team=asked.teams[team],
            day=asked.days[day],
            number=day + 1,
            shift=next(shift for shift in asked.teams[team].shifts if shift.name == name),
            engine=asked.travel,
            set_up_s=asked.set_up_s,
        )
        for (team, day, name), order in orders.items()
    ]
    planned = {visit for order in orders.values() for visit in order}
    plan = plan_of(
        asked.visits,
        routes,
        teams=asked.teams,
        rule=asked.round.rule,
        days=asked.days,
        unplanned=[one for number, one in enumerate(asked.visits) if number not in planned],
        wishes=asked.round.wishes,
        limits=asked.round.limits,
        before=asked.before,
        sites=routine_sites(asked.visits),
    )
    return plan, {violation.promise for violation in check_plan(plan, asked.travel)}


@pytest.mark.parametrize("first", range(0, ROUNDS, CHUNK))
def test_no_plan_is_better_than_the_planners(first: int) -> None:
    for seed in range(first, first + CHUNK):
        asked = tiny_round(seed)
        brute = Brute(asked)
        least, orders = brute.best()
        ideal, broken = _judged(asked, orders)
        assert broken <= WEIGHED, (seed, broken)
        draft = draft_plan(asked, seed=1, tries=0)
        plan = as_plan(asked, draft)
        assert {one.promise for one in check_plan(plan, asked.travel)} <= WEIGHED, seed
        assert _weight(brute, plan) == least, (seed, _weight(brute, plan), least, orders)
        assert plan.figures.cost == pytest.approx(ideal.figures.cost, abs=0.011), seed
        if not broken:
            assert not draft.infeasible, (seed, draft.infeasible)


@pytest.mark.parametrize("first", range(0, ROUNDS, CHUNK))
def test_the_judge_and_brute_force_agree_on_any_plan(first: int) -> None:
    for seed in range(first, first + CHUNK):
        asked, random = tiny_round(seed), Random(seed)
        brute = Brute(asked)
        slots = [(team, day, shift.name) for team, day, shift in brute.slots()]
        for _ in range(4):
            taken: dict[Where, list[int]] = defaultdict(list)
            for visit in random.sample(range(len(asked.visits)), len(asked.visits)):
                if slots and random.random() < 0.8:
                    taken[random.choice(slots)].append(visit)
            orders = {where: tuple(order) for where, order in taken.items()}
            plan, broken = _judged(asked, orders)
            weight, mine = brute.weigh(orders)
            assert broken - {Promise.JOINT} == mine, (seed, orders, broken, mine)
            assert plan.figures.cost == pytest.approx(weight.minutes, abs=0.011), (seed, orders)
