"""Rounds and jobs for programs."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from gridplan.model.record import Scope
from gridplan.model.rights import Right
from gridplan.services.operation import listing
from gridplan.services.rounds import drafting
from web.api import schemas
from web.api.guard import allows, desk, me

api = APIBlueprint("rounds", __name__, tag="rounds")
NO_ROUND = {404: {"description": "没有这一轮 / no such round"}}
NO_JOB = {404: {"description": "没有这个任务 / no such job"}}


@api.get("/rounds")
@allows(Scope.READ, Right.PLAN)
@api.output(schemas.Rounds)
@api.doc(security="token")
def rounds() -> Any:
    """List the rounds, newest first."""
    return {"items": listing.rounds(desk())}


@api.get("/rounds/<int:round_id>")
@allows(Scope.READ, Right.PLAN)
@api.output(schemas.RoundWithPlans)
@api.doc(security="token", responses=NO_ROUND)
def one_round(round_id: int) -> Any:
    """Give a round and its plans."""
    return listing.round_json(desk(), round_id)


@api.get("/rounds/<int:round_id>/diagnosis")
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


@api.post("/rounds/<int:round_id>/drafts")
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
