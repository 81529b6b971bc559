"""What the pages of rounds show: the list, one round, how far its draft is."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from gridplan.jobs.rows import Jobs
from gridplan.model.errors import NotFound
from gridplan.model.plan import NO_TEXT
from gridplan.model.record import Job, JobId, JobState, PlanState, RoundId, User
from gridplan.model.site import SiteKind
from gridplan.model.words import Text, say
from gridplan.services.desk import Desk
from gridplan.services.drafting import diagnose, latest_job, round_inputs
from gridplan.services.planning import rule_sentence
from gridplan.services.rights import round_is_own


def _own_round(desk: Desk, reader: User | None, round_id: int) -> None:
    """Make sure that all of a round is the reader's; what it can hold and needs tells of every site."""
    if reader is None or reader.area is None:
        return
    with desk.store.reading() as t:
        if not round_is_own(reader, t.rounds.get(RoundId(round_id)), t.areas.list()):
            raise NotFound(say("store.no_round", round=round_id))


def list_rounds(desk: Desk, *, reader: User | None = None) -> list[dict[str, Any]]:
    """Return a line for each round that is the reader's, newest first."""
    lines = []
    with desk.store.reading() as t:
        areas = t.areas.list()
        for stored in t.rounds.list():
            if reader is not None and not round_is_own(reader, stored, areas):
                continue
            plans = t.plans.list(stored.id)
            head = next((plan for plan in plans if plan.state is PlanState.PUBLISHED), plans[0] if plans else None)
            lines.append(
                {
                    "id": stored.id,
                    "name": stored.round.name,
                    "first": stored.round.start.isoformat(),
                    "last": say("web.n_days", days=stored.round.rule.max_days),
                    "rule": rule_sentence(stored.round.rule),
                    "planned": head.figures.planned if head else None,
                    "verdict": head.verdict.value if head else None,
                    "state": head.state.value if head else "new",
                }
            )
    return lines


def round_view(desk: Desk, round_id: int, *, reader: User | None = None) -> dict[str, Any]:
    """Return what the page of a round shows to a reader."""
    _own_round(desk, reader, round_id)
    stored, sites, _, teams = round_inputs(desk, round_id)
    found = diagnose(desk, round_id)
    with desk.store.reading() as t:
        plans = t.plans.list(stored.id)
    job = latest_job(desk, round_id)
    kinds = Counter(placed.site.kind for placed in sites if placed.site.id in found.promised)
    published = any(plan.state is PlanState.PUBLISHED for plan in plans)
    return {
        "id": stored.id,
        "name": stored.round.name,
        "district": stored.round.district,
        "state": "published" if published else ("draft" if plans else "new"),
        "first": found.days[0].isoformat(),
        "last": found.days[-1].isoformat(),
        "days": [{"label": _short(day), "capacity": c} for day, c in zip(found.days, found.capacity, strict=True)],
        "need": stored.round.rule.min_per_day,
        "rule": rule_sentence(stored.round.rule),
        "promised": len(found.promised),
        "review": found.review,
        "kinds": [
            {
                "word": "community_kind" if kind is SiteKind.COMMUNITY else kind.value,
                "count": count,
                "minutes": stored.round.kinds[kind].minutes,
            }
            for kind, count in sorted(kinds.items())
        ],
        "teams": [
            {"name": team.name, "base_name": team.base_name, "people": len(team.members)}
            for team in teams or found.teams
        ],
        "feasible": found.possible,
        "sentence": found.text,
        "plans": [
            {
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
            for plan in plans
        ],
        "job": _job_json(job) if job else None,
        "busy": job is not None and not job.state.final,
    }


def _short(day: date) -> str:
    return f"{day.month}/{day.day} {'一二三四五六日'[day.weekday()]}"


def _job_text(job: Job) -> Text:
    if job.error:
        return job.error
    if job.state is JobState.DONE and job.result:
        done = "web.draft_stopped" if job.result.get("stopped") else "web.draft_done"
        return say(done, verdict=say(f"glossary.{job.result['verdict']}"))
    if job.state is JobState.RUNNING and job.cancel:
        return say("web.draft_stopping")
    if job.state is JobState.RUNNING and job.stage:
        running = say("web.draft_running", stage=say(f"progress.{job.stage}"), done=job.done, total=job.total)
        return say("web.draft_says", running=running, text=job.text) if job.text else running
    return say(f"jobs.{job.state.value}")


def _job_json(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state.value,
        "done": job.done,
        "total": job.total,
        "text": _job_text(job),
        "course": list(job.course),
        "course_text": _course_text(job),
    }


def _course_text(job: Job) -> Text:
    """Say cost, bound and gap of the best plan so far."""
    if not job.course:
        return NO_TEXT
    _, cost, bound, gap = job.course[-1]
    if bound is None:
        return say("web.course_cost", cost=f"{cost:,.0f}")
    return say("web.course", cost=f"{cost:,.0f}", bound=f"{bound:,.0f}", gap=f"{gap:.1%}")


def job_view(desk: Desk, job_id: str, language: str, *, reader: User | None = None) -> dict[str, Any]:
    """Return how far a job is, in the reader's language.

    `course` holds [seconds, cost, bound, gap] for each moment a draft became better, at most a few hundred of them; cost and
    bound in minutes, bound and gap null until they are known.
    """
    job = Jobs(desk.store).get(JobId(job_id))
    if reader is not None and reader.area is not None:
        if job.payload.get("round_id") is None:
            raise NotFound(say("jobs.no_job", job=job_id))
        _own_round(desk, reader, int(job.payload["round_id"]))
    return _job_json(job) | {
        "text": _job_text(job).of(language),
        "course_text": _course_text(job).of(language),
        "state_word": say(f"jobs.{job.state.value}").of(language),
    }
