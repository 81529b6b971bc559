"""Judges the daily minimum on what was really done, as the plan's judge does on what was planned."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gridplan.model.plan import Plan
from gridplan.model.result import COUNTS_AS_DONE, VisitResult
from gridplan.model.round import RoundRule, RuleDays, RuleUnit, Tail, Visit, VisitId
from gridplan.model.words import Text, say

DISTRICT = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDay:
    """What one unit (a township's code, a team's id, "" for the district) did on one day; `enough` is None on a day it need not count."""

    day: date
    unit: str
    done: int
    enough: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactVerdict:
    """The rule on fact: `minimum` whether each day that counts has enough, `covered` whether all mandatory visits were done.

    `waived`: fewer visits exist than the daily minimum. `missing` mandatory visits were not done within the days.
    """

    days: tuple[FactDay, ...]
    minimum: bool
    covered: bool
    waived: bool
    missing: int
    text: Text

    @property
    def kept(self) -> bool:
        """Whether the rule was kept."""
        return self.minimum and self.covered


def minimum_on_fact(
    plan: Plan, results: Sequence[VisitResult], until: date | None = None, days: Sequence[date] | None = None
) -> FactVerdict:
    """Return what was really done each day, and whether the round's rule was kept.

    A visit counts on the day of its first result that counts as done. `until`: days after it are not judged yet. `days`: the
    working days of the round, those of the plan unless said otherwise.
    """
    rule = plan.round.rule
    horizon = tuple(day for day in days or plan.round.workdays if until is None or day <= until)
    visits = {visit.id: visit for visit in plan.visits}
    counted = {id for id, visit in visits.items() if visit.counts(rule.counts)}
    done = first_done(results)
    teams = {(stop.visit, route.date): str(route.team) for route in plan.routes for stop in route.stops}
    made: dict[str, Counter[date]] = defaultdict(Counter)
    for id, day in done.items():
        if id in counted:
            made[_unit(rule, visits[id], teams.get((id, day), ""))][day] += 1
    exist: Counter[str] = Counter(_unit(rule, visits[id], "") for id in counted)
    if rule.unit is RuleUnit.TEAM:
        exist = Counter({unit: len(counted) for unit in made})
    rows: list[FactDay] = []
    for unit in sorted(exist.keys() | made.keys()):
        waived = exist[unit] < rule.min_per_day
        rows += _days(rule, unit, horizon, made[unit], waived)
    minimum = all(row.enough is not False for row in rows)
    owed = [id for id, visit in visits.items() if visit.mandatory and id in counted]
    missing = sum(id not in done or (bool(horizon) and done[id] > horizon[-1]) for id in owed)
    waived = len(counted) < rule.min_per_day
    short = [row for row in rows if row.enough is False]
    text = say(
        "findings.fact_kept" if minimum and not missing else "findings.fact_broken",
        days=len({row.day for row in rows if row.done}),
        least=rule.min_per_day,
        short=len(short),
        missing=missing,
        which="、".join(f"{row.day.month}/{row.day.day} {row.done}" for row in short[:5]) or "-",
    )
    return FactVerdict(
        days=tuple(rows), minimum=minimum, covered=not missing, waived=waived, missing=missing, text=text
    )


def first_done(results: Iterable[VisitResult]) -> dict[VisitId, date]:
    """Return the day on which each visit was done for the first time."""
    found: dict[VisitId, date] = {}
    for result in sorted(results, key=lambda one: (one.at, one.key)):
        if result.outcome in COUNTS_AS_DONE:
            found.setdefault(result.visit, result.at.date())
    return found


def _unit(rule: RoundRule, visit: Visit, team: str) -> str:
    if rule.unit is RuleUnit.TOWNSHIP:
        return str(visit.township or "")
    return team if rule.unit is RuleUnit.TEAM else DISTRICT


def _days(rule: RoundRule, unit: str, horizon: Sequence[date], made: Counter[date], waived: bool) -> list[FactDay]:
    """Return a unit's days: `active` judges those on which it did anything, `every` all; the tail may hold what is left."""
    active = [day for day in horizon if made[day]]
    last = active[-1] if active else None
    if rule.days is RuleDays.EVERY and horizon:
        last = horizon[-1]
    rows = []
    for day in horizon:
        judged = not waived and (rule.days is RuleDays.EVERY or made[day] > 0)
        least = 1 if rule.tail is Tail.REMAINDER and day == last else rule.min_per_day
        rows.append(FactDay(day=day, unit=unit, done=made[day], enough=made[day] >= least if judged else None))
    return rows
