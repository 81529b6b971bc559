"""The page of doubtful sites: a list, a map with the candidates, and one click or key that decides."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, session, url_for

from gridplan.model.place import LonLat
from gridplan.model.rights import Right
from gridplan.services.registry import reviewing as service
from web.auth import desk, me, needs, whole
from web.frame import geojson, map_parts

pages = Blueprint("review", __name__)


@pages.get("/review")
@needs(Right.DECIDE, scoped=True)
def review() -> Any:
    """Show the doubtful sites, and one of them on the map."""
    view = service.review_view(desk(), request.args.get("site", ""), reader=me())
    return render_template("review.html", view=view, map=map_parts(), last=session.get("decision"))


@pages.get("/review/areas.geojson")
@needs(Right.DECIDE, scoped=True)
def areas() -> Response:
    """Return the areas of the register."""
    return geojson(service.review_areas(desk(), reader=me()))


@pages.post("/review/<site_id>")
@needs(Right.DECIDE, scoped=True)
def decide(site_id: str) -> Any:
    """Decide where a site is, alone or with its building, and go on to the next."""
    form = request.form
    chosen: dict[str, Any] = {}
    # The button that was pressed decides, whatever was picked on the map before.
    if form.get("candidate"):
        chosen["candidate"] = form.get("candidate", type=whole) or abort(400)
    elif "reject" in form:
        chosen["reject"] = True
    elif form.get("point"):
        chosen["point"] = _point(form["point"])
    told = service.decide(desk(), site_id, by=me().login, building="building" in form, **chosen)
    session["decision"] = {"id": told["decision"], "count": len(told["sites"])}
    return redirect(url_for("review.review", site=form.get("after", "")))


@pages.post("/review/decisions/<int:decision_id>/forget")
@needs(Right.DECIDE, scoped=True)
def forget(decision_id: int) -> Any:
    """Take a decision back, and show its first site again."""
    told = service.forget(desk(), decision_id, by=me().login)
    session.pop("decision", None)
    return redirect(url_for("review.review", site=next(iter(told["sites"]), "")))


def _point(text: str) -> LonLat:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        abort(400)
    return LonLat(lon, lat)
