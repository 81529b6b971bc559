"""When a route's stops happen: places each visit of an order at its earliest time and puts the lunch where it costs least.

The timing rule. Stops at one place share one arrival and set-up; the first stop always has a set-up. A visit starts at the
earliest moment after leg and set-up at which it fits into one opening window of the date. A route that is back by the end of
its lunch window has no lunch; any other has exactly one, in the gap (before a stop or before the way back) that brings it
home earliest, the first of equals. In a gap that begins at `left` lunch starts at the later of `left` and the window's
beginning; the next visit is ready when leg, set-up and lunch are over. A route whose lunch is not before the first stop
departs later by the time it would have waited there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Shift, TravelMode
from gridplan.model.errors import InputError
from gridplan.model.hours import Window
from gridplan.model.place import LonLat
from gridplan.model.plan import Route, RouteId, Stop
from gridplan.model.round import Visit
from gridplan.model.site import VisitMode
from gridplan.model.travel import UNREACHABLE
from gridplan.model.words import say
from gridplan.routing.pace import Pace, pace_of, stretched
from gridplan.routing.problem import Problem

Orders = dict[int, tuple[int, ...]]
"""A plan in the making: slot number → visit numbers in order; unused slots are absent."""

OFFICERS_AT_INSPECTION = 2
ABSENT_S = 1_000_000
"""Price of leaving out a visit of priority 0: no detour comes near it."""
SAMPLE_S = 15_000
"""Price of leaving out a sample: less than a visit short of the minimum, more than any detour."""
BLOCK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One (team, day, shift) in which a route may lie; `team` and `day` are positions in the problem."""

    team: int
    day: int
    shift: Shift


def available_s(shift: Shift) -> int:
    """Return the longest time a route can be at work in a shift: all of it less the lunch, or up to the lunch window's end."""
    length_s, lunch = shift.end_s - shift.start_s, shift.lunch
    if lunch is None:
        return length_s
    return min(length_s, max(length_s - lunch.minutes * 60, lunch.to_s - shift.start_s))


@dataclass(frozen=True, slots=True)
class Times:
    """A timed route, seconds after midnight: start of each visit, the gap that holds the lunch, its start, and the ends."""

    starts: tuple[int, ...]
    lunch_gap: int | None
    lunch_s: int
    depart: int
    back: int


class Timetable:
    """The problem in numbers: places, legs by travel mode, slots, and which visit may lie in which slot."""

    def __init__(self, problem: Problem) -> None:
        """Number everything; raises InputError for what cannot be planned. Legs are measured when first asked for."""
        _refuse(problem)
        self.problem = problem
        self.slots = [
            Slot(team=t, day=d, shift=shift)
            for t, team in enumerate(problem.teams)
            for d, day in enumerate(problem.days)
            for shift in sorted(team.shifts_on(day), key=lambda shift: shift.start_s)
        ]
        numbers: dict[LonLat, int] = {}
        self.place = [numbers.setdefault(visit.place, len(numbers)) for visit in problem.visits]
        self.base = [numbers.setdefault(team.base, len(numbers)) for team in problem.teams]
        self.minutes_s = [visit.minutes * 60 for visit in problem.visits]
        self.windows = [[visit.windows(day) for day in problem.days] for visit in problem.visits]
        self._points = list(numbers)
        self._seconds: dict[Pace, NDArray[np.int32]] = {}
        self._rows: dict[Pace, list[memoryview]] = {}
        self._pace = [self._pace_in(slot) for slot in self.slots]
        self._solo: dict[tuple[int, int, Shift, tuple[Window, ...]], bool] = {}
        kinds: dict[object, int] = {}
        first: list[int] = []
        self.visit_class: list[int] = []
        for number, visit in enumerate(problem.visits):
            key = _kind_of(visit)
            if key not in kinds:
                kinds[key] = len(kinds)
                first.append(number)
            self.visit_class.append(kinds[key])
        self.lawful_in = np.array(
            [[self._lawful(visit, slot) for slot in range(len(self.slots))] for visit in first], dtype=np.bool_
        ).reshape(len(first), len(self.slots))
        """(classes, slots): whether dates, pin, departments and officers let the visits of a class lie in a slot."""
        doors = np.array(
            [[self._doors(visit, slot) for slot in range(len(self.slots))] for visit in first], dtype=np.bool_
        ).reshape(len(first), len(self.slots))
        self.allowed = self.lawful_in & doors
        """The same, and the doors are open at some time of the shift."""

    # ---- legs --------------------------------------------------------------------------------------------------------

    def points(self) -> NDArray[np.float64]:
        """Return (places, 2) longitude and latitude."""
        return np.array(self._points, dtype=np.float64).reshape(-1, 2)

    def seconds(self, pace: Pace) -> NDArray[np.int32]:
        """Return (places, places) seconds of all legs at one pace, measured when first asked for, in blocks."""
        if pace not in self._seconds:
            count = len(self._points)
            found = np.empty((count, count), dtype=np.int32)
            for first in range(0, count, BLOCK):
                block = self._points[first : first + BLOCK]
                if pace.factor != 1:
                    plain = self.seconds(Pace(pace.mode))[first : first + BLOCK]
                    found[first : first + BLOCK] = stretched(plain, pace.factor)
                else:
                    found[first : first + BLOCK] = self.problem.travel.matrix(block, self._points, pace.mode).time_s
            self._seconds[pace] = found
        return self._seconds[pace]

    def rows(self, pace: Pace) -> list[memoryview]:
        """Return the legs as one row for each origin, quick to read one by one."""
        if pace not in self._rows:
            self._rows[pace] = [memoryview(row) for row in self.seconds(pace)]
        return self._rows[pace]

    def mode(self, slot: int) -> TravelMode:
        """Return how the slot's team travels."""
        return self.problem.teams[self.slots[slot].team].mode

    def _pace_in(self, slot: Slot) -> Pace:
        return pace_of(self.problem.round.travel.factors, slot.shift, self.problem.teams[slot.team].mode)

    def pace(self, slot: int) -> Pace:
        """Return how quickly the slot's team travels in its shift."""
        return self._pace[slot]

    def paces(self) -> list[Pace]:
        """Return all paces in a fixed order, those of teams without any slot included."""
        idle = {Pace(team.mode) for team in self.problem.teams} if not self.problem.round.travel.factors else set()
        return sorted({*self._pace, *idle} or {Pace(team.mode) for team in self.problem.teams})

    def legs(self, slot: int) -> list[memoryview]:
        """Return the leg times in seconds (from place to place) of the slot's team in its shift."""
        return self.rows(self.pace(slot))

    def travel_s(self, slot: int, order: Sequence[int]) -> int:
        """Return the seconds on the road of a route, out and back; 0 for no stops."""
        legs, base = self.legs(slot), self.base[self.slots[slot].team]
        stations = [base, *(self.place[visit] for visit in order), base]
        return sum(legs[a][b] for a, b in pairwise(stations))

    # ---- may a visit lie in a slot? ----------------------------------------------------------------------------------

    def dates_ok(self, visit: int, slot: int) -> bool:
        """Whether the day lies between the visit's earliest and due day, and no other tier is at the site."""
        noun, day = self.problem.visits[visit], self.problem.days[self.slots[slot].day]
        return (
            (noun.earliest is None or day >= noun.earliest)
            and (noun.due is None or day <= noun.due)
            and day not in noun.taken
        )

    def pin_ok(self, visit: int, slot: int) -> bool:
        """Whether the slot is one the visit's pin allows."""
        pin, place = self.problem.visits[visit].pin, self.slots[slot]
        return pin is None or (
            pin.team in (None, self.problem.teams[place.team].id)
            and pin.day in (None, self.problem.days[place.day])
            and pin.shift in (None, place.shift.name)
        )

    def departments_ok(self, visit: int, slot: int) -> bool:
        """Whether all departments that must be present are there on that date."""
        place = self.slots[slot]
        there = self.problem.teams[place.team].departments_on(self.problem.days[place.day])
        return self.problem.visits[visit].departments <= there

    def officers_ok(self, visit: int, slot: int) -> bool:
        """Whether an inspection finds two certified officers on that date."""
        place = self.slots[slot]
        return (
            self.problem.visits[visit].mode is not VisitMode.INSPECTION
            or self.problem.teams[place.team].certified_on(self.problem.days[place.day]) >= OFFICERS_AT_INSPECTION
        )

    def reachable(self, visit: int, slot: int) -> bool:
        """Whether there is a way from the base to the site and back."""
        legs, base, place = self.legs(slot), self.base[self.slots[slot].team], self.place[visit]
        return max(legs[base][place], legs[place][base]) < UNREACHABLE

    def open_in_shift(self, visit: int, slot: int) -> bool:
        """Whether one opening window of that date holds the whole visit inside the shift (travel apart)."""
        shift = self.slots[slot].shift
        return any(
            min(end, shift.end_s) - max(start, shift.start_s) >= self.minutes_s[visit]
            for start, end in self.windows[visit][self.slots[slot].day]
        )

    def alone_ok(self, visit: int, slot: int) -> bool:
        """Whether a route of this one visit can be timed in the slot."""
        place = self.slots[slot]
        key = (visit, place.team, place.shift, self.windows[visit][place.day])
        if key not in self._solo:
            self._solo[key] = self._place_all(slot, (visit,)) is not None
        return self._solo[key]

    def _lawful(self, visit: int, slot: int) -> bool:
        return (
            self.dates_ok(visit, slot)
            and self.pin_ok(visit, slot)
            and self.departments_ok(visit, slot)
            and self.officers_ok(visit, slot)
        )

    def _doors(self, visit: int, slot: int) -> bool:
        shift = self.slots[slot].shift
        return any(min(b, shift.end_s) > max(a, shift.start_s) for a, b in self.windows[visit][self.slots[slot].day])

    def lawful(self, visit: int, slot: int) -> bool:
        """Whether dates, pin, departments and officers let the visit lie in the slot (time apart)."""
        return bool(self.lawful_in[self.visit_class[visit], slot])

    def absent_s(self, visit: int) -> int:
        """Price of leaving a visit out, in seconds of travel; samples go first, visits of the plan before go last."""
        noun = self.problem.visits[visit]
        price = ABSENT_S * (1 + max(0, noun.priority))
        if not noun.mandatory:
            price = SAMPLE_S + min(max(0, noun.priority), 4) * 1_000
        return price + price // 2 if noun.id in self.problem.before else price

    def possible(self, visit: int, slot: int) -> bool:
        """Whether the visit may lie in the slot at all: lawful, and in time when it is the only one."""
        return self.lawful(visit, slot) and self.alone_ok(visit, slot)

    # ---- timing ------------------------------------------------------------------------------------------------------

    def time(self, slot: int, order: tuple[int, ...]) -> Times | None:
        """Time a route; None when a promise of place or time would break: dates, officers, windows, shift, lunch, legs."""
        if not all(self.lawful(visit, slot) for visit in order):
            return None
        return self._place_all(slot, order)

    def fits(self, slot: int, order: tuple[int, ...], newcomer: int) -> bool:
        """Whether a route with `newcomer` among its stops can be timed; the others are known to be lawful there."""
        return self.lawful(newcomer, slot) and self._place_all(slot, order) is not None

    def _place_all(self, slot: int, order: tuple[int, ...]) -> Times | None:
        shift, day = self.slots[slot].shift, self.slots[slot].day
        legs, base, set_up_s = self.legs(slot), self.base[self.slots[slot].team], self.problem.set_up_s
        spans: list[tuple[int, int, tuple[Window, ...]]] = []
        here, first = base, True
        for visit in order:
            there = self.place[visit]
            lead = 0 if there == here and not first else legs[here][there] + set_up_s
            spans.append((lead, self.minutes_s[visit], self.windows[visit][day]))
            here, first = there, False
        home = legs[here][base]
        plain = _forward(spans, 0, shift.start_s)
        if plain is None or plain[1] + home > shift.end_s:
            return None
        starts, left = plain
        lunch = shift.lunch
        if lunch is None or left + home <= lunch.to_s:
            wait = starts[0] - shift.start_s - spans[0][0] if spans else 0
            return Times(tuple(starts), None, 0, shift.start_s + wait, left + home)
        best: tuple[int, int, int, list[int]] | None = None
        left = shift.start_s
        for gap in range(len(spans) + 1):
            lunch_s = max(left, lunch.from_s)
            if lunch_s > lunch.to_s:
                break
            lead = spans[gap][0] if gap < len(spans) else home
            ready = max(left + lead, lunch_s) + lunch.minutes * 60
            if gap == len(spans):
                if ready <= shift.end_s and (best is None or ready < best[0]):
                    best = (ready, gap, lunch_s, [])
            else:
                rest = _forward(spans, gap, ready - lead)
                if rest is not None:
                    back = rest[1] + home
                    if back <= shift.end_s and (best is None or back < best[0]):
                        best = (back, gap, lunch_s, rest[0])
                left = starts[gap] + spans[gap][1]
        if best is None:
            return None
        back, gap, lunch_s, rest_starts = best
        wait = starts[0] - shift.start_s - spans[0][0] if gap else 0
        return Times((*starts[:gap], *rest_starts), gap, lunch_s, shift.start_s + wait, back)

    def _metres(self, slot: int, order: tuple[int, ...]) -> list[int]:
        """Return the metres of each leg of a route, the way home last."""
        base = self.base[self.slots[slot].team]
        stations = [base, *(self.place[visit] for visit in order), base]
        there = {place: number for number, place in enumerate(dict.fromkeys(stations))}
        points = [self._points[place] for place in there]
        metres = self.problem.travel.matrix(points, points, self.mode(slot)).distance_m
        return [int(metres[there[a], there[b]]) for a, b in pairwise(stations)]

    # ---- nouns -------------------------------------------------------------------------------------------------------

    def route(self, slot: int, order: tuple[int, ...]) -> Route:
        """Return the route as the plan's noun; the order must be one that `time` accepts."""
        times = self.time(slot, order)
        if times is None:
            raise ValueError("an order that cannot be timed reached the plan")
        place, team = self.slots[slot], self.problem.teams[self.slots[slot].team]
        shift, day = place.shift, self.problem.days[place.day]
        legs_s, base = self.legs(slot), self.base[place.team]
        legs_m = self._metres(slot, order)
        lunch_s = shift.lunch.minutes * 60 if shift.lunch else 0
        midnight = datetime.combine(day, time())

        def arrival(left: int, gap: int, leg: int) -> int:
            eaten = lunch_s if gap == times.lunch_gap and times.lunch_s < left + leg else 0
            return left + leg + eaten

        stops: list[Stop] = []
        here, left = base, times.depart
        for number, visit in enumerate(order):
            noun, there = self.problem.visits[visit], self.place[visit]
            leg = legs_s[here][there]
            set_up_s = 0 if number and there == here else self.problem.set_up_s
            start = times.starts[number]
            stops.append(
                Stop(
                    seq=number + 1,
                    visit=noun.id,
                    site=noun.site,
                    travel_m=legs_m[number],
                    travel_s=leg,
                    set_up_s=set_up_s,
                    arrive=midnight + timedelta(seconds=arrival(left, number, leg)),
                    start=midnight + timedelta(seconds=start),
                    leave=midnight + timedelta(seconds=start + self.minutes_s[visit]),
                    minutes=noun.minutes,
                )
            )
            here, left = there, start + self.minutes_s[visit]
        back_s, back_m = legs_s[here][base], legs_m[len(order)]
        lunch = None
        if times.lunch_gap is not None:
            lunch = (
                midnight + timedelta(seconds=times.lunch_s),
                midnight + timedelta(seconds=times.lunch_s + lunch_s),
            )
        return Route(
            id=RouteId(f"{team.id}-{day.isoformat()}-{shift.name}"),
            team=team.id,
            date=day,
            day=place.day + 1,
            shift=shift.name,
            depart=midnight + timedelta(seconds=times.depart),
            back=midnight + timedelta(seconds=times.back),
            lunch=lunch,
            distance_m=sum(stop.travel_m for stop in stops) + back_m,
            travel_s=sum(stop.travel_s for stop in stops) + back_s,
            back_m=back_m,
            back_s=back_s,
            stops=tuple(stops),
        )


def _forward(
    spans: Sequence[tuple[int, int, tuple[Window, ...]]], first: int, left: int
) -> tuple[list[int], int] | None:
    """Start the visits from number `first` on as early as possible after `left`; None when one misses its windows."""
    starts = []
    for lead, minutes_s, windows in spans[first:]:
        ready = left + lead
        for opens, closes in windows:
            start = ready if ready > opens else opens
            if start + minutes_s <= closes:
                break
        else:
            return None
        starts.append(start)
        left = start + minutes_s
    return starts, left


def _kind_of(visit: Visit) -> object:
    """Return what decides in which slots a visit may lie: visits with equal ones form a class."""
    return (
        visit.earliest,
        visit.due,
        visit.pin,
        visit.departments,
        visit.mode,
        visit.opening,
        visit.closed,
        visit.taken,
    )


def _refuse(problem: Problem) -> None:
    """Refuse by name what cannot be planned."""
    for team in problem.teams:
        for one, two in pairwise(sorted(team.shifts, key=lambda shift: (shift.start_s, shift.end_s))):
            if two.start_s < one.end_s and (set(one.weekdays or range(7)) & set(two.weekdays or range(7))):
                raise InputError(say("routing.overlapping_shifts", team=team.name, one=one.name, two=two.name))
