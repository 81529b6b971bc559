"""乡镇吹哨、部门报到: who can be there when, at what cost to the plan; and who reported when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from gridplan.model.crew import Team
from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.hours import OpeningHours
from gridplan.model.lead import CallOut, CallOutId, CallOutState, Reported
from gridplan.model.place import AreaCode, AreaLevel
from gridplan.model.plan import Plan, PlanSite
from gridplan.model.record import PlanHead, RoundId
from gridplan.model.rights import Right
from gridplan.model.round import Pin, Purpose, Visit
from gridplan.model.words import Text, say
from gridplan.report.tables import unit_name, unit_names
from gridplan.routing.replan.replan import Replanned, replan
from gridplan.routing.replan.standing import placements
from gridplan.routing.replan.worked import News
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.field.leads import first_visit, published_plan, sites_for
from gridplan.services.folders.replanning import new_visit
from gridplan.services.plans import publishing
from gridplan.services.plans.handing import hand_over
from gridplan.services.plans.replanner import replan_round

MOST_NAMED = 6
LATE_MIN = 15
"""By so much the visit may begin after the moment that was named."""


def add_call_out(
    desk: Desk,
    round_id: int,
    *,
    township: str,
    site: str,
    at: datetime,
    minutes: int,
    units: Sequence[str],
    text: str,
    by: str,
) -> CallOut:
    """Keep a call-out; `site` is an id, a name or the part of a name that only one site has.

    Raises
    ------
    InputError
        No unit is named, the visit takes no time, or several sites are named so.
    NotFound
        There is no such round or placed site.
    """
    named = tuple(dict.fromkeys(unit.strip() for unit in units if unit.strip()))
    if not named:
        raise InputError(say("leads.no_units"))
    if not 0 < minutes <= 480:
        raise InputError(say("leads.bad_minutes", minutes=minutes))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(RoundId(round_id)), hidden=True)
        found = t.sites.named(site.strip(), MOST_NAMED) if site.strip() else ()
        if not found:
            raise NotFound(say("store.no_site", site=site))
        if len(found) > 1:
            names = "、".join(f"{name}（{id}）" for id, name in found)
            raise InputError(say("leads.many_sites", site=site, names=names))
        return t.call_outs.add(
            CallOut(
                id=CallOutId(0),
                round=RoundId(round_id),
                township=AreaCode(township),
                site=found[0][0],
                at=at,
                minutes=minutes,
                units=named,
                text=text.strip(),
                by=by,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Who would come when: the teams, the moment, and what else changes. `missing` are units that no team has on that day.

    With `teams` () nobody can come, and `text` says why.
    """

    teams: tuple[str, ...]
    start: datetime | None
    same: int
    moved: int
    missing: tuple[str, ...]
    text: Text


def _asked(desk: Desk, call: CallOut, plan: Plan) -> tuple[Visit, tuple[PlanSite, ...]]:
    """Return the joint visit that a call-out asks for: pinned to its day, its doors open at the named moment only."""
    sites = sites_for(desk, plan, call.site)
    day, opens = call.at.date(), call.at.hour * 3600 + call.at.minute * 60
    window = (opens, opens + (call.minutes + LATE_MIN) * 60)
    week = tuple((window,) if number == day.weekday() else () for number in range(7))
    visit = new_visit(
        replace(plan, sites=(*plan.sites, *sites)),
        call.site,
        purpose=Purpose.LEAD,
        earliest=day,
        due=day,
        minutes=call.minutes,
        departments=call.units,
    )
    pinned = replace(
        first_visit(visit, sites), opening=OpeningHours(week), closed=frozenset(), pin=Pin(day=day), priority=5
    )
    return pinned, sites


def units(desk: Desk) -> list[tuple[str, str]]:
    """Return (unit, its name) of all units that the teams bring."""
    with desk.store.reading() as t:
        there = sorted({unit for team in t.teams.plain() for unit in team.departments})
    return [(unit, unit_name(unit)) for unit in there]


def missing_units(teams: Sequence[Team], units: Sequence[str], day: date) -> tuple[str, ...]:
    """Return the units that no team at work on `day` has."""
    there = frozenset[str]().union(*(team.departments for team in teams if team.shifts_on(day)))
    return tuple(unit for unit in units if unit not in there)


def propose(desk: Desk, call_id: int, *, today: date) -> Proposal:
    """Return who can be there when with least disturbance of the published plan; nothing is kept."""
    with desk.store.reading() as t:
        call = t.call_outs.get(CallOutId(call_id))
        results = t.results.list(call.round)
    _, plan = published_plan(desk, call.round)
    day = call.at.date()
    if day < today or day not in plan.round.workdays:
        return _nobody(say("leads.call_no_day", day=day))
    if missing := missing_units(plan.teams, call.units, day):
        return replace(_nobody(say("leads.call_missing", units=unit_names(missing), day=day)), missing=missing)
    visit, sites = _asked(desk, call, plan)
    plan = replace(plan, sites=(*plan.sites, *sites))
    known = {one.id for one in plan.visits}
    found: Replanned | None = None
    for dial in ("none", "little"):
        found = replan(
            plan,
            desk.engine(plan),
            as_of=today,
            results=[one for one in results if one.visit in known],
            news=News(visits=(visit,)),
            dial=0.0 if dial == "none" else 1 / 3,
        )
        if places := placements(found.plan).get(visit.id, ()):
            names = {team.id: team.name for team in plan.teams}
            teams = tuple(names[place.team] for place in places)
            start = min(stop.start for route in found.plan.routes for stop in route.stops if stop.visit == visit.id)
            moved = sum(1 for item in found.changes.items if item.was and set(item.was) != set(item.now))
            text = say(
                "leads.call_can",
                teams="、".join(teams),
                at=f"{start:%m-%d %H:%M}",
                moved=moved,
                same=found.changes.same,
            )
            return Proposal(teams=teams, start=start, same=found.changes.same, moved=moved, missing=(), text=text)
    reasons = [one.text for one in found.plan.unplanned if one.visit == visit.id] if found else []
    return _nobody(reasons[0] if reasons else say("replan.no_slots"))


def _nobody(text: Text) -> Proposal:
    return Proposal(teams=(), start=None, same=0, moved=0, missing=(), text=text)


def plan_call_out(desk: Desk, call_id: int, *, today: date, by: str) -> tuple[CallOut, PlanHead, Text]:
    """Put the joint visit into the plan with least disturbance, publish it and tell those concerned.

    Raises
    ------
    Conflict
        It is planned already, or nobody can come; then the published plan stays as it was.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.PUBLISH, whole=True)
        call = t.call_outs.get(CallOutId(call_id))
    if call.state is not CallOutState.NEW:
        raise Conflict(say("leads.call_planned", call=call.id))
    head, plan = published_plan(desk, call.round)
    offered = propose(desk, call_id, today=today)
    if not offered.teams:
        raise Conflict(offered.text)
    visit, sites = _asked(desk, call, plan)
    for dial in ("none", "little"):
        made, found = replan_round(
            desk, call.round, by=by, as_of=today, news=News(visits=(visit,)), sites=sites, dial=dial
        )
        if visit.id in placements(found.plan) and found.plan.can_publish:
            break
    else:
        raise Conflict(say("leads.does_not_fit", plan=made.id, why=offered.text))
    published = publishing.publish(desk, made.id, by=by)
    hand_over(desk, head.id, published.id, found.changes, by=by)
    with desk.store.transaction() as t:
        stands = replace(call, state=CallOutState.PLANNED, visit=visit.id, plan=published.id)
        return t.call_outs.change(stands, by=by, what="call_out.plan"), published, found.changes.text


def report_in(desk: Desk, call_id: int, *, unit: str, person: str, at: datetime, by: str) -> CallOut:
    """Keep who reported (报到), of which of the units that were called, and when; with the last unit the call-out is done.

    Raises
    ------
    InputError
        The unit was not called, or nobody is named.
    """
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN)
        call = t.call_outs.get(CallOutId(call_id))
        if unit not in call.units:
            raise InputError(say("leads.not_called", unit=unit, units="、".join(call.units)))
        if not person.strip():
            raise InputError(say("leads.nobody"))
        t.call_outs.report(Reported(call_out=call.id, unit=unit, person=person.strip(), at=at, by=by))
        here = {one.unit for one in t.call_outs.reported(call.id)}
        if here >= set(call.units) and call.state is not CallOutState.DONE:
            return t.call_outs.change(replace(call, state=CallOutState.DONE), by=by, what="call_out.done")
        return call


def call_out_list(desk: Desk, round_id: int | None = None) -> list[dict[str, Any]]:
    """Return the call-outs as rows of a list, with who reported, when, and how late."""
    with desk.store.reading() as t:
        calls = t.call_outs.list(round_id=RoundId(round_id) if round_id is not None else None)
        here = {call.id: t.call_outs.reported(call.id) for call in calls}
        names = {one.id: one.name for one in t.sites.list()}
        towns = {area.code: area.name for area in t.areas.list()}
    return [
        {
            "id": call.id,
            "round": call.round,
            "township": call.township,
            "township_name": towns.get(call.township, call.township),
            "site": call.site,
            "site_name": names.get(call.site, call.site),
            "at": call.at.isoformat(timespec="minutes"),
            "minutes": call.minutes,
            "units": list(call.units),
            "text": call.text,
            "state": call.state.value,
            "visit": call.visit,
            "reported": [
                {
                    "unit": one.unit,
                    "person": one.person,
                    "at": one.at.isoformat(timespec="minutes"),
                    "late_min": max(0, round((one.at - call.at) / timedelta(minutes=1))),
                }
                for one in here[call.id]
            ],
            "missing": [unit for unit in call.units if unit not in {one.unit for one in here[call.id]}],
        }
        for call in calls
    ]


def in_words(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of `call_out_list` with the units as a person names them."""
    for row in rows:
        row["words"] = {unit: unit_name(unit) for unit in row["units"]}
        row["units_words"] = unit_names(row["units"])
        row["missing_words"] = unit_names(row["missing"])
        for one in row["reported"]:
            one["unit_word"] = unit_name(one["unit"])
    return rows


def round_of_call(desk: Desk, call_id: int) -> int:
    """Return the round that a call-out belongs to."""
    with desk.store.reading() as t:
        return t.call_outs.get(CallOutId(call_id)).round


def townships(desk: Desk) -> list[tuple[str, str]]:
    """Return code and name of the townships."""
    with desk.store.reading() as t:
        return [(area.code, area.name) for area in t.areas.list() if area.level is AreaLevel.TOWNSHIP]


def moment(day: date, clock: str) -> datetime:
    """Return a day and a clock time (09:30) as a moment; raises InputError for anything else."""
    try:
        return datetime.combine(day, time.fromisoformat(clock.strip()))
    except ValueError:
        raise InputError(say("leads.bad_time", value=clock)) from None
