"""When a hand-made order happens: rebuilds every time of a route from team, day, shift and order alone, as the judge sees it.

The timing rule (the solver follows the same rule in its own code):

- Consecutive stops at one place share arrival and set-up: no leg, no set-up. Any other stop, and always the first, takes the
  leg's time g and one set-up.
- A visit lies inside one opening window of its date and starts at the earliest time ≥ ready at which it fits one. If none
  fits any more it starts when ready, and the promise of opening hours is broken.
- A joint visit of two teams has an appointment T: of its windows only what lies in [T, T + `APPOINTMENT_S` + its minutes]
  counts, so that it starts in [T, T + `APPOINTMENT_S`] on both routes.
- ready = end of the visit before (the first: start of shift) + g + set-up.
- A route that is back by `lunch.to_s` without lunch has none. Any other has one, in one gap: before a stop or before the way
  back. With L = end of the visit before the gap, lunch starts at s = max(L, `lunch.from_s`), which must be ≤ `lunch.to_s`, and
  ready = max(L + g + set-up, s) + lunch: it may lie before, in or after the leg and interrupts no visit. The gap with the
  fewest breaches (lunch too late, windows missed, back after the shift) is taken, then the earliest back, then the first.
- All legs of a shift take as many times as long as the slowest of the plan's busy hours that touch it (for the team's mode),
  rounded up to whole seconds: whenever a leg begins, it is never told too short.
- Depart = start of shift, later by the wait before the first stop unless lunch lies before it.
- Arrive = L + g (the first: depart + g), plus the lunch when it starts before L + g.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gridplan.model.crew import Lunch, Shift, Team, TravelMode
from gridplan.model.hours import Window
from gridplan.model.plan import Route, RouteId, Stop
from gridplan.model.round import BusyHours, Visit, VisitId
from gridplan.model.travel import UNREACHABLE, TravelEngine

_Span = tuple[int, tuple[Window, ...]]
"""Minutes of a visit, and when it may be made."""
APPOINTMENT_S = 300
"""How long after an appointment a team may still begin the joint visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    """The way to a stop or home, with the set-up at its end."""

    travel_s: int
    travel_m: int
    set_up_s: int

    @property
    def lead_s(self) -> int:
        return self.travel_s + self.set_up_s


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """One way to time a route, in seconds after midnight; `gap` holds the lunch, which starts at `lunch_s`."""

    ready: tuple[int, ...]
    starts: tuple[int, ...]
    back: int
    breaches: int
    gap: int | None = None
    lunch_s: int = 0


def first_fit(ready: int, minutes: int, windows: Sequence[Window]) -> int | None:
    """Return the earliest start ≥ `ready` (seconds) of a visit of `minutes` inside one of the windows, or None."""
    for opens, closes in sorted(windows):
        start = max(ready, opens)
        if start + minutes * 60 <= closes:
            return start
    return None


def windows_at(visit: Visit, day: date, appointment: datetime | None = None) -> tuple[Window, ...]:
    """Return when a visit may be made on `day`, in seconds after midnight: its open doors, and near its appointment if any."""
    windows = visit.windows(day)
    if appointment is None:
        return windows
    at_s = round((appointment - datetime.combine(day, time())).total_seconds())
    until_s = at_s + APPOINTMENT_S + visit.minutes * 60
    near = ((max(opens, at_s), min(closes, until_s)) for opens, closes in windows)
    return tuple((opens, closes) for opens, closes in near if opens < closes)


def slowest(factors: Sequence[BusyHours], shift: Shift, mode: TravelMode) -> float:
    """Return what the legs of a shift are multiplied with: the largest factor that holds at any time of it, 1 for none."""
    factor = 1.0
    for busy in factors:
        apart = busy.to_s <= shift.start_s or shift.end_s <= busy.from_s
        if not apart and mode in (busy.modes or (mode,)):
            factor = max(factor, busy.factor)
    return factor


def _slower(seconds: int, factor: float) -> int:
    """Return the seconds of a leg in busy hours; a leg that does not exist stays what it is."""
    return seconds if seconds >= UNREACHABLE else math.ceil(round(seconds * factor, 6))


def _legs(team: Team, visits: Sequence[Visit], engine: TravelEngine, set_up_s: int, factor: float) -> list[_Leg]:
    """Return the leg that leads to each visit and the one that leads home."""
    if not visits:
        return [_Leg(travel_s=0, travel_m=0, set_up_s=0)]
    points = list(dict.fromkeys([team.base, *(visit.place for visit in visits)]))
    number = {point: index for index, point in enumerate(points)}
    matrix = engine.matrix(points, points, team.mode)
    legs = []
    here = team.base
    for index, place in enumerate([*(visit.place for visit in visits), team.base]):
        shared = 0 < index < len(visits) and place == here
        legs.append(
            _Leg(
                travel_s=0 if shared else _slower(int(matrix.time_s[number[here], number[place]]), factor),
                travel_m=0 if shared else int(matrix.distance_m[number[here], number[place]]),
                set_up_s=0 if shared or index == len(visits) else set_up_s,
            )
        )
        here = place
    return legs


def _follow(
    shift: Shift, spans: Sequence[_Span], legs: Sequence[_Leg], lunch: Lunch | None, gap: int | None
) -> _Course:
    """Walk the route once, with the lunch in `gap` (None = no lunch)."""
    left, breaches, lunch_s = shift.start_s, 0, 0
    ready, starts = [], []
    for index, leg in enumerate(legs):
        at = left + leg.lead_s
        if lunch is not None and index == gap:
            lunch_s = max(left, lunch.from_s)
            breaches += lunch_s > lunch.to_s
            at = max(at, lunch_s) + lunch.minutes * 60
        left = at
        if index < len(spans):
            minutes, windows = spans[index]
            fit = first_fit(at, minutes, windows)
            breaches += fit is None
            ready.append(at)
            starts.append(at if fit is None else fit)
            left = starts[-1] + minutes * 60
    breaches += left > shift.end_s
    return _Course(ready=tuple(ready), starts=tuple(starts), back=left, breaches=breaches, gap=gap, lunch_s=lunch_s)


def _best(shift: Shift, spans: Sequence[_Span], legs: Sequence[_Leg]) -> _Course:
    plain = _follow(shift, spans, legs, None, None)
    if shift.lunch is None or plain.back <= shift.lunch.to_s:
        return plain
    courses = (_follow(shift, spans, legs, shift.lunch, gap) for gap in range(len(legs)))
    return min(courses, key=lambda course: (course.breaches, course.back))


def rebuild(
    visits: Sequence[Visit],
    *,
    team: Team,
    day: date,
    number: int,
    shift: Shift,
    engine: TravelEngine,
    set_up_s: int,
    factors: Sequence[BusyHours] = (),
    id: RouteId | None = None,
    appointments: Mapping[VisitId, datetime] | None = None,
) -> Route:
    """Return the route that visits `visits` in this order, with every time that follows from the timing rule.

    `number` counts the days of the horizon from 1; `appointments` are those of the plan's joint visits. The order may break promises (the route is then late, or starts a visit
    before closed doors): judge it with `check_plan`.
    """
    legs = _legs(team, visits, engine, set_up_s, slowest(factors, shift, team.mode))
    meetings = appointments or {}
    spans = [(visit.minutes, windows_at(visit, day, meetings.get(visit.id))) for visit in visits]
    course = _best(shift, spans, legs)
    midnight = datetime.combine(day, time())

    def moment(seconds: int) -> datetime:
        return midnight + timedelta(seconds=seconds)

    lunch_s = shift.lunch.minutes * 60 if shift.lunch and course.gap is not None else 0
    depart = shift.start_s
    if visits and course.gap != 0:
        depart += course.starts[0] - course.ready[0]
    stops = []
    left = depart
    for index, (visit, leg, start) in enumerate(zip(visits, legs, course.starts, strict=False)):
        arrive = left + leg.travel_s
        if index == course.gap and course.lunch_s < arrive:
            arrive += lunch_s
        left = start + visit.minutes * 60
        stops.append(
            Stop(
                seq=index + 1,
                visit=visit.id,
                site=visit.site,
                travel_m=leg.travel_m,
                travel_s=leg.travel_s,
                set_up_s=leg.set_up_s,
                arrive=moment(arrive),
                start=moment(start),
                leave=moment(left),
                minutes=visit.minutes,
            )
        )
    return Route(
        id=id or RouteId(f"{team.id}-{day.isoformat()}-{shift.name}"),
        team=team.id,
        date=day,
        day=number,
        shift=shift.name,
        depart=moment(depart),
        back=moment(course.back),
        lunch=(moment(course.lunch_s), moment(course.lunch_s + lunch_s)) if course.gap is not None else None,
        distance_m=sum(leg.travel_m for leg in legs),
        travel_s=sum(leg.travel_s for leg in legs),
        back_m=legs[-1].travel_m,
        back_s=legs[-1].travel_s,
        stops=tuple(stops),
    )
