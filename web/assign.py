"""The planner's page of handing out routes: by area, team and day, in advance and in bulk."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for

from gridplan.model.errors import Conflict, InputError
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.plans import assigning
from web.auth import desk, me, needs, whole

pages = Blueprint("assign", __name__)


def _filters() -> assigning.Filters:
    asked = request.values
    return assigning.Filters(
        area=asked.get("area", ""), team=asked.get("team", ""), day=asked.get("day", ""), free="free" in asked
    )


@pages.get("/assign")
@needs(Right.ASSIGN)
def index() -> Any:
    """List the team-days of a published plan and who walks them."""
    view = assigning.assign_view(desk(), request.args.get("plan", type=whole), _filters())
    return render_template("assign.html", view=view, filters=_filters(), reasons=(), given=session.pop("given", None))


@pages.post("/assign/<int:plan_id>")
@needs(Right.ASSIGN)
def many(plan_id: int) -> Any:
    """Name the people of the chosen team-days, or say of each what stands against it."""
    form = request.form
    seen = {route: form[f"seen-{route}"] for route in form.getlist("route") if f"seen-{route}" in form}
    people = form.getlist("person")
    nobody = "nobody" in form
    if not people and not nobody:
        raise InputError(say("planpage.assign_nobody"))
    try:
        given = assigning.assign_many(
            desk(),
            plan_id,
            form.getlist("route"),
            () if nobody else people,
            seen,
            by=me().login,
            skip="skip" in form,
        )
    except Conflict as error:
        view = assigning.assign_view(desk(), plan_id, _filters())
        reasons = error.reasons if isinstance(error, assigning.Refused) else (error.text,)
        chosen = {"routes": form.getlist("route"), "people": people}
        return render_template("assign.html", view=view, filters=_filters(), reasons=reasons, chosen=chosen), 409
    session["given"] = [given.done, [list(text) for text in given.refused[:20]]]
    kept: dict[str, Any] = {key: form[key] for key in ("area", "team", "day", "free") if form.get(key)}
    return redirect(url_for("assign.index", plan=plan_id, **kept))
