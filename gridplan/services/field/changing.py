"""Somebody is away, a day is lost, a team joins: what the plan does not know yet, planned anew, shown in words, then published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from gridplan.jobs.rows import Jobs
from gridplan.model.absence import Absence, AbsenceReason
from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.lead import LeadId
from gridplan.model.moment import local
from gridplan.model.plan import Plan
from gridplan.model.progress import Progress
from gridplan.model.record import Job, JobId, PlanHead, PlanId, PlanState, RoundId, User
from gridplan.model.rights import Right
from gridplan.model.round import VisitId
from gridplan.model.words import Text, say
from gridplan.rounds.workdays import horizon
from gridplan.routing.replan.comparing import compare
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.field.absence import news_of
from gridplan.services.field.evening import next_plan, take_over
from gridplan.services.field.leads import published_plan
from gridplan.services.folders.replanning import changes_json, day_of
from gridplan.services.plans.replanner import REPLAN
from gridplan.services.rounds.drafting import DRAFT
from gridplan.store.absences import Absences, OfficeDays
from gridplan.store.repositories import Transaction

CHANGE = "change"
AHEAD_DAYS = 30
"""Nobody says today that he is away for longer from his phone."""


# ---- from the phone --------------------------------------------------------------------------------------------------


def report_away(desk: Desk, person: User, *, first: date, last: date, reason: str, team: bool) -> Absence:
    """Keep that an inspector, or the whole `team`, cannot come; the planner sees it at once and plans anew.

    Raises
    ------
    InputError
        The log-in stands for no team or member, the days lie in the past or too far ahead, or the reason is unknown.
    Conflict
        It was said already.
    """
    today = desk.today()
    if first < today or last < first or last > today + timedelta(days=AHEAD_DAYS):
        raise InputError(say("changes.bad_days", today=today, last=today + timedelta(days=AHEAD_DAYS)))
    if reason not in {one.value for one in AbsenceReason}:
        raise InputError(say("crews.no_reason", value=reason))
    with desk.store.transaction() as t:
        ask(t, person.login, Right.WALK)
        crew = next((one for one in t.teams.list() if one.id == person.team), None)
        if crew is None:
            raise InputError(say("changes.no_team"))
        member = "" if team or (len(crew.members) == 1) else (person.member or "")
        if not member and not team and len(crew.members) > 1:
            raise InputError(say("changes.no_member"))
        made = Absences(t.connection).add(crew.id, member, first, last, AbsenceReason(reason), by=person.login)
        detail = {"member": member, "first": first.isoformat(), "last": last.isoformat(), "id": made.id}
        t.audit.add(person.login, "absence.add", f"team/{crew.id}", detail)
    return made


# ---- what the plan does not know yet ---------------------------------------------------------------------------------


def changes_view(desk: Desk, *, round_id: int | None, job_id: str = "", today: date) -> dict[str, Any]:
    """Return what the page shows: the live rounds, who is away, which days are lost and which teams could join, and the job."""
    with desk.store.reading() as t:
        live = [stored for stored in t.rounds.list() if t.plans.published(stored.id) is not None]
        stored = next((one for one in live if round_id in (None, one.id)), None)
        view: dict[str, Any] = {
            "rounds": [(int(one.id), one.round.name) for one in live],
            "round": None,
            "today": today.isoformat(),
            "job": None,
        }
        if stored is None:
            return view
        head = t.plans.published(stored.id)
        assert head is not None
        plan = t.plans.plan(head.id)
        register, absences, office = t.teams.list(), Absences(t.connection).list(), OfficeDays(t.connection).list()
        people = {user.login: user.name for user in t.users.list()}
        done = {one.visit for one in t.results.list(stored.id)}
    days = [day for day in plan.round.workdays if day >= today]
    load = Counter((route.team, route.date) for route in plan.routes for stop in route.stops if stop.visit not in done)
    known = {team.id for team in plan.teams}
    names = {(team.id, one.id): one.name for team in register for one in team.members}
    off = {one.day for one in office if not one.works}
    return view | {
        "round": int(stored.id),
        "name": stored.round.name,
        "plan": int(head.id),
        "number": head.number,
        "days": [day.isoformat() for day in days],
        "away": [
            _line(one, names.get((one.team, one.member), ""), plan, days, load, people)
            for one in sorted(absences, key=lambda one: one.at)
            if _news(one, names.get((one.team, one.member), ""), plan, days)
        ],
        "shut": [
            {"day": day.isoformat(), "stops": sum(n for (_, on), n in load.items() if on == day)}
            for day in days
            if day in off and any(day not in team.off for team in plan.teams)
        ],
        "teams": [
            (f"{team.id}|", team.name, [(f"{team.id}|{one.id}", one.name) for one in team.members])
            for team in register
            if team.id in known
        ],
        "joins": [(team.id, team.name, len(team.members)) for team in register if team.id not in known],
        "reasons": [one.value for one in AbsenceReason],
        "job": _job(desk, job_id, int(head.id)) if job_id else None,
    }


def waiting_changes(t: Transaction, today: date) -> int:
    """Return how many absences were said after the plans that are published were made, and lie in the rest of their rounds."""
    absences = [one for one in Absences(t.connection).list() if one.last >= today]
    found: set[int] = set()
    for stored in t.rounds.list() if absences else ():
        head = t.plans.published(stored.id)
        if head is not None:
            last = horizon(stored.round)[-1]
            found |= {one.id for one in absences if one.at > head.created and one.first <= last and today <= last}
    return len(found)


def _news(one: Absence, name: str, plan: Plan, days: Sequence[date]) -> list[date]:
    """Return the days of an absence that a plan does not know. `name`: the member's; a plan has its members by their names."""
    team = next((team for team in plan.teams if team.id == one.team), None)
    if team is None:
        return []
    mine = next((member for member in team.members if member.name == name), None)
    if one.member and mine is None:
        return []
    off = team.off | (mine.off if mine else frozenset())
    return [day for day in days if one.covers(day) and day not in off and team.shifts_on(day)]


def _line(
    one: Absence, name: str, plan: Plan, days: Sequence[date], load: Counter[tuple[Any, date]], people: dict[str, str]
) -> dict[str, Any]:
    team = next(team for team in plan.teams if team.id == one.team)
    fresh = _news(one, name, plan, days)
    return {
        "id": one.id,
        "team": team.name,
        "member": name,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "reason": one.reason.value,
        "by": people.get(one.by, one.by),
        "at": f"{local(one.at):%m-%d %H:%M}",
        "stops": sum(load[team.id, day] for day in fresh),
        "left": None
        if not one.member
        else min(sum(day not in member.off for member in team.members) - 1 for day in fresh),
    }


# ---- planned anew, then published ------------------------------------------------------------------------------------


def start_change(
    desk: Desk, round_id: int, *, as_of: date, lost: Sequence[str] = (), joins: Sequence[str] = (), by: str
) -> JobId:
    """Queue a new plan from a day on, with all that the calendar of absences says, lost days and teams that join.

    Raises
    ------
    Conflict
        The round has no published plan, or a plan of it is being made.
    InputError
        A day is none of the round's, or a team is in the plan already.
    """
    head, plan = published_plan(desk, round_id)
    with desk.store.reading() as t:
        stored = t.rounds.get(RoundId(round_id))
        ask(t, by, Right.PUBLISH, stored=stored, hidden=True)
        off = {one.day for one in OfficeDays(t.connection).list() if not one.works}
    if as_of not in plan.round.workdays:
        raise InputError(say("leads.call_no_day", day=as_of))
    shut = sorted({*lost, *(day.isoformat() for day in off if day in plan.round.workdays and day >= as_of)})
    news_of(desk, round_id, lost=shut, joins=joins)  # refused here rather than by the job
    for kind in (DRAFT, REPLAN, CHANGE):
        for job in Jobs(desk.store).list(kind=kind, live=True):
            if job.payload.get("round_id") == round_id:
                raise Conflict(say("desk.draft_under_way"))
    payload = {
        "round_id": round_id,
        "as_of": as_of.isoformat(),
        "lost": shut,
        "joins": list(joins),
        "before": int(head.id),
        # Of a day that begins as little changes as can be; from tomorrow on there is time to leave room for refusals.
        "careful": as_of > desk.today(),
    }
    return desk.queue.enqueue(CHANGE, payload, by=by)


def run_change(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """Do the work of such a job: the plan stays a draft; run twice it leaves one that counts."""
    asked = job.payload
    round_id = int(asked["round_id"])
    with desk.store.reading() as t:
        version = t.rounds.get(RoundId(round_id)).version
    made = next_plan(
        desk,
        round_id,
        as_of=day_of(asked["as_of"]),
        by=job.created_by,
        news=news_of(desk, round_id, lost=asked["lost"], joins=asked["joins"]),
        publish=False,
        careful=bool(asked["careful"]),
        progress=progress,
    )
    changes = changes_json(made.found.changes)
    return {
        "plan_id": int(made.made.id),
        "verdict": made.found.plan.verdict.value,
        "before": int(made.before),
        "version": version,
        "zh": made.text.zh,
        "en": made.text.en,
        "items": [{"zh": one["zh"], "en": one["en"], "kind": one["kind"]} for one in changes["items"]],
        "same": changes["same"],
        "short": made.short,
        "lawful": not made.short or made.found.plan.falls_short,
        "why": [[one.zh, one.en] for one in made.why],
        "leads": [[int(lead), visit] for lead, visit in made.leads],
    }


def publish_change(desk: Desk, job_id: str, *, by: str, knowing: bool = False) -> tuple[PlanHead, int]:
    """Publish what a job made and tell those whose routes change; return the plan and how many were told.

    Raises
    ------
    NotFound
        There is no such job, or it made no plan.
    Conflict
        Another plan was published since, or this one falls short and nobody said so `knowing` it.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.PUBLISH)
    job = Jobs(desk.store).get(JobId(job_id))
    made = job.result if job.kind == CHANGE else None
    if not made:
        raise NotFound(say("changes.no_plan"))
    with desk.store.reading() as t:
        now = t.plans.published(RoundId(job.payload["round_id"]))
        new = t.plans.get(PlanId(made["plan_id"]))
        if new.state is not PlanState.DRAFT or now is None or int(now.id) != made["before"]:
            raise Conflict(say("changes.moved_on"))
        old, plan = t.plans.plan(now.id), t.plans.plan(new.id)
    leads = [(LeadId(lead), VisitId(visit)) for lead, visit in made["leads"]]
    return take_over(desk, new.id, now.id, compare(old, plan), leads, by=by, knowing=knowing, version=made["version"])


def _job(desk: Desk, job_id: str, published: int) -> dict[str, Any] | None:
    try:
        job = Jobs(desk.store).get(JobId(job_id))
    except NotFound:
        return None
    if job.kind != CHANGE:
        return None
    result = job.result or {}
    return {
        "id": str(job.id),
        "state": job.state.value,
        "final": job.state.final,
        "error": Text(*job.error) if job.error else None,
        "as_of": job.payload["as_of"],
        "text": Text(result["zh"], result["en"]) if result else None,
        "items": [Text(one["zh"], one["en"]) for one in result.get("items", ())],
        "same": result.get("same", 0),
        "why": [Text(*one) for one in result.get("why", ())],
        "short": result.get("short", False),
        "lawful": result.get("lawful", True),
        "plan": result.get("plan_id"),
        "published": result.get("plan_id") == published,
        "open": bool(result) and result["before"] == published,
    }
