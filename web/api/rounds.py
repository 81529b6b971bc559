"""Rounds and jobs for programs: a round made, tried, changed, drafted."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from gridplan.model.record import Scope
from gridplan.model.rights import Right
from gridplan.services.operation import listing
from gridplan.services.operation.plain import plain
from gridplan.services.rounds import drafting, round_keeping, trying
from web.api import desk_schemas, schemas
from web.api.guard import allows, desk, me, seen, tagged

api = APIBlueprint("rounds", __name__, tag="rounds")
ROUND = "/rounds/<int:round_id>"
TOLD = ("verdict", "crews", "figures", "span", "matrix", "days", "scarce", "remedies", "careful")
"""What is told of a round that is tried; the rest draws the page's filters."""
NO_ROUND = {404: {"description": "没有这一轮 / no such round"}}
SAME_NAME = {409: {"description": "已有同名的轮次 / there is a round of that name"}}
NO_JOB = {404: {"description": "没有这个任务 / no such job"}}


@api.get("/rounds")
@allows(Scope.READ, Right.PLAN)
@api.output(schemas.Rounds)
@api.doc(security="token")
def rounds() -> Any:
    """List the rounds, newest first."""
    return {"items": listing.rounds(desk())}


def _told(round_id: int) -> Any:
    found = listing.round_json(desk(), round_id)
    return tagged(found, found["version"])


@api.post("/rounds")
@allows(Scope.PLAN, Right.PLAN)
@api.input(desk_schemas.NewRound, location="json")
@api.output(schemas.RoundWithPlans, status_code=201)
@api.doc(security="token", responses=NO_ROUND | SAME_NAME)
def add_round(json_data: dict[str, Any]) -> Any:
    """Make a round."""
    like = json_data.pop("like")
    stored = round_keeping.create(desk(), json_data, like=like, by=me().login)
    return listing.round_json(desk(), stored.id)


@api.get(ROUND)
@allows(Scope.READ, Right.PLAN)
@api.output(schemas.RoundWithPlans)
@api.doc(security="token", responses=NO_ROUND)
def one_round(round_id: int) -> Any:
    """Give a round and its plans."""
    return _told(round_id)


@api.patch(ROUND)
@allows(Scope.PLAN, Right.PLAN)
@api.input(desk_schemas.ChangedRound, location="json")
@api.output(schemas.RoundWithPlans)
@api.doc(security="token", responses=NO_ROUND | schemas.MOVED)
def change_round(round_id: int, json_data: dict[str, Any]) -> Any:
    """Change a round that has no published plan; what is not said stays."""
    version = seen(json_data.pop("version"))
    round_keeping.change(desk(), round_id, json_data, version=version, by=me().login)
    return _told(round_id)


@api.delete(ROUND)
@allows(Scope.PLAN, Right.PLAN)
@api.input(schemas.Versioned, location="query")
@api.output({}, status_code=204)
@api.doc(security="token", responses=NO_ROUND | schemas.MOVED)
def remove_round(round_id: int, query_data: dict[str, Any]) -> Any:
    """Remove a round that has no plan."""
    round_keeping.remove(desk(), round_id, version=seen(query_data["version"]), by=me().login)
    return ""


@api.post(f"{ROUND}/try")
@allows(Scope.READ, Right.PLAN)
@api.input(desk_schemas.TriedRound, location="json")
@api.doc(security="token", responses=NO_ROUND)
def try_round(round_id: int, json_data: dict[str, Any]) -> Any:
    """Tell whether a round could be kept with other sites, crews, days or minutes, and what would help; nothing is kept."""
    careful = json_data.pop("careful")
    trial = trying.open_trial(desk(), json_data, round_id=round_id)
    found = trying.careful_answer(trial) if careful else trying.answer(trial)
    return plain({name: found[name] for name in TOLD})


@api.get(f"{ROUND}/diagnosis")
@allows(Scope.READ, Right.PLAN)
@api.output(schemas.Diagnosis)
@api.doc(security="token", responses=NO_ROUND)
def diagnosis(round_id: int) -> Any:
    """Tell whether the rule can be kept."""
    found = drafting.diagnose(desk(), round_id)
    return {
        "possible": found.possible,
        "text": listing.text_json(found.text),
        "promised": len(found.promised),
        "review": found.review,
        "days": [day.isoformat() for day in found.days],
        "capacity": list(found.capacity),
    }


@api.post(f"{ROUND}/drafts")
@allows(Scope.PLAN, Right.PLAN)
@api.input(schemas.DraftBody, location="json")
@api.output(schemas.Job, status_code=202)
@api.doc(security="token", responses=NO_ROUND | {409: {"description": "已有草案在拟定 / a draft is under way"}})
def draft(round_id: int, json_data: dict[str, Any]) -> Any:
    """Start a draft; ask for the job until it is done, its result names the plan."""
    job = drafting.start_draft(desk(), round_id, by=me().login, minutes=json_data["minutes"])
    return listing.one_job(desk(), job)


@api.get("/jobs/<job_id>")
@allows(Scope.READ, Right.PLAN)
@api.output(schemas.Job)
@api.doc(security="token", responses=NO_JOB)
def job(job_id: str) -> Any:
    """Tell how far a job is."""
    return listing.one_job(desk(), job_id)


@api.post("/jobs/<job_id>/cancel")
@allows(Scope.PLAN, Right.PLAN)
@api.output(schemas.Job)
@api.doc(security="token", responses=NO_JOB)
def cancel(job_id: str) -> Any:
    """Ask a job to stop."""
    drafting.cancel_job(desk(), job_id, by=me().login)
    return listing.one_job(desk(), job_id)
