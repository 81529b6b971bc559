"""What the page of jobs shows: what is under way and what ended, with progress, result or error; cancel and try again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from gridplan.jobs.rows import KEPT_DAYS, Jobs
from gridplan.jobs.workers import Workers
from gridplan.model.plan import NO_TEXT
from gridplan.model.record import Job, JobId, JobState, PlanId
from gridplan.model.release import CHINA
from gridplan.model.rights import Right
from gridplan.model.words import Text, catalogue, say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.field.changing import CHANGE
from gridplan.services.operation.background import EXPORT, IMPORT, LOCATE
from gridplan.services.plans.replanner import REPLAN
from gridplan.services.rounds.drafting import DRAFT

PAGE = 25
_COUNTS = {"areas": "areas", "sites": "kept", "gazetteer": "entries", "roads": "segments", "teams": "teams"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One job as a person reads it. `number` is what an error names; `plan` and `file` are what it left, None for nothing."""

    id: str
    number: str
    title: Text
    who: str
    begun: str
    took: Text
    state: str
    progress: Text
    done: int
    total: int
    error: Text | None
    result: Text
    plan: int | None
    file: str | None
    can_cancel: bool
    can_try: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsView:
    """The page: `tag` changes whenever anything that is shown does."""

    live: tuple[Line, ...]
    past: tuple[Line, ...]
    workers: int
    skip: int
    more: bool
    tag: str


def jobs_view(desk: Desk, *, by: str, skip: int = 0) -> JobsView:
    """Return the jobs under way, and `PAGE` of those that ended, newest first, without the newest `skip`."""
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, whole=True)
    jobs = Jobs(desk.store)
    live, past = jobs.list(live=True, limit=200), jobs.list(live=False, limit=PAGE + 1, skip=skip)
    with desk.store.reading() as t:
        rounds = {int(stored.id): stored.round.name for stored in t.rounds.list()}
        exported = {int(job.payload["plan_id"]) for job in (*live, *past) if job.kind == EXPORT}
        plans = {plan: t.plans.get(PlanId(plan)) for plan in exported}
        titles = {plan: f"{rounds[head.round_id]} v{head.number}" for plan, head in plans.items()}
        names = {user.login: user.name for user in t.users.list()}
    alive = sum(worker.alive for worker in Workers(desk.store).list())
    shown = [[_line(job, rounds, titles, names, by) for job in some] for some in (live, past[:PAGE])]
    seen = json.dumps([alive, skip, len(past) > PAGE, *[[asdict(line) for line in some] for some in shown]])
    return JobsView(
        live=tuple(shown[0]),
        past=tuple(shown[1]),
        workers=alive,
        skip=skip,
        more=len(past) > PAGE,
        tag=hashlib.sha256(seen.encode()).hexdigest()[:32],
    )


def cancel(desk: Desk, job_id: str, *, by: str) -> Job:
    """Ask a job to stop: a waiting one ends at once, a running one soon."""
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, whole=True)
    return Jobs(desk.store).request_cancel(JobId(job_id), by=by)


def try_again(desk: Desk, job_id: str, *, by: str) -> JobId:
    """Queue a job that failed or was cancelled once more; Conflict where it did not. Asked twice it runs once."""
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, whole=True)
    new = Jobs(desk.store).again(JobId(job_id), by=by)
    desk.queue.wake(new)
    return new


def _line(job: Job, rounds: dict[int, str], plans: dict[int, str], names: dict[str, str], by: str) -> Line:
    result = job.result or {}
    fresh = job.finished is not None and datetime.now(UTC) - job.finished < timedelta(days=KEPT_DAYS)
    return Line(
        id=job.id,
        number=job.id[:8],
        title=_title(job, rounds, plans),
        who=names.get(job.created_by, job.created_by),
        begun=f"{(job.started or job.created).astimezone(CHINA):%m-%d %H:%M}",
        took=_took(job),
        state=job.state.value,
        progress=_progress(job),
        done=job.done,
        total=job.total,
        error=_error(job),
        result=_result(job),
        plan=result.get("plan_id"),
        file=result.get("file") if fresh and job.created_by == by else None,
        can_cancel=not job.state.final and not job.cancel,
        can_try=job.state in (JobState.FAILED, JobState.CANCELLED) and (fresh or job.kind != IMPORT),
    )


def _error(job: Job) -> Text | None:
    """Return why a job failed, with its number once: that by which the log has it begins with what the page shows."""
    if job.error is None or job.state is not JobState.FAILED:
        return None
    number = job.id[:8]
    said = Text(*(text.replace(job.id, number) for text in job.error))
    return said if number in said.zh else say("jobs.error_of", error=said, number=number)


def _title(job: Job, rounds: dict[int, str], plans: dict[int, str]) -> Text:
    key = f"jobs.kind_{job.kind}"
    kind = say(key) if key in catalogue() else Text(job.kind, job.kind)
    about = ""
    if job.kind in (DRAFT, REPLAN, CHANGE):
        about = rounds.get(int(job.payload["round_id"]), "")
    elif job.kind == IMPORT:
        about = str(job.payload.get("name", ""))
    elif job.kind == EXPORT:
        about = plans.get(int(job.payload["plan_id"]), "")
    return say("jobs.of_round", kind=kind, round=about) if about else kind


def _took(job: Job) -> Text:
    if job.started is None:
        return NO_TEXT
    # Whole seconds only once it ended: a running clock would make the page new at every look.
    if job.finished is None:
        return NO_TEXT
    seconds = max(0, round((job.finished - job.started).total_seconds()))
    return say("jobs.seconds", n=seconds) if seconds < 120 else say("jobs.minutes", n=round(seconds / 60))


def _progress(job: Job) -> Text:
    if job.state is not JobState.RUNNING:
        return say(f"jobs.{job.state.value}")
    if job.cancel:
        return say("jobs.stopping")
    if not job.stage:
        return say("jobs.running")
    told = say("web.draft_running", stage=say(f"progress.{job.stage}"), done=job.done, total=job.total)
    if job.attempts > 1:
        told = say("web.draft_says", running=told, text=say("jobs.attempt", n=job.attempts))
    return say("web.draft_says", running=told, text=job.text) if job.text else told


def _result(job: Job) -> Text:
    result = job.result or {}
    if result.get("verdict"):
        return say(f"glossary.{result['verdict']}")
    counts = result.get("counts", {})
    if job.kind == LOCATE:
        said = [say(f"jobs.count_{what}", n=counts[what]) for what in ("located", "review") if what in counts]
    else:
        said = [say(f"jobs.count_{part}", n=counts[part][key]) for part, key in _COUNTS.items() if part in counts]
    return Text("，".join(text.zh for text in said), ", ".join(text.en for text in said))
