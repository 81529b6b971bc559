"""What holds of every search, whatever it finds: plans in time, a cost that adds up, never worse, the same on any machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gridplan.model.round import Limits, RoundRule, RuleUnit, Wishes
from gridplan.routing.problem import Draft
from gridplan.routing.search.calendar import townships_over
from gridplan.routing.search.improve import Effort, Search, improve, open_search
from gridplan.routing.search.instance import Instance, build_instance
from gridplan.routing.search.state import new_state
from gridplan.routing.solve import draft_plan
from gridplan.routing.timeline import Orders, Timetable
from tests.routing.mission import mission
from tests.routing.tiny import TOWNS, as_plan, tiny_round

ROOT = Path(__file__).parents[2]
EVERYTHING = Wishes(community_min=2, township_min=4, away_min=3, uneven=0.5, band_min=(120, 300), moved_min=5)


def _cost(inst: Instance, orders: Orders) -> int:
    return int(new_state(inst, orders).cost[0])


@pytest.mark.parametrize("seed", range(24))
def test_every_plan_on_the_way_is_in_time_and_its_cost_adds_up(seed: int) -> None:
    asked = tiny_round(1000 + seed, visits=30)
    asked = replace(asked, round=replace(asked.round, wishes=EVERYTHING)) if seed % 2 else asked
    table = Timetable(asked)
    inst = build_instance(table, district=True)

    def tick(search: Search) -> None:
        orders = search.now()
        assert all(table.time(slot, order) is not None for slot, order in orders.items())
        assert sorted(v for order in orders.values() for v in order) == sorted(set().union(*orders.values()))
        assert townships_over(table, orders) == 0
        assert int(search.st.cost[0]) == _cost(inst, orders)
        assert search.best_cost == _cost(inst, search.best())

    found = improve(inst, {}, Effort(rounds=12_000), seed=seed, tick=tick)
    tick(open_search(inst, found, seed=1))


@pytest.mark.parametrize("seed", range(6))
def test_a_search_never_ends_worse_than_it_began(seed: int) -> None:
    inst = build_instance(Timetable(tiny_round(2000 + seed, visits=30)), district=True)
    good = improve(inst, {}, Effort(rounds=6_000), seed=1)
    for again in range(4):
        hot = improve(inst, good, Effort(rounds=50, hot_s=50_000, cold_s=20_000), seed=again)
        assert _cost(inst, hot) <= _cost(inst, good)


def test_a_start_beyond_the_limit_of_townships_is_brought_within() -> None:
    asked = mission(24, teams=3)
    visits = tuple(replace(one, township=TOWNS[n % 3]) for n, one in enumerate(asked.visits))
    free = Timetable(replace(asked, visits=visits))
    start = improve(build_instance(free), {}, Effort(rounds=4_000), seed=1)
    held = Timetable(replace(free.problem, round=replace(asked.round, limits=Limits(townships_per_team_day=1))))
    assert townships_over(held, start) > 0
    assert townships_over(held, improve(build_instance(held), start, Effort(rounds=6_000), seed=1)) == 0


def _orders(table: Timetable, draft: Draft) -> Orders:
    visit = {one.id: number for number, one in enumerate(table.problem.visits)}
    teams = [one.id for one in table.problem.teams]
    where = {(teams[slot.team], slot.day, slot.shift.name): number for number, slot in enumerate(table.slots)}
    return {
        where[route.team, route.day - 1, route.shift]: tuple(visit[stop.visit] for stop in route.stops)
        for route in draft.routes
    }


@pytest.mark.parametrize("unit", RuleUnit)
def test_the_searchs_cost_is_the_cost_of_the_figures(unit: RuleUnit) -> None:
    asked = mission(40, teams=2, windows=True)
    visits = tuple(replace(one, township=TOWNS[n % 3], community=TOWNS[n % 2]) for n, one in enumerate(asked.visits))
    teams = tuple(replace(one, home=(TOWNS[n],)) for n, one in enumerate(asked.teams) if TOWNS[n])
    rule = RoundRule(min_per_day=1, max_days=len(asked.days), unit=unit)
    asked = replace(
        asked, visits=visits, teams=teams, round=replace(asked.round, wishes=replace(EVERYTHING, uneven=1.0), rule=rule)
    )
    draft = draft_plan(asked, seed=1, effort=Effort(rounds=4_000), tries=0)
    assert not draft.unplanned and not draft.short
    table = Timetable(asked)
    cost = _cost(build_instance(table, district=True), _orders(table, draft))
    assert cost / 60 == pytest.approx(as_plan(asked, draft).figures.cost, abs=0.01)


SCRIPT = """
import hashlib, json, os, sys
cores = {int(core) for core in sys.argv[1].split(",")}
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, cores & os.sched_getaffinity(0) or os.sched_getaffinity(0))
from gridplan.routing.search.improve import Effort
from gridplan.routing.solve import draft_plan
from tests.routing.mission import mission
from tests.routing.tiny import tiny_round

def told(asked):
    draft = draft_plan(asked, seed=3, effort=Effort(rounds=6000), tries=0)
    return [[route.id, *(stop.visit for stop in route.stops)] for route in draft.routes]

print(json.dumps([told(mission(40, teams=2, windows=w)) for w in (False, True)] + [told(tiny_round(s)) for s in (3, 7)]))
"""


def _told(cores: str, threads: Mapping[str, str]) -> object:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, cores],
        cwd=ROOT,
        env={**os.environ, **threads, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_one_seed_gives_one_plan_on_one_core_and_on_two() -> None:
    one = _told("0", {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"})
    assert one == _told("0,1", {"OMP_NUM_THREADS": "2", "NUMBA_NUM_THREADS": "2"})
    assert one == _told("1", {"OMP_NUM_THREADS": "4"})
