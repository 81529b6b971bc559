"""Orders of visits in slots by OR-Tools routing: one model over a few teams, or over all of a small round.

A vehicle is a slot and the dimension counts seconds after midnight, so slots that differ only in their date look alike to
the search. A visit whose windows differ between dates becomes one node for each set of windows, at most one of them used.
Effort counts the solver's own checks, not seconds: two runs with one seed are equal. The wall clock only guards against a
hang.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from gridplan.model.crew import Shift
from gridplan.model.hours import DAY_S, Window
from gridplan.routing.pace import Pace
from gridplan.routing.timeline import Orders, Timetable

DROP_S = 1_000_000
"""Price of leaving out a visit of priority 0: no detour comes near it."""
SAFETY_S = 120
TICK_EVERY = 10_000
NO_WAY_S = 10 * DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a plan costs beside travel, in seconds for each: a route, and a visit that a route lacks to the minimum."""

    route_s: int = 1800
    short_s: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tours:
    """Routes by slot, the visits left out, and whether the safety clock rang."""

    orders: Orders
    dropped: tuple[int, ...]
    ran_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """One node of the model: a visit in the slots in which its start may lie in these windows."""

    visit: int
    starts: tuple[Window, ...]
    slots: frozenset[int]


@dataclass(slots=True)
class _Effort:
    """Counts the checks of one search and stops it when they are spent, or when `tick` raises."""

    limit: int
    tick: Callable[[], None]
    begun: bool = False
    checks: int = 0
    error: BaseException | None = None

    def begin(self) -> None:
        """Start to count: there is a solution."""
        self.begun = True

    def spent(self) -> bool:
        """Whether the search shall stop. No exception may pass through the search: it is kept and raised afterwards."""
        self.checks += 1
        if self.checks % TICK_EVERY == 0 and self.error is None:
            try:
                self.tick()
            except BaseException as error:
                self.error = error
        return self.error is not None or (self.begun and self.checks > self.limit)


def solve_tours(
    table: Timetable,
    visits: Sequence[int],
    slots: Sequence[int],
    *,
    weights: Weights,
    limit: int,
    start: Orders | None = None,
    least: dict[int, int] | None = None,
    counted: frozenset[int] = frozenset(),
    tick: Callable[[], None] = lambda: None,
) -> Tours:
    """Route `visits` over `slots`; `limit` counts checks of the search after its first solution (about 100,000 a second).

    `start` is a plan to begin with. `least` gives for a slot the least `counted` visits of a route there, at a price.
    `tick` is called now and then and may raise to stop.
    """
    nodes = [
        _Node(visit=visit, starts=starts, slots=frozenset(allowed))
        for visit in visits
        for starts, allowed in _copies(table, visit, slots).items()
    ]
    if not nodes:
        return Tours(orders={}, dropped=tuple(visits), ran_out=False)
    bases = sorted({table.base[table.slots[slot].team] for slot in slots})
    depot = {base: len(nodes) + number for number, base in enumerate(bases)}
    ends = [depot[table.base[table.slots[slot].team]] for slot in slots]
    manager = pywrapcp.RoutingIndexManager(len(nodes) + len(bases), len(slots), ends, ends)
    model = pywrapcp.RoutingModel(manager)
    clock = _add_time(table, model, nodes, bases, slots)
    _add_shifts(table, model, clock, [node.visit for node in nodes], manager, slots, weights)
    _add_visits(table, model, clock, nodes, manager, visits, slots)
    if least:
        ones = [int(node.visit in counted) for node in nodes] + [0] * len(bases)
        model.AddDimension(model.RegisterUnaryTransitVector(ones), 0, len(nodes), True, "count")
        for number, slot in enumerate(slots):
            if slot in least:
                end = model.End(number)
                model.GetDimensionOrDie("count").SetCumulVarSoftLowerBound(end, least[slot], weights.short_s)
    effort = _Effort(limit=limit, tick=tick)
    found = _search(model, manager, nodes, slots, start, effort)
    if effort.error is not None:
        raise effort.error
    orders: Orders = dict(start or {})
    if found is not None:
        orders = {}
        for number, slot in enumerate(slots):
            order, index = [], found.Value(model.NextVar(model.Start(number)))
            while not model.IsEnd(index):
                order.append(nodes[manager.IndexToNode(index)].visit)
                index = found.Value(model.NextVar(index))
            if order:
                orders[slot] = tuple(order)
    placed = {visit for order in orders.values() for visit in order}
    return Tours(
        orders=orders,
        dropped=tuple(visit for visit in visits if visit not in placed),
        ran_out=model.solver().WallTime() >= SAFETY_S * 1000,
    )


def _add_time(table: Timetable, model: Any, nodes: Sequence[_Node], bases: Sequence[int], slots: Sequence[int]) -> Any:
    """State legs as costs, and seconds after midnight as a dimension; return the dimension."""
    places = [table.place[node.visit] for node in nodes] + list(bases)
    work = [table.minutes_s[node.visit] for node in nodes] + [0] * len(bases)
    leads = [0] * len(slots)
    for pace, numbers in _by_pace(table, slots).items():
        legs = table.rows(pace)
        cost = [[min(legs[a][b], NO_WAY_S) for b in places] for a in places]

        def lead(i: int, j: int, cost: list[list[int]] = cost) -> int:
            shared = j >= len(nodes) or (i < len(nodes) and places[i] == places[j])
            return work[i] + cost[i][j] + (0 if shared else table.problem.set_up_s)

        time = [[0 if i == j else lead(i, j) for j in range(len(places))] for i in range(len(places))]
        cost_index, time_index = model.RegisterTransitMatrix(cost), model.RegisterTransitMatrix(time)
        for number in numbers:
            model.SetArcCostEvaluatorOfVehicle(cost_index, number)
            leads[number] = time_index
    model.AddDimensionWithVehicleTransits(leads, DAY_S, DAY_S, False, "time")
    return model.GetDimensionOrDie("time")


def _add_shifts(
    table: Timetable,
    model: Any,
    clock: Any,
    node_visits: Sequence[int],
    manager: Any,
    slots: Sequence[int],
    weights: Weights,
) -> None:
    """State each vehicle's hours, its price, and its lunch: a break that lies in no visit."""
    at_work = [0] * model.Size()
    for node, visit in enumerate(node_visits):
        at_work[manager.NodeToIndex(node)] = table.minutes_s[visit]
    for number, slot in enumerate(slots):
        shift = table.slots[slot].shift
        clock.CumulVar(model.Start(number)).SetRange(shift.start_s, shift.end_s)
        clock.CumulVar(model.End(number)).SetRange(shift.start_s, shift.end_s)
        model.SetFixedCostOfVehicle(weights.route_s, number)
        if shift.lunch:
            lunch = model.solver().FixedDurationIntervalVar(
                shift.lunch.from_s, shift.lunch.to_s, shift.lunch.minutes * 60, False, f"lunch {number}"
            )
            clock.SetBreakIntervalsOfVehicle([lunch], number, at_work)


def _add_visits(
    table: Timetable,
    model: Any,
    clock: Any,
    nodes: Sequence[_Node],
    manager: Any,
    visits: Sequence[int],
    slots: Sequence[int],
) -> None:
    """State when and by whom each visit may be made, and what it costs to leave it out."""
    group: dict[int, list[int]] = {visit: [] for visit in visits}
    for number, node in enumerate(nodes):
        index = manager.NodeToIndex(number)
        group[node.visit].append(index)
        cumul = clock.CumulVar(index)
        cumul.SetRange(node.starts[0][0], node.starts[-1][1])
        for (_, closes), (opens, _) in pairwise(node.starts):
            if closes + 1 < opens:
                cumul.RemoveInterval(closes + 1, opens - 1)
        if len(node.slots) < len(slots):  # SetAllowedVehiclesForIndex refuses lists in ortools 9.15
            able = [position for position, slot in enumerate(slots) if slot in node.slots]
            model.VehicleVar(index).SetValues([-1, *able])
    for visit, indexes in group.items():
        if indexes:
            model.AddDisjunction(indexes, price_s(table, visit))


def _search(
    model: Any, manager: Any, nodes: Sequence[_Node], slots: Sequence[int], start: Orders | None, effort: _Effort
) -> Any:
    """Run the search from `start`, or from insertion; return its best assignment or None."""
    model.AddAtSolutionCallback(effort.begin)
    model.AddSearchMonitor(model.solver().CustomLimit(effort.spent))
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.seconds = SAFETY_S
    model.CloseModelWithParameters(parameters)
    found = None
    if start:
        index = {
            (node.visit, slot): manager.NodeToIndex(number) for number, node in enumerate(nodes) for slot in node.slots
        }
        routes = [[index[visit, slot] for visit in start.get(slot, ())] for slot in slots]
        first = model.ReadAssignmentFromRoutes(routes, True)
        if first is not None:
            found = model.SolveFromAssignmentWithParameters(first, parameters)
    if found is None and effort.error is None:
        found = model.SolveWithParameters(parameters)
    return found


def _by_pace(table: Timetable, slots: Sequence[int]) -> dict[Pace, list[int]]:
    """Return the positions in `slots` by how quickly one travels in them."""
    paces: dict[Pace, list[int]] = {}
    for number, slot in enumerate(slots):
        paces.setdefault(table.pace(slot), []).append(number)
    return paces


def _copies(table: Timetable, visit: int, slots: Sequence[int]) -> dict[tuple[Window, ...], list[int]]:
    """Return the nodes a visit needs: windows of its start → the slots where these windows hold."""
    found: dict[tuple[Window, ...], list[int]] = {}
    for slot in slots:
        if table.possible(visit, slot):
            place = table.slots[slot]
            found.setdefault(_starts(table, visit, place.day, place.shift), []).append(slot)
    return found


def _starts(table: Timetable, visit: int, day: int, shift: Shift) -> tuple[Window, ...]:
    """Return when the visit may start; a window over the whole shift is no bound, so that shifts share one node."""
    starts = []
    for opens, closes in table.windows[visit][day]:
        if opens <= shift.start_s and closes >= shift.end_s:
            return ((0, DAY_S),)
        if min(closes, shift.end_s) - max(opens, shift.start_s) >= table.minutes_s[visit]:
            starts.append((opens, closes - table.minutes_s[visit]))
    return tuple(starts)


def price_s(table: Timetable, visit: int) -> int:
    """Price of leaving a visit out; samples go first."""
    noun = table.problem.visits[visit]
    return DROP_S * (1 + max(0, noun.priority)) // (1 if noun.mandatory else 10)
