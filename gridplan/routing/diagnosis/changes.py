"""The problem as it would be after a change: more teams, days, minutes, officers, departments or shifts, or fewer visits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from gridplan.model.crew import Inspector, Shift, Team, TeamId
from gridplan.model.round import RoundRule, VisitId
from gridplan.model.words import say
from gridplan.routing.problem import Problem
from gridplan.routing.timeline import OFFICERS_AT_INSPECTION

EVENING = Shift(name="evening", start_s=18 * 3600, end_s=20 * 3600 + 1800)
"""The night-check window of off-campus classes: they end by 20:30."""


def add_teams(problem: Problem, like: Mapping[int, int]) -> Problem:
    """Add so many teams like each of the named ones (numbers), without their days off, on every day."""
    taken = {team.id for team in problem.teams}
    added: list[Team] = []
    for number, count in like.items():
        model, step = problem.teams[number], 0
        for _ in range(count):
            step += 1
            while (name := TeamId(f"{model.id}+{step}")) in taken:
                step += 1
            taken.add(name)
            added.append(
                replace(model, id=name, name=f"{model.name}+{step}", off=frozenset(), on=frozenset(), assumed=True)
            )
    return replace(problem, teams=(*problem.teams, *added), rule_impossible=None)


def lengthen(problem: Problem, minutes: int) -> Problem:
    """End the last shift of each team's day so much later."""
    teams = tuple(team.ends_later(minutes) for team in problem.teams)
    return replace(problem, teams=teams, rule_impossible=None)


def add_days(problem: Problem, days: Iterable[date]) -> Problem:
    """Lengthen the round by some days after its last."""
    more = (*problem.days, *days)
    return replace(ruled(problem, max_days=len(more)), days=more)


def add_dates(problem: Problem, dates: Collection[date]) -> Problem:
    """Work on some dates between that are days off otherwise; the round keeps its other days."""
    days = tuple(sorted({*problem.days, *dates}))
    changed = ruled(problem, max_days=len(days))
    return replace(changed, days=days, round=replace(changed.round, workdays=changed.round.workdays | frozenset(dates)))


def add_members(problem: Problem, teams: Collection[int], departments: Sequence[str], *, officers: bool) -> Problem:
    """Give some teams the departments that they lack, and with `officers` as many certified ones as an inspection needs."""
    changed = []
    for number, team in enumerate(problem.teams):
        if number in teams:
            wanted = [name for name in departments if name not in team.departments]
            missing = officers_missing(problem, team) if officers else 0
            home = (wanted or sorted(team.departments) or [""])[0]
            wanted += [home] * (missing - len(wanted))
            team = replace(
                team, members=(*team.members, *(_member(team, n, name, officers) for n, name in enumerate(wanted, 1)))
            )
        changed.append(team)
    return replace(problem, teams=tuple(changed), rule_impossible=None)


def officers_missing(problem: Problem, team: Team) -> int:
    """Return how many certified officers the team lacks on its worst day of the round."""
    there = min((team.certified_on(day) for day in problem.days), default=0)
    return max(0, OFFICERS_AT_INSPECTION - there)


def _member(team: Team, number: int, department: str, certified: bool) -> Inspector:
    return Inspector(
        id=f"{team.id}+{number}",
        name=say("routing.assumed_member", number=number).zh,
        department=department,
        certificate="assumed" if certified else "",
    )


def add_evenings(problem: Problem, evenings: Mapping[int, Collection[int]]) -> Problem:
    """Give some teams an evening shift on some weekdays (Monday 0)."""
    changed = []
    for number, team in enumerate(problem.teams):
        if number in evenings:
            every = {day.weekday() for day in problem.days} <= set(evenings[number])
            names, step = {shift.name for shift in team.shifts}, 1
            name = EVENING.name
            while name in names:
                step += 1
                name = f"{EVENING.name}{step}"
            shift = replace(EVENING, name=name, weekdays=() if every else tuple(sorted(evenings[number])))
            team = replace(team, shifts=(*team.shifts, shift))
        changed.append(team)
    return replace(problem, teams=tuple(changed), rule_impossible=None)


def without(problem: Problem, visits: Collection[VisitId]) -> Problem:
    """Take some visits out of the round."""
    kept = tuple(visit for visit in problem.visits if visit.id not in visits)
    return replace(problem, visits=kept, rule_impossible=None)


def ruled(problem: Problem, **changes: object) -> Problem:
    """Change the rule; fewer days cut the horizon."""
    rule: RoundRule = replace(problem.round.rule, **changes)  # type: ignore[arg-type]
    return replace(
        problem,
        round=replace(problem.round, rule=rule),
        days=problem.days[: rule.max_days],
        rule_impossible=None,
    )
