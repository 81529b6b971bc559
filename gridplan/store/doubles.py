"""What people said of pairs of sites: that they are one, or that they are two."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from gridplan.model.errors import Conflict, NotFound
from gridplan.model.record import PairDecision
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.people import AuditLog


class Pairs:
    """Decisions about pairs of sites, known again by names and addresses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, keys: tuple[str, str], names: tuple[str, str], same: bool, *, by: str) -> int:
        """Keep a decision and return its number, or raise `Conflict` where the pair is decided."""
        table = tables.pair_decision
        known = self._connection.execute(select(table).where(table.c.one == keys[0], table.c.other == keys[1])).first()
        if known is not None:
            name = f"{known.one_name} / {known.other_name}"
            raise Conflict(say("store.decided", name=name, by=known.by, at=f"{known.at:%Y-%m-%d %H:%M}"))
        row = self._connection.execute(
            insert(table)
            .values(
                one=keys[0],
                other=keys[1],
                one_name=names[0],
                other_name=names[1],
                same=same,
                by=by,
                at=datetime.now(UTC),
            )
            .returning(table.c.id)
        ).one()
        AuditLog(self._connection).add(by, "site.same" if same else "site.different", f"pair_decision/{row.id}")
        return int(row.id)

    def list(self) -> tuple[PairDecision, ...]:
        """Return all decisions, the newest first."""
        rows = self._connection.execute(select(tables.pair_decision).order_by(tables.pair_decision.c.id.desc()))
        return tuple(
            PairDecision(
                id=row.id,
                keys=(row.one, row.other),
                names=(row.one_name, row.other_name),
                same=row.same,
                by=row.by,
                at=row.at,
            )
            for row in rows
        )

    def remove(self, id: int, *, by: str) -> PairDecision:
        """Take a decision back and return it, or raise `NotFound`."""
        decision = next((one for one in self.list() if one.id == id), None)
        if decision is None:
            raise NotFound(say("store.no_decision", decision=id))
        self._connection.execute(delete(tables.pair_decision).where(tables.pair_decision.c.id == id))
        AuditLog(self._connection).add(by, "site.forget_pair", f"pair_decision/{id}")
        return decision
