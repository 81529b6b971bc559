"""The course of a draft while it is made: best cost, bound and gap over time, and the checkpoint another worker begins with."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gridplan.jobs.rows import Jobs
from gridplan.jobs.work import Held
from gridplan.model.crew import TeamId
from gridplan.model.plan import Bound, Plan, PlanRound, PlanTravel, Verdict
from gridplan.model.record import Job
from gridplan.model.round import VisitId
from gridplan.routing.bounds.bound import lower_bound, rooms_s
from gridplan.routing.judge.check import gap_of
from gridplan.routing.names import Kept, Named
from gridplan.routing.search.improve import Effort
from gridplan.services.folders.planning import NO_BOUND, NO_FIGURES

MOST_POINTS = 300
"""A longer course is thinned to half of it."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Point:
    """The best plan so long after the work began: cost and bound in minutes, gap 0…1; None until a bound is known.

    `planned` visits lie in `team_days` of it.
    """

    seconds: float
    cost: float
    bound: float | None = None
    planned: int = 0
    team_days: int = 0

    def to_json(self) -> list[float | None]:
        """Return [seconds, cost, bound, gap, planned, team-days]."""
        gap = None if self.bound is None else gap_of(self.cost, self.bound)
        return [self.seconds, self.cost, self.bound, gap, self.planned, self.team_days]


def thinned(points: Sequence[Point]) -> list[Point]:
    """Return at most `MOST_POINTS` of the points: every second one where there are more, first and last always."""
    if len(points) <= MOST_POINTS:
        return list(points)
    return [*points[:-1:2], points[-1]]


class Course:
    """Follows the draft of a job: give its `keep` to the planner, and begin with its `resume`."""

    def __init__(self, jobs: Jobs, job: Job, held: Held) -> None:
        self._held = held
        before = jobs.checkpoint(job.id)
        self.resume: Named | None = orders_from_json(before["orders"]) if before else None
        self._points = [Point(*row[:3], *row[4:]) for row in job.course] if before else []
        self._state: Mapping[str, Any] = before or {}
        self._absent = int(self._state.get("absent", 0))
        self._began = time.monotonic() - (self._points[-1].seconds if self._points else 0.0)
        self._bound: float | None = None
        self._bounding: threading.Thread | None = None
        self._planned, self._team_days = 0, 0
        self._lock = threading.Lock()

    def keep(self, kept: Kept) -> None:
        """Take note of a plan under way: a point of the course and a checkpoint. The first one has its bound worked out."""
        with self._lock:
            if kept.absent < self._absent:
                self._points.clear()  # plans of fewer visits cost less: they belong to no one curve
            self._absent = kept.absent
            self._planned = len(kept.planned)
            self._team_days = len({(team, day) for (team, day, _), order in kept.orders.items() if order})
            self._state = {
                "orders": orders_to_json(kept.orders),
                "price": kept.price_min,
                "cost": kept.cost_min,
                "absent": kept.absent,
            }
            self._add(kept.cost_min)
            if self._bounding is None:
                # Beside the search, which must not wait for it, nor a cancel.
                self._bounding = threading.Thread(target=self._work_out, args=(kept,), name="bound", daemon=True)
                self._bounding.start()

    def _add(self, cost: float) -> None:
        seconds = round(time.monotonic() - self._began, 1)
        point = Point(seconds, round(cost, 1), self._bound, self._planned, self._team_days)
        self._points = thinned([*self._points, point])
        self._held.keep(self._state, [point.to_json() for point in self._points])

    def _work_out(self, kept: Kept) -> None:
        """Tell a bound that is known at once, and the good one when it is."""
        try:
            for bound in (first_bound(kept), bound_under_way(kept)):
                with self._lock:
                    self._bound = max(self._bound or 0.0, bound.cost)
                    self._add(self._points[-1].cost)
        except Exception:
            log.exception("no bound could be worked out")  # the draft does without


def first_bound(kept: Kept) -> Bound:
    """Return the bound that minutes on site and set-ups give: so many team-days there must be, whatever the way between."""
    plan = _under_way(kept)
    chosen = [visit for visit in plan.visits if visit.id in kept.planned]
    needed = sum(visit.minutes for visit in chosen) * 60
    needed += len({visit.place for visit in chosen}) * kept.problem.set_up_s
    team_days = 0
    for room in rooms_s(plan):
        if needed <= 0:
            break
        needed -= room
        team_days += 1
    cost = team_days * kept.problem.round.wishes.team_day_min
    return replace(NO_BOUND, cost=cost, team_days=team_days)


def bound_under_way(kept: Kept) -> Bound:
    """Return what no lawful plan of the visits of a plan under way, or of more, can cost less than (minutes)."""
    return lower_bound(_under_way(kept), kept.problem.travel, planned=kept.planned)


def _under_way(kept: Kept) -> Plan:
    """Return what bounds look at, as a plan without routes."""
    problem, settings = kept.problem, kept.problem.round
    return Plan(
        round=PlanRound(
            name=settings.name,
            start=settings.start,
            workdays=problem.days,
            rule=settings.rule,
            datum=settings.datum,
            wishes=settings.wishes,
        ),
        travel=PlanTravel(
            engine=problem.travel.name,
            detour=settings.travel.detour,
            speed_kmh=settings.travel.speed_kmh,
            set_up_min=problem.set_up_s // 60,
        ),
        sites=(),
        teams=problem.teams,
        visits=problem.visits,
        routes=(),
        unplanned=(),
        verdict=Verdict.UNKNOWN,
        violations=(),
        remedies=(),
        figures=NO_FIGURES,
        bound=NO_BOUND,
        gap=0.0,
        notes=(),
        appointments=kept.appointments,
    )


def orders_to_json(orders: Named) -> list[list[Any]]:
    """Return orders as plain values: [team, date, shift, [visit, …]] for each route."""
    return [[team, day.isoformat(), shift, list(order)] for (team, day, shift), order in orders.items()]


def orders_from_json(data: Sequence[Sequence[Any]]) -> Named:
    """Return the orders that `orders_to_json` wrote."""
    return {
        (TeamId(team), date.fromisoformat(day), shift): tuple(VisitId(visit) for visit in order)
        for team, day, shift, order in data
    }


def effort_of(*, minutes: float | None = None, rounds: int | None = None) -> Effort | None:
    """Return the effort that a person asks for, None where nothing is said.

    Minutes are spent as processor time, so that the search takes no longer, whatever the number of cores.
    """
    if minutes is None and rounds is None:
        return None
    return Effort(rounds=rounds, cpu_s=None if minutes is None else minutes * 60)
