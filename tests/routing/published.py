"""Published rounds to replan: a small district with everything a round may hold, planned once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from typing import Any

from gridplan.model.plan import Placement, Plan
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import Purpose, RoundRule, Visit, VisitId
from gridplan.routing.judge.check import check_plan
from gridplan.routing.problem import Problem
from gridplan.routing.replan.replan import judged
from gridplan.routing.replan.standing import placements
from gridplan.routing.search.improve import Effort, improve
from gridplan.routing.search.instance import build_instance
from gridplan.routing.timeline import Timetable
from tests.routing.mission import Crow, mission
from tests.routing.plans import plan_of

ENGINE = Crow()
QUICK = Effort(rounds=3_000, hot_s=30, cold_s=2)


def planned(problem: Problem, rounds: int = 4_000) -> Plan:
    """A judged plan of the problem by the improver alone."""
    table = Timetable(problem)
    orders = improve(build_instance(table, district=True), {}, Effort(rounds=rounds), seed=1)
    routes = [table.route(slot, order) for slot, order in orders.items()]
    routes.sort(key=lambda route: (route.date, route.team, route.depart))
    there = {stop.visit for route in routes for stop in route.stops}
    plan = plan_of(
        problem.visits,
        routes,
        teams=problem.teams,
        rule=problem.round.rule,
        days=problem.days,
        unplanned=[visit for visit in problem.visits if visit.id not in there],
        wishes=problem.round.wishes,
        limits=problem.round.limits,
    )
    return judged(plan, ENGINE)


@cache
def published(sites: int = 60, teams: int = 2, days: int = 5, *, windows: bool = False, least: int = 1) -> Plan:
    """A lawful plan of so many sites."""
    problem = mission(sites, teams=teams, days=days, windows=windows)
    problem = replace(problem, round=replace(problem.round, rule=RoundRule(min_per_day=least, max_days=days)))
    plan = planned(problem)
    assert check_plan(plan, ENGINE) == []
    return plan


def result(visit: str, outcome: Outcome = Outcome.DONE, day: date | None = None) -> VisitResult:
    """What came back from a visit."""
    at = datetime.combine(day or date(2026, 11, 30), time(12))
    return VisitResult(key=f"{visit}-{outcome}", visit=VisitId(visit), outcome=outcome, note="", by="lin", at=at)


def worked(plan: Plan, until: date, outcomes: Mapping[str, Outcome] | None = None) -> list[VisitResult]:
    """Results of all visits before a day: done unless said otherwise."""
    outcomes = outcomes or {}
    return [
        result(stop.visit, outcomes.get(stop.visit, Outcome.DONE), route.date)
        for route in plan.routes
        if route.date < until
        for stop in route.stops
    ]


def lead(like: Visit, due: date | None = None, **more: Any) -> Visit:
    """An urgent lead at a site that has a visit already."""
    return replace(like, id=VisitId(f"{like.id}-lead"), purpose=Purpose.LEAD, due=due, **more)


def where(plan: Plan) -> dict[VisitId, tuple[Placement, ...]]:
    """Where each planned visit lies."""
    return placements(plan)


def of(plan: Plan, ids: Iterable[VisitId]) -> Sequence[Visit]:
    """The visits with these ids."""
    return [visit for visit in plan.visits if visit.id in set(ids)]
