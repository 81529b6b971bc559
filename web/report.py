"""The head's page: coverage at each level as map and table, pace against the daily minimum."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from gridplan.model.rights import Right
from gridplan.services import report as service
from web.auth import desk, me, needs
from web.frame import geojson, map_parts

pages = Blueprint("report", __name__)


@pages.get("/coverage")
@needs(Right.COVERAGE, scoped=True)
def coverage() -> Any:
    """Show how far the published round is."""
    view = service.coverage_view(desk(), request.args.get("level", "township"), reader=me())
    return render_template("coverage.html", view=view, map=map_parts())


@pages.get("/coverage/areas.geojson")
@needs(Right.COVERAGE, scoped=True)
def areas() -> Response:
    """Return the areas of one level with their figures."""
    return geojson(service.coverage_areas(desk(), request.args.get("level", "township"), reader=me()))
