"""The proof by counting minutes: visits that can only lie in some slots, and more of them than these slots have time for.

All minutes flow from classes of visits through parts of slots to the slots. What does not get through is proven not to fit,
and the least cut names the tightest such sets of visits and slots. Travel, lunch in bits and whole visits are left out, so
the proof never says too much. Whole seconds throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Bits = NDArray[np.uint8]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overfull:
    """Visits that need `needed_s` seconds in these slots, which have `there_s`: fewer."""

    visits: Longs
    slots: Longs
    needed_s: int
    there_s: int


def overfull(
    *,
    open_parts: Bits,
    visits: Longs,
    stay_s: Longs,
    place: Longs,
    set_up_s: int,
    room_s: Longs,
    shift: Longs,
    borders: Sequence[Sequence[int]],
    count: Longs,
    twice: Flags | None = None,
) -> list[Overfull]:
    """Return sets of visits that provably do not fit, the worst first.

    Parameters
    ----------
    open_parts
        (visits, slots) bits of the parts of the shift in which the visit may be made, 0 where it may not lie.
    visits
        Numbers of the visits (rows) that must be made.
    stay_s, place
        Seconds on site and place number of every row; each place costs `set_up_s` once.
    room_s, shift, count
        Of each slot: seconds at work for one team, shift number, number of teams.
    borders
        Of each shift: where its parts begin and end.
    twice
        Rows that take two teams.
    """
    visits = visits[open_parts[visits].any(axis=1)]
    if not len(visits):
        return []
    rows, row_of = _distinct(open_parts[visits])
    work = stay_s[visits] * (1 + twice[visits].astype(np.int64)) if twice is not None else stay_s[visits]
    demand = np.bincount(row_of, weights=work, minlength=len(rows)).astype(np.int64)
    # One arrival for each place, in any slot in which one of its visits may lie.
    _, spot = np.unique(place[visits], return_inverse=True)
    arrivals = np.zeros((int(spot.max()) + 1, rows.shape[1]), dtype=np.uint8)
    np.maximum.at(arrivals, spot, (rows[row_of] > 0).astype(np.uint8))
    lands, land_of = _distinct(arrivals)
    arriving = np.bincount(land_of, minlength=len(lands)).astype(np.int64) * set_up_s
    # Slots that are alike for all of them.
    key = np.concatenate([rows.T, lands.T], axis=1)
    _, kind = np.unique(
        np.concatenate([key.astype(np.int64), shift[:, None], room_s[:, None]], axis=1), axis=0, return_inverse=True
    )
    kind = kind.ravel()
    first = np.array([np.flatnonzero(kind == number)[0] for number in range(int(kind.max()) + 1)])
    teams = np.bincount(kind, weights=count).astype(np.int64)
    flow = _Flow(len(rows), len(lands), len(first))
    for number, slot in enumerate(first):
        flow.add(flow.slot(number), flow.SINK, int(teams[number] * room_s[slot]))
        used = int(np.bitwise_or.reduce(rows[:, slot]))
        for part, (a, b) in enumerate(pairwise(borders[int(shift[slot])])):
            if used >> part & 1:
                flow.add(flow.part(number, part), flow.slot(number), int(teams[number] * (b - a)))
                flow.add(flow.work(np.flatnonzero(rows[:, slot] >> part & 1)), flow.part(number, part))
        flow.add(flow.land(np.flatnonzero(lands[:, slot])), flow.slot(number))
    flow.add(flow.SOURCE, flow.work(np.arange(len(rows))), demand)
    flow.add(flow.SOURCE, flow.land(np.arange(len(lands))), arriving)
    return [
        Overfull(
            visits=visits[np.isin(row_of, flow.rows(nodes))],
            slots=np.flatnonzero(np.isin(kind, flow.slots(nodes))),
            needed_s=needed,
            there_s=there,
        )
        for nodes, needed, there in flow.short()
    ]


def _distinct(table: Bits) -> tuple[Bits, Longs]:
    """Return the distinct rows and the number of the row of each."""
    table = np.ascontiguousarray(table)
    if not table.shape[1]:
        return table[:1], np.zeros(len(table), dtype=np.int64)
    flat = table.view(np.dtype((np.void, table.shape[1]))).ravel()
    _, first, number = np.unique(flat, return_index=True, return_inverse=True)
    return table[first], number.astype(np.int64)


class _Flow:
    """Nodes: source, sink, work of each row, arrivals of each land, then each slot with its parts."""

    SOURCE, SINK, FIRST = 0, 1, 2
    WIDTH = 9

    def __init__(self, rows: int, lands: int, slots: int) -> None:
        self._lands = self.FIRST + rows
        self._slots = self._lands + lands
        self._nodes = self._slots + slots * self.WIDTH
        self._arcs: list[Longs] = []

    def work(self, rows: Longs) -> Longs:
        return self.FIRST + rows

    def land(self, lands: Longs) -> Longs:
        return self._lands + lands

    def slot(self, number: int) -> int:
        return self._slots + number * self.WIDTH

    def part(self, number: int, part: int) -> int:
        return self.slot(number) + 1 + part

    def rows(self, nodes: Longs) -> Longs:
        """Return the rows among some nodes."""
        return nodes[(nodes >= self.FIRST) & (nodes < self._lands)] - self.FIRST

    def slots(self, nodes: Longs) -> Longs:
        """Return the slots of which a node is among some."""
        return (nodes[nodes >= self._slots] - self._slots) // self.WIDTH

    def add(self, tail: int | Longs, head: int | Longs, capacity: int | Longs = -1) -> None:
        """Add arcs; a capacity of -1 lets everything pass."""
        self._arcs.append(np.stack([one.ravel() for one in np.broadcast_arrays(tail, head, capacity)], axis=1))

    def short(self) -> list[tuple[Longs, int, int]]:
        """Return (nodes, needed, there) of each part of the least cut that is short, the worst first."""
        arcs = np.concatenate(self._arcs).astype(np.int64)
        supply = int(arcs[arcs[:, 0] == self.SOURCE, 2].sum())
        arcs[arcs[:, 2] < 0, 2] = supply
        solver = max_flow.SimpleMaxFlow()
        solver.add_arcs_with_capacity(arcs[:, 0], arcs[:, 1], arcs[:, 2])
        if solver.solve(self.SOURCE, self.SINK) != solver.OPTIMAL or solver.optimal_flow() >= supply:
            return []
        inside = np.zeros(self._nodes, dtype=np.bool_)
        inside[solver.get_source_side_min_cut()] = True
        inside[self.SOURCE] = False
        inner = arcs[inside[arcs[:, 0]] & inside[arcs[:, 1]]]
        landing = (inner[:, 0] >= self._lands) & (inner[:, 0] < self._slots)
        part_of = self._parts(inner[~landing])
        # An arrival that may happen in several parts is left out of all: what is said of each part alone stays true.
        for land in np.unique(inner[landing, 0]):
            parts = np.unique(part_of[inner[inner[:, 0] == land, 1]])
            part_of[land] = parts[0] if len(parts) == 1 else -1
        return self._judged(arcs, inside, part_of) or self._judged(arcs, inside, self._parts(inner))

    def _parts(self, arcs: Longs) -> Longs:
        """Number the parts that hang together."""
        graph = coo_array((np.ones(len(arcs)), (arcs[:, 0], arcs[:, 1])), shape=(self._nodes, self._nodes))
        return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)

    def _judged(self, arcs: Longs, inside: Flags, part_of: Longs) -> list[tuple[Longs, int, int]]:
        """Return what each part of the cut needs and what there is, where that is less."""
        coming = arcs[(arcs[:, 0] == self.SOURCE) & inside[arcs[:, 1]]]
        leaving = arcs[inside[arcs[:, 0]] & ~inside[arcs[:, 1]]]
        found = []
        for part in np.unique(part_of[coming[:, 1]]):
            needed = int(coming[part_of[coming[:, 1]] == part, 2].sum())
            there = int(leaving[part_of[leaving[:, 0]] == part, 2].sum())
            if part >= 0 and needed > there:
                found.append((np.flatnonzero(inside & (part_of == part)), needed, there))
        return sorted(found, key=lambda one: (one[2] - one[1], one[1]))
