"""The planner's page of a plan: figures, map, stops, certificate; assign and publish."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from gridplan.model.rights import Right
from gridplan.services import plan_page, publishing
from web.auth import desk, me, needs
from web.frame import geojson, map_parts

pages = Blueprint("plans", __name__)


@pages.get("/plans/<int:plan_id>")
@needs(Right.PLAN, Right.LOOK_AT_PLANS, scoped=True)
def page(plan_id: int) -> Any:
    """Show a plan: seal, figures, map, days, stops, unplanned, certificate, people."""
    return render_template(
        "plan.html",
        view=plan_page.plan_view(desk(), plan_id, request.args.get("tab", "stops"), reader=me()),
        map=map_parts(),
    )


@pages.get("/plans/<int:plan_id>/routes.geojson")
@needs(Right.PLAN, Right.LOOK_AT_PLANS, scoped=True)
def routes(plan_id: int) -> Response:
    """Return all routes of a plan for the map."""
    return geojson(plan_page.plan_routes(desk(), plan_id, reader=me()))


@pages.get("/plans/<int:plan_id>/areas.geojson")
@needs(Right.PLAN, Right.LOOK_AT_PLANS, scoped=True)
def areas(plan_id: int) -> Response:
    """Return the townships for the map."""
    return geojson(plan_page.plan_areas(desk(), plan_id, reader=me()))


@pages.post("/plans/<int:plan_id>/assign")
@needs(Right.ASSIGN, scoped=True)
def assign(plan_id: int) -> Any:
    """Name the people who walk one route."""
    publishing.assign(desk(), plan_id, request.form.get("route", ""), request.form.getlist("person"), by=me().login)
    return redirect(url_for("plans.page", plan_id=plan_id, tab="people"))


@pages.post("/plans/<int:plan_id>/publish")
@needs(Right.PUBLISH, scoped=True)
def publish(plan_id: int) -> Any:
    """Publish a plan that keeps its promises."""
    version = request.form.get("version", type=int)
    if version is None:
        abort(400)  # without the version seen, somebody else's change would be published unread
    publishing.publish(desk(), plan_id, by=me().login, version=version)
    return redirect(url_for("plans.page", plan_id=plan_id))
