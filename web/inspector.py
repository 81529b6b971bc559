"""The inspector's pages, for a phone: today's own route, a stop, its outcome."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, redirect, render_template, request, url_for

from gridplan.model.days import read_day
from gridplan.model.errors import InputError
from gridplan.model.result import Outcome
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.field import inspector as service
from web.auth import desk, me, needs
from web.frame import geojson, map_parts

pages = Blueprint("inspector", __name__)


def _day() -> date | None:
    asked = request.args.get("day")
    try:
        return read_day(asked) if asked else None
    except ValueError:
        raise InputError(say("web.bad_day", value=asked)) from None


@pages.get("/today")
@needs(Right.WALK, scoped=True)
def today() -> Any:
    """Show the own route of the day: next stop, then the rest, what is done at the end."""
    return render_template("today.html", view=service.day_view(desk(), me(), _day()), map=map_parts())


@pages.get("/today/routes.geojson")
@needs(Right.WALK, scoped=True)
def routes() -> Response:
    """Return the own route of the day, and no other."""
    return geojson(service.day_routes(desk(), me(), _day()))


@pages.get("/stops/<visit_id>")
@needs(Right.WALK, scoped=True)
def stop(visit_id: str) -> Any:
    """Show one stop of the own route."""
    return render_template("stop.html", view=service.stop_view(desk(), me(), visit_id), key=str(uuid4()))


@pages.post("/stops/<visit_id>")
@needs(Right.WALK, scoped=True)
def mark(visit_id: str) -> Any:
    """Take one outcome; the same one sent twice is taken once."""
    try:
        outcome = Outcome(request.form.get("outcome", ""))
    except ValueError:
        raise InputError(say("web.bad_outcome", value=request.form.get("outcome", ""))) from None
    service.record(desk(), me(), visit_id, outcome, request.form.get("note", ""), key=request.form.get("key", ""))
    return redirect(url_for("inspector.today", day=request.form.get("day") or None))
