"""The store as the services see it: opened once, used in transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from gridplan.model.errors import InputError
from gridplan.model.words import say
from gridplan.store import schema
from gridplan.store.campaigns import Campaigns, Leaders, ListFlags
from gridplan.store.decisions import Decisions
from gridplan.store.doubles import Pairs
from gridplan.store.engine import WRITE, database_path, open_engine
from gridplan.store.field import Checklists, Findings, Parcels
from gridplan.store.grid import Areas
from gridplan.store.leads import CallOuts, ChangeNotices, Leads
from gridplan.store.people import AuditLog, Users
from gridplan.store.register import Files, Gazetteer, Imports, Owners, Sites, Teams
from gridplan.store.reports import Reports
from gridplan.store.rounds import Assignments, Plans, Results, Rounds
from gridplan.store.sessions import Sessions, Tries
from gridplan.store.snapshots import Snapshots
from gridplan.store.tally import Tally


class Transaction:
    """All repositories on one connection: what is done through it is kept or lost together."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.areas = Areas(connection)
        self.gazetteer = Gazetteer(connection)
        self.sites = Sites(connection)
        self.decisions = Decisions(connection)
        self.pairs = Pairs(connection)
        self.snapshots = Snapshots(connection)
        self.teams = Teams(connection)
        self.owners = Owners(connection)
        self.files = Files(connection)
        self.imports = Imports(connection)
        self.rounds = Rounds(connection)
        self.plans = Plans(connection)
        self.assignments = Assignments(connection)
        self.results = Results(connection)
        self.findings = Findings(connection)
        self.parcels = Parcels(connection)
        self.checklists = Checklists(connection)
        self.leads = Leads(connection)
        self.call_outs = CallOuts(connection)
        self.change_notices = ChangeNotices(connection)
        self.list_flags = ListFlags(connection)
        self.campaigns = Campaigns(connection)
        self.leaders = Leaders(connection)
        self.reports = Reports(connection)
        self.users = Users(connection)
        self.sessions = Sessions(connection)
        self.tries = Tries(connection)
        self.tally = Tally(connection)
        self.audit = AuditLog(connection)


class Store:
    """A database of gridplan. Open it once a process; it may be used from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> Store:
        """Open the database at `url` (`sqlite:///path`; `sqlite://` in memory, for one thread).

        With `create` a missing database is made, and one of an older version is brought to the newest.

        Raises
        ------
        InputError
            The address cannot be used, or the file is no gridplan database or of another version.
        NotFound
            There is no such file and `create` is not set.
        """
        engine = open_engine(url, create=create)
        store = cls(engine)
        where = engine.url.database or "memory"
        try:
            if create:
                with store._connect(write=True) as connection:
                    _check(connection, where)
                    schema.upgrade(connection)
            else:
                with store._connect(write=False) as connection:
                    _check(connection, where)
                    found = schema.current(connection)
                    if found is None:
                        raise InputError(say("store.not_ours", path=where))
                    if found != schema.head():
                        raise InputError(say("store.older", path=where, found=found))
        except DatabaseError as error:
            store.close()
            if "not a database" in str(error.orig):
                raise InputError(say("store.not_ours", path=where)) from error
            raise
        except BaseException:
            store.close()
            raise
        return store

    @property
    def path(self) -> Path | None:
        """The database's file; None for one in memory."""
        return database_path(self._engine.url)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Begin a transaction that may write: it holds the write lock from the start and is kept whole or not at all."""
        with self._connect(write=True) as connection:
            yield Transaction(connection)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction that reads one consistent state; a write in it fails."""
        with self._connect(write=False) as connection:
            yield Transaction(connection)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _connect(self, *, write: bool) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            connection.execution_options(**{WRITE: write})
            with connection.begin():
                yield connection


def _check(connection: Connection, where: str) -> None:
    found = schema.current(connection)
    if found is None and not schema.is_empty(connection):
        raise InputError(say("store.not_ours", path=where))
    if found is not None and not schema.known(found):
        raise InputError(say("store.newer", path=where, found=found))
