"""What the planner does with stored rounds: create, diagnose, draft as a job, look, assign, publish."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gridplan.fieldwork import assign as fieldwork
from gridplan.intake.extras import read_extra_visits
from gridplan.intake.settings import read_round
from gridplan.jobs.rows import Jobs
from gridplan.jobs.work import Held
from gridplan.maps.features import area_features, route_features
from gridplan.model.crew import Team
from gridplan.model.document import certificate_from_json, certificate_to_json, plan_from_json, plan_to_json
from gridplan.model.errors import Conflict, InputError
from gridplan.model.place import Area, AreaLevel
from gridplan.model.plan import NO_TEXT, Plan, Promise, Route, RouteId, Verdict
from gridplan.model.progress import Progress, silent
from gridplan.model.record import Job, JobId, JobState, PlanHead, PlanId, PlanState, Role, RoundId, StoredRound
from gridplan.model.site import PlacedSite, SiteKind, SiteStatus
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.routing.judge.check import certify, differences
from gridplan.routing.names import Keep, Named
from gridplan.routing.search.improve import Effort
from gridplan.services.course import Course, effort_of
from gridplan.services.desk import LISTS, VISITS, Desk
from gridplan.services.folder import dump, paths_of, plan_summary
from gridplan.services.legs import LEGS, legs_differ, pack_legs
from gridplan.services.placing import with_lists
from gridplan.services.planning import Diagnosis, diagnose_round, make_plan, rule_sentence, versions
from gridplan.services.register import datum_notes
from gridplan.services.streets import profiles_of

DRAFT = "draft"


# ---- rounds ----------------------------------------------------------------------------------------------------------


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
        t.imports.add(LISTS, folder.name, by=by, counts=counts, complaints=complaints)
        return t.rounds.add(round_, extra, by=by)


def _inputs(
    desk: Desk, round_id: int
) -> tuple[StoredRound, tuple[PlacedSite, ...], tuple[Area, ...], tuple[Team, ...]]:
    with desk.store.reading() as t:
        return t.rounds.get(RoundId(round_id)), t.sites.placed(), t.areas.list(), t.teams.list()


def diagnose(desk: Desk, round_id: int) -> Diagnosis:
    """Tell whether the rule can be kept, before any plan is made."""
    stored, sites, areas, teams = _inputs(desk, round_id)
    return diagnose_round(stored.round, sites, areas, teams, stored.extra)


def list_rounds(desk: Desk) -> list[dict[str, Any]]:
    """Return a line for each round, newest first."""
    lines = []
    with desk.store.reading() as t:
        for stored in t.rounds.list():
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


def round_view(desk: Desk, round_id: int) -> dict[str, Any]:
    """Return what the page of a round shows."""
    stored, sites, _, teams = _inputs(desk, round_id)
    found = diagnose(desk, round_id)
    with desk.store.reading() as t:
        plans = t.plans.list(stored.id)
    job = _latest_job(desk, round_id)
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


# ---- the draft, a job ------------------------------------------------------------------------------------------------


def start_draft(
    desk: Desk, round_id: int, *, by: str, minutes: float | None = None, rounds: int | None = None
) -> JobId:
    """Queue a draft of a round; while one is under way a second is refused. Effort as for `effort_of`."""
    with desk.store.reading() as t:
        t.rounds.get(RoundId(round_id))
    job = _latest_job(desk, round_id)
    if job and not job.state.final:
        raise Conflict(say("desk.draft_under_way"))
    return desk.queue.enqueue(DRAFT, {"round_id": round_id, "minutes": minutes, "rounds": rounds}, by=by)


def _latest_job(desk: Desk, round_id: int) -> Job | None:
    mine = [job for job in Jobs(desk.store).list(kind=DRAFT) if job.payload.get("round_id") == round_id]
    return max(mine, key=lambda job: job.created, default=None)


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


def job_view(desk: Desk, job_id: str, language: str) -> dict[str, Any]:
    """Return how far a job is, in the reader's language.

    `course` holds [seconds, cost, bound, gap] for each moment a draft became better, at most a few hundred of them; cost and
    bound in minutes, bound and gap null until they are known.
    """
    job = Jobs(desk.store).get(JobId(job_id))
    return _job_json(job) | {
        "text": _job_text(job).of(language),
        "course_text": _course_text(job).of(language),
        "state_word": say(f"jobs.{job.state.value}").of(language),
    }


def cancel_job(desk: Desk, job_id: str, *, by: str) -> None:
    """Ask a job to stop."""
    Jobs(desk.store).request_cancel(JobId(job_id), by=by)


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
    stored, sites, areas, teams = _inputs(desk, round_id)
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
    with desk.store.transaction() as t:
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


# ---- a plan ----------------------------------------------------------------------------------------------------------


def team_colours(plan: Plan) -> dict[str, int]:
    """Return the colour number 1…12 of each team, in their order."""
    return {team.id: number % 12 + 1 for number, team in enumerate(plan.teams)}


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def stop_lines(plan: Plan, route: Route) -> list[dict[str, Any]]:
    """Return the stops of a route as a list shows them, lunch in its place."""
    sites = {site.id: site for site in plan.sites}
    lines: list[dict[str, Any]] = []
    for stop in route.stops:
        if route.lunch and route.lunch[0] <= stop.start and not any(line.get("lunch") for line in lines):
            lines.append({"lunch": True, "arrive": _clock(route.lunch[0]), "leave": _clock(route.lunch[1])})
        site = sites[stop.site]
        lines.append(
            {
                "lunch": False,
                "seq": stop.seq,
                "visit": stop.visit,
                "arrive": _clock(stop.arrive),
                "leave": _clock(stop.leave),
                "name": site.name,
                "address": site.address,
                "minutes": stop.minutes,
            }
        )
    return lines


def plan_view(desk: Desk, plan_id: int, tab: str = "stops") -> dict[str, Any]:
    """Return what the page of a plan shows."""
    with desk.store.reading() as t:
        head = t.plans.get(PlanId(plan_id))
        plan = t.plans.plan(head.id)
        stored = t.rounds.get(head.round_id)
        certificate = json.loads(t.plans.certificate(head.id))
        assigned = t.assignments.list(head.id)
    people: dict[str, list[str]] = {}
    for assignment in assigned:
        people.setdefault(assignment.route, []).append(assignment.person)
    teams, colours = {team.id: team for team in plan.teams}, team_colours(plan)
    review = [site for site in plan.sites if site.status is SiteStatus.REVIEW]
    kept = plan.verdict is Verdict.KEPT
    figures = plan.figures
    first = (
        say(
            "web.plan_kept",
            visits=figures.planned,
            days=figures.days,
            team_days=figures.team_days,
            promises=len(certificate["promises"]),
        )
        if kept
        else say("web.plan_broken", violations=len(plan.violations), unplanned=figures.unplanned)
    )
    second = (
        say("web.plan_review", all=len(plan.sites), located=len(plan.sites) - len(review), review=len(review))
        if review
        else Text("", "")
    )
    return {
        "id": head.id,
        "round_id": head.round_id,
        "version": stored.version,
        "number": head.number,
        "name": stored.round.name,
        "district": stored.round.district,
        "state": head.state.value,
        "plan": plan,
        "tab": tab if tab in ("stops", "certificate", "unplanned", "people") else "stops",
        "sentence": first,
        "second": second,
        "can_publish": head.state is PlanState.DRAFT and plan.can_publish,
        "can_assign": head.state is PlanState.PUBLISHED,
        "routes": [
            {
                "id": route.id,
                "team_name": teams[route.team].name,
                "colour": colours[route.team],
                "day": route.day,
                "date": route.date.isoformat(),
                "depart": _clock(route.depart),
                "back": _clock(route.back),
                "stops": stop_lines(plan, route),
                "count": len(route.stops),
                "people": people.get(route.id, []),
            }
            for route in sorted(plan.routes, key=lambda r: (r.date, r.team, r.depart))
        ],
        "promises": [
            {"name": say(f"check.{Promise(name).value}")} | count for name, count in certificate["promises"].items()
        ],
        "names": {site.id: site.name for site in plan.sites},
        "review": review,
        "people": desk.people(Role.INSPECTOR),
    }


def routes_json(plan: Plan, engine: TravelEngine, routes: Sequence[Route] | None = None) -> bytes:
    """Return routes (default all) as GeoJSON bytes with their lines along the streets."""
    shown = plan if routes is None else _only(plan, routes)
    legs = {route: [path.line for path in paths] for route, paths in paths_of(shown, engine).items()}
    return dump(route_features(shown, legs))


def _only(plan: Plan, routes: Sequence[Route]) -> Plan:
    from dataclasses import replace

    teams = {route.team for route in routes}
    return replace(plan, routes=tuple(routes), teams=tuple(team for team in plan.teams if team.id in teams))


def plan_routes(desk: Desk, plan_id: int) -> bytes:
    """Return all routes of a plan as GeoJSON."""
    with desk.store.reading() as t:
        plan = t.plans.plan(PlanId(plan_id))
    return routes_json(plan, desk.engine(plan))


def plan_areas(desk: Desk, plan_id: int) -> bytes:
    """Return the townships (or the widest level there is) as GeoJSON."""
    with desk.store.reading() as t:
        areas = t.areas.list()
    townships = [area for area in areas if area.level is AreaLevel.TOWNSHIP] or list(areas)
    return dump(area_features(townships, ()))


def basemap(desk: Desk) -> bytes:
    """Return the packed base map as JSON."""
    return desk.basemap()


def assign(desk: Desk, plan_id: int, route: str, people: Iterable[str], *, by: str) -> None:
    """Name the people who walk a route of a published plan instead of those before; only they see it."""
    named = list(dict.fromkeys(people))
    known = {person.login for person in desk.people(Role.INSPECTOR)}
    if strangers := [login for login in named if login not in known]:
        raise InputError(say("desk.no_inspector", login=strangers[0]))
    with desk.store.transaction() as t:
        # Refuses a person whose routes would overlap in time.
        fieldwork.assign(t.plans.plan(PlanId(plan_id)), RouteId(route), named, t.assignments.list(PlanId(plan_id)))
        t.assignments.set(PlanId(plan_id), RouteId(route), named, by=by)


def publish(desk: Desk, plan_id: int, *, by: str, version: int | None = None) -> PlanHead:
    """Publish a draft in one transaction; `version` is the round's that the planner saw (None = as it is now).

    A plan that breaks a promise is never published, unless days gone by alone lack visits: what lies ahead must go on.
    """
    with desk.store.transaction() as t:
        head = t.plans.get(PlanId(plan_id))
        if head.verdict is not Verdict.KEPT and not t.plans.plan(head.id).can_publish:
            raise Conflict(say("desk.not_kept"))
        return t.plans.publish(
            head.id, version=t.rounds.get(head.round_id).version if version is None else version, by=by
        )


def summary(plan: Plan) -> dict[str, Any]:
    """Return the figures of a plan as the `--json` object has them."""
    return plan_summary(plan)
