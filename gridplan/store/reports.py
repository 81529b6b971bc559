"""Reports in the store: typed words only ever grow, and a report that was sent up is kept as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from gridplan.model.books import Report, ReportKind
from gridplan.model.errors import NotFound
from gridplan.model.record import PlanId, RoundId
from gridplan.model.report import FrozenId, FrozenReport, NoteField, ReportNote
from gridplan.model.words import say
from gridplan.store import report_tables as tables
from gridplan.store.codec import decode, encode
from gridplan.store.people import AuditLog


class Reports:
    """What was typed into reports, and the reports that were sent up."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, note: ReportNote) -> None:
        """Keep what somebody typed; the earlier words stay in the history."""
        self._connection.execute(
            insert(tables.report_note).values(
                round_id=note.round,
                kind=note.kind.value,
                first=note.first,
                area=note.area,
                about=note.about,
                field=note.field.value,
                text=note.text,
                by=note.by,
                at=note.at,
            )
        )
        detail = {
            "kind": note.kind.value,
            "first": note.first.isoformat(),
            "about": note.about,
            "field": note.field.value,
        }
        AuditLog(self._connection).add(note.by, "report.note", f"round/{note.round}", detail)

    def notes(
        self, round_id: RoundId, kind: ReportKind, first: date, area: str, *, until: datetime | None = None
    ) -> tuple[ReportNote, ...]:
        """Return all that was typed into one report, the earliest first; the last of each area and field holds."""
        table = tables.report_note
        query = select(table).where(
            table.c.round_id == round_id, table.c.kind == kind.value, table.c.first == first, table.c.area == area
        )
        if until is not None:
            query = query.where(table.c.at <= until)
        return tuple(_note(row) for row in self._connection.execute(query.order_by(table.c.id)))

    def freeze(self, report: Report, *, round_id: RoundId, plan_id: PlanId, by: str) -> FrozenReport:
        """Keep a report as it is, under the next number; one that says the same as the newest of its days is that one."""
        table = tables.report
        same = (table.c.round_id == round_id, table.c.kind == report.kind.value, table.c.area == report.area)
        earlier = self._connection.execute(
            select(*_HEAD)
            .where(*same, table.c.first == report.span.first, table.c.language == report.language)
            .order_by(table.c.id.desc())
            .limit(1)
        ).first()
        if earlier is not None and earlier.sha256 == report.sha256:
            return _frozen(earlier)
        number = (
            self._connection.execute(select(func.coalesce(func.max(table.c.number), 0)).where(*same)).scalar_one() + 1
        )
        row = self._connection.execute(
            insert(table)
            .values(
                round_id=round_id,
                plan_id=plan_id,
                kind=report.kind.value,
                area=report.area,
                first=report.span.first,
                last=report.span.last,
                number=number,
                language=report.language,
                as_of=report.as_of,
                sha256=report.sha256,
                payload=encode(report),
                by=by,
                at=datetime.now(UTC),
            )
            .returning(*_HEAD)
        ).one()
        AuditLog(self._connection).add(by, "report.freeze", f"report/{row.id}", {"sha256": report.sha256})
        return _frozen(row)

    def frozen(
        self, *, round_id: RoundId | None = None, kind: ReportKind | None = None, area: str | None = None
    ) -> tuple[FrozenReport, ...]:
        """Return the reports that were sent up, the newest first."""
        table = tables.report
        query = select(*_HEAD)
        if round_id is not None:
            query = query.where(table.c.round_id == round_id)
        if kind is not None:
            query = query.where(table.c.kind == kind.value)
        if area is not None:
            query = query.where(table.c.area == area)
        return tuple(_frozen(row) for row in self._connection.execute(query.order_by(table.c.id.desc())))

    def get(self, report: FrozenId) -> tuple[FrozenReport, Report]:
        """Return a report that was sent up, or raise `NotFound`."""
        row = self._connection.execute(select(tables.report).where(tables.report.c.id == report)).first()
        if row is None:
            raise NotFound(say("books.no_report", report=report))
        return _frozen(row), decode(Report, row.payload)


_HEAD = [column for column in tables.report.c if column.name != "payload"]


def _note(row: Row[Any]) -> ReportNote:
    return ReportNote(
        round=RoundId(row.round_id),
        kind=ReportKind(row.kind),
        first=row.first,
        area=row.area,
        about=row.about,
        field=NoteField(row.field),
        text=row.text,
        by=row.by,
        at=row.at,
    )


def _frozen(row: Row[Any]) -> FrozenReport:
    return FrozenReport(
        id=FrozenId(row.id),
        round=RoundId(row.round_id),
        plan=PlanId(row.plan_id),
        kind=ReportKind(row.kind),
        area=row.area,
        first=row.first,
        last=row.last,
        number=row.number,
        language=row.language,
        as_of=row.as_of,
        sha256=row.sha256,
        by=row.by,
        at=row.at,
    )
