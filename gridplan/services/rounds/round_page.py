"""What the pages of rounds show: the list, one round, how far its draft is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gridplan.jobs.rows import Jobs
from gridplan.model.errors import GridplanError
from gridplan.model.place import AreaLevel
from gridplan.model.plan import NO_TEXT
from gridplan.model.record import Job, JobId, JobState, PlanHead, PlanState, RoundId, StoredRound, User
from gridplan.model.result import Outcome
from gridplan.model.site import SiteStatus, Standing
from gridplan.model.words import Text, say
from gridplan.services.accounts.sight import own_part
from gridplan.services.desk import Desk
from gridplan.services.folders.planning import rule_sentence
from gridplan.services.rounds.drafting import latest_job
from gridplan.services.rounds.round_form import form_of, kind_word
from gridplan.services.rounds.trial_job import trials
from gridplan.services.rounds.trying import answer, open_trial
from gridplan.services.rounds.workbench import asked, workbench

MOST_JUDGED = 12
"""So many rounds without a plan have their verdict counted for the list."""
STAGES = ("diagnose", "partition", "improve", "calendar", "remedies", "check")
"""The stages of a draft in their order."""
DONE = (Outcome.DONE, Outcome.CLOSED_FOR_GOOD)


def list_rounds(desk: Desk) -> list[dict[str, Any]]:
    """Return a line for each round, newest first: its state, its verdict and how far it is."""
    lines = []
    with desk.store.reading() as t:
        stored = t.rounds.list()
        plans = {one.id: t.plans.list(one.id) for one in stored}
        done = {
            one.id: len({result.visit for result in t.results.list(one.id) if result.outcome in DONE})
            for one in stored
            if any(plan.state is PlanState.PUBLISHED for plan in plans[one.id])
        }
    judged = 0
    for one in stored:
        mine = plans[one.id]
        head = next((plan for plan in mine if plan.state is PlanState.PUBLISHED), mine[0] if mine else None)
        job = latest_job(desk, one.id)
        line = {
            "id": one.id,
            "name": one.round.name,
            "first": one.round.start.isoformat(),
            "last": say("web.n_days", days=one.round.rule.max_days),
            "rule": rule_sentence(one.round.rule),
            "planned": head.figures.planned if head else None,
            "visits": head.figures.visits if head else None,
            "done": done.get(one.id),
            "seal": {"kept": "yes", "broken": "no", "infeasible": "no"}.get(head.verdict.value, "tight")
            if head
            else None,
            "verdict": say(f"glossary.{head.verdict.value}") if head else None,
            "state": head.state.value if head else "new",
            "job": job_json(job) if job and not job.state.final else None,
            "note": NO_TEXT,
        }
        if head is None and judged < MOST_JUDGED:
            judged += 1
            line |= _judged(desk, one.id)
        lines.append(line)
    return lines


def rounds_seen(desk: Desk, reader: User) -> list[dict[str, Any]]:
    """Return a line for each round of which a part lies in the reader's area, counted there, newest first.

    What is planned and done is that of the published plan, else of the newest draft.
    """
    lines = []
    with desk.store.reading() as t:
        for stored in t.rounds.list():
            heads = t.plans.list(stored.id)
            head = t.plans.published(stored.id) or next(iter(heads), None)
            if head is None:
                continue
            part, own = own_part(t.plans.plan(head.id), reader)
            if not part.sites:
                continue
            mine = {visit.id for visit in part.visits}
            done = {one.visit for one in t.results.list(stored.id) if one.outcome in DONE and one.visit in mine}
            lines.append(
                {
                    "name": stored.round.name,
                    "plan": head.id,
                    "number": head.number,
                    "state": head.state.value,
                    "first": stored.round.start.isoformat(),
                    "last": say("web.n_days", days=stored.round.rule.max_days),
                    "rule": rule_sentence(stored.round.rule),
                    "planned": part.figures.planned,
                    "visits": part.figures.visits,
                    "routes": len(part.routes),
                    "own": len(own),
                    "done": len(done),
                }
            )
    return lines


def _judged(desk: Desk, round_id: int) -> dict[str, Any]:
    """Return what counting says of a round that has no plan; a round that cannot even be counted says why."""
    try:
        verdict = answer(open_trial(desk, {}, round_id=round_id))["verdict"]
    except GridplanError as error:
        return {"note": error.text}
    return {"seal": verdict["seal"], "verdict": verdict["word"], "note": verdict["say"]}


def what_there_is(desk: Desk) -> dict[str, Any]:
    """Return what an office without rounds has already, so that its next step can be told."""
    register = workbench(desk).register()
    try:
        desk.settings()
        settings = True
    except GridplanError:
        settings = False
    return {
        "located": sum(one.status is SiteStatus.LOCATED for one in register.sites),
        "review": sum(one.status is SiteStatus.REVIEW for one in register.sites),
        "teams": len(register.teams),
        "settings": settings,
    }


def round_view(desk: Desk, round_id: int | None, like: int | None = None) -> dict[str, Any]:
    """Return what the page of a round shows beside the answer to its form; None: of a new one, `like` another."""
    found = asked(desk, round_id, like)
    stored = found.stored
    register = workbench(desk).register()
    form = form_of(found.round)
    with desk.store.reading() as t:
        plans = t.plans.list(stored.id) if stored else ()
        others = [(one.id, one.round.name) for one in t.rounds.list() if not stored or one.id != stored.id]
    if stored is None:
        form["name"] = say("round_page.next_name", number=len(others) + 1).zh
    job = latest_job(desk, stored.id) if stored else None
    return {
        "id": stored.id if stored else None,
        "like": like,
        "version": stored.version if stored else 0,
        "name": form["name"],
        "district": found.round.district,
        "state": _state(plans),
        "form": form,
        "choices": _choices(desk, found.round.scope.exclude_status),
        "teams": [
            {"id": team.id, "name": team.name, "base": team.base_name, "people": len(team.members)}
            for team in register.teams
        ],
        "others": others,
        "plans": [_plan_line(plan) for plan in plans],
        "job": job_json(job) if job else None,
        "busy": job is not None and not job.state.final,
        "trials": trials(desk, stored.id) if stored else [],
    }


def _state(plans: tuple[PlanHead, ...]) -> str:
    published = any(plan.state is PlanState.PUBLISHED for plan in plans)
    return "published" if published else ("draft" if plans else "new")


def _plan_line(plan: PlanHead) -> dict[str, Any]:
    return {
        "id": plan.id,
        "number": plan.number,
        "verdict": plan.verdict.value,
        "planned": plan.figures.planned,
        "unplanned": plan.figures.unplanned,
        "team_days": plan.figures.team_days,
        "travel_min": plan.figures.travel_min,
        "gap": plan.gap,
        "state": plan.state.value,
    }


def _choices(desk: Desk, excluded: tuple[str, ...]) -> dict[str, Any]:
    """Return the values that each filter offers, with what they are called; communities under their townships."""
    register = workbench(desk).register()
    facets = register.facets
    there = facets.values()
    towns = [area for area in register.areas if area.level is AreaLevel.TOWNSHIP]
    communities = [area for area in register.areas if area.level is AreaLevel.COMMUNITY]
    words = [say(f"glossary.standing_{one.value}") for one in Standing if one is not Standing.OPERATING]
    standings = {word.zh: word for word in words if word.zh in set(there["exclude_status"])}
    own = {word: Text(word, word) for word in excluded if word and word not in standings}
    return {
        "kinds": [(kind, kind_word(kind)) for kind in map(str, there["kinds"])],
        "townships": [(area.code, area.name) for area in towns],
        "communities": [
            (town.name, [(area.code, area.name) for area in communities if area.parent_code == town.code])
            for town in towns
        ],
        "licences": [(str(one), say(f"glossary.licence_{one}")) for one in there["licences"]],
        "competents": [(one, one) for one in sorted(there["competents"], reverse=True)],
        "files": [(one, one) for one in sorted(there["files"])],
        "exclude_status": [*(standings | own).items()],
    }


# ---- the draft -------------------------------------------------------------------------------------------------------


def progress_view(desk: Desk, round_id: int) -> dict[str, Any]:
    """Return how far the draft and the trials of a round are, and at which version the round is."""
    with desk.store.reading() as t:
        stored: StoredRound = t.rounds.get(RoundId(round_id))
    job = latest_job(desk, round_id)
    return {
        "version": stored.version,
        "job": job_json(job) if job else None,
        "trials": trials(desk, round_id),
    }


def _job_text(job: Job) -> Text:
    if job.error:
        return job.error
    if job.state is JobState.DONE and job.result:
        done = "web.draft_stopped" if job.result.get("stopped") else "web.draft_done"
        return say(done, verdict=say(f"glossary.{job.result['verdict']}"))
    if job.state is JobState.RUNNING and job.cancel:
        return say("round_page.throwing_away" if job.payload.get("discard") else "web.draft_stopping")
    if job.state is JobState.RUNNING and job.stage:
        running = say("web.draft_running", stage=say(f"progress.{job.stage}"), done=job.done, total=job.total)
        return say("web.draft_says", running=running, text=job.text) if job.text else running
    return say(f"jobs.{job.state.value}")


def job_json(job: Job) -> dict[str, Any]:
    """Return a draft's job as pages show it; times in seconds."""
    until = job.finished or datetime.now(UTC)
    return {
        "id": job.id,
        "state": job.state.value,
        "done": job.done,
        "total": job.total,
        "text": _job_text(job),
        "course": list(job.course),
        "course_text": _course_text(job),
        "elapsed_s": round((until - job.started).total_seconds()) if job.started else 0,
        "minutes": job.payload.get("minutes"),
        "stages": _stages(job),
        "best": _best(job),
    }


def _stages(job: Job) -> list[dict[str, Any]]:
    """Return the stages of a draft: which are done, which goes on, which are still to come."""
    if job.stage not in STAGES:
        now = len(STAGES) if job.state is JobState.DONE else -1
    else:
        now = len(STAGES) if job.state is JobState.DONE else STAGES.index(job.stage)
    shown = [stage for stage in STAGES if stage != "partition" or job.stage == "partition"]
    return [
        {
            "name": say(f"progress.{stage}"),
            "state": "done" if STAGES.index(stage) < now else "now" if STAGES.index(stage) == now else "next",
        }
        for stage in shown
    ]


def _best(job: Job) -> Mapping[str, Any] | None:
    """Return the figures of the best plan so far; those that are not known yet are None."""
    if not job.course:
        return None
    _, cost, bound, gap, planned, team_days = [*job.course[-1], 0, 0][:6]
    return {"cost": cost, "bound": bound, "gap": gap, "planned": planned, "team_days": team_days}


def _course_text(job: Job) -> Text:
    """Say cost, bound and gap of the best plan so far."""
    if not job.course:
        return NO_TEXT
    _, cost, bound, gap, *_ = job.course[-1]
    if bound is None:
        return say("web.course_cost", cost=f"{cost:,.0f}")
    return say("web.course", cost=f"{cost:,.0f}", bound=f"{bound:,.0f}", gap=f"{gap:.1%}")


def job_view(desk: Desk, job_id: str, language: str) -> dict[str, Any]:
    """Return how far a job is, in the reader's language.

    `course` holds [seconds, cost, bound, gap, planned, team-days] for each moment a draft became better, at most a few hundred
    of them; cost and bound in minutes, bound and gap null until they are known.
    """
    job = Jobs(desk.store).get(JobId(job_id))
    return {key: value for key, value in job_json(job).items() if key not in ("stages", "best")} | {
        "text": _job_text(job).of(language),
        "course_text": _course_text(job).of(language),
        "state_word": say(f"jobs.{job.state.value}").of(language),
    }
