"""A plan on trial: its times rebuilt, who is where, which visits take two teams, and how a breach is noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import combinations

from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.plan import Plan, Promise, Route, RouteId, Stop, Violation
from gridplan.model.round import Visit, VisitId
from gridplan.model.site import VisitMode
from gridplan.model.travel import TravelEngine
from gridplan.model.words import say
from gridplan.routing.judge.retime import rebuild

OFFICERS_NEEDED = 2
JOINT_TEAMS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A plan on trial.

    `true_routes` has, beside each stored route, the one rebuilt from its order, or None where that cannot be done. `places`
    are the stops of each known visit with the numbers of their routes. `joint` are the visits that take two teams: on the
    day of their first stop no team that works can make them alone, and two of its teams together can.
    """

    plan: Plan
    engine_name: str
    visits: Mapping[VisitId, Visit]
    teams: Mapping[TeamId, Team]
    true_routes: tuple[Route | None, ...]
    places: Mapping[VisitId, Sequence[tuple[int, Stop]]]
    joint: frozenset[VisitId]

    def stops(self) -> Iterator[tuple[Route, Stop, Visit]]:
        """Every stop of a known visit, with its stored route."""
        for route in self.plan.routes:
            for stop in route.stops:
                if stop.visit in self.visits:
                    yield route, stop, self.visits[stop.visit]

    def crews(self) -> Iterator[tuple[Route, Stop, Visit, tuple[Team, ...]]]:
        """Every stop with the teams that are there, by what the plan says: two at a joint visit, which comes once."""
        for id, places in self.places.items():
            together = [places] if id in self.joint else [[place] for place in places]
            for those in together:
                number, stop = those[0]
                names = dict.fromkeys(self.plan.routes[other].team for other, _ in those)
                if teams := tuple(self.teams[name] for name in names if name in self.teams):
                    yield self.plan.routes[number], stop, self.visits[id], teams

    def shift_of(self, route: Route) -> Shift | None:
        """The shift a route lies in, None when its team has none of that name."""
        team = self.teams.get(route.team)
        return next((shift for shift in team.shifts if shift.name == route.shift), None) if team else None


def _able(teams: Sequence[Team], departments: frozenset[str], mode: VisitMode, day: date) -> bool:
    """Return whether teams that go together have the departments, and the officers if it is an inspection."""
    there = frozenset[str]().union(*(team.departments_on(day) for team in teams))
    officers = sum(team.certified_on(day) for team in teams)
    return departments <= there and (mode is not VisitMode.INSPECTION or officers >= OFFICERS_NEEDED)


@dataclass(slots=True)
class Findings:
    """What one promise's function saw: how many things it looked at, and the breaches."""

    promise: Promise
    checked: int = 0
    violations: list[Violation] = field(default_factory=list)

    def breach(self, word: str, where: str, by: float, unit: str, **fields: object) -> None:
        """Note a breach; `word` is a key of words/check.py without its room."""
        text = say(f"check.{word}", where=where, by=f"{by:g}", **fields)
        self.violations.append(Violation(promise=self.promise, where=where, by=by, unit=unit, text=text))


def open_case(plan: Plan, engine: TravelEngine, only: Collection[RouteId] | None = None) -> Case:
    """Rebuild all times of a plan from visit, team, day, shift, order and the appointments of joint visits.

    With `only` these routes alone are rebuilt: what is judged by its rebuilt times is then left out for the others.
    """
    visits = {visit.id: visit for visit in plan.visits}
    teams = {team.id: team for team in plan.teams}
    places: dict[VisitId, list[tuple[int, Stop]]] = defaultdict(list)
    for number, route in enumerate(plan.routes):
        for stop in route.stops:
            if stop.visit in visits:
                places[stop.visit].append((number, stop))

    @cache
    def takes_two(departments: frozenset[str], mode: VisitMode, day: date) -> bool:
        alone = any(team.shifts_on(day) and _able([team], departments, mode, day) for team in plan.teams)
        pairs = combinations(plan.teams, 2)
        return not alone and any(_able(pair, departments, mode, day) for pair in pairs)

    case = Case(
        plan=plan,
        engine_name=engine.name,
        visits=visits,
        teams=teams,
        true_routes=(),
        places=places,
        joint=frozenset(
            id
            for id, ((number, _), *_) in places.items()
            if takes_two(visits[id].departments, visits[id].mode, plan.routes[number].date)
        ),
    )
    rebuilt = (None if only is not None and r.id not in only else _true_route(case, r, engine) for r in plan.routes)
    return replace(case, true_routes=tuple(rebuilt))


def _true_route(case: Case, route: Route, engine: TravelEngine) -> Route | None:
    shift = case.shift_of(route)
    if shift is None or any(stop.visit not in case.visits for stop in route.stops):
        return None
    return rebuild(
        [case.visits[stop.visit] for stop in route.stops],
        team=case.teams[route.team],
        day=route.date,
        number=route.day,
        shift=shift,
        engine=engine,
        set_up_s=case.plan.travel.set_up_min * 60,
        factors=case.plan.travel.factors,
        id=route.id,
        appointments=case.plan.appointments,
    )


def at_stop(route: Route, stop: Stop | Visit) -> str:
    return f"{route.id}/{stop.visit if isinstance(stop, Stop) else stop.id}"


def in_minutes(seconds: float) -> float:
    return round(seconds / 60, 2)
