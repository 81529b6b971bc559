"""What people said of pairs of sites, and the register as it was before its last change."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gridplan.model.errors import Conflict, NotFound
from gridplan.model.record import PairDecision, Snapshot
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.people import AuditLog

KEPT = 3
"""So many states of the register are kept; older ones are forgotten."""


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


class Snapshots:
    """The sites of the register before each of its last changes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, what: str, *, by: str) -> None:
        """Keep the sites as they are now; nothing where there are none."""
        rows = [
            dict(row)
            for row in self._connection.execute(select(tables.site).order_by(tables.site.c.position)).mappings()
        ]
        if not rows:
            return
        self._connection.execute(
            insert(tables.register_snapshot).values(
                what=what, by=by, at=datetime.now(UTC), sites=len(rows), content=_packed(rows)
            )
        )
        old = self._connection.execute(
            select(tables.register_snapshot.c.id).order_by(tables.register_snapshot.c.id.desc()).offset(KEPT)
        ).scalars()
        for id in old.all():
            self._connection.execute(delete(tables.register_snapshot).where(tables.register_snapshot.c.id == id))

    def newest(self) -> Snapshot | None:
        """Return the newest state, without its sites, or None."""
        table = tables.register_snapshot
        row = self._connection.execute(select(table).order_by(table.c.id.desc())).first()
        return Snapshot(id=row.id, what=row.what, by=row.by, at=row.at, sites=row.sites) if row else None

    def restore(self, id: int, *, by: str) -> None:
        """Put the sites back as that state has them, and keep the present ones in its place."""
        table = tables.register_snapshot
        kept = self._connection.execute(select(table).where(table.c.id == id)).one()
        self._connection.execute(delete(table).where(table.c.id == id))
        self.take("undo", by=by)
        self._connection.execute(delete(tables.site))
        self._connection.execute(insert(tables.site), _unpacked(kept.content))
        AuditLog(self._connection).add(by, "site.undo", f"register_snapshot/{id}", {"sites": kept.sites})


def _packed(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), 6)


def _unpacked(content: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(zlib.decompress(content))
    return rows
