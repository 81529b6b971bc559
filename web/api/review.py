"""Doubtful sites for programs: which wait, where a person says they are, and how that is taken back."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from gridplan.model.place import LonLat
from gridplan.model.record import Scope
from gridplan.model.rights import Right
from gridplan.services.operation import listing
from gridplan.services.registry import reviewing
from web.api import desk_schemas, schemas
from web.api.guard import allows, desk, me

api = APIBlueprint("review", __name__, tag="areas")
NO_PLACE = {404: {"description": "没有这个点位 / no such site"}}
NO_DECISION = {404: {"description": "没有这个决定 / no such decision"}}


@api.get("/review")
@allows(Scope.READ, Right.DECIDE)
@api.input(schemas.PageQuery, location="query")
@api.output(schemas.Page)
@api.doc(security="token")
def review(query_data: dict[str, Any]) -> Any:
    """List the sites without a sure place, with why and with candidates; the fullest building first."""
    return listing.rows_page(reviewing.review_list(desk()), query_data, "id")


@api.post("/review/<site_id>")
@allows(Scope.REGISTER, Right.DECIDE)
@api.input(desk_schemas.DecisionBody, location="json")
@api.doc(security="token", responses=NO_PLACE | schemas.MOVED)
def decide(site_id: str, json_data: dict[str, Any]) -> Any:
    """Decide where a doubtful site is."""
    point = LonLat(*json_data["point"]) if json_data["point"] is not None else None
    return reviewing.decide(
        desk(),
        site_id,
        by=me().login,
        candidate=json_data["candidate"],
        point=point,
        reject=json_data["reject"],
        building=json_data["building"],
    )


@api.get("/decisions")
@allows(Scope.READ, Right.DECIDE)
@api.input(schemas.PageQuery, location="query")
@api.output(schemas.Page)
@api.doc(security="token")
def decisions(query_data: dict[str, Any]) -> Any:
    """List the decisions in force, the newest first."""
    return listing.rows_page(reviewing.decisions(desk()), query_data, "decision")


@api.delete("/decisions/<int:decision_id>")
@allows(Scope.REGISTER, Right.DECIDE)
@api.doc(security="token", responses=NO_DECISION)
def forget(decision_id: int) -> Any:
    """Take a decision back: what it placed is located as if nobody had decided."""
    return reviewing.forget(desk(), decision_id, by=me().login)
