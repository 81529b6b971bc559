"""Rounds of the store: create, diagnose, draft as a job or at once, certify, check again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gridplan.intake.extras import read_extra_visits
from gridplan.intake.settings import read_round
from gridplan.jobs.rows import Jobs
from gridplan.jobs.work import Held
from gridplan.model.crew import Team
from gridplan.model.document import certificate_from_json, certificate_to_json, plan_from_json, plan_to_json
from gridplan.model.errors import Cancelled, Conflict, InputError
from gridplan.model.place import Area
from gridplan.model.plan import Plan
from gridplan.model.progress import Progress, silent
from gridplan.model.record import Job, JobId, PlanHead, PlanId, RoundId, StoredRound
from gridplan.model.rights import Right
from gridplan.model.site import PlacedSite, SiteStatus
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.routing.judge.check import certify, differences
from gridplan.routing.names import Keep, Named
from gridplan.routing.search.improve import Effort
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import LISTS, VISITS, Desk
from gridplan.services.folders.course import Course, effort_of
from gridplan.services.folders.folder import dump
from gridplan.services.folders.legs import LEGS, legs_differ, pack_legs
from gridplan.services.folders.placing import with_lists
from gridplan.services.folders.planning import Diagnosis, diagnose_round, make_plan, versions
from gridplan.services.folders.streets import profiles_of
from gridplan.services.registry.register import datum_notes
from gridplan.services.rounds.calendar import teams_on_office_days, with_office_days
from gridplan.store.absences import OfficeDays

DRAFT = "draft"
MOST_MINUTES = 24 * 60


def create_round(desk: Desk, folder: Path, *, by: str) -> StoredRound:
    """Make a round from the round.toml of a folder and the lists beside it: visits, history, days taken, pins."""
    round_, complaints = with_lists(read_round(folder / "round.toml"), folder)
    profiles_of(round_.travel.profiles)
    extra, of_extra = read_extra_visits(folder)
    complaints = (*of_extra, *complaints)
    counts = {
        "visits": len(extra),
        "history": len(round_.history),
        "taken": len(round_.taken),
        "pins": len(round_.pins),
        "complaints": len(complaints),
    }
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        t.imports.add(LISTS, folder.name, by=by, counts=counts, complaints=complaints)
        return t.rounds.add(round_, extra, by=by)


def round_inputs(
    desk: Desk, round_id: int
) -> tuple[StoredRound, tuple[PlacedSite, ...], tuple[Area, ...], tuple[Team, ...]]:
    with desk.store.reading() as t:
        stored, teams = t.rounds.get(RoundId(round_id)), t.teams.list()
        days = OfficeDays(t.connection).list()
        own = replace(stored, round=with_office_days(stored.round, days))
        return own, t.sites.placed(), t.areas.list(), teams_on_office_days(stored.round, teams, days)


def diagnose(desk: Desk, round_id: int) -> Diagnosis:
    """Tell whether the rule can be kept, before any plan is made."""
    stored, sites, areas, teams = round_inputs(desk, round_id)
    return diagnose_round(stored.round, sites, areas, teams, stored.extra)


def start_draft(
    desk: Desk, round_id: int, *, by: str, minutes: float | None = None, rounds: int | None = None
) -> JobId:
    """Queue a draft of a round; while one is under way a second is refused. Effort as for `effort_of`."""
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(RoundId(round_id)), hidden=True)
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        raise InputError(say("desk.bad_minutes", most=MOST_MINUTES))
    job = latest_job(desk, round_id)
    if job and not job.state.final:
        raise Conflict(say("desk.draft_under_way"))
    return desk.queue.enqueue(DRAFT, {"round_id": round_id, "minutes": minutes, "rounds": rounds}, by=by)


def latest_job(desk: Desk, round_id: int) -> Job | None:
    mine = [job for job in Jobs(desk.store).list(kind=DRAFT) if job.payload.get("round_id") == round_id]
    return max(mine, key=lambda job: job.created, default=None)


def cancel_job(desk: Desk, job_id: str, *, by: str, discard: bool = False) -> None:
    """Ask a job to stop; a draft then keeps the best plan so far unless it is to be thrown away."""
    job = Jobs(desk.store).get(JobId(job_id))
    with desk.store.reading() as t:
        round_id = job.payload.get("round_id")
        stored = t.rounds.get(RoundId(round_id)) if round_id is not None else None
        ask(t, by, Right.PLAN, stored=stored, whole=stored is None, hidden=True)
    Jobs(desk.store).request_cancel(JobId(job_id), by=by, discard=discard)


def run_draft(desk: Desk, job: Job, held: Held) -> dict[str, Any]:
    """Do the work of a draft job; run twice it leaves one plan, and goes on where a worker that was cut short was.

    Cancelled while it improves, the job is done and has a plan, which says that it was stopped: "cancelled" is for a job that
    left nothing.
    """
    course = Course(Jobs(desk.store), job, held)
    head, plan, stopped = _drafted(
        desk,
        int(job.payload["round_id"]),
        by=job.created_by,
        job=job.id,
        progress=held,
        effort=effort_of(minutes=job.payload.get("minutes"), rounds=job.payload.get("rounds")),
        resume=course.resume,
        keep=course.keep,
    )
    return {"plan_id": head.id, "verdict": plan.verdict.value, "stopped": stopped}


def draft(
    desk: Desk,
    round_id: int,
    *,
    by: str,
    seed: int | None = None,
    progress: Progress = silent,
    effort: Effort | None = None,
) -> tuple[PlanHead, Plan]:
    """Plan a round now and keep the plan as a draft; a cancel while it improves keeps the best plan so far."""
    head, plan, _ = _drafted(desk, round_id, by=by, seed=seed, progress=progress, effort=effort)
    return head, plan


def _drafted(
    desk: Desk,
    round_id: int,
    *,
    by: str,
    seed: int | None = None,
    job: JobId | None = None,
    progress: Progress,
    effort: Effort | None,
    resume: Named | None = None,
    keep: Keep | None = None,
) -> tuple[PlanHead, Plan, bool]:
    """Plan a round, keep the plan as a draft, and tell whether it was stopped early."""
    stored, sites, areas, teams = round_inputs(desk, round_id)
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, stored=stored, hidden=True)
    used_seed = stored.round.seed if seed is None else seed
    kept = [site for site in sites if site.status is not SiteStatus.REJECTED]
    planned = make_plan(
        stored.round,
        kept,
        areas,
        teams,
        stored.extra,
        desk.network(stored.round.travel.profiles),
        seed=used_seed,
        notes=datum_notes(desk),
        progress=progress,
        effort=effort,
        resume=resume,
        keep=keep,
    )
    legs = pack_legs(planned.plan, planned.engine)
    with desk.store.reading() as t:
        inputs = t.files.hashes()
    document, certificate = certified(planned.plan, planned.engine, inputs=inputs, seed=used_seed)
    if job is not None and planned.stopped and Jobs(desk.store).get(job).payload.get("discard"):
        raise Cancelled(say("jobs.cancelled"))
    with desk.store.transaction() as t:
        # Asked again: whoever lost the right while the plan was made leaves no plan.
        ask(t, by, Right.PLAN, stored=t.rounds.get(stored.id), hidden=True)
        if legs is not None:
            t.files.keep_legs(planned.plan.travel.legs_sha256, LEGS, legs)
        head = t.plans.add_draft(
            stored.id,
            planned.plan,
            document=document,
            certificate=certificate,
            by=by,
            job=job,
        )
        counts = {"visits": len(planned.plan.visits), "complaints": len(planned.complaints)}
        t.imports.add(VISITS, f"plan/{head.id}", by=by, counts=counts, complaints=planned.complaints)
    return head, planned.plan, planned.stopped


def certified(plan: Plan, engine: TravelEngine, *, inputs: Mapping[str, str], seed: int) -> tuple[str, str]:
    """Return the document of a plan and that of its certificate, as they are stored."""
    document = dump(plan_to_json(plan))
    certificate = certify(
        plan,
        engine,
        inputs=inputs,
        plan_sha256=hashlib.sha256(document).hexdigest(),
        versions=versions(),
        seed=seed,
    )
    return document.decode(), dump(certificate_to_json(certificate)).decode()


def check(desk: Desk, plan_id: int) -> tuple[Text, ...]:
    """Recompute the certificate of a stored plan and return what differs."""
    with desk.store.reading() as t:
        document = t.plans.document(PlanId(plan_id))
        certificate = certificate_from_json(json.loads(t.plans.certificate(PlanId(plan_id))))
    plan = plan_from_json(json.loads(document))
    engine = desk.engine(plan)
    again = certify(
        plan,
        engine,
        inputs=certificate.inputs,
        plan_sha256=hashlib.sha256(document.encode()).hexdigest(),
        versions=certificate.versions,
        seed=certificate.seed,
    )
    return (*legs_differ(plan, engine), *differences(plan, certificate, again))
