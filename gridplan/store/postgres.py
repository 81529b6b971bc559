"""How PostgreSQL is opened, and how its transactions keep the promises that SQLite's one writer keeps by nature.

What the services rely on is that a transaction which reads, thinks and then writes (a register is replaced, the state before
it is put away, a plan gets the next number, a pair of sites is decided once, a route changes hands) sees nobody else's writes
in between: SQLite's BEGIN IMMEDIATE. Three ways lead there on PostgreSQL:

- SERIALIZABLE and try again: a transaction here is a block of the caller's code, which cannot be run again from here.
- SELECT … FOR UPDATE wherever something is read to be changed: right only as long as nobody forgets one, and a row that is
  not there yet cannot be locked.
- One advisory lock for all that read before they write. Taken: it is BEGIN IMMEDIATE in other words, nothing can be
  forgotten, and two transactions that wait for each other cannot be. Planners' writes take milliseconds.

The lock is taken before the first statement, under READ COMMITTED: each statement then sees all that was committed before it,
and nobody else commits. (Under REPEATABLE READ the snapshot would date from before the wait for the lock.)

An import that takes seconds would keep a thousand phones waiting, so some transactions write BESIDE the one that holds the
lock. They must hold by themselves: inserts that a unique key guards (a result and its key), or updates of one row whose
WHERE says what must still be true (the lease of a job), which READ COMMITTED asks again after a wait. A transaction that
writes ALONE must not rely on results and jobs standing still, and locks the row of a job that it reads before it changes it.

Readers see one state, as in SQLite: REPEATABLE READ, READ ONLY.
"""

from __future__ import annotations

import importlib.util
import time
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import (
    DatabaseError,
    InternalError,
    InvalidatePoolError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from gridplan.model.errors import InputError
from gridplan.model.words import say
from gridplan.store.access import OPTION, Access

ISOLATION = "READ COMMITTED"
"""That of those who write, and of a connection at rest."""
ASK_AFTER_S = 1.0
"""A connection that was not used for so long is asked whether the server is still there."""
LOCK_TIMEOUT_MS = 10_000
"""As long as SQLite waits for its one writer."""
WRITERS = int.from_bytes(b"gridplan")
"""The advisory lock of those who write alone; such locks hold within one database."""
EXTENSIONS_TABLES = frozenset({"spatial_ref_sys"})
"""Tables that PostGIS brings along."""


def require_driver() -> None:
    """Raise `InputError` where psycopg is not installed."""
    if importlib.util.find_spec("psycopg") is None:
        raise InputError(say("store.no_driver"))


def configure(engine: Engine) -> None:
    """Set up each connection of the engine."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
        # What is acknowledged is on the disk, whatever the server's default.
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.autocommit = False
        connection.read_only = False

    @event.listens_for(engine, "checkin")
    def on_checkin(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        # The server may have been started anew since; asking at every use would cost as much as what is asked for.
        if time.monotonic() - record.info.get("used", -ASK_AFTER_S) < ASK_AFTER_S:
            return
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except connection.Error as error:
            raise InvalidatePoolError from error

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get(OPTION) is Access.ALONE:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")


def options(access: Access) -> dict[str, Any]:
    """Return the execution options of a connection for such transactions."""
    # Who writes takes a connection as it is: set and set back at every use, it would cost as much as a question.
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if access is Access.READ else {}


def prepare(connection: Connection) -> None:
    """Make sure that the database can hold Chinese text and shapes, before its tables are made.

    Raises
    ------
    InputError
        It is not in UTF-8, or PostGIS is missing and this log-in may not add it.
    """
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise InputError(say("store.not_utf8", encoding=encoding))
    if connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")).first():
        return
    try:
        connection.execute(text("CREATE EXTENSION postgis"))
    except (ProgrammingError, NotSupportedError, InternalError, OperationalError) as error:
        raise InputError(say("store.no_postgis", problem=reason(error))) from error


def reason(error: DatabaseError) -> str:
    """Return the first line of what the server or the driver said; it never holds the password."""
    return str(error.orig).strip().partition("\n")[0]
