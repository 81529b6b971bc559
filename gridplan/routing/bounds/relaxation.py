"""A round made easier, so that a bound can be proven: routes of a few kinds cover the planned visits, each kind only so often.

What is left out is left out in favour of cheap plans: when inside a shift a door is open and when lunch lies, which day a
visit is made (it must be possible on some day of the kind), every rule about several routes at once but the number of
team-days, and every wish but travel and team-days. A route keeps its base, its legs, set-ups, visits and the time there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date

import numpy as np

from gridplan.model.crew import Lunch, Shift, Team, TravelMode
from gridplan.model.place import LonLat
from gridplan.model.plan import Plan
from gridplan.model.round import Visit, VisitId
from gridplan.model.site import VisitMode
from gridplan.model.travel import UNREACHABLE, TravelEngine
from gridplan.routing.bounds.bound import rooms_s, work_s
from gridplan.routing.bounds.pricing import (
    NEVER,
    UNIT,
    Found,
    Ints,
    Longs,
    Memory,
    complete,
    floor_of,
    memory,
    plain_arcs,
    priced,
    promise,
    search,
    sorted_arcs,
)

FINE_S, MIDDLE_S, COARSE_S = 60, 300, 3600
"""The backward pass counts the seconds left in buckets no longer than this: coarse ones first, which sort the legs for finer ones."""
OFFICERS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind:
    """Routes that are alike: one base, one way to travel, one shift, teams that may do the same.

    `group` numbers the teams that share team-days, `room_s` is the time at work, `most` how many such routes there can be;
    `start` (seconds to the end of a first visit), `out` and `back` (seconds on the road) go by visit; `may` marks the visits
    that are possible on some day.
    """

    group: int
    mode: TravelMode
    base: LonLat
    room_s: int
    most: int
    start: Ints
    out: Ints
    back: Ints
    may: np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxation:
    """The easier round. `times` is how often a visit is made (2 for a joint visit of two teams).

    `legs` and `leads` (leg, set-up and the visit it leads to) are seconds from visit to visit by travel mode; `stay_s` all
    visits and set-ups; `team_days` the most team-days of each group; `rooms_s` the time of each team-day, longest first;
    `team_day` what one costs, in UNIT; `step_s` the least time between the ends of two visits of a route.
    """

    visits: tuple[Visit, ...]
    times: Longs
    kinds: tuple[Kind, ...]
    team_days: tuple[int, ...]
    legs: Mapping[TravelMode, Ints]
    leads: Mapping[TravelMode, Ints]
    stay_s: int
    rooms_s: tuple[int, ...]
    team_day: int
    step_s: int

    def value(self, prices: Longs, floors: Sequence[int], least: int) -> tuple[int, int]:
        """Return the bound in UNIT and the least team-days that prices prove, when no route of a kind costs less than its floor.

        For each number of team-days, from `least` on, the visits' prices and the cheapest team-days make a bound. A number
        is out of the question when its team-days have not the time for all visits and the travel that this bound leaves.
        """
        steps: list[int] = []
        for group, most in enumerate(self.team_days):
            own = [
                (floor, kind.most)
                for kind, floor in zip(self.kinds, floors, strict=True)
                if kind.group == group and floor < NEVER
            ]
            if not own:
                continue
            gains = [(floor, count) for floor, count in own if floor < 0]
            lowest = 0 if gains else min(floor for floor, _ in own)
            steps += [
                self.team_day + lowest + sum(floor for floor, count in gains if day < count) for day in range(most)
            ]
        earned = int((prices * self.times).sum())
        totals = np.concatenate(([0], np.cumsum(np.sort(np.array(steps, dtype=np.int64))))) + earned
        room = np.concatenate(([0], np.cumsum(np.array(self.rooms_s, dtype=np.int64))))[: len(totals)]
        number = np.arange(len(totals))
        travel = -((self.team_day * number - totals) // UNIT)
        possible = number[(number >= least) & (self.stay_s + travel <= room)]
        if not len(possible):
            possible = number[min(least, len(number) - 1) :]
        return int(totals[possible].min()), int(possible[0])


def relax(plan: Plan, engine: TravelEngine) -> Relaxation:
    """Return the easier round of the planned visits; measures all legs between them."""
    planned = {stop.visit for route in plan.routes for stop in route.stops}
    visits = tuple(visit for visit in plan.visits if visit.id in planned)
    set_up_s = plan.travel.set_up_min * 60
    places = list(dict.fromkeys(visit.place for visit in visits))
    number = {place: n for n, place in enumerate(places)}
    at = np.array([number[visit.place] for visit in visits], dtype=np.int64)
    minutes_s = np.array([visit.minutes * 60 for visit in visits], dtype=np.int32)
    legs: dict[TravelMode, Ints] = {}
    leads: dict[TravelMode, Ints] = {}
    for mode in sorted({team.mode for team in plan.teams}):
        legs[mode] = engine.matrix(places, places, mode).time_s.astype(np.int32)[np.ix_(at, at)]
        leads[mode] = legs[mode] + np.where(at[:, None] == at[None, :], 0, set_up_s).astype(np.int32) + minutes_s
    kinds, team_days = _kinds(plan, engine, visits, places, at, minutes_s + set_up_s)
    step = min(
        (int(lead[~np.eye(len(visits), dtype=bool)].min(initial=UNREACHABLE)) for lead in leads.values()),
        default=UNREACHABLE,
    )
    times = np.array([2 if visit.id in plan.appointments else 1 for visit in visits], dtype=np.int64)
    return Relaxation(
        visits=visits,
        times=times,
        kinds=kinds,
        team_days=team_days,
        legs=legs,
        leads=leads,
        stay_s=int((minutes_s * times).sum()) + len(places) * set_up_s,
        rooms_s=tuple(rooms_s(plan)),
        team_day=int(plan.round.wishes.team_day_min * 60 * UNIT),
        step_s=min(step, *(int(kind.start.min(initial=UNREACHABLE)) for kind in kinds)) if kinds else step,
    )


_Hours = tuple[int, int, Lunch | None]
_Able = tuple[LonLat, TravelMode, frozenset[str], bool, frozenset[_Hours]]


def _kinds(
    plan: Plan, engine: TravelEngine, visits: Sequence[Visit], places: Sequence[LonLat], at: Longs, first_s: Ints
) -> tuple[tuple[Kind, ...], tuple[int, ...]]:
    """Sort all team-days into kinds of routes, in the order in which the plan names teams, days and shifts."""
    needed = frozenset().union(*(visit.departments for visit in visits))
    inspected = any(visit.mode is VisitMode.INSPECTION for visit in visits)
    groups: dict[_Able, int] = {}
    team_days: list[int] = []
    found: dict[tuple[int, _Hours], list[tuple[Team, date, Shift]]] = {}
    for team in plan.teams:
        officers = inspected and any(team.certified_on(day) >= OFFICERS for day in plan.round.workdays)
        for day in plan.round.workdays:
            shifts = team.shifts_on(day)
            if not shifts:
                continue
            hours = [(shift.start_s, shift.end_s, shift.lunch) for shift in shifts]
            able = (team.base, team.mode, team.departments_on(day) & needed, officers, frozenset(hours))
            group = groups.setdefault(able, len(groups))
            team_days += [0] * (len(groups) - len(team_days))
            team_days[group] += 1
            for own, shift in zip(hours, shifts, strict=True):
                found.setdefault((group, own), []).append((team, day, shift))
    kinds = []
    joint = plan.appointments.keys()
    for (group, _), turns in found.items():
        team, _, shift = turns[0]
        out = engine.matrix([team.base], places, team.mode).time_s[0].astype(np.int32)[at]
        back = engine.matrix(places, [team.base], team.mode).time_s[:, 0].astype(np.int32)[at]
        kinds.append(
            Kind(
                group=group,
                mode=team.mode,
                base=team.base,
                room_s=work_s(shift),
                most=len(turns),
                start=out + first_s,
                out=out,
                back=back,
                may=np.array([_possible(visit, turns, visit.id in joint) for visit in visits], dtype=np.bool_),
            )
        )
    return tuple(kinds), tuple(team_days)


def _possible(visit: Visit, turns: Sequence[tuple[Team, date, Shift]], joint: bool) -> bool:
    """Whether the visit could lie in one of the team-day-shifts as far as dates, pin, people and doors go."""
    pin = visit.pin
    for team, day, shift in turns:
        if (visit.earliest and day < visit.earliest) or (visit.due and day > visit.due) or day in visit.taken:
            continue
        if pin and not (pin.team in (None, team.id) and pin.day in (None, day) and pin.shift in (None, shift.name)):
            continue
        if not joint:
            if not visit.departments <= team.departments_on(day):
                continue
            if visit.mode is VisitMode.INSPECTION and team.certified_on(day) < OFFICERS:
                continue
        long_enough = visit.minutes * 60
        if any(min(end, shift.end_s) - max(start, shift.start_s) >= long_enough for start, end in visit.windows(day)):
            return True
    return False


def fits(relaxation: Relaxation, order: Sequence[int]) -> list[tuple[int, int]]:
    """Return (travel seconds, kind) of a route with these visits in this order for every kind that can hold it, cheapest first."""
    found = []
    legs_of: dict[TravelMode, tuple[int, int]] = {}
    if not order or len(set(order)) < len(order):
        return []
    ahead, behind = order[:-1], order[1:]
    for mode, legs in relaxation.legs.items():
        legs_of[mode] = (
            int(legs[ahead, behind].sum(dtype=np.int64)),
            int(relaxation.leads[mode][ahead, behind].sum(dtype=np.int64)),
        )
    for number, kind in enumerate(relaxation.kinds):
        travel_s, spent_s = legs_of[kind.mode]
        back_s = int(kind.back[order[-1]])
        if spent_s + int(kind.start[order[0]]) + back_s <= kind.room_s and kind.may[list(order)].all():
            found.append((travel_s + int(kind.out[order[0]]) + back_s, number))
    return sorted(found)


# ---- pricing all kinds -----------------------------------------------------------------------------------------------

Tick = Callable[[], None]


class Pricer:
    """Finds the cheapest routes of every kind under given prices; two kinds are searched at a time.

    `halt` set to 1 ends the searches soon; what they return then proves nothing.
    """

    def __init__(self, relaxation: Relaxation, remembered: int, threads: int = 2) -> None:
        self.relaxation = relaxation
        self.memories: dict[TravelMode, Memory] = {
            mode: memory(legs, remembered) for mode, legs in relaxation.legs.items()
        }
        self.threads = threads
        self.halt = np.zeros(1, dtype=np.int32)
        step = relaxation.step_s
        self.fine_s = max(1, min(FINE_S, step))
        self.middle_s = self.fine_s * max(1, min(MIDDLE_S, step) // self.fine_s)
        self.coarse_s = self.middle_s * max(1, min(COARSE_S, step) // self.middle_s)

    def price(self, prices: Longs, limits: Callable[[int, int], Iterable[int]], tick: Tick) -> list[Found]:
        """Return what was found for each kind.

        `limits(kind, floor)` names the costs below which routes are wanted, tried in order until one has routes below it;
        `floor` is the bound of the backward pass. The `least` found is a proven bound on every route of the kind. `tick` is
        called a few times a second and may raise, which ends the searches.
        """
        relaxation = self.relaxation
        narrow = np.minimum(prices, NEVER // 4).astype(np.int32)
        arcs = {mode: self._arcs(mode, narrow) for mode in relaxation.legs}
        self.halt[0] = 0
        with ThreadPoolExecutor(self.threads) as pool:
            running = [
                pool.submit(self._kind, number, narrow, arcs[kind.mode], limits)
                for number, kind in enumerate(relaxation.kinds)
            ]
            waiting = set(running)
            try:
                while waiting:
                    _, waiting = wait(waiting, timeout=0.1, return_when=FIRST_COMPLETED)
                    tick()
            except BaseException:
                self.halt[0] = 1
                for future in running:
                    future.cancel()
                raise
        return [future.result() for future in running]

    def _arcs(self, mode: TravelMode, prices: Ints) -> tuple[Ints, Longs, int]:
        """Return the priced legs of a travel mode, and what completions from each visit promise for any kind of it."""
        relaxation = self.relaxation
        kinds = [kind for kind in relaxation.kinds if kind.mode is mode]
        cost = priced(relaxation.legs[mode], prices)
        may = np.any([kind.may for kind in kinds], axis=0)
        back = np.min([kind.back for kind in kinds], axis=0)
        home = np.where(may & (back < UNREACHABLE), np.minimum(back, NEVER // UNIT // 2) * UNIT, NEVER).astype(np.int32)
        arcs = plain_arcs(cost, relaxation.leads[mode])
        room = max(kind.room_s for kind in kinds)
        rough = complete(arcs, home, back, room, self.coarse_s, relaxation.step_s, self.halt)
        return cost, *promise(rough)

    def _kind(
        self, number: int, prices: Ints, rough: tuple[Ints, Longs, int], limits: Callable[[int, int], Iterable[int]]
    ) -> Found:
        relaxation, kind = self.relaxation, self.relaxation.kinds[number]
        room, step, (cost, least, rate) = kind.room_s, relaxation.step_s, rough
        can = kind.may & (kind.back < UNREACHABLE) & (kind.out < UNREACHABLE)
        home = np.where(can, np.minimum(kind.back, NEVER // UNIT // 2) * UNIT, NEVER).astype(np.int32)
        start = np.where(can, np.minimum(kind.out, NEVER // UNIT // 4) * UNIT - prices, NEVER).astype(np.int32)
        for bucket in (self.middle_s, self.fine_s):
            arcs = sorted_arcs(cost, relaxation.leads[kind.mode], least, rate)
            ends = complete(arcs, home, kind.back, room, bucket, step, self.halt)
            least, rate = promise(ends)
        floor = floor_of(ends, start, kind.start, room)
        nothing = np.empty((0, 1), dtype=np.int32)
        found = Found(floor, True, 0, nothing, nothing[:, 0], np.empty(0, dtype=np.int64))
        for limit in limits(number, floor):
            if floor >= limit or self.halt[0]:
                return found._replace(least=floor)
            if not found.labels:
                arcs = sorted_arcs(cost, relaxation.leads[kind.mode], least, rate)
            found = search(
                arcs, ends, self.memories[kind.mode], start, kind.start, home, kind.back, room, step, limit, self.halt
            )
            if not found.complete:
                return found._replace(least=floor)
            if found.least < limit:
                return found
        return found


def prices_of(relaxation: Relaxation, prices: Mapping[VisitId, int]) -> Longs:
    """Return the prices by number, as `sane` ones; a visit without one is worth nothing."""
    return sane(
        relaxation, np.array([min(prices.get(visit.id, 0), NEVER) for visit in relaxation.visits], dtype=np.int64)
    )


def sane(relaxation: Relaxation, prices: Longs) -> Longs:
    """Return the prices, none below nothing and none beyond what a route can sum up."""
    longest = max((kind.room_s for kind in relaxation.kinds), default=0) // max(1, relaxation.step_s) + 2
    return np.clip(prices, 0, (NEVER // 2) // longest)
