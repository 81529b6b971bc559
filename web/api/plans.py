"""Plans for programs: documents, routes, publishing, people."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from gridplan.model.record import Scope
from gridplan.model.rights import Right
from gridplan.services.operation import listing
from gridplan.services.plans import assigning, plan_look, publishing
from gridplan.services.rounds import drafting
from web.api import schemas
from web.api.guard import allows, desk, me
from web.api.register import GEOJSON, geojson

api = APIBlueprint("plans", __name__, tag="plans")
PLAN = "/plans/<int:plan_id>"
NO_PLAN = {404: {"description": "没有这个计划 / no such plan"}}


@api.get(PLAN)
@allows(Scope.READ, Right.PLAN)
@api.output(schemas.PlanHead)
@api.doc(security="token", responses=NO_PLAN)
def plan(plan_id: int) -> Any:
    """Give a plan without its document."""
    return listing.plan_head(desk(), plan_id)


@api.get(f"{PLAN}/document")
@allows(Scope.READ, Right.PLAN)
@api.doc(security="token", responses=NO_PLAN)
def document(plan_id: int) -> Any:
    """Give the plan as `plan.json` (schema in `geodata/schema/plan.schema.json`)."""
    plan_look.note_work(desk(), me(), plan_id)
    return listing.plan_document(desk(), plan_id)


@api.get(f"{PLAN}/certificate")
@allows(Scope.READ, Right.PLAN)
@api.doc(security="token", responses=NO_PLAN)
def certificate(plan_id: int) -> Any:
    """Give the certificate that the rule is kept."""
    return listing.plan_certificate(desk(), plan_id)


@api.post(f"{PLAN}/check")
@allows(Scope.READ, Right.PLAN)
@api.doc(security="token", responses=NO_PLAN)
def check(plan_id: int) -> Any:
    """Compute the certificate anew; `differences` is empty when it holds."""
    return {"differences": [listing.text_json(text) for text in drafting.check(desk(), plan_id)]}


@api.get(f"{PLAN}/unplanned")
@allows(Scope.READ, Right.PLAN)
@api.doc(security="token", responses=NO_PLAN)
def unplanned(plan_id: int) -> Any:
    """List what the plan leaves out, with reasons and remedies."""
    return {"items": listing.unplanned(desk(), plan_id)}


@api.get(f"{PLAN}/routes.geojson")
@allows(Scope.READ, Right.PLAN)
@api.doc(security="token", responses=NO_PLAN | {200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}})
def routes(plan_id: int) -> Any:
    """Give all routes with lines along the streets and stops as GeoJSON, for QGIS."""
    plan_look.note_work(desk(), me(), plan_id)
    return geojson(listing.plan_routes(desk(), plan_id))


@api.post(f"{PLAN}/publish")
@allows(Scope.PUBLISH, Right.PUBLISH)
@api.input(schemas.PublishBody, location="json")
@api.output(schemas.PlanHead)
@api.doc(
    security="token",
    responses=NO_PLAN
    | {409: {"description": "规则没有守住，或别人先改动了 / the rule is broken, or somebody was faster"}},
)
def publish(plan_id: int, json_data: dict[str, Any]) -> Any:
    """Publish a plan that keeps its promises."""
    publishing.publish(desk(), plan_id, by=me().login, version=json_data["version"])
    return listing.plan_head(desk(), plan_id)


@api.get(f"{PLAN}/assignments")
@allows(Scope.READ, Right.PLAN)
@api.output(schemas.Assignments)
@api.doc(security="token", responses=NO_PLAN)
def assignments(plan_id: int) -> Any:
    """List the routes and who walks them."""
    plan_look.note_work(desk(), me(), plan_id)
    return {"items": listing.assignments(desk(), plan_id)}


@api.put(f"{PLAN}/assignments/<route>")
@allows(Scope.PUBLISH, Right.ASSIGN)
@api.input(schemas.PeopleBody, location="json")
@api.output(schemas.Assignments)
@api.doc(
    security="token",
    responses=NO_PLAN
    | {
        400: {"description": "不是检查员 / no inspector"},
        409: {"description": "未发布，或时间冲突 / not published, or times overlap"},
    },
)
def assign(plan_id: int, route: str, json_data: dict[str, Any]) -> Any:
    """Name who walks a route, instead of those before."""
    publishing.assign(desk(), plan_id, route, json_data["people"], by=me().login)
    return {"items": listing.assignments(desk(), plan_id)}


@api.post(f"{PLAN}/assignments")
@allows(Scope.PUBLISH, Right.ASSIGN)
@api.input(schemas.AssignBody, location="json")
@api.output(schemas.Given)
@api.doc(security="token", responses=NO_PLAN | schemas.MOVED)
def assign_many(plan_id: int, json_data: dict[str, Any]) -> Any:
    """Name who walks several routes; all are written, or with `skip` those against which nothing stands."""
    given = assigning.assign_many(
        desk(),
        plan_id,
        json_data["routes"],
        json_data["people"],
        json_data["seen"],
        by=me().login,
        skip=json_data["skip"],
    )
    return {"done": given.done, "refused": [listing.text_json(text) for text in given.refused]}
