"""The pages of log-ins: all of them for the administrator, the own one for everybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_login import current_user

from gridplan.model.crew import TeamId
from gridplan.model.errors import GridplanError
from gridplan.model.place import AreaCode
from gridplan.model.record import Role, User
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts import people as service
from gridplan.services.accounts.log_in import end_others
from web.auth import desk, me, needs, needs_log_in, whole
from web.limits import Limit, at_most

pages = Blueprint("people", __name__)
PASSWORDS = Limit(10)


def _told(key: str, **fields: Any) -> None:
    flash(say(key, **fields).of(session.get("language", "zh")))


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        abort(400)


def _crew() -> tuple[TeamId | None, str | None]:
    team, _, member = request.form.get("member", "").partition("/")
    return (TeamId(team) if team else None), member or None


def _list(*, once: tuple[str, str] | None = None, error: GridplanError | None = None, status: int = 200) -> Any:
    me_ = me().login
    return render_template(
        "people.html",
        lines=service.people(desk(), by=me_),
        choices=service.choices(desk(), by=me_),
        roles=list(Role),
        may=service.what_roles_may(),
        once=once,
        error=error,
        form=request.form,
    ), status


@pages.get("/people")
@needs(Right.ADMIN)
def index() -> Any:
    """List the log-ins, and the form for a new one."""
    return _list()


@pages.post("/people")
@needs(Right.ADMIN)
def add() -> Any:
    """Add a log-in and show its one-time password, this once."""
    form = request.form
    team, member = _crew()
    user = User(
        login=form.get("login", "").strip(),
        name=form.get("name", "").strip(),
        role=_role(),
        area=AreaCode(form["area"]) if form.get("area") else None,
        team=team,
        member=member,
    )
    try:
        password = service.add(desk(), user, by=me().login)
    except GridplanError as error:
        return _list(error=error, status=error.http_status)
    return _list(once=(user.login, password))


@pages.get("/people/<login>")
@needs(Right.ADMIN)
def page(login: str) -> Any:
    """Show one log-in."""
    return _page(login)


def _page(login: str, *, once: str = "", error: GridplanError | None = None, status: int = 200) -> Any:
    lines = service.people(desk(), by=me().login)
    line = next((line for line in lines if line.user.login == login), None) or abort(404)
    last = line.user.role is Role.ADMINISTRATOR and line.user.active
    last = last and sum(one.user.active and one.user.role is Role.ADMINISTRATOR for one in lines) == 1
    return render_template(
        "person.html",
        line=line,
        last=last,
        choices=service.choices(desk(), by=me().login),
        roles=list(Role),
        once=once,
        error=error,
    ), status


@pages.post("/people/<login>")
@needs(Right.ADMIN)
def change(login: str) -> Any:
    """Change name, role, area and the link to a crew of a log-in that nobody changed since it was shown."""
    version = request.form.get("version", type=whole)
    if version is None:
        abort(400)
    team, member = _crew()
    try:
        service.change(
            desk(),
            login,
            by=me().login,
            name=request.form.get("name", ""),
            role=_role(),
            area=request.form.get("area") or None,
            team=team,
            member=member,
            version=version,
        )
    except GridplanError as error:
        return _page(login, error=error, status=error.http_status)
    _told("people.saved", login=login)
    return redirect(url_for("people.index"))


@pages.post("/people/<login>/close")
@needs(Right.ADMIN)
def close(login: str) -> Any:
    """Close a log-in."""
    try:
        service.close(desk(), login, by=me().login)
    except GridplanError as error:
        return _page(login, error=error, status=error.http_status)
    _told("people.was_closed", login=login)
    return redirect(url_for("people.index"))


@pages.post("/people/<login>/open")
@needs(Right.ADMIN)
def reopen(login: str) -> Any:
    """Open a closed log-in again."""
    try:
        service.reopen(desk(), login, by=me().login)
    except GridplanError as error:
        return _page(login, error=error, status=error.http_status)
    _told("people.was_opened", login=login)
    return redirect(url_for("people.index"))


@pages.post("/people/<login>/password")
@needs(Right.ADMIN)
def reset(login: str) -> Any:
    """Give a new one-time password and show it, this once."""
    return _page(login, once=service.reset_password(desk(), login, by=me().login))


@pages.post("/people/<login>/sessions")
@needs(Right.ADMIN)
def end(login: str) -> Any:
    """End all sessions of a log-in."""
    _told("people.was_ended", login=login, count=service.end_sessions(desk(), login, by=me().login))
    return redirect(url_for("people.index"))


@pages.get("/me")
@needs_log_in
def own() -> Any:
    """Show the own log-in."""
    return render_template("own.html", error=None)


@pages.post("/me/password")
@needs_log_in
@at_most(PASSWORDS)
def password() -> Any:
    """Change the own password."""
    form = request.form
    try:
        service.change_own_password(
            desk(),
            me(),
            form.get("old", ""),
            form.get("new", ""),
            form.get("again", ""),
            token=current_user.token,
        )
    except GridplanError as error:
        return render_template("own.html", error=error), error.http_status
    _told("people.changed")
    return redirect(url_for("home"))


@pages.post("/me/sessions")
@needs_log_in
def others() -> Any:
    """End the own sessions elsewhere."""
    _told("people.ended_others", count=end_others(desk(), current_user.token, me().login))
    return redirect(url_for("people.own"))
