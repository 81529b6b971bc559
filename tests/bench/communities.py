"""Whole communities: how many team-days come to a community, and what that costs, against the preset of few team-days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import mean

from gridplan.model.round import PRESETS, Wishes, WishPreset
from gridplan.routing.search.improve import Effort
from gridplan.routing.solve import draft_plan
from tests.bench.figures import Figure, at_least, at_most, plain
from tests.bench.mission import mission

SIZE, CPU_S, SEEDS = 1_000, 30.0, (1, 2)
PRICES_MIN = (2.0, 3.0, 3.25, 3.5, 5.0)
"""Prices of a (community, team-day) that are tried beside none, in minutes."""
FALL, DEARER = 0.35, 0.02


def cases() -> list[str]:
    """Return the runs: without a price, then each price."""
    return [f"communities {price:g}" for price in (0.0, *PRICES_MIN)]


def measure(case: str, cpu_s: float | None = None) -> list[Figure]:
    """Plan the mission with one price; the figures are means over the seeds, since a plan of another seed differs by 1 %."""
    price = float(case.split()[1])
    problem = mission(SIZE)
    wishes = (
        replace(PRESETS[WishPreset.WHOLE_COMMUNITIES], community_min=price)
        if price
        else Wishes(preset=WishPreset.FEWEST_TEAM_DAYS)
    )
    problem = replace(problem, round=replace(problem.round, wishes=wishes))
    community = {visit.id: visit.community for visit in problem.visits}
    spread, costs, left = [], [], 0
    for seed in SEEDS:
        draft = draft_plan(problem, seed=seed, effort=Effort(cpu_s=cpu_s or CPU_S), tries=0)
        pairs = {(route.team, route.date, community[stop.visit]) for route in draft.routes for stop in route.stops}
        team_days = {(route.team, route.date) for route in draft.routes}
        spread.append(len(pairs) / len({where for _, _, where in pairs}))
        costs.append(sum(route.travel_s for route in draft.routes) / 60 + 30 * len(team_days))
        left += len(draft.unplanned)
    return [
        plain("team-days a community", mean(spread), "team-days"),
        plain("cost", mean(costs), "min"),
        plain("visits left out", left, "visits"),
        plain("effort of each seed", cpu_s or CPU_S, "CPU s"),
    ]


def verdict(figures: Sequence[Figure]) -> list[Figure]:
    """Return what each price changes against none."""
    held = {one.what: float(one.value) for one in figures if one.what.startswith("communities ")}
    spread, cost = "team-days a community", "cost"
    if f"communities 0: {cost}" not in held:
        return []
    found: list[Figure] = []
    preset = PRESETS[WishPreset.WHOLE_COMMUNITIES].community_min
    for price in PRICES_MIN:
        name = f"communities {price:g}"
        if f"{name}: {cost}" in held:
            fall = 1 - held[f"{name}: {spread}"] / held[f"communities 0: {spread}"]
            dearer = held[f"{name}: {cost}"] / held[f"communities 0: {cost}"] - 1
            label = f"whole communities at {price:g} min{' (the preset)' if price == preset else ''}"
            found.append(at_least(f"{label}: fall of team-days a community", fall, "share", FALL))
            found.append(at_most(f"{label}: dearer", dearer, "share", DEARER))
    return found
