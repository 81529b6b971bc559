"""Plans under way by the names of teams, days, shifts and visits, so that they outlive the process that numbered them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gridplan.model.crew import TeamId
from gridplan.model.round import VisitId
from gridplan.routing.problem import Problem
from gridplan.routing.search.joint import Meeting
from gridplan.routing.timeline import Orders, Timetable

Named = Mapping[tuple[TeamId, date, str], tuple[VisitId, ...]]
"""(team, day, shift) → visits in their order; a part of a joint visit has the name that `joint` gave it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kept:
    """The best plan of a search so far: its whole price (minutes), when it was told (CPU seconds), and its routes by name.

    `cost_min` is the price without what the `absent` visits weigh, as the plan will tell its cost; `planned` are the visits themselves, joint ones once; `appointments` those of `planned` that two teams keep together.
    """

    problem: Problem
    cpu_s: float
    price_min: float
    cost_min: float
    absent: int
    orders: Named
    planned: frozenset[VisitId]
    appointments: Mapping[VisitId, datetime]


Keep = Callable[[Kept], None]
"""Takes the best plan so far; called now and then while the search goes on, perhaps from several threads."""


def keep_of(
    table: Timetable, meeting: Meeting, orders: Orders, *, problem: Problem, cpu_s: float, price: float
) -> Kept:
    """Return a plan under way as what is handed out; `price` in minutes, absent visits included."""
    there = {visit for order in orders.values() for visit in order}
    absent = [visit for visit in range(len(table.problem.visits)) if visit not in there]
    whole = meeting.keep_pairs(table, orders)
    visits = table.problem.visits
    return Kept(
        problem=problem,
        cpu_s=cpu_s,
        price_min=price,
        cost_min=price - sum(table.absent_s(visit) for visit in absent) / 60,
        absent=len(absent),
        orders=named(table, orders),
        planned=frozenset(meeting.original(visits[visit].id) for order in whole.values() for visit in order),
        appointments=meeting.kept(whole, table),
    )


def named(table: Timetable, orders: Orders) -> Named:
    """Return the orders by name."""
    problem = table.problem
    found: dict[tuple[TeamId, date, str], tuple[VisitId, ...]] = {}
    for number, order in orders.items():
        slot = table.slots[number]
        key = (problem.teams[slot.team].id, problem.days[slot.day], slot.shift.name)
        found[key] = tuple(problem.visits[visit].id for visit in order)
    return found


def numbered(table: Timetable, names: Named) -> Orders:
    """Return the orders that names mean in this problem; what it does not know, and what no longer fits, is left out."""
    problem = table.problem
    slots = {
        (problem.teams[slot.team].id, problem.days[slot.day], slot.shift.name): number
        for number, slot in enumerate(table.slots)
    }
    visits = {visit.id: number for number, visit in enumerate(problem.visits)}
    free, orders = set(visits.values()), {}
    for key, ids in names.items():
        slot = slots.get(key)
        if slot is None:
            continue
        order = tuple(dict.fromkeys(visits[id] for id in ids if id in visits and visits[id] in free))
        if order and table.time(slot, order) is None:
            order = _in_time(table, slot, order)
        if order:
            orders[slot] = order
            free -= set(order)
    return orders


def _in_time(table: Timetable, slot: int, order: tuple[int, ...]) -> tuple[int, ...]:
    """Return what of a route can still be timed: each stop in turn, if it fits behind those before."""
    kept: tuple[int, ...] = ()
    for visit in order:
        if table.time(slot, (*kept, visit)) is not None:
            kept = (*kept, visit)
    return kept
