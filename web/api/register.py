"""The register for programs: sites, areas, teams, complaints, coverage, the audit log."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from gridplan.model.place import AreaLevel
from gridplan.model.record import Scope
from gridplan.model.rights import Right
from gridplan.model.site import SiteKind, SiteStatus
from gridplan.services.folders.folder import dump
from gridplan.services.operation import listing
from gridplan.services.registry import card
from gridplan.services.reporting import report
from web.api import schemas
from web.api.guard import allows, desk, me

api = APIBlueprint("register", __name__, tag="register", enable_openapi=True)
GEOJSON = "application/geo+json"


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
@api.doc(security="token", responses={404: {"description": "没有这个点位 / no such site"}})
def site(site_id: str) -> Any:
    """Give a site's card (一户一档): each value with its source and date."""
    return card.show_site(desk(), site_id)


@api.get("/areas.geojson")
@allows(Scope.READ, Right.LOOK_AT_AREAS)
@api.input(schemas.AreaQuery, location="query")
@api.doc(security="token", responses={200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}})
def areas(query_data: dict[str, Any]) -> Any:
    """Give the areas as GeoJSON."""
    level = query_data["level"]
    return geojson(dump(listing.areas(desk(), AreaLevel(level) if level else None)))


@api.get("/teams")
@allows(Scope.READ, Right.LOOK_AT_CREWS)
@api.output(schemas.Teams)
@api.doc(security="token")
def teams() -> Any:
    """List the teams."""
    return {"items": listing.teams(desk())}


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
