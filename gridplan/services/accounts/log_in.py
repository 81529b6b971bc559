"""Log-in and log-out: passwords, tries, sessions that end by themselves. Nothing of it names a password or an address."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from gridplan.model.record import LogInSession, Role, User
from gridplan.services.desk import Desk

TRIES, WAIT = 5, timedelta(minutes=5)
"""How often one may fail for one log-in from one address, and how long one waits then."""
TRIES_ANYWHERE, WAIT_ANYWHERE = 50, timedelta(minutes=30)
"""The same for one log-in from all addresses, and for all log-ins from one address: slow guessing, by many or of many."""
TRIES_ADDRESS = 200
IDLE = {Role.INSPECTOR: timedelta(hours=12)}
"""After how long without a request a session ends; a visit may take long, and its result must arrive."""
IDLE_DESK = timedelta(hours=2)
ABSOLUTE = timedelta(hours=16)
"""After how long a session ends whatever happens: a working day."""
_TOUCH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of a try to log in: a session's token, or how many tries are left, or minutes to wait."""

    token: str = ""
    left: int = 0
    wait_min: int = 0


def _keys(desk: Desk, login: str, address: str) -> tuple[tuple[str, int, timedelta], ...]:
    """Return what the failures are counted by, with the most there may be and how long they count."""
    secret = desk.secret_key().encode()
    folded = login.strip().casefold()

    def key(*parts: str) -> str:
        return hmac.new(secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()

    return (
        (key("both", folded, address), TRIES, WAIT),
        (key("login", folded), TRIES_ANYWHERE, WAIT_ANYWHERE),
        (key("address", address), TRIES_ADDRESS, WAIT_ANYWHERE),
    )


def log_in(desk: Desk, login: str, password: str, *, address: str) -> Attempt:
    """Begin a session where name and password are right; else count the failure.

    A locked log-in is not even tried. Unknown names are counted and locked like known ones, and cost the same time.
    """
    now, keys = desk.now(), _keys(desk, login, address)
    with desk.store.reading() as t:
        if wait := _wait([t.tries.get(key, now=now) for key, _, _ in keys], keys, now):
            return Attempt(wait_min=wait)
    person = desk.authenticate(login, password)
    if person is None:
        return _failed(desk, login, keys, now)
    token = secrets.token_urlsafe(32)
    with desk.store.transaction() as t:
        t.tries.forget(keys[0][0])
        t.tries.clear(now=now)
        t.sessions.clear(began_before=now - ABSOLUTE)
        t.sessions.add(_hash(token), person.login, now=now)
        t.audit.add(person.login, "log_in", f"user/{person.login}")
    return Attempt(token=token)


def _failed(desk: Desk, login: str, keys: tuple[tuple[str, int, timedelta], ...], now: datetime) -> Attempt:
    with desk.store.transaction() as t:
        counts = [t.tries.add(key, now=now, until=now + wait) for key, _, wait in keys]
        locked = any(count >= most for count, (_, most, _) in zip(counts, keys, strict=True))
        # What was typed as a name may be a password: only the names of log-ins are written down.
        if (known := t.users.get(login)) is not None:
            t.audit.add("", "log_in.locked" if locked else "log_in.failed", f"user/{known.login}")
        wait = _wait([t.tries.get(key, now=now) for key, _, _ in keys], keys, now)
    return Attempt(left=max(0, keys[0][1] - counts[0]), wait_min=wait)


def _wait(found: list[tuple[int, datetime | None]], keys: tuple[tuple[str, int, timedelta], ...], now: datetime) -> int:
    ends = [until for (count, until), (_, most, _) in zip(found, keys, strict=True) if until and count >= most]
    return -(-int((max(ends) - now).total_seconds()) // 60) if ends else 0


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(desk: Desk, token: str) -> User | None:
    """Return whose session this is, as the database knows the log-in now; None for a closed one and for one that ended."""
    now = desk.now()
    with desk.store.asking() as t:
        found = t.sessions.get(_hash(token))
    if found is None or not found.user.active or _over(found, now):
        return None
    if now - found.seen >= _TOUCH:
        with desk.store.transaction() as t:
            t.sessions.touch(_hash(token), now=now)
    return found.user


def session_ends(desk: Desk, token: str) -> datetime:
    """Return when a session ends whatever happens (aware); now for one that ended."""
    with desk.store.reading() as t:
        found = t.sessions.get(_hash(token))
    return found.began + ABSOLUTE if found else desk.now()


def _over(found: LogInSession, now: datetime) -> bool:
    return now - found.began >= ABSOLUTE or now - found.seen >= IDLE.get(found.user.role, IDLE_DESK)


def log_out(desk: Desk, token: str, login: str) -> None:
    """End one session: its token is worth nothing from now on, wherever it is."""
    with desk.store.transaction() as t:
        t.sessions.end(_hash(token))
        t.audit.add(login, "log_out", f"user/{login}")


def end_others(desk: Desk, token: str, login: str) -> int:
    """End a person's other sessions and return how many there were."""
    with desk.store.transaction() as t:
        ended = t.sessions.end_all(login, but=_hash(token))
        t.audit.add(login, "user.sessions", f"user/{login}", {"ended": ended})
        return ended
