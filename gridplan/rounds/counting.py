"""The count model: whether townships that share teams can all reach their daily minimum. Townships × days, by CP-SAT."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from ortools.sat.python import cp_model

from gridplan.model.crew import TeamId
from gridplan.model.round import RoundRule, RuleDays, Tail

EFFORT = 10.0
"""Deterministic time of the solver: no clock, so that two runs are equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """One township: N mandatory and G optional visits that count, the most each team can make of them on each day, and C_d.

    `each_day` is what all teams together could make if they came for this township alone.
    """

    counted: int
    optional: int
    by_team: Mapping[TeamId, Sequence[int]]
    each_day: Sequence[int]

    @property
    def on_hand(self) -> int:
        """M = N + G."""
        return self.counted + self.optional

    def least(self, rule: RoundRule) -> int:
        """The daily minimum of this township: 0 where it is waived, because fewer visits exist."""
        return rule.min_per_day if self.on_hand >= rule.min_per_day else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """How many visits the teams lack time for, at least (0: counting finds none), and in which townships, where that is known."""

    short: int
    towns: Mapping[str, int] = field(default_factory=dict)


def least_shortage(
    rule: RoundRule, towns: Mapping[str, Town], by_team: Mapping[TeamId, Sequence[int]], *, effort: float = EFFORT
) -> Shortage:
    """Return the least number of visits for which the teams lack time, in townships each of which could be served alone.

    x_t,d,k visits are made in township t on day d by team k, at most what the team can make of that township's, and over
    all townships at most `by_team`; s_t,d more would be needed. Σ_k x + s obeys the rule in every township and holds N to M
    visits; Σ s is least. A search that ends early answers with what it has proved.
    """
    model = cp_model.CpModel()
    days = range(len(next(iter(towns.values())).each_day))
    names = list(towns)
    made: dict[tuple[str, int], list[cp_model.IntVar]] = {(name, day): [] for name in names for day in days}
    missing: dict[tuple[str, int], cp_model.IntVar] = {}
    for day in days:
        for (most, rooms), alike in _alike(towns, by_team, day).items():
            # Teams that have the same room in the same townships are counted together: nothing is lost by that.
            shares = {
                name: model.new_int_var(0, min(room, most) * alike, "")
                for name, room in zip(names, rooms, strict=True)
                if room
            }
            for name, share in shares.items():
                made[name, day].append(share)
            if len(shares) > 1:
                model.add(sum(shares.values()) <= most * alike)
        for name in names:
            missing[name, day] = model.new_int_var(0, towns[name].each_day[day], "")
            made[name, day].append(missing[name, day])
    for name, town in towns.items():
        _keep_rule(model, rule, town, [made[name, day] for day in days])
    model.minimize(sum(missing.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(model)
    if status == cp_model.OPTIMAL:
        where = {name: sum(solver.value(missing[name, day]) for day in days) for name in names}
        return Shortage(short=sum(where.values()), towns={name: count for name, count in where.items() if count})
    if status == cp_model.INFEASIBLE:
        raise ValueError("a township cannot be served even alone: ask its closed form first")
    return Shortage(short=max(ceil(solver.best_objective_bound - 1e-6), 0))


def _alike(
    towns: Mapping[str, Town], by_team: Mapping[TeamId, Sequence[int]], day: int
) -> Counter[tuple[int, tuple[int, ...]]]:
    """Return how many teams have such (room over all townships, room in each of them) on a day."""
    found: Counter[tuple[int, tuple[int, ...]]] = Counter()
    for team, counts in by_team.items():
        rooms = tuple(town.by_team[team][day] if team in town.by_team else 0 for town in towns.values())
        if counts[day] and any(rooms):
            found[counts[day], rooms] += 1
    return found


def _keep_rule(model: cp_model.CpModel, rule: RoundRule, town: Town, made: Sequence[Sequence[cp_model.IntVar]]) -> None:
    """State the rule of one township on what is made in it on each day."""
    least, remainder = town.least(rule), rule.tail is Tail.REMAINDER
    totals = []
    for day, parts in enumerate(made):
        total = model.new_int_var(0, town.each_day[day], "")
        model.add(total == sum(parts))
        totals.append(total)
    model.add_linear_constraint(sum(totals), town.counted, town.on_hand)
    if not least:
        return
    if rule.days is RuleDays.EVERY:
        for day, total in enumerate(totals):
            model.add(total >= (1 if remainder and day == len(totals) - 1 else least))
        return
    works = [model.new_bool_var("") for _ in totals]
    last = [model.new_bool_var("") for _ in totals]
    model.add(sum(last) <= int(remainder))
    for day, total in enumerate(totals):
        model.add(total == 0).only_enforce_if(~works[day])
        model.add(total >= least).only_enforce_if(works[day], ~last[day])
        model.add(total >= 1).only_enforce_if(last[day])
        model.add_implication(last[day], works[day])
        for later in range(day + 1, len(totals)):
            model.add_implication(last[day], ~works[later])
