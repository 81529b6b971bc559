"""How the database is opened: its address, its engine, the private files beside it, and what its errors mean to people."""

from __future__ import annotations

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, StaticPool, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, OperationalError

from gridplan.model.errors import Conflict, GridplanError, InputError, NotFound
from gridplan.model.settings import setting
from gridplan.model.words import say
from gridplan.store import postgres, sqlite
from gridplan.store.access import OPTION, Access

POSTGRES = "postgresql+psycopg"
SIDE_FOLDER = "GRIDPLAN_VAR"
"""Setting: the folder of the private files that belong to a database on a server (default `var`)."""
_PASSWORD = re.compile(r"(?:(?<=//)|^).*@|(?<=password=)[^&]*", re.S)
# A wait that was too long, two that waited for each other, two that cannot both have been.
_BUSY = frozenset({"55P03", "40P01", "40001"})


def without_password(url: str) -> str:
    """Return an address, readable or not, without user and password: for people and logs."""
    return _PASSWORD.sub(lambda found: "***@" if found[0].endswith("@") else "***", url)


def parse_url(url: str) -> URL:
    """Return the parsed address.

    Raises
    ------
    InputError
        The address cannot be read, or names a database that is not supported.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise InputError(say("store.bad_url", url=without_password(url))) from error
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername=POSTGRES)
    if parsed.drivername not in ("sqlite", POSTGRES):
        raise InputError(say("store.unsupported", engine=parsed.drivername))
    unusable = parsed.query if parsed.drivername == "sqlite" else not parsed.database
    if unusable:
        raise InputError(say("store.bad_url", url=without_password(url)))
    return parsed


def database_path(url: URL) -> Path | None:
    """Return the database's file; None for one in memory or on a server."""
    here = url.drivername == "sqlite" and url.database and url.database != ":memory:"
    return Path(str(url.database)) if here else None


def side_path(url: URL) -> Path | None:
    """Return the path to which private files of a database add their ending; None for one in memory."""
    if url.drivername == POSTGRES:
        return Path(setting(SIDE_FOLDER) or "var") / re.sub(r"[^\w.-]", "_", str(url.database))
    return database_path(url)


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
    """Return an engine for the database at `url`; `create` makes an empty private SQLite file where there is none.

    Raises
    ------
    InputError
        The address cannot be used.
    NotFound
        There is no such file and `create` is not set.
    """
    parsed = parse_url(url)
    serializer = functools.partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if parsed.drivername == POSTGRES:
        postgres.require_driver()
        engine = create_engine(
            parsed,
            isolation_level=postgres.ISOLATION,
            json_serializer=serializer,
            hide_parameters=True,
            pool_reset_on_return=None,
        )
        postgres.configure(engine)
        return engine
    path = database_path(parsed)
    if path is not None and create:
        private_file(path)
    if path is not None and not path.is_file():
        raise NotFound(say("store.no_database", path=path))
    module = sqlite.sqlite_module()
    pool: dict[str, Any] = {} if path else {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    engine = create_engine(parsed, module=module, json_serializer=serializer, hide_parameters=True, **pool)
    sqlite.configure(engine, path, module)
    return engine


def is_postgres(engine: Engine) -> bool:
    """Whether the database is on a PostgreSQL server."""
    return engine.dialect.name == "postgresql"


def options(engine: Engine, access: Access) -> dict[str, Any]:
    """Return the execution options of a connection for transactions of this kind."""
    return {OPTION: access} | (postgres.options(access) if is_postgres(engine) else {})


def asking(engine: Engine) -> dict[str, Any]:
    """Return the execution options of a connection for single questions."""
    return {"isolation_level": "AUTOCOMMIT"} if is_postgres(engine) else {}


def in_words(error: DatabaseError) -> GridplanError | None:
    """Return what people should read instead of a database's error; None where it is a fault of the program."""
    state = getattr(error.orig, "sqlstate", None)
    if state in _BUSY or (isinstance(error, OperationalError) and "database is locked" in str(error.orig)):
        return Conflict(say("store.busy"))
    if isinstance(error, DataError):
        return InputError(say("store.bad_value", problem=postgres.reason(error)))
    return None
