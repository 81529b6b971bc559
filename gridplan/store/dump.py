"""A backup as a file that belongs to no engine: JSON lines a table in a zip, with a manifest that notices a missing byte.

What was written from SQLite can be loaded into PostgreSQL and the other way round. The file says itself which columns it
holds and of which kind, so that a newer program loads an older backup and brings it to its own schema afterwards.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import IO, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeEngine

from gridplan.model.errors import InputError
from gridplan.model.words import say
from gridplan.store import schema
from gridplan.store.schema import metadata

FORMAT = 1
MANIFEST = "manifest.json"
ONLY_GROW = frozenset({"audit", "finding_event", "report", "report_note"})
"""Their rows cannot be deleted: they go with their tables."""
BATCH = 500
# By kind: how a column is read and written as it is stored. The order matters: what is told apart first.
KINDS: Mapping[str, TypeEngine[Any]] = {
    "json": JSON(none_as_null=True),
    "boolean": Boolean(),
    "integer": Integer(),
    "float": Float(),
    "moment": DateTime(),
    "date": Date(),
    "bytes": LargeBinary(),
    "text": String(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table of a backup: its columns by kind, how many rows it has, and the SHA-256 of its lines."""

    name: str
    columns: Mapping[str, str]
    rows: int
    sha256: str

    def table(self) -> Table:
        """Return the table as it was, with its values as they are stored."""
        return Table(self.name, MetaData(), *(Column(name, KINDS[kind]) for name, kind in self.columns.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds: the schema's revision, when and from which engine it was made, and its tables in the order of keys."""

    revision: str
    made: str
    engine: str
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """How many rows it holds in all."""
        return sum(part.rows for part in self.parts)


def write(connection: Connection, out: IO[bytes], *, made: datetime) -> Manifest:
    """Write all rows that the connection's transaction sees."""
    parts = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for table in metadata.sorted_tables:
            columns = {column.name: _kind(column.type) for column in table.columns}
            part = Part(name=table.name, columns=columns, rows=0, sha256="")
            stored = part.table()
            keys = [stored.c[column.name] for column in table.primary_key.columns]
            query = select(stored).order_by(*keys).execution_options(yield_per=BATCH)
            digest, rows = hashlib.sha256(), 0
            with packed.open(_member(part), "w", force_zip64=True) as lines:
                for row in connection.execute(query):
                    line = json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n"
                    digest.update(line)
                    lines.write(line)
                    rows += 1
            parts.append(Part(name=part.name, columns=columns, rows=rows, sha256=digest.hexdigest()))
        manifest = Manifest(
            revision=schema.current(connection) or "",
            made=made.isoformat(timespec="seconds"),
            engine=connection.dialect.name,
            parts=tuple(parts),
        )
        packed.writestr(MANIFEST, json.dumps(_to_json(manifest), ensure_ascii=False, indent=1))
    return manifest


def verify(file: IO[bytes], name: str) -> Manifest:
    """Read a whole backup without keeping it, and return its manifest.

    Raises
    ------
    InputError
        It is no backup, was cut short or altered, or was made by a newer version.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = _from_json(json.loads(packed.read(MANIFEST)))
            for part in manifest.parts:
                digest, rows = hashlib.sha256(), 0
                with packed.open(_member(part)) as lines:
                    for line in lines:
                        digest.update(line)
                        rows += 1
                if (digest.hexdigest(), rows) != (part.sha256, part.rows):
                    raise InputError(say("upkeep.damaged", file=name, part=part.name))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise InputError(say("upkeep.cut_short", file=name)) from error
    except (KeyError, TypeError, ValueError, AttributeError, NotImplementedError, RuntimeError) as error:
        raise InputError(say("upkeep.no_backup", file=name)) from error
    if not schema.known(manifest.revision):
        raise InputError(say("upkeep.newer", file=name, found=manifest.revision))
    return manifest


def load(connection: Connection, file: IO[bytes], manifest: Manifest) -> None:
    """Make the tables anew, fill them with a verified backup and bring them to the newest schema. All else is gone.

    It happens in the connection's transaction: cut short, the database is as it was.

    Raises
    ------
    InputError
        The rows do not belong together; nothing of the transaction should be kept then.
    """
    for table in reversed(metadata.sorted_tables):
        if table.name not in ONLY_GROW:
            connection.execute(table.delete())
    schema.downgrade(connection, "base")
    schema.upgrade(connection, manifest.revision)
    with zipfile.ZipFile(file) as packed:
        for part in manifest.parts:
            table = part.table()
            with packed.open(_member(part)) as lines:
                rows = _rows(part, lines)
                while batch := list(islice(rows, BATCH)):
                    try:
                        connection.execute(insert(table), batch)
                    except IntegrityError as error:  # its hashes were right, its rows never were
                        raise InputError(say("upkeep.no_fit", part=part.name)) from error
            if connection.dialect.name == "postgresql" and part.columns.get("id") == "integer":
                _count_on(connection, table)
    schema.upgrade(connection)


def is_blank(connection: Connection) -> bool:
    """Whether no table holds a row."""
    return all(connection.execute(select(table).limit(1)).first() is None for table in metadata.sorted_tables)


def _count_on(connection: Connection, table: Table) -> None:
    """Let the server number new rows after those that were loaded."""
    newest = connection.execute(select(func.max(table.c.id))).scalar()
    if newest is not None:
        query = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :newest)")
        connection.execute(query, {"table": f'"{table.name}"', "newest": newest})


def _member(part: Part) -> str:
    return f"{part.name}.jsonl"


def _kind(of: TypeEngine[Any]) -> str:
    stored = getattr(of, "impl_instance", of)
    return next(name for name, kind in KINDS.items() if isinstance(stored, type(kind)))


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return b64encode(value).decode()
    if isinstance(value, date):
        return value.isoformat()
    return value


_BACK: Mapping[str, Callable[[str], object]] = {
    "bytes": b64decode,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
}


def _rows(part: Part, lines: IO[bytes]) -> Iterator[dict[str, Any]]:
    names = list(part.columns)
    back = [_BACK.get(kind) for kind in part.columns.values()]
    for line in lines:
        values: Sequence[Any] = json.loads(line)
        yield {
            name: read(value) if read and value is not None else value
            for name, read, value in zip(names, back, values, strict=True)
        }


def _to_json(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "revision": manifest.revision,
        "made": manifest.made,
        "engine": manifest.engine,
        "tables": [
            {"name": part.name, "columns": dict(part.columns), "rows": part.rows, "sha256": part.sha256}
            for part in manifest.parts
        ],
    }


def _from_json(data: dict[str, Any]) -> Manifest:
    if data["format"] != FORMAT:
        raise ValueError("another format")
    return Manifest(
        revision=str(data["revision"]),
        made=str(data["made"]),
        engine=str(data["engine"]),
        parts=tuple(Part(**part) for part in data["tables"]),
    )
