"""Who is there: log-in, log-out, and the rights that pages ask for, at every request from the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import LoginManager, UserMixin, current_user, login_user

from gridplan.model.rights import Right
from gridplan.services.accounts import log_in as service
from gridplan.services.accounts import rights
from gridplan.services.accounts.auditing import note_refused
from gridplan.services.desk import Desk, Person
from web.limits import Limit, at_most

P = ParamSpec("P")
R = TypeVar("R")
pages = Blueprint("auth", __name__)
# Argon2 takes a third of a second a try. An office may come in by one address in the morning: see services/log_in for the
# tries of one person.
LOG_INS = Limit(120)


BIG = 2**31 - 1


class LoggedIn(UserMixin):
    """A person as Flask-Login wants one, known by the session's token."""

    def __init__(self, person: Person, token: str) -> None:
        self.person = person
        self.role = person.role
        self.name = person.name
        self.token = token

    def get_id(self) -> str:
        """Return what the browser keeps."""
        return self.token

    def may(self, right: str) -> bool:
        """Whether the person may do this at all."""
        return rights.may(self.person, Right(right))


def desk() -> Desk:
    """Return the open desk of this application."""
    found: Desk = current_app.config["DESK"]
    return found


def me() -> Person:
    """Return who asks."""
    person: Person = current_user.person
    return person


def whole(text: str) -> int:
    """Return a whole number that a form or address holds.

    Raises
    ------
    ValueError
        It is none, or larger than any number of a database.
    """
    if not re.fullmatch(r"-?[0-9]{1,10}", text.strip()) or abs(int(text)) > BIG:
        raise ValueError(text[:20])
    return int(text)


def inside(target: str) -> str:
    """Return a path of this application to go on to, "/" for anything that a browser could read as another host."""
    # Browsers read a backslash as a slash and skip tabs and line ends.
    return target if re.fullmatch(r"/(?!/)[^\\\x00-\x1f]*", target) else "/"


def needs(*allowed: Right | str, scoped: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only people in who have one of these rights; others are refused, strangers are sent to the log-in.

    People bound to an area come in only where the page says that it is `scoped`: that it shows and changes what is theirs alone.
    The name of a role may stand for a right.
    """

    def lets_in() -> bool:
        return any(_has(one) for one in allowed) and (me().area is None or scoped)

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                wanted = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("auth.login", next=wanted))  # type: ignore[return-value]
            if me().must_change:
                return redirect(url_for("people.own"))  # type: ignore[return-value]
            if not lets_in():
                note_refused(desk(), me().login, f"page/{request.endpoint}")
                abort(403)
            return view(*args, **kwargs)

        guarded.lets_in = lets_in  # type: ignore[attr-defined]
        return guarded

    return wrap


def opens(endpoint: str) -> bool:
    """Whether there is such a page and who is there may open it, as the page itself says."""
    view = current_app.view_functions.get(endpoint)
    lets_in: Callable[[], bool] | None = getattr(view, "lets_in", None)
    return view is not None and (lets_in is None or lets_in())


def _has(allowed: Right | str) -> bool:
    return rights.may(me(), allowed) if isinstance(allowed, Right) else me().role == allowed


def needs_log_in(view: Callable[P, R]) -> Callable[P, R]:
    """Let everybody in who is logged in, also with a password that must be changed first."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not current_user.is_authenticated:
            return redirect(url_for("auth.login"))  # type: ignore[return-value]
        return view(*args, **kwargs)

    return guarded


def register(app: Flask) -> None:
    """Add log-in to an application."""
    manager = LoginManager(app)

    @manager.user_loader
    def load(token: str) -> LoggedIn | None:
        person = service.session_of(app.config["DESK"], token)
        return LoggedIn(person, token) if person else None

    app.register_blueprint(pages)


@pages.route("/login", methods=["GET", "POST"])
@at_most(LOG_INS)
def login() -> Any:
    """Ask for name and password; before a person is known no route, site or figure is shown."""
    if request.method == "GET":
        return _form(None, 200)
    # Whoever logs in anew leaves the session that was there: its token must not live on.
    name, password = request.form.get("login", "")[:200], request.form.get("password", "")[:1000]
    found = service.log_in(desk(), name, password, address=request.remote_addr or "")
    if not found.token:
        return _form(found, 429 if found.wait_min else 401)
    language = session.get("language")
    if current_user.is_authenticated:
        service.log_out(desk(), current_user.token, me().login)
    session.clear()
    if language:
        session["language"] = language
    person = service.session_of(desk(), found.token)
    if person is None:  # closed in this very moment
        return _form(None, 401)
    login_user(LoggedIn(person, found.token))
    return redirect(inside(request.args.get("next", "/")))


def _form(found: service.Attempt | None, status: int) -> Any:
    page = render_template(
        "login.html",
        attempt=found,
        minutes=int(service.WAIT.total_seconds() // 60),
        expired=found is None and "_user_id" in session and not current_user.is_authenticated,
        district=desk().district(),
        name=request.form.get("login", "")[:200],
    )
    response = make_response(page, status)
    if found is not None and found.wait_min:
        response.headers["Retry-After"] = str(60 * found.wait_min)
    return response


@pages.post("/logout")
def logout() -> Any:
    """Forget who was there, in the database too."""
    if current_user.is_authenticated:
        service.log_out(desk(), current_user.token, me().login)
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    return redirect(url_for("auth.login"))
