"""Which visit may lie in which slot, as arrays: what the diagnosis counts with.

Only legs between bases and sites are measured, never those between sites, and the way home only where it may decide. So
some visits look possible that are not; none looks impossible that is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Shift, Team
from gridplan.model.place import LonLat
from gridplan.model.site import VisitMode
from gridplan.model.travel import UNREACHABLE
from gridplan.routing.pace import pace_of, stretched
from gridplan.routing.problem import Problem
from gridplan.routing.timeline import OFFICERS_AT_INSPECTION, available_s

HURDLES = (
    "pin_impossible",
    "outside_dates",
    "no_department",
    "no_officers",
    "closed_all_days",
    "unreachable",
    "no_time",
)
"""Why a visit may not lie in a slot, in the order in which they are looked at: reasons of `Unplanned`."""
PARTS = 8
"""Into how many parts of a shift doors are told apart at most: a bit for each."""
FAR = 1.5
"""A way home so many times as long as the way out is taken for possible; where that would decide, it is measured."""
MOST_WAYS_HOME = 400
NEVER = UNREACHABLE // 2
"""Later than any moment of a day, and small enough to add a leg that does not exist."""

Flags = NDArray[np.bool_]
Bits = NDArray[np.uint8]
Longs = NDArray[np.int64]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """n visits, K kinds of teams and S slots ((kind, day, shift)). Teams of one kind make no difference to any visit.

    Attributes
    ----------
    kinds
        Team numbers of each kind.
    stay_s, place, mandatory
        Of each visit: seconds on site, number of its place in `points`, whether a lawful plan must hold it.
    kind, day, shift, teams, available_s
        Of each slot: kind, day, number in `shifts`, how many teams it stands for, seconds at work in it for one of them.
    borders
        Of each shift: where its parts begin and end, its own start and end included.
    out_s
        (K, places) seconds from the base.
    open
        (n, S) a bit for each part of the shift in which the visit may be made; 0: it may not lie in the slot.
    late
        (n, S) whether the doors are still open for the visit after the shift's end.
    barred
        (n, S) number of the first hurdle between visit and slot, len(HURDLES) where there is none.
    joint
        Of each visit: whether it takes two teams: none has all its departments and officers, two together have.
    """

    problem: Problem
    kinds: tuple[tuple[int, ...], ...]
    points: tuple[LonLat, ...]
    shifts: tuple[Shift, ...]
    borders: tuple[tuple[int, ...], ...]
    stay_s: Longs
    place: Longs
    mandatory: Flags
    kind: Longs
    day: Longs
    shift: Longs
    teams: Longs
    available_s: Longs
    out_s: Longs
    open: Bits
    late: Flags
    barred: Bits
    joint: Flags

    def head(self, kind: int) -> Team:
        """Return the first team of a kind."""
        return self.problem.teams[self.kinds[kind][0]]

    def hopeless(self) -> dict[int, str]:
        """Return each visit that may lie nowhere with the reason: the hurdle that nobody passes."""
        if not len(self.kind):
            return dict.fromkeys(range(len(self.stay_s)), "no_team")
        lost = np.flatnonzero(~self.open.any(axis=1))
        return {int(visit): HURDLES[int(self.barred[visit].max())] for visit in lost}


def survey(problem: Problem, legs: Callable[[list[Team]], tuple[Longs, Longs]] | None = None) -> Field:
    """Return the arrays of a problem, in time and memory in proportion to visits × slots.

    `legs` returns (teams, places) seconds from the base of each team and back, the places in the order of their first visit;
    with it the answer is exact for routes of one visit, and no visit takes two teams.
    """
    kinds = _kinds(problem)
    heads = [problem.teams[kind[0]] for kind in kinds]
    shifts = tuple(dict.fromkeys(shift for team in heads for shift in team.shifts))
    rows = [
        (number, day, shifts.index(shift), len(kinds[number]), available_s(shift))
        for number, team in enumerate(heads)
        for day, date in enumerate(problem.days)
        for shift in sorted(team.shifts_on(date), key=lambda one: one.start_s)
    ]
    kind, day, shift, teams, available = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    numbers: dict[LonLat, int] = {}
    place = np.array([numbers.setdefault(visit.place, len(numbers)) for visit in problem.visits], dtype=np.int64)
    stay_s = np.array([visit.minutes * 60 for visit in problem.visits], dtype=np.int64)
    out_s, back_s = legs(heads) if legs else (_ways_out(problem, heads, tuple(numbers)), None)
    doors = _Doors(problem, shifts, stay_s, kind, day, shift)
    parts = doors.parts()
    joint, partners = _joint(problem, kinds, kind, day, shifts, shift)
    if legs:
        joint[:] = False
    tests = (
        _pins(problem, heads, kind, day, shifts, shift),
        _dates(problem, day),
        np.where(joint[:, None], partners, _departments(problem, heads, kind, day)),
        _officers(problem, heads, kind, day) | joint[:, None],
        parts > 0,
        (out_s if back_s is None else np.maximum(out_s, back_s))[kind][:, place].T < UNREACHABLE,
    )
    barred = np.full((len(stay_s), len(rows)), len(HURDLES), dtype=np.uint8)
    for number, passed in reversed(list(enumerate(tests))):
        barred[~passed] = number
    free = barred == len(HURDLES)
    there_s = np.minimum(out_s, UNREACHABLE)[:, place]
    home_s = np.zeros_like(out_s) if back_s is None else np.minimum(back_s, UNREACHABLE)
    open_ = parts * (free & doors.in_time(heads, there_s, home_s[:, place]))
    far_s = (np.minimum(out_s, UNREACHABLE) * FAR).astype(np.int64)
    doubtful = open_.any(axis=1) & ~(free & doors.in_time(heads, there_s, far_s[:, place])).any(axis=1)
    if back_s is None and doubtful.any():
        home_s = _ways_home(problem, heads, tuple(numbers), np.unique(place[doubtful]))
        open_ = parts * (free & doors.in_time(heads, there_s, home_s[:, place]))
    barred[free & (open_ == 0)] = HURDLES.index("no_time")
    return Field(
        problem=problem,
        kinds=kinds,
        points=tuple(numbers),
        shifts=shifts,
        borders=doors.borders,
        stay_s=stay_s,
        place=place,
        mandatory=np.array([visit.mandatory for visit in problem.visits], dtype=np.bool_),
        kind=kind,
        day=day,
        shift=shift,
        teams=teams,
        available_s=available,
        out_s=out_s,
        open=open_,
        late=doors.late(),
        barred=barred,
        joint=joint,
    )


def _kinds(problem: Problem) -> tuple[tuple[int, ...], ...]:
    """Put teams that make no difference to any visit into one kind; a team that a pin names is a kind of its own."""
    pinned = {visit.pin.team for visit in problem.visits if visit.pin and visit.pin.team}
    kinds: dict[object, list[int]] = {}
    for number, team in enumerate(problem.teams):
        certified = tuple(min(team.certified_on(day), OFFICERS_AT_INSPECTION) for day in problem.days)
        off = frozenset(day for day in problem.days if not team.works_on(day))
        own = team.id if team.id in pinned else None
        there = tuple(team.departments_on(day) for day in problem.days)
        key = (team.base, team.mode, team.shifts, off, there, certified, own)
        kinds.setdefault(key, []).append(number)
    return tuple(tuple(teams) for teams in kinds.values())


# ---- legs ------------------------------------------------------------------------------------------------------------


def _ways_out(problem: Problem, heads: list[Team], points: tuple[LonLat, ...]) -> Longs:
    """Return (kinds, places) seconds from each kind's base."""
    out = np.zeros((len(heads), len(points)), dtype=np.int64)
    for mode in sorted({team.mode for team in heads}) if points else ():
        bases = list(dict.fromkeys(team.base for team in heads if team.mode is mode))
        legs = problem.travel.matrix(bases, points, mode).time_s
        for number, team in enumerate(heads):
            if team.mode is mode:
                out[number] = legs[bases.index(team.base)]
    return out


def _ways_home(problem: Problem, heads: list[Team], points: tuple[LonLat, ...], wanted: Longs) -> Longs:
    """Return (kinds, places) seconds back to each kind's base, 0 for places that were not measured."""
    home = np.zeros((len(heads), len(points)), dtype=np.int64)
    wanted = wanted[:MOST_WAYS_HOME]
    for mode in sorted({team.mode for team in heads}):
        bases = list(dict.fromkeys(team.base for team in heads if team.mode is mode))
        legs = problem.travel.matrix([points[place] for place in wanted], bases, mode).time_s
        for number, team in enumerate(heads):
            if team.mode is mode:
                home[number, wanted] = legs[:, bases.index(team.base)]
    return home


# ---- hurdles: each returns (visits, slots) ---------------------------------------------------------------------------


def _pins(
    problem: Problem, heads: list[Team], kind: Longs, day: Longs, shifts: tuple[Shift, ...], shift: Longs
) -> Flags:
    allowed = np.ones((len(problem.visits), len(kind)), dtype=np.bool_)
    for number, visit in enumerate(problem.visits):
        if pin := visit.pin:
            teams = np.array([pin.team in (None, team.id) for team in heads], dtype=np.bool_)
            days = np.array([pin.day in (None, date) for date in problem.days], dtype=np.bool_)
            names = np.array([pin.shift in (None, one.name) for one in shifts], dtype=np.bool_)
            allowed[number] = teams[kind] & days[day] & names[shift]
    return allowed


def _dates(problem: Problem, day: Longs) -> Flags:
    dates = np.array([date.toordinal() for date in problem.days], dtype=np.int64)
    first = np.array([v.earliest.toordinal() if v.earliest else 0 for v in problem.visits], dtype=np.int64)
    last = np.array([v.due.toordinal() if v.due else 10**9 for v in problem.visits], dtype=np.int64)
    allowed = (dates >= first[:, None]) & (dates <= last[:, None])
    for number, visit in enumerate(problem.visits):
        if visit.taken:
            allowed[number] &= [date not in visit.taken for date in problem.days]
    return allowed[:, day]


def _departments(problem: Problem, heads: list[Team], kind: Longs, day: Longs) -> Flags:
    group, sets = _numbered(visit.departments for visit in problem.visits)
    present = np.array(
        [[[need <= team.departments_on(date) for date in problem.days] for team in heads] for need in sets],
        dtype=np.bool_,
    )
    return present.reshape(len(sets), len(heads), len(problem.days))[group][:, kind, day]


def _officers(problem: Problem, heads: list[Team], kind: Longs, day: Longs) -> Flags:
    enough = np.array(
        [[team.certified_on(date) >= OFFICERS_AT_INSPECTION for date in problem.days] for team in heads],
        dtype=np.bool_,
    ).reshape(len(heads), len(problem.days))
    patrol = np.array([visit.mode is not VisitMode.INSPECTION for visit in problem.visits], dtype=np.bool_)
    return patrol[:, None] | enough[kind, day][None, :]


def _joint(
    problem: Problem,
    kinds: tuple[tuple[int, ...], ...],
    kind: Longs,
    day: Longs,
    shifts: tuple[Shift, ...],
    shift: Longs,
) -> tuple[Flags, Flags]:
    """Return which visits need two teams, and (visits, slots) where a partner is at work at the same time.

    Two are needed where no team has all departments and officers on any day; together they must have them.
    """
    group, asks = _numbered((visit.departments, visit.mode) for visit in problem.visits)
    heads = [problem.teams[own[0]] for own in kinds]
    officers = np.array([[team.certified_on(date) for date in problem.days] for team in heads], dtype=np.int64)
    officers = officers.reshape(len(heads), len(problem.days))
    meet = np.array(
        [[min(a.end_s, b.end_s) > max(a.start_s, b.start_s) for b in shifts] for a in shifts], dtype=np.bool_
    ).reshape(len(shifts), len(shifts))
    found = np.zeros((len(asks), len(kind)), dtype=np.bool_)
    for number, (need, mode) in enumerate(asks):
        least = OFFICERS_AT_INSPECTION if mode is VisitMode.INSPECTION else 0
        present = np.array(
            [[[name in team.departments_on(date) for name in sorted(need)] for date in problem.days] for team in heads],
            dtype=np.bool_,
        ).reshape(len(heads), len(problem.days), len(need))[kind, day]
        if (present.all(axis=1) & (officers[kind, day] >= least)).any() or not len(kind):
            continue
        two = np.array(
            [[one != other or len(kinds[one]) > 1 for other in range(len(kinds))] for one in range(len(kinds))]
        )
        together = (day[:, None] == day) & meet[shift[:, None], shift] & two[kind[:, None], kind]
        together &= (present[:, None] | present[None, :]).all(axis=2)
        together &= officers[kind, day][:, None] + officers[kind, day] >= least
        found[number] = together.any(axis=1)
    partners = found[group]
    return np.asarray(partners.any(axis=1)), partners


class _Doors:
    """When doors are open during the slots."""

    def __init__(
        self, problem: Problem, shifts: tuple[Shift, ...], stay_s: Longs, kind: Longs, day: Longs, shift: Longs
    ) -> None:
        group, weeks = _numbered((visit.opening, visit.closed.intersection(problem.days)) for visit in problem.visits)
        windows = [[() if date in closed else week.on(date) for date in problem.days] for week, closed in weeks]
        most = max((len(spans) for week in windows for spans in week), default=0) or 1
        spans = np.zeros((len(weeks), len(problem.days), most, 2), dtype=np.int64)
        for number, row in enumerate(windows):
            for at, of_day in enumerate(row):
                spans[number, at, : len(of_day)] = np.array(of_day, dtype=np.int64).reshape(-1, 2)
        self.opens, self.closes = spans[group, :, :, 0].astype(np.int32), spans[group, :, :, 1].astype(np.int32)
        self.shifts, self.stay_s, self.kind, self.day, self.shift = shifts, stay_s.astype(np.int32), kind, day, shift
        self.borders = tuple(self._borders(one) for one in shifts)
        self.factors, self.set_up_s = problem.round.travel.factors, problem.set_up_s

    def _borders(self, shift: Shift) -> tuple[int, ...]:
        """Return where most doors open or close during the shift."""
        edges = np.concatenate([self.opens.ravel(), self.closes.ravel()])
        edges = edges[(edges > shift.start_s) & (edges < shift.end_s)]
        values, count = np.unique(edges, return_counts=True)
        chosen = values[np.argsort(-count, kind="stable")[: PARTS - 1]]
        return (shift.start_s, *sorted(int(value) for value in chosen), shift.end_s)

    def parts(self) -> Bits:
        """Return (visits, slots) bits of the parts of the shift in which some window holds the whole visit, travel apart."""
        by_day = np.zeros((len(self.shifts), *self.opens.shape[:2]), dtype=np.uint8)
        for number, span in enumerate(self.shifts):
            begin, finish = np.maximum(self.opens, span.start_s), np.minimum(self.closes, span.end_s)
            fits = finish - begin >= self.stay_s[:, None, None]
            for part, (a, b) in enumerate(pairwise(self.borders[number])):
                by_day[number] |= (fits & (begin < b) & (finish > a)).any(axis=2).astype(np.uint8) << np.uint8(part)
        return np.ascontiguousarray(by_day[self.shift, :, self.day].T)

    def late(self) -> Flags:
        """Return (visits, slots) whether a window that holds the visit is still open after the shift's end."""
        by_day = [
            ((self.closes > span.end_s) & (self.closes - self.opens >= self.stay_s[:, None, None])).any(axis=2)
            for span in self.shifts
        ]
        found = np.array(by_day, dtype=np.bool_).reshape(len(self.shifts), *self.opens.shape[:2])
        return np.ascontiguousarray(found[self.shift, :, self.day].T)

    def in_time(self, heads: list[Team], out_s: Longs, home_s: Longs) -> Flags:
        """Return (visits, slots) whether a route of the visit alone is back in time, with its lunch where it needs one.

        `out_s` and `home_s` are (kinds, visits) seconds from the base and back, before the busy hours of a shift.
        """
        found = np.zeros((len(self.stay_s), len(self.kind)), dtype=np.bool_)
        for number, span in enumerate(self.shifts):
            for own in np.unique(self.kind[self.shift == number]):
                slots = np.flatnonzero((self.shift == number) & (self.kind == own))
                factor = pace_of(self.factors, span, heads[own].mode).factor
                lead = (stretched(out_s[own], factor) + self.set_up_s).astype(np.int32)[:, None]
                home = stretched(home_s[own], factor).astype(np.int32)[:, None]
                on_days = slice(None) if len(slots) == self.opens.shape[1] else self.day[slots]
                left = self._left(span.start_s + lead, on_days)
                good = left + home <= span.end_s
                if span.lunch is not None:
                    eats = span.lunch.minutes * 60
                    lunch_s = np.maximum(left, span.lunch.from_s)
                    after = (lunch_s <= span.lunch.to_s) & (np.maximum(left + home, lunch_s) + eats <= span.end_s)
                    first_s = max(span.start_s, span.lunch.from_s)
                    before = self._left(np.maximum(span.start_s + lead, first_s) + eats, on_days) + home <= span.end_s
                    good &= (left + home <= span.lunch.to_s) | after | (before & (first_s <= span.lunch.to_s))
                found[:, slots] = good
        return found

    def _left(self, ready: NDArray[np.int32], on_days: slice | Longs) -> NDArray[np.int32]:
        """Return (visits, days) when each visit is left that is ready to begin then, NEVER where its doors do not let it."""
        earliest = np.full((len(self.stay_s), self.opens[:, on_days].shape[1]), NEVER, dtype=np.int32)
        for window in range(self.opens.shape[2]):
            left = np.maximum(self.opens[:, on_days, window], ready) + self.stay_s[:, None]
            fits = left <= self.closes[:, on_days, window]
            np.minimum(earliest, left, out=earliest, where=fits)
        return earliest


def _numbered(values: Iterable[Key]) -> tuple[Longs, list[Key]]:
    """Number equal values alike."""
    numbers: dict[Key, int] = {}
    column = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)
    return column, list(numbers)
