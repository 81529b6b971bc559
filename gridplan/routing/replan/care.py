"""Room for what the street will bring: more visits on a day than the minimum, a last day kept in reserve, second tries in time.

A plan with ten visits on a day keeps a minimum of ten until the first door stays shut. What is planned with care keeps it then,
too: the judge still asks for the rule's own minimum.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import comb

from gridplan.model.crew import Team
from gridplan.model.plan import Placement
from gridplan.model.round import RoundRule, RuleDays, RuleUnit, Tail, Visit, VisitId

SURE = 0.99
"""A day should keep its minimum with this probability."""
USUAL_TRIES, USUAL_FAILS = 20, 2
"""Before anything was reported one visit in ten is taken to fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """`spare`: visits more than the minimum on each day that is worked. `reserve`: the last day keeps so many visits.

    `again`: what failed, or has few open days, is not put off to its last open day. `idle` days are not worked at all: too few
    visits lie on them, and they may be enough elsewhere.
    """

    spare: int = 0
    reserve: bool = False
    again: bool = False
    idle: frozenset[date] = frozenset()


NO_CARE = Care()


def spare_for(least: int, tries: int, fails: int) -> int:
    """Return how many visits more than `least` a day needs, so that `least` are done; `fails` of `tries` were in vain so far."""
    share = (fails + USUAL_FAILS) / (tries + USUAL_TRIES)
    spare = 0
    while spare < least and _done_at_least(least, least + spare, 1 - share) < SURE:
        spare += 1
    return spare


def _done_at_least(least: int, planned: int, share: float) -> float:
    return sum(comb(planned, n) * share**n * (1 - share) ** (planned - n) for n in range(least, planned + 1))


def careful_rule(rule: RoundRule, care: Care, left: int) -> RoundRule:
    """Return the rule as the search of the days ahead shall see it. `left`: visits that count and are still to be made.

    Where fewer are left than the minimum they go on one day, not on several short ones.
    """
    if rule.unit is not RuleUnit.DISTRICT or care == NO_CARE or not left:
        return rule
    return replace(rule, min_per_day=min(rule.min_per_day + care.spare, left))


def careful_visits(
    visits: Sequence[Visit],
    lies: Mapping[VisitId, Placement],
    tried: Collection[VisitId],
    days: Sequence[date],
    teams: Sequence[Team],
    rule: RoundRule,
    care: Care,
) -> list[Visit]:
    """Return the visits with the days on which the search may put them. `lies`: where they are published."""
    days = [day for day in days if day not in care.idle and any(team.shifts_on(day) for team in teams)]
    if not days:
        return list(visits)
    found = [_in_time(visit, visit.id in tried, days) if care.again else visit for visit in visits]
    if care.reserve and rule.unit is RuleUnit.DISTRICT and rule.days is RuleDays.ACTIVE and rule.tail is Tail.STRICT:
        kept = _reserve(found, lies, tried, days, rule, rule.min_per_day + care.spare)
        found = [replace(visit, earliest=days[-1]) if visit.id in kept else visit for visit in found]
    return found


def open_days(visit: Visit, days: Sequence[date]) -> list[date]:
    """Return the days on which a visit could be made by its doors and its own dates."""
    return [
        day
        for day in days
        if visit.windows(day)
        and day not in visit.taken
        and (visit.earliest is None or day >= visit.earliest)
        and (visit.due is None or day <= visit.due)
    ]


def _in_time(visit: Visit, tried: bool, days: Sequence[date]) -> Visit:
    """Leave a day for one try more, where the visit failed already or its doors leave two days of many."""
    can = open_days(visit, days)
    if visit.pin is not None or len(can) < 2 or not (tried or len(can) == 2 < len(days)):
        return visit
    return replace(visit, due=can[-2])


def _reserve(
    visits: Sequence[Visit],
    lies: Mapping[VisitId, Placement],
    tried: Collection[VisitId],
    days: Sequence[date],
    rule: RoundRule,
    need: int,
) -> set[VisitId]:
    """Return the visits that wait for the last day: those that lie last, so that little changes; none where too few are left."""
    counted = [visit for visit in visits if visit.counts(rule.counts) and visit.mandatory]
    if len(days) < 2 or len(counted) < 2 * need:
        return set()
    last = days[-1]
    fit = [
        visit
        for visit in counted
        if visit.id in lies and visit.pin is None and visit.id not in tried and last in open_days(visit, days)
    ]
    fit.sort(key=lambda visit: (lies[visit.id].date, lies[visit.id].team, lies[visit.id].shift), reverse=True)
    return {visit.id for visit in fit[:need]} if len(fit) >= need else set()
