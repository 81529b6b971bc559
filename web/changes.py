"""Somebody is away, a day is lost, a team joins: what the plan does not know yet, planned anew, read in words, published."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for

from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.field import changing as service
from gridplan.services.folders.replanning import day_of
from gridplan.services.rounds import crews_page
from web.auth import desk, me, needs, whole

pages = Blueprint("changes", __name__)


@pages.get("/changes")
@needs(Right.PLAN)
def index() -> Any:
    """Show who is away without the plan knowing it, and what a new plan would change."""
    view = service.changes_view(
        desk(),
        round_id=request.args.get("round", type=whole),
        job_id=request.args.get("job", ""),
        today=desk().today(),
    )
    return render_template("changes.html", view=view)


@pages.post("/changes/away")
@needs(Right.PLAN)
def away() -> Any:
    """Enter an absence in the calendar of the crews."""
    form = request.form
    name = crews_page.add_absence(
        desk(),
        form.get("who", ""),
        form.get("first", ""),
        form.get("last", "") or form.get("first", ""),
        form.get("reason", ""),
        by=me().login,
    )
    flash(say("changes.noted", name=name).of(str(session.get("language", "zh"))))
    return redirect(url_for("changes.index", round=form.get("round", type=whole)))


@pages.post("/changes/plan")
@needs(Right.PLAN)
def plan() -> Any:
    """Plan the rest of the round anew as a job."""
    form = request.form
    round_id = form.get("round", 0, type=whole)
    job = service.start_change(
        desk(),
        round_id,
        as_of=day_of(form.get("as_of", "")),
        lost=[day for day in form.getlist("lost") if day],
        joins=[team for team in form.getlist("joins") if team],
        by=me().login,
    )
    return redirect(url_for("changes.index", round=round_id, job=job))


@pages.post("/changes/<job_id>/publish")
@needs(Right.PLAN)
def publish(job_id: str) -> Any:
    """Publish the plan that a job made and tell those whose routes change."""
    head, told = service.publish_change(desk(), job_id, by=me().login, knowing=request.form.get("knowing") == "1")
    flash(say("changes.published", number=head.number, told=told).of(str(session.get("language", "zh"))))
    return redirect(url_for("changes.index", round=int(head.round_id)))
