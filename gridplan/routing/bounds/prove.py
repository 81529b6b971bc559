"""Proves a strong bound by column generation: prices of visits under which no route is worth more than it costs.

The covering program over the routes met so far names prices; variants of its good routes, then an exact search of every kind
find routes that are worth more; and so on. Any prices give a bound together with the cheapest routes under them, so the
search may stop at any time; it looks half-way between the best prices so far and the program's, which settles it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridplan.model.errors import Cancelled
from gridplan.model.plan import Plan
from gridplan.model.progress import Progress, silent
from gridplan.model.proof import ProvenBound
from gridplan.model.round import VisitId
from gridplan.model.travel import TravelEngine
from gridplan.model.words import say
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.bounds.columns import LEAVE_OUT_S, Duals, Neighbourhood, Program, Store
from gridplan.routing.bounds.pricing import NEVER, UNIT, Found, Longs
from gridplan.routing.bounds.proof import minutes
from gridplan.routing.bounds.relaxation import Pricer, Relaxation, fits, relax, sane

MEMORY = 8
"""How many nearest visits a route remembers."""
MOST_VISITS = 4000
"""Above this the legs' memory is too much; the quick bound stands."""
FAIR = 1.5
"""How many times its share of the plan's own cost a visit's price may be at first; it is raised where that is too little."""
CONVERGED = 0.001
KINDS_TRIED = 3
"""Of how many kinds a pool's route becomes a column."""
SHARES = (70, 50, 30, 15, 5, 0)
"""Where the exact search looks first, as shares in percent of the way from the useful limit to the backward bound."""


class _Enough(Exception):
    """The time is over."""


@dataclass(slots=True)
class _Best:
    """The best bound so far and its proof."""

    cost: int
    team_days: int
    prices: Longs
    floors: list[int]


def prove_bound(
    plan: Plan,
    engine: TravelEngine,
    *,
    pool: Sequence[Sequence[VisitId]] = (),
    cpu_s: float = 300,
    progress: Progress = silent,
) -> ProvenBound:
    """Return the best bound that `cpu_s` CPU seconds prove for the plan's planned visits, never below the quick one.

    Parameters
    ----------
    pool
        Orders of visits, as an improver met them; good ones save time, none are trusted.
    progress
        Told of the bound so far. When it raises `Cancelled`, the best bound so far is returned.
    """
    quick = lower_bound(plan, engine)
    relaxation = relax(plan, engine) if len(plan.visits) <= MOST_VISITS else None
    best = converged = None
    if relaxation and len(relaxation.visits) > 0 and relaxation.kinds and relaxation.step_s >= 1:
        search = _Search(plan, relaxation, pool, quick.team_days, cpu_s, progress)
        converged = search.run()
        best = search.best
    if best is None:
        count = len(relaxation.kinds) if relaxation else 0
        return ProvenBound(
            cost=quick.cost, team_days=quick.team_days, prices={}, floors=(0,) * count, memory=MEMORY, text=quick.text
        )
    assert relaxation is not None
    cost, team_days = max(quick.cost, minutes(best.cost)), max(quick.team_days, best.team_days)
    return ProvenBound(
        cost=cost,
        team_days=team_days,
        prices={visit.id: int(price) for visit, price in zip(relaxation.visits, best.prices, strict=True)},
        floors=tuple(best.floors),
        memory=MEMORY,
        text=say("bound.proven", cost=f"{cost:.0f}", team_days=team_days, visits=len(relaxation.visits)),
        converged=bool(converged),
    )


class _Search:
    """Column generation on one relaxation."""

    def __init__(
        self,
        plan: Plan,
        relaxation: Relaxation,
        pool: Sequence[Sequence[VisitId]],
        least_team_days: int,
        cpu_s: float,
        progress: Progress,
    ) -> None:
        self.relaxation = relaxation
        self.least = least_team_days
        self.cpu_s, self.begun, self.progress = cpu_s, time.process_time(), progress
        self.best: _Best | None = None
        self.store = Store(relaxation)
        number = {visit.id: n for n, visit in enumerate(relaxation.visits)}
        orders = [[stop.visit for stop in route.stops] for route in plan.routes]
        for place, order in enumerate([*orders, *pool]):
            stops = [number[visit] for visit in order if visit in number]
            for _, kind in fits(relaxation, stops)[:KINDS_TRIED]:
                self.store.add(kind, stops)
            if place + 1 == len(orders):
                shares = self.store.shares_s(range(self.store.count))
        self.near = Neighbourhood(relaxation)
        most_s = np.where(shares > 0, FAIR * shares, LEAVE_OUT_S)
        self.program = Program(self.store, least_team_days, most_s)
        self.pricer = Pricer(relaxation, MEMORY)
        self.shares = [0] * len(relaxation.kinds)
        self.complete = False

    def tick(self) -> None:
        """Tell of the bound; raise when the time is over or the work is to stop."""
        used = time.process_time() - self.begun
        text = say("bound.so_far", cost=f"{minutes(self.best.cost):.0f}") if self.best else None
        self.progress("bound", min(int(used), int(self.cpu_s)), int(self.cpu_s), text)
        if used > self.cpu_s:
            raise _Enough

    def run(self) -> bool:
        """Raise the bound until it is within `CONVERGED` of the program's value (True) or the work has to stop."""
        try:
            return self._run()
        except (_Enough, Cancelled):
            return False

    def _run(self) -> bool:
        weight = 0.0
        while True:
            duals = self._settle()
            if duals is None:
                return False
            own = duals.prices_s * UNIT
            while True:
                centre = self.best.prices if self.best else own
                gained, added = self._price(np.floor(weight * centre + (1 - weight) * own).astype(np.int64), duals)
                if self.best and duals.value_s * UNIT - self.best.cost < CONVERGED * self.best.cost:
                    return True
                if added or gained:
                    weight = max(0.2, weight - 0.1) if gained else min(0.8, weight + 0.1)
                    break
                if weight == 0.0:
                    return self.complete
                weight = 0.0 if weight < 0.4 else weight - 0.3

    # ---- the program -------------------------------------------------------------------------------------------------

    def _settle(self) -> Duals | None:
        """Solve the program, with variants of good routes for as long as they help."""
        enough = 10 + len(self.relaxation.visits) // 30
        duals = self.program.solve()
        while duals is not None:
            self.tick()
            reduced = self.store.reduced(duals.prices_s, duals.fees_s)
            added = self._include(np.flatnonzero(reduced < -1.0), reduced)
            if added < enough:
                near = np.argsort(reduced, kind="stable")[:1500]
                fresh = []
                for _, kind, order in self.near.variants(self.store, near[reduced[near] < 200], duals):
                    number = self.store.add(kind, order)
                    if number is not None:
                        fresh.append(number)
                    if len(fresh) >= 1500:
                        break
                reduced = self.store.reduced(duals.prices_s, duals.fees_s)
                added += self._include(np.array(fresh, dtype=np.int64), reduced)
            if added == 0 and not self.program.loosen():
                return duals
            self._shrink(reduced)
            duals = self.program.solve()
            if added < enough and not self.program.loosen():
                return duals
        return None

    def _include(self, numbers: NDArray[np.int64], reduced: NDArray[np.float64], each: int = 6, most: int = 600) -> int:
        """Make the best of some routes columns, no visit in more than `each` of them; return how many."""
        active = set(self.program.active)
        times = np.zeros(len(self.relaxation.visits), dtype=np.int64)
        added = 0
        for number in numbers[np.argsort(reduced[numbers], kind="stable")]:
            order = self.store.order(int(number))
            if int(number) in active or times[order].max() >= each:
                continue
            times[order] += 1
            self.program.include(int(number))
            added += 1
            if added >= most:
                break
        return added

    def _shrink(self, reduced: NDArray[np.float64]) -> None:
        """Drop the worst columns when there are too many."""
        most = 6 * len(self.relaxation.visits) + 2000
        if len(self.program.active) > most:
            active = np.array(self.program.active)
            self.program.shrink(int(n) for n in active[np.argsort(reduced[active], kind="stable")[: most // 2]])

    # ---- the exact search --------------------------------------------------------------------------------------------

    def _price(self, prices: Longs, duals: Duals) -> tuple[bool, int]:
        """Search every kind under `prices`; return whether the bound rose, and how many columns were added."""
        prices = sane(self.relaxation, prices)
        found = self.pricer.price(prices, self._limits(duals), self.tick)
        floors = [one.least for one in found]
        self.complete = all(one.complete for one in found)
        cost, team_days = self.relaxation.value(prices, floors, self.least)
        gained = self.best is None or cost > self.best.cost
        if gained:
            self.best = _Best(cost, team_days, prices, floors)
        more = team_days > self.program.least
        if more:
            self.program.ask_for(team_days)
        fresh = [number for kind, one in enumerate(found) for number in self._columns(kind, one)]
        reduced = self.store.reduced(duals.prices_s, duals.fees_s)
        chosen = np.array([n for n in fresh if reduced[n] < -0.5], dtype=np.int64)
        return gained, self._include(chosen, reduced, each=30, most=2000) + more

    def _limits(self, duals: Duals) -> Callable[[int, int], Iterable[int]]:
        """Return the limits that a search tries: near the cheapest first, and at last all that the program may use."""

        def limits(kind: int, floor: int) -> Iterator[int]:
            useful = -int(duals.fees_s[kind] * UNIT)
            if floor >= NEVER or floor >= useful:
                yield useful
                return
            for place in range(max(0, self.shares[kind] - 1), len(SHARES)):
                self.shares[kind] = place
                yield useful + (floor - useful) * SHARES[place] // 100

        return limits

    def _columns(self, kind: int, found: Found, most: int = 100) -> list[int]:
        fresh = []
        for order, length in zip(found.routes[:most], found.lengths[:most], strict=True):
            number = self.store.add(kind, order[:length])
            if number is not None:
                fresh.append(number)
        return fresh
