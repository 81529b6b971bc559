"""A plan that stands, as the compiled search sees it, with one visit that is asked about: what does it cost where?

Only the legs that are needed are measured: those of the plan's routes it knows, and those from and to the visit asked about.
So a place for a visit in a plan of 1,000 is found in less than a second on roads, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gridplan.model.hours import OpeningHours
from gridplan.model.place import LonLat
from gridplan.model.plan import Placement, Plan, Route
from gridplan.model.round import Round, TravelSettings, Visit, VisitId
from gridplan.model.site import VisitMode
from gridplan.model.travel import UNREACHABLE, TravelEngine
from gridplan.routing.judge.retime import windows_at
from gridplan.routing.pace import Pace, stretched
from gridplan.routing.problem import Problem
from gridplan.routing.search.compiled import compiled
from gridplan.routing.search.instance import NO_GROUP, Instance, build_instance
from gridplan.routing.search.state import (
    NEVER,
    State,
    detour,
    fill,
    in_time,
    new_state,
    refresh,
    surcharge,
    take,
    uneven_change,
)
from gridplan.routing.timeline import Orders, Timetable, available_s

ASKED = 0
"""The number of the visit that is asked about."""
NEAR_PLACES = 150
"""From so many nearest places the way to the visit is measured at first; from all of them where that is not enough."""
SLACK_S = 300
"""By so much a way through the visit may be shorter than the way past it: where turns are forbidden, it may be."""


@compiled
def price_slots(inst, st, visit, price, stop_at):
    """Write into `price` what the visit costs at its cheapest place in time of each slot, NEVER where there is none.

    `stop_at` gets the number of the stop before it.
    """
    for slot in range(len(st.size)):
        price[slot] = NEVER
        size = st.size[slot]
        if not inst.allowed[inst.vclass[visit], slot] or st.shut[slot] or size >= st.order.shape[1]:
            continue
        extra = surcharge(inst, st, visit, slot)
        if extra >= NEVER:
            continue
        for stop in range(size + 1):
            way = detour(inst, st, slot, stop, visit)
            cost = extra + way + uneven_change(inst, st, slot, stop, visit, way)
            if cost < price[slot] and in_time(inst, st, slot, stop, visit):
                price[slot], stop_at[slot] = cost, stop


def best_places(inst: Instance, st: State, visit: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return price and stop before of the cheapest place in each slot; the price is NEVER where the visit does not fit."""
    price = np.full(len(st.size), NEVER, dtype=np.int64)
    stop_at = np.zeros(len(st.size), dtype=np.int64)
    price_slots(inst, st, visit, price, stop_at)
    return price, stop_at


def free_of_minimum(inst: Instance) -> Instance:
    """Return the instance without the prices of the daily minimum and the night quota: what a place costs in itself."""
    return inst._replace(group_by=NO_GROUP, night_least=0)


def breaks_minimum(inst: Instance, st: State, visit: int, slot: int) -> bool:
    """Whether the visit would open a day or team-day that then lacks its daily minimum."""
    free = free_of_minimum(inst)._replace(night_least=inst.night_least)
    return int(surcharge(inst, st, visit, slot)) > int(surcharge(free, st, visit, slot))


def round_of(plan: Plan) -> Round:
    """Return the settings of a plan's round, as far as the plan carries them."""
    head = plan.round
    return Round(
        name=head.name,
        district=head.district,
        start=head.start,
        datum=head.datum,
        unlocated=head.unlocated,
        rule=head.rule,
        wishes=head.wishes,
        limits=head.limits,
        tier=head.tier,
        travel=TravelSettings(
            speed_kmh=plan.travel.speed_kmh,
            detour=plan.travel.detour,
            set_up_min=plan.travel.set_up_min,
            factors=plan.travel.factors,
        ),
    )


def placements(plan: Plan) -> dict[VisitId, tuple[Placement, ...]]:
    """Return where each planned visit lies: a joint one in two places."""
    found: dict[VisitId, tuple[Placement, ...]] = {}
    for route in plan.routes:
        place = Placement(team=route.team, date=route.date, shift=route.shift)
        for stop in route.stops:
            found[stop.visit] = (*found.get(stop.visit, ()), place)
    return found


def met_at(visit: Visit, at: datetime) -> Visit:
    """Return a joint visit as one of its teams makes it: its doors open at the appointment only."""
    day = at.date()
    windows = windows_at(visit, day, at)
    week = tuple(windows if number == day.weekday() else () for number in range(7))
    return replace(visit, opening=OpeningHours(week), closed=frozenset())


class _Sparse(Timetable):
    """A timetable that knows some legs only; all others are UNREACHABLE."""

    def __init__(self, problem: Problem, measure: _Measure) -> None:
        super().__init__(problem)
        self._measure = measure

    def seconds(self, pace: Pace) -> NDArray[np.int32]:
        """Return (places, places) seconds of the legs that are known."""
        if pace not in self._seconds:
            count = len(self._points)
            legs = np.full((count, count), UNREACHABLE, dtype=np.int32)
            np.fill_diagonal(legs, 0)
            self._measure.fill(legs, pace, self)
            self._seconds[pace] = legs
        return self._seconds[pace]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """Which legs are known or to be measured."""

    routes: Sequence[Route]
    places: Mapping[VisitId, Visit]
    gaps: Sequence[tuple[LonLat, LonLat]]
    origins: frozenset[LonLat] | None
    most: int | None

    def fill(self, legs: NDArray[np.int32], pace: Pace, table: Timetable) -> None:
        """Write the legs of the plan's routes, of the gap that the visit left, and those from and to the visit."""
        problem = table.problem
        points = [*dict.fromkeys([*(v.place for v in problem.visits), *(team.base for team in problem.teams)])]
        number = {point: index for index, point in enumerate(points)}
        teams = {team.id: team for team in problem.teams}
        slots, mode = slots_by_place(table), pace.mode
        for route in self.routes:
            team = teams[route.team]
            slot = slots.get(Placement(team=route.team, date=route.date, shift=route.shift))
            if slot is None or table.pace(slot) != pace:
                continue
            stations = [team.base, *(self.places[stop.visit].place for stop in route.stops), team.base]
            ways = [*(stop.travel_s for stop in route.stops), route.back_s]
            for (a, b), seconds in zip(pairwise(stations), ways, strict=True):
                if a != b:
                    legs[number[a], number[b]] = seconds
        engine, there = problem.travel, problem.visits[ASKED].place
        for a, b in self.gaps:
            if a != b:
                legs[number[a], number[b]] = int(stretched(engine.matrix([a], [b], mode).time_s, pace.factor)[0, 0])
        out = stretched(engine.matrix([there], points, mode).time_s[0], pace.factor)
        legs[number[there]] = out
        asked = [n for n, point in enumerate(points) if self.origins is None or point in self.origins]
        if self.most is not None and len(asked) > self.most:
            asked = sorted(asked, key=lambda n: (int(out[n]), n))[: self.most]
        asked = sorted({*asked, *(number[team.base] for team in problem.teams)})
        back = engine.matrix([points[n] for n in asked], [there], mode).time_s[:, 0]
        legs[asked, number[there]] = stretched(back, pace.factor)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """A plan without the visit that is asked about (number ASKED), ready for its price to be looked up.

    `late` are slots whose route is not in time as it is: nothing is put there. `at` is where the visit lay, as (slot, stop
    before it), None when it was not planned.
    """

    plan: Plan
    table: Timetable
    inst: Instance
    st: State
    late: frozenset[int]
    at: tuple[int, int] | None = None

    def team_day(self, slot: int) -> tuple[int, int]:
        """Return (team, day) of a slot, by their numbers."""
        place = self.table.slots[slot]
        return place.team, place.day

    def placement(self, slot: int) -> Placement:
        """Return a slot as the plan names it."""
        place, problem = self.table.slots[slot], self.table.problem
        return Placement(team=problem.teams[place.team].id, date=problem.days[place.day], shift=place.shift.name)


def stand(plan: Plan, engine: TravelEngine, visit: Visit, *, roomy: bool = False, most: int | None = None) -> Standing:
    """Return the plan without `visit`, ready to price it anywhere. A visit that the plan does not know is one more.

    With `roomy` the way to the visit is measured only from stops of routes with time left on days that suit it, and with
    `most` only from so many of them, the nearest; from bases always. It is found at other stops as little as if there were
    no way.
    """
    known = {one.id: one for one in plan.visits}
    gaps, was = [], None
    for route in plan.routes:
        for index, stop in enumerate(route.stops):
            if stop.visit == visit.id:
                base = next(team.base for team in plan.teams if team.id == route.team)
                stations = [base, *(known[one.visit].place for one in route.stops), base]
                gaps.append((stations[index], stations[index + 2]))
                was = (Placement(team=route.team, date=route.date, shift=route.shift), index)
    others = tuple(_plain(known[one], plan.appointments.get(one)) for one in _planned(plan) if one != visit.id)
    problem = Problem(
        round=round_of(plan),
        days=plan.round.workdays,
        visits=(visit, *others),
        teams=plan.teams,
        travel=engine,
        set_up_s=plan.travel.set_up_min * 60,
        rule_waived=sum(one.counts(plan.round.rule.counts) for one in plan.visits) < plan.round.rule.min_per_day,
    )
    origins = _with_room(plan, visit, known) if roomy else None
    table = _Sparse(problem, _Measure(routes=plan.routes, places=known, gaps=gaps, origins=origins, most=most))
    inst = build_instance(table, near=0, district=True)
    st, late = _state(inst, orders_in(table, plan, skip=visit.id))
    at = None
    if was is not None and (slot := slots_by_place(table).get(was[0])) is not None:
        at = (slot, was[1])
    st.shut[sorted(late)] = True
    return Standing(plan=plan, table=table, inst=inst, st=st, late=late, at=at)


def _with_room(plan: Plan, visit: Visit, known: Mapping[VisitId, Visit]) -> frozenset[LonLat]:
    """Return the places of all stops of routes that have the visit's minutes left, or its place, on days that suit it."""
    shifts = {(team.id, shift.name): shift for team in plan.teams for shift in team.shifts}
    found: set[LonLat] = set()
    for route in plan.routes:
        shift = shifts.get((route.team, route.shift))
        late = visit.due is not None and route.date > visit.due
        if shift is None or late or (visit.earliest is not None and route.date < visit.earliest):
            continue
        stops = [stop for stop in route.stops if stop.visit != visit.id]
        work_s = route.travel_s + sum(stop.set_up_s + stop.minutes * 60 for stop in stops)
        if len(stops) < len(route.stops) or available_s(shift) - work_s >= visit.minutes * 60 - SLACK_S:
            found |= {known[stop.visit].place for stop in stops}
    return frozenset(found)


def _planned(plan: Plan) -> list[VisitId]:
    return list(dict.fromkeys(stop.visit for route in plan.routes for stop in route.stops))


def _plain(visit: Visit, at: datetime | None) -> Visit:
    """Return a visit that stands: it stays where it is, so that only its doors matter."""
    met = met_at(visit, at) if at is not None else visit
    return replace(
        met, earliest=None, due=None, pin=None, departments=frozenset(), mode=VisitMode.PATROL, taken=frozenset()
    )


def slots_by_place(table: Timetable) -> dict[Placement, int]:
    """Return the number of each slot by how a plan names it."""
    problem = table.problem
    return {
        Placement(team=problem.teams[slot.team].id, date=problem.days[slot.day], shift=slot.shift.name): number
        for number, slot in enumerate(table.slots)
    }


def orders_in(table: Timetable, plan: Plan, *, skip: VisitId | None = None) -> Orders:
    """Return the orders of a plan's routes in the slots of a timetable; routes in slots that are not there are left out."""
    number = {visit.id: index for index, visit in enumerate(table.problem.visits)}
    where = slots_by_place(table)
    orders: Orders = {}
    for route in plan.routes:
        slot = where.get(Placement(team=route.team, date=route.date, shift=route.shift))
        order = tuple(number[stop.visit] for stop in route.stops if stop.visit != skip)
        if slot is not None and order:
            orders[slot] = order
    return orders


def _state(inst: Instance, orders: Orders) -> tuple[State, frozenset[int]]:
    """Return the state of a plan, and the slots whose route is not in time: they are left empty."""
    st = new_state(inst, {})
    late = set()
    for slot, order in orders.items():
        if len(order) > st.order.shape[1]:
            late.add(slot)
        elif not fill(inst, st, slot, np.array(order, dtype=np.int32)):
            late.add(slot)
            take(inst, st, slot, 1, len(order))
            refresh(inst, st, slot)
    return st, frozenset(late)


@compiled
def seconds_over(inst, st, slot, stop, visit):
    """Return by how many seconds the slot would end too late with the visit after stop number `stop`.

    0 when it is in time; NEVER when doors, not the length of the shift, stand against it.
    """
    day, mode, base = inst.day[slot], inst.mode[slot], inst.base[slot]
    hungry = inst.lunch_s[slot] > 0
    left, fed = np.int64(inst.start[slot]), np.int64(NEVER)
    here, from_base = base, True
    for number in range(st.size[slot] + 1):
        one = visit if number == stop else st.order[slot, number - (number > stop)]
        there = inst.place[one]
        lead = 0 if here == there and not from_base else inst.leg[mode, here, there] + inst.set_up_s
        ready = fed + lead if fed < NEVER else np.int64(NEVER)
        if hungry and left < NEVER:
            begin = max(left, np.int64(inst.lunch_from[slot]))
            if begin <= inst.lunch_to[slot]:
                ready = min(ready, max(left + lead, begin) + inst.lunch_s[slot])
        now = left + lead if left < NEVER else np.int64(NEVER)
        left = fed = np.int64(NEVER)
        for row in range(inst.window_at[inst.profile[one], day, 0], inst.window_at[inst.profile[one], day, 1]):
            for with_lunch in range(2):
                start = max(ready if with_lunch else now, np.int64(inst.window[row, 0]))
                if start + inst.stay[one] <= inst.window[row, 1]:
                    if with_lunch:
                        fed = min(fed, start + inst.stay[one])
                    else:
                        left = min(left, start + inst.stay[one])
        here, from_base = there, False
    home = inst.leg[mode, here, base]
    best = np.int64(NEVER)
    if left < NEVER:
        if not hungry or left + home <= inst.lunch_to[slot]:
            best = left + home
        else:
            begin = max(left, np.int64(inst.lunch_from[slot]))
            if begin <= inst.lunch_to[slot]:
                best = max(left + home, begin) + inst.lunch_s[slot]
    if fed < NEVER:
        best = min(best, fed + home)
    if best >= NEVER:
        return np.int64(NEVER)
    return max(best - inst.end[slot], np.int64(0))


def least_over(inst: Instance, st: State, slot: int, visit: int) -> int:
    """Return the least of `seconds_over` in a slot."""
    return min(int(seconds_over(inst, st, slot, stop, visit)) for stop in range(int(st.size[slot]) + 1))
