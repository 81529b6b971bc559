"""Who is there: log-in, log-out and the roles that pages ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from gridplan.services.desk import Desk, Person

P = ParamSpec("P")
R = TypeVar("R")
pages = Blueprint("auth", __name__)
# Argon2 takes a third of a second a try: a few tries a minute are enough for a person.
limiter = Limiter(get_remote_address, storage_uri="memory://")


class LoggedIn(UserMixin):
    """A person as Flask-Login wants one."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.role = person.role
        self.name = person.name

    def get_id(self) -> str:
        """Return the log-in name."""
        return self.person.login


def desk() -> Desk:
    """Return the open desk of this application."""
    found: Desk = current_app.config["DESK"]
    return found


def me() -> Person:
    """Return who asks."""
    person: Person = current_user.person
    return person


def inside(target: str) -> str:
    """Return a path of this application to go on to, "/" for anything that a browser could read as another host."""
    # Browsers read a backslash as a slash and skip tabs and line ends.
    return target if re.fullmatch(r"/(?!/)[^\\\x00-\x1f]*", target) else "/"


def needs(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only people of these roles in; others are refused, strangers are sent to the log-in."""

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                wanted = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("auth.login", next=wanted))  # type: ignore[return-value]
            if current_user.role not in roles:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return wrap


def register(app: Flask) -> None:
    """Add log-in to an application."""
    manager = LoginManager(app)
    limiter.init_app(app)

    @manager.user_loader
    def load(login: str) -> LoggedIn | None:
        person = app.config["DESK"].person(login)
        return LoggedIn(person) if person else None

    app.register_blueprint(pages)


@pages.route("/login", methods=["GET", "POST"])
@limiter.limit("10 per minute", methods=["POST"])
def login() -> Any:
    """Ask for name and password; before a person is known no route, site or figure is shown."""
    failed = False
    if request.method == "POST":
        person = desk().authenticate(request.form.get("login", ""), request.form.get("password", ""))
        if person:
            language = session.get("language")
            session.clear()
            if language:
                session["language"] = language
            login_user(LoggedIn(person))
            return redirect(inside(request.args.get("next", "/")))
        failed = True
    return render_template("login.html", failed=failed, district=desk().district()), 401 if failed else 200


@pages.post("/logout")
def logout() -> Any:
    """Forget who was there."""
    logout_user()
    session.clear()
    return redirect(url_for("auth.login"))
