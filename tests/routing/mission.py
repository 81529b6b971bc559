"""The mission generator: an invented district with townships, communities, sites and teams, sized so that a plan exists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from gridplan.model.crew import Shift, TravelMode
from gridplan.model.place import LonLat
from gridplan.model.plan import Plan, Promise
from gridplan.model.round import RoundRule
from gridplan.model.site import VisitMode
from gridplan.model.travel import RoutePath, TravelMatrix
from gridplan.routing.judge.check import check_plan
from gridplan.routing.problem import Draft, Problem
from tests.builders import DAY, MONDAY, point, round_, team, visit
from tests.routing.plans import plan_of

EVENING = Shift(name="evening", start_s=64800, end_s=73800)


class Crow:
    """Straight lines × 1.3 at 25 km/h, 5 % slower towards the east: asymmetric, whole seconds."""

    name = "straight"

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        a, b = np.array(origins, dtype=float), np.array(destinations, dtype=float)
        east = (b[None, :, 0] - a[:, None, 0]) * 85400
        north = (b[None, :, 1] - a[:, None, 1]) * 111050
        metres = np.hypot(east, north) * 1.3
        speed = {TravelMode.CAR: 25.0, TravelMode.EBIKE: 15.0, TravelMode.WALK: 5.0}[mode] / 3.6
        return TravelMatrix(
            origins=tuple(origins),
            destinations=tuple(destinations),
            time_s=np.rint(metres / speed * np.where(east > 0, 1.05, 1.0)).astype(np.int64),
            distance_m=np.rint(metres).astype(np.int64),
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        matrix = self.matrix(points, points, mode)
        return [
            RoutePath(
                time_s=int(matrix.time_s[n, n + 1]),
                distance_m=int(matrix.distance_m[n, n + 1]),
                line=(points[n], points[n + 1]),
            )
            for n in range(len(points) - 1)
        ]


def workdays(number: int = 10, start: date = MONDAY) -> tuple[date, ...]:
    days = [start + timedelta(days=n) for n in range(number * 2)]
    return tuple(day for day in days if day.weekday() < 5)[:number]


def problem(
    visits: Sequence[Any], teams: Sequence[Any], *, days: int = 10, rule: RoundRule | None = None, **more: Any
) -> Problem:
    """A problem over the first working days from Monday 2026-11-30."""
    return Problem(
        round=round_(rule=rule or RoundRule(max_days=days)),
        days=workdays(days),
        visits=tuple(visits),
        teams=tuple(teams),
        travel=Crow(),
        set_up_s=300,
        **more,
    )


def mission(sites: int = 100, *, teams: int = 4, seed: int = 1, windows: bool = False, days: int = 10) -> Problem:
    """Sites around 10 townships; with `windows` one in ten opens only in the evening, some have split hours or three days."""
    random = np.random.default_rng(seed)
    centres = random.uniform(2_000, 28_000, size=(10, 2))
    weights = random.lognormal(0, 0.6, 10)
    home = random.choice(10, size=sites, p=weights / weights.sum())
    where = centres[home] + random.normal(0, 1_500, size=(sites, 2))
    made = []
    for n, (east, north) in enumerate(where):
        draw = random.random()
        more: dict[str, Any] = {}
        minutes = int(random.integers(20, 61))
        if windows and draw < 0.1:
            minutes = 20
            more["open"] = "Mo-Su 18:00-20:30"
        elif windows and draw < 0.2:
            more["open"] = "Mo-Su 09:00-11:30,14:00-17:00"
        elif windows and draw < 0.35:
            more["open"] = "Mo,Tu,We 08:00-18:00"
        elif windows and draw < 0.45:
            more |= {"mode": VisitMode.INSPECTION, "departments": frozenset({"education"})}
        made.append(visit(f"v{n:04d}", at=point(float(east), float(north)), minutes=minutes, **more))
    busiest = np.argsort(-weights)
    crews = [
        team(
            f"T{n + 1}",
            base=point(*(float(c) for c in centres[busiest[n % 10]])),
            shifts=(DAY, EVENING) if windows and n % 2 == 0 else (DAY,),
        )
        for n in range(teams)
    ]
    return problem(made, crews, days=days)


def plan(problem: Problem, draft: Draft) -> Plan:
    """The draft as a plan."""
    left = {item.visit for item in draft.unplanned}
    return plan_of(
        problem.visits,
        draft.routes,
        teams=problem.teams,
        rule=problem.round.rule,
        days=problem.days,
        unplanned=[one for one in problem.visits if one.id in left],
    )


def broken(problem: Problem, draft: Draft) -> set[Promise]:
    """The promises that the independent judge finds broken."""
    return {violation.promise for violation in check_plan(plan(problem, draft), problem.travel)}
