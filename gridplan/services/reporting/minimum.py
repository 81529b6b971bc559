"""The rule of a round judged on its plan and on what was really done: one judge for the game, the books, pages and reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from gridplan.model.moment import local
from gridplan.model.plan import Plan
from gridplan.model.record import RoundId
from gridplan.model.result import VisitResult, first_done
from gridplan.model.round import VisitId
from gridplan.report.minimum import Verdicts
from gridplan.report.states import planned_days
from gridplan.rounds.minimum import judge_minimum
from gridplan.store.repositories import Transaction


def verdicts_of(
    t: Transaction, round_id: RoundId, plan: Plan, results: Iterable[VisitResult], as_of: datetime
) -> Verdicts:
    """Return the verdict on a plan of a round, and that on what was done by a local moment; days that are not over are not judged.

    What was promised for a day is what the plan of that day had, whatever was planned anew in the evening.
    """
    rule, days, today = plan.round.rule, plan.round.workdays, local(as_of).date()
    crews: dict[VisitId, set[str]] = defaultdict(set)
    for route in plan.routes:
        for stop in route.stops:
            crews[stop.visit].add(route.team)
    teams = [team.id for team in plan.teams]
    promised = t.plans.promised(round_id, [day for day in days if day < today], as_of)
    return Verdicts(
        plan=judge_minimum(rule, days, plan.visits, planned_days(plan), crews=crews, teams=teams),
        fact=judge_minimum(
            rule,
            days,
            plan.visits,
            first_done(results, as_of),
            crews=crews,
            teams=teams,
            promised=promised,
            today=today,
        ),
    )
