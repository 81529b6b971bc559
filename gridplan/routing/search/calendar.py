"""Which day each route gets: the daily minimum first, then few team-days, then early days. CP-SAT, one worker, seeded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import linear_sum_assignment

from gridplan.model.round import RuleDays, RuleUnit, Tail
from gridplan.routing.search.heard import solve
from gridplan.routing.timeline import Orders, Timetable, available_s

SHORT = 1_000_000
TEAM_DAY = 2_000
MOVED = 50
NO_WAY = 1e9
EFFORT = 2.0
"""Deterministic time of the solver: no clock, so that two runs are equal."""

Group = tuple[int, int]
"""(unit, day): the unit is -1 for the whole district, else the number of a team or of a township."""


class Minimum:
    """The round's daily minimum, as the planner counts it."""

    def __init__(self, table: Timetable) -> None:
        """Read the rule of the problem."""
        rule = table.problem.round.rule
        self.table = table
        self.every = rule.days is RuleDays.EVERY
        self.remainder = rule.tail is Tail.REMAINDER
        self.unit = rule.unit
        visits = table.problem.visits
        self.counted = frozenset(n for n, visit in enumerate(visits) if table.problem.counts(visit))
        waived = table.problem.rule_waived or len(self.counted) < rule.min_per_day
        self.least = 0 if waived else rule.min_per_day
        towns = {town: number for number, town in enumerate(dict.fromkeys(visit.township or "" for visit in visits))}
        self.town = [towns[visit.township or ""] for visit in visits]
        on_hand = Counter(self.town[visit] for visit in self.counted)
        self._towns = [town for town in towns.values() if on_hand[town] >= rule.min_per_day]

    @property
    def team(self) -> bool:
        """Whether each team has to reach it."""
        return self.unit is RuleUnit.TEAM

    def units(self) -> list[int]:
        """Return who must reach the minimum: the teams, the townships with enough visits, or -1 for the district."""
        if self.unit is RuleUnit.TOWNSHIP:
            return list(self._towns)
        return list(range(len(self.table.problem.teams))) if self.team else [-1]

    def unit_of(self, visit: int, slot: int) -> int:
        """Return the unit for which a visit in a slot counts."""
        if self.unit is RuleUnit.TOWNSHIP:
            return self.town[visit]
        return self.table.slots[slot].team if self.team else -1

    def stops(self, orders: Orders) -> Counter[Group]:
        """Count the counted visits of each unit on each day; worked groups without any count 0."""
        count: Counter[Group] = Counter()
        for slot, order in orders.items():
            for visit in order:
                count[self.unit_of(visit, slot), self.table.slots[slot].day] += visit in self.counted
        return count

    def short(self, orders: Orders) -> dict[Group, int]:
        """Return how many visits each (unit, day) lacks."""
        count = self.stops(orders)
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
            frozenset(
                n for n, slot in enumerate(self.table.slots) if slot.day == day and (not self.team or unit == slot.team)
            )
            for unit, day in sorted(short, key=lambda group: (short[group], group))
        ]


def townships_over(table: Timetable, orders: Orders) -> int:
    """Return how many townships team-days visit beyond the limit of the round, in all."""
    most = table.problem.round.limits.townships_per_team_day
    towns: dict[tuple[int, int], set[str]] = {}
    for slot, order in orders.items() if most else ():
        place = table.slots[slot]
        towns.setdefault((place.team, place.day), set()).update(_codes(table, order)[0])
    return sum(max(len(there) - most, 0) for there in towns.values())


def _codes(table: Timetable, order: Sequence[int]) -> tuple[set[str], set[str]]:
    """Return the townships and the communities that a route visits."""
    visits = [table.problem.visits[visit] for visit in order]
    return {one.township for one in visits if one.township}, {one.community for one in visits if one.community}


def choose_days(
    table: Timetable,
    orders: Orders,
    minimum: Minimum,
    seed: int,
    tick: Callable[[], None],
    effort: float = EFFORT,
    stop: Callable[[], bool] = lambda: False,
) -> Orders:
    """Move each route to the slot of its team and shift that suits the whole plan best; the orders stay.

    Each team by itself first; only where the days then lack visits, all teams in one model, which ends early when `stop` says so.
    """
    teams: dict[int, Orders] = {}
    for slot, order in orders.items():
        teams.setdefault(table.slots[slot].team, {})[slot] = order
    best: Orders = {}
    for team in sorted(teams):
        one_shift = len(table.problem.teams[team].shifts) == 1
        best |= _match(table, teams[team]) if one_shift else _choose(table, teams[team], None, seed, effort)
    tick()
    if minimum.total(best):
        best = min((best, _choose(table, best, minimum, seed, effort, stop)), key=minimum.total)
        tick()
    return best


def _weight(table: Timetable, order: tuple[int, ...], old: int, slot: int) -> int:
    """Price of a route in a slot: early days for many and important visits, and little moved against the plan before."""
    visits, before = table.problem.visits, table.problem.before
    weight = sum(1 + max(0, visits[visit].priority) for visit in order)
    known = sum(visits[visit].id in before for visit in order) if before else 0
    return weight * table.slots[slot].day + MOVED * known * (slot != old)


def _match(table: Timetable, orders: Orders) -> Orders:
    """Match the routes of a team with one shift to its days: an assignment problem."""
    team = table.slots[next(iter(orders))].team
    slots = [number for number, place in enumerate(table.slots) if place.team == team]
    routes = sorted(orders.items())
    price = np.full((len(routes), len(slots)), NO_WAY, dtype=np.float64)
    for row, (old, order) in enumerate(routes):
        for column, slot in enumerate(slots):
            if table.time(slot, order) is not None:
                price[row, column] = _weight(table, order, old, slot)
    rows, columns = linear_sum_assignment(price)
    if price[rows, columns].max() >= NO_WAY:
        return orders
    return {slots[column]: routes[row][1] for row, column in zip(rows, columns, strict=True)}


def _choose(
    table: Timetable,
    orders: Orders,
    minimum: Minimum | None,
    seed: int,
    effort: float,
    stop: Callable[[], bool] = lambda: False,
) -> Orders:
    """Solve one model over the teams of these routes, with the daily minimum or without."""
    model = cp_model.CpModel()
    same: dict[tuple[int, object], list[int]] = {}
    teams = {table.slots[slot].team for slot in orders}
    for number, place in enumerate(table.slots):
        if place.team in teams:
            same.setdefault((place.team, place.shift), []).append(number)
    chosen: dict[tuple[int, int], cp_model.IntVar] = {}
    at: dict[int, list[cp_model.IntVar]] = {}
    taken: set[int] = set()
    before = table.problem.before
    for old, order in sorted(orders.items(), key=lambda item: (-len(item[1]), item[0])):
        place = table.slots[old]
        fitting = [slot for slot in same[place.team, place.shift] if table.time(slot, order) is not None]
        early = old if before or minimum else next((slot for slot in fitting if slot not in taken), old)
        taken.add(early)
        for slot in fitting:
            chosen[old, slot] = model.new_bool_var("")
            at.setdefault(slot, []).append(chosen[old, slot])
            model.add_hint(chosen[old, slot], slot == early)
        model.add_exactly_one(chosen[old, slot] for slot in fitting)
    for held in at.values():
        model.add_at_most_one(held)
    cost: list[cp_model.LinearExprT] = []
    worked: dict[Group, cp_model.IntVar] = {}
    for (old, slot), var in chosen.items():
        place = table.slots[slot]
        cost.append(_weight(table, orders[old], old, slot) * var)
        if len(table.problem.teams[place.team].shifts) == 1:
            continue  # a route is a team-day whatever its date
        if (place.team, place.day) not in worked:
            worked[place.team, place.day] = model.new_bool_var("")
            cost.append(TEAM_DAY * worked[place.team, place.day])
        model.add_implication(var, worked[place.team, place.day])
    cost += _shared(model, table, orders, chosen)
    if minimum:
        cost += _shortages(model, table, orders, minimum, chosen)
    model.minimize(sum(cost))
    solver = solve(model, seed=seed, effort=effort, stop=stop)
    if solver is None:
        return orders
    return {slot: orders[old] for (old, slot), var in chosen.items() if solver.value(var)}


def _shared(
    model: cp_model.CpModel,
    table: Timetable,
    orders: Orders,
    chosen: dict[tuple[int, int], cp_model.IntVar],
) -> list[cp_model.LinearExprT]:
    """Hold the shifts of a team-day to its limit of townships, and price the townships and communities they do not share."""
    wishes, most = table.problem.round.wishes, table.problem.round.limits.townships_per_team_day
    prices = round(wishes.township_min * 60), round(wishes.community_min * 60)
    cost: list[cp_model.LinearExprT] = []
    if not (most or any(prices)):
        return cost
    # (team, day) → code → each route that would bring it there; one list for townships, one for communities.
    brought: dict[Group, tuple[dict[str, list[cp_model.IntVar]], dict[str, list[cp_model.IntVar]]]] = {}
    for (old, slot), var in chosen.items():
        place = table.slots[slot]
        if len(table.problem.teams[place.team].shifts) > 1:
            here = brought.setdefault((place.team, place.day), ({}, {}))
            for held, codes in zip(here, _codes(table, orders[old]), strict=True):
                for code in sorted(codes):
                    held.setdefault(code, []).append(var)
    for here in brought.values():
        for held, price, limit in zip(here, prices, (most, 0), strict=True):
            there = []
            for routes in held.values() if price or limit else ():
                there.append(model.new_bool_var(""))
                for var in routes:
                    model.add_implication(var, there[-1])
            cost.append(price * sum(there))
            if limit and len(there) > limit:
                model.add(sum(there) <= limit)
    return cost


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
    # (unit, day) → each variable that brings it stops, with how many of them count.
    brings: dict[Group, list[tuple[cp_model.IntVar, int]]] = {}
    for (old, slot), var in chosen.items():
        counts: Counter[int] = Counter()
        for visit in orders[old]:
            counts[minimum.unit_of(visit, slot)] += visit in minimum.counted
        for unit, count in counts.items():
            brings.setdefault((unit, table.slots[slot].day), []).append((var, count))
    cost: list[cp_model.LinearExprT] = []
    for unit in minimum.units():
        active = []
        last = []
        for day in days:
            here = brings.get((unit, day), [])
            works = model.new_bool_var(f"{unit} active on {day}")
            tail = model.new_bool_var(f"{unit} last on {day}")
            for var, _ in here:
                model.add_implication(var, works)
            if minimum.every:
                model.add(works == 1)
                model.add(tail == int(minimum.remainder and day == days[-1]))
            else:
                model.add(works <= sum(var for var, _ in here))
            active.append(works)
            last.append(tail)
            reached = sum(number * var for var, number in here)
            missing = model.new_int_var(0, minimum.least, f"{unit} short on {day}")
            model.add(missing >= minimum.least * (works - tail) + tail - reached)
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
