"""Log-ins and the audit log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from gridplan.model.crew import TeamId
from gridplan.model.errors import Conflict, NotFound
from gridplan.model.place import AreaCode
from gridplan.model.record import AuditEntry, Role, User
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.hot import Hot
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

    def list(
        self,
        *,
        object: str | None = None,
        limit: int = 200,
        who: Collection[str] | None = None,
        what: str = "",
        since: datetime | None = None,
        till: datetime | None = None,
        before: int | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Return the newest entries first, of one object where it is named.

        `who`: only what these log-ins did. `what` is the beginning of what was done (`plan`, `plan.publish`). `since` and `till`
        (not included) are moments, `before` an entry: only older ones are returned.
        """
        table = tables.audit
        query = select(table).order_by(table.c.id.desc()).limit(limit)
        if object is not None:
            query = query.where(table.c.object == object)
        if who is not None:
            query = query.where(table.c.who.in_(sorted(who)))
        if what:
            query = query.where(or_(table.c.what == what, table.c.what.startswith(f"{what}.", autoescape=True)))
        if since is not None:
            query = query.where(table.c.at >= since)
        if till is not None:
            query = query.where(table.c.at < till)
        if before is not None:
            query = query.where(table.c.id < before)
        return tuple(AuditEntry(**row._mapping) for row in self._connection.execute(query))

    def noted(self, who: str, what: str, object: str, *, since: datetime) -> bool:
        """Whether there is such an entry since a moment."""
        table = tables.audit
        query = select(table.c.id).where(
            table.c.object == object, table.c.who == who, table.c.what == what, table.c.at >= since
        )
        return self._connection.execute(query.limit(1)).first() is not None


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
                area=user.area,
                must_change=user.must_change,
                version=1,
                created=datetime.now(UTC),
            )
            .returning(tables.account.c.login)
        ).first()
        if added is None:
            raise Conflict(say("store.same_user", login=user.login))
        AuditLog(self._connection).add(
            by, "user.add", f"user/{user.login}", {"role": user.role.value, "area": user.area}
        )

    def get(self, login: str) -> User | None:
        """Return a log-in, active or not, or None."""
        row = _OF_LOGIN.first(self._connection, {"login": login})
        return user_of(row) if row else None

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
        return tuple(user_of(row) for row in self._connection.execute(query))

    def set_password_hash(self, login: str, password_hash: str, *, by: str, must_change: bool = False) -> None:
        """Replace the password's hash; `must_change` when somebody else chose the password."""
        values = {"password_hash": password_hash, "must_change": must_change}
        self._change(login, values, "user.password_reset" if must_change else "user.password", by)

    def set_active(self, login: str, active: bool, *, by: str) -> None:
        """Open or close a log-in; a closed one is kept, for the records that name it."""
        self._change(login, {"active": active}, "user.open" if active else "user.close", by)

    def change(self, user: User, *, by: str) -> User:
        """Replace name, role, area and the link to a crew of a log-in that is still at `user.version`.

        Raises
        ------
        NotFound, Conflict
            There is no such log-in; it was changed since.
        """
        seen = self.get(user.login)
        if seen is not None and seen.version != user.version:
            raise Conflict(say("store.user_changed", login=user.login))
        values = {
            "name": user.name,
            "role": user.role.value,
            "area": user.area,
            "team": user.team,
            "member": user.member,
        }
        changed = {
            key: value for key, value in values.items() if key != "name" and seen and getattr(seen, key) != value
        }
        self._change(user.login, values, "user.change", by, changed)
        now = self.get(user.login)
        assert now is not None
        return now

    def administrators(self) -> int:
        """Return how many open log-ins may keep the log-ins."""
        table = tables.account
        query = select(func.count()).where(table.c.active, table.c.role == Role.ADMINISTRATOR.value)
        return self._connection.execute(query).scalar_one()

    def _change(
        self, login: str, values: dict[str, Any], what: str, by: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        table = tables.account
        changed = self._connection.execute(
            update(table)
            .where(table.c.login == login)
            .values(version=table.c.version + 1, **values)
            .returning(table.c.login)
        ).first()
        if changed is None:
            raise NotFound(say("store.no_user", login=login))
        AuditLog(self._connection).add(by, what, f"user/{login}", detail)


ACCOUNT = tuple(
    tables.account.c[name]
    for name in ("login", "name", "role", "active", "team", "member", "area", "must_change", "version")
)
"""What is read of a log-in; never its password's hash."""
_OF_LOGIN = Hot(lambda _: select(*ACCOUNT).where(tables.account.c.login == bindparam("login")))


def user_of(row: Any) -> User:
    """Return the log-in that a row of `account` holds."""
    return User(
        login=row.login,
        name=row.name,
        role=Role(row.role),
        active=row.active,
        team=TeamId(row.team) if row.team is not None else None,
        member=row.member,
        area=AreaCode(row.area) if row.area is not None else None,
        must_change=row.must_change,
        version=row.version,
    )
