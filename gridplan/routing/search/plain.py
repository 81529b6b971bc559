"""Plans with OR-Tools alone (`engine = "ortools"`): share out by min-cost flow, route by its routing library, mend, choose days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gridplan.model.progress import Progress
from gridplan.routing.pace import Pace
from gridplan.routing.search.calendar import Minimum, choose_days
from gridplan.routing.search.insertion import dissolve, insert_all, lift, repair
from gridplan.routing.search.partition import partition
from gridplan.routing.search.tours import Weights, price_s, solve_tours
from gridplan.routing.timeline import Orders, Timetable

SMALL_VISITS, SMALL_SLOTS = 60, 60
"""A round up to this size is one model."""
WORK, QUICK = 6_000, 300
"""Effort of the search in checks for each visit of a model (100,000 take about a second): in earnest, and for a try."""
POLISH = 0.5
"""The share of it when two teams are routed together again."""
CHANCES = 6
"""How many models may try to place what was dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """Routes by slot, what was left out, and whether a safety clock stopped a search."""

    orders: Orders
    left: tuple[int, ...]
    ran_out: bool


def route_all(
    table: Timetable,
    room: Mapping[int, frozenset[int]],
    minimum: Minimum,
    *,
    seed: int,
    progress: Progress,
    work: int = WORK,
) -> Routed:
    """Plan all visits of `room` (visit → its possible slots). `work` is the effort, see WORK."""
    wishes = table.problem.round.wishes
    search = _Search(
        table=table,
        room=room,
        weights=Weights(route_s=round(wishes.team_day_min * 60)),
        minimum=minimum,
        seed=seed,
        progress=progress,
        work=work,
    )
    orders, left = _best(search)
    return Routed(orders=orders, left=tuple(left), ran_out=search.ran_out)


@dataclass(slots=True)
class _Search:
    """What the steps share: the table, the possible slots of each visit, and where the work is."""

    table: Timetable
    room: Mapping[int, frozenset[int]]
    weights: Weights
    minimum: Minimum
    seed: int
    progress: Progress
    work: int
    ran_out: bool = False
    done: int = 0
    models: int = 1

    def slots_of(self, teams: Sequence[int]) -> list[int]:
        """Return the slots of some teams."""
        return [n for n, slot in enumerate(self.table.slots) if slot.team in teams]

    def leg_s(self, team: int, place: int) -> int:
        """Return the leg from a team's base to a place."""
        return self.table.rows(Pace(self.table.problem.teams[team].mode))[self.table.base[team]][place]

    def tick(self, stage: str) -> Callable[[], None]:
        """Return a call that repeats where the work is, so that it can be stopped."""
        return lambda: self.progress(stage, min(self.done, self.models), self.models)

    def worth(self, orders: Orders, dropped: Sequence[int]) -> int:
        """Return the price of routes and of what they leave out, in seconds; less is better."""
        cost = sum(price_s(self.table, visit) for visit in dropped)
        for slot, order in orders.items():
            cost += self.table.travel_s(slot, order) + self.weights.route_s
        if self.minimum.team:
            cost += self.weights.short_s * self.minimum.total(orders)
        return cost

    def route(
        self, teams: Sequence[int], visits: Sequence[int], work: float, start: Orders | None = None
    ) -> tuple[Orders, list[int]]:
        """Route visits over all slots of some teams; return the routes and what was dropped."""
        if start is None and self.weights != Weights():  # cheap routes are found best from few ones
            start, _ = self._search(teams, visits, work, None, Weights())
        return self._search(teams, visits, work, start, self.weights)

    def _search(
        self, teams: Sequence[int], visits: Sequence[int], work: float, start: Orders | None, weights: Weights
    ) -> tuple[Orders, list[int]]:
        slots = self.slots_of(teams)
        tours = solve_tours(
            self.table,
            visits,
            slots,
            weights=weights,
            limit=int(work * len(visits)),
            start=start,
            least=self.minimum.by_slot(slots),
            counted=self.minimum.counted,
            tick=self.tick("tours"),
        )
        self.ran_out |= tours.ran_out
        self.done += 1
        self.tick("tours")()
        return tours.orders, list(tours.dropped)


def _best(search: _Search) -> tuple[Orders, list[int]]:
    """Route, mend and choose days; return the routes and the visits left out."""
    table, minimum, weights = search.table, search.minimum, search.weights
    orders, left = _first(search)
    left += repair(table, orders)
    left = insert_all(table, orders, left, search.room, weights)
    orders, left = _second_chances(search, orders, left)
    if not minimum.team:
        orders = dissolve(table, orders, search.room, weights, search.tick("tours"))
    orders, left = _polish(search, orders, left)
    tick = search.tick("calendar")
    orders = choose_days(table, orders, minimum, search.seed, tick)
    if minimum.total(orders):
        orders = lift(table, orders, search.room, weights, minimum.total, minimum.needy, tick)
        orders = choose_days(table, orders, minimum, search.seed, tick)
    left = insert_all(table, orders, left, search.room, weights)
    return orders, left


def _first(search: _Search) -> tuple[Orders, list[int]]:
    """Route every team's own part, or a small round as one model."""
    table, room = search.table, search.room
    if not room:
        return {}, []
    search.progress("partition", 0, 1)
    if len(room) <= SMALL_VISITS and len(table.slots) <= SMALL_SLOTS:
        parts = {tuple(range(len(table.problem.teams))): sorted(room)}
    else:
        parts = {(team,): visits for team, visits in partition(table, {v: sorted(s) for v, s in room.items()}).items()}
    search.progress("partition", 1, 1)
    orders: Orders = {}
    left: list[int] = []
    search.models = 2 * len(parts)
    for teams, visits in parts.items():
        found, dropped = search.route(teams, visits, search.work)
        orders |= found
        left += dropped
    return orders, left


def _second_chances(search: _Search, orders: Orders, left: list[int]) -> tuple[Orders, list[int]]:
    """Route the nearest teams that may take a dropped visit together with it, until nothing more is gained."""
    table = search.table
    tried: set[int] = set()
    while left and len(tried) < CHANCES:
        visit = next((v for v in left if v not in tried), None)
        if visit is None:
            break
        tried.add(visit)
        able = {table.slots[slot].team for slot in search.room[visit]}
        near = sorted(able, key=lambda team: (search.leg_s(team, table.place[visit]), team))[:2]
        orders, left = _together(search, near, orders, left, search.work)
    return orders, left


def _polish(search: _Search, orders: Orders, left: list[int]) -> tuple[Orders, list[int]]:
    """Route each team together with its nearest neighbour once more, starting from what there is."""
    table = search.table
    working = sorted({table.slots[slot].team for slot in orders})
    pairs = set()
    for team in working:
        others = [other for other in working if other != team]
        if others:
            nearest = min(others, key=lambda other: (search.leg_s(team, table.base[other]), other))
            pairs.add((min(team, nearest), max(team, nearest)))
    for pair in sorted(pairs) if len(search.room) > SMALL_VISITS else ():
        orders, left = _together(search, list(pair), orders, left, search.work * POLISH)
    return orders, left


def _together(
    search: _Search, teams: Sequence[int], orders: Orders, left: list[int], work: float
) -> tuple[Orders, list[int]]:
    """Route some teams' visits and the ones left out in one model; keep the result when it is no worse."""
    table = search.table
    own = {slot: order for slot, order in orders.items() if table.slots[slot].team in teams}
    slots = set(search.slots_of(teams))
    joining = [visit for visit in left if search.room[visit] & slots]
    visits = sorted([visit for order in own.values() for visit in order] + joining)
    found, dropped = search.route(teams, visits, work, start=own)
    if search.worth(found, dropped) > search.worth(own, joining):
        return orders, left
    rest = {slot: order for slot, order in orders.items() if slot not in own}
    return rest | found, [visit for visit in left if visit not in joining] + dropped
