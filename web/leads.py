"""Leads and call-outs: typed in, placed, inserted into the published plan, answered; who complained is shown to its planner alone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from gridplan.model.errors import Conflict, InputError
from gridplan.model.lead import LeadChannel, LeadState
from gridplan.model.place import LonLat
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.field import call_outs, lead_places
from gridplan.services.field import leads as service
from gridplan.services.folders.replanning import day_of, offers_json
from web.auth import desk, me, needs, whole
from web.frame import map_parts

pages = Blueprint("leads", __name__)


@pages.get("/leads")
@needs(Right.PLAN)
def index() -> Any:
    """Show leads and call-outs, the urgent and late ones first, and the forms for new ones."""
    state = request.args.get("state", "")
    return render_template(
        "leads.html",
        rows=service.lead_list(desk(), day=desk().today(), state=state if state in {*LeadState} else ""),
        calls=call_outs.in_words(call_outs.call_out_list(desk())),
        state=state,
        states=list(LeadState),
        channels=list(LeadChannel),
        rounds=service.live_rounds(desk()),
        townships=call_outs.townships(desk()),
        units=call_outs.units(desk()),
    )


@pages.post("/leads")
@needs(Right.PLAN)
def add() -> Any:
    """Keep a lead, and apart from it who complained."""
    form = request.form
    due = form.get("due", "").strip()
    lead = service.add_lead(
        desk(),
        channel=form.get("channel", ""),
        what=form.get("what", ""),
        where=form.get("where", ""),
        urgent="urgent" in form,
        at=desk().local_now(),
        by=me().login,
        due=day_of(due) if due else None,
        number=form.get("number", ""),
        round_id=form.get("round", type=whole),
        complainant=(form.get("complainant", ""), form.get("phone", ""), ""),
    )
    return redirect(url_for("leads.one", lead_id=lead.id))


@pages.get("/leads/<int:lead_id>")
@needs(Right.PLAN)
def one(lead_id: int) -> Any:
    """Show a lead: which site it may be, where its visit would fit, and how it was answered."""
    return _page(lead_id)


def _page(lead_id: int, complainant: Any = None) -> Any:
    lead = service.lead_of(desk(), lead_id)
    found = offers = None
    why = None
    rounds = service.live_rounds(desk())
    round_id = lead.round or (rounds[0][0] if rounds else None)
    if lead.state is LeadState.NEW:
        found = lead_places.located_json(lead_places.locate_lead(desk(), lead_id))
    elif lead.state is LeadState.PLACED and round_id is not None:
        try:
            day = service.day_in_round(desk(), round_id, desk().today())
            offers = offers_json(service.lead_offers(desk(), lead_id, round_id, today=day))
        except Conflict as error:  # the round is over, or has no plan: the page says so where the offers would be
            why = error.text
    return render_template(
        "lead.html",
        lead=service.lead_json(lead, day=desk().today()),
        site_name=service.site_name(desk(), lead.site) if lead.site else "",
        found=found,
        offers=offers,
        why=why,
        round_id=round_id,
        entrusted=service.has_complainant(desk(), lead_id, by=me().login),
        complainant=complainant,
        map=map_parts() if found else None,
    )


@pages.post("/leads/<int:lead_id>/site")
@needs(Right.PLAN)
def site(lead_id: int) -> Any:
    """Say which site the lead means."""
    form = request.form
    said = (form.get("lon", "").strip(), form.get("lat", "").strip())
    text = form.get("point", "").strip() or (",".join(said) if any(said) else "")
    lead_places.choose_site(
        desk(),
        lead_id,
        by=me().login,
        site=form.get("site", ""),
        name=form.get("name", ""),
        point=_point(text) if text else None,
    )
    return redirect(url_for("leads.one", lead_id=lead_id))


def _point(text: str) -> LonLat:
    try:
        lon, lat = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        raise InputError(say("leads.bad_point", value=text)) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InputError(say("leads.bad_point", value=text))
    return LonLat(lon, lat)


@pages.post("/leads/<int:lead_id>/plan")
@needs(Right.PLAN)
def plan(lead_id: int) -> Any:
    """Insert the lead's visit where it was offered, publish, and tell those concerned."""
    form = request.form
    round_id = form.get("round", 0, type=whole)
    service.plan_lead(
        desk(),
        lead_id,
        round_id,
        today=service.day_in_round(desk(), round_id, desk().today()),
        by=me().login,
        team=form.get("team", ""),
        day=day_of(form["day"]) if form.get("day") else None,
        shift=form.get("shift", ""),
    )
    return redirect(url_for("leads.one", lead_id=lead_id))


@pages.post("/leads/<int:lead_id>/answer")
@needs(Right.PLAN)
def answer(lead_id: int) -> Any:
    """Keep what was answered upward."""
    service.answer_lead(desk(), lead_id, request.form.get("answer", ""), at=desk().local_now(), by=me().login)
    return redirect(url_for("leads.one", lead_id=lead_id))


@pages.post("/leads/<int:lead_id>/complainant")
@needs(Right.PLAN)
def complainant(lead_id: int) -> Any:
    """Show who complained, once, to the planner who typed it in; the look is written down."""
    return _page(lead_id, service.complainant_of(desk(), lead_id, by=me().login))


# ---- call-outs -------------------------------------------------------------------------------------------------------


@pages.post("/callouts")
@needs(Right.PLAN)
def call() -> Any:
    """Keep a call-out of a township."""
    form = request.form
    call_outs.add_call_out(
        desk(),
        form.get("round", 0, type=whole),
        township=form.get("township", ""),
        site=form.get("site", ""),
        at=call_outs.moment(day_of(form.get("day", "")), form.get("time", "")),
        minutes=form.get("minutes", 0, type=whole),
        units=form.getlist("units"),
        text=form.get("text", ""),
        by=me().login,
    )
    return redirect(url_for("leads.index"))


@pages.post("/callouts/<int:call_id>/plan")
@needs(Right.PLAN)
def plan_call(call_id: int) -> Any:
    """Put the joint visit into the published plan with least disturbance."""
    round_id = call_outs.round_of_call(desk(), call_id)
    day = service.day_in_round(desk(), round_id, desk().today())
    call_outs.plan_call_out(desk(), call_id, today=day, by=me().login)
    return redirect(url_for("leads.index"))


@pages.post("/callouts/<int:call_id>/report")
@needs(Right.PLAN)
def report(call_id: int) -> Any:
    """Keep who reported at a call-out, now."""
    form = request.form
    call_outs.report_in(
        desk(), call_id, unit=form.get("unit", ""), person=form.get("person", ""), at=desk().local_now(), by=me().login
    )
    return redirect(url_for("leads.index"))
