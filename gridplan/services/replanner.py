"""Replans stored rounds from their published plan and the results that came in: now, or as a job of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from gridplan.jobs.rows import Jobs
from gridplan.model.errors import Conflict
from gridplan.model.plan import PlanSite
from gridplan.model.progress import Progress, silent
from gridplan.model.record import Job, JobId, PlanHead, RoundId
from gridplan.model.result import COUNTS_AS_DONE, FOR_THE_PLANNER, Outcome, VisitResult
from gridplan.model.rights import Right
from gridplan.model.round import VisitId
from gridplan.model.words import say
from gridplan.routing.replan.replan import Replanned, replan
from gridplan.routing.replan.worked import News
from gridplan.routing.search.improve import Effort
from gridplan.services.desk import Desk
from gridplan.services.drafting import DRAFT, certified
from gridplan.services.findings import held_back
from gridplan.services.replanning import changes_json, day_of, dial_of, lead_of, out_of
from gridplan.services.rights import ask

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
    dial: str = "little",
    news: News | None = None,
    sites: Sequence[PlanSite] = (),
    effort: Effort | None = None,
    seed: int | None = None,
    job: JobId | None = None,
    progress: Progress = silent,
) -> tuple[PlanHead, Replanned]:
    """Replan a round's published plan with the results of the round, and keep the new plan as a draft.

    `leads`, `without` and `lost` are `SITE[,DUE]`, `TEAM[:DATE]` and dates, as the command line gives them; `news` says the same
    and more in nouns, and `sites` are those that the plan does not have yet. Sites that moved or were not found stay out until
    the planner has said what becomes of them.

    Raises
    ------
    Conflict
        The round has no published plan.
    InputError
        Something that was named does not exist.
    """
    with desk.store.reading() as t:
        stored = t.rounds.get(RoundId(round_id))
        published = t.plans.published(stored.id)
        if published is None:
            raise Conflict(say("replan.not_published", round=stored.round.name))
        plan = t.plans.plan(published.id)
        results = t.results.list(stored.id)
        inputs = t.files.hashes()
        held = held_back(t, stored.id)
    here = {site.id for site in plan.sites}
    plan = replace(plan, sites=(*plan.sites, *(site for site in sites if site.id not in here)))
    known = {visit.id for visit in plan.visits}
    news = news or News()
    visits = list(news.visits)
    for text in leads:
        visits.append(lead_of(replace(plan, visits=(*plan.visits, *visits)), text))
    news = replace(
        news,
        visits=tuple(visits),
        out=dict(news.out) | dict(out_of(plan, text, as_of) for text in without),
        lost_days=news.lost_days | {day_of(text) for text in lost},
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
        seed=used_seed,
        progress=progress,
    )
    if held:
        note = say("findings.held_back", count=len(held))
        found = replace(found, plan=replace(found.plan, notes=(*found.plan.notes, note)), done=found.done - held)
    document, certificate = certified(found.plan, engine, inputs=inputs, seed=used_seed)
    with desk.store.transaction() as t:
        head = t.plans.add_draft(
            stored.id,
            found.plan,
            document=document,
            certificate=certificate,
            by=by,
            job=job,
        )
    return head, found


def _heard(result: VisitResult, held: frozenset[VisitId]) -> VisitResult:
    """Return a result as the search hears it: a site that moved is left alone till the planner has spoken, then tried again."""
    if result.outcome in FOR_THE_PLANNER and result.visit not in held:
        return replace(result, outcome=Outcome.CLOSED)
    return result


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
