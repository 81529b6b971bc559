"""What people decided about doubtful sites: one decision a site or building."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from gridplan.model.errors import Conflict, NotFound
from gridplan.model.place import FixLevel, LonLat
from gridplan.model.record import Decision
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.people import AuditLog


class Decisions:
    """The decisions in force; what was decided and taken back stands in the audit log."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, key: str, *, name: str, address: str, point: LonLat | None, level: FixLevel, place: str, by: str
    ) -> Decision:
        """Keep a decision. `point` is None for what is not ours; `place` says in words what was chosen.

        Raises
        ------
        Conflict
            Somebody has decided this already; who and when is said.
        """
        table = tables.decision
        known = self._connection.execute(select(table).where(table.c.key == key)).first()
        if known is not None:
            raise Conflict(say("store.decided", name=known.name, by=known.by, at=f"{known.at:%Y-%m-%d %H:%M}"))
        row = self._connection.execute(
            insert(table)
            .values(
                key=key,
                name=name,
                address=address,
                lon=point.lon if point else None,
                lat=point.lat if point else None,
                level=level.value,
                place=place,
                by=by,
                at=datetime.now(UTC),
            )
            .returning(table)
        ).one()
        AuditLog(self._connection).add(by, "site.decide", f"decision/{row.id}", {"placed": point is not None})
        return _decision(row)

    def get(self, id: int) -> Decision:
        """Return a decision, or raise `NotFound`."""
        row = self._connection.execute(select(tables.decision).where(tables.decision.c.id == id)).first()
        if row is None:
            raise NotFound(say("store.no_decision", decision=id))
        return _decision(row)

    def list(self) -> tuple[Decision, ...]:
        """Return all decisions, the newest first."""
        rows = self._connection.execute(select(tables.decision).order_by(tables.decision.c.id.desc()))
        return tuple(_decision(row) for row in rows)

    def by_key(self) -> Mapping[str, Decision]:
        """Return all decisions by what they are about."""
        return {decision.key: decision for decision in self.list()}

    def remove(self, id: int, *, by: str) -> Decision:
        """Take a decision back and return it."""
        decision = self.get(id)
        self._connection.execute(delete(tables.decision).where(tables.decision.c.id == id))
        AuditLog(self._connection).add(by, "site.forget", f"decision/{id}")
        return decision


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        key=row.key,
        name=row.name,
        address=row.address,
        point=LonLat(row.lon, row.lat) if row.lon is not None else None,
        level=FixLevel(row.level),
        place=row.place,
        by=row.by,
        at=row.at,
    )
