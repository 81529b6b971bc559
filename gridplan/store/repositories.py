"""The store as the services see it: opened once, used in transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.words import say
from gridplan.store import engine as engines
from gridplan.store import schema, sqlite
from gridplan.store.access import Access
from gridplan.store.campaigns import Campaigns, Leaders, ListFlags
from gridplan.store.decisions import Decisions
from gridplan.store.doubles import Pairs
from gridplan.store.field import Checklists, Findings, Parcels
from gridplan.store.grid import Areas
from gridplan.store.leads import CallOuts, ChangeNotices, Leads
from gridplan.store.people import AuditLog, Users
from gridplan.store.postgres import reason
from gridplan.store.register import Files, Gazetteer, Imports, Owners, Sites, Teams
from gridplan.store.reports import Reports
from gridplan.store.rounds import Assignments, Plans, Results, Rounds
from gridplan.store.sessions import Sessions, Tries
from gridplan.store.snapshots import Snapshots
from gridplan.store.tally import Tally
from gridplan.store.tokens import ApiCalls, Tokens
from gridplan.store.working import WorkingCopies

T = TypeVar("T")


class Held(Generic[T]):
    """A repository of a transaction, made when it is first asked for: a result from the street needs five of thirty."""

    def __init__(self, kind: Callable[[Connection], T]) -> None:
        self._kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, transaction: Transaction, owner: type | None = None) -> T:
        made = self._kind(transaction.connection)
        transaction.__dict__[self._name] = made  # found there from now on, before this
        return made


class Transaction:
    """All repositories on one connection: what is done through it is kept or lost together."""

    areas = Held(Areas)
    gazetteer = Held(Gazetteer)
    sites = Held(Sites)
    decisions = Held(Decisions)
    pairs = Held(Pairs)
    snapshots = Held(Snapshots)
    teams = Held(Teams)
    owners = Held(Owners)
    files = Held(Files)
    imports = Held(Imports)
    rounds = Held(Rounds)
    plans = Held(Plans)
    working = Held(WorkingCopies)
    assignments = Held(Assignments)
    results = Held(Results)
    findings = Held(Findings)
    parcels = Held(Parcels)
    checklists = Held(Checklists)
    leads = Held(Leads)
    call_outs = Held(CallOuts)
    change_notices = Held(ChangeNotices)
    list_flags = Held(ListFlags)
    campaigns = Held(Campaigns)
    leaders = Held(Leaders)
    reports = Held(Reports)
    users = Held(Users)
    tokens = Held(Tokens)
    calls = Held(ApiCalls)
    sessions = Held(Sessions)
    tries = Held(Tries)
    tally = Held(Tally)
    audit = Held(AuditLog)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection


class Store:
    """A database of gridplan. Open it once a process; it may be used from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> Store:
        """Open the database at `url`: `sqlite:///path`, `postgresql+psycopg://…`, or `sqlite://` in memory, for one thread.

        With `create` a missing SQLite database is made, and one that is empty or of an older version is brought to the newest.

        Raises
        ------
        InputError
            The address cannot be used, or the database is none of gridplan's or of another version.
        NotFound
            There is no such file and `create` is not set, or no server answers.
        """
        store = cls(engines.open_engine(url, create=create))
        try:
            store._check(create)
        except DatabaseError as error:
            store.close()
            if "not a database" in str(error.orig):
                raise InputError(say("store.not_ours", path=store.where)) from error
            if store.on_server and isinstance(error, OperationalError):
                raise NotFound(say("store.no_server", where=store.where, problem=reason(error))) from error
            raise
        except BaseException:
            store.close()
            raise
        return store

    def _check(self, create: bool) -> None:
        """Make or upgrade the schema where `create` says so; refuse what is none of ours or of another version."""
        with self._connect(Access.ALONE if create else Access.READ) as connection:
            found = schema.current(connection)
            if found is None and not schema.is_empty(connection):
                raise InputError(say("store.not_ours", path=self.where))
            if found is not None and not schema.known(found):
                raise InputError(say("store.newer", path=self.where, found=found))
            if create:
                if found != schema.head():
                    schema.upgrade(connection)
            elif found is None:
                raise InputError(say("store.not_ours" if self.path else "store.empty", path=self.where))
            elif found != schema.head():
                raise InputError(say("store.older", path=self.where, found=found))

    @property
    def path(self) -> Path | None:
        """The database's file; None for one in memory or on a server."""
        return engines.database_path(self._engine.url)

    @property
    def on_server(self) -> bool:
        """Whether the database is on a PostgreSQL server."""
        return engines.is_postgres(self._engine)

    @property
    def where(self) -> str:
        """The database's file, or server and name, for people: never with a password."""
        url = self._engine.url
        if not self.on_server:
            return url.database or "memory"
        return f"{url.host or 'localhost'}:{url.port or 5432}/{url.database}"

    def side_file(self, ending: str) -> Path | None:
        """Return the path of a private file that belongs to the database; None for one in memory."""
        path = engines.side_path(self._engine.url)
        return path.with_name(path.name + ending) if path else None

    @contextmanager
    def transaction(self, *, beside: bool = False) -> Iterator[Transaction]:
        """Begin a transaction that may write: it is kept whole or not at all, and nobody else writes before it ends.

        With `beside` others may write meanwhile, where the database can: only for what holds by itself (see `postgres`).

        Raises
        ------
        Conflict
            Somebody else has been writing for too long.
        """
        with self._connect(Access.BESIDE if beside else Access.ALONE) as connection:
            yield Transaction(connection)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin a transaction that reads one consistent state; a write in it fails."""
        with self._connect(Access.READ) as connection:
            yield Transaction(connection)

    @contextmanager
    def asking(self) -> Iterator[Transaction]:
        """Give a connection for one question that is put to the driver itself (`Hot`): a transaction of its own, not begun in words.

        Every page asks who is there; two words to the server more would cost as much as the answer.
        """
        try:
            with self._engine.connect() as connection:
                connection.execution_options(**engines.asking(self._engine))
                yield Transaction(connection)
        except DatabaseError as error:
            if words := engines.in_words(error):
                raise words from error
            raise

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
    def _own_turn(self, access: Access) -> Iterator[None]:
        """Wait until no other thread of this process writes, where the database has one writer.

        SQLite would let them ask again after pauses that grow to a tenth of a second, and whoever came late would be first.
        """
        if self.on_server or access is Access.READ:
            yield
            return
        if not self._turn.acquire(timeout=sqlite.BUSY_TIMEOUT_MS / 1000):
            raise Conflict(say("store.busy"))
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _connect(self, access: Access) -> Iterator[Connection]:
        try:
            with self._own_turn(access), self._engine.connect() as connection:
                connection.execution_options(**engines.options(self._engine, access))
                with connection.begin():
                    yield connection
        except DatabaseError as error:
            if words := engines.in_words(error):
                raise words from error
            raise
