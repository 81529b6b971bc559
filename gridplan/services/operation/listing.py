"""The register, rounds and plans as plain values, a page at a time, for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from gridplan.maps.features import area_features
from gridplan.model.document import plan_to_json
from gridplan.model.errors import Complaint, InputError, NotFound
from gridplan.model.place import AreaLevel
from gridplan.model.plan import Plan
from gridplan.model.record import Job, PlanHead, PlanId, RoundId, StoredRound
from gridplan.model.site import PlacedSite, SiteKind, SiteStatus
from gridplan.model.words import Text, say
from gridplan.services.desk import Desk
from gridplan.services.folders.planning import rule_sentence
from gridplan.services.plans.plan_page import routes_json
from gridplan.services.registry.register import complaints_of
from gridplan.services.rounds.round_form import form_of

Json = dict[str, Any]
T = TypeVar("T")


def page(items: Sequence[T], key: Callable[[T], str], after: str, limit: int) -> tuple[list[T], str | None]:
    """Return the items behind the one whose key is `after` ("" = from the start), and the `after` of the next page.

    Raises
    ------
    InputError
        No item has that key.
    """
    first = 0
    if after:
        found = next((number for number, item in enumerate(items) if key(item) == after), None)
        if found is None:
            raise InputError(say("api.bad_after"))
        first = found + 1
    shown = list(items[first : first + limit])
    return shown, key(shown[-1]) if first + limit < len(items) else None


def rows_page(rows: Sequence[Json], query: Mapping[str, Any], key: str) -> Json:
    """Return the page of plain rows that a query (`after`, `limit`) asks for; `key` is what tells a row."""
    shown, after = page(rows, lambda row: str(row[key]), query["after"], query["limit"])
    return {"items": shown, "next": after}


def sites(
    desk: Desk,
    *,
    kind: SiteKind | None = None,
    status: SiteStatus | None = None,
    area: str = "",
    text: str = "",
) -> list[PlacedSite]:
    """Return the placed sites by number: of one kind, status, or area at any level, or with a text in name or address."""
    with desk.store.reading() as t:
        found = t.sites.placed(status)
    return [
        one
        for one in found
        if (kind is None or one.site.kind is kind)
        and (not area or area in one.areas.values())
        and (not text or text in one.site.name or text in one.site.address)
    ]


def site_json(one: PlacedSite) -> Json:
    """Return a site; its phone is for the crew only."""
    site, point = one.site, one.fix.point
    return {
        "id": site.id,
        "name": site.name,
        "kind": site.kind.value,
        "address": site.address,
        "uscc": site.uscc,
        "status": one.status.value,
        "lon": round(point.lon, 6) if point else None,
        "lat": round(point.lat, 6) if point else None,
        "level": one.fix.level.value,
        "score": round(one.fix.score, 3),
        "areas": {level.value: code for level, code in one.areas.items()},
        "licence_class": site.licence_class.value,
        "standing": site.standing.value,
        "competent": site.competent,
    }


def site_features(found: Iterable[PlacedSite]) -> Json:
    """Return the sites that have a point as GeoJSON."""
    features = []
    for one in found:
        values = site_json(one)
        lon, lat, areas = values.pop("lon"), values.pop("lat"), values.pop("areas")
        if lon is not None:
            geometry = {"type": "Point", "coordinates": [lon, lat]}
            features.append({"type": "Feature", "geometry": geometry, "properties": values | areas})
    return {"type": "FeatureCollection", "features": features}


def areas(desk: Desk, level: AreaLevel | None = None) -> Json:
    """Return the areas of the register, of one level where it is given, as GeoJSON."""
    with desk.store.reading() as t:
        found = [area for area in t.areas.list() if level is None or area.level is level]
    return area_features(found)


def teams(desk: Desk) -> list[Json]:
    """Return the teams; of their people only how many and from where."""
    with desk.store.reading() as t:
        found = t.teams.list()
    return [
        {
            "id": team.id,
            "name": team.name,
            "base_name": team.base_name,
            "base": [round(team.base.lon, 6), round(team.base.lat, 6)],
            "home": list(team.home),
            "mode": team.mode.value,
            "people": len(team.members),
            "departments": sorted(team.departments),
        }
        for team in found
    ]


def complaints(desk: Desk) -> list[Json]:
    """Return what the latest imports complained about."""
    return [_complaint(item) for item in complaints_of(desk)]


def _complaint(item: Complaint) -> Json:
    return {
        "file": item.file,
        "row": item.row,
        "column": item.column,
        "value": item.value,
        "code": item.code,
        "severity": item.severity.value,
        "text": text_json(item.text),
    }


def text_json(text: Text | None) -> Json | None:
    """Return a sentence in both languages."""
    return {"zh": text.zh, "en": text.en} if text else None


def rounds(desk: Desk) -> list[Json]:
    """Return the rounds, newest first."""
    with desk.store.reading() as t:
        found = t.rounds.list()
    return [_round(stored) for stored in found]


def round_json(desk: Desk, round_id: int) -> Json:
    """Return a round with what may be changed of it and the heads of its plans."""
    with desk.store.reading() as t:
        stored, heads = t.rounds.get(RoundId(round_id)), t.plans.list(RoundId(round_id))
    return _round(stored) | {"form": form_of(stored.round), "plans": [head_json(head) for head in heads]}


def _round(stored: StoredRound) -> Json:
    rule = stored.round.rule
    return {
        "id": stored.id,
        "name": stored.round.name,
        "district": stored.round.district,
        "start": stored.round.start.isoformat(),
        "min_per_day": rule.min_per_day,
        "max_days": rule.max_days,
        "rule": text_json(rule_sentence(rule)),
        "version": stored.version,
        "created": stored.created.isoformat(),
        "created_by": stored.created_by,
    }


def head_json(head: PlanHead) -> Json:
    """Return a plan without its document."""
    figures = head.figures
    return {
        "id": head.id,
        "round": head.round_id,
        "number": head.number,
        "state": head.state.value,
        "verdict": head.verdict.value,
        "gap": head.gap,
        "planned": figures.planned,
        "unplanned": figures.unplanned,
        "days": figures.days,
        "team_days": figures.team_days,
        "travel_min": figures.travel_min,
        "created": head.created.isoformat(),
        "created_by": head.created_by,
        "published": head.published.isoformat() if head.published else None,
        "published_by": head.published_by,
    }


def plan_head(desk: Desk, plan_id: int) -> Json:
    """Return the head of a plan with the version of its round, which publishing asks for."""
    with desk.store.reading() as t:
        head = t.plans.get(PlanId(plan_id))
        return head_json(head) | {"version": t.rounds.get(head.round_id).version}


def plan_document(desk: Desk, plan_id: int) -> Json:
    """Return a plan as `plan.json` has it."""
    with desk.store.reading() as t:
        found: Json = json.loads(t.plans.document(PlanId(plan_id)))
    return found


def plan_routes(desk: Desk, plan_id: int) -> bytes:
    """Return all routes of a plan as GeoJSON."""
    with desk.store.reading() as t:
        plan = t.plans.plan(PlanId(plan_id))
    return routes_json(plan, desk.engine(plan))


def plan_certificate(desk: Desk, plan_id: int) -> Json:
    """Return a plan's certificate as `certificate.json` has it."""
    with desk.store.reading() as t:
        found: Json = json.loads(t.plans.certificate(PlanId(plan_id)))
    return found


def unplanned(desk: Desk, plan_id: int) -> list[Json]:
    """Return the visits that a plan leaves out, with reasons and remedies, as `plan.json` has them."""
    with desk.store.reading() as t:
        plan: Plan = t.plans.plan(PlanId(plan_id))
    found: list[Json] = plan_to_json(plan)["unplanned"]
    return found


def assignments(desk: Desk, plan_id: int) -> list[Json]:
    """Return the routes of a plan with the log-ins of those who walk them."""
    with desk.store.reading() as t:
        plan, named = t.plans.plan(PlanId(plan_id)), t.assignments.list(PlanId(plan_id))
    return [
        {
            "route": route.id,
            "team": route.team,
            "date": route.date.isoformat(),
            "shift": route.shift,
            "people": [one.person for one in named if one.route == route.id],
        }
        for route in plan.routes
    ]


def job_json(job: Job) -> Json:
    """Return how far a job is and what came of it."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state.value,
        "stage": job.stage,
        "done": job.done,
        "total": job.total,
        "cancel": job.cancel,
        "result": dict(job.result) if job.result else None,
        "error": text_json(job.error),
        "created": job.created.isoformat(),
        "created_by": job.created_by,
        "finished": job.finished.isoformat() if job.finished else None,
    }


def audit(desk: Desk, *, object: str | None = None, limit: int = 200) -> list[Json]:
    """Return the newest entries of the audit log first."""
    with desk.store.reading() as t:
        found = t.audit.list(object=object, limit=limit)
    return [
        {
            "id": entry.id,
            "at": entry.at.isoformat(),
            "who": entry.who,
            "what": entry.what,
            "object": entry.object,
            "detail": dict(entry.detail),
        }
        for entry in found
    ]


def one_job(desk: Desk, job_id: str) -> Json:
    """Return one job, or raise `NotFound`."""
    from gridplan.jobs.rows import Jobs
    from gridplan.model.record import JobId

    try:
        return job_json(Jobs(desk.store).get(JobId(job_id)))
    except InputError as error:
        raise NotFound(error.text) from None
