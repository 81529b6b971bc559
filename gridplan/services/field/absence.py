"""What falls away or joins while a round is worked: a team for some days, a whole day, a new team; said in words, made into news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gridplan.model.errors import InputError
from gridplan.model.plan import Placement, Plan
from gridplan.model.words import say
from gridplan.routing.replan.worked import News
from gridplan.services.desk import Desk
from gridplan.services.field.leads import published_plan
from gridplan.services.folders.replanning import day_of, team_of


def news_of(
    desk: Desk,
    round_id: int,
    *,
    absent: Sequence[str] = (),
    lost: Sequence[str] = (),
    joins: Sequence[str] = (),
) -> News:
    """Return as news what people say.

    `absent` are `TEAM:DATE` or `TEAM:FIRST..LAST` (both days included), `lost` dates on which nobody works, `joins` the ids or
    names of teams of the register that the plan does not have yet.

    Raises
    ------
    InputError
        A team or date cannot be read, a day is none of the round's, or the team is in the plan already.
    """
    _, plan = published_plan(desk, round_id)
    places: set[Placement] = set()
    for text in absent:
        places |= _absent(plan, text)
    known = {team.id for team in plan.teams} | {team.name for team in plan.teams}
    with desk.store.reading() as t:
        register = t.teams.list()
    joined = []
    for name in joins:
        team = next((one for one in register if name in (one.id, one.name)), None)
        if team is None:
            raise InputError(say("replan.no_team", team=name))
        if team.id in known or team.name in known:
            raise InputError(say("replan.team_known", team=name))
        joined.append(team)
    return News(
        lost_days=frozenset(_in_round(plan, day_of(text)) for text in lost),
        lost_shifts=frozenset(places),
        joined=tuple(joined),
    )


def _absent(plan: Plan, text: str) -> set[Placement]:
    """Return the shifts that a team misses."""
    name, colon, days = text.rpartition(":")
    if not colon:
        raise InputError(say("leads.bad_absence", value=text))
    team = team_of(plan, name)
    first, _, last = days.partition("..")
    start, end = day_of(first), day_of(last or first)
    missed = [day for day in plan.round.workdays if start <= day <= end]
    if not missed:
        raise InputError(say("leads.call_no_day", day=days))
    return {Placement(team=team.id, date=day, shift=shift.name) for day in missed for shift in team.shifts_on(day)}


def _in_round(plan: Plan, day: date) -> date:
    if day not in plan.round.workdays:
        raise InputError(say("leads.call_no_day", day=day))
    return day
