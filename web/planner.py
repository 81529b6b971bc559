"""The planner's pages: rounds, diagnosis, draft with progress, the plan on a map, assign, publish."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, session, url_for

from gridplan.services import planner as service
from web.auth import desk, me, needs
from web.frame import geojson, map_parts

pages = Blueprint("planner", __name__)


@pages.get("/rounds")
@needs("planner")
def rounds() -> Any:
    """List the rounds."""
    return render_template("rounds.html", rounds=service.list_rounds(desk()))


@pages.get("/rounds/<int:round_id>")
@needs("planner")
def round_page(round_id: int) -> Any:
    """Show one round: the rule, the scope, whether it can be kept, the draft."""
    return render_template("round.html", view=service.round_view(desk(), round_id))


@pages.post("/rounds/<int:round_id>/draft")
@needs("planner")
def draft(round_id: int) -> Any:
    """Start a draft as a job; the page polls it."""
    service.start_draft(desk(), round_id, by=me().login)
    return redirect(url_for("planner.round_page", round_id=round_id))


@pages.get("/jobs/<job_id>")
@needs("planner")
def job(job_id: str) -> Response:
    """Tell how far a job is."""
    view = service.job_view(desk(), job_id, session.get("language", "zh"))
    response = jsonify(view)
    response.add_etag()
    response.make_conditional(request)
    return response


@pages.post("/jobs/<job_id>/cancel")
@needs("planner")
def cancel(job_id: str) -> Any:
    """Ask a job to stop."""
    service.cancel_job(desk(), job_id, by=me().login)
    return jsonify(ok=True)


@pages.get("/plans/<int:plan_id>")
@needs("planner")
def plan(plan_id: int) -> Any:
    """Show a plan: seal, figures, map, days, stops, unplanned, certificate, people."""
    return render_template(
        "plan.html", view=service.plan_view(desk(), plan_id, request.args.get("tab", "stops")), map=map_parts()
    )


@pages.get("/plans/<int:plan_id>/routes.geojson")
@needs("planner")
def routes(plan_id: int) -> Response:
    """Return all routes of a plan for the map."""
    return geojson(service.plan_routes(desk(), plan_id))


@pages.get("/plans/<int:plan_id>/areas.geojson")
@needs("planner")
def areas(plan_id: int) -> Response:
    """Return the townships for the map."""
    return geojson(service.plan_areas(desk(), plan_id))


@pages.get("/basemap.json")
@needs("planner", "inspector", "head")
def basemap() -> Response:
    """Return the packed base map."""
    answer = geojson(service.basemap(desk()))
    answer.mimetype = "application/json"
    return answer


@pages.post("/plans/<int:plan_id>/assign")
@needs("planner")
def assign(plan_id: int) -> Any:
    """Name the people who walk one route."""
    service.assign(desk(), plan_id, request.form.get("route", ""), request.form.getlist("person"), by=me().login)
    return redirect(url_for("planner.plan", plan_id=plan_id, tab="people"))


@pages.post("/plans/<int:plan_id>/publish")
@needs("planner")
def publish(plan_id: int) -> Any:
    """Publish a plan that keeps its promises."""
    version = request.form.get("version", type=int)
    if version is None:
        abort(400)  # without the version seen, somebody else's change would be published unread
    service.publish(desk(), plan_id, by=me().login, version=version)
    return redirect(url_for("planner.plan", plan_id=plan_id))
