"""The cheapest lawful plan of a few visits, found by trying every order in every shift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, permutations

from gridplan.model.crew import Shift, Team
from gridplan.model.round import Visit
from gridplan.model.travel import TravelEngine
from gridplan.routing.judge.retime import first_fit, rebuild

NEVER = float("inf")
Turn = tuple[Team, date, Shift]


def cheapest_cost(
    visits: Sequence[Visit], teams: Sequence[Team], days: Sequence[date], engine: TravelEngine, team_day_min: float = 30
) -> float:
    """The least minutes of travel and team-days; infinite when no plan is lawful."""
    best = {frozenset[int](): 0.0}
    for one in teams:
        for day in days:
            alone = {frozenset[int](): 0.0}
            for shift in one.shifts_on(day):
                travel = {part: _least_travel(visits, part, (one, day, shift), engine) for part in _parts(visits)}
                alone = _joined(alone, travel)
            best = _joined(best, {part: cost + (team_day_min if part else 0) for part, cost in alone.items()})
    return best.get(frozenset(range(len(visits))), NEVER)


def _parts(visits: Sequence[Visit]) -> Iterator[frozenset[int]]:
    for size in range(len(visits) + 1):
        yield from map(frozenset, combinations(range(len(visits)), size))


def _joined(one: dict[frozenset[int], float], two: dict[frozenset[int], float]) -> dict[frozenset[int], float]:
    joined: dict[frozenset[int], float] = {}
    for a, cost in one.items():
        for b, more in two.items():
            if not a & b and cost + more < joined.get(a | b, NEVER):
                joined[a | b] = cost + more
    return joined


def _least_travel(visits: Sequence[Visit], part: frozenset[int], turn: Turn, engine: TravelEngine) -> float:
    if not part:
        return 0.0
    if any(not _may(visits[n], turn) for n in part):
        return NEVER
    return min(_travel([visits[n] for n in order], turn, engine) for order in permutations(sorted(part)))


def _may(visit: Visit, turn: Turn) -> bool:
    team, day, _ = turn
    return (
        (visit.earliest is None or day >= visit.earliest)
        and (visit.due is None or day <= visit.due)
        and visit.departments <= team.departments
        and bool(visit.windows(day))
    )


def _travel(order: Sequence[Visit], turn: Turn, engine: TravelEngine) -> float:
    team, day, shift = turn
    route = rebuild(order, team=team, day=day, number=1, shift=shift, engine=engine, set_up_s=300)

    def clock_s(moment: object) -> int:
        return moment.hour * 3600 + moment.minute * 60 + moment.second  # type: ignore[attr-defined, no-any-return]

    late = route.back.date() > day or clock_s(route.back) > shift.end_s
    hungry = route.lunch and shift.lunch and clock_s(route.lunch[0]) > shift.lunch.to_s
    shut = any(
        first_fit(clock_s(stop.start), visit.minutes, visit.windows(day)) != clock_s(stop.start)
        for stop, visit in zip(route.stops, order, strict=True)
    )
    return NEVER if late or hungry or shut else route.travel_s / 60
