"""The head's page: coverage at each level as of any moment, as map and table, with the pace against the daily minimum."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, session, url_for

from gridplan.model.rights import Right
from gridplan.services.reporting import coverage as service
from gridplan.services.reporting import exports
from gridplan.services.reporting import report as older
from web.auth import desk, me, needs, whole
from web.frame import geojson

pages = Blueprint("report", __name__)


def _asked() -> dict[str, Any]:
    """Return what the address asks for: area, moment and round."""
    return {
        "area": request.args.get("area") or None,
        "as_of": request.args.get("as_of", ""),
        "round_id": request.args.get("round", type=whole),
        "reader": me(),
    }


@pages.get("/coverage")
@needs(Right.COVERAGE, scoped=True)
def coverage() -> Any:
    """Show how far a round is, one level within an area, as of a moment."""
    kept: dict[str, Any] = {key: request.args[key] for key in ("as_of", "round") if request.args.get(key)}

    def href(area: str, level: str) -> str:
        return url_for("report.coverage", area=area, level=level, **kept)

    view = service.coverage_page(
        desk(), level=request.args.get("level", ""), language=session.get("language", "zh"), href=href, **_asked()
    )
    return render_template("coverage.html", view=view, kept=kept, href=href)


@pages.get("/coverage.<kind>")
@needs(Right.COVERAGE, scoped=True)
def coverage_file(kind: str) -> Response:
    """Return the coverage of all levels as Excel or GeoPackage."""
    content, media_type, name = exports.coverage_file(desk(), kind, **_asked())
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@pages.get("/coverage/areas.geojson")
@needs(Right.COVERAGE, scoped=True)
def areas() -> Response:
    """Return the areas of one level with their figures."""
    return geojson(older.coverage_areas(desk(), request.args.get("level", "township"), reader=me()))
