"""Joint visits that no team can make alone: two teams are chosen for each, and when they meet.

Each such visit becomes two, one for each team, whose doors open only at the appointment: from then on they are planned like
any other. Appointments of one pair of teams on one day follow each other, so that the two drive together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import combinations

from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.hours import OpeningHours, Window
from gridplan.model.place import AreaCode, LonLat
from gridplan.model.plan import Placement, Route, Unplanned
from gridplan.model.round import Pin, RuleUnit, Visit, VisitId
from gridplan.model.site import VisitMode
from gridplan.model.words import Text, say
from gridplan.routing.pace import Pace, pace_of, stretched
from gridplan.routing.problem import Problem
from gridplan.routing.timeline import OFFICERS_AT_INSPECTION, Orders, Timetable

MEET_WITHIN_S = 300
"""So far apart the two teams may begin."""
SLACK_S = 300
"""Time between two appointments beside the way, so that small changes do not upset the day."""
NEW_SESSION_S = 1_800
"""What a first appointment of two teams on a day costs more than one that follows another."""
BUSY_S = 24 * 3_600
"""What a first appointment costs where a team has others already: only when no two free teams can meet."""
MARK = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """The problem with joint visits in two parts, and how to put them together again."""

    problem: Problem
    whole: Mapping[VisitId, VisitId] = field(default_factory=dict)
    appointments: Mapping[VisitId, datetime] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()

    def original(self, visit: VisitId) -> VisitId:
        """Return the visit a part belongs to, or the visit itself."""
        return self.whole.get(visit, visit)

    def start(self, table: Timetable) -> Orders:
        """Return the appointments alone as a plan to begin with: what is built around them seldom leaves room for them."""
        slots = {(slot.team, slot.day, slot.shift.name): number for number, slot in enumerate(table.slots)}
        teams = {team.id: number for number, team in enumerate(table.problem.teams)}
        days = {day: number for number, day in enumerate(table.problem.days)}
        parts = [number for number, visit in enumerate(table.problem.visits) if visit.id in self.whole]
        orders: dict[int, tuple[int, ...]] = {}
        for part in sorted(
            parts, key=lambda part: (self.appointments[self.original(table.problem.visits[part].id)], part)
        ):
            pin = table.problem.visits[part].pin
            if pin is None or pin.team is None or pin.day is None or pin.shift is None:
                continue
            slot = slots[teams[pin.team], days[pin.day], pin.shift]
            order = (*orders.get(slot, ()), part)
            if table.time(slot, order) is not None:
                orders[slot] = order
        return orders

    def keep_pairs(self, table: Timetable, orders: Orders) -> Orders:
        """Take out parts whose other part is not planned; a route without stops disappears."""
        if not self.whole:
            return orders
        visits = table.problem.visits
        count: dict[VisitId, int] = {}
        for order in orders.values():
            for visit in order:
                count[self.original(visits[visit].id)] = count.get(self.original(visits[visit].id), 0) + 1
        kept = {
            slot: tuple(
                visit
                for visit in order
                if visits[visit].id not in self.whole or count[self.original(visits[visit].id)] == 2
            )
            for slot, order in orders.items()
        }
        return {slot: order for slot, order in kept.items() if order}

    def rejoin(self, route: Route) -> Route:
        """Return the route with the visits themselves in place of their parts."""
        if not self.whole:
            return route
        return replace(route, stops=tuple(replace(stop, visit=self.original(stop.visit)) for stop in route.stops))

    def one_each(self, items: Sequence[Unplanned]) -> list[Unplanned]:
        """Return one entry for each visit left out."""
        found: dict[VisitId, Unplanned] = {}
        for item in items:
            id = self.original(item.visit)
            found.setdefault(id, replace(item, visit=id))
        return list(found.values())

    def kept(self, orders: Orders, table: Timetable) -> dict[VisitId, datetime]:
        """Return the appointments of the joint visits that are planned."""
        planned = {self.original(table.problem.visits[visit].id) for order in orders.values() for visit in order}
        return {visit: at for visit, at in self.appointments.items() if visit in planned}


def needs_two(visit: Visit, teams: Sequence[Team], days: Sequence[date]) -> bool:
    """Whether no team can make the visit alone on any day, for want of departments or officers."""
    return not any(_able((team,), visit, day) for team in teams for day in days if team.shifts_on(day))


def _able(teams: Sequence[Team], visit: Visit, day: date) -> bool:
    """Whether teams together have the departments and officers a visit needs."""
    present = frozenset().union(*(team.departments_on(day) for team in teams))
    officers = sum(team.certified_on(day) for team in teams)
    return visit.departments <= present and (visit.mode is VisitMode.PATROL or officers >= OFFICERS_AT_INSPECTION)


@dataclass(slots=True)
class _Session:
    """Two teams on one day in two shifts, and how far their common day is planned."""

    teams: tuple[Team, Team]
    shifts: tuple[Shift, Shift]
    day: date
    busy: bool = False
    here: Visit | None = None
    left: int = 0
    townships: set[AreaCode | None] = field(default_factory=set)

    def shares(self, other: _Session) -> bool:
        """Whether a team would have to be in both at once."""
        return self.day == other.day and any(
            mine.id == their.id and min(one.end_s, two.end_s) > max(one.start_s, two.start_s)
            for mine, one in zip(self.teams, self.shifts, strict=True)
            for their, two in zip(other.teams, other.shifts, strict=True)
        )


class _Ways:
    """Seconds between the bases and the joint visits: one matrix for each pace."""

    def __init__(self, problem: Problem, joint: Sequence[Visit]) -> None:
        places = list(dict.fromkeys([*(team.base for team in problem.teams), *(visit.place for visit in joint)]))
        self.number = {place: number for number, place in enumerate(places)}
        modes = {team.mode for team in problem.teams} if joint else ()
        self.seconds = {Pace(mode): problem.travel.matrix(places, places, mode).time_s for mode in modes}
        self._factors = problem.round.travel.factors

    def __call__(self, origin: LonLat, there: LonLat, team: Team, shift: Shift) -> int:
        """Return the seconds of one leg of a team in a shift."""
        pace = pace_of(self._factors, shift, team.mode)
        if pace not in self.seconds:
            self.seconds[pace] = stretched(self.seconds[Pace(team.mode)], pace.factor)
        return int(self.seconds[pace][self.number[origin], self.number[there]])


def arrange(problem: Problem, taken: Collection[Placement] = ()) -> Meeting:
    """Return the problem in which every joint visit that two teams can make has two parts with an appointment.

    In the shifts that are `taken` teams have appointments already; they are asked last.
    """
    joint = [visit for visit in problem.visits if needs_two(visit, problem.teams, problem.days)]
    sessions = _sessions(problem, joint, taken)
    if not joint or not sessions:
        return Meeting(problem=problem)
    ways = _Ways(problem, joint)
    parts: dict[VisitId, list[Visit]] = {}
    appointments: dict[VisitId, datetime] = {}
    waiting = sorted(joint, key=lambda visit: (-visit.priority, visit.due or problem.days[-1], visit.id))
    while waiting:
        urgent = waiting[0]
        best: tuple[int, int, Visit, _Session, int] | None = None
        for number, session in enumerate(sessions):
            # The most urgent visit opens a session; an open one goes on with whatever is nearest.
            for visit in [urgent] if session.here is None else waiting:
                at = _meet(problem, ways, session, visit)
                if at is None:
                    continue
                cost = sum(_legs(ways, session, visit))
                if session.here is None:
                    cost += NEW_SESSION_S + BUSY_S * session.busy
                if best is None or (cost, number) < best[:2]:
                    best = (cost, number, visit, session, at)
        if best is None:
            waiting.remove(urgent)
            continue
        _, _, visit, session, at = best
        waiting.remove(visit)
        parts[visit.id] = [
            _part(visit, team, shift, session.day, at)
            for team, shift in zip(session.teams, session.shifts, strict=True)
        ]
        appointments[visit.id] = datetime.combine(session.day, time()) + timedelta(seconds=at)
        if session.here is None:
            sessions = [one for one in sessions if one is session or not one.shares(session)]
        session.here, session.left = visit, at + visit.minutes * 60
        session.townships.add(visit.township)
    visits = tuple(part for visit in problem.visits for part in parts.get(visit.id, [visit]))
    # A joint visit is one visit of the district or a township, but one of each of its two teams.
    seconds = frozenset(pair[1].id for pair in parts.values() if problem.round.rule.unit is not RuleUnit.TEAM)
    before = {part.id: problem.before[id] for id, pair in parts.items() if id in problem.before for part in pair}
    return Meeting(
        problem=replace(
            problem, visits=visits, before={**problem.before, **before}, uncounted=problem.uncounted | seconds
        ),
        whole={part.id: id for id, pair in parts.items() for part in pair},
        appointments=appointments,
        notes=(say("routing.joint", visits=len(parts)),) if parts else (),
    )


def _sessions(problem: Problem, joint: Sequence[Visit], taken: Collection[Placement]) -> list[_Session]:
    """Return every (two teams, day, two shifts) that could make one of the visits."""
    kinds = {(visit.departments, visit.mode): visit for visit in joint}
    found = []
    for day in problem.days:
        working = [team for team in problem.teams if team.shifts_on(day)]
        for pair in combinations(working, 2):
            if not any(_able(pair, visit, day) for visit in kinds.values()):
                continue
            for one in pair[0].shifts_on(day):
                for two in pair[1].shifts_on(day):
                    if min(one.end_s, two.end_s) > max(one.start_s, two.start_s):
                        busy = any(
                            Placement(team=team.id, date=day, shift=shift.name) in taken
                            for team, shift in zip(pair, (one, two), strict=True)
                        )
                        found.append(_Session(teams=pair, shifts=(one, two), day=day, busy=busy))
    return found


def _legs(ways: _Ways, session: _Session, visit: Visit) -> list[int]:
    """Return each team's leg to the visit: from the one before, or from its base."""
    origins = [session.here.place if session.here else team.base for team in session.teams]
    return [
        ways(origin, visit.place, team, shift)
        for origin, team, shift in zip(origins, session.teams, session.shifts, strict=True)
    ]


def _meet(problem: Problem, ways: _Ways, session: _Session, visit: Visit) -> int | None:
    """Return when both teams can begin the visit (seconds after midnight), or None."""
    day, pin = session.day, visit.pin or Pin()
    lawful = (
        (visit.earliest is None or day >= visit.earliest)
        and (visit.due is None or day <= visit.due)
        and day not in visit.taken
        and pin.day in (None, day)
        and (pin.team is None or pin.team in [team.id for team in session.teams])
        and (pin.shift is None or pin.shift in [shift.name for shift in session.shifts])
        and _able(session.teams, visit, day)
        and not 0 < problem.round.limits.townships_per_team_day < len(session.townships | {visit.township})
    )
    if not lawful:
        return None
    ready, latest = 0, 24 * 3600
    for leg, team, shift in zip(_legs(ways, session, visit), session.teams, session.shifts, strict=True):
        set_up = 0 if session.here and session.here.place == visit.place else problem.set_up_s
        ready = max(ready, (session.left + SLACK_S if session.here else shift.start_s) + leg + set_up)
        home = ways(visit.place, team.base, team, shift)
        latest = min(latest, shift.end_s - home - visit.minutes * 60 - MEET_WITHIN_S)
    start = _clear(visit, session, ready)
    if start is not None and start <= latest:
        return start
    return None if session.here else _squeezed(problem, ways, session, visit)


def _squeezed(problem: Problem, ways: _Ways, session: _Session, visit: Visit) -> int | None:
    """Return the earliest moment of a grid at which both teams can make the visit if they make nothing else that shift."""
    stay = visit.minutes * 60
    for opens, closes in visit.windows(session.day):
        for at in range(-(-opens // MEET_WITHIN_S) * MEET_WITHIN_S, closes - stay + 1, MEET_WITHIN_S):
            latest = min(at + MEET_WITHIN_S, closes - stay)
            if all(
                _in_time(problem, ways, team, shift, visit, at, latest)
                for team, shift in zip(session.teams, session.shifts, strict=True)
            ):
                return at
    return None


def _in_time(problem: Problem, ways: _Ways, team: Team, shift: Shift, visit: Visit, at: int, latest: int) -> bool:
    """Whether a team that makes nothing else begins the visit in [at, latest], has its lunch and is back in its shift."""
    out, home = ways(team.base, visit.place, team, shift), ways(visit.place, team.base, team, shift)
    ready, stay, lunch = shift.start_s + out + problem.set_up_s, visit.minutes * 60, shift.lunch
    left = max(ready, at) + stay
    if max(ready, at) <= latest and left + home <= (min(shift.end_s, lunch.to_s) if lunch else shift.end_s):
        return True
    if lunch is None:
        return False
    lunch_s = lunch.minutes * 60
    after = max(ready, at) <= latest and left <= lunch.to_s
    if after and max(left + home, lunch.from_s) + lunch_s <= shift.end_s:
        return True
    begin = max(shift.start_s, lunch.from_s)
    start = max(max(ready, begin) + lunch_s, at)
    return begin <= lunch.to_s and start <= latest and start + stay + home <= shift.end_s


def _clear(visit: Visit, session: _Session, ready: int) -> int | None:
    """Return the earliest start from `ready` on inside the doors' hours that leaves both teams their lunch."""
    stay = visit.minutes * 60 + MEET_WITHIN_S
    lunches: list[Window] = [
        (shift.lunch.from_s, shift.lunch.from_s + shift.lunch.minutes * 60) for shift in session.shifts if shift.lunch
    ]
    for opens, closes in visit.windows(session.day):
        start = max(ready, opens)
        for begins, ends in sorted(lunches):
            if start < ends and start + stay > begins:
                start = ends
        if start + stay <= closes:
            return start
    return None


def _part(visit: Visit, team: Team, shift: Shift, day: date, at: int) -> Visit:
    """Return one team's part: its doors open at the appointment only."""
    until = at + MEET_WITHIN_S + visit.minutes * 60
    near = ((max(opens, at), min(closes, until)) for opens, closes in visit.windows(day))
    windows = tuple((opens, closes) for opens, closes in near if opens < closes)
    week = tuple(windows if number == day.weekday() else () for number in range(7))
    return replace(
        visit,
        id=VisitId(f"{visit.id}{MARK}{team.id}"),
        opening=OpeningHours(week),
        pin=Pin(team=TeamId(team.id), day=day, shift=shift.name),
        mode=VisitMode.PATROL,
        departments=frozenset(),
        priority=visit.priority + 1,
    )
