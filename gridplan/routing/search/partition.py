"""Which team takes which visit: a min-cost flow of minutes from visits to the teams' working time, near bases first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from ortools.graph.python import min_cost_flow

from gridplan.routing.timeline import Timetable, available_s

FULL = 0.9
"""The share of a team's working time that may be given away: the rest is for what does not pack."""
EVEN = 1.25
"""Up to this many times the teams' mean share of work a team takes visits at no extra price."""
BUSY = 1_500
"""Price of each minute beyond: 10 minutes of travel for a visit of 40 (a hundredth of a second is the unit)."""
AWAY_S = 900
"""Price of a visit outside the team's home townships, as seconds of travel."""
NEIGHBOURS = 3


def partition(table: Timetable, room: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Return team → visits. `room` gives the possible slots of each visit; visits at one place stay together if they can."""
    groups: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for visit, slots in room.items():
        groups.setdefault((table.place[visit], tuple(slots)), []).append(visit)
    clumps = list(groups.items())
    kinds = _slot_kinds(table, [slots for (_, slots), _ in clumps])
    leg_s = _usual_leg_s(table, [place for (place, _), _ in clumps])
    sizes = [
        round(sum(table.minutes_s[v] for v in visits) / 60) + (table.problem.set_up_s + leg_s) // 60
        for _, visits in clumps
    ]
    flow = min_cost_flow.SimpleMinCostFlow()
    sink, overflow = len(clumps) + len(kinds), len(clumps) + len(kinds) + 1
    arcs: list[tuple[int, int]] = []  # (clump, kind of slots or -1), in the order in which they are added
    for number, ((place, slots), visits) in enumerate(clumps):
        size = max(1, sizes[number])
        flow.set_node_supply(number, size)
        own = set(slots)
        for kind, members in enumerate(kinds):
            if members[0] in own:
                price = _price_s(table, place, visits, members[0])
                flow.add_arc_with_capacity_and_unit_cost(number, len(clumps) + kind, size, price * 100 // size)
                arcs.append((number, kind))
        flow.add_arc_with_capacity_and_unit_cost(number, overflow, size, 10_000_000)
        arcs.append((number, -1))
    even = EVEN * sum(sizes) / max(1, sum(available_s(slot.shift) // 60 for slot in table.slots))
    for kind, members in enumerate(kinds):
        minutes = sum(available_s(table.slots[slot].shift) for slot in members) / 60
        fair = int(minutes * min(FULL, even))
        flow.add_arc_with_capacity_and_unit_cost(len(clumps) + kind, sink, fair, 0)
        flow.add_arc_with_capacity_and_unit_cost(len(clumps) + kind, sink, int(minutes * FULL) - fair, BUSY)
    flow.add_arc_with_capacity_and_unit_cost(overflow, sink, sum(max(1, size) for size in sizes), 0)
    flow.set_node_supply(sink, -sum(max(1, size) for size in sizes))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("the flow of visits to teams has no solution although an overflow exists")
    shares: list[dict[int, int]] = [{} for _ in clumps]
    for arc, (number, kind) in enumerate(arcs):
        amount = flow.flow(arc)
        if amount and kind >= 0:
            team = table.slots[kinds[kind][0]].team
            shares[number][team] = shares[number].get(team, 0) + amount
    parts: dict[int, list[int]] = {}
    for ((place, slots), visits), share in zip(clumps, shares, strict=True):
        if share:
            team = min(share, key=lambda t: (-share[t], t))
        else:  # nobody has time left: the nearest may drop it, and it gets its second chance elsewhere
            team = table.slots[min(slots, key=lambda slot: (_price_s(table, place, visits, slot), slot))].team
        parts.setdefault(team, []).extend(visits)
    return {team: sorted(parts[team]) for team in sorted(parts)}


def _slot_kinds(table: Timetable, rows: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Group the slots of each team that are possible for exactly the same visits."""
    columns = np.zeros((len(table.slots), len(rows)), dtype=bool)
    for number, slots in enumerate(rows):
        columns[list(slots), number] = True
    kinds: dict[tuple[int, bytes], list[int]] = {}
    for slot, place in enumerate(table.slots):
        if columns[slot].any():
            kinds.setdefault((place.team, columns[slot].tobytes()), []).append(slot)
    return list(kinds.values())


def _price_s(table: Timetable, place: int, visits: Sequence[int], slot: int) -> int:
    """What it costs to give a clump to a slot's team: the way there, and more outside its home townships."""
    team = table.slots[slot].team
    home = table.problem.teams[team].home
    away = bool(home) and any(table.problem.visits[visit].township not in home for visit in visits)
    return table.legs(slot)[table.base[team]][place] + AWAY_S * away


def _usual_leg_s(table: Timetable, places: Sequence[int]) -> int:
    """Half the sites have a third neighbour nearer than this: what a stop costs on the road, about."""
    legs = np.array(table.legs(0))[np.ix_(places, places)]
    nearest = np.sort(legs, axis=1)[:, min(NEIGHBOURS, len(places) - 1)]
    return int(np.median(nearest))
