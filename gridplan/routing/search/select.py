"""Chooses the best set of whole routes by CP-SAT: out of a pool of good ones, or out of all that there are in a tiny round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from gridplan.routing.search.calendar import Minimum
from gridplan.routing.search.heard import solve
from gridplan.routing.search.instance import NO_GROUP, Instance
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
    stop: Callable[[], bool] = lambda: False,
) -> Orders:
    """Return the best plan that can be put together from the pool, never worse than `now`; it ends early when `stop` says so.

    `pool`: (kind of slot, order) → price in seconds. All visits of `now` are covered again, each once.
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
    solver = solve(model, seed=seed, effort=effort, stop=stop)
    if solver is None or solver.objective_value >= sum(kept.values()):
        return now
    free = {kind: [int(s) for s in np.flatnonzero(inst.kind == kind)][::-1] for kind in of_kind}
    return {free[kind].pop(): order for (kind, order), var in chosen.items() if solver.value(var)}


# ---- a tiny round ----------------------------------------------------------------------------------------------------


def is_tiny(table: Timetable, visits: Sequence[int]) -> bool:
    """Whether a round is small enough to be solved exactly."""
    return len(visits) <= TINY_VISITS and len(table.slots) <= TINY_SLOTS


NEVER = 1 << 40
MILLI = 1000
"""Costs of a tiny round are in thousandths of a second, as unevenness is priced."""


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


def all_routes(
    table: Timetable, slot: int, visits: Sequence[int], *, by_arrivals: bool = False
) -> list[tuple[int, ...]]:
    """Return every set of visits that one route of the slot can hold, in its shortest order.

    Sets grow by one visit; of the ways to have made a set that end at the same visit only those are kept that are earlier
    (before or after lunch) or shorter than all others. `by_arrivals`: the shortest order of each number of arrivals, for a
    set-up more is work more, and a wish for evenness may want it. (Only a minute of unevenness that is dearer than a minute
    of travel would want detours besides; they are not looked for.)
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

    found: dict[tuple[frozenset[int], int], tuple[int, tuple[int, ...]]] = {}
    # (visits made, the last of them, arrivals) → the ways to have made them
    layer: dict[tuple[frozenset[int], int, int], list[_Label]] = {
        (frozenset(), -1, 0): [_Label(shift.start_s, NEVER, 0, ())]
    }
    while layer:
        grown: dict[tuple[frozenset[int], int, int], list[_Label]] = {}
        for (done, last, arrivals), labels in layer.items():
            here = table.place[last] if last >= 0 else base
            for visit in usable:
                if visit in done:
                    continue
                there, now = table.place[visit], done | {visit}
                shared = there == here and last >= 0
                lead = 0 if shared else legs[here][there] + table.problem.set_up_s
                many = arrivals + int(by_arrivals and not shared)
                for label in labels:
                    left, left_fed = (
                        leave(visit, label.left + lead),
                        leave(visit, min(label.left_fed + lead, fed(label.left, lead))),
                    )
                    if min(left, left_fed) >= NEVER:
                        continue
                    new = _Label(left, left_fed, label.travel + legs[here][there], (*label.order, visit))
                    own = grown.setdefault((now, visit, many), [])
                    if any(other.beats(new) for other in own):
                        continue
                    own[:] = [other for other in own if not new.beats(other)] + [new]
                    home = legs[there][base]
                    whole = new.travel + home
                    back = left + home <= limit or (
                        lunch is not None and min(left_fed + home, fed(left, home)) <= shift.end_s
                    )
                    if back and ((now, many) not in found or whole < found[now, many][0]):
                        found[now, many] = (whole, new.order)
        layer = grown
    return [order for _, order in found.values()]


_Chosen = Mapping[tuple[int, tuple[int, ...]], cp_model.IntVar]
"""(slot, order) → whether that route is driven."""


def solve_exactly(
    table: Timetable, inst: Instance, minimum: Minimum, visits: Sequence[int], tick: Callable[[], None]
) -> tuple[Orders, bool]:
    """Return the best plan of a tiny round and whether it is proven.

    The first difference decides: mandatory visits left out, by their prices; visits that the daily minimum and the night
    quota lack; samples left out; the weighted cost of the wishes; early days. Every limit is part of the model.
    """
    model = cp_model.CpModel()
    chosen: dict[tuple[int, tuple[int, ...]], cp_model.IntVar] = {}
    shapes: dict[object, list[tuple[int, ...]]] = {}
    for slot in range(len(table.slots)):
        tick()
        shape = _shape(table, slot, visits)
        if shape not in shapes:
            shapes[shape] = all_routes(table, slot, visits, by_arrivals=inst.uneven_pm > 0)
        for order in shapes[shape]:
            chosen[slot, order] = model.new_bool_var(f"{slot}: {order}")
    by_slot: dict[int, list[cp_model.IntVar]] = {}
    by_visit: dict[int, list[cp_model.IntVar]] = {visit: [] for visit in visits}
    for (slot, order), var in chosen.items():
        by_slot.setdefault(slot, []).append(var)
        for visit in order:
            by_visit[visit].append(var)
    for held in by_slot.values():
        model.add_at_most_one(held)
    unit = np.gcd.reduce(inst.absent) if len(visits) else 1
    out: dict[bool, list[cp_model.LinearExprT]] = {True: [], False: []}
    samples_most = 0
    for visit, held in by_visit.items():
        absent = model.new_bool_var(f"absent {visit}")
        model.add_exactly_one([*held, absent])
        mandatory, price = table.problem.visits[visit].mandatory, int(inst.absent[visit] // unit)
        out[mandatory].append(price * absent)
        samples_most += 0 if mandatory else price
    missing, missing_most = _missing(model, table, inst, minimum, chosen)
    cost = [*_route_costs(table, inst, chosen), *_joined_costs(model, inst, chosen)]
    late, latest = _lateness(table, chosen, visits)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    # The choice of routes is a set partition, whose relaxation is nearly whole: a hundred times faster where too much is asked.
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = 60.0
    add = cp_model.LinearExpr.sum
    promises = (add(out[True]) * (missing_most + 1) + add(missing)) * (samples_most + 1) + add(out[False])
    proven = True
    for aim in (promises, add([*(part * (latest + 1) for part in cost), late])):
        model.minimize(aim)
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise RuntimeError("a tiny round has no plan although every visit may be left out")
        proven = proven and status == cp_model.OPTIMAL
        if aim is promises:
            model.add(promises <= round(solver.objective_value))
            for var in chosen.values():
                model.add_hint(var, solver.boolean_value(var))
    return {slot: order for (slot, order), var in chosen.items() if solver.value(var)}, proven


def _lateness(table: Timetable, chosen: _Chosen, visits: Sequence[int]) -> tuple[cp_model.LinearExprT, int]:
    """Weigh how late visits lie, important ones more, and say the most this can be: of equal plans the earliest is taken."""
    weight = {visit: 1 + max(0, table.problem.visits[visit].priority) for visit in visits}
    days = [
        table.slots[slot].day * sum(weight[visit] for visit in order) * var for (slot, order), var in chosen.items()
    ]
    return cp_model.LinearExpr.sum(days), sum(weight.values()) * len(table.problem.days)


def _shape(table: Timetable, slot: int, visits: Sequence[int]) -> object:
    """Return what decides which routes a slot can hold: slots of one shape share them."""
    place = table.slots[slot]
    return (
        table.base[place.team],
        table.pace(slot),
        place.shift.start_s,
        place.shift.end_s,
        place.shift.lunch,
        tuple(bool(table.allowed[table.visit_class[visit], slot]) for visit in visits),
        tuple(table.windows[visit][place.day] for visit in visits),
    )


def _route_costs(table: Timetable, inst: Instance, chosen: _Chosen) -> list[cp_model.LinearExprT]:
    """Price each route by itself, in thousandths of a second: travel, stops abroad, stops moved."""
    cost: list[cp_model.LinearExprT] = []
    for (slot, order), var in chosen.items():
        price = table.travel_s(slot, order)
        for visit in order:
            price += inst.abroad_s * int(inst.abroad[inst.township[visit], inst.team[slot]])
            price += inst.moved_s * int(inst.before[visit] not in (-1, slot))
        cost.append(MILLI * price * var)
    return cost


def _joined_costs(model: cp_model.CpModel, inst: Instance, chosen: _Chosen) -> list[cp_model.LinearExprT]:
    """Price what the shifts of a team-day share, in thousandths of a second: itself, communities, townships, unevenness."""
    cost: list[cp_model.LinearExprT] = []
    for team_day in range(inst.team_days):
        here = [(slot, order, var) for (slot, order), var in chosen.items() if inst.team_day[slot] == team_day]
        if not here:
            continue
        works = model.new_bool_var(f"team-day {team_day}")
        model.add_max_equality(works, [var for _, _, var in here])
        cost.append(MILLI * inst.team_day_s * works)
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
            cost.append(MILLI * price * sum(present))
            if most and present:
                model.add(sum(present) <= most)
        if inst.uneven_pm:
            work = sum(_work_s(inst, slot, order) * var for slot, order, var in here)
            outside = model.new_int_var(0, 10**6, "")
            model.add(outside >= inst.band_low_s * works - work)
            model.add(outside >= work - inst.band_high_s)
            cost.append(inst.uneven_pm * outside)
    return cost


def _work_s(inst: Instance, slot: int, order: Sequence[int]) -> int:
    """Return legs, set-ups and visits of a route in seconds."""
    leg, here, work, first = inst.leg[inst.mode[slot]], inst.base[slot], 0, True
    for visit in order:
        there = inst.place[visit]
        work += int(inst.stay[visit]) + (0 if there == here and not first else int(leg[here, there]) + inst.set_up_s)
        here, first = there, False
    return work + int(leg[here, inst.base[slot]])


def _missing(
    model: cp_model.CpModel, table: Timetable, inst: Instance, minimum: Minimum, chosen: _Chosen
) -> tuple[list[cp_model.LinearExprT], int]:
    """State the daily minimum and the night quota; return what each lacks, and the most that all can lack."""
    lacks: list[cp_model.LinearExprT] = []
    if inst.night_least:
        missing = model.new_int_var(0, inst.night_least, "night")
        nights = sum(
            int((~inst.second[list(order)]).sum()) * var for (slot, order), var in chosen.items() if inst.night[slot]
        )
        model.add(missing >= inst.night_least - nights)
        lacks.append(missing)
    if not minimum.least:
        return lacks, inst.night_least
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
            lacks.append(missing)
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
    return lacks, inst.night_least + minimum.least * len(minimum.units()) * len(days)
