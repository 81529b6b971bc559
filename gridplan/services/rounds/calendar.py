"""The office's own days in a round: a day off of the district is none of its working days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from gridplan.model.absence import OfficeDay
from gridplan.model.crew import Team
from gridplan.model.errors import InputError
from gridplan.model.plan import Plan
from gridplan.model.round import DayKind, Round
from gridplan.rounds.workdays import is_workday


def with_office_days(round_: Round, days: Sequence[OfficeDay]) -> Round:
    """Return the round with the office's days in its calendar; what the round itself lists goes before them.

    A round of calendar days has no days off of its own: there the teams stay at home (`teams_on_office_days`).
    """
    if not days or round_.rule.day_kind is DayKind.CALENDAR:
        return round_
    listed = round_.workdays | round_.holidays
    works = frozenset(one.day for one in days if one.works and one.day not in listed)
    off = frozenset(one.day for one in days if not one.works and one.day not in listed)
    return replace(round_, workdays=round_.workdays | works, holidays=round_.holidays | off)


def teams_on_office_days(round_: Round, teams: Sequence[Team], days: Sequence[OfficeDay]) -> tuple[Team, ...]:
    """Return the teams of a round of calendar days with the office's days off as their own."""
    off = frozenset(one.day for one in days if not one.works and one.day not in round_.workdays)
    if not off or round_.rule.day_kind is not DayKind.CALENDAR:
        return tuple(teams)
    return tuple(replace(team, off=team.off | off) for team in teams)


def with_new_absences(plan: Plan, teams: Sequence[Team], as_of: date) -> Plan:
    """Return a published plan whose teams are away, from `as_of` on, also when they have been said to be since it was made.

    `teams` are the stored ones with their absences; a team or member that is no longer stored stays as the plan has it.
    """
    stored = {team.id: team for team in teams}

    def later(days: frozenset[date]) -> frozenset[date]:
        return frozenset(day for day in days if day >= as_of)

    def now(team: Team) -> Team:
        known = stored.get(team.id)
        if known is None:
            return team
        away = {member.name: member.off for member in known.members}
        members = tuple(
            replace(member, off=member.off | later(away.get(member.name, frozenset()))) for member in team.members
        )
        return replace(team, off=team.off | later(known.off), members=members)

    return replace(plan, teams=tuple(now(team) for team in plan.teams))


def month_days(year: int, month: int) -> list[date]:
    """Return the dates of a month."""
    first = date(year, month, 1)
    return [day for number in range(31) if (day := first + timedelta(days=number)).month == month]


def kind_of(day: date, settings: Round | None, days: Sequence[OfficeDay]) -> tuple[str, bool]:
    """Return what a day is, and whether that is known: `office_off`, `office_work`, `work`, `makeup`, `rest`, `holiday`.

    In a year that is not announced, and of which nobody said anything, Monday to Friday are worked.
    """
    own = next((one for one in days if one.day == day), None)
    if own is not None:
        return ("office_work" if own.works else "office_off"), True
    weekday = day.weekday() < 5
    try:
        works = is_workday(day, settings) if settings else weekday
    except InputError:
        return ("work" if weekday else "rest"), False
    if works:
        return ("work" if weekday else "makeup"), True
    return ("holiday" if weekday else "rest"), True
