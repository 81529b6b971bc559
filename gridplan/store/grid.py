"""The grid in the store: its areas now, and what they were before each split, merger and import."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from shapely import to_wkb
from sqlalchemy import Connection, Row, delete, insert, select

from gridplan.model.errors import Conflict
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.record import AreaChange, AreaChangeKind
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.boxes import Box, in_box
from gridplan.store.people import AuditLog


class Areas:
    """The grid's areas, with their history."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, areas: Iterable[Area], *, by: str = "") -> None:
        """Keep these areas instead of all earlier ones; what vanishes or looks otherwise from now on stays in the history."""
        before, after = {area.code: area for area in self.list()}, {area.code: area for area in areas}
        new = [area for code, area in after.items() if code not in before or not _same(area, before[code])]
        old = [area for code, area in before.items() if code not in after or not _same(area, after[code])]
        if new or old:
            self.change(AreaChangeKind.IMPORT, old, new, by=by)

    def change(self, kind: AreaChangeKind, old: Collection[Area], new: Collection[Area], *, by: str) -> AreaChange:
        """Put `new` in the place of `old` and remember both."""
        self._swap([area.code for area in old], new)
        row = self._connection.execute(
            insert(tables.area_change)
            .values(at=datetime.now(UTC), by=by, kind=kind.value, after=[area.code for area in new])
            .returning(tables.area_change)
        ).one()
        if old:
            formers = [{"change": row.id, **_values(area)} for area in old]
            self._connection.execute(insert(tables.area_former), formers)
        if kind is not AreaChangeKind.IMPORT:
            AuditLog(self._connection).add(
                by, f"area.{kind.value}", f"area_change/{row.id}", {"after": list(row.after)}
            )
        return _change(row, old)

    def take_back(self, change: int, *, by: str) -> AreaChange:
        """Undo a split or merger: its areas are as they were before; that is a change too.

        Raises
        ------
        Conflict
            It is not the newest change, or no split or merger.
        """
        newest = self._connection.execute(select(tables.area_change).order_by(tables.area_change.c.id.desc())).first()
        if newest is None or newest.id != change or newest.kind not in (AreaChangeKind.SPLIT, AreaChangeKind.MERGE):
            raise Conflict(say("store.no_area_change"))
        now = {area.code: area for area in self.list()}
        return self.change(AreaChangeKind.UNDO, [now[code] for code in newest.after], self._formers(change), by=by)

    def _swap(self, old: Sequence[str], new: Collection[Area]) -> None:
        if old:
            for code in old:
                self._connection.execute(delete(tables.area).where(tables.area.c.code == code))
        if new:
            self._connection.execute(insert(tables.area), [_row(area) for area in new])

    def list(self) -> tuple[Area, ...]:
        """Return all areas, widest level first, then by code."""
        return _ordered(_area(row) for row in self._connection.execute(select(tables.area)).all())

    def in_box(self, box: Box) -> tuple[Area, ...]:
        """Return the areas whose bounding box meets the box, in the same order."""
        query = select(tables.area).where(in_box(self._connection, tables.area, box))
        return _ordered(_area(row) for row in self._connection.execute(query))

    def at(self, moment: datetime) -> tuple[Area, ...]:
        """Return the areas as they were at a moment, in the same order; before the first import none."""
        areas = {area.code: area for area in self.list()}
        table = tables.area_change
        later = select(table).where(table.c.at > moment).order_by(table.c.id.desc())
        for change in self._connection.execute(later).all():
            for code in change.after:
                areas.pop(code, None)
            areas |= {area.code: area for area in self._formers(change.id)}
        return _ordered(areas.values())

    def history(self) -> tuple[AreaChange, ...]:
        """Return all changes, the newest first."""
        rows = self._connection.execute(select(tables.area_change).order_by(tables.area_change.c.id.desc())).all()
        return tuple(_change(row, self._formers(row.id)) for row in rows)

    def codes_ever(self) -> frozenset[str]:
        """Return every code that an area has or had: none is given twice."""
        now = self._connection.execute(select(tables.area.c.code)).scalars()
        before = self._connection.execute(select(tables.area_former.c.code)).scalars()
        return frozenset(now) | frozenset(before)

    def _formers(self, change: int) -> tuple[Area, ...]:
        table = tables.area_former
        rows = self._connection.execute(select(table).where(table.c.change == change).order_by(table.c.id))
        return tuple(_area(row) for row in rows)


def _ordered(areas: Iterable[Area]) -> tuple[Area, ...]:
    return tuple(sorted(areas, key=lambda area: (area.level.depth, area.code)))


def _values(area: Area) -> dict[str, Any]:
    return {
        "code": area.code,
        "level": area.level.value,
        "name": area.name,
        "parent_code": area.parent_code,
        "polygon": area.polygon,
    }


def _row(area: Area) -> dict[str, Any]:
    return _values(area) | dict(zip(("west", "south", "east", "north"), area.polygon.bounds, strict=True))


def _area(row: Row[Any]) -> Area:
    return Area(
        code=AreaCode(row.code),
        level=AreaLevel(row.level),
        name=row.name,
        parent_code=AreaCode(row.parent_code) if row.parent_code is not None else None,
        polygon=row.polygon,
    )


def _change(row: Row[Any], old: Iterable[Area]) -> AreaChange:
    return AreaChange(
        id=row.id,
        at=row.at,
        by=row.by,
        kind=AreaChangeKind(row.kind),
        before=tuple((area.code, area.name) for area in old),
        after=tuple(AreaCode(code) for code in row.after),
    )


def _same(one: Area, other: Area) -> bool:
    plain = (one.level, one.name, one.parent_code) == (other.level, other.name, other.parent_code)
    return plain and bool(to_wkb(one.polygon) == to_wkb(other.polygon))
