"""The planner's pages of plans: the list, one plan changed by hand, two compared, remedies tried, published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, session, url_for

from gridplan.model.errors import Conflict
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.folders.replanning import day_of
from gridplan.services.plans import (
    plan_editing,
    plan_look,
    plan_model,
    plan_page,
    plan_trials,
    plan_versions,
    publishing,
    replanner,
)
from gridplan.services.rounds import round_page
from web.auth import desk, me, needs, whole
from web.frame import geojson, map_parts, packed

pages = Blueprint("plans", __name__)


def _language() -> str:
    return str(session.get("language", "zh"))


def _sent() -> Mapping[str, Any]:
    """Return what the page sent, as JSON or as a form."""
    body = request.get_json(silent=True) if request.is_json else request.form
    return body if isinstance(body, Mapping) else {}


def _whole(name: str) -> int:
    """Return a whole number that the page must send: without it somebody else's change would be overwritten unread."""
    try:
        return whole(str(_sent()[name]))
    except (KeyError, TypeError, ValueError):
        abort(400)


def _told(now: plan_editing.Working) -> plan_model.Told:
    return plan_model.Told(desk(), now, _language(), by=me().login)


@pages.get("/plans")
@needs(Right.PLAN, scoped=True)
def index() -> Any:
    """List the plans of all rounds; for whom is bound to an area, the newest of each that has a part there."""
    if me().area is not None:
        return render_template("rounds_seen.html", rounds=round_page.rounds_seen(desk(), me()))
    return render_template("plans.html", rounds=plan_versions.plan_list(desk()))


@pages.get("/plans/<int:plan_id>")
@needs(Right.PLAN, Right.LOOK_AT_PLANS, scoped=True)
def page(plan_id: int) -> Any:
    """Show a plan: seal, figures, map, chart of team-days, stops, certificate, unplanned, who changed what."""
    if not plan_look.works_on_plans(me()):
        look = plan_look.plan_view(desk(), plan_id, request.args.get("tab", "stops"), reader=me())
        return render_template("plan_look.html", view=look, map=map_parts())
    plan_look.note_work(desk(), me(), plan_id)
    view = plan_versions.page_head(desk(), plan_id)
    laid = session.pop("laid") if session.get("laid", [None])[0] == plan_id else None
    words = plan_page.script_words(_language())
    return render_template("plan.html", view=view, map=map_parts(), words=words, laid=laid)


@pages.get("/plans/<int:plan_id>/model.json")
@needs(Right.PLAN)
def model(plan_id: int) -> Response:
    """Return all that the page's script shows, with what this planner changed and did not save."""
    return packed(_told(plan_editing.working(desk(), plan_id, by=me().login)).body())


@pages.get("/plans/<int:plan_id>/routes.geojson")
@needs(Right.PLAN, Right.LOOK_AT_PLANS, scoped=True)
def routes(plan_id: int) -> Response:
    """Return all routes for the map, as this planner sees them; with `stored` as they are saved."""
    if not plan_look.works_on_plans(me()):
        return geojson(plan_look.plan_routes(desk(), plan_id, reader=me()))
    plan_look.note_work(desk(), me(), plan_id)
    now = plan_editing.working(desk(), plan_id, by=me().login, stored="stored" in request.args)
    return geojson(plan_model.routes_body(desk(), now))


@pages.get("/plans/<int:plan_id>/areas.geojson")
@needs(Right.PLAN, Right.LOOK_AT_PLANS, scoped=True)
def areas(plan_id: int) -> Response:
    """Return the areas for the map."""
    if not plan_look.works_on_plans(me()):
        return geojson(plan_look.plan_areas(desk(), plan_id, reader=me()))
    return geojson(plan_page.plan_areas(desk(), plan_id))


@pages.get("/plans/<int:plan_id>/areas.json")
@needs(Right.PLAN)
def packed_areas(plan_id: int) -> Response:
    """Return the areas for the map of the plan's own page."""
    return packed(plan_page.packed_areas(desk(), plan_id))


@pages.get("/plans/<int:plan_id>/history.json")
@needs(Right.PLAN)
def history(plan_id: int) -> Response:
    """Return who changed what."""
    return jsonify(plan_versions.history(desk(), plan_id, _language()))


# ---- changed by hand -------------------------------------------------------------------------------------------------


@pages.post("/plans/<int:plan_id>/edits")
@needs(Right.PLAN)
def edit(plan_id: int) -> Response:
    """Do one step in the planner's own copy, and tell at once what it changes and breaks."""
    before = plan_editing.working(desk(), plan_id, by=me().login).plan
    now = plan_editing.edit(desk(), plan_id, _sent().get("edit"), version=_whole("version"), by=me().login)
    return jsonify(_told(now).changed(before))


@pages.post("/plans/<int:plan_id>/seek")
@needs(Right.PLAN)
def seek(plan_id: int) -> Response:
    """Take steps back or do them again."""
    before = plan_editing.working(desk(), plan_id, by=me().login).plan
    now = plan_editing.seek(desk(), plan_id, _whole("steps"), version=_whole("version"), by=me().login)
    return jsonify(_told(now).changed(before))


@pages.get("/plans/<int:plan_id>/offers/<path:visit_id>")
@needs(Right.PLAN)
def offers(plan_id: int, visit_id: str) -> Response:
    """Return places that keep every promise for one visit."""
    found = plan_editing.offers(desk(), plan_id, visit_id, by=me().login)
    now = plan_editing.working(desk(), plan_id, by=me().login)
    reason = found.reason.of(_language()) if found.reason else ""
    return jsonify(offers=_told(now).offers(found.offers), reason=reason)


@pages.post("/plans/<int:plan_id>/save")
@needs(Right.PLAN)
def save(plan_id: int) -> Any:
    """Save the planner's copy as a new version; whoever was quicker is named, and nothing is overwritten."""
    try:
        head = plan_editing.save(
            desk(), plan_id, version=_whole("version"), by=me().login, with_breaches="with_breaches" in request.form
        )
    except plan_editing.Moved as moved:
        return _conflict(plan_id, moved)
    return redirect(url_for("plans.page", plan_id=head.id, saved=head.number))


@pages.post("/plans/<int:plan_id>/discard")
@needs(Right.PLAN)
def discard(plan_id: int) -> Any:
    """Forget what is not saved."""
    plan_editing.discard(desk(), plan_id, version=_whole("version"), by=me().login)
    return redirect(url_for("plans.page", plan_id=plan_id))


@pages.post("/plans/<int:plan_id>/rebase")
@needs(Right.PLAN)
def rebase(plan_id: int) -> Any:
    """Lay what is not saved onto the newest version."""
    found = plan_editing.rebase(desk(), plan_id, version=_whole("version"), by=me().login)
    session["laid"] = [found.head.id, found.laid, [list(text) for text in found.left[:20]]]
    return redirect(url_for("plans.page", plan_id=found.head.id))


def _conflict(plan_id: int, error: Conflict) -> Any:
    """Show what became of the work, who was quicker and when, and the two ways on."""
    view = plan_versions.page_head(desk(), plan_id)
    now = plan_editing.working(desk(), plan_id, by=me().login)
    return render_template("plan_conflict.html", view=view, text=error.text, now=now), 409


@pages.post("/plans/<int:plan_id>/publish")
@needs(Right.PUBLISH)
def publish(plan_id: int) -> Any:
    """Publish a plan that keeps its promises."""
    try:
        publishing.publish(desk(), plan_id, by=me().login, version=_whole("version"))
    except Conflict as error:
        return _conflict(plan_id, error)
    return redirect(url_for("plans.page", plan_id=plan_id))


@pages.get("/plans/<int:plan_id>/compare/<int:other_id>")
@needs(Right.PLAN)
def compare(plan_id: int, other_id: int) -> Any:
    """Show what differs between two versions; with `mine` the second has what is not saved."""
    mine = "mine" in request.args
    view = plan_versions.comparison(desk(), plan_id, other_id, by=me().login, mine=mine)
    head = plan_versions.page_head(desk(), other_id)
    return render_template("plan_compare.html", view=view, head=head, mine=mine, map=map_parts())


# ---- jobs ------------------------------------------------------------------------------------------------------------


@pages.post("/plans/<int:plan_id>/trial")
@needs(Right.PLAN)
def trial(plan_id: int) -> Response:
    """Try a remedy as a job."""
    data = _sent()
    try:
        change = float(data["change"])
    except (KeyError, TypeError, ValueError):
        abort(400)
    kind, keep = str(data.get("kind")), bool(data.get("keep"))
    job = plan_trials.start_trial(desk(), plan_id, kind, change, by=me().login, keep=keep)
    return jsonify(job=url_for("plans.job", job_id=job))


@pages.post("/plans/<int:plan_id>/replan")
@needs(Right.PLAN)
def replan(plan_id: int) -> Response:
    """Replan the round's published plan as a job: somebody is absent, a day is lost, a team joins."""
    form = request.form
    head = plan_versions.page_head(desk(), plan_id)
    if head["state"] != "published":
        raise Conflict(say("replan.not_published", round=head["name"]))
    absent = [f"{team}:{form['from']}" if form.get("from") else team for team in form.getlist("without") if team]
    job = replanner.start_replan(
        desk(),
        head["round_id"],
        by=me().login,
        as_of=day_of(form.get("as_of", "")),
        without=absent,
        lost=[day for day in form.getlist("lost") if day],
        joined=[team for team in form.getlist("joined") if team],
        dial=form.get("dial", "little"),
    )
    return jsonify(job=url_for("plans.job", job_id=job))


@pages.get("/plans/jobs/<job_id>")
@needs(Right.PLAN)
def job(job_id: str) -> Response:
    """Tell how far a trial or a replan is, and what it gave."""
    told = dict(plan_trials.job_told(desk(), job_id, _language()))
    if told["result"] and "plan_id" in told["result"]:
        told["page"] = url_for("plans.page", plan_id=told["result"]["plan_id"])
    return jsonify(told)
