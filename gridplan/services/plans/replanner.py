"""Replans stored rounds from their published plan and the results that came in: now, or as a job of the queue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from gridplan.jobs.rows import Jobs
from gridplan.model.crew import Team
from gridplan.model.errors import Conflict
from gridplan.model.plan import Plan, PlanSite
from gridplan.model.progress import Progress, silent
from gridplan.model.record import Job, JobId, PlanHead, RoundId
from gridplan.model.result import COUNTS_AS_DONE, FOR_THE_PLANNER, Outcome, VisitResult
from gridplan.model.rights import Right
from gridplan.model.round import Purpose, Visit, VisitId
from gridplan.model.words import say
from gridplan.routing.replan.care import NO_CARE, Care, open_days
from gridplan.routing.replan.replan import Replanned, replan
from gridplan.routing.replan.worked import News
from gridplan.routing.search.improve import Effort
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.replanning import changes_json, day_of, dial_of, lead_of, out_of, team_of
from gridplan.services.plans.plan_trials import more_teams
from gridplan.services.plans.settling import held_back
from gridplan.services.rounds.calendar import with_new_absences
from gridplan.services.rounds.drafting import DRAFT, certified

REPLAN = "replan"


def start_replan(
    desk: Desk,
    round_id: int,
    *,
    by: str,
    as_of: date,
    leads: Sequence[str] = (),
    without: Sequence[str] = (),
    lost: Sequence[str] = (),
    joined: Sequence[str] = (),
    dial: str = "little",
) -> JobId:
    """Queue a replan of a round; while a draft or a replan of it is under way another is refused.

    The arguments are those of `replan_round`, as texts.
    """
    dial_of(dial)
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(RoundId(round_id)), hidden=True)
    for kind in (DRAFT, REPLAN):
        for job in Jobs(desk.store).list(kind=kind):
            if job.payload.get("round_id") == round_id and not job.state.final:
                raise Conflict(say("desk.draft_under_way"))
    payload = {
        "round_id": round_id,
        "as_of": as_of.isoformat(),
        "leads": list(leads),
        "without": list(without),
        "lost": list(lost),
        "joined": list(joined),
        "dial": dial,
    }
    return desk.queue.enqueue(REPLAN, payload, by=by)


def run_replan(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """Do the work of a replan job; run twice it leaves one plan."""
    asked = job.payload
    head, found = replan_round(
        desk,
        int(asked["round_id"]),
        by=job.created_by,
        as_of=day_of(asked["as_of"]),
        leads=asked["leads"],
        without=asked["without"],
        lost=asked["lost"],
        joined=asked.get("joined", ()),
        dial=asked["dial"],
        job=job.id,
        progress=progress,
    )
    text = found.changes.text
    return {"plan_id": head.id, "verdict": found.plan.verdict.value, "changes": {"zh": text.zh, "en": text.en}}


def replan_round(
    desk: Desk,
    round_id: int,
    *,
    by: str,
    as_of: date,
    leads: Sequence[str] = (),
    without: Sequence[str] = (),
    lost: Sequence[str] = (),
    joined: Sequence[str] = (),
    dial: str = "little",
    news: News | None = None,
    sites: Sequence[PlanSite] = (),
    drop: Collection[VisitId] = (),
    care: Care = NO_CARE,
    effort: Effort | None = None,
    seed: int | None = None,
    job: JobId | None = None,
    progress: Progress = silent,
) -> tuple[PlanHead, Replanned]:
    """Replan a round's published plan with the results of the round, and keep the new plan as a draft.

    `leads`, `without` and `lost` are `SITE[,DUE]`, `TEAM[:DATE]` and dates, as the command line gives them; `news` says the same
    and more in nouns, and `sites` are those that the plan does not have yet; `drop` are visits that it shall no longer hold. Sites
    that moved or were not found stay out until the planner has said what becomes of them. `joined` names for each new team one
    that it is like.

    Raises
    ------
    Conflict
        The round has no published plan.
    InputError
        Something that was named does not exist.
    """
    with desk.store.reading() as t:
        stored = t.rounds.get(RoundId(round_id))
        ask(t, by, Right.PLAN, stored=stored, hidden=True)
        published = t.plans.published(stored.id)
        if published is None:
            raise Conflict(say("replan.not_published", round=stored.round.name))
        plan = t.plans.plan(published.id)
        results = t.results.list(stored.id)
        inputs = t.files.hashes()
        held = held_back(t, stored.id)
        plan = with_new_absences(plan, t.teams.list(), as_of)
    here = {site.id for site in plan.sites}
    plan = replace(plan, sites=(*plan.sites, *(site for site in sites if site.id not in here)))
    news = news or News()
    plan = _released(_without(plan, drop), results, as_of, news)
    known = {visit.id for visit in plan.visits}
    visits = list(news.visits)
    for text in leads:
        visits.append(lead_of(replace(plan, visits=(*plan.visits, *visits)), text))
    news = replace(
        news,
        visits=tuple(visits),
        out=dict(news.out) | dict(out_of(plan, text, as_of) for text in without),
        lost_days=news.lost_days | {day_of(text) for text in lost},
        joined=(*news.joined, *_joined(plan, joined)),
    )
    used_seed = stored.round.seed if seed is None else seed
    engine = desk.engine(plan)
    found = replan(
        plan,
        engine,
        as_of=as_of,
        results=[_heard(result, held) for result in results if result.visit in known],
        news=news,
        dial=dial_of(dial),
        effort=effort,
        counts=COUNTS_AS_DONE | FOR_THE_PLANNER,
        care=care,
        seed=used_seed,
        progress=progress,
    )
    if held:
        note = say("findings.held_back", count=len(held))
        found = replace(found, plan=replace(found.plan, notes=(*found.plan.notes, note)), done=found.done - held)
    document, certificate = certified(found.plan, engine, inputs=inputs, seed=used_seed)
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(stored.id), hidden=True)
        head = t.plans.add_draft(
            stored.id,
            found.plan,
            document=document,
            certificate=certificate,
            by=by,
            job=job,
        )
    return head, found


def _without(plan: Plan, drop: Collection[VisitId]) -> Plan:
    """Return the plan without some visits; the times of their routes are made anew by whoever goes on with it."""
    if not drop:
        return plan
    routes = [
        replace(route, stops=tuple(stop for stop in route.stops if stop.visit not in drop)) for route in plan.routes
    ]
    return replace(
        plan,
        visits=tuple(visit for visit in plan.visits if visit.id not in drop),
        routes=tuple(route for route in routes if route.stops),
        unplanned=tuple(item for item in plan.unplanned if item.visit not in drop),
        appointments={id: at for id, at in plan.appointments.items() if id not in drop},
        before={id: place for id, place in plan.before.items() if id not in drop},
    )


def _released(plan: Plan, results: Sequence[VisitResult], as_of: date, news: News) -> Plan:
    """Return the plan without promises that lie in the past for visits that were not done: late is better than never.

    A pin to a day that is over, or to a place that falls away, holds nobody any more; nor does the last day of a lead that is
    over, or until which the doors stay shut.
    """
    done = {result.visit for result in results if result.outcome in COUNTS_AS_DONE}

    ahead = [day for day in plan.round.workdays if day >= as_of]

    def free(visit: Visit) -> Visit:
        pin = visit.pin
        if visit.id in done:
            return visit
        if pin is not None and pin.day is not None:
            out = news.out.get(pin.team) if pin.team is not None else None
            lost = any((pin.team, pin.day, pin.shift) == (one.team, one.date, one.shift) for one in news.lost_shifts)
            if pin.day < as_of or pin.day in news.lost_days or lost or (out is not None and pin.day >= out):
                visit = replace(visit, pin=None)
        if visit.purpose is Purpose.LEAD and visit.due is not None and not open_days(visit, ahead):
            visit = replace(visit, due=None)
        return visit

    return replace(plan, visits=tuple(free(visit) for visit in plan.visits))


def _heard(result: VisitResult, held: frozenset[VisitId]) -> VisitResult:
    """Return a result as the search hears it: a site that moved is left alone till the planner has spoken, then tried again."""
    if result.outcome in FOR_THE_PLANNER and result.visit not in held:
        return replace(result, outcome=Outcome.CLOSED)
    return result


def _joined(plan: Plan, like: Sequence[str]) -> list[Team]:
    """Return a new team for each one that is named as its model."""
    teams: list[Team] = []
    for name in like:
        model = team_of(plan, name)
        teams += more_teams(replace(plan, teams=(*plan.teams, *teams)), 1, like=model.id)
    return teams


def replanned_json(head: PlanHead, found: Replanned) -> dict[str, Any]:
    """Return a replan of a stored round as plain values."""
    return {
        "plan": head.id,
        "verdict": found.plan.verdict.value,
        "done": len(found.done),
        "back": len(found.back),
        "unplanned": len(found.plan.unplanned),
        "ahead": len(found.ahead),
        "changes": changes_json(found.changes),
    }
