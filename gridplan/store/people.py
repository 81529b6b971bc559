"""Log-ins and the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gridplan.model.crew import TeamId
from gridplan.model.errors import Conflict, NotFound
from gridplan.model.record import AuditEntry, Role, User
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.inserts import insert_new


class AuditLog:
    """Who did what; entries are only ever added (a trigger sees to it)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, who: str, what: str, object: str, detail: Mapping[str, Any] | None = None) -> None:
        """Write one entry. `object` names the thing, e.g. `plan/7`; `detail` holds plain JSON values and no personal data."""
        self._connection.execute(
            insert(tables.audit).values(
                at=datetime.now(UTC), who=who, what=what, object=object, detail=dict(detail or {})
            )
        )

    def list(self, *, object: str | None = None, limit: int = 200) -> tuple[AuditEntry, ...]:
        """Return the newest entries first, of one object where it is named."""
        table = tables.audit
        query = select(table).order_by(table.c.id.desc()).limit(limit)
        if object is not None:
            query = query.where(table.c.object == object)
        return tuple(AuditEntry(**row._mapping) for row in self._connection.execute(query))


class Users:
    """The log-ins. Password hashes go in and out here and stand in no noun."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user: User, password_hash: str, *, by: str) -> None:
        """Add a log-in.

        Raises
        ------
        Conflict
            The log-in is taken.
        """
        added = self._connection.execute(
            insert_new(self._connection, tables.account, "login")
            .values(
                login=user.login,
                name=user.name,
                password_hash=password_hash,
                role=user.role.value,
                active=user.active,
                team=user.team,
                member=user.member,
                created=datetime.now(UTC),
            )
            .returning(tables.account.c.login)
        ).first()
        if added is None:
            raise Conflict(say("store.same_user", login=user.login))
        AuditLog(self._connection).add(by, "user.add", f"user/{user.login}", {"role": user.role.value})

    def get(self, login: str) -> User | None:
        """Return a log-in, active or not, or None."""
        row = self._connection.execute(select(tables.account).where(tables.account.c.login == login)).first()
        return _user(row) if row else None

    def password_hash(self, login: str) -> str | None:
        """Return the password's hash of an active log-in, or None."""
        table = tables.account
        return self._connection.execute(
            select(table.c.password_hash).where(table.c.login == login, table.c.active)
        ).scalar()

    def list(self, role: Role | None = None) -> tuple[User, ...]:
        """Return the log-ins by name of log-in, of one role where it is given."""
        query = select(tables.account).order_by(tables.account.c.login)
        if role is not None:
            query = query.where(tables.account.c.role == role.value)
        return tuple(_user(row) for row in self._connection.execute(query))

    def set_password_hash(self, login: str, password_hash: str, *, by: str) -> None:
        """Replace the password's hash."""
        self._change(login, {"password_hash": password_hash}, "user.password", by)

    def set_active(self, login: str, active: bool, *, by: str) -> None:
        """Open or close a log-in; a closed one is kept, for the records that name it."""
        self._change(login, {"active": active}, "user.open" if active else "user.close", by)

    def _change(self, login: str, values: dict[str, Any], what: str, by: str) -> None:
        table = tables.account
        changed = self._connection.execute(
            update(table).where(table.c.login == login).values(values).returning(table.c.login)
        ).first()
        if changed is None:
            raise NotFound(say("store.no_user", login=login))
        AuditLog(self._connection).add(by, what, f"user/{login}")


def _user(row: Row[Any]) -> User:
    return User(
        login=row.login,
        name=row.name,
        role=Role(row.role),
        active=row.active,
        team=TeamId(row.team) if row.team is not None else None,
        member=row.member,
    )
