"""Imports that planners prepare, with their lists, and what was set of a site by hand."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from gridplan.model.errors import Conflict, NotFound
from gridplan.model.site import PlacedSite, Site, SiteId
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.codec import decode, encode
from gridplan.store.people import AuditLog
from gridplan.store.register import Sites

KEPT_DAYS = 7
"""A prepared import that nobody touched for so long is thrown away."""
KEPT_IMPORTS = 3
"""The lists of so many imports are kept, to be taken along by the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeDraft:
    """An import being prepared. `state`: open, running, done. `base` names the register that its sums were told against."""

    id: str
    what: str
    by: str
    created: datetime
    touched: datetime
    state: str
    version: int
    base: str
    settings: Mapping[str, Any]
    job: str
    result: Mapping[str, Any] | None
    files: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteEdit:
    """One value of a site that a person set, known again by the site's key."""

    id: int
    key: str
    name: str
    field: str
    value: str
    by: str
    at: datetime


class IntakeDrafts:
    """The prepared imports and their lists."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, what: str, *, by: str, base: str) -> str:
        """Begin to prepare an import and return its id."""
        id_, now = uuid.uuid4().hex, datetime.now(UTC)
        values = {"id": id_, "what": what, "by": by, "created": now, "touched": now, "state": "open", "version": 1}
        more: dict[str, Any] = {"base": base, "settings": {}, "job": "", "result": None}
        self._connection.execute(insert(tables.intake_draft).values(**values, **more))
        AuditLog(self._connection).add(by, "import.begin", f"intake/{id_}", {"what": what})
        return id_

    def put_file(self, draft: str, name: str, content: bytes) -> None:
        """Keep a list of a draft instead of the earlier one of that name."""
        self.remove_file(draft, name)
        digest = hashlib.sha256(content).hexdigest()
        self._connection.execute(
            insert(tables.intake_file).values(draft=draft, name=name, sha256=digest, size=len(content), content=content)
        )

    def remove_file(self, draft: str, name: str) -> None:
        """Forget a list of a draft."""
        table = tables.intake_file
        self._connection.execute(delete(table).where(table.c.draft == draft, table.c.name == name))

    def get(self, draft: str) -> IntakeDraft:
        """Return a prepared import without the content of its lists, or raise `NotFound`."""
        table = tables.intake_draft
        row = self._connection.execute(select(table).where(table.c.id == draft)).first()
        if row is None:
            raise NotFound(say("importing.no_draft"))
        return self._draft(row)

    def list(self, what: str, states: Sequence[str] = ("open", "running")) -> tuple[IntakeDraft, ...]:
        """Return the prepared imports of a kind in these states, newest first."""
        table = tables.intake_draft
        query = select(table).where(table.c.what == what, table.c.state.in_(states)).order_by(table.c.touched.desc())
        return tuple(self._draft(row) for row in self._connection.execute(query))

    def _draft(self, row: Row[Any]) -> IntakeDraft:
        table = tables.intake_file
        files = self._connection.execute(
            select(table.c.name, table.c.size).where(table.c.draft == row.id).order_by(table.c.id)
        )
        return IntakeDraft(**row._mapping, files=tuple((file.name, file.size) for file in files))

    def content(self, draft: str, name: str) -> bytes:
        """Return the content of a list, or raise `NotFound`."""
        table = tables.intake_file
        query = select(table.c.content).where(table.c.draft == draft, table.c.name == name)
        content: bytes | None = self._connection.execute(query).scalar()
        if content is None:
            raise NotFound(say("importing.no_draft"))
        return content

    def change(self, draft: str, *, version: int | None = None, by: str = "", **values: Any) -> None:
        """Change a prepared import.

        Raises
        ------
        Conflict
            It is no longer at `version`: somebody, or another window, has changed it.
        """
        table = tables.intake_draft
        where = [table.c.id == draft, *([table.c.version == version] if version is not None else [])]
        changed = self._connection.execute(
            update(table)
            .where(*where)
            .values(**values, version=table.c.version + 1, touched=datetime.now(UTC))
            .returning(table.c.id)
        ).first()
        if changed is None:
            raise Conflict(say("importing.changed", by=self.get(draft).by))
        if by:
            AuditLog(self._connection).add(by, "import.change", f"intake/{draft}", {"fields": sorted(values)})

    def drop(self, draft: str, *, by: str) -> None:
        """Throw a prepared import away with its lists."""
        self._forget(draft)
        AuditLog(self._connection).add(by, "import.drop", f"intake/{draft}")

    def _forget(self, draft: str) -> None:
        self._connection.execute(delete(tables.intake_file).where(tables.intake_file.c.draft == draft))
        self._connection.execute(delete(tables.intake_draft).where(tables.intake_draft.c.id == draft))

    def sweep(self) -> int:
        """Throw away what nobody touched for a week, and the lists of old imports; return how many went."""
        table = tables.intake_draft
        late = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
        stale = select(table.c.id).where(table.c.state == "open", table.c.touched < late)
        done = select(table.c.id).where(table.c.state == "done").order_by(table.c.touched.desc()).offset(KEPT_IMPORTS)
        gone = [*self._connection.execute(stale).scalars(), *self._connection.execute(done).scalars()]
        for draft in gone:
            self._forget(draft)
        return len(gone)

    def mark(self) -> str:
        """Return what changes whenever the register does: by import, merger or undo."""
        runs, kept = tables.import_run, tables.register_snapshot
        run = self._connection.execute(select(func.max(runs.c.id)).where(runs.c.what == "sites")).scalar()
        snapshot = self._connection.execute(select(func.max(kept.c.id))).scalar()
        return f"{run or 0}-{snapshot or 0}"

    def newest_run(self) -> tuple[str, datetime] | None:
        """Return who imported sites last and when, or None."""
        runs = tables.import_run
        query = select(runs.c.by, runs.c.at).where(runs.c.what == "sites").order_by(runs.c.id.desc())
        row = self._connection.execute(query).first()
        return (row.by, row.at) if row else None


class SiteEdits:
    """What people set of sites by hand."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, key: str, name: str, field: str, value: str, *, by: str) -> SiteEdit:
        """Keep a value instead of what was set before."""
        table = tables.site_edit
        self._connection.execute(delete(table).where(table.c.key == key, table.c.field == field))
        row = self._connection.execute(
            insert(table)
            .values(key=key, name=name, field=field, value=value, by=by, at=datetime.now(UTC))
            .returning(*table.c)
        ).one()
        return SiteEdit(**row._mapping)

    def list(self) -> tuple[SiteEdit, ...]:
        """Return all that was set, oldest first."""
        table = tables.site_edit
        return tuple(SiteEdit(**row._mapping) for row in self._connection.execute(select(table).order_by(table.c.id)))


class SiteLines:
    """The register as its table shows it: read from the stored cells, since there may be many thousands."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, site: SiteId) -> tuple[Site, PlacedSite | None]:
        """Return one site, and as it was placed, or raise `NotFound`."""
        row = self._connection.execute(select(tables.site).where(tables.site.c.id == site)).mappings().first()
        if row is None:
            raise NotFound(say("store.no_site", site=site))
        found = decode(Site, row["payload"])
        return found, Sites(self._connection).get(site) if row["status"] is not None else None

    def keep(self, site: Site) -> None:
        """Keep what is known of a site; its place stays."""
        table = tables.site
        self._connection.execute(
            update(table)
            .where(table.c.id == site.id)
            .values(name=site.name, kind=site.kind.value, address=site.address, payload=encode(site))
        )

    def files(self) -> dict[str, int]:
        """Return the lists that the register was made of, and how many of its sites name each first."""
        table = tables.site
        names = (row.payload["rows"][0]["file"] for row in self._connection.execute(select(table.c.payload)))
        return dict(Counter(names))

    def list(self) -> list[dict[str, Any]]:
        """Return a line for each site, in the order of the register."""
        table = tables.site
        lines = []
        for row in self._connection.execute(select(table).order_by(table.c.position)):
            payload, areas = row.payload, row.areas or {}
            lines.append(
                {
                    "id": row.id,
                    "name": row.name,
                    "kind": row.kind,
                    "address": row.address,
                    "status": row.status or "",
                    "lon": row.lon,
                    "lat": row.lat,
                    "township": areas.get("township", ""),
                    "community": areas.get("community", ""),
                    "areas": areas,
                    "named": {payload.get("township", ""), payload.get("community", "")} - {""},
                    "uscc": payload.get("uscc", ""),
                    "permit": payload.get("permit"),
                    "licence": payload.get("licence"),
                    "standing": payload.get("standing", "unknown"),
                    "given": payload.get("given"),
                    "sources": len(payload.get("rows", ())),
                    "files": sorted({source["file"] for source in payload.get("rows", ())}),
                    "others": len(payload.get("others", {})),
                    "level": (row.fix or {}).get("level", ""),
                }
            )
        return lines
