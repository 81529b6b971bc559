"""`gridplan doctor`: is all in order on this machine? Each finding is a line that says what is so and, where needed, what to do."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from gridplan.jobs.rows import Jobs
from gridplan.jobs.workers import Workers
from gridplan.maps import page
from gridplan.model.errors import GridplanError
from gridplan.model.record import JobState
from gridplan.model.settings import setting, shown_settings, undeclared
from gridplan.model.words import Text, say
from gridplan.services.desk import Desk, database_url
from gridplan.services.folders.streets import kept
from gridplan.services.operation.upkeep import look_over

LITTLE_ROOM, NO_ROOM = 5 * 2**30, 2**29
SKEW_S = 2.0
WAITS_S = 120.0
CHINA_S = 8 * 3600


class Grade(StrEnum):
    """How a finding is meant: in order, worth a look, or broken."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line: what was looked at (a word `doctor.at_<about>`), how it is, and what to do about it (None = nothing)."""

    about: str
    grade: Grade
    said: Text
    todo: Text | None = None


def _ok(about: str, key: str, **fields: object) -> Finding:
    return Finding(about=about, grade=Grade.OK, said=say(f"doctor.{key}", **fields))


def _not(grade: Grade, about: str, key: str, **fields: object) -> Finding:
    """Return a finding whose remedy stands beside its words, as `<key>_todo`."""
    return Finding(
        about=about, grade=grade, said=say(f"doctor.{key}", **fields), todo=say(f"doctor.{key}_todo", **fields)
    )


def examine(url: str | None = None) -> tuple[Finding, ...]:
    """Look at everything; nothing is changed and nothing is sent anywhere."""
    found: list[Finding] = []
    try:
        desk = Desk.open(url)
    except GridplanError as error:
        found.append(Finding(about="database", grade=Grade.FAIL, said=error.text, todo=say("doctor.no_database_todo")))
    except SQLAlchemyError:
        found.append(_not(Grade.FAIL, "database", "no_answer"))
    else:
        try:
            for part in (_database, _clock, _queue, _workers, _jobs, _secrets, _disk):
                found += _guarded(part, desk)
        finally:
            desk.close()
    return (*found, *_time_zone(), *_fonts(), *_assets(), *_settings())


def worst(found: Iterable[Finding]) -> Grade:
    """Return the gravest grade."""
    grades = {finding.grade for finding in found}
    return next((grade for grade in (Grade.FAIL, Grade.WARN) if grade in grades), Grade.OK)


def _guarded(part: Callable[[Desk], Iterator[Finding]], desk: Desk) -> Iterator[Finding]:
    """Go through one part; what breaks in it is a finding too, and the others are still looked at."""
    about = part.__name__.strip("_")
    try:
        yield from part(desk)
    except GridplanError as error:
        yield Finding(about=about, grade=Grade.FAIL, said=error.text)
    except (SQLAlchemyError, OSError) as error:
        yield _not(Grade.FAIL, about, "broke", problem=type(error).__name__)


def _database(desk: Desk) -> Iterator[Finding]:
    facts, wrong = look_over(desk)
    yield _ok("database", "engine", engine=facts["engine"], where=facts["database"], revision=facts["revision"])
    if "journal" in facts:
        with desk.store.reading() as t:
            mode = t.connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        yield _ok("database", "journal", mode=str(mode).upper(), reason=facts["journal"])
    if not wrong:
        yield _ok("database", "sound")
    for one in wrong:
        yield Finding(about="database", grade=Grade.FAIL, said=one, todo=say("doctor.broken_todo"))


def _clock(desk: Desk) -> Iterator[Finding]:
    """Leases of jobs are measured by the database server's clock, release times by this machine's: they should agree."""
    if not desk.store.on_server:
        return
    with desk.store.reading() as t:
        there = t.connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    skew = abs((datetime.now(UTC) - there.astimezone(UTC)).total_seconds())
    if skew > SKEW_S:
        yield _not(Grade.WARN, "clock", "skew", seconds=f"{skew:.1f}")
    else:
        yield _ok("clock", "same_clock")


def _queue(desk: Desk) -> Iterator[Finding]:
    queue = desk.queue
    try:
        pending = queue.pending()
    except Exception as error:  # of SQLite, of Redis, of the network
        yield _not(Grade.FAIL, "queue", "queue_away", problem=type(error).__name__)
        return
    if queue.redis:
        yield _ok("queue", "queue_redis", n=pending)
        if "@" not in setting("GRIDPLAN_QUEUE"):
            yield _not(Grade.WARN, "queue", "queue_open")
    else:
        yield _ok("queue", "queue_file", path=queue.path, n=pending)


def _workers(desk: Desk) -> Iterator[Finding]:
    alive = [worker for worker in Workers(desk.store).list() if worker.alive]
    if not alive:
        yield _not(Grade.FAIL, "workers", "no_worker")
        return
    hosts = sorted({worker.host for worker in alive})
    yield _ok("workers", "workers", n=len(alive), hosts="、".join(hosts))
    if len(versions := sorted({worker.version for worker in alive})) > 1:
        yield _not(Grade.WARN, "workers", "versions", versions="、".join(versions))


def _jobs(desk: Desk) -> Iterator[Finding]:
    live = Jobs(desk.store).list(live=True, limit=10_000)
    waiting = [job for job in live if job.state is JobState.QUEUED]
    oldest = max(((datetime.now(UTC) - job.created).total_seconds() for job in waiting), default=0.0)
    if oldest > WAITS_S:
        yield _not(Grade.WARN, "jobs", "jobs_wait", n=len(waiting), minutes=round(oldest / 60))
    else:
        yield _ok("jobs", "jobs", running=len(live) - len(waiting), waiting=len(waiting))


def _secrets(desk: Desk) -> Iterator[Finding]:
    """The database, its queue and the key of sessions may be read by their owner only."""
    path = desk.store.path
    files = [path, Path(f"{path}-wal"), Path(f"{path}-shm"), path.with_suffix(".secret")] if path else []
    files += [side for ending in (".queue", ".secret") if (side := desk.store.side_file(ending)) is not None]
    files.append(Path("/etc/gridplan.env"))
    open_ = [file for file in dict.fromkeys(files) if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077]
    for file in open_:
        mode = f"{stat.S_IMODE(file.stat().st_mode):04o}"
        yield _not(Grade.FAIL, "secrets", "mode", file=file, mode=mode)
    if not open_:
        yield _ok("secrets", "private")


def _disk(desk: Desk) -> Iterator[Finding]:
    side = desk.store.side_file(".queue")
    folders = {"database": side.parent if side else Path(), "cache": kept().folder}
    for name, folder in folders.items():
        while not folder.exists():
            folder = folder.parent
        room = shutil.disk_usage(folder).free
        fields = {"what": say(f"doctor.room_{name}"), "room": f"{room / 2**30:.1f}"}
        if room < NO_ROOM:
            yield _not(Grade.FAIL, "disk", "no_room", **fields)
        elif room < LITTLE_ROOM:
            yield _not(Grade.WARN, "disk", "little_room", **fields)
        else:
            yield _ok("disk", "room", **fields)
        if not os.access(folder, os.W_OK):
            yield _not(Grade.FAIL, "disk", "not_writable", folder=folder)


def _time_zone() -> Iterator[Finding]:
    offset = time.localtime().tm_gmtoff
    named = f"UTC{offset / 3600:+g}"
    if offset != CHINA_S:
        yield _not(Grade.WARN, "clock", "zone", zone=named)
    else:
        yield _ok("clock", "zone_fine", now=f"{datetime.now():%Y-%m-%d %H:%M}", zone=named)


def _fonts() -> Iterator[Finding]:
    """Papers with Chinese text need a font on the machine that makes them; browsers bring their own."""
    if shutil.which("fc-list") is None:
        yield _not(Grade.WARN, "fonts", "no_fontconfig")
        return
    told = subprocess.run(
        ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False, timeout=30
    ).stdout
    families = sorted({line.split(",")[0].strip() for line in told.splitlines() if line.strip()})
    if families:
        yield _ok("fonts", "fonts", families="、".join(families[:3]))
    else:
        yield _not(Grade.WARN, "fonts", "no_font")


def _assets() -> Iterator[Finding]:
    missing = [name for name in page.ASSETS if not (page.HERE / "vendor" / name).is_file()]
    if missing:
        yield _not(Grade.FAIL, "assets", "no_assets", file=missing[0])
    else:
        yield _ok("assets", "assets", n=len(page.ASSETS))


def _settings() -> Iterator[Finding]:
    shown = shown_settings()
    told = "；".join(f"{name}={value}" for name, value in shown.items())
    yield _ok("settings", "settings", told=told) if shown else _ok("settings", "no_settings")
    for name in undeclared():
        yield _not(Grade.WARN, "settings", "undeclared", name=name)
    if database_url().startswith("postgresql") and find_spec("psycopg") is None:
        yield _not(Grade.FAIL, "settings", "no_driver")
