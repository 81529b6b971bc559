"""The administrator's keep of the database: check, take back, back up and restore it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.rights import Right
from gridplan.model.settings import setting
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.store import checkup, dump, schema


@contextmanager
def file_at_once(out: Path) -> Iterator[Path]:
    """Give a private file beside `out` to write; it takes the name when all is written and on the disk.

    Raises
    ------
    Conflict
        There is such a file already.
    """
    if out.exists():
        raise Conflict(say("upkeep.there", file=out))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        made = Path(folder) / out.name
        yield made
        made.chmod(0o600)
        with made.open("rb") as file:
            os.fsync(file.fileno())
        try:
            os.link(made, out)  # unlike a renaming, it never takes another file's place
        except FileExistsError:
            raise Conflict(say("upkeep.there", file=out)) from None
        folder_fd = os.open(out.parent, os.O_RDONLY)
        try:
            os.fsync(folder_fd)
        finally:
            os.close(folder_fd)


def back_up(desk: Desk, out: Path, *, by: str) -> dict[str, Any]:
    """Write all that the database holds into a new private file, as of one moment, and read it again.

    It holds the plans that are not released yet: who made it stands in the audit log.
    """
    with file_at_once(out) as made:
        with desk.store.transaction() as t:
            ask(t, by, Right.ADMIN)
            t.audit.add(by, "backup", "database", {"file": out.name})
        with os.fdopen(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            with desk.store.reading() as t:
                dump.write(t.connection, file, made=datetime.now(UTC))
            file.seek(0)
            manifest = dump.verify(file, out.name)
    return {"file": str(out), "tables": len(manifest.parts), "rows": manifest.rows, "bytes": out.stat().st_size}


def photo_days(text: str | None = None) -> int | None:
    """Return for how many days photos are kept: as said, else by GRIDPLAN_PHOTO_DAYS; None = for ever.

    Raises
    ------
    InputError
        It is no whole number from 1 on.
    """
    said = (setting("GRIDPLAN_PHOTO_DAYS") if text is None else text).strip()
    if not said:
        return None
    if not said.isdecimal() or int(said) < 1:
        raise InputError(say("upkeep.bad_days", value=said))
    return int(said)


def tidy(desk: Desk, *, by: str, days: str | None = None, dry: bool = False) -> dict[str, Any]:
    """Remove the photos that are older than the office keeps them; those of open findings stay. With `dry` it only counts.

    How many were removed stands in the audit log. Backups made before still hold them until they are removed themselves.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.ADMIN)
    keep = photo_days(days)
    if keep is None:
        return {"photos": 0, "bytes": 0, "days": None, "dry": dry}
    with desk.store.transaction() as t:
        ask(t, by, Right.ADMIN)
        count, size = t.parcels.forget_photos(desk.now() - timedelta(days=keep), dry=dry)
        if count and not dry:
            t.audit.add(by, "photos.forget", "database", {"photos": count, "days": keep})
    return {"photos": count, "bytes": size, "days": keep, "dry": dry}


def restore(url: str | None, file: Path, *, by: str, replace: bool = False) -> dict[str, Any]:
    """Load a backup into a database of either engine that is missing or empty; with `replace` into any.

    Raises
    ------
    InputError
        The file is no backup, or not whole; the database is as it was.
    Conflict
        The database holds something, and `replace` is not set.
    """
    with _opened(file) as backup:
        manifest = dump.verify(backup, file.name)
        desk = Desk.open(url, create=True)
        try:
            with desk.store.transaction() as t:
                if not replace and not dump.is_blank(t.connection):
                    raise Conflict(say("upkeep.not_blank", path=desk.store.where))
                dump.load(t.connection, backup, manifest)
                t.audit.add(by, "restore", "database", {"file": file.name, "made": manifest.made})
        finally:
            desk.close()
    return {"database": desk.store.where, "made": manifest.made, "from": manifest.engine, "rows": manifest.rows}


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        raise NotFound(say("upkeep.no_file", file=file)) from None
    with opened:
        yield opened


def upgrade(url: str | None) -> dict[str, Any]:
    """Make the database, or bring it to the newest schema."""
    desk = Desk.open(url, create=True)
    desk.close()
    return {"database": desk.store.where, "revision": schema.head()}


def downgrade(desk: Desk, revision: str, *, sure: bool) -> dict[str, Any]:
    """Take the schema back to a revision (`base`: nothing is left). What only the newer one can hold is lost.

    Raises
    ------
    InputError
        There is no such revision, or `sure` is not set.
    """
    if not sure:
        raise InputError(say("upkeep.not_sure", revision=revision))
    with desk.store.transaction() as t:
        schema.downgrade(t.connection, revision)
    return {"database": desk.store.where, "revision": revision}


def look_over(desk: Desk) -> tuple[dict[str, Any], tuple[Text, ...]]:
    """Return what the database is, and what is wrong with it: pages and keys that do not hold, tables unlike the code's."""
    with desk.store.reading() as t:
        facts, wrong = checkup.look_over(t.connection)
    return {"database": desk.store.where} | facts, wrong
