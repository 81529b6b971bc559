"""Remedies tried on a plan as a job: what would one more team, day or half hour give; kept as a draft only when that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from gridplan.jobs.rows import Jobs
from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.edit import edit_from_json, edit_to_json
from gridplan.model.errors import Conflict, InputError
from gridplan.model.plan import Plan, RemedyKind
from gridplan.model.progress import Progress
from gridplan.model.record import Job, JobId, PlanId
from gridplan.model.rights import Right
from gridplan.model.round import RoundRule, Tail
from gridplan.model.words import Text, say
from gridplan.rounds.workdays import following
from gridplan.routing.diagnosis.changes import EVENING
from gridplan.routing.replan.comparing import ChangeKind
from gridplan.routing.replan.replan import Dial, Replanned, replan
from gridplan.routing.replan.worked import News
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.plans.plan_cache import after, engine_for
from gridplan.services.plans.plan_editing import working
from gridplan.services.rounds.drafting import certified

TRIAL = "plan_trial"
MOST_TEAMS, MOST_DAYS, MOST_MINUTES = 20, 20, 180
KINDS = (
    RemedyKind.TEAMS,
    RemedyKind.DAYS,
    RemedyKind.MINUTES_PER_DAY,
    RemedyKind.SHIFT,
    RemedyKind.TAIL,
    RemedyKind.PER_DAY,
)
"""What can be tried on a plan that stands; other people or other sites need a new draft of the round."""


def start_trial(desk: Desk, plan_id: int, kind: str, change: float, *, by: str, keep: bool = False) -> JobId:
    """Queue a trial of a remedy on a plan as `by` sees it, unsaved changes included; with `keep` its plan becomes a draft.

    Raises
    ------
    InputError
        The remedy cannot be tried on a plan, or its size is out of bounds.
    Conflict
        A trial of this plan is under way.
    """
    wanted = _wanted(kind, change)
    now = working(desk, plan_id, by=by)
    root, steps = (now.head.id, now.own) if now.own is not None else (now.root, now.copy.held if now.copy else now.made)
    for job in Jobs(desk.store).list(kind=TRIAL):
        if job.payload.get("plan_id") == plan_id and not job.state.final:
            raise Conflict(say("planpage.trial_under_way"))
    payload = {
        "plan_id": plan_id,
        "root": root,
        "steps": [edit_to_json(step) for step in steps],
        "kind": wanted.value,
        "change": change,
        "keep": keep,
    }
    return desk.queue.enqueue(TRIAL, payload, by=by)


def _wanted(kind: str, change: float) -> RemedyKind:
    if kind not in {one.value for one in KINDS}:
        raise InputError(say("planpage.no_trial", kind=kind))
    wanted = RemedyKind(kind)
    most = {RemedyKind.TEAMS: MOST_TEAMS, RemedyKind.DAYS: MOST_DAYS, RemedyKind.MINUTES_PER_DAY: MOST_MINUTES}
    if not 0 < abs(change) <= most.get(wanted, 100):
        raise InputError(say("planpage.no_trial", kind=f"{kind} {change:g}"))
    return wanted


def run_trial(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """Do the work of a trial; run twice it leaves one draft at most."""
    asked = job.payload
    plan = after(desk, int(asked["root"]), [edit_from_json(step) for step in asked["steps"]])
    with desk.store.reading() as t:
        head = t.plans.get(PlanId(int(asked["plan_id"])))
        stored = t.rounds.get(head.round_id)
        results = t.results.list(head.round_id)
        inputs = t.files.hashes()
    kind, change = RemedyKind(asked["kind"]), float(asked["change"])
    last_done = max((result.at.date() for result in results), default=date.min)
    days = [day for day in plan.round.workdays if day > last_done]
    as_of = days[0] if days else plan.round.workdays[-1]
    later = following(stored.round, MOST_DAYS)
    changed, news = _with(plan, kind, change, as_of, later)
    known = {visit.id for visit in plan.visits}
    found = replan(
        changed,
        engine_for(desk, plan),
        as_of=as_of,
        results=[result for result in results if result.visit in known],
        news=news,
        dial=Dial.LITTLE,
        seed=stored.round.seed,
        progress=progress,
    )
    result = _told(plan, found, kind, change)
    if asked.get("keep"):
        note = say("planpage.trial_note", what=what(kind, change), number=head.number)
        fresh = replace(found.plan, notes=(*found.plan.notes, note))
        document, certificate = certified(fresh, engine_for(desk, fresh), inputs=inputs, seed=stored.round.seed)
        with desk.store.transaction() as t:
            ask(t, job.created_by, Right.PLAN, stored=t.rounds.get(head.round_id), hidden=True)
            draft = t.plans.add_draft(
                head.round_id, fresh, document=document, certificate=certificate, by=job.created_by, job=job.id
            )
        result |= {"plan_id": draft.id, "number": draft.number}
    return result


def what(kind: RemedyKind, change: float) -> Text:
    """Return a remedy as a button says it."""
    return say(f"planpage.remedy_{kind.value}", change=f"{abs(change):g}")


def _with(plan: Plan, kind: RemedyKind, change: float, as_of: date, later: tuple[date, ...]) -> tuple[Plan, News]:
    """Return the plan as if the remedy were there, and the teams that join."""
    rule: RoundRule = plan.round.rule
    size = round(abs(change))
    if kind is RemedyKind.TEAMS:
        return plan, News(joined=tuple(more_teams(plan, size)))
    if kind is RemedyKind.MINUTES_PER_DAY:
        return replace(plan, teams=tuple(_longer(team, size) for team in plan.teams)), News()
    if kind is RemedyKind.SHIFT:
        return replace(plan, teams=tuple(_evening(team) for team in plan.teams)), News()
    if kind is RemedyKind.DAYS:
        more = [day for day in later if day > plan.round.workdays[-1]][:size]
        days = (*plan.round.workdays, *more)
        return replace(plan, round=replace(plan.round, workdays=days, rule=replace(rule, max_days=len(days)))), News()
    if kind is RemedyKind.TAIL:
        return replace(plan, round=replace(plan.round, rule=replace(rule, tail=Tail.REMAINDER))), News()
    least = max(0, rule.min_per_day - size)
    return replace(plan, round=replace(plan.round, rule=replace(rule, min_per_day=least))), News()


def more_teams(plan: Plan, count: int, like: str | None = None) -> list[Team]:
    """Return so many teams more, like the one named, else like those that have the most to do; they work on every day."""
    busy = sorted(plan.teams, key=lambda team: -sum(len(r.stops) for r in plan.routes if r.team == team.id))
    models = [team for team in plan.teams if team.id == like] or busy
    taken = {team.id for team in plan.teams}
    added: list[Team] = []
    for number in range(count):
        model, step = models[number % len(models)], 1
        while (id := TeamId(f"{model.id}+{step}")) in taken:
            step += 1
        taken.add(id)
        added.append(replace(model, id=id, name=f"{model.name}+{step}", off=frozenset(), on=frozenset(), assumed=True))
    return added


def _longer(team: Team, minutes: int) -> Team:
    last = max(shift.end_s for shift in team.shifts)

    def later(shift: Shift) -> Shift:
        return replace(shift, end_s=min(shift.end_s + minutes * 60, 24 * 3600)) if shift.end_s == last else shift

    return replace(team, shifts=tuple(map(later, team.shifts)))


def _evening(team: Team) -> Team:
    if any(shift.end_s > EVENING.start_s for shift in team.shifts):
        return team
    return replace(team, shifts=(*team.shifts, EVENING))


def _told(plan: Plan, found: Replanned, kind: RemedyKind, change: float) -> dict[str, Any]:
    """Return what a trial gave, as plain values: figures before and after, and a sentence."""
    was, now = plan.figures, found.plan.figures
    text = say(
        "planpage.trial_gives",
        what=what(kind, change),
        verdict=say(f"glossary.{found.plan.verdict.value}"),
        left=now.unplanned,
        was=was.unplanned,
        moved=found.changes.count(ChangeKind.MOVED),
        travel=f"{now.travel_min - was.travel_min:+.0f}",
        days=f"{now.team_days - was.team_days:+d}",
    )
    return {
        "verdict": found.plan.verdict.value,
        "kind": kind.value,
        "change": change,
        "text": list(text),
        "unplanned": [was.unplanned, now.unplanned],
        "violations": [len(plan.violations), len(found.plan.violations)],
    }


def job_told(desk: Desk, job_id: str, language: str) -> Mapping[str, Any]:
    """Return how far a job of a plan is and what it gave, in the reader's language."""
    job = Jobs(desk.store).get(JobId(job_id))
    text = say(f"jobs.{job.state.value}").of(language)
    if job.error:
        text = job.error.of(language)
    elif job.result and "text" in job.result:
        text = Text(*job.result["text"]).of(language)
    elif job.result and "changes" in job.result:
        text = Text(job.result["changes"]["zh"], job.result["changes"]["en"]).of(language)
    elif job.stage and not job.state.final:
        text = say("web.draft_running", stage=say(f"progress.{job.stage}"), done=job.done, total=job.total).of(language)
    return {
        "id": job.id,
        "state": job.state.value,
        "final": job.state.final,
        "done": job.done,
        "total": job.total,
        "text": text,
        "result": job.result,
    }
