"""The planner's pages of rounds: the list, whether the rule can be kept, the draft with its progress."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, session, url_for

from gridplan.model.rights import Right
from gridplan.services import drafting, round_page
from web.auth import desk, me, needs
from web.frame import tagged

pages = Blueprint("rounds", __name__)


@pages.get("/rounds")
@needs(Right.PLAN, scoped=True)
def all_rounds() -> Any:
    """List the rounds."""
    return render_template("rounds.html", rounds=round_page.list_rounds(desk(), reader=me()))


@pages.get("/rounds/<int:round_id>")
@needs(Right.PLAN, scoped=True)
def page(round_id: int) -> Any:
    """Show one round: the rule, the scope, whether it can be kept, the draft."""
    return render_template("round.html", view=round_page.round_view(desk(), round_id, reader=me()))


@pages.post("/rounds/<int:round_id>/draft")
@needs(Right.PLAN, scoped=True)
def draft(round_id: int) -> Any:
    """Start a draft as a job; the page polls it."""
    drafting.start_draft(desk(), round_id, by=me().login)
    return redirect(url_for("rounds.page", round_id=round_id))


@pages.get("/jobs/<job_id>")
@needs(Right.PLAN, scoped=True)
def job(job_id: str) -> Response:
    """Tell how far a job is."""
    view = round_page.job_view(desk(), job_id, session.get("language", "zh"), reader=me())
    return tagged(jsonify(view))


@pages.post("/jobs/<job_id>/cancel")
@needs(Right.PLAN, scoped=True)
def cancel(job_id: str) -> Any:
    """Ask a job to stop."""
    drafting.cancel_job(desk(), job_id, by=me().login)
    return jsonify(ok=True)
