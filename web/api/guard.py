"""Who calls, by the token sent; and what that token and its person may do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import current_app, g, request
from flask_limiter.util import get_remote_address

from gridplan.model.errors import GridplanError
from gridplan.model.record import Scope, User
from gridplan.model.rights import Right
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import may
from gridplan.services.accounts.tokens import bearer
from gridplan.services.desk import Desk

P = ParamSpec("P")
R = TypeVar("R")


class Refused(GridplanError):
    """No valid token, or one that does not allow this."""

    def __init__(self, status: int, text: Text) -> None:
        super().__init__(text)
        self.http_status = status


def desk() -> Desk:
    """Return the open desk of this application."""
    found: Desk = current_app.config["DESK"]
    return found


def me() -> User:
    """Return for whom the program speaks."""
    person: User = g.person
    return person


def caller() -> str:
    """Return by what the requests of one caller are counted."""
    header = request.headers.get("Authorization", "")
    return header[-24:] or get_remote_address()


def allows(scope: Scope, right: Right, *, scoped: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a call through whose token has `scope` and whose person has the right; both are read anew at every call.

    The token of a person bound to an area is let through only where the call is `scoped`: where it tells what is theirs alone.
    """

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            kind, _, secret = request.headers.get("Authorization", "").partition(" ")
            found = bearer(desk(), secret.strip()) if kind.lower() == "bearer" else None
            if found is None:
                raise Refused(401, say("api.unauthorised"))
            person, token = found
            if scope not in token.scopes:
                raise Refused(403, say("api.no_scope", scope=scope.value))
            if not may(person, right) or (person.area is not None and not scoped):
                raise Refused(403, say("api.not_yours", role=say(f"people.role_{person.role.value}")))
            g.person = person
            return view(*args, **kwargs)

        document: Any = guarded
        document._spec = getattr(view, "_spec", {})
        return guarded

    return wrap
