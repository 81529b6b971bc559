"""Plans changed by hand for programs: the caller's own working copy step by step, saved as a version; trials, replans, comparisons."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from gridplan.model.document import plan_to_json
from gridplan.model.edit import edit_to_json
from gridplan.model.record import Scope
from gridplan.model.rights import Right
from gridplan.services.operation import background, listing
from gridplan.services.operation.plain import plain
from gridplan.services.plans import plan_editing, plan_look, plan_trials, plan_versions, replanner
from web.api import schemas
from web.api.guard import allows, desk, me, seen, tagged

api = APIBlueprint("working", __name__, tag="plans")
PLAN = "/plans/<int:plan_id>"
NO_PLAN = {404: {"description": "没有这个计划 / no such plan"}}


def _told(now: plan_editing.Working) -> Any:
    """Answer with the copy: its version, its steps, and what the plan is with them."""
    document = plan_to_json(now.plan)
    version = now.copy.version if now.copy else 0
    held = now.copy.held if now.copy else now.made
    body = {
        "plan": now.head.id,
        "version": version,
        "dirty": now.dirty,
        "open": now.open,
        "newer": listing.head_json(now.newer) if now.newer else None,
        "steps": [edit_to_json(step) for step in held],
        "verdict": document["verdict"],
        "can_publish": now.plan.can_publish,
        "figures": document["figures"],
        "violations": document["violations"],
        "unplanned": document["unplanned"],
        "routes": document["routes"],
    }
    return tagged(body, version)


@api.get(f"{PLAN}/working")
@allows(Scope.READ, Right.PLAN)
@api.doc(security="token", responses=NO_PLAN)
def working(plan_id: int) -> Any:
    """Give the plan with what this person changed and did not save; `version` 0 where nothing is changed."""
    plan_look.note_work(desk(), me(), plan_id)
    return _told(plan_editing.working(desk(), plan_id, by=me().login))


@api.post(f"{PLAN}/working/steps")
@allows(Scope.PLAN, Right.PLAN)
@api.input(schemas.StepBody, location="json")
@api.doc(security="token", responses=NO_PLAN | schemas.MOVED)
def step(plan_id: int, json_data: dict[str, Any]) -> Any:
    """Do one step (move, leave_out, pin, release, swap) in the copy, and tell at once what the plan is then."""
    version = seen(json_data["version"])
    return _told(plan_editing.edit(desk(), plan_id, json_data["step"], version=version, by=me().login))


@api.post(f"{PLAN}/working/seek")
@allows(Scope.PLAN, Right.PLAN)
@api.input(schemas.SeekBody, location="json")
@api.doc(security="token", responses=NO_PLAN | schemas.MOVED)
def seek(plan_id: int, json_data: dict[str, Any]) -> Any:
    """Take steps back (below 0) or do them again (above 0)."""
    version = seen(json_data["version"])
    return _told(plan_editing.seek(desk(), plan_id, json_data["steps"], version=version, by=me().login))


@api.post(f"{PLAN}/working/save")
@allows(Scope.PLAN, Right.PLAN)
@api.input(schemas.SaveBody, location="json")
@api.output(schemas.PlanHead, status_code=201)
@api.doc(security="token", responses=NO_PLAN | schemas.MOVED)
def save(plan_id: int, json_data: dict[str, Any]) -> Any:
    """Save the copy as a new version with its certificate; whoever was quicker is named, and nothing is overwritten."""
    version = seen(json_data["version"])
    head = plan_editing.save(desk(), plan_id, version=version, by=me().login, with_breaches=json_data["with_breaches"])
    return listing.plan_head(desk(), head.id)


@api.post(f"{PLAN}/working/rebase")
@allows(Scope.PLAN, Right.PLAN)
@api.input(schemas.Versioned, location="json")
@api.doc(security="token", responses=NO_PLAN | schemas.MOVED)
def rebase(plan_id: int, json_data: dict[str, Any]) -> Any:
    """Lay the copy's steps onto the newest version; of each that cannot be laid, why not."""
    found = plan_editing.rebase(desk(), plan_id, version=seen(json_data["version"]), by=me().login)
    return {"plan": found.head.id, "laid": found.laid, "left": plain(found.left)}


@api.delete(f"{PLAN}/working")
@allows(Scope.PLAN, Right.PLAN)
@api.input(schemas.Versioned, location="query")
@api.output({}, status_code=204)
@api.doc(security="token", responses=NO_PLAN | schemas.MOVED)
def discard(plan_id: int, query_data: dict[str, Any]) -> Any:
    """Forget what is not saved."""
    plan_editing.discard(desk(), plan_id, version=seen(query_data["version"]), by=me().login)
    return ""


@api.get(f"{PLAN}/offers")
@allows(Scope.READ, Right.PLAN)
@api.input(schemas.VisitQuery, location="query")
@api.doc(security="token", responses=NO_PLAN)
def offers(plan_id: int, query_data: dict[str, Any]) -> Any:
    """Give up to three places that keep every promise, for one visit."""
    return plain(plan_editing.offers(desk(), plan_id, query_data["visit"], by=me().login))


@api.get(f"{PLAN}/compare/<int:other_id>")
@allows(Scope.READ, Right.PLAN)
@api.doc(security="token", responses=NO_PLAN)
def compare(plan_id: int, other_id: int) -> Any:
    """Tell what differs between two versions of one round."""
    return plain(plan_versions.comparison(desk(), plan_id, other_id, by=me().login))


@api.get(f"{PLAN}/history")
@allows(Scope.READ, Right.PLAN)
@api.doc(security="token", responses=NO_PLAN)
def history(plan_id: int) -> Any:
    """Tell who changed what of a plan's round, newest first."""
    return {"items": plain(plan_versions.history(desk(), plan_id, "zh"))}


@api.post(f"{PLAN}/trials")
@allows(Scope.PLAN, Right.PLAN)
@api.input(schemas.TrialBody, location="json")
@api.output(schemas.Job, status_code=202)
@api.doc(security="token", responses=NO_PLAN | schemas.MOVED)
def trial(plan_id: int, json_data: dict[str, Any]) -> Any:
    """Try a remedy as a job; with `keep` its plan becomes a draft."""
    kind, change, keep = json_data["kind"], json_data["change"], json_data["keep"]
    return listing.one_job(desk(), plan_trials.start_trial(desk(), plan_id, kind, change, by=me().login, keep=keep))


@api.post(f"{PLAN}/exports")
@allows(Scope.PLAN, Right.PLAN)
@api.output(schemas.Job, status_code=202)
@api.doc(security="token", responses=NO_PLAN)
def export(plan_id: int) -> Any:
    """Export a plan's books as a job; its result names the file that `/jobs/…/file` gives."""
    return listing.one_job(desk(), background.start_export(desk(), plan_id, by=me().login))


@api.post("/rounds/<int:round_id>/replans")
@allows(Scope.PLAN, Right.PLAN)
@api.input(schemas.ReplanBody, location="json")
@api.output(schemas.Job, status_code=202)
@api.doc(security="token", responses={404: {"description": "没有这一轮 / no such round"}} | schemas.MOVED)
def replan(round_id: int, json_data: dict[str, Any]) -> Any:
    """Replan the round's published plan as a job from a day on: absent teams, lost days, teams that join, sites to add."""
    job = replanner.start_replan(
        desk(),
        round_id,
        by=me().login,
        as_of=json_data["as_of"],
        leads=json_data["leads"],
        without=json_data["without"],
        lost=[day.isoformat() for day in json_data["lost"]],
        joined=json_data["joined"],
        dial=json_data["dial"],
    )
    return listing.one_job(desk(), job)
