"""The days of a round in the books: what was planned and done, and whether the daily minimum was kept on plan and on fact."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from gridplan.model.books import DayLine
from gridplan.model.fact import FactVerdict
from gridplan.model.moment import local
from gridplan.model.plan import Plan
from gridplan.model.result import VisitResult, first_done
from gridplan.model.round import VisitId
from gridplan.report.states import planned_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """The one judge's word on the rule, on the plan and on what was really done."""

    plan: FactVerdict
    fact: FactVerdict


def day_lines(
    plan: Plan, results: Iterable[VisitResult], as_of: datetime, verdicts: Verdicts | None = None
) -> tuple[DayLine, ...]:
    """Return the days of the round and those on which anything was planned or done, with what the judge says of each.

    Without `verdicts` nothing is said: a part of a round has no minimum of its own.
    """
    visits = {visit.id for visit in plan.visits if visit.counts(plan.round.rule.counts)}
    results = [result for result in results if local(result.at) <= local(as_of)]
    planned = Counter(day for visit, day in planned_days(plan).items() if visit in visits)
    done = Counter(day for visit, day in first_done(results, as_of).items() if visit in visits)
    teams: dict[VisitId, set[str]] = defaultdict(set)
    planned_out: set[tuple[str, date]] = set()
    for route in plan.routes:
        planned_out.add((route.team, route.date))
        for stop in route.stops:
            teams[stop.visit].add(route.team)
    out = {(team, local(result.at).date()) for result in results for team in teams.get(result.visit, ())}
    return tuple(
        DayLine(
            day=day,
            planned=planned[day],
            done=done[day],
            team_days=sum(one == day for _, one in out),
            planned_team_days=sum(one == day for _, one in planned_out),
            plan_kept=verdicts.plan.on(day) if verdicts else None,
            kept=verdicts.fact.on(day) if verdicts else None,
        )
        for day in sorted({*plan.round.workdays, *planned, *done})
    )
