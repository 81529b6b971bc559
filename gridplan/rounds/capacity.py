"""How many visits each team can make on each day at most: what counting rests on.

Travel is left out and so are meetings of two teams, so that the figures are upper bounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.round import Visit
from gridplan.model.site import VisitMode

OFFICERS_NEEDED = 2

Need = tuple[frozenset[str], VisitMode]
"""What a visit asks of a crew: departments, and two officers if it is an inspection."""
Flags = NDArray[np.bool_]
Hours = tuple[int, Flags]
"""One shift of one day: the minutes at work in it less a set-up, and whether each visit may lie in it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Room:
    """What the teams have room for on each day of a horizon, in n visits.

    Attributes
    ----------
    days
        How many days the horizon has.
    minutes, shortest
        Of each visit; and the numbers of the visits, the shortest first.
    hours
        Of each team, of each day: its shifts. Teams that make no difference share the same object.
    sometimes_joint, always_joint
        Whether each visit takes two teams on some day; and whether no team can make it alone on any day, but two can.
    """

    days: int
    minutes: NDArray[np.int64]
    shortest: NDArray[np.int64]
    hours: Mapping[TeamId, tuple[tuple[Hours, ...], ...]]
    sometimes_joint: Flags
    always_joint: Flags

    def by_team(self, those: Flags | None = None) -> dict[TeamId, tuple[int, ...]]:
        """Return for each team the most of those visits (None: all) that it can make on each day.

        In each shift the shortest visits that may lie there fill the time at work.
        """
        chosen = np.ones(len(self.minutes), dtype=np.bool_) if those is None else those
        filled: dict[int, tuple[int, ...]] = {}
        for days in self.hours.values():
            if id(days) not in filled:
                filled[id(days)] = tuple(self._fill(shifts, chosen) for shifts in days)
        return {team: filled[id(days)] for team, days in self.hours.items()}

    def _fill(self, shifts: Sequence[Hours], chosen: Flags) -> int:
        count, fitting = 0, np.zeros(len(chosen), dtype=np.bool_)
        for room_min, fits in shifts:
            there = fits & chosen
            ends = np.cumsum(self.minutes[self.shortest[there[self.shortest]]])
            count += int(np.searchsorted(ends, room_min, side="right"))
            fitting |= there
        return min(count, int(fitting.sum()))

    def each_day(self, those: Flags | None = None) -> tuple[int, ...]:
        """Return C_d: what all teams together can do of those visits, never more than may be made on that day at all."""
        by_team = self.by_team(those)
        totals = []
        for day in range(self.days):
            fitting = np.zeros(len(self.minutes), dtype=np.bool_)
            for days in {id(own): own for own in self.hours.values()}.values():
                for _, fits in days[day]:
                    fitting |= fits
            there = int((fitting if those is None else fitting & those).sum())
            totals.append(min(there, sum(counts[day] for counts in by_team.values())))
        return tuple(totals)


class Demand:
    """Visits as columns, over some days: read once, asked for as many crews and minutes as one likes."""

    def __init__(self, visits: Sequence[Visit], days: Sequence[date]) -> None:
        """Read what each visit asks for; `visits` are those that count."""
        numbers: dict[Need, int] = {}
        self.days = days
        self.need_of = np.array(
            [numbers.setdefault((v.departments, v.mode), len(numbers)) for v in visits], dtype=np.int64
        )
        self.needs = list(numbers)
        self.doors = _Doors(visits, days)
        self.minutes = np.array([visit.minutes for visit in visits], dtype=np.int64)
        self.pinned = {visit.pin.team for visit in visits if visit.pin and visit.pin.team}

    def room(self, teams: Sequence[Team], *, set_up_min: int, minutes: NDArray[np.int64] | None = None) -> Room:
        """Return what the teams have room for on each day; `minutes` instead of the visits' own."""
        minutes = self.minutes if minutes is None else minutes
        stay_s = minutes * 60
        needs, need_of, days, doors = self.needs, self.need_of, self.days, self.doors
        alone = {(need, day) for need in needs for day in days if any(_able([team], need, day) for team in teams)}
        partners = _partners(needs, teams, days, alone)
        met = {(need, day) for _, need, day in partners}
        joint = np.array([[(need, day) in met for day in days] for need in needs], dtype=np.bool_)
        joint = joint.reshape(-1, len(days))
        single = np.array([any((need, day) in alone for day in days) for need in needs], dtype=np.bool_)
        seen: dict[object, tuple[tuple[Hours, ...], ...]] = {}
        hours: dict[TeamId, tuple[tuple[Hours, ...], ...]] = {}
        for number, team in enumerate(teams):
            able = np.array(
                [[_able([team], need, day) or (number, need, day) in partners for day in days] for need in needs],
                dtype=np.bool_,
            ).reshape(-1, len(days))
            there = tuple(team.works_on(day) for day in days)
            key = (team.shifts, there, able.tobytes(), team.id if team.id in self.pinned else None)
            if key not in seen:
                seen[key] = tuple(
                    tuple(
                        (
                            longest_work_s(shift) // 60 - set_up_min,
                            able[need_of, at]
                            & doors.open(at, shift, stay_s)
                            # Of two teams one is the pinned one.
                            & (doors.unpinned(team.id, shift) | joint[need_of, at]),
                        )
                        for shift in team.shifts_on(day)
                    )
                    for at, day in enumerate(days)
                )
            hours[team.id] = seen[key]
        sometimes: Flags = np.logical_or.reduce(joint, axis=1)
        return Room(
            days=len(days),
            minutes=minutes,
            shortest=np.argsort(minutes, kind="stable"),
            hours=hours,
            sometimes_joint=sometimes[need_of],
            always_joint=(sometimes & ~single)[need_of],
        )


def survey(visits: Sequence[Visit], teams: Sequence[Team], days: Sequence[date], *, set_up_min: int) -> Room:
    """Return what the teams have room for on each day; `visits` are those that count."""
    return Demand(visits, days).room(teams, set_up_min=set_up_min)


def capacity(
    visits: Sequence[Visit], teams: Sequence[Team], days: Sequence[date], *, set_up_min: int
) -> dict[TeamId, tuple[int, ...]]:
    """Return for each team an upper bound of the visits it can make on each day; `visits` are those that count."""
    return survey(visits, teams, days, set_up_min=set_up_min).by_team()


def longest_work_s(shift: Shift) -> int:
    """Return the longest time at work in a shift: without its lunch, or home before the lunch window ends."""
    whole = shift.end_s - shift.start_s
    if shift.lunch is None:
        return whole
    return max(whole - shift.lunch.minutes * 60, min(shift.lunch.to_s, shift.end_s) - shift.start_s, 0)


def _able(teams: Sequence[Team], need: Need, day: date) -> bool:
    """Return whether teams that go together have the departments and the officers."""
    departments, mode = need
    there = frozenset[str]().union(*(team.departments_on(day) for team in teams))
    officers = sum(team.certified_on(day) for team in teams)
    return departments <= there and (mode is VisitMode.PATROL or officers >= OFFICERS_NEEDED)


def _partners(
    needs: Sequence[Need], teams: Sequence[Team], days: Sequence[date], alone: set[tuple[Need, date]]
) -> set[tuple[int, Need, date]]:
    """Return the (team, need, day) where a team can be one of two: no team of the round is enough alone, two together are."""
    found: set[tuple[int, Need, date]] = set()
    for need in needs:
        for day in days:
            if (need, day) in alone:
                continue
            there = [number for number, team in enumerate(teams) if team.shifts_on(day)]
            for one, two in combinations(there, 2):
                if _able([teams[one], teams[two]], need, day):
                    found |= {(one, need, day), (two, need, day)}
    return found


class _Doors:
    """When each visit may be made, whoever makes it. Visits with the same doors are looked at once."""

    def __init__(self, visits: Sequence[Visit], days: Sequence[date]) -> None:
        """Read the dates of the visits."""
        self.days = days
        numbers: dict[object, int] = {}
        heads: list[Visit] = []
        profile = []
        for visit in visits:
            key = (visit.opening, visit.closed)
            if key not in numbers:
                heads.append(visit)
            profile.append(numbers.setdefault(key, len(numbers)))
        self.heads = heads
        self.profile = np.array(profile, dtype=np.int64)
        self.dates = np.ones((len(profile), len(days)), dtype=np.bool_)
        for number, visit in enumerate(visits):
            if visit.earliest or visit.due or visit.taken or visit.pin:
                self.dates[number] = list(_dates(visit, days))
        self.pins = [(number, visit.pin) for number, visit in enumerate(visits) if visit.pin]
        self._longest: dict[tuple[int, int, int], NDArray[np.int64]] = {}

    def longest(self, at: int, shift: Shift) -> NDArray[np.int64]:
        """Return of each profile the seconds of the longest opening window inside the shift on a day, below 0 for none."""
        key = (at, shift.start_s, shift.end_s)
        if key not in self._longest:
            self._longest[key] = np.array(
                [
                    max(
                        (min(e, shift.end_s) - max(s, shift.start_s) for s, e in head.windows(self.days[at])),
                        default=-1,
                    )
                    for head in self.heads
                ],
                dtype=np.int64,
            )
        return self._longest[key]

    def open(self, at: int, shift: Shift, stay_s: NDArray[np.int64]) -> Flags:
        """Return which visits fit, with their whole minutes, into one opening window and the shift on a day."""
        return np.asarray((self.longest(at, shift)[self.profile] >= stay_s) & self.dates[:, at])

    def unpinned(self, team: TeamId, shift: Shift) -> Flags:
        """Return which visits no pin keeps with another team or in another shift."""
        free = np.ones(len(self.profile), dtype=np.bool_)
        for number, pin in self.pins:
            free[number] = pin.team in (None, team) and pin.shift in (None, shift.name)
        return free


def _dates(visit: Visit, days: Sequence[date]) -> Iterator[bool]:
    """Say for each day whether earliest and due day, pin and other tiers allow it."""
    pinned = visit.pin.day if visit.pin else None
    for day in days:
        yield (
            (visit.earliest is None or visit.earliest <= day)
            and (visit.due is None or day <= visit.due)
            and (pinned is None or pinned == day)
            and day not in visit.taken
        )
