"""A change tried in earnest: the changed round is planned with little effort, its figures are told, and no plan is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gridplan.jobs.rows import Jobs
from gridplan.jobs.work import Held
from gridplan.model.errors import Conflict, InputError
from gridplan.model.progress import Progress
from gridplan.model.record import Job, JobId, JobState, RoundId
from gridplan.model.rights import Right
from gridplan.model.words import Text, say
from gridplan.routing.problem import Draft, Problem
from gridplan.routing.solve import draft_plan, quick_effort
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.planning import engine_for, measure_legs, problem_of
from gridplan.services.rounds.round_form import Form
from gridplan.services.rounds.trying import Trial, diagnose_trial, open_trial, visits_of

TRIAL = "trial"
SHOWN = 6


def start_trial(
    desk: Desk, round_id: int, form: Form, *, label: Text, proposal: tuple[str, float] | None = None, by: str
) -> JobId:
    """Queue a trial of a form; with `proposal` (kind, change) what the diagnosis of that form proposes is tried."""
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(RoundId(round_id)), hidden=True)
    open_trial(desk, form, round_id=round_id)
    if any(not job.state.final for job in _of(desk, round_id)):
        raise Conflict(say("trial_job.under_way"))
    payload = {"round_id": round_id, "form": dict(form), "label": list(label), "proposal": proposal}
    return desk.queue.enqueue(TRIAL, payload, by=by)


def run_trial(desk: Desk, job: Job, held: Held) -> dict[str, Any]:
    """Do the work of a trial job; its result says how many visits were planned, and in how many team-days."""
    payload = job.payload
    trial = open_trial(desk, payload["form"], round_id=int(payload["round_id"]))
    problem = _problem(desk, trial, payload.get("proposal"))
    measure_legs(problem.travel, problem, held)
    found = _plan(problem, trial, held)
    return _figures(problem, found)


def _problem(desk: Desk, trial: Trial, proposal: list[Any] | None) -> Problem:
    """Return the problem to plan: that of the form, or of what its diagnosis proposes."""
    network = desk.network(trial.round.travel.profiles)
    engine = engine_for(trial.round, network)
    if proposal is not None:
        for one in diagnose_trial(trial).outlook.proposals:
            if [one.kind.value, one.change] == list(proposal) and one.problem is not None:
                return replace(one.problem, travel=engine)
        raise InputError(say("trial_job.gone"))
    register = trial.register
    round_ = replace(trial.round, crews=(), overtime_min=0)
    problem, _ = problem_of(round_, register.sites, register.areas, trial.crews, visits_of(trial), engine)
    return problem


def _plan(problem: Problem, trial: Trial, progress: Progress) -> Draft:
    effort = quick_effort(len(problem.visits))
    return draft_plan(problem, seed=trial.round.seed, progress=progress, effort=effort, tries=0)


def _figures(problem: Problem, found: Draft) -> dict[str, Any]:
    mandatory = {visit.id for visit in problem.visits if visit.mandatory}
    left = sum(item.visit in mandatory for item in found.unplanned)
    return {
        "visits": len(mandatory),
        "left": left,
        "short": found.short,
        "team_days": len({(route.team, route.date) for route in found.routes}),
        "travel_min": round(sum(route.travel_s for route in found.routes) / 60),
        "stopped": found.stopped,
    }


def _of(desk: Desk, round_id: int) -> list[Job]:
    return [job for job in Jobs(desk.store).list(kind=TRIAL) if job.payload.get("round_id") == round_id]


def trials(desk: Desk, round_id: int) -> list[dict[str, Any]]:
    """Return the newest trials of a round: what was tried, how far it is or what came of it."""
    return [trial_view(job) for job in _of(desk, round_id)[:SHOWN]]


def trial_view(job: Job) -> dict[str, Any]:
    """Return a trial as a page shows it."""
    return {
        "id": job.id,
        "label": Text(*job.payload["label"]),
        "state": job.state.value,
        "text": _said(job),
        "tone": _tone(job.result) if job.state is JobState.DONE else "",
    }


def _tone(result: Mapping[str, Any] | None) -> str:
    return "yes" if result and not result["left"] and not result["short"] else "no"


def _said(job: Job) -> Text:
    if job.error:
        return job.error
    if job.state is JobState.DONE and job.result:
        kept = "trial_job.kept" if _tone(job.result) == "yes" else "trial_job.not_kept"
        return say(kept, **{key: f"{value:,}" for key, value in job.result.items() if key != "stopped"})
    if job.state is JobState.RUNNING and job.stage:
        return say("trial_job.running", stage=say(f"progress.{job.stage}"), done=job.done, total=job.total)
    return say(f"jobs.{job.state.value}")
