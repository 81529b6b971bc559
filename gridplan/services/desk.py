"""The desk: settings, store and queue opened once, and who may sit at it."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gridplan.jobs.queue import Queue
from gridplan.model.errors import InputError
from gridplan.model.moment import local
from gridplan.model.password import easy_to_guess
from gridplan.model.place import AreaLevel
from gridplan.model.plan import Plan
from gridplan.model.record import Role, User
from gridplan.model.round import Round
from gridplan.model.settings import setting
from gridplan.model.travel import TravelEngine
from gridplan.model.words import say
from gridplan.roads.basemap import read_basemap
from gridplan.roads.network import RoadNetwork
from gridplan.services.folders.checking import engine_of
from gridplan.services.folders.legs import ELSEWHERE
from gridplan.services.folders.placing import ROADS, map_extent
from gridplan.services.folders.streets import read_streets
from gridplan.store.register import SETTINGS
from gridplan.store.repositories import Store

Person = User
LISTS, VISITS = "lists", "visits"
"""Under which names the imports keep what was wrong with the lists beside a round.toml, and with the visits of a draft."""
DEFAULT_DB = "sqlite:///var/gridplan.db"
_HASHER = PasswordHasher()
# Compared where there is no such log-in, so that an answer takes as long as for a real one.
_NOBODY = _HASHER.hash(secrets.token_hex(16))


def database_url(given: str | None = None) -> str:
    """Return the database to use: the one given, GRIDPLAN_DB, or var/gridplan.db."""
    return given or setting("GRIDPLAN_DB") or DEFAULT_DB


def hash_of(password: str, user: User) -> str:
    """Return the hash of a password, to be kept.

    Raises
    ------
    InputError
        It has fewer than eight characters or more than 200, or is easy to guess.
    """
    if len(password) < 8:
        raise InputError(say("desk.short_password"))
    if len(password) > 200:
        raise InputError(say("desk.long_password"))
    if easy_to_guess(password, user.login, user.name):
        raise InputError(say("desk.weak_password"))
    return _HASHER.hash(password)


class Desk:
    """What every service needs, opened once a process. Safe for several threads."""

    def __init__(self, url: str, store: Store) -> None:
        self.url = url
        self.store = store
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        """What time it is (aware), for sessions, releases and whatever depends on the day or hour. The store stamps its rows itself."""
        self._secret = ""
        self._queue: Queue | None = None
        self._lock = threading.Lock()
        self._network: tuple[tuple[str, str], RoadNetwork] | None = None
        self._basemap: tuple[str, bytes] | None = None
        self._door: tuple[str, bytes] | None = None
        self._known: tuple[str, TravelEngine] | None = None

    @classmethod
    def open(cls, url: str | None = None, *, create: bool = False) -> Desk:
        """Open the desk over a database; with `create` the database is made where it is missing."""
        where = database_url(url)
        if create and where.startswith("sqlite:///"):
            Path(where.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        return cls(where, Store.open(where, create=create))

    def local_now(self) -> datetime:
        """Return what the office's clock on the wall shows: China's time to the second, without a zone."""
        return local(self.now()).replace(microsecond=0)

    def today(self) -> date:
        """Return the day it is at the office."""
        return self.local_now().date()

    @property
    def queue(self) -> Queue:
        """The queue beside the database, opened when it is first needed."""
        with self._lock:
            if self._queue is None:
                self._queue = Queue(self.store, setting("GRIDPLAN_QUEUE"))
            return self._queue

    def close(self) -> None:
        """Close queue and database."""
        if self._queue is not None:
            self._queue.close()
        self.store.close()

    # ---- people ----------------------------------------------------------------------------------------------------

    def secret_key(self) -> str:
        """Return the key that signs sessions, kept beside the database and readable by its owner only."""
        path = self.store.path.with_suffix(".secret") if self.store.path else self.store.side_file(".secret")
        if path is None:
            self._secret = self._secret or secrets.token_hex(32)
            return self._secret
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        return path.read_text("utf-8")

    def add_person(self, user: User, password: str, *, by: str) -> None:
        """Add a log-in with a password that `hash_of` takes."""
        if not user.login.strip() or not user.name.strip():
            raise InputError(say("desk.no_name"))
        with self.store.transaction() as t:
            t.users.add(user, hash_of(password, user), by=by)

    def person(self, login: str) -> User | None:
        """Return an active log-in, or None."""
        with self.store.reading() as t:
            user = t.users.get(login)
        return user if user and user.active else None

    def people(self, role: Role) -> tuple[User, ...]:
        """Return the active log-ins of a role."""
        with self.store.reading() as t:
            return tuple(user for user in t.users.list(role) if user.active)

    def authenticate(self, login: str, password: str) -> User | None:
        """Return the person whose name and password these are, or None; both cost the same time."""
        with self.store.reading() as t:
            known = t.users.password_hash(login)
        try:
            _HASHER.verify(known or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return None
        return self.person(login) if known else None

    # ---- what the register holds -----------------------------------------------------------------------------------

    def settings(self) -> Round:
        """Return the settings that the list was imported with."""
        from gridplan.intake.settings import read_round

        with self.file(SETTINGS) as path:
            if path is None:
                raise InputError(say("desk.no_settings"))
            return read_round(path, beside=False)

    def district(self) -> str:
        """Return the district's name, "" before anything was imported."""
        try:
            return self.settings().district
        except InputError:
            return ""

    @contextmanager
    def file(self, kind: str) -> Iterator[Path | None]:
        """Give a kept file as a path for the time of the block; None where there is none."""
        with self.store.reading() as t:
            kept = t.files.get(kind)
        if kept is None:
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
            path = Path(folder) / kept.name
            path.write_bytes(kept.content)
            yield path

    def _hash(self, kind: str) -> str:
        with self.store.reading() as t:
            return t.files.digest(kind) or ""

    def network(self, profiles: str = "") -> RoadNetwork | None:
        """Return the stored streets by the profiles of a round or plan, read once; None where there are none."""
        digest = self._hash("roads")
        key = digest, profiles
        with self._lock:
            if digest and (self._network is None or self._network[0] != key):
                with self.file("roads") as path:
                    if path is not None:
                        self._network = (key, read_streets(path, profiles))
            return self._network[1] if digest and self._network else None

    def engine(self, plan: Plan) -> TravelEngine:
        """Return the engine that a stored plan was timed with; no server is asked.

        Raises
        ------
        InputError
            The streets, or the legs that a server measured, are gone.
        """
        if plan.travel.engine not in ELSEWHERE:
            return engine_of(plan, self.network(plan.travel.profiles))
        digest = plan.travel.legs_sha256
        with self._lock:
            if self._known is None or self._known[0] != digest:
                with self.store.reading() as t:
                    self._known = digest, engine_of(plan, None, t.files.legs(digest))
            return self._known[1]

    def basemap(self) -> bytes:
        """Return the packed base map as JSON bytes, made once."""
        from gridplan.maps.ground import pack_basemap
        from gridplan.model.basemap import Basemap

        digest, network = self._hash("roads"), self.network()
        with self._lock:
            if self._basemap is None or self._basemap[0] != digest:
                packed = pack_basemap(Basemap(streets=()))
                with self.store.reading() as t:
                    areas = t.areas.list()
                with self.file("roads") as path:
                    if path is not None and network is not None:
                        packed = pack_basemap(read_basemap(path, network, map_extent(areas)))
                body = json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
                self._basemap = (digest, body)
            return self._basemap[1]

    def door_map(self) -> bytes:
        """Return the drawing behind the log-in, made once for roads and areas: what a street map of the place shows, and no more."""
        from gridplan.maps.doormap import door_map

        network = self.network()
        with self.store.reading() as t:
            areas = tuple(area for area in t.areas.list() if area.level in (AreaLevel.DISTRICT, AreaLevel.TOWNSHIP))
        mark = f"{self._hash('roads')} {hash(tuple((area.code, area.name, area.polygon.wkb) for area in areas))}"
        with self._lock:
            if self._door is None or self._door[0] != mark:
                with self.file("roads") as path:
                    ground = read_basemap(path, network, map_extent(areas)) if path and network is not None else None
                self._door = (mark, door_map(areas, ground).encode("utf-8"))
            return self._door[1]


__all__ = ["ROADS", "SETTINGS", "Desk", "Person", "database_url"]
