"""Small moves that the timeline judges: put a visit where it costs least, dissolve a route, fill a day up to its minimum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from gridplan.model.travel import UNREACHABLE
from gridplan.routing.search.tours import Weights
from gridplan.routing.timeline import Orders, Timetable

Room = Mapping[int, frozenset[int]]
"""Visit → the slots in which it may lie."""


def _places(
    table: Timetable, orders: Orders, visit: int, slots: Iterable[int], weights: Weights
) -> list[tuple[int, int, int]]:
    """Return (extra cost in seconds, slot, position) of every place for the visit, cheapest first; time is not looked at."""
    there = table.place[visit]
    found = []
    for slot in sorted(slots):
        legs, base = table.legs(slot), table.base[table.slots[slot].team]
        order = orders.get(slot, ())
        opening_s = 0 if order else weights.route_s
        here = base
        for position in range(len(order) + 1):
            after = table.place[order[position]] if position < len(order) else base
            now = legs[here][after] if order else 0
            found.append((legs[here][there] + legs[there][after] - now + opening_s, slot, position))
            here = after
    found.sort()
    return found


def insert(
    table: Timetable,
    orders: Orders,
    visit: int,
    slots: Iterable[int],
    weights: Weights,
    *,
    below_s: int = UNREACHABLE,
) -> int | None:
    """Put the visit at its cheapest place in time among `slots`; return the extra cost, or None when there is none below."""
    for extra, slot, position in _places(table, orders, visit, slots, weights):
        if extra >= below_s:
            return None
        order = orders.get(slot, ())
        longer = (*order[:position], visit, *order[position:])
        if table.fits(slot, longer, visit):
            orders[slot] = longer
            return extra
    return None


def remove(orders: Orders, slot: int, visit: int) -> None:
    """Take a visit out of a route; an empty route disappears."""
    order = tuple(other for other in orders[slot] if other != visit)
    if order:
        orders[slot] = order
    else:
        del orders[slot]


def insert_all(table: Timetable, orders: Orders, visits: Iterable[int], room: Room, weights: Weights) -> list[int]:
    """Insert what can be, important and long visits first; return what is left."""
    nouns = table.problem.visits
    left = []
    for visit in sorted(visits, key=lambda v: (-nouns[v].priority, -table.minutes_s[v], v)):
        if insert(table, orders, visit, room[visit], weights) is None:
            left.append(visit)
    return left


def dissolve(
    table: Timetable, orders: Orders, room: Room, weights: Weights, tick: Callable[[], None] = lambda: None
) -> Orders:
    """Empty routes whose visits find cheaper places in other routes, the shortest routes first."""
    done = False
    while not done:
        done = True
        for slot in sorted(orders, key=lambda s: (sum(table.minutes_s[v] for v in orders[s]), s)):
            tick()
            trial = dict(orders)
            order = trial.pop(slot)
            budget = table.travel_s(slot, order) + weights.route_s
            for visit in sorted(order, key=lambda v: (len(room[v]), -table.minutes_s[v], v)):
                extra = insert(table, trial, visit, room[visit] & trial.keys(), weights, below_s=budget)
                if extra is None:
                    break
                budget -= extra
            else:
                orders, done = trial, False
                break
    return orders


def repair(table: Timetable, orders: Orders) -> list[int]:
    """Take the least important visits out of routes that cannot be timed; return them."""
    out = []
    for slot in sorted(orders):
        while slot in orders and table.time(slot, orders[slot]) is None:
            visit = min(orders[slot], key=lambda v: (table.problem.visits[v].priority, -table.minutes_s[v], v))
            remove(orders, slot, visit)
            out.append(visit)
    return out


def lift(
    table: Timetable,
    orders: Orders,
    room: Room,
    weights: Weights,
    short: Callable[[Orders], int],
    needy: Callable[[Orders], list[frozenset[int]]],
    tick: Callable[[], None] = lambda: None,
) -> Orders:
    """Move visits one by one to groups of slots below the minimum, or dissolve such a group, while `short` becomes less.

    `needy` names the groups (a day's or a team-day's slots) that lack visits. Cheap moves are tried first.
    """
    now = short(orders)
    while now:
        better = None
        for group in needy(orders):
            tick()
            better = _emptied(table, orders, group, room, weights, short, now) or _filled(
                table, orders, group, room, weights, short, now
            )
            if better is not None:
                break
        if better is None:
            return orders
        orders, now = better, short(better)
    return orders


def _emptied(
    table: Timetable,
    orders: Orders,
    group: frozenset[int],
    room: Room,
    weights: Weights,
    short: Callable[[Orders], int],
    now: int,
) -> Orders | None:
    """Return the plan with all visits of the group moved into other routes, if that lessens the shortage."""
    trial = {slot: order for slot, order in orders.items() if slot not in group}
    moving = [visit for slot in sorted(group & orders.keys()) for visit in orders[slot]]
    for visit in sorted(moving, key=lambda v: (len(room[v]), -table.minutes_s[v], v)):
        if insert(table, trial, visit, room[visit] & trial.keys(), weights) is None:
            return None
    return trial if moving and short(trial) < now else None


def _filled(
    table: Timetable,
    orders: Orders,
    group: frozenset[int],
    room: Room,
    weights: Weights,
    short: Callable[[Orders], int],
    now: int,
) -> Orders | None:
    """Return the plan with one visit moved into the group, the cheapest move that lessens the shortage."""
    moves = []
    for slot, order in orders.items():
        if slot in group:
            continue
        for visit in order:
            slots = room[visit] & group
            if slots:
                saved = table.travel_s(slot, order) - table.travel_s(slot, tuple(v for v in order if v != visit))
                extra = _places(table, orders, visit, slots, weights)[0][0]
                moves.append((extra - saved, visit, slot))
    for _, visit, slot in sorted(moves):
        trial = dict(orders)
        remove(trial, slot, visit)
        if slot in trial and table.time(slot, trial[slot]) is None:
            continue  # legs that break the triangle rule: without the visit the way is longer
        if insert(table, trial, visit, room[visit] & group, weights) is not None and short(trial) < now:
            return trial
    return None
