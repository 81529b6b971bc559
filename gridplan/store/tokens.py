"""Tokens of programs, of which only hashes are kept, and the calls that carried a key, so that one sent twice acts once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from gridplan.model.errors import NotFound
from gridplan.model.record import ApiToken, Scope
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.inserts import insert_new
from gridplan.store.people import AuditLog


class Tokens:
    """The tokens with which programs speak for people."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, login: str, name: str, scopes: Iterable[Scope], *, hash: str, expires: datetime, by: str) -> ApiToken:
        """Keep a token by the hash of its secret."""
        table = tables.api_token
        row = self._connection.execute(
            insert(table)
            .values(
                hash=hash,
                login=login,
                name=name,
                scopes=" ".join(sorted(scopes)),
                created=datetime.now(UTC),
                created_by=by,
                expires=expires,
            )
            .returning(table)
        ).one()
        AuditLog(self._connection).add(by, "token.add", f"user/{login}", {"token": row.id, "scopes": row.scopes})
        return _token(row)

    def by_hash(self, hash: str) -> ApiToken | None:
        """Return the token of that hash, whatever became of it, or None."""
        row = self._connection.execute(select(tables.api_token).where(tables.api_token.c.hash == hash)).first()
        return _token(row) if row else None

    def list(self, login: str | None = None) -> tuple[ApiToken, ...]:
        """Return the tokens, newest first, of one person where named."""
        query = select(tables.api_token).order_by(tables.api_token.c.id.desc())
        if login is not None:
            query = query.where(tables.api_token.c.login == login)
        return tuple(_token(row) for row in self._connection.execute(query))

    def touch(self, token_id: int) -> None:
        """Write down that a token was used today."""
        self._set(token_id, used=datetime.now(UTC).date())

    def revoke(self, token_id: int, *, by: str) -> None:
        """End a token now; ended twice it stays as it was."""
        row = self._connection.execute(select(tables.api_token).where(tables.api_token.c.id == token_id)).first()
        if row is None:
            raise NotFound(say("api.no_token", token=token_id))
        if row.revoked is None:
            self._set(token_id, revoked=datetime.now(UTC))
            AuditLog(self._connection).add(by, "token.revoke", f"user/{row.login}", {"token": token_id})

    def _set(self, token_id: int, **values: Any) -> None:
        self._connection.execute(update(tables.api_token).where(tables.api_token.c.id == token_id).values(values))


class ApiCalls:
    """The calls that carried a key of their own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(
        self, token: int, key: str, sha256: str, *, now: datetime, kept: timedelta
    ) -> tuple[str, int | None, str | None] | None:
        """Note that a call begins and return None; where one of that key began already, return that row (sha256, status, answer)."""
        table = tables.api_call
        self._connection.execute(delete(table).where(table.c.at < now - kept))
        new = insert_new(self._connection, table, "token", "key").values(token=token, key=key, sha256=sha256, at=now)
        if self._connection.execute(new.returning(table.c.id)).first():
            return None
        row = self._connection.execute(
            select(table.c.sha256, table.c.status, table.c.answer).where(table.c.token == token, table.c.key == key)
        ).one()
        return row.sha256, row.status, row.answer

    def finish(self, token: int, key: str, status: int, answer: str) -> None:
        """Keep how a call ended."""
        table = tables.api_call
        self._connection.execute(
            update(table).where(table.c.token == token, table.c.key == key).values(status=status, answer=answer)
        )

    def forget(self, token: int, key: str) -> None:
        """Let a call that came to nothing be sent again."""
        table = tables.api_call
        self._connection.execute(delete(table).where(table.c.token == token, table.c.key == key))


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        id=row.id,
        login=row.login,
        name=row.name,
        scopes=frozenset(Scope(scope) for scope in row.scopes.split()),
        created=row.created,
        expires=row.expires,
        used=row.used,
        revoked=row.revoked,
    )
