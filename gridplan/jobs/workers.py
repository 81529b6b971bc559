"""Which workers live: each writes down now and then that it does. For people and `gridplan doctor`; leases do without."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from sqlalchemy import delete, insert, select, update

from gridplan.store.repositories import Store
from gridplan.store.tables import worker as table

ALIVE_S = 20
"""A worker that has said nothing for so long is taken for dead."""
FORGET = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker as it last said of itself; times are UTC."""

    id: str
    host: str
    pid: int
    version: str
    started: datetime
    seen: datetime

    @property
    def alive(self) -> bool:
        """Whether it spoke a short while ago."""
        return datetime.now(UTC) - self.seen < timedelta(seconds=ALIVE_S)


class Workers:
    """The workers of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def seen(self, worker: str) -> None:
        """Write down that this process works as `worker`; those who died long ago are forgotten."""
        now = datetime.now(UTC)
        with self._store.transaction(beside=True) as tx:
            run = tx.connection.execute
            if run(update(table).where(table.c.id == worker).values(seen=now).returning(table.c.id)).first() is None:
                run(
                    insert(table).values(
                        id=worker,
                        host=socket.gethostname()[:64],
                        pid=os.getpid(),
                        version=version("gridplan"),
                        started=now,
                        seen=now,
                    )
                )
                run(delete(table).where(table.c.seen < now - FORGET))

    def gone(self, worker: str) -> None:
        """Write down that this worker ends."""
        with self._store.transaction(beside=True) as tx:
            tx.connection.execute(delete(table).where(table.c.id == worker))

    def list(self) -> tuple[Worker, ...]:
        """Return the workers, the longest at work first."""
        with self._store.reading() as tx:
            rows = tx.connection.execute(select(table).order_by(table.c.started, table.c.id)).all()
        return tuple(
            Worker(id=row.id, host=row.host, pid=row.pid, version=row.version, started=row.started, seen=row.seen)
            for row in rows
        )
