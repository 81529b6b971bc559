"""PyVRP's hybrid search for small rounds without windows: there it is a little better than our own improver, beside which it runs."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from gridplan.routing.search.improve import Effort
from gridplan.routing.search.instance import NO_GROUP, Instance
from gridplan.routing.timeline import Orders, Timetable

MOST_VISITS = 300
ROUNDS_EACH = 8
"""One of its iterations takes about as long as so many of our rounds."""


def fits_hybrid(table: Timetable, inst: Instance) -> bool:
    """Whether the round is one that PyVRP can state whole: all doors open all shift long, everybody may go anywhere, no wish but few team-days."""
    visits = len(inst.place)
    if not 1 < visits <= MOST_VISITS or len(inst.leg) > 1 or (inst.set_up_s and len(set(table.place)) < visits):
        return False
    priced = inst.community_s or inst.township_s or inst.townships_most or inst.abroad_s or inst.uneven_pm
    moved = inst.moved_s and bool((inst.before >= 0).any())
    if priced or moved or inst.group_by != NO_GROUP or inst.night_least or inst.team_days != len(inst.start):
        return False
    if not inst.allowed.all() or len({int(price) for price in inst.absent}) > 1:
        return False
    at, window = inst.window_at, inst.window
    return all(
        last == first + 1 and window[first, 0] <= inst.start.min() and window[first, 1] >= inst.end.max()
        for first, last in at.reshape(-1, 2)
    )


class _Spent:
    """Stops when the effort is spent: iterations, or seconds of this thread's processor time; or when `stop` says so."""

    def __init__(self, effort: Effort, stop: Callable[[float], bool]) -> None:
        self.effort, self.stop, self.began, self.calls = effort, stop, time.thread_time(), 0

    def __call__(self, best_cost: float) -> bool:
        self.calls += 1
        share = self.effort.share(self.calls * ROUNDS_EACH, time.thread_time() - self.began)
        return share >= 1.0 or self.stop(share)


def hybrid(
    table: Timetable, inst: Instance, effort: Effort, *, seed: int, stop: Callable[[float], bool] = lambda share: False
) -> Orders:
    """Return the routes PyVRP finds; those that lunch makes late are left out, their visits are absent.

    `stop` is told at each iteration what share of the effort is spent, and may end the search.
    """
    import pyvrp
    from pyvrp.exceptions import PenaltyBoundWarning

    count = len(inst.place)
    bases = [int(base) for base in dict.fromkeys(inst.base)]
    places = np.concatenate([inst.place, np.array(bases, dtype=np.int32)])
    distance = inst.leg[0][np.ix_(places, places)].astype(np.int64)
    duration = distance.copy()
    duration[:, :count] += inst.set_up_s
    np.fill_diagonal(duration, 0)
    kinds: dict[tuple[int, int], list[int]] = {}
    for slot in range(len(inst.start)):
        room = int(inst.end[slot] - inst.start[slot])
        if inst.lunch_s[slot]:
            room = max(room - int(inst.lunch_s[slot]), int(inst.lunch_to[slot] - inst.start[slot]))
        kinds.setdefault((int(inst.base[slot]), room), []).append(slot)
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(x=0, y=0) for _ in places],
        clients=[pyvrp.Client(location=n, service_duration=int(inst.stay[n])) for n in range(count)],
        depots=[pyvrp.Depot(location=count + n) for n in range(len(bases))],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=len(slots),
                start_depot=bases.index(base),
                end_depot=bases.index(base),
                fixed_cost=inst.team_day_s,
                shift_duration=room,
            )
            for (base, room), slots in kinds.items()
        ],
        distance_matrices=[distance],
        duration_matrices=[duration],
    )
    # A price of a second too late that stays near that of a second on the road finds cheaper plans, see docs/how-good.md.
    penalty = pyvrp.PenaltyParams(min_penalty=0.1, max_penalty=40, solutions_between_updates=100)
    parameters = pyvrp.SolveParams(penalty=penalty)
    with warnings.catch_warnings():
        # That it is hard to be lawful is seen from the answer.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = pyvrp.solve(data, _Spent(effort, stop), seed=seed, collect_stats=False, params=parameters)
    return _orders(table, result.best, list(kinds.values())) if result.is_feasible() else {}


def _orders(table: Timetable, best: Any, slots: list[list[int]]) -> Orders:
    """Return the routes by slot; PyVRP knows no lunch, so that each is timed anew."""
    orders: Orders = {}
    free = [list(own) for own in slots]
    for route in best.routes():
        order = tuple(activity.idx for activity in route if activity.is_client())
        slot = free[route.vehicle_type()].pop(0)
        if order and table.time(slot, order) is not None:
            orders[slot] = order
    return orders
