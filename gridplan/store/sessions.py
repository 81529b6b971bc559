"""Who is logged in, and how often a log-in was tried in vain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from gridplan.model.record import LogInSession
from gridplan.store import tables
from gridplan.store.hot import Hot
from gridplan.store.people import ACCOUNT, user_of


class Sessions:
    """The log-ins that were not ended, by the hash of what the browser holds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, token_sha256: str, login: str, *, now: datetime) -> None:
        """Begin a session."""
        self._connection.execute(
            insert(tables.log_in_session).values(token_sha256=token_sha256, login=login, began=now, seen=now)
        )

    def get(self, token_sha256: str) -> LogInSession | None:
        """Return a session with its log-in as it is now, closed or not; None where it was ended."""
        row = _OF_TOKEN.first(self._connection, {"token": token_sha256})
        return LogInSession(user=user_of(row), began=row.began, seen=row.seen) if row else None

    def touch(self, token_sha256: str, *, now: datetime) -> None:
        """Note that the person is still there."""
        table = tables.log_in_session
        self._connection.execute(update(table).where(table.c.token_sha256 == token_sha256).values(seen=now))

    def end(self, token_sha256: str) -> None:
        """End one session; nothing happens where it has ended."""
        table = tables.log_in_session
        self._connection.execute(delete(table).where(table.c.token_sha256 == token_sha256))

    def end_all(self, login: str, *, but: str = "") -> int:
        """End the sessions of a log-in, `but` one where it is named, and return how many ended."""
        table = tables.log_in_session
        gone = delete(table).where(table.c.login == login, table.c.token_sha256 != but).returning(table.c.login)
        return len(self._connection.execute(gone).all())

    def clear(self, *, began_before: datetime) -> None:
        """Forget sessions that nobody can use any more."""
        table = tables.log_in_session
        self._connection.execute(delete(table).where(table.c.began < began_before))

    def count(self) -> dict[str, int]:
        """Return how many sessions each log-in has; those without any are left out."""
        table = tables.log_in_session
        rows = self._connection.execute(select(table.c.login, func.count()).group_by(table.c.login))
        return {row[0]: row[1] for row in rows}


def _of_token(_engine: str) -> Select[Any]:
    session, account = tables.log_in_session, tables.account
    query = select(*ACCOUNT, session.c.began, session.c.seen).join(account, session.c.login == account.c.login)
    return query.where(session.c.token_sha256 == bindparam("token"))


_OF_TOKEN = Hot(_of_token)


class Tries:
    """Failed log-ins, counted by keys that name neither person nor address."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str, *, now: datetime) -> tuple[int, datetime | None]:
        """Return how often it failed and until when that counts; (0, None) when it does no more."""
        table = tables.log_in_try
        row = self._connection.execute(select(table).where(table.c.key == key, table.c.until > now)).first()
        return (row.failed, row.until) if row else (0, None)

    def add(self, key: str, *, now: datetime, until: datetime) -> int:
        """Count one failure more, which counts `until` then, and return how many there are now."""
        table = tables.log_in_try
        failed, _ = self.get(key, now=now)
        values = {"failed": failed + 1, "until": until}
        changed = update(table).where(table.c.key == key).values(values).returning(table.c.key)
        if self._connection.execute(changed).first() is None:
            try:
                with self._connection.begin_nested():
                    self._connection.execute(insert(table).values(key=key, **values))
            except IntegrityError:  # somebody else failed for the first time at the same moment
                self._connection.execute(changed)
        return failed + 1

    def forget(self, key: str) -> None:
        """Forget the failures of a key."""
        self._connection.execute(delete(tables.log_in_try).where(tables.log_in_try.c.key == key))

    def clear(self, *, now: datetime) -> None:
        """Forget what counts no more."""
        self._connection.execute(delete(tables.log_in_try).where(tables.log_in_try.c.until <= now))
