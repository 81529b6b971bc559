"""The pages of the crews: a month of every team, absences, the district's days; a team with members, base and shifts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, session, url_for

from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.rounds import crews_page as service
from web.auth import desk, me, needs, whole
from web.frame import map_parts

pages = Blueprint("crews", __name__)
_SHIFT = ("name", "start", "end", "from", "to", "minutes", "days")
_MEMBER = ("id", "name", "department", "certificate", "cert_until")


def _say(key: str, **fields: Any) -> None:
    flash(say(key, **fields).of(session.get("language", "zh")))


def _back() -> Any:
    return redirect(url_for("crews.index", month=request.form.get("month") or None))


@pages.get("/crews")
@needs(Right.CHANGE_CREWS, scoped=True)
def index() -> Any:
    """Show one month of all teams."""
    view = service.crews_view(desk(), request.args.get("month", ""), desk().today(), reader=me())
    return render_template("crews.html", view=view)


@pages.get("/crews/capacity")
@needs(Right.CHANGE_CREWS, scoped=True)
def capacity() -> Any:
    """Show what the absences do to the rounds: a part of the page, fetched after it."""
    rounds = service.rounds_capacity(desk(), request.args.get("month", ""), desk().today(), reader=me())
    return render_template("crews_capacity.html", rounds=rounds)


@pages.post("/crews/absences")
@needs(Right.CHANGE_CREWS, scoped=True)
def add() -> Any:
    """Enter an absence."""
    form = request.form
    first, last = form.get("first", ""), form.get("last", "")
    name = service.add_absence(desk(), form.get("who", ""), first, last, form.get("reason", ""), by=me().login)
    _say("crews.added", name=name, first=first, last=last or first)
    return _back()


@pages.post("/crews/absences/<int:absence_id>")
@needs(Right.CHANGE_CREWS, scoped=True)
def change(absence_id: int) -> Any:
    """Change or remove an absence."""
    form = request.form
    version = form.get("version", type=whole) or abort(400)
    if form.get("do") == "remove":
        service.remove_absence(desk(), absence_id, version=version, by=me().login)
        _say("crews.removed")
    else:
        first, last, reason = form.get("first", ""), form.get("last", ""), form.get("reason", "")
        service.change_absence(desk(), absence_id, first, last, reason, version=version, by=me().login)
        _say("crews.changed")
    return _back()


@pages.post("/crews/days")
@needs(Right.CHANGE_CREWS)
def office_day() -> Any:
    """Make a day a working day or a day off of the district."""
    form = request.form
    day, what = form.get("day", ""), form.get("what", "")
    service.set_office_day(desk(), day, what, seen=form.get("seen", ""), by=me().login)
    _say("crews.day_set", day=day, kind=say(f"crews.as_{what}"))
    return _back()


@pages.get("/crews/team")
@needs(Right.CHANGE_CREWS, scoped=True)
def team() -> Any:
    """Show one team, or an empty form for a new one."""
    view = service.team_view(desk(), request.args.get("id", ""), reader=me())
    return render_template("team.html", view=view, map=map_parts())


def _form() -> dict[str, Any]:
    form = request.form
    plain = {key: form.get(key, "").strip() for key in ("name", "base_name", "lon", "lat", "mode", "off")}

    def rows(kind: str, keys: tuple[str, ...]) -> list[dict[str, str]]:
        columns = [form.getlist(f"{kind}-{key}") for key in keys]
        return [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=False)]

    return plain | {"home": form.getlist("home"), "shifts": rows("shift", _SHIFT), "members": rows("member", _MEMBER)}


@pages.post("/crews/team")
@needs(Right.CHANGE_CREWS, scoped=True)
def save() -> Any:
    """Keep a team."""
    form = _form()
    id_ = service.save_team(
        desk(), request.args.get("id", ""), form, version=request.form.get("version", ""), by=me().login
    )
    _say("crews.saved", name=form["name"])
    return redirect(url_for("crews.team", id=id_))


@pages.post("/crews/team/remove")
@needs(Right.CHANGE_CREWS, scoped=True)
def remove() -> Any:
    """Take a team away."""
    version = request.form.get("version", "")
    service.remove_team(desk(), request.form.get("id", ""), version=version, by=me().login)
    _say("crews.deleted")
    return redirect(url_for("crews.index"))


@pages.get("/crews/find.json")
@needs(Right.CHANGE_CREWS, scoped=True)
def find() -> Response:
    """Tell where an address is."""
    told = service.find_base(desk(), request.args.get("address", ""))
    language = session.get("language", "zh")
    reason = told["reason"].of(language) if told["reason"] else "—"
    word = "crews.base_found" if told["found"] else "crews.base_unsure"
    return jsonify({**told, "reason": reason, "text": say(word, reason=reason).of(language)})
