"""Whether the register changed: a quick stamp that grows with every entry of the log, and one of the rows themselves."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, Text, cast, func, select

from gridplan.store import tables

Stamp = tuple[int | None, ...]


def quick_stamp(connection: Connection) -> Stamp:
    """Return numbers that are others after any change of the register; they may be others without one, too."""
    logs = (
        tables.audit,
        tables.import_run,
        tables.decision,
        tables.pair_decision,
        tables.register_snapshot,
        tables.area_change,
    )
    newest = [select(func.max(log.c.id)).scalar_subquery() for log in logs]
    counts = [select(func.count()).select_from(table).scalar_subquery() for table in (tables.team, tables.decision)]
    return tuple(connection.execute(select(*newest, *counts)).one())


def row_stamp(connection: Connection) -> str:
    """Return the hash of sites, teams and areas as they are stored, without reading what they mean."""
    site, team, area = tables.site, tables.team, tables.area
    hashed = hashlib.sha256()
    for query in (
        select(
            site.c.id,
            site.c.status,
            cast(site.c.payload, Text),
            cast(site.c.fix, Text),
            cast(site.c.areas, Text),
        ).order_by(site.c.position),
        select(team.c.id, cast(team.c.payload, Text)).order_by(team.c.id),
        select(area.c.code, area.c.name, area.c.level).order_by(area.c.code),
    ):
        for row in connection.execute(query):
            hashed.update("\x1f".join(map(str, row)).encode())
            hashed.update(b"\x1e")
    return hashed.hexdigest()
