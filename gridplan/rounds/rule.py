"""The rule before any solver runs: a whole round is counted and judged by the closed forms, or the count model, of its unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from gridplan.model.crew import Team
from gridplan.model.place import AreaCode
from gridplan.model.round import RoundRule, RuleUnit, Visit
from gridplan.model.site import SiteKind
from gridplan.rounds.capacity import survey
from gridplan.rounds.fill import Spare, with_filling
from gridplan.rounds.forms import Feasibility, judge, judge_teams
from gridplan.rounds.townships import judge_townships, towns_of

__all__ = ["Feasibility", "judge_round"]


def judge_round(
    rule: RoundRule,
    days: Sequence[date],
    visits: Sequence[Visit],
    teams: Sequence[Team],
    *,
    set_up_min: int,
    spare: Spare | None = None,
    names: Mapping[AreaCode, str] | None = None,
) -> Feasibility:
    """Judge a whole round before it is planned: count its visits, bound its days, ask the closed form of its unit.

    Parameters
    ----------
    set_up_min
        Minutes of a set-up; each route has one at least.
    spare
        Sites outside the scope by township and kind, to say what would fill a round that has too few visits.
    names
        Names of townships, to say them instead of their codes.
    """
    counting = [visit for visit in visits if visit.counts(rule.counts)]
    uncounted = [visit for visit in visits if not visit.counts(rule.counts)]
    counted = sum(visit.mandatory for visit in counting)
    optional = len(counting) - counted
    room = survey(counting, teams, days, set_up_min=set_up_min)
    by_team, each_day = room.by_team(), room.each_day()
    off = {team.id: [day for day in days if not team.shifts_on(day)] for team in teams}
    idle = [day for day in days if all(day in team_off for team_off in off.values())]
    if rule.unit is RuleUnit.TOWNSHIP:
        found = judge_townships(
            rule,
            towns_of(counting, room),
            by_team,
            days=days,
            idle=idle,
            names=names,
            spare=_spare_by_township(spare or {}),
            uncounted=_by_township(uncounted),
        )
        return replace(found, each_day=each_day)
    if rule.unit is RuleUnit.TEAM:
        # A joint visit is one visit of the round, and one of each of its two teams.
        surely = sum(visit.mandatory and bool(joint) for visit, joint in zip(counting, room.always_joint, strict=True))
        perhaps = int(room.sometimes_joint.sum())
        found = judge_teams(
            rule,
            counted + surely,
            by_team,
            optional=optional + perhaps - surely,
            days=days,
            idle=off,
            on_hand=len(counting),
        )
    else:
        found = judge(rule, counted, each_day, optional=optional, days=days, idle=idle)
    there = Counter[SiteKind]()
    for (_, site_kind), count in (spare or {}).items():
        there[site_kind] += count
    return replace(with_filling(found, there, uncounted), each_day=each_day)


def _spare_by_township(spare: Spare) -> dict[str, Counter[SiteKind]]:
    found: defaultdict[str, Counter[SiteKind]] = defaultdict(Counter)
    for (township, kind), count in spare.items():
        found[township or ""][kind] += count
    return found


def _by_township(visits: Sequence[Visit]) -> dict[str, list[Visit]]:
    found: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        found[visit.township or ""].append(visit)
    return found
