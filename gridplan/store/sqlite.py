"""How SQLite is opened: which library, which journal mode and why, and when a transaction takes the write lock."""

from __future__ import annotations

import importlib
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, event

from gridplan.model.errors import Conflict
from gridplan.model.words import Text, say
from gridplan.store.access import OPTION, Access

BUSY_TIMEOUT_MS = 10_000
ASK_AGAIN_S = 0.001
"""How often who wants to write asks whether the other program has written. (SQLite's own pauses grow to a tenth of a second.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteReport:
    """Which SQLite is used (`pysqlite3` or the standard library's `sqlite3`), its version, the journal mode and why."""

    library: str
    version: str
    journal_mode: str
    reason: Text


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the WAL-reset fault (3.7.0-3.51.2; mended in 3.51.3, 3.50.7 and 3.44.6)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def sqlite_module() -> ModuleType:
    """Return the newest SQLite there is: `pysqlite3` where installed, else the standard library's."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3.dbapi2


def sqlite_report() -> SqliteReport:
    """Return which SQLite the store uses and how, for people to read."""
    return _report(sqlite_module())


def _report(module: ModuleType) -> SqliteReport:
    version = str(module.sqlite_version)
    safe = wal_is_safe(tuple(module.sqlite_version_info))
    return SqliteReport(
        library=module.__name__.split(".")[0],
        version=version,
        journal_mode="wal" if safe else "truncate",
        reason=say("store.wal_fixed" if safe else "store.wal_faulty", version=version),
    )


def configure(engine: Engine, path: Path | None, module: ModuleType) -> None:
    """Set up each connection of the engine over the file at `path` (None = in memory)."""
    report = _report(module)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        # The driver's own transactions would begin too late and let go before DDL: `on_begin` begins them.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        if path is None:
            return
        try:
            (found,) = connection.execute(f"PRAGMA journal_mode = {report.journal_mode}").fetchone()
        except module.OperationalError as error:
            if "locked" not in str(error):
                raise
            (found,) = connection.execute("PRAGMA journal_mode").fetchone()
        if found != report.journal_mode:
            # Using the journal of the other program would bring the fault back.
            raise Conflict(
                say(
                    "store.journal_kept",
                    path=path,
                    found=found,
                    version=report.version,
                    wanted=report.journal_mode,
                )
            )

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A transaction that began by reading and then writes can fail at once when another wrote in between, whatever
        # the timeout: who writes takes the lock first, and who reads cannot write.
        write = connection.get_execution_options().get(OPTION, Access.READ) is not Access.READ
        # Past SQLAlchemy, which would make a result of each: every page begins so.
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA query_only = {'OFF' if write else 'ON'}")
        if write:
            _begin_writing(driver, module)
        else:
            driver.execute("BEGIN")


def _begin_writing(driver: Any, module: ModuleType) -> None:
    """Take the write lock, waiting for other programs in short steps: a phone's result must not sleep through its turn."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except module.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(ASK_AGAIN_S)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
