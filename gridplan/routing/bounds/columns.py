"""Routes as columns of the covering program: the store of all that were met, variants of good ones, and the program itself.

The program is solved by GLOP, warm-started: new columns keep the old basis primal feasible, so the primal simplex goes on
where it stopped. Its dual values are the prices of the visits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from gridplan.routing.bounds.pricing import UNIT
from gridplan.routing.bounds.relaxation import Relaxation

NEAR = 15
"""How many nearest visits of each stop a variant may take in."""
LEAVE_OUT_S = 3 * 3600
"""What it costs the program to leave a visit out, in seconds; above any sensible price."""
Floats = NDArray[np.float64]


class Store:
    """All routes met so far, as rows of visit numbers with their kind and travel seconds; each (kind, order) once."""

    def __init__(self, relaxation: Relaxation) -> None:
        longest = max((kind.room_s for kind in relaxation.kinds), default=0) // max(1, relaxation.step_s) + 2
        self.relaxation = relaxation
        self.orders = np.full((1024, longest), -1, dtype=np.int32)
        self.lengths = np.zeros(1024, dtype=np.int32)
        self.kinds = np.zeros(1024, dtype=np.int32)
        self.costs_s = np.zeros(1024, dtype=np.int64)
        self.count = 0
        self._known: set[tuple[int, bytes]] = set()

    def add(self, kind: int, order: Sequence[int] | NDArray[np.int32]) -> int | None:
        """Keep a route that its kind can hold; return its number, None when it was known."""
        row = np.asarray(order, dtype=np.int32)
        key = (kind, row.tobytes())
        if key in self._known:
            return None
        self._known.add(key)
        if self.count == len(self.lengths):
            self.orders = np.concatenate((self.orders, np.full_like(self.orders, -1)))
            self.lengths = np.concatenate((self.lengths, np.zeros_like(self.lengths)))
            self.kinds = np.concatenate((self.kinds, np.zeros_like(self.kinds)))
            self.costs_s = np.concatenate((self.costs_s, np.zeros_like(self.costs_s)))
        number, of = self.count, self.relaxation.kinds[kind]
        legs = self.relaxation.legs[of.mode]
        self.orders[number, : len(row)] = row
        self.lengths[number] = len(row)
        self.kinds[number] = kind
        self.costs_s[number] = int(of.out[row[0]]) + int(legs[row[:-1], row[1:]].sum()) + int(of.back[row[-1]])
        self.count += 1
        return number

    def shares_s(self, numbers: Iterable[int]) -> Floats:
        """Return what each visit costs in these routes: half the legs at it, and its part of the rest by time; 0 elsewhere."""
        relaxation, shares = self.relaxation, np.zeros(len(self.relaxation.visits))
        for number in numbers:
            order, kind = self.order(number), relaxation.kinds[self.kinds[number]]
            legs = relaxation.legs[kind.mode][order[:-1], order[1:]] / 2
            own = np.append(legs, 0) + np.insert(legs, 0, 0)
            time_s = own + np.array([relaxation.visits[n].minutes * 60 + 1 for n in order])
            rest = self.costs_s[number] + relaxation.team_day / UNIT - own.sum()
            shares[order] = np.maximum(shares[order], own + rest * time_s / time_s.sum())
        return shares

    def order(self, number: int) -> NDArray[np.int32]:
        """Return the visits of a route in order."""
        return self.orders[number, : self.lengths[number]]

    def reduced(self, prices_s: Floats, fees_s: Floats) -> Floats:
        """Return of every route its travel and its kind's fee less the prices of its visits, in seconds."""
        padded = np.append(prices_s, 0.0)
        paid = padded[self.orders[: self.count]].sum(axis=1)
        result: Floats = self.costs_s[: self.count] + fees_s[self.kinds[: self.count]] - paid
        return result


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Duals:
    """An optimum of the program, in seconds: its value, the visits' prices, the fee of a route of each kind."""

    value_s: float
    prices_s: Floats
    fees_s: Floats


class Program:
    """Cover every visit by routes at least cost: min Σ travel + Σ team-days, with the rows of `Relaxation` in minutes."""

    def __init__(self, store: Store, least_team_days: int, most_s: Floats) -> None:
        """`most_s` are first guesses of what a visit's price can be at most, in seconds: they keep early prices sane."""
        self.store = store
        self.least = least_team_days
        self.most_s = np.minimum(most_s, LEAVE_OUT_S)
        self.active: list[int] = []
        self._build([])

    def _build(self, numbers: Iterable[int]) -> None:
        relaxation = self.store.relaxation
        self._solver = solver = pywraplp.Solver.CreateSolver("GLOP")
        self._options = pywraplp.MPSolverParameters()
        # With presolve GLOP forgets its basis between two solves.
        self._options.SetIntegerParam(self._options.PRESOLVE, self._options.PRESOLVE_OFF)
        endless = solver.infinity()
        self._goal = solver.Objective()
        self._goal.SetMinimization()
        self._cover = [solver.Constraint(float(times), endless) for times in relaxation.times]
        self._missing = []
        for row, times, most_s in zip(self._cover, relaxation.times, self.most_s, strict=True):
            missing = solver.NumVar(0, float(times), "")
            self._missing.append(missing)
            self._goal.SetCoefficient(missing, float(most_s) / 60)
            row.SetCoefficient(missing, 1)
        self._enough = solver.Constraint(float(self.least), endless)
        self._kinds = [solver.Constraint(-endless, 0) for _ in relaxation.kinds]
        self._most = [solver.Constraint(-endless, float(kind.most)) for kind in relaxation.kinds]
        self._team_days = []
        for group, most in enumerate(relaxation.team_days):
            used = solver.NumVar(0, float(most), "")
            self._team_days.append(used)
            self._goal.SetCoefficient(used, relaxation.team_day / UNIT / 60)
            self._enough.SetCoefficient(used, 1)
            for row, kind in zip(self._kinds, relaxation.kinds, strict=True):
                if kind.group == group:
                    row.SetCoefficient(used, -1)
        self.active = []
        self._columns: list[Any] = []
        for number in numbers:
            self.include(number)

    def include(self, number: int) -> None:
        """Make a stored route a column."""
        store = self.store
        column = self._solver.NumVar(0, self._solver.infinity(), "")
        self._goal.SetCoefficient(column, float(store.costs_s[number]) / 60)
        for visit, times in zip(*np.unique(store.order(number), return_counts=True), strict=True):
            self._cover[visit].SetCoefficient(column, float(times))
        self._kinds[store.kinds[number]].SetCoefficient(column, 1)
        self._most[store.kinds[number]].SetCoefficient(column, 1)
        self.active.append(number)
        self._columns.append(column)

    def ask_for(self, team_days: int) -> None:
        """Ask for at least so many team-days."""
        self.least = team_days
        self._enough.SetLb(float(team_days))

    def loosen(self) -> int:
        """Double the highest price of each visit that the last optimum rather leaves out; return how many there are."""
        out = [n for n, missing in enumerate(self._missing) if missing.solution_value() > 1e-6]
        out = [n for n in out if self.most_s[n] < LEAVE_OUT_S]
        for n in out:
            self.most_s[n] = min(2 * self.most_s[n], LEAVE_OUT_S)
            self._goal.SetCoefficient(self._missing[n], float(self.most_s[n]) / 60)
        return len(out)

    def shrink(self, numbers: Iterable[int]) -> None:
        """Keep only these routes as columns."""
        self._build(numbers)

    def solve(self) -> Duals | None:
        """Return an optimum, None when the solver fails even from scratch."""
        solver = self._solver
        if solver.Solve(self._options) != pywraplp.Solver.OPTIMAL:
            self._build(list(self.active))
            solver = self._solver
            if solver.Solve(self._options) != pywraplp.Solver.OPTIMAL:
                return None
        fees = [-(kind.dual_value() + most.dual_value()) for kind, most in zip(self._kinds, self._most, strict=True)]
        # What a group's team-day costs beyond its fees falls to its kinds, too: else routes seem cheap that are not.
        groups = [kind.group for kind in self.store.relaxation.kinds]
        spare = [max(0.0, used.reduced_cost()) for used in self._team_days]
        fees = [fee + spare[group] / groups.count(group) for fee, group in zip(fees, groups, strict=True)]
        return Duals(
            value_s=self._goal.Value() * 60,
            prices_s=np.maximum(np.array([row.dual_value() for row in self._cover]) * 60, 0.0),
            fees_s=np.array(fees) * 60,
        )


# ---- variants --------------------------------------------------------------------------------------------------------


class Neighbourhood:
    """The round in the shape that `variants` needs: legs and leads stacked by mode, and the visits near each other."""

    def __init__(self, relaxation: Relaxation) -> None:
        modes = list(relaxation.legs)
        self.legs = np.stack([relaxation.legs[mode] for mode in modes])
        self.leads = np.stack([relaxation.leads[mode] for mode in modes])
        self.mode = np.array([modes.index(kind.mode) for kind in relaxation.kinds], dtype=np.int32)
        self.start = np.stack([kind.start for kind in relaxation.kinds])
        self.out = np.stack([kind.out for kind in relaxation.kinds])
        self.back = np.stack([kind.back for kind in relaxation.kinds])
        self.may = np.stack([kind.may for kind in relaxation.kinds])
        self.room = np.array([kind.room_s for kind in relaxation.kinds], dtype=np.int64)
        both = self.legs[0].astype(np.int64) + self.legs[0].T
        np.fill_diagonal(both, -1)
        self.near = np.ascontiguousarray(np.argsort(both, axis=1, kind="stable")[:, 1 : NEAR + 1].astype(np.int32))

    def variants(self, store: Store, numbers: NDArray[np.int64], duals: Duals) -> list[tuple[float, int, list[int]]]:
        """Return (reduced cost, kind, order) of routes like the given ones that the prices call for, the best first.

        A variant leaves out at most one stop and takes in at most one, or is of another kind.
        """
        rows, values = _variants(
            store.orders[numbers], store.lengths[numbers], store.kinds[numbers], self.mode, self.legs, self.leads,
            self.start, self.out, self.back, self.may, self.room, self.near, duals.prices_s, duals.fees_s,
        )  # fmt: skip
        found = []
        for place in np.argsort(values, kind="stable"):
            row, kind, drop, insert, where = (int(value) for value in rows[place])
            order = store.order(int(numbers[row])).tolist()
            if drop >= 0:
                del order[drop]
            if insert >= 0:
                order.insert(where, insert)
            if len(set(order)) == len(order):
                found.append((float(values[place]), kind, order))
        return found


@njit(cache=True, nogil=True)
def _variants(orders: Any, lengths: Any, kinds: Any, mode: Any, legs: Any, leads: Any, start: Any, out: Any, back: Any,
              may: Any, room: Any, near: Any, prices: Any, fees: Any) -> Any:  # fmt: skip
    count = legs.shape[1]
    most = 1 << 14
    rows = np.empty((most, 5), np.int32)
    values = np.empty(most, np.float64)
    made = 0
    within = np.zeros(count, np.bool_)
    listed = np.zeros(count, np.bool_)
    takes = np.empty(count, np.int32)
    stops = np.empty(orders.shape[1] + 1, np.int32)
    for r in range(len(orders)):
        length, own = lengths[r], kinds[r]
        number = 0
        for x in range(length):
            within[orders[r, x]] = True
        for x in range(length):
            for y in range(near.shape[1]):
                j = near[orders[r, x], y]
                if not within[j] and not listed[j] and may[own, j] and prices[j] > 0:
                    listed[j] = True
                    takes[number] = j
                    number += 1
        for drop in range(-1, length):
            if drop >= 0 and length == 1:
                continue
            size, paid = 0, 0.0
            for x in range(length):
                if x != drop:
                    stops[size] = orders[r, x]
                    paid += prices[orders[r, x]]
                    size += 1
            for kind in range(len(fees)):
                if kind != own and drop >= 0:
                    continue
                leg, lead = legs[mode[kind]], leads[mode[kind]]
                allowed = True
                travel, spent = 0, 0
                for x in range(size):
                    allowed = allowed and may[kind, stops[x]]
                    if x:
                        travel += leg[stops[x - 1], stops[x]]
                        spent += lead[stops[x - 1], stops[x]]
                if not allowed:
                    continue
                final = stops[size - 1]
                travel += out[kind, stops[0]] + back[kind, final]
                spent += start[kind, stops[0]] + back[kind, final]
                value = travel + fees[kind] - paid
                least, insert, where = -1.0, -2, -1
                if (drop >= 0 or kind != own) and value < least and spent <= room[kind]:
                    least, insert = value, -1
                if kind == own:
                    for y in range(number):
                        j = takes[y]
                        if value - prices[j] >= least:
                            continue
                        for x in range(size + 1):
                            if x == 0:
                                more = out[kind, j] + leg[j, stops[0]] - out[kind, stops[0]]
                                longer = start[kind, j] + lead[j, stops[0]] - start[kind, stops[0]]
                            elif x == size:
                                more = leg[final, j] + back[kind, j] - back[kind, final]
                                longer = lead[final, j] + back[kind, j] - back[kind, final]
                            else:
                                more = leg[stops[x - 1], j] + leg[j, stops[x]] - leg[stops[x - 1], stops[x]]
                                longer = lead[stops[x - 1], j] + lead[j, stops[x]] - lead[stops[x - 1], stops[x]]
                            if value + more - prices[j] < least and spent + longer <= room[kind]:
                                least, insert, where = value + more - prices[j], j, x
                if insert > -2 and made < most:
                    rows[made, 0], rows[made, 1], rows[made, 2], rows[made, 3] = r, kind, drop, insert
                    rows[made, 4] = where
                    values[made] = least
                    made += 1
        for x in range(length):
            within[orders[r, x]] = False
        for y in range(number):
            listed[takes[y]] = False
    return rows[:made], values[:made]
