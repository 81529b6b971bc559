"""A call of a program that carries a key of its own acts once, however often it is sent: the answer of the first is given again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from gridplan.model.errors import Conflict, InputError
from gridplan.model.words import say
from gridplan.services.desk import Desk

KEPT = timedelta(days=1)
"""How long a key is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How the first call of a key was answered."""

    status: int
    body: str


def begin(desk: Desk, token: int, key: str, asked: bytes) -> Answered | None:
    """Note a call and return None, or the answer of the first one of that key; `asked` is all that the call asks for.

    Raises
    ------
    InputError
        The key is too long, or it was another call's.
    Conflict
        The first call has not ended yet, or was cut short: whether it acted must be looked up.
    """
    if not (0 < len(key) <= 64 and key.isascii() and key.isprintable()):
        raise InputError(say("api.bad_key"))
    digest = hashlib.sha256(asked).hexdigest()
    with desk.store.transaction() as t:
        found = t.calls.begin(token, key, digest, now=desk.now(), kept=KEPT)
    if found is None:
        return None
    first, status, answer = found
    if first != digest:
        raise InputError(say("api.other_call"))
    if status is None:
        raise Conflict(say("api.call_under_way"))
    return Answered(status=status, body=answer or "")


def finish(desk: Desk, token: int, key: str, answer: Answered) -> None:
    """Keep the answer of a call that acted; one that was refused may be sent again under its key."""
    with desk.store.transaction() as t:
        if answer.status < 300:
            t.calls.finish(token, key, answer.status, answer.body)
        else:
            t.calls.forget(token, key)
