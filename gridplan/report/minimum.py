"""Judges the daily minimum of the rule twice, day by day: on the plan and on what was really done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from gridplan.model.books import DayLine
from gridplan.model.plan import Plan
from gridplan.model.result import VisitResult
from gridplan.model.round import RoundRule, RuleDays, RuleUnit, Tail, VisitId
from gridplan.report.states import done_days, local, planned_days


def day_lines(plan: Plan, results: Iterable[VisitResult], as_of: datetime) -> tuple[DayLine, ...]:
    """Return the days of the round and those on which anything was planned or done, with the minimum judged on plan and fact.

    A day is judged on fact when it is over. Where the last active day may hold what is left, that is the last day on which the
    round was finished.
    """
    rule, today = plan.round.rule, local(as_of).date()
    visits = {visit.id: visit for visit in plan.visits if visit.counts(rule.counts)}
    results = [result for result in results if local(result.at) <= local(as_of)]
    planned = {visit: day for visit, day in planned_days(plan).items() if visit in visits}
    done = {visit: day for visit, day in done_days(results, as_of).items() if visit in visits}
    teams: dict[VisitId, set[str]] = defaultdict(set)
    planned_out: set[tuple[str, date]] = set()
    for route in plan.routes:
        planned_out.add((route.team, route.date))
        for stop in route.stops:
            teams[stop.visit].add(route.team)
    out = {(team, local(result.at).date()) for result in results for team in teams.get(result.visit, ())}

    def units(visit: VisitId) -> Iterable[str]:
        if rule.unit is RuleUnit.TEAM:
            return sorted(teams.get(visit, ()))
        return (str(visits[visit].township or ""),) if rule.unit is RuleUnit.TOWNSHIP else ("",)

    plan_counts = Counter((unit, day) for visit, day in planned.items() for unit in units(visit))
    fact_counts = Counter((unit, day) for visit, day in done.items() for unit in units(visit))
    complete = len(done) == len(visits)
    over = [day for day in plan.round.workdays if day < today]
    every = set(plan.round.workdays)
    plan_short = short_days(plan_counts, rule, every, complete=True)
    fact_short = short_days(fact_counts, rule, over, complete=complete)
    by_day, done_by_day = Counter(planned.values()), Counter(done.values())
    lines = []
    for day in sorted({*every, *by_day, *done_by_day}):
        asked_plan = bool(by_day[day]) or (rule.days is RuleDays.EVERY and day in every)
        asked = day < today and (bool(done_by_day[day]) or bool(by_day[day]) or rule.days is RuleDays.EVERY)
        # A day on which work was planned and nothing at all was done did not keep the minimum either.
        idle = bool(by_day[day]) and not done_by_day[day]
        lines.append(
            DayLine(
                day=day,
                planned=by_day[day],
                done=done_by_day[day],
                team_days=sum(one == day for _, one in out),
                planned_team_days=sum(one == day for _, one in planned_out),
                plan_kept=day not in plan_short if asked_plan else None,
                kept=(day not in fact_short and not idle) if asked else None,
            )
        )
    return tuple(lines)


def short_days(
    counts: Mapping[tuple[str, date], int], rule: RoundRule, days: Iterable[date], *, complete: bool
) -> frozenset[date]:
    """Return the days on which some unit has fewer visits than the minimum. `counts`: (unit, day) → visits, `days`: all of the horizon.

    Where fewer visits exist in all than the minimum of one day, it is waived. `complete`: nothing is left to do, so that the last
    active day may be the remainder.
    """
    units: dict[str, dict[date, int]] = defaultdict(dict)
    for (unit, day), number in counts.items():
        if number:
            units[unit][day] = number
    short: set[date] = set()
    for numbers in units.values():
        if sum(numbers.values()) < rule.min_per_day and complete:
            continue
        asked = {*numbers, *days} if rule.days is RuleDays.EVERY else set(numbers)
        last = max(asked)
        for day in asked:
            spared = rule.tail is Tail.REMAINDER and day == last and complete
            if numbers.get(day, 0) < rule.min_per_day and not spared:
                short.add(day)
    return frozenset(short)
