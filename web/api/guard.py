"""Who calls, by the token sent; and what that token and its person may do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Response, current_app, g, request

from gridplan.model.errors import GridplanError
from gridplan.model.record import ApiToken, Scope, User
from gridplan.model.rights import Right
from gridplan.model.words import Text, say
from gridplan.services.accounts import calls
from gridplan.services.accounts.rights import may
from gridplan.services.accounts.tokens import bearer
from gridplan.services.desk import Desk
from web.limits import address

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
    return header[-24:] or address()


def _readable() -> None:
    """Refuse JSON that cannot be read, however deep, before anything else looks into it."""
    if request.is_json and (body := request.get_data()):
        try:
            current_app.json.loads(body)
        except ValueError:
            raise Refused(400, say("api.error_400")) from None


def _answered(token: ApiToken) -> Response | None:
    """Return the answer of the first call with this key; None where this is the first, or no key was sent."""
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method == "GET":
        return None
    asked = b"\n".join((request.method.encode(), request.full_path.encode(), request.get_data()))
    before = calls.begin(desk(), token.id, key, asked)
    if before is None:
        g.call = (token.id, key)
        return None
    answer = Response(before.body, before.status, mimetype="application/json")
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def keep_answer(response: Response) -> None:
    """Keep how a call with a key was answered."""
    if found := g.pop("call", None):
        body = response.get_data(as_text=True)
        token, key = found
        calls.finish(desk(), token, key, calls.Answered(status=response.status_code, body=body))


def seen(version: int | None) -> int:
    """Return the version that the caller saw: the one in the body or address, else that of `If-Match`.

    Raises
    ------
    Refused
        Neither was sent: somebody else's change would be overwritten unread.
    """
    if version is None and (tag := re.match(r'(?:W/)?"(\d{1,9})[-"]', request.headers.get("If-Match", ""))):
        version = int(tag[1])
    if version is None:
        raise Refused(428, say("api.error_428"))
    return version


def seen_mark(mark: str | None) -> str:
    """Return the mark of what the caller saw, for what has a mark in the place of a version; as `seen`.

    Raises
    ------
    Refused
        None was sent.
    """
    if mark is None and (tag := re.match(r'(?:W/)?"([0-9a-f]{16})[-"]', request.headers.get("If-Match", ""))):
        mark = tag[1]
    if mark is None:
        raise Refused(428, say("api.error_428"))
    return mark


def tagged(body: Any, version: int | str) -> Response:
    """Answer with JSON whose ETag begins with the version or mark, so that it can be sent back as `If-Match`."""
    response = Response(current_app.json.dumps(body), mimetype="application/json")
    response.set_etag(f"{version}-{hashlib.sha256(response.get_data()).hexdigest()[:16]}")
    return response


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
            _readable()
            if (before := _answered(token)) is not None:
                return before  # type: ignore[return-value]
            return view(*args, **kwargs)

        document: Any = guarded
        document._spec = getattr(view, "_spec", {})
        return guarded

    return wrap
