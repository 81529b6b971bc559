"""Chooses the best set of whole routes by CP-SAT: out of a pool of good ones, or out of all that there are in a tiny round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from gridplan.routing.calendar import Minimum
from gridplan.routing.instance import NO_GROUP, Instance
from gridplan.routing.timeline import Orders, Timetable

EFFORT = 4.0
"""Deterministic time of the solver for a pool: no clock, so that two runs are equal."""
TINY_VISITS, TINY_SLOTS = 8, 60
"""A round up to this size is solved exactly: all its routes are made and the best set of them proven."""


@dataclass(frozen=True, slots=True)
class Column:
    """One route that may be chosen: in a slot (or in one of its kind) in this order at a price in seconds."""

    slot: int
    order: tuple[int, ...]
    price_s: int


# ---- a pool ----------------------------------------------------------------------------------------------------------


def can_select(inst: Instance) -> bool:
    """Whether a pool can be judged route by route: no price or limit joins routes of different slots."""
    alone = inst.team_days == len(inst.start)
    return (
        alone
        and inst.group_by == NO_GROUP
        and inst.night_least == 0
        and inst.uneven_pm == 0
        and not (inst.moved_s > 0 and (inst.before >= 0).any())
    )


def price_s(inst: Instance, slot: int, order: Sequence[int]) -> int:
    """Return what one route costs where routes are judged one by one, in seconds."""
    visits = list(order)
    places = inst.place[visits]
    base, leg = inst.base[slot], inst.leg[inst.mode[slot]]
    cost = int(leg[base, places[0]]) + int(leg[places[:-1], places[1:]].sum()) + int(leg[places[-1], base])
    cost += inst.team_day_s
    cost += inst.community_s * len({int(c) for c in inst.community[visits] if c >= 0})
    towns = inst.township[visits]
    cost += inst.township_s * len({int(town) for town in towns if town >= 0})
    return cost + inst.abroad_s * int(inst.abroad[towns, inst.team[slot]].sum())


def select(
    inst: Instance,
    pool: Mapping[tuple[int, tuple[int, ...]], int],
    now: Orders,
    *,
    seed: int,
    effort: float = EFFORT,
) -> Orders:
    """Return the best plan that can be put together from the pool, never worse than `now`.

    `pool`: (kind of slot, order) → price in seconds. All visits of `now` are covered again; a visit that is in two chosen
    routes is taken out of one of them.
    """
    visits = sorted({visit for order in now.values() for visit in order})
    columns = dict(pool)
    kept = {}
    for slot, order in now.items():
        kept[int(inst.kind[slot]), order] = columns.setdefault(
            (int(inst.kind[slot]), order), price_s(inst, slot, order)
        )
    model = cp_model.CpModel()
    covers: dict[int, list[cp_model.IntVar]] = {visit: [] for visit in visits}
    of_kind: dict[int, list[cp_model.IntVar]] = {}
    cost: list[cp_model.LinearExprT] = []
    chosen = {}
    for key, price in sorted(columns.items()):
        kind, order = key
        if not covers.keys() >= set(order):
            continue
        var = model.new_bool_var("")
        chosen[key] = var
        model.add_hint(var, key in kept)
        cost.append(price * var)
        of_kind.setdefault(kind, []).append(var)
        for visit in order:
            covers[visit].append(var)
    for held in covers.values():
        model.add_exactly_one(held)
    sizes = np.bincount(inst.kind, minlength=inst.kinds)
    for kind, held in of_kind.items():
        model.add(sum(held) <= int(sizes[kind]))
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = effort
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return now
    if solver.objective_value >= sum(kept.values()):
        return now
    free = {kind: [int(s) for s in np.flatnonzero(inst.kind == kind)][::-1] for kind in of_kind}
    return {free[kind].pop(): order for (kind, order), var in chosen.items() if solver.value(var)}


# ---- a tiny round ----------------------------------------------------------------------------------------------------


def is_tiny(table: Timetable, visits: Sequence[int]) -> bool:
    """Whether a round is small enough to be solved exactly."""
    return len(visits) <= TINY_VISITS and len(table.slots) <= TINY_SLOTS


NEVER = 1 << 40


@dataclass(frozen=True, slots=True)
class _Label:
    """One way to have made some visits: when its last stop is left before lunch and after it, and the seconds on the road."""

    left: int
    left_fed: int
    travel: int
    order: tuple[int, ...]

    def beats(self, other: _Label) -> bool:
        """Whether nothing can be gained by the other."""
        return self.left <= other.left and self.left_fed <= other.left_fed and self.travel <= other.travel


def all_routes(table: Timetable, slot: int, visits: Sequence[int]) -> dict[frozenset[int], tuple[int, ...]]:
    """Return every set of visits that one route of the slot can hold, in its shortest order.

    Sets grow by one visit; of the ways to have made a set that end at the same visit only those are kept that are earlier
    (before or after lunch) or shorter than all others.
    """
    place, shift = table.slots[slot], table.slots[slot].shift
    legs, base, lunch = table.legs(slot), table.base[place.team], shift.lunch
    limit = min(shift.end_s, lunch.to_s) if lunch else shift.end_s
    usable = [visit for visit in visits if table.allowed[table.visit_class[visit], slot]]

    def fed(left: int, lead: int) -> int:
        if lunch is None or left >= NEVER or max(left, lunch.from_s) > lunch.to_s:
            return NEVER
        return max(left + lead, max(left, lunch.from_s)) + lunch.minutes * 60

    def leave(visit: int, ready: int) -> int:
        stay = table.minutes_s[visit]
        starts = (
            max(ready, opens) for opens, closes in table.windows[visit][place.day] if max(ready, opens) + stay <= closes
        )
        return min(starts, default=NEVER) + stay if ready < NEVER else NEVER

    found: dict[frozenset[int], tuple[int, tuple[int, ...]]] = {}
    layer: dict[tuple[frozenset[int], int], list[_Label]] = {(frozenset(), -1): [_Label(shift.start_s, NEVER, 0, ())]}
    while layer:
        grown: dict[tuple[frozenset[int], int], list[_Label]] = {}
        for (done, last), labels in layer.items():
            here = table.place[last] if last >= 0 else base
            for visit in usable:
                if visit in done:
                    continue
                there, now = table.place[visit], done | {visit}
                lead = 0 if there == here and last >= 0 else legs[here][there] + table.problem.set_up_s
                for label in labels:
                    left, left_fed = (
                        leave(visit, label.left + lead),
                        leave(visit, min(label.left_fed + lead, fed(label.left, lead))),
                    )
                    if min(left, left_fed) >= NEVER:
                        continue
                    new = _Label(left, left_fed, label.travel + legs[here][there], (*label.order, visit))
                    own = grown.setdefault((now, visit), [])
                    if any(other.beats(new) for other in own):
                        continue
                    own[:] = [other for other in own if not new.beats(other)] + [new]
                    home = legs[there][base]
                    whole = new.travel + home
                    back = left + home <= limit or (
                        lunch is not None and min(left_fed + home, fed(left, home)) <= shift.end_s
                    )
                    if back and (now not in found or whole < found[now][0]):
                        found[now] = (whole, new.order)
        layer = grown
    return {key: order for key, (_, order) in found.items()}


def solve_exactly(
    table: Timetable, inst: Instance, minimum: Minimum, visits: Sequence[int], tick: Callable[[], None]
) -> tuple[Orders, bool]:
    """Return the best plan of a tiny round and whether it is proven: most visits, then the minimum, then the cost.

    Every price of the wishes, every limit and the daily minimum is part of the model.
    """
    model = cp_model.CpModel()
    chosen: dict[tuple[int, tuple[int, ...]], cp_model.IntVar] = {}
    shapes: dict[object, dict[frozenset[int], tuple[int, ...]]] = {}
    for slot in range(len(table.slots)):
        tick()
        shape = _shape(table, slot, visits)
        if shape not in shapes:
            shapes[shape] = all_routes(table, slot, visits)
        for order in shapes[shape].values():
            chosen[slot, order] = model.new_bool_var(f"{slot}: {order}")
    by_slot: dict[int, list[cp_model.IntVar]] = {}
    by_visit: dict[int, list[cp_model.IntVar]] = {visit: [] for visit in visits}
    for (slot, order), var in chosen.items():
        by_slot.setdefault(slot, []).append(var)
        for visit in order:
            by_visit[visit].append(var)
    for held in by_slot.values():
        model.add_at_most_one(held)
    cost: list[cp_model.LinearExprT] = []
    for visit, held in by_visit.items():
        absent = model.new_bool_var(f"absent {visit}")
        model.add_exactly_one([*held, absent])
        cost.append(int(inst.absent[visit]) * absent)
    cost += _route_costs(table, inst, chosen)
    cost += _joined_costs(model, inst, chosen)
    cost += _minimum_costs(model, table, inst, minimum, chosen)
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 60.0
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise RuntimeError("a tiny round has no plan although every visit may be left out")
    return {slot: order for (slot, order), var in chosen.items() if solver.value(var)}, status == cp_model.OPTIMAL


def _shape(table: Timetable, slot: int, visits: Sequence[int]) -> object:
    """Return what decides which routes a slot can hold: slots of one shape share them."""
    place = table.slots[slot]
    return (
        table.base[place.team],
        table.mode(slot),
        place.shift.start_s,
        place.shift.end_s,
        place.shift.lunch,
        tuple(bool(table.allowed[table.visit_class[visit], slot]) for visit in visits),
        tuple(table.windows[visit][place.day] for visit in visits),
    )


def _route_costs(
    table: Timetable, inst: Instance, chosen: Mapping[tuple[int, tuple[int, ...]], cp_model.IntVar]
) -> list[cp_model.LinearExprT]:
    """Price each route by itself: travel, stops abroad, stops moved; and each night visit."""
    cost: list[cp_model.LinearExprT] = []
    for (slot, order), var in chosen.items():
        price = table.travel_s(slot, order)
        for visit in order:
            price += inst.abroad_s * int(inst.abroad[inst.township[visit], inst.team[slot]])
            price += inst.moved_s * int(inst.before[visit] not in (-1, slot))
        cost.append(price * var)
    return cost


def _joined_costs(
    model: cp_model.CpModel,
    inst: Instance,
    chosen: Mapping[tuple[int, tuple[int, ...]], cp_model.IntVar],
) -> list[cp_model.LinearExprT]:
    """Price what the shifts of a team-day share: the team-day itself, its communities and townships, its unevenness."""
    cost: list[cp_model.LinearExprT] = []
    for team_day in range(inst.team_days):
        here = [(slot, order, var) for (slot, order), var in chosen.items() if inst.team_day[slot] == team_day]
        if not here:
            continue
        works = model.new_bool_var(f"team-day {team_day}")
        model.add_max_equality(works, [var for _, _, var in here])
        cost.append(inst.team_day_s * works)
        for codes, price, most in (
            (inst.community, inst.community_s, 0),
            (inst.township, inst.township_s, inst.townships_most),
        ):
            if not price and not most:
                continue
            present = []
            for code in sorted({int(codes[visit]) for _, order, _ in here for visit in order if codes[visit] >= 0}):
                there = model.new_bool_var("")
                model.add_max_equality(there, [var for _, order, var in here if code in codes[list(order)]])
                present.append(there)
            cost.append(price * sum(present))
            if most and present:
                model.add(sum(present) <= most)
        if inst.uneven_pm:
            work = sum(_work_s(inst, slot, order) * var for slot, order, var in here)
            outside = model.new_int_var(0, 10**6, "")
            model.add(outside >= inst.band_low_s * works - work)
            model.add(outside >= work - inst.band_high_s)
            penalty = model.new_int_var(0, 10**9, "")
            model.add(1000 * penalty >= inst.uneven_pm * outside - 999)
            cost.append(penalty)
    return cost


def _work_s(inst: Instance, slot: int, order: Sequence[int]) -> int:
    """Return legs, set-ups and visits of a route in seconds."""
    leg, here, work, first = inst.leg[inst.mode[slot]], inst.base[slot], 0, True
    for visit in order:
        there = inst.place[visit]
        work += int(inst.stay[visit]) + (0 if there == here and not first else int(leg[here, there]) + inst.set_up_s)
        here, first = there, False
    return work + int(leg[here, inst.base[slot]])


def _minimum_costs(
    model: cp_model.CpModel,
    table: Timetable,
    inst: Instance,
    minimum: Minimum,
    chosen: Mapping[tuple[int, tuple[int, ...]], cp_model.IntVar],
) -> list[cp_model.LinearExprT]:
    """State the daily minimum and the night quota; what is missing costs `short_s` a visit."""
    cost: list[cp_model.LinearExprT] = []
    if inst.night_least:
        missing = model.new_int_var(0, inst.night_least, "night")
        nights = sum(len(order) * var for (slot, order), var in chosen.items() if inst.night[slot])
        model.add(missing >= inst.night_least - nights)
        cost.append(inst.short_s * missing)
    if not minimum.least:
        return cost
    days = range(len(table.problem.days))
    tail = minimum.remainder
    for unit in minimum.units():
        active: list[cp_model.IntVar] = []
        lasts: list[cp_model.IntVar] = []
        for day in days:
            here = []
            for (slot, order), var in chosen.items():
                mine = [visit for visit in order if minimum.unit_of(visit, slot) == unit]
                if inst.day[slot] == day and mine:
                    here.append((var, sum(visit in minimum.counted for visit in mine)))
            works, last = model.new_bool_var(""), model.new_bool_var("")
            if minimum.every:
                model.add(works == 1)
                model.add(last == int(tail and day == days[-1]))
            elif here:
                model.add_max_equality(works, [var for var, _ in here])
            else:
                model.add(works == 0)
            active.append(works)
            lasts.append(last)
            missing = model.new_int_var(0, minimum.least, "")
            model.add(missing >= minimum.least * (works - last) + last - sum(count * var for var, count in here))
            cost.append(inst.short_s * missing)
        if not minimum.every:
            for day, last in enumerate(lasts):
                if not tail:
                    model.add(last == 0)
                    continue
                model.add_implication(last, active[day])
                for later in active[day + 1 :]:
                    model.add_implication(last, ~later)
            if tail:
                model.add_at_most_one(lasts)
    return cost
