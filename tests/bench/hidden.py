"""Ten visits for every active team-day (`unit = team`), strict and with windows, where a plan that keeps it is known to exist.

Each instance is built round a hidden plan: the places are those of the mission of 300, the routes of 10–13 stops come first
(neighbours, on about 85 % of the team-days; every second team has an evening shift and may end its day with two evening stops),
then the minutes of the visits fill 75–92 % of each shift, and the doors are put round the true times: three in ten visits have a
window of one to three hours about theirs, those of the evening are open in the evening only, two in ten are closed on some other
days. The planner sees none of the routes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Shift, Team
from gridplan.model.hours import parse_hours
from gridplan.model.plan import Route
from gridplan.model.round import RoundRule, RuleUnit, Visit
from gridplan.routing.judge.check import check_plan
from gridplan.routing.judge.retime import rebuild
from gridplan.routing.problem import Problem
from gridplan.routing.search.improve import Effort
from gridplan.routing.solve import draft_plan
from tests.bench.figures import Figure, at_least, plain
from tests.bench.mission import DAY, DAYS, EVENING_ONLY, NIGHT, Hills, mission
from tests.bench.planning import plan_of

SIZE, INSTANCES, CPU_S = 300, 20, 60.0
MINIMUM, STOPS = 10, (10, 13)
EVENING_STOPS, LATE_SHARE, NEAR_MIN = 2, 0.3, 100
"""How many stops an evening has, on which share of the days, and the longest way to them and back."""
WINDOWS, CLOSED, CLOSED_DAYS = 0.3, 0.2, 6
FULL = (0.75, 0.92)
KEPT = 0.8


def hidden(instance: int) -> tuple[Problem, tuple[Route, ...]]:
    """Return a problem and the plan it was built round; equal numbers give equal problems."""
    random = np.random.default_rng([SIZE, instance, 2])
    base = mission(SIZE, "base", instance)
    teams = tuple(
        replace(team, shifts=(DAY, NIGHT) if number % 2 else (DAY,)) for number, team in enumerate(base.teams)
    )
    sizes = _sizes(random, SIZE)
    slots = [(team, day) for team in teams for day in base.days]
    worked = [slots[n] for n in sorted(random.choice(len(slots), size=len(sizes), replace=False))]
    legs = _legs(base, teams)
    visits: dict[int, Visit] = {}
    routes: list[tuple[list[int], Team, date, Shift]] = []
    free = set(range(SIZE))
    for (team, day), size in zip(worked, sizes, strict=True):
        chosen = _neighbours(legs, SIZE + teams.index(team), free, size)
        free -= set(chosen)
        late = len(team.shifts) > 1 and random.random() < LATE_SHARE
        parts = (chosen[:-EVENING_STOPS], chosen[-EVENING_STOPS:]) if late else (chosen,)
        if (
            late
            and _way_min(_tour(legs, SIZE + teams.index(team), parts[1]), legs, SIZE + teams.index(team)) > NEAR_MIN
        ):
            parts = (chosen,)
        for shift, part in zip(team.shifts, parts, strict=False):
            order = _tour(legs, SIZE + teams.index(team), part)
            minutes = _minutes(random, order, legs, SIZE + teams.index(team), shift)
            visits |= {n: replace(base.visits[n], minutes=m) for n, m in zip(order, minutes, strict=True)}
            routes.append((order, team, day, shift))
    problem = replace(
        base,
        round=replace(base.round, rule=RoundRule(min_per_day=MINIMUM, max_days=DAYS, unit=RuleUnit.TEAM)),
        teams=teams,
    )
    for route in [_timed(problem, visits, *one) for one in routes]:
        for stop in route.stops:
            number = int(stop.visit[1:])
            visits[number] = _with_doors(random, visits[number], route, stop.start.hour * 60 + stop.start.minute)
    problem = replace(problem, visits=tuple(visits[n] for n in range(SIZE)))
    return problem, tuple(_timed(problem, visits, *one) for one in routes)


def _sizes(random: np.random.Generator, count: int) -> list[int]:
    """Draw the stops of the team-days, about 85 % of all: each within STOPS, together `count`."""
    days = round(0.85 * DAYS * round(SIZE / 100))
    sizes = np.full(days, STOPS[0])
    while sizes.sum() < count:
        sizes[random.choice(np.flatnonzero(sizes < STOPS[1]))] += 1
    return [int(size) for size in sizes]


def _legs(problem: Problem, teams: Sequence[Team]) -> NDArray[np.int64]:
    """Return the seconds between all visits and, behind them, the teams' bases."""
    points = [visit.place for visit in problem.visits] + [team.base for team in teams]
    return Hills().matrix(points, points, teams[0].mode).time_s


def _neighbours(legs: NDArray[np.int64], base: int, free: set[int], size: int) -> list[int]:
    """Return so many free visits that lie together, about the one that is nearest the base."""
    there = sorted(free)
    seed = there[int(np.argmin(legs[base, there]))]
    return sorted(there, key=lambda visit: (int(legs[seed, visit]), visit))[:size]


def _tour(legs: NDArray[np.int64], base: int, stops: Sequence[int]) -> list[int]:
    """Return the stops in a short order: nearest first, then turned round piece by piece while that saves time."""
    order, left, here = [], set(stops), base
    while left:
        here = min(left, key=lambda visit: (int(legs[here, visit]), visit))
        order.append(here)
        left.remove(here)

    def length(way: Sequence[int]) -> int:
        return int(sum(legs[a, b] for a, b in zip([base, *way], [*way, base], strict=True)))

    better = True
    while better:
        better = False
        for first in range(len(order) - 1):
            for last in range(first + 2, len(order) + 1):
                trial = [*order[:first], *reversed(order[first:last]), *order[last:]]
                if length(trial) < length(order):
                    order, better = trial, True
    return order


def _way_min(order: Sequence[int], legs: NDArray[np.int64], base: int) -> float:
    """Return the minutes of the whole way from the base and back."""
    return sum(int(legs[a, b]) for a, b in zip([base, *order], [*order, base], strict=True)) / 60


def _minutes(
    random: np.random.Generator, order: Sequence[int], legs: NDArray[np.int64], base: int, shift: Shift
) -> list[int]:
    """Draw whole minutes of the visits so that they and the way fill the shift as far as FULL says."""
    way = _way_min(order, legs, base)
    drawn = random.uniform(20, 60, len(order))
    room = random.uniform(*FULL) * (shift.end_s - shift.start_s) / 60 - way
    return [max(5, int(one * room / drawn.sum())) for one in drawn]


def _timed(
    problem: Problem, visits: dict[int, Visit], order: Sequence[int], team: Team, day: date, shift: Shift
) -> Route:
    return rebuild(
        [visits[n] for n in order],
        team=team,
        day=day,
        number=problem.days.index(day) + 1,
        shift=shift,
        engine=problem.travel,
        set_up_s=problem.set_up_s,
    )


def _with_doors(random: np.random.Generator, visit: Visit, route: Route, start_min: int) -> Visit:
    """Give a visit doors that are open at its true time."""
    if route.shift == NIGHT.name:
        visit = replace(visit, opening=EVENING_ONLY)
    elif random.random() < WINDOWS:
        wide = int(random.integers(60, 181))
        opens = max(0, start_min - int(random.integers(0, wide + 1)))
        closes = max(opens + wide, start_min + visit.minutes + 1)
        opening = parse_hours(f"Mo-Su {opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}")
        visit = replace(visit, opening=opening)
    if random.random() < CLOSED:
        others = [day for day in mission_days() if day != route.date]
        shut = random.choice(len(others), size=CLOSED_DAYS, replace=False)
        visit = replace(visit, closed=frozenset(others[n] for n in shut))
    return visit


def mission_days() -> tuple[date, ...]:
    """Return the working days of the mission."""
    return mission(20).days


def cases() -> list[str]:
    """Return the names of the instances."""
    return [f"hidden {instance}" for instance in range(1, INSTANCES + 1)]


def measure(case: str, cpu_s: float | None = None) -> list[Figure]:
    """Plan one instance; tell whether each active team-day has its ten, and which have not."""
    problem, truth = hidden(int(case.split()[1]))
    assert not check_plan(plan_of(problem, truth), problem.travel), "the hidden plan must be lawful"
    draft = draft_plan(problem, seed=1, effort=Effort(cpu_s=cpu_s or CPU_S), tries=0)
    plan = plan_of(problem, draft.routes)
    count: dict[tuple[str, date], int] = {}
    for route in draft.routes:
        count[route.team, route.date] = count.get((route.team, route.date), 0) + len(route.stops)
    short = [f"{team} {day}: {n}" for (team, day), n in sorted(count.items()) if n < MINIMUM]
    kept = not check_plan(plan, problem.travel)
    hidden_min = sum(route.travel_s for route in truth) / 60
    own_min = sum(route.travel_s for route in draft.routes) / 60
    return [
        plain("rule kept", int(kept), "instance"),
        plain("team-days short", "; ".join(short) or "none", ""),
        plain("visits left out", len(draft.unplanned), "visits"),
        plain("travel, hidden plan", hidden_min, "min"),
        plain("travel, ours", own_min, "min"),
        plain("team-days, hidden plan", len({(route.team, route.date) for route in truth}), "team-days"),
        plain("team-days, ours", len(count), "team-days"),
        plain("effort", cpu_s or CPU_S, "CPU s"),
    ]


def verdict(figures: Sequence[Figure]) -> list[Figure]:
    """Return the share of instances in which the rule was kept."""
    kept = [float(one.value) for one in figures if one.what.endswith(": rule kept")]
    return [at_least(f"hidden, {len(kept)} instances: kept", mean(kept), "share", KEPT)] if kept else []
