"""The peers of the benchmark: OR-Tools routing, PyVRP and VROOM, each alone, on the same matrices and the same objective.

Every peer is given `Numbers` (legs in whole seconds, stays, windows, vehicles) and returns orders. The objective is seconds of
travel + 1800 for each team-day; every visit must be made. The clock of a peer begins when its own model is built and its search
starts: the legs, and what its Python binding takes to read them, are outside.

How the variant `windows` is put to each:

- OR-Tools: a vehicle for each (team, day, shift); `VehicleVar` holds those that may come. A visit with two windows is a
  disjunction of two nodes. A visit may be dropped at 10,000,000 s.
- PyVRP: a vehicle type for each (base, departments, shift) and, where doors are shut on some days, for each day. A visit with two
  windows is a group of two clients of which one is made. Days on which a door is shut and departments that a team lacks are load
  dimensions: the visit loads something, a vehicle that must not come has no room. (A profile of edges for each day says the same, but a
  matrix for each does not fit into memory at 10,000 and was no better at 300.)
- VROOM: a vehicle for each (team, day, shift), lists of windows, and a skill for each set of days and of departments.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import TravelMode
from gridplan.model.site import VisitMode
from gridplan.routing.problem import Problem

TEAM_DAY_S = 1800
DROPPED_S = 10_000_000
WHOLE_DAY = ((0, 86_400),)
BLOCK = 500
NEEDED = 1_000
"""Load by which PyVRP is told of a vehicle that must not come: its price for a unit is about that of a second too late."""

ATTEMPTS, ENOUGH = 3, 0.9
"""How often VROOM may be run for one that uses this share of its CPU seconds or ends by itself."""

Orders = dict[int, tuple[int, ...]]
"""Vehicle number → visit numbers in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One (team, day, shift). `base` is a number of a point, `lacks` what keeps it away from the visits that need it."""

    team: int
    day: int
    shift: str
    base: int
    start_s: int
    end_s: int
    lacks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Numbers:
    """A problem in numbers. Points are the visits in their order, then the bases; `windows` are (opens, latest start).

    `needs`: for each visit the days on which it must not be made and the departments it needs, each a word that a vehicle may
    lack.
    """

    legs: NDArray[np.int32]
    stays: NDArray[np.int32]
    windows: tuple[tuple[tuple[int, int], ...], ...]
    needs: tuple[frozenset[str], ...]
    vehicles: tuple[Vehicle, ...]

    @property
    def visits(self) -> int:
        """How many visits."""
        return len(self.stays)

    @property
    def plain(self) -> bool:
        """Whether all doors are always open, so that nobody ever waits."""
        return all(windows == WHOLE_DAY for windows in self.windows)

    def allowed(self, visit: int, window: tuple[int, int]) -> list[int]:
        """Return the vehicles that may make a visit and are about in one of its windows."""
        opens, last = window
        return [
            number
            for number, one in enumerate(self.vehicles)
            if not (self.needs[visit] & one.lacks)
            and max(opens, one.start_s) <= min(last, one.end_s - int(self.stays[visit]))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine found: orders, the CPU seconds it took, and those to its first plan with all visits (None: not seen)."""

    orders: Orders
    cpu_s: float
    first_s: float | None


def numbers_of(problem: Problem) -> Numbers:
    """Return the problem in numbers; windows must be the same on every day on which a door is open."""
    visits, teams, days = problem.visits, problem.teams, problem.days
    bases = list(dict.fromkeys(team.base for team in teams))
    points = [*(visit.place for visit in visits), *bases]
    legs = np.empty((len(points), len(points)), dtype=np.int32)
    for first in range(0, len(points), BLOCK):
        block = points[first : first + BLOCK]
        legs[first : first + BLOCK] = problem.travel.matrix(block, points, TravelMode.CAR).time_s
    windows, needs = [], []
    for visit in visits:
        open_days = {day: visit.windows(day) for day in days}
        spans = {tuple(found) for found in open_days.values() if found}
        if len(spans) != 1:
            raise ValueError(f"the windows of {visit.id} differ between days")
        if spans == {WHOLE_DAY}:
            windows.append(WHOLE_DAY)
        else:
            windows.append(tuple((opens, closes - visit.minutes * 60) for opens, closes in spans.pop()))
        shut = {f"day {n}" for n, day in enumerate(days) if not open_days[day]}
        officers = {"officers"} if visit.mode is VisitMode.INSPECTION else set()
        needs.append(frozenset(shut | officers | visit.departments))
    words = frozenset().union(*needs)
    vehicles = []
    for t, team in enumerate(teams):
        for d, day in enumerate(days):
            has = set(team.departments) | ({"officers"} if team.certified_on(day) >= 2 else set())
            has |= {f"day {n}" for n in range(len(days)) if n != d}
            for shift in team.shifts_on(day):
                vehicles.append(
                    Vehicle(
                        team=t,
                        day=d,
                        shift=shift.name,
                        base=len(visits) + bases.index(team.base),
                        start_s=shift.start_s,
                        end_s=shift.end_s,
                        lacks=words - has,
                    )
                )
    return Numbers(
        legs=legs,
        stays=np.array([visit.minutes * 60 for visit in visits], dtype=np.int32),
        windows=tuple(windows),
        needs=tuple(needs),
        vehicles=tuple(vehicles),
    )


class _Clock:
    """CPU seconds of this process since `start`, and those at which a whole plan was first seen."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self.begin = self.end = 0.0
        self.first: float | None = None

    def start(self) -> None:
        self.begin = time.process_time()

    def stop(self) -> None:
        self.end = time.process_time()

    def spent(self) -> float:
        return time.process_time() - self.begin

    def over(self) -> bool:
        return self.spent() > self.limit_s

    def seen(self) -> None:
        if self.first is None:
            self.first = self.spent()

    def answer(self, orders: Orders) -> Answer:
        return Answer(orders=orders, cpu_s=self.end - self.begin, first_s=self.first)


# ---- OR-Tools --------------------------------------------------------------------------------------------------------


def run_ortools(numbers: Numbers, seed: int, cpu_s: float, *, tuned: bool = False) -> Answer:
    """OR-Tools' routing library in one model: its automatic first solution, then guided local search.

    Tuned after its "Routing options" page: the savings heuristic instead of the automatic choice (parallel cheapest insertion
    where windows are), and neighbours limited to the nearest ones. The seed orders the visits: the library has none of its own.
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    strategies, searches = routing_enums_pb2.FirstSolutionStrategy, routing_enums_pb2.LocalSearchMetaheuristic
    n, vehicles = numbers.visits, numbers.vehicles
    # A node for each window of a visit, of which one is used: gaps inside a variable's domain slow the library tenfold.
    nodes = [
        (int(visit), window)
        for visit in np.random.default_rng(seed).permutation(n)
        for window in numbers.windows[visit]
    ]
    visit_of = np.array([visit for visit, _ in nodes])
    points = np.concatenate([visit_of, np.arange(n, len(numbers.legs))])
    legs = numbers.legs[np.ix_(points, points)]
    bases = [one.base - n + len(nodes) for one in vehicles]
    manager = pywrapcp.RoutingIndexManager(len(points), len(vehicles), bases, bases)
    model = pywrapcp.RoutingModel(manager)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(_rows(legs)))
    stays = np.zeros(len(points), dtype=np.int32)
    stays[: len(nodes)] = numbers.stays[visit_of]
    transit = model.RegisterTransitMatrix(_rows(legs + stays[:, None]))
    del legs
    plain = numbers.plain and len({(one.start_s, one.end_s) for one in vehicles}) == 1
    zero = vehicles[0].start_s if plain else 0
    model.AddDimension(transit, 0 if plain else 86_400, max(one.end_s for one in vehicles) - zero, plain, "time")
    dimension = model.GetDimensionOrDie("time")
    if not plain:
        for number, one in enumerate(vehicles):
            dimension.CumulVar(model.Start(number)).SetRange(one.start_s, one.end_s)
            dimension.CumulVar(model.End(number)).SetRange(one.start_s, one.end_s)
    model.SetFixedCostOfAllVehicles(TEAM_DAY_S)
    alternatives: dict[int, list[int]] = defaultdict(list)
    allowed: dict[object, list[int]] = {}
    for node, (visit, window) in enumerate(nodes):
        index = manager.NodeToIndex(node)
        alternatives[visit].append(index)
        if plain:
            continue
        if window != WHOLE_DAY[0]:
            dimension.CumulVar(index).SetRange(*window)
        key = (window, numbers.needs[visit], int(numbers.stays[visit]))
        if key not in allowed:
            allowed[key] = numbers.allowed(visit, window)
        if len(allowed[key]) < len(vehicles):
            model.VehicleVar(index).SetValues([-1, *allowed[key]])
    for indices in alternatives.values():
        model.AddDisjunction(indices, DROPPED_S)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.local_search_metaheuristic = searches.GUIDED_LOCAL_SEARCH
    if tuned:
        parameters.first_solution_strategy = strategies.PARALLEL_CHEAPEST_INSERTION
    # Its own limit is in seconds of the wall clock, which another process on this core would eat; but while it looks for its
    # first solution it looks at no other.
    parameters.time_limit.FromMilliseconds(int(2000 * cpu_s))
    clock = _Clock(cpu_s)
    calls = 0

    def found() -> None:
        if model.CostVar().Min() < DROPPED_S:
            clock.seen()

    def spent() -> bool:
        nonlocal calls
        calls += 1
        return calls % 64 == 0 and clock.over()

    model.AddAtSolutionCallback(found)
    model.AddSearchMonitor(model.solver().CustomLimit(spent))
    clock.start()
    solution = model.SolveWithParameters(parameters)
    clock.stop()
    return clock.answer({} if solution is None else _ortools_orders(manager, model, solution, visit_of))


def _rows(matrix: NDArray[np.int32]) -> list[list[int]]:
    """Return the matrix as lists that share their numbers: 8 bytes an entry instead of 40."""
    shared = list(range(int(matrix.max()) + 1))
    return [[shared[value] for value in row.tolist()] for row in matrix]


def _ortools_orders(manager: Any, model: Any, solution: Any, visit_of: NDArray[np.int64]) -> Orders:
    orders: Orders = {}
    for number in range(model.vehicles()):
        index, order = solution.Value(model.NextVar(model.Start(number))), []
        while not model.IsEnd(index):
            order.append(int(visit_of[manager.IndexToNode(index)]))
            index = solution.Value(model.NextVar(index))
        if order:
            orders[number] = tuple(order)
    return orders


# ---- PyVRP -----------------------------------------------------------------------------------------------------------


def run_pyvrp(numbers: Numbers, seed: int, cpu_s: float, *, tuned: bool = False) -> Answer:
    """PyVRP's iterated local search in one model; see the module's head for types, groups and load dimensions.

    Tuned: penalties that stay near the price of a second and follow the search more often, and from 1,000 visits on no
    exhaustive search after each new best plan and fewer neighbours.
    """
    import pyvrp
    from pyvrp.search import NeighbourhoodParams

    n = numbers.visits
    words = sorted(frozenset().union(*numbers.needs))
    dimensions = [word for word in words if any(word in one.lacks for one in numbers.vehicles)]
    clients, groups, visit_of = [], [], []
    for visit in range(n):
        windows = numbers.windows[visit]
        group = None
        if len(windows) > 1:
            group = len(groups)
            groups.append(pyvrp.ClientGroup(list(range(len(clients), len(clients) + len(windows)))))
        for opens, last in windows:
            clients.append(
                pyvrp.Client(
                    location=visit,
                    delivery=[NEEDED * (word in numbers.needs[visit]) for word in dimensions],
                    service_duration=int(numbers.stays[visit]),
                    tw_early=opens,
                    tw_late=last,
                    required=group is None,
                    group=group,
                )
            )
            visit_of.append(visit)
    bases = list(range(n, len(numbers.legs)))
    alike: dict[object, list[int]] = defaultdict(list)
    for number, one in enumerate(numbers.vehicles):
        alike[one.base, one.start_s, one.end_s, one.lacks].append(number)
    types = [
        pyvrp.VehicleType(
            num_available=len(members),
            capacity=[0 if word in numbers.vehicles[members[0]].lacks else n * NEEDED for word in dimensions],
            start_depot=bases.index(numbers.vehicles[members[0]].base),
            end_depot=bases.index(numbers.vehicles[members[0]].base),
            fixed_cost=TEAM_DAY_S,
            tw_early=numbers.vehicles[members[0]].start_s,
            tw_late=numbers.vehicles[members[0]].end_s,
        )
        for members in alike.values()
    ]
    legs = numbers.legs.astype(np.int64)
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(x=0, y=0) for _ in range(len(legs))],
        clients=clients,
        depots=[pyvrp.Depot(location=base) for base in bases],
        vehicle_types=types,
        distance_matrices=[legs],
        duration_matrices=[legs],
        groups=groups,
    )
    del legs
    parameters = pyvrp.SolveParams()
    if tuned:
        large = n >= 1000
        parameters = pyvrp.SolveParams(
            penalty=pyvrp.PenaltyParams(min_penalty=0.1, max_penalty=40, solutions_between_updates=100),
            ils=pyvrp.IteratedLocalSearchParams(exhaustive_on_best=not large),
            neighbourhood=NeighbourhoodParams(num_neighbours=25) if large else NeighbourhoodParams(),
        )
    clock = _Clock(cpu_s)
    clock.start()
    unseen = np.iinfo(np.int64).max

    def stop(best_cost: int) -> bool:
        if best_cost < unseen:
            clock.seen()
        return clock.over()

    result = pyvrp.solve(data, stop, seed=seed, collect_stats=False, params=parameters)
    clock.stop()
    free = {kind: list(members) for kind, members in enumerate(alike.values())}
    orders: Orders = {}
    for route in result.best.routes():
        order = tuple(visit_of[step.idx] for step in route if step.is_client())
        if order:
            orders[free[route.vehicle_type()].pop(0)] = order
    return clock.answer(orders)


# ---- VROOM -----------------------------------------------------------------------------------------------------------


def run_vroom(numbers: Numbers, seed: int, cpu_s: float, *, tuned: bool = False) -> Answer:
    """VROOM on one thread, exploration level 5 (its default), stopped by its time limit.

    The limit is in seconds of the wall clock: a run that other processes held up is made again with a longer one. VROOM looks at it
    between its own steps, so it may take more. It has no seed. Tuned: its
    extra operator (TSPFix), and at 3,000 visits and more a lower exploration level, which ends within the limit.
    """
    import vroom

    exploration = 5
    if tuned and numbers.visits >= 3000:
        exploration = 1
    skills: dict[frozenset[str], int] = {}
    for need in numbers.needs:
        if need:
            skills.setdefault(need, len(skills) + 1)

    def model() -> Any:
        made = vroom.Input(apply_TSPFix=tuned)
        made.set_durations_matrix("car", numbers.legs.astype(np.uint32))
        for number, one in enumerate(numbers.vehicles):
            made.add_vehicle(
                vroom.Vehicle(
                    number,
                    start=one.base,
                    end=one.base,
                    time_window=vroom.TimeWindow(one.start_s, one.end_s),
                    skills={skill for need, skill in skills.items() if not (need & one.lacks)},
                    costs=vroom.VehicleCosts(fixed=TEAM_DAY_S),
                )
            )
        for visit, windows in enumerate(numbers.windows):
            more: dict[str, Any] = {}
            if windows != WHOLE_DAY:
                more["time_windows"] = [vroom.TimeWindow(opens, last) for opens, last in windows]
            if numbers.needs[visit]:
                more["skills"] = {skills[numbers.needs[visit]]}
            made.add_job(vroom.Job(visit, location=visit, default_service=int(numbers.stays[visit]), **more))
        return made

    # Other processes on this core eat of the limit: it is longer by as much, and told again where that was not enough.
    limit_s = cpu_s * _wall_per_cpu_s()
    for _ in range(ATTEMPTS):
        ready, clock = model(), _Clock(cpu_s)
        wall = time.perf_counter()
        clock.start()
        solution = ready.solve(exploration_level=exploration, nb_threads=1, timeout=timedelta(seconds=limit_s))
        clock.stop()
        spent_s = clock.end - clock.begin
        if time.perf_counter() - wall < limit_s or spent_s > ENOUGH * cpu_s:
            break
        limit_s *= cpu_s / spent_s
    orders: dict[int, list[int]] = defaultdict(list)
    rows = solution.routes
    for vehicle, kind, job in zip(rows["vehicle_id"], rows["type"], rows["id"], strict=True):
        if kind == "job":
            orders[int(vehicle)].append(int(job))
    return clock.answer({vehicle: tuple(order) for vehicle, order in orders.items()})


def _wall_per_cpu_s() -> float:
    """Return how many seconds of the wall clock a second of this process takes, measured over one second of work."""
    wall, cpu = time.perf_counter(), time.process_time()
    while time.process_time() - cpu < 1.0:
        pass
    return max(1.0, (time.perf_counter() - wall) / (time.process_time() - cpu))


def _tuned(run: Callable[..., Answer]) -> Callable[[Numbers, int, float], Answer]:
    return lambda numbers, seed, cpu_s: run(numbers, seed, cpu_s, tuned=True)


PEERS: Mapping[str, Callable[[Numbers, int, float], Answer]] = {
    "ortools": run_ortools,
    "pyvrp": run_pyvrp,
    "vroom": run_vroom,
    "ortools_tuned": _tuned(run_ortools),
    "pyvrp_tuned": _tuned(run_pyvrp),
    "vroom_tuned": _tuned(run_vroom),
}
SEEDLESS: Sequence[str] = ("vroom", "vroom_tuned")
"""Engines without a seed: one run is all there is."""
