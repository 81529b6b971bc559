"""The planner's side of the field: results to settle, outboxes carried in as files, cards typed back; and photos."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, session, url_for
from flask_login import current_user

from gridplan.model.errors import InputError
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts import rights
from gridplan.services.field import field_desk as service
from gridplan.services.field import field_paper, field_sent
from web.auth import desk, me, needs

pages = Blueprint("field", __name__)


def allow_uploads(app: Flask) -> None:
    """Let planners send the outbox of a phone. Must come before whatever reads the form."""

    @app.before_request
    def larger() -> None:
        mine = request.endpoint == "field.carry" and current_user.is_authenticated
        if mine and rights.may(me(), Right.ASSIGN):
            request.max_content_length = service.MOST_FILE


def _flash(key: str, **fields: Any) -> None:
    flash(say(key, **fields).of(session.get("language", "zh")))


@pages.get("/conflicts")
@needs(Right.ASSIGN)
def conflicts() -> Any:
    """Show the results that wait for the planner's word, and those that were refused."""
    return render_template("conflicts.html", view=service.conflicts(desk(), by=me().login), lines=None)


@pages.post("/conflicts/<key>")
@needs(Right.ASSIGN)
def settle(key: str) -> Any:
    """Count a result, or do not."""
    accept = request.form.get("counts") == "yes"
    service.settle(desk(), key, accept=accept, by=me().login, note=request.form.get("note", ""))
    _flash("phone.settled_yes" if accept else "phone.settled_no", name=request.form.get("name", "")[:100])
    return redirect(url_for("field.conflicts"))


@pages.post("/conflicts/outbox")
@needs(Right.ASSIGN)
def carry() -> Any:
    """Take the outbox of a phone from a file."""
    file = request.files.get("outbox")
    if file is None:
        raise InputError(say("phone.no_outbox_file"))
    lines = service.import_outbox(desk(), file.read(), by=me().login)
    states = [line["state"] for line in lines]
    _flash(
        "phone.carried",
        all=len(lines),
        **{state: states.count(state) for state in ("applied", "duplicate", "conflict", "refused")},
    )
    return render_template("conflicts.html", view=service.conflicts(desk(), by=me().login), lines=lines)


@pages.get("/plans/<int:plan_id>/routes/<route_id>/card")
@needs(Right.ASSIGN)
def card(plan_id: int, route_id: str) -> Any:
    """Show the form into which a card's results are typed."""
    return render_template("typing.html", view=service.card_to_type(desk(), plan_id, route_id, by=me().login))


@pages.post("/plans/<int:plan_id>/routes/<route_id>/card")
@needs(Right.ASSIGN)
def type_card(plan_id: int, route_id: str) -> Any:
    """Keep what was written on a card."""
    rows: dict[str, dict[str, str]] = {}
    for name, value in request.form.items():
        field, _, visit = name.partition(":")
        if visit:
            rows.setdefault(visit, {})[field] = value
    added = service.type_results(desk(), plan_id, route_id, rows, sender=request.form.get("sender", ""), by=me().login)
    _flash("phone.typed", n=added)
    return redirect(url_for("field.card", plan_id=plan_id, route_id=route_id))


@pages.get("/plans/<int:plan_id>/routes/<route_id>/day.html")
@needs(Right.ASSIGN)
def day_page(plan_id: int, route_id: str) -> Any:
    """Give a team-day as one file that opens anywhere without network, and prints."""
    body = field_paper.day_page(desk(), plan_id, route_id, by=me().login)
    name = f"gridplan-{plan_id}-{route_id}.html"
    return Response(body, mimetype="text/html", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@pages.get("/plans/<int:plan_id>/routes/<route_id>/day.pdf")
@needs(Right.ASSIGN)
def day_pdf(plan_id: int, route_id: str) -> Any:
    """Give a team-day as PDF."""
    return Response(field_paper.day_pdf(desk(), plan_id, route_id, by=me().login), mimetype="application/pdf")


@pages.get("/photos/<key>")
@needs(Right.WALK, Right.COVERAGE, scoped=True)
def photo(key: str) -> Any:
    """Give a photo to those who may see it; every read is logged."""
    return Response(field_sent.show_photo(desk(), me(), key), mimetype="image/jpeg")
