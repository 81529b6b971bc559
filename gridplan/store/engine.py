"""How the database is opened: which SQLite, which journal mode and why, and when a transaction takes the write lock."""

from __future__ import annotations

import functools
import importlib
import json
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.words import Text, say

BUSY_TIMEOUT_MS = 10_000
WRITE = "gridplan_write"
"""Execution option of a connection whose transactions write."""


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


def parse_url(url: str) -> URL:
    """Return the parsed address.

    Raises
    ------
    InputError
        The address cannot be read, or names a database that is not supported.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InputError(say("store.bad_url", url=url)) from error
    if parsed.drivername != "sqlite":
        raise InputError(say("store.unsupported", engine=parsed.drivername))
    if parsed.query:
        raise InputError(say("store.bad_url", url=url))
    return parsed


def database_path(url: URL) -> Path | None:
    """Return the database's file; None for one in memory."""
    return Path(url.database) if url.database and url.database != ":memory:" else None


def private_file(path: Path) -> None:
    """Make an empty file that only its owner may read; one that is already there stays as it is.

    Raises
    ------
    InputError
        The file cannot be made there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise InputError(say("store.no_folder", path=path, problem=error.strerror)) from error


def open_engine(url: str, *, create: bool = False) -> Engine:
    """Return an engine for the database at `url`; `create` makes an empty private file where there is none.

    Raises
    ------
    InputError
        The address cannot be used.
    NotFound
        There is no such file and `create` is not set.
    """
    parsed = parse_url(url)
    path = database_path(parsed)
    if path is not None and create:
        private_file(path)
    if path is not None and not path.is_file():
        raise NotFound(say("store.no_database", path=path))
    module = sqlite_module()
    options: dict[str, Any] = {} if path else {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    engine = create_engine(
        parsed,
        module=module,
        json_serializer=functools.partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
        **options,
    )
    _configure(engine, path, module)
    return engine


def _configure(engine: Engine, path: Path | None, module: ModuleType) -> None:
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
        write = bool(connection.get_execution_options().get(WRITE))
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if write else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
