"""The register for programs: sites read and set, doubles, areas, complaints, coverage, the audit log."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from gridplan.model.place import AreaLevel
from gridplan.model.record import Scope
from gridplan.model.rights import Right
from gridplan.model.site import SiteKind, SiteStatus
from gridplan.model.words import say
from gridplan.services.folders.folder import dump
from gridplan.services.operation import listing
from gridplan.services.operation.plain import plain
from gridplan.services.registry import card, duplicates, register, site_edits
from gridplan.services.reporting import report
from web.api import desk_schemas, schemas
from web.api.guard import Refused, allows, desk, me

api = APIBlueprint("register", __name__, tag="register", enable_openapi=True)
GEOJSON = "application/geo+json"
NO_SITE = {404: {"description": "没有这个点位 / no such site"}}
NOTHING = {409: {"description": "没有可撤回的，或已有人处理 / there is nothing to take back, or somebody was faster"}}


def geojson(body: bytes) -> Response:
    """Answer with GeoJSON bytes."""
    return Response(body, mimetype=GEOJSON)


def _filtered(query_data: dict[str, Any]) -> list[Any]:
    kind, status = query_data["kind"], query_data["status"]
    return listing.sites(
        desk(),
        kind=SiteKind(kind) if kind else None,
        status=SiteStatus(status) if status else None,
        area=query_data["area"],
        text=query_data["text"],
    )


@api.get("/sites")
@allows(Scope.READ, Right.LOOK_AT_SITES)
@api.input(schemas.SiteQuery, location="query")
@api.output(schemas.Sites)
@api.doc(security="token")
def sites(query_data: dict[str, Any]) -> Any:
    """List the sites."""
    found = _filtered(query_data)
    items, after = listing.page(found, lambda one: str(one.site.id), query_data["after"], query_data["limit"])
    return {"items": [listing.site_json(one) for one in items], "next": after}


@api.get("/sites.geojson")
@allows(Scope.READ, Right.LOOK_AT_SITES)
@api.input(schemas.SiteFilter, location="query")
@api.doc(security="token", responses={200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}})
def sites_geojson(query_data: dict[str, Any]) -> Any:
    """Give the sites that have a point as GeoJSON, for QGIS."""
    return geojson(dump(listing.site_features(_filtered(query_data))))


@api.get("/sites/<site_id>")
@allows(Scope.READ, Right.LOOK_AT_SITES)
@api.doc(security="token", responses=NO_SITE)
def site(site_id: str) -> Any:
    """Give a site's card (一户一档): each value with its source and date; `edit` is what may be set by hand."""
    return _card(site_id)


def _card(site_id: str) -> Any:
    return card.show_site(desk(), site_id) | {"edit": site_edits.values_of(desk(), site_id)}


@api.patch("/sites/<site_id>")
@allows(Scope.REGISTER, Right.CHANGE_SITES)
@api.input(desk_schemas.SiteValues, location="json")
@api.doc(security="token", responses=NO_SITE | schemas.MOVED)
def set_values(site_id: str, json_data: dict[str, Any]) -> Any:
    """Set values of a site by hand; `seen` is what each was when it was read, as the card's `edit` says it."""
    values, before = json_data["values"], json_data["seen"]
    if not values.keys() <= before.keys():
        raise Refused(428, say("api.error_428"))
    site_edits.edit_site(desk(), site_id, values, before, by=me().login)
    return _card(site_id)


@api.get("/sites/undo")
@allows(Scope.READ, Right.CHANGE_SITES)
@api.doc(security="token", responses=NOTHING)
def look_at_undo() -> Any:
    """Tell what taking the last import or merger back would do."""
    return plain(register.undo_sites(desk(), by=me().login, dry=True))


@api.post("/sites/undo")
@allows(Scope.REGISTER, Right.CHANGE_SITES)
@api.input(desk_schemas.UndoSites, location="json")
@api.doc(security="token", responses=NOTHING)
def undo(json_data: dict[str, Any]) -> Any:
    """Take the last import or merger back, whole or not at all; `seen` is the state that was read."""
    return plain(register.undo_sites(desk(), by=me().login, at=json_data["seen"]))


@api.get("/doubles")
@allows(Scope.READ, Right.CHANGE_SITES)
@api.doc(security="token")
def doubles() -> Any:
    """List the pairs that may be one site, the likeliest first."""
    return {"items": plain(duplicates.duplicates(desk()))}


@api.post("/doubles")
@allows(Scope.REGISTER, Right.CHANGE_SITES)
@api.input(desk_schemas.PairBody, location="json")
@api.doc(security="token", responses=NO_SITE | NOTHING)
def decide_pair(json_data: dict[str, Any]) -> Any:
    """Say of a pair that it is one site, which merges it, or that it is two."""
    one, other, same = json_data["one"], json_data["other"], json_data["same"]
    return plain(duplicates.decide_pair(desk(), one, other, same=same, by=me().login))


@api.get("/areas.geojson")
@allows(Scope.READ, Right.LOOK_AT_AREAS)
@api.input(schemas.AreaQuery, location="query")
@api.doc(security="token", responses={200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}})
def areas(query_data: dict[str, Any]) -> Any:
    """Give the areas as GeoJSON."""
    level = query_data["level"]
    return geojson(dump(listing.areas(desk(), AreaLevel(level) if level else None)))


@api.get("/complaints")
@allows(Scope.READ, Right.CHANGE_SITES)
@api.output(schemas.Complaints)
@api.doc(security="token")
def complaints() -> Any:
    """List what the latest imports complained about."""
    return {"items": listing.complaints(desk())}


@api.get("/coverage")
@allows(Scope.READ, Right.COVERAGE)
@api.input(schemas.CoverageQuery, location="query")
@api.output(schemas.Coverage)
@api.doc(security="token", responses={404: {"description": "没有已发布的计划 / nothing is published"}})
def coverage(query_data: dict[str, Any]) -> Any:
    """Give the coverage of every area, now or as of a day or moment."""
    return report.coverage_json(desk(), query_data["round"], query_data["as_of"])


@api.get("/coverage.geojson")
@allows(Scope.READ, Right.COVERAGE, scoped=True)
@api.input(schemas.CoverageLevel, location="query")
@api.doc(
    security="token",
    responses={
        200: {"content": {GEOJSON: {"schema": {"type": "object"}}}},
        400: {"description": "没有这一层级 / no such level"},
        404: {"description": "没有已发布的计划 / nothing is published"},
    },
)
def coverage_geojson(query_data: dict[str, Any]) -> Any:
    """Give the areas of one level with their coverage as GeoJSON."""
    return geojson(report.coverage_areas(desk(), query_data["level"], reader=me()))


@api.get("/audit")
@allows(Scope.READ, Right.AUDIT)
@api.input(schemas.AuditQuery, location="query")
@api.output(schemas.Audit)
@api.doc(security="token")
def audit(query_data: dict[str, Any]) -> Any:
    """List who changed what, newest first."""
    return {"items": listing.audit(desk(), object=query_data["object"], limit=query_data["limit"])}
