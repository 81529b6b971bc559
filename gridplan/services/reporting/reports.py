"""Daily and weekly reports: made as of a day, with what the head typed, on four papers, and kept as they were sent up."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from gridplan.model.books import Report, ReportKind
from gridplan.model.errors import InputError, NotFound
from gridplan.model.place import AreaCode, AreaLevel
from gridplan.model.record import User
from gridplan.model.report import NOTE_MAX, FrozenId, FrozenReport, NoteField, ReportNote
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.report.minimum import day_lines
from gridplan.report.narrative import build_report, seal
from gridplan.report.papers.excel import excel_file
from gridplan.report.papers.html import PAPER_CSS, Typed, body, html_file, rows_html
from gridplan.report.papers.pdf import pdf_file
from gridplan.report.papers.word import word_file
from gridplan.report.spans import moment_of, span_of
from gridplan.services.accounts import rights
from gridplan.services.desk import Desk
from gridplan.services.reporting.books import Moment, at_moment, books_of, may_see, verdicts_at

STYLE = PAPER_CSS
FORMATS = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report with the moment it was made of. `waiting`: reports of phones that wait for the planner. `notes`: all that was typed."""

    report: Report
    moment: Moment
    waiting: int
    notes: tuple[ReportNote, ...]


def kind_of(text: str) -> ReportKind:
    """Return the kind that an address asks for, or raise `InputError`."""
    try:
        return ReportKind(text or "daily")
    except ValueError:
        raise InputError(say("books.bad_kind", kind=text)) from None


def make_report(
    desk: Desk,
    kind: ReportKind,
    day: date | None = None,
    *,
    area: str | None = None,
    language: str = "zh",
    round_id: int | None = None,
    reader: User | None = None,
) -> Made:
    """Return the report on a day (None = today) or its week, of the reader's own area where none is named.

    Raises
    ------
    NotFound
        Nothing was published then, or the area is not the reader's.
    """
    span = span_of(kind, day or desk.today())
    moment = at_moment(desk, round_id=round_id, as_of=moment_of(span, desk.now()))
    if kind is ReportKind.ROUND:  # as of that day, on all days of the round
        span = span_of(kind, span.last, moment.plan.round.workdays)
    area = area or (reader.area if reader else None)
    may_see(moment, reader, area)
    books = books_of(desk, moment)
    lines = {str(line.code): line for line in moment.lines if line.level is not None}
    whole = moment.line(area or "*")
    if whole is not None:
        lines[""] = whole
    with desk.store.reading() as t:
        notes = t.reports.notes(moment.round_id, kind, span.first, area or "")
        waiting = len(t.parcels.waiting(moment.round_id))
    typed = {(note.about, note.field.value): note.text for note in notes}
    days = day_lines(moment.plan, books.results, moment.as_of, verdicts_at(desk, moment, books.results))
    report = build_report(books, lines, days, span, area=area, language=language, typed=typed)
    return Made(report=report, moment=moment, waiting=waiting, notes=notes)


def save_notes(desk: Desk, made: Made, typed: Mapping[tuple[str, str], str], *, by: str) -> int:
    """Keep what was typed into a report: (area code, field) → words. What did not change is not kept again; return how many did.

    Raises
    ------
    InputError
        The words are too long, or nothing can be typed there.
    Forbidden
        `by` may not write reports.
    """
    report = made.report
    known = {(note.about, note.field.value): note.text for note in made.notes}
    open_to = {
        (code, field)
        for section in report.sections
        if section.grid
        for code in section.grid.codes
        for field in section.grid.typed
        if field
    }
    changed = 0
    with desk.store.transaction() as t:
        rights.ask(t, by, Right.REPORT, codes=_codes(made))
        for (about, field), text in typed.items():
            clean = re.sub(r"[^\S\n]+", " ", text.replace("\r\n", "\n")).strip()
            if clean == known.get((about, field), ""):
                continue
            if (about, field) not in open_to:
                raise InputError(say("books.not_typed"))
            if len(clean) > NOTE_MAX:
                raise InputError(say("books.too_long", most=NOTE_MAX, n=len(clean)))
            t.reports.note(
                ReportNote(
                    round=made.moment.round_id,
                    kind=report.kind,
                    first=report.span.first,
                    area=report.area,
                    about=about,
                    field=NoteField(field),
                    text=clean,
                    by=by,
                    at=datetime.now(UTC),
                )
            )
            changed += 1
    return changed


def _codes(made: Made) -> list[AreaCode]:
    """Return the areas that a report's area lies in: who is bound to one of them may write it."""
    by_code = {area.code: area for area in made.moment.areas}
    found, at = [], by_code.get(AreaCode(made.report.area))
    while at is not None:
        found.append(at.code)
        at = by_code.get(at.parent_code) if at.parent_code else None
    return found


def freeze(desk: Desk, made: Made, *, by: str) -> FrozenReport:
    """Keep a report as it is sent up. Its sums must agree.

    Raises
    ------
    InputError
        A sum does not agree: the books must be put right first.
    Forbidden
        `by` may not write reports.
    """
    wrong = [check.text for check in made.report.checks if not check.agrees]
    if wrong:
        raise InputError(say("books.sums_differ", what="；".join(wrong)))
    with desk.store.transaction() as t:
        rights.ask(t, by, Right.REPORT, codes=_codes(made))
        return t.reports.freeze(made.report, round_id=made.moment.round_id, plan_id=made.moment.head.id, by=by)


def frozen_reports(desk: Desk, made: Made) -> tuple[FrozenReport, ...]:
    """Return the reports of this kind and area that were sent up, the newest first."""
    with desk.store.reading() as t:
        return t.reports.frozen(round_id=made.moment.round_id, kind=made.report.kind, area=made.report.area)


def frozen_report(desk: Desk, id: int, *, reader: User | None = None) -> tuple[FrozenReport, Report]:
    """Return a report as it was sent up; its seal is reckoned again.

    Raises
    ------
    NotFound
        There is none, or it is not the reader's.
    InputError
        What is stored is not what was sealed.
    """
    with desk.store.reading() as t:
        head, report = t.reports.get(FrozenId(id))
        own = rights.subtree(t.areas.list(), reader.area if reader else None)
    if own is not None and head.area not in own:
        raise NotFound(say("books.no_report", report=id))
    if seal(replace(report, sha256="")) != head.sha256:
        raise InputError(say("books.broken_seal", report=id))
    return head, report


def paper(report: Report, typed: Typed | None = None) -> str:
    """Return a report as the markup of its paper; `typed` gives what stands in a cell that is typed."""
    return body(report, typed=typed)


def rows(report: Report) -> str:
    """Return where every number comes from, as markup."""
    return rows_html(report)


def choices(made: Made, reader: User | None) -> list[tuple[str, str]]:
    """Return (code, name) of the areas a report can be on, down to communities; ("", "") is the whole district."""
    own = rights.subtree(made.moment.areas, reader.area if reader else None)
    found = [
        (str(one.code), one.name)
        for one in made.moment.areas
        if one.level is not AreaLevel.CELL and (own is None or one.code in own)
    ]
    return [*([("", "")] if own is None else []), *found]


def report_file(report: Report, format: str) -> tuple[bytes, str, str]:
    """Return a report as (content, media type, file name).

    Raises
    ------
    InputError
        There is no such format, or the library for it is not there.
    """
    if format not in FORMATS:
        raise InputError(say("books.bad_format", format=format))
    if format == "html":
        content = html_file(report).encode()
    elif format == "docx":
        content = word_file(report)
    elif format == "pdf":
        content = pdf_file(report)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.xlsx"
            excel_file(path, report)
            content = path.read_bytes()
    name = re.sub(r'[\\/:*?"<>|\s]+', "", f"{report.title}{report.span.last:%Y%m%d}")
    return content, FORMATS[format], f"{name}.{format}"
