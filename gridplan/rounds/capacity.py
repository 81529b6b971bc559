"""How many visits each team can make on each day at most: what counting rests on.

Travel is left out and so are meetings of two teams, so that the figures are upper bounds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.place import LonLat
from gridplan.model.round import Pin, Visit, VisitId
from gridplan.model.site import SiteId, VisitMode

OFFICERS_NEEDED = 2

Need = tuple[frozenset[str], VisitMode]
"""What a visit asks of a crew: departments, and two officers if it is an inspection."""
Hours = tuple[int, tuple[int, ...]]
"""One shift: the minutes at work in it less a set-up, and the kinds of visits that may lie in it, the shortest first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Room:
    """What the teams have room for. Visits that can be made at the same times by the same teams are of one kind.

    Attributes
    ----------
    days
        How many days the horizon has.
    teams
        The teams, in order.
    kind_of
        Kind of each visit.
    minutes
        Of each kind.
    shifts
        Of each team, of each day: its shifts. Teams that make no difference share the same object.
    sometimes_joint, always_joint
        The kinds that take two teams on some day, and those that no team can make alone on any day.
    """

    days: int
    teams: tuple[TeamId, ...]
    kind_of: tuple[int, ...]
    minutes: tuple[int, ...]
    shifts: tuple[tuple[tuple[Hours, ...], ...], ...]
    sometimes_joint: frozenset[int]
    always_joint: frozenset[int]

    def by_team(self, kinds: Mapping[int, int]) -> dict[TeamId, tuple[int, ...]]:
        """Return for each team the most of these visits ({kind: how many}) that it can make on each day.

        In each shift the shortest visits that may lie there fill the time at work.
        """
        filled: dict[int, tuple[int, ...]] = {}
        for days in self.shifts:
            if id(days) not in filled:
                filled[id(days)] = tuple(self._fill(shifts, kinds) for shifts in days)
        return {team: filled[id(days)] for team, days in zip(self.teams, self.shifts, strict=True)}

    def _fill(self, shifts: Sequence[Hours], kinds: Mapping[int, int]) -> int:
        count, fitting = 0, set()
        for room_min, fits in shifts:
            for kind in fits:
                if there := kinds.get(kind, 0):
                    fitting.add(kind)
                    made = min(there, max(room_min, 0) // self.minutes[kind])
                    count, room_min = count + made, room_min - made * self.minutes[kind]
        return min(count, sum(kinds[kind] for kind in fitting))

    def each_day(self, kinds: Mapping[int, int]) -> tuple[int, ...]:
        """Return C_d: what all teams together can do of these visits, never more than may be made on that day at all."""
        by_team = list(self.by_team(kinds).values())
        totals = []
        for day in range(self.days):
            fitting = {kind for days in self.shifts for _, fits in days[day] for kind in fits}
            there = sum(kinds.get(kind, 0) for kind in fitting)
            totals.append(min(there, sum(counts[day] for counts in by_team)))
        return tuple(totals)


def survey(visits: Sequence[Visit], teams: Sequence[Team], days: Sequence[date], *, set_up_min: int) -> Room:
    """Return what the teams have room for on each day; `visits` are those that count."""
    numbers: dict[Visit, int] = {}
    kind_of = tuple(numbers.setdefault(_alike(visit), len(numbers)) for visit in visits)
    kinds = list(numbers)
    needs = {(kind.departments, kind.mode) for kind in kinds}
    alone = {(need, day) for need in needs for day in days if any(_able([team], need, day) for team in teams)}
    partners = _partners(needs, teams, days, alone)
    joint = {(need, day) for _, need, day in partners}
    need_of = [(kind.departments, kind.mode) for kind in kinds]
    sometimes = {n for n, need in enumerate(need_of) if any((need, day) in joint for day in days)}
    always = {n for n in sometimes if not any((need_of[n], day) in alone for day in days)}
    shortest = sorted(range(len(kinds)), key=lambda number: kinds[number].minutes)
    pinned = {kind.pin.team for kind in kinds if kind.pin}
    seen: dict[object, tuple[tuple[Hours, ...], ...]] = {}
    shifts = []
    for number, team in enumerate(teams):
        able = frozenset(
            (need, day) for need in needs for day in days if _able([team], need, day) or (number, need, day) in partners
        )
        key = (team.shifts, team.off.intersection(days), able, team.id if team.id in pinned else None)
        if key not in seen:
            seen[key] = tuple(
                tuple(
                    (
                        _longest_work_s(shift) // 60 - set_up_min,
                        tuple(
                            kind
                            for kind in shortest
                            if (need_of[kind], day) in able
                            and _open(kinds[kind], team, day, shift, joint=(need_of[kind], day) in joint)
                        ),
                    )
                    for shift in team.shifts_on(day)
                )
                for day in days
            )
        shifts.append(seen[key])
    return Room(
        days=len(days),
        teams=tuple(team.id for team in teams),
        kind_of=kind_of,
        minutes=tuple(kind.minutes for kind in kinds),
        shifts=tuple(shifts),
        sometimes_joint=frozenset(sometimes),
        always_joint=frozenset(always),
    )


def capacity(
    visits: Sequence[Visit], teams: Sequence[Team], days: Sequence[date], *, set_up_min: int
) -> dict[TeamId, tuple[int, ...]]:
    """Return for each team an upper bound of the visits it can make on each day; `visits` are those that count."""
    room = survey(visits, teams, days, set_up_min=set_up_min)
    return room.by_team(Counter(room.kind_of))


def _alike(visit: Visit) -> Visit:
    """Return the visit without what makes no difference to when it can be made: visits of a kind are counted together."""
    return replace(
        visit, id=VisitId(""), site=SiteId(""), place=LonLat(0, 0), priority=0, township=None, community=None
    )


def _longest_work_s(shift: Shift) -> int:
    """Return the longest time at work in a shift: without its lunch, or home before the lunch window ends."""
    whole = shift.end_s - shift.start_s
    if shift.lunch is None:
        return whole
    return max(whole - shift.lunch.minutes * 60, min(shift.lunch.to_s, shift.end_s) - shift.start_s, 0)


def _able(teams: Sequence[Team], need: Need, day: date) -> bool:
    """Return whether teams that go together have the departments and the officers."""
    departments, mode = need
    there = frozenset[str]().union(*(team.departments for team in teams))
    officers = sum(team.certified_on(day) for team in teams)
    return departments <= there and (mode is VisitMode.PATROL or officers >= OFFICERS_NEEDED)


def _partners(
    needs: set[Need], teams: Sequence[Team], days: Sequence[date], alone: set[tuple[Need, date]]
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


def _open(visit: Visit, team: Team, day: date, shift: Shift, *, joint: bool) -> bool:
    """Return whether dates, pin and doors let the team make the visit in that shift. Of two teams one is the pinned one."""
    pin = visit.pin or Pin()
    return (
        (visit.earliest is None or visit.earliest <= day)
        and (visit.due is None or day <= visit.due)
        and day not in visit.taken
        and pin.day in (None, day)
        and (joint or (pin.team in (None, team.id) and pin.shift in (None, shift.name)))
        and any(
            min(end_s, shift.end_s) - max(start_s, shift.start_s) >= visit.minutes * 60
            for start_s, end_s in visit.windows(day)
        )
    )
