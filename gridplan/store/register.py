"""The register in the store: gazetteer, sites, teams, owners, whole files and what was imported when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, bindparam, delete, func, insert, select, update

from gridplan.model.crew import Team, TeamId
from gridplan.model.errors import Complaint, NotFound
from gridplan.model.place import AreaCode, AreaLevel, Fix, GazetteerEntry, GazetteerKind, LonLat
from gridplan.model.record import ImportRun, SourceFile
from gridplan.model.site import PlacedSite, Site, SiteId, SiteStatus
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.absences import Absences, with_absences
from gridplan.store.boxes import Box, in_box
from gridplan.store.codec import decode, encode
from gridplan.store.people import AuditLog

SETTINGS = "settings"
"""The kind of file under which the round.toml is kept that came with the list."""


def _replace(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    connection.execute(delete(table))
    if rows:
        connection.execute(insert(table), rows)


class Gazetteer:
    """Known names and addresses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, entries: Iterable[GazetteerEntry]) -> None:
        """Keep these entries instead of all earlier ones."""
        rows = [
            {
                "name": entry.name,
                "kind": entry.kind.value,
                "road": entry.road,
                "number": entry.number,
                "township": entry.township,
                "community": entry.community,
                "lon": entry.point.lon,
                "lat": entry.point.lat,
            }
            for entry in entries
        ]
        _replace(self._connection, tables.gazetteer_entry, rows)

    def list(self) -> tuple[GazetteerEntry, ...]:
        """Return all entries in their order."""
        table = tables.gazetteer_entry
        return tuple(
            GazetteerEntry(
                name=row.name,
                kind=GazetteerKind(row.kind),
                road=row.road,
                number=row.number,
                township=row.township,
                community=row.community,
                point=LonLat(row.lon, row.lat),
            )
            for row in self._connection.execute(select(table).order_by(table.c.id))
        )


class Sites:
    """The sites of the register, and where each was placed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, sites: Iterable[Site]) -> None:
        """Keep these sites, not yet placed, instead of all earlier ones."""
        rows = [
            {
                "id": site.id,
                "position": position,
                "name": site.name,
                "kind": site.kind.value,
                "address": site.address,
                "payload": encode(site),
            }
            for position, site in enumerate(sites)
        ]
        _replace(self._connection, tables.site, rows)

    def list(self) -> tuple[Site, ...]:
        """Return all sites in the order of the list, placed or not."""
        rows = self._connection.execute(select(tables.site.c.payload).order_by(tables.site.c.position))
        return tuple(decode(Site, row.payload) for row in rows)

    def outline(self) -> tuple[tuple[str, str, bool], ...]:
        """Return name, address and whether it was placed of each site, without reading what else is known of it."""
        table = tables.site
        rows = self._connection.execute(select(table.c.name, table.c.address, table.c.status))
        return tuple((row.name, row.address, row.status is not None) for row in rows)

    def place(self, placed: Iterable[PlacedSite]) -> None:
        """Keep fix, status and areas of these sites.

        Raises
        ------
        NotFound
            The register does not hold a site; nothing of the transaction should be kept then.
        """
        table = tables.site
        known = frozenset(self._connection.execute(select(table.c.id)).scalars())
        rows = []
        for site in placed:
            if site.site.id not in known:
                raise NotFound(say("store.no_site", site=site.site.id))
            point = site.fix.point
            rows.append(
                {
                    "key": site.site.id,
                    "status": site.status.value,
                    "lon": point.lon if point else None,
                    "lat": point.lat if point else None,
                    "fix": encode(site.fix),
                    "areas": encode(site.areas),
                }
            )
        if rows:
            self._connection.execute(update(table).where(table.c.id == bindparam("key")), rows)

    def add(self, placed: PlacedSite) -> None:
        """Keep one site more behind all others, placed as it is."""
        table, site = tables.site, placed.site
        last = self._connection.execute(select(func.coalesce(func.max(table.c.position), -1))).scalar_one()
        self._connection.execute(
            insert(table).values(
                id=site.id,
                position=last + 1,
                name=site.name,
                kind=site.kind.value,
                address=site.address,
                payload=encode(site),
            )
        )
        self.place([placed])

    def placed(self, status: SiteStatus | None = None) -> tuple[PlacedSite, ...]:
        """Return the sites that were placed (with `status` where one is given), in the order of the list."""
        table = tables.site
        query = select(table).where(table.c.status.is_not(None)).order_by(table.c.position)
        if status is not None:
            query = query.where(table.c.status == status.value)
        return tuple(_placed(row) for row in self._connection.execute(query).mappings())

    def in_box(self, box: Box) -> tuple[PlacedSite, ...]:
        """Return the placed sites whose point lies within the box, in the order of the list."""
        table = tables.site
        within = (table.c.status.is_not(None), in_box(self._connection, table, box))
        rows = self._connection.execute(select(table).where(*within).order_by(table.c.position)).mappings()
        return tuple(_placed(row) for row in rows)

    def merge(self, kept: PlacedSite, gone: SiteId) -> None:
        """Take a site out of the register and keep `kept`, which holds its rows, as it is given."""
        table = tables.site
        self._connection.execute(delete(table).where(table.c.id == gone))
        site = kept.site
        values = {"name": site.name, "kind": site.kind.value, "address": site.address, "payload": encode(site)}
        self._connection.execute(update(table).where(table.c.id == site.id).values(**values))
        self.place([kept])

    def get(self, site: SiteId) -> PlacedSite:
        """Return one placed site, or raise `NotFound`."""
        query = select(tables.site).where(tables.site.c.id == site, tables.site.c.status.is_not(None))
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(say("store.no_site", site=site))
        return _placed(row)

    def named(self, words: str, most: int) -> tuple[tuple[SiteId, str], ...]:
        """Return id and name of placed sites: the one of this id, else those of this name, else those whose name holds it."""
        table = tables.site
        held = (
            select(table.c.id, table.c.name).where(table.c.status.is_not(None)).order_by(table.c.position).limit(most)
        )
        for fits in (table.c.id == words, table.c.name == words, table.c.name.contains(words, autoescape=True)):
            if rows := self._connection.execute(held.where(fits)).all():
                return tuple((SiteId(row.id), row.name) for row in rows)
        return ()


def _placed(row: RowMapping) -> PlacedSite:
    return PlacedSite(
        site=decode(Site, row["payload"]),
        fix=decode(Fix, row["fix"]),
        status=SiteStatus(row["status"]),
        areas={AreaLevel(level): AreaCode(code) for level, code in row["areas"].items()},
    )


class Teams:
    """The crews."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, teams: Iterable[Team]) -> None:
        """Keep these teams instead of all earlier ones."""
        rows = [
            {"id": team.id, "position": position, "name": team.name, "payload": encode(team)}
            for position, team in enumerate(teams)
        ]
        _replace(self._connection, tables.team, rows)

    def list(self) -> tuple[Team, ...]:
        """Return all teams in their order, with who is away when: a planner asks for nothing else."""
        return with_absences(self.plain(), Absences(self._connection).list())

    def plain(self) -> tuple[Team, ...]:
        """Return all teams as they were imported or set, whoever is away."""
        rows = self._connection.execute(select(tables.team.c.payload).order_by(tables.team.c.position))
        return tuple(decode(Team, row.payload) for row in rows)

    def save(self, team: Team, *, new: bool) -> None:
        """Keep one team, in place of the one of its id, or last of all when it is new."""
        table = tables.team
        values = {"name": team.name, "payload": encode(team)}
        if new:
            last = self._connection.execute(select(func.max(table.c.position))).scalar()
            position = 0 if last is None else last + 1
            self._connection.execute(insert(table).values(id=team.id, position=position, **values))
        else:
            self._connection.execute(update(table).where(table.c.id == team.id).values(**values))

    def remove(self, team: TeamId) -> None:
        """Take a team away, and its absences."""
        self._connection.execute(delete(tables.absence).where(tables.absence.c.team == team))
        self._connection.execute(delete(tables.team).where(tables.team.c.id == team))

    def ids(self) -> frozenset[TeamId]:
        """Return the ids of all teams."""
        return frozenset(TeamId(row.id) for row in self._connection.execute(select(tables.team.c.id)))


class Owners:
    """Who answers for an area, as (area code, person, role)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, owners: Iterable[tuple[AreaCode, str, str]]) -> None:
        """Keep these owners instead of all earlier ones."""
        rows = [{"area_code": code, "person": person, "role": role} for code, person, role in owners]
        _replace(self._connection, tables.owner, rows)

    def list(self) -> tuple[tuple[AreaCode, str, str], ...]:
        """Return all owners in their order."""
        rows = self._connection.execute(select(tables.owner).order_by(tables.owner.c.id))
        return tuple((AreaCode(row.area_code), row.person, row.role) for row in rows)


_LEGS = "legs-"


def _legs_of(digest: str) -> str:
    return _LEGS + digest[:24]


class Files:
    """Files that are kept whole, one of each kind."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, kind: str, name: str, content: bytes) -> SourceFile:
        """Keep the file instead of the earlier one of its kind and return it."""
        file = SourceFile(
            kind=kind,
            name=name,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            added=datetime.now(UTC),
        )
        self.remove(kind)
        self._connection.execute(
            insert(tables.source_file).values(
                kind=file.kind, name=file.name, sha256=file.sha256, content=file.content, added=file.added
            )
        )
        return file

    def get(self, kind: str) -> SourceFile | None:
        """Return the file of a kind with its content, or None."""
        table = tables.source_file
        row = self._connection.execute(select(table).where(table.c.kind == kind)).first()
        return SourceFile(**row._mapping) if row else None

    def digest(self, kind: str) -> str | None:
        """Return the SHA-256 of the file of a kind without reading the file, or None."""
        table = tables.source_file
        return self._connection.execute(select(table.c.sha256).where(table.c.kind == kind)).scalar()

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every file that was imported, by its name."""
        table = tables.source_file
        found = select(table.c.name, table.c.sha256).where(table.c.kind.not_like(f"{_LEGS}%"))
        return {row.name: row.sha256 for row in self._connection.execute(found)}

    def keep_legs(self, digest: str, name: str, content: bytes) -> None:
        """Keep the travel that a server measured for a plan, once for all plans that name it by `digest`."""
        if self.digest(_legs_of(digest)) is None:
            self.put(_legs_of(digest), name, content)

    def legs(self, digest: str) -> bytes | None:
        """Return the travel that a plan names by `digest`, None where it is not kept."""
        kept = self.get(_legs_of(digest))
        return kept.content if kept else None

    def remove(self, kind: str) -> None:
        """Forget the file of a kind; nothing happens where there is none."""
        self._connection.execute(delete(tables.source_file).where(tables.source_file.c.kind == kind))


class Imports:
    """What was imported into the register, newest last."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, what: str, file: str, *, by: str, counts: Mapping[str, int], complaints: Sequence[Complaint] = ()
    ) -> None:
        """Write down one import, and in the audit log that it was made."""
        self._connection.execute(
            insert(tables.import_run).values(
                what=what,
                file=file,
                at=datetime.now(UTC),
                by=by,
                counts=dict(counts),
                complaints=encode(tuple(complaints)),
            )
        )
        AuditLog(self._connection).add(by, "import", what, {"file": file, "counts": dict(counts)})

    def latest(self, what: str) -> ImportRun | None:
        """Return the newest import of a kind, or None."""
        table = tables.import_run
        row = self._connection.execute(select(table).where(table.c.what == what).order_by(table.c.id.desc())).first()
        if row is None:
            return None
        return ImportRun(
            what=row.what,
            file=row.file,
            at=row.at,
            by=row.by,
            counts=row.counts,
            complaints=tuple(decode(Complaint, item) for item in row.complaints),
        )
