"""Which day each route gets: the daily minimum first, then few team-days, then early days. CP-SAT, one worker, seeded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ortools.sat.python import cp_model

from gridplan.model.round import RuleDays, RuleUnit, Tail
from gridplan.routing.insertion import stops_by
from gridplan.routing.timeline import Orders, Timetable, available_s

SHORT = 1_000_000
TEAM_DAY = 2_000
EFFORT = 2.0
"""Deterministic time of the solver: no clock, so that two runs are equal."""

Group = tuple[int, int]
"""(team, day); team is -1 when the whole district is the unit."""


class Minimum:
    """The round's daily minimum, as the planner counts it."""

    def __init__(self, table: Timetable) -> None:
        """Read the rule of the problem."""
        rule = table.problem.round.rule
        self.table = table
        self.every = rule.days is RuleDays.EVERY
        self.remainder = rule.tail is Tail.REMAINDER
        self.team = rule.unit is RuleUnit.TEAM
        self.counted = frozenset(n for n, visit in enumerate(table.problem.visits) if visit.counts(rule.counts))
        waived = table.problem.rule_waived or len(self.counted) < rule.min_per_day
        self.least = 0 if waived else rule.min_per_day

    def units(self) -> list[int]:
        """Return who must reach the minimum: the teams, or -1 for the district."""
        return list(range(len(self.table.problem.teams))) if self.team else [-1]

    def short(self, orders: Orders) -> dict[Group, int]:
        """Return how many visits each (unit, day) lacks."""
        count = stops_by(self.table, orders, self.counted, self.team)
        last_of_horizon = len(self.table.problem.days) - 1
        missing: dict[Group, int] = {}
        for unit in self.units():
            worked = sorted(day for own, day in count if own == unit)
            days = range(last_of_horizon + 1) if self.every else worked
            last = (last_of_horizon if self.every else worked[-1]) if days else -1
            for day in days:
                least = min(self.least, 1) if self.remainder and day == last else self.least
                if count[unit, day] < least:
                    missing[unit, day] = least - count[unit, day]
        return missing

    def total(self, orders: Orders) -> int:
        """Return how many visits are lacking in all."""
        return sum(self.short(orders).values())

    def by_slot(self, slots: Sequence[int]) -> dict[int, int]:
        """Return the least visits of a route in each slot where each team has its minimum; {} for the whole district.

        A team's longest shift of a day must reach it alone; where the remainder may lie on the last day, the last slot is free.
        """
        if not (self.team and self.least):
            return {}
        longest: dict[tuple[int, int], int] = {}
        for slot in slots:
            place = self.table.slots[slot]
            key = (place.team, place.day)
            if key not in longest or available_s(place.shift) > available_s(self.table.slots[longest[key]].shift):
                longest[key] = slot
        ends = dict(sorted(longest)) if self.remainder else {}
        return {slot: self.least for (team, day), slot in longest.items() if ends.get(team) != day}

    def needy(self, orders: Orders) -> list[frozenset[int]]:
        """Return the slots of each (unit, day) that lacks visits, the least short first."""
        short = self.short(orders)
        return [
            frozenset(n for n, slot in enumerate(self.table.slots) if slot.day == day and unit in (-1, slot.team))
            for unit, day in sorted(short, key=lambda group: (short[group], group))
        ]


def choose_days(table: Timetable, orders: Orders, minimum: Minimum, seed: int, tick: Callable[[], None]) -> Orders:
    """Move each route to the slot of its team and shift that suits the whole plan best; the orders stay."""
    model = cp_model.CpModel()
    same: dict[tuple[int, object], list[int]] = {}
    for number, place in enumerate(table.slots):
        same.setdefault((place.team, place.shift), []).append(number)
    chosen: dict[tuple[int, int], cp_model.IntVar] = {}
    taken: set[int] = set()
    for old, order in sorted(orders.items(), key=lambda item: (-len(item[1]), item[0])):
        place = table.slots[old]
        fitting = [slot for slot in same[place.team, place.shift] if table.time(slot, order) is not None]
        early = next((slot for slot in fitting if slot not in taken), old)
        taken.add(early)
        for slot in fitting:
            chosen[old, slot] = model.new_bool_var(f"{old} in {slot}")
            model.add_hint(chosen[old, slot], slot == early)
        model.add_exactly_one(chosen[old, slot] for slot in fitting)
    for slot in range(len(table.slots)):
        model.add_at_most_one(var for (_, there), var in chosen.items() if there == slot)
    cost: list[cp_model.LinearExprT] = []
    worked: dict[Group, cp_model.IntVar] = {}
    for (old, slot), var in chosen.items():
        place = table.slots[slot]
        weight = sum(1 + max(0, table.problem.visits[visit].priority) for visit in orders[old])
        cost.append(weight * place.day * var)
        if len(table.problem.teams[place.team].shifts) == 1:
            continue  # a route is a team-day whatever its date
        if (place.team, place.day) not in worked:
            worked[place.team, place.day] = model.new_bool_var(f"team {place.team} works on {place.day}")
            cost.append(TEAM_DAY * worked[place.team, place.day])
        model.add_implication(var, worked[place.team, place.day])
    cost += _shortages(model, table, orders, minimum, chosen)
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = EFFORT
    tick()
    status = solver.solve(model)
    tick()
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return orders
    return {slot: orders[old] for (old, slot), var in chosen.items() if solver.value(var)}


def _shortages(
    model: cp_model.CpModel,
    table: Timetable,
    orders: Orders,
    minimum: Minimum,
    chosen: dict[tuple[int, int], cp_model.IntVar],
) -> list[cp_model.LinearExprT]:
    """State the daily minimum; what is missing costs SHORT a visit."""
    if not minimum.least:
        return []
    days = range(len(table.problem.days))
    cost: list[cp_model.LinearExprT] = []
    for unit in minimum.units():
        active = []
        last = []
        for day in days:
            here = [
                (old, var)
                for (old, slot), var in chosen.items()
                if table.slots[slot].day == day and unit in (-1, table.slots[slot].team)
            ]
            works = model.new_bool_var(f"{unit} active on {day}")
            tail = model.new_bool_var(f"{unit} last on {day}")
            for _, var in here:
                model.add_implication(var, works)
            if minimum.every:
                model.add(works == 1)
                model.add(tail == int(minimum.remainder and day == days[-1]))
            else:
                model.add(works <= sum(var for _, var in here))
            active.append(works)
            last.append(tail)
            count = sum(len(minimum.counted.intersection(orders[old])) * var for old, var in here)
            missing = model.new_int_var(0, minimum.least, f"{unit} short on {day}")
            model.add(missing >= minimum.least * (works - tail) + tail - count)
            cost.append(SHORT * missing)
        if not minimum.every:
            if minimum.remainder:
                model.add_at_most_one(last)
            for day in days:
                if not minimum.remainder:
                    model.add(last[day] == 0)
                model.add_implication(last[day], active[day])
                for later in days[day + 1 :]:
                    model.add_implication(last[day], ~active[later])
    return cost
