"""Campaigns: rounds in sequence with self-checks before them, and two tiers that never meet at a site."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for

from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.field import campaigns as service
from gridplan.services.field.standing import site_meant
from gridplan.services.folders.replanning import day_of
from web.auth import desk, me, needs, whole

pages = Blueprint("campaigns", __name__)


@pages.get("/campaigns")
@needs(Right.PLAN)
def index() -> Any:
    """Show the campaigns, and a form for a new one."""
    return render_template("campaigns.html", view=service.campaigns_view(desk(), desk().today()))


@pages.post("/campaigns")
@needs(Right.PLAN)
def add() -> Any:
    """Keep a new campaign."""
    form = request.form
    first, last = form.get("from", "").strip(), form.get("until", "").strip()
    made = service.create_campaign(
        desk(),
        form.get("name", ""),
        tier=form.get("tier", ""),
        rounds=form.getlist("rounds", type=whole),
        self_check=(day_of(first), day_of(last or first)) if first or last else None,
        by=me().login,
    )
    return redirect(url_for("campaigns.page", campaign_id=made.id))


@pages.get("/campaigns/<int:campaign_id>")
@needs(Right.PLAN)
def page(campaign_id: int) -> Any:
    """Show where a campaign stands: its stage, its rounds, its self-checks."""
    return render_template("campaign.html", view=service.campaign_page(desk(), campaign_id, desk().today()))


@pages.post("/campaigns/<int:campaign_id>/checks")
@needs(Right.PLAN)
def check(campaign_id: int) -> Any:
    """Keep that a site sent its self-check."""
    form = request.form
    service.keep_self_check(
        desk(),
        campaign_id,
        site_meant(desk(), form.get("site", "")),
        day=day_of(form.get("day", "")),
        problems=form.get("problems", -1, type=whole),
        note=form.get("note", "").strip(),
        by=me().login,
    )
    return redirect(url_for("campaigns.page", campaign_id=campaign_id))


@pages.post("/campaigns/<int:campaign_id>/apart")
@needs(Right.PLAN)
def apart(campaign_id: int) -> Any:
    """Keep the days of another tier's published plan out of a round of the campaign."""
    form = request.form
    stored = service.take_from_other_tier(
        desk(), form.get("round", 0, type=whole), form.get("other", 0, type=whole), by=me().login
    )
    flash(
        say("campaigns.apart_done", round=stored.round.name, days=len(stored.round.taken)).of(
            str(session.get("language", "zh"))
        )
    )
    return redirect(url_for("campaigns.page", campaign_id=campaign_id))
