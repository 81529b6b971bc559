"""Tokens for programs: made once, shown once, limited in time and in what they may do."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from gridplan.model.errors import InputError
from gridplan.model.record import ApiToken, Scope, User
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk

PREFIX = "gp_"
DAYS = 90
_MOST_DAYS = 366


def add_token(
    desk: Desk, login: str, name: str, scopes: Iterable[Scope], *, days: int = DAYS, by: str
) -> tuple[ApiToken, str]:
    """Make a token for a person and return it with its secret, which is never shown again.

    Raises
    ------
    InputError
        No such open log-in, no name, no scope, or not 1 to 366 days.
    """
    wanted = frozenset(scopes)
    if not 1 <= days <= _MOST_DAYS:
        raise InputError(say("api.bad_days", days=days, most=_MOST_DAYS))
    if not wanted or not name.strip():
        raise InputError(say("api.no_name"))
    if desk.person(login) is None:
        raise InputError(say("store.no_user", login=login))
    secret = PREFIX + secrets.token_urlsafe(32)
    with desk.store.transaction() as t:
        ask(t, by, Right.ADMIN)
        token = t.tokens.add(
            login, name.strip(), wanted, hash=_hash(secret), expires=datetime.now(UTC) + timedelta(days=days), by=by
        )
    return token, secret


def bearer(desk: Desk, secret: str) -> tuple[User, ApiToken] | None:
    """Return for whom a secret speaks and its token; None when it is unknown, over, revoked, or its person is gone."""
    if not secret.startswith(PREFIX):
        return None
    now = datetime.now(UTC)
    with desk.store.reading() as t:
        token = t.tokens.by_hash(_hash(secret))
    if token is None or token.revoked is not None or token.expires <= now:
        return None
    person = desk.person(token.login)
    if person is None:
        return None
    if token.used != now.date():
        with desk.store.transaction() as t:
            t.tokens.touch(token.id)
    return person, token


def _hash(secret: str) -> str:
    # The secret is 256 random bits: a plain hash cannot be guessed back.
    return hashlib.sha256(secret.encode()).hexdigest()
