"""Takes a phone's result that is in order before Flask begins; all else goes on to the page of the same address, which says what is wrong.

A thousand phones send 200 results a second, and on a machine of two cores Flask's own work for one (contexts, forms, extensions) costs half
as much again as the result. Nothing is refused here: what is not surely allowed is Flask's, as if this were not there.
"""

from __future__ import annotations

import hmac
import io
import time
from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.http import parse_cookie

from gridplan.model.rights import Right
from gridplan.model.sent import SentReceipt
from gridplan.services.accounts.log_in import session_of
from gridplan.services.accounts.rights import may
from gridplan.services.desk import Desk, Person
from gridplan.services.field import field_sent
from web import phone
from web.headers import ALWAYS, PRIVATE, SECURE, policy
from web.limits import ON
from web.observe import Tally

PATH, ENDPOINT = "/field/results", "phone.results"
HEADERS = [
    ("Content-Type", "application/json"),
    ("Content-Security-Policy", policy()),
    *ALWAYS,
    PRIVATE,
    ("Vary", "Cookie"),
]


class Results:
    """A WSGI application before another one."""

    def __init__(self, app: Flask, desk: Desk, tally: Tally) -> None:
        cookies = app.session_interface
        assert isinstance(cookies, SecureCookieSessionInterface)
        sessions = cookies.get_signing_serializer(app)
        assert sessions is not None
        assert app.secret_key is not None
        self._app, self._desk, self._tally, self._next = app, desk, tally, app.wsgi_app
        self._cookie, self._sessions = cookies.get_cookie_name(app), sessions
        self._life_s = int(app.permanent_session_lifetime.total_seconds())
        self._tokens = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer, or let the other one answer."""
        if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] != "POST":
            return self._next(environ, start)
        began = time.perf_counter()
        receipt = self._taken(environ)
        if receipt is None:
            return self._next(environ, start)
        body = self._app.json.dumps(field_sent.receipt_json(receipt), separators=(",", ":")).encode() + b"\n"
        headers = [*HEADERS, ("Content-Length", str(len(body)))]
        start("200 OK", [*headers, SECURE] if environ["wsgi.url_scheme"] == "https" else headers)
        self._tally.note(ENDPOINT, "POST", 200, time.perf_counter() - began)
        return [body]

    def _taken(self, environ: dict[str, Any]) -> SentReceipt | None:
        """Take the result where all is in order; None where Flask must look."""
        session = self._session(environ.get("HTTP_COOKIE", ""))
        if session is None or not self._ours(environ, session):
            return None
        person = self._person(session)
        body = _body(environ)
        if person is None or body is None:
            return None
        if self._app.config[ON] and not phone.SENT.passes(session["_user_id"]):
            return None
        try:
            return field_sent.take(self._desk, person, body)
        except Exception:  # Flask meets it again, says it in words or writes it down
            return None

    def _session(self, header: str) -> dict[str, Any] | None:
        try:
            session = self._sessions.loads(parse_cookie(header).get(self._cookie, ""), max_age=self._life_s)
        except BadData:
            return None
        return session if isinstance(session, dict) else None

    def _ours(self, environ: dict[str, Any], session: dict[str, Any]) -> bool:
        """Whether the request comes from our own page, by its token and, over https, by where it says it comes from; as Flask-WTF asks."""
        try:
            token = self._tokens.loads(environ.get("HTTP_X_CSRFTOKEN", ""))
        except BadData:
            return False
        kept = session.get("csrf_token")
        if not isinstance(token, str) or not isinstance(kept, str) or not hmac.compare_digest(token, kept):
            return False
        here = f"https://{environ.get('HTTP_HOST', '')}/"
        return environ["wsgi.url_scheme"] != "https" or str(environ.get("HTTP_REFERER")).startswith(here)

    def _person(self, session: dict[str, Any]) -> Person | None:
        token = session.get("_user_id")
        person = session_of(self._desk, token) if isinstance(token, str) else None
        return person if person is not None and may(person, Right.WALK) else None


def _body(environ: dict[str, Any]) -> bytes | None:
    """Return what was sent, and leave it there for others; None where it is too long or does not say how long it is."""
    told = environ.get("CONTENT_LENGTH") or ""
    if not (told.isascii() and told.isdigit()) or int(told) > phone.MOST_BYTES[ENDPOINT]:
        return None
    body: bytes = environ["wsgi.input"].read(int(told))
    environ["wsgi.input"] = io.BytesIO(body)
    return body if len(body) == int(told) else None
