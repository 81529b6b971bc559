"""The register as it was before each of its last changes: sites, what people joined, settings and what was told of the lists."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    or_,
    select,
    table,
)

from gridplan.model.record import Snapshot
from gridplan.model.site import SiteId
from gridplan.store import tables
from gridplan.store.people import AuditLog
from gridplan.store.register import SETTINGS, Files

KEPT = 3
"""So many states of the register are kept; older ones are forgotten."""
_RUNS = ("sites", "locate")
# The cells of a site as they are stored: what is only put away and brought back need not be understood.
_JSON = frozenset(cell.name for cell in tables.site.c if isinstance(cell.type, JSON))
_SITE = table("site", *(column(cell.name, Text() if cell.name in _JSON else cell.type) for cell in tables.site.c))
_CELLS = [cast(cell, Text()).label(cell.name) if cell.name in _JSON else cell for cell in _SITE.c]
# `json(text)` is a function of SQLite, and in PostgreSQL a cast: there text alone would not do for a column of JSON.
_FILL = {cell.name: func.json(bindparam(cell.name, type_=Text())) for cell in _SITE.c if cell.name in _JSON}
State = dict[str, Any]


class Snapshots:
    """The states that the register can be put back into, newest first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, what: str, *, by: str, only: Sequence[SiteId] = ()) -> None:
        """Keep the register as it is now (of its sites `only` some, where only they will change); nothing where it has no sites."""
        state = self._state(only)
        if not state["sites"]:
            return
        kept = tables.register_snapshot
        content = zlib.compress(json.dumps(state, ensure_ascii=False).encode(), 1)
        self._connection.execute(
            insert(kept).values(what=what, by=by, at=datetime.now(UTC), sites=len(state["sites"]), content=content)
        )
        old = select(kept.c.id).order_by(kept.c.id.desc()).offset(KEPT)
        for id in self._connection.execute(old).scalars().all():
            self._connection.execute(delete(kept).where(kept.c.id == id))

    def newest(self) -> Snapshot | None:
        """Return the newest state, without its sites, or None."""
        kept = tables.register_snapshot
        query = select(kept.c.id, kept.c.what, kept.c.by, kept.c.at, kept.c.sites).order_by(kept.c.id.desc())
        row = self._connection.execute(query).first()
        return Snapshot(id=row.id, what=row.what, by=row.by, at=row.at, sites=row.sites) if row else None

    def _read(self, id: int) -> State:
        kept = tables.register_snapshot
        content = self._connection.execute(select(kept.c.content).where(kept.c.id == id)).scalar_one()
        state: State = json.loads(zlib.decompress(content))
        return state

    def restore(self, id: int, *, by: str) -> None:
        """Put the register back as that state has it, and keep the present one in its place."""
        kept = tables.register_snapshot
        state = self._read(id)
        self._connection.execute(delete(kept).where(kept.c.id == id))
        self.take("undo", by=by, only=state["only"])
        self._put_sites(state)
        self._put_same(state)
        if state["settings"]:
            name, content = state["settings"]
            Files(self._connection).put(SETTINGS, name, b64decode(content))
        for what, run in state["runs"].items():
            self._put_run(what, run)
        AuditLog(self._connection).add(by, "site.undo", f"register_snapshot/{id}", {"sites": len(state["sites"])})

    def _state(self, only: Sequence[SiteId]) -> State:
        cells = select(*_CELLS).order_by(_SITE.c.position)
        query = cells.where(_SITE.c.id.in_(only)) if only else cells
        pair = tables.pair_decision
        joined = self._connection.execute(select(pair).where(pair.c.same)).mappings()
        settings = None if only else Files(self._connection).get(SETTINGS)
        return {
            "only": list(only),
            "sites": [list(row) for row in self._connection.execute(query)],
            "same": [{**row, "at": row["at"].isoformat()} for row in joined],
            "settings": (settings.name, b64encode(settings.content).decode()) if settings else None,
            "runs": {} if only else {what: self._latest(what) for what in _RUNS},
        }

    def _put_sites(self, state: State) -> None:
        only, names = state["only"], [cell.name for cell in _SITE.c]
        self._connection.execute(delete(_SITE).where(_SITE.c.id.in_(only)) if only else delete(_SITE))
        rows = [dict(zip(names, row, strict=True)) for row in state["sites"]]
        if rows:
            others: dict[str, ColumnElement[Any]] = {name: bindparam(name) for name in names if name not in _JSON}
            self._connection.execute(insert(_SITE).values(others | _FILL), rows)

    def _put_same(self, state: State) -> None:
        pair = tables.pair_decision
        self._connection.execute(delete(pair).where(pair.c.same))
        for row in state["same"]:
            # Who said since that the two are two said so of a register in which they were.
            keys = (pair.c.one == row["one"]) & (pair.c.other == row["other"])
            self._connection.execute(delete(pair).where(or_(keys, pair.c.id == row["id"])))
            self._connection.execute(insert(pair).values({**row, "at": datetime.fromisoformat(row["at"])}))

    def _latest(self, what: str) -> int | None:
        runs = tables.import_run
        query = select(runs.c.id).where(runs.c.what == what).order_by(runs.c.id.desc())
        return self._connection.execute(query).scalar()

    def _put_run(self, what: str, run: int | None) -> None:
        """Make that run the newest of its kind again: what it told of the lists holds again."""
        if run == self._latest(what):
            return
        runs = tables.import_run
        row = self._connection.execute(select(runs).where(runs.c.id == run)).mappings().first() if run else None
        values = dict(row) if row else {"what": what, "file": "", "by": "", "counts": {}, "complaints": []}
        values.pop("id", None)
        self._connection.execute(insert(runs).values({**values, "at": datetime.now(UTC)}))
