"""The ledger (台账) of all sites as a workbook: one row a site, with what was found there and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from gridplan.model.timeline import LedgerRow
from gridplan.model.words import say
from gridplan.report.files import Book, fit

_COLUMNS = (
    ("name", 28),
    ("kind", 10),
    ("address", 36),
    ("uscc", 22),
    ("township", 12),
    ("community", 14),
    ("cell", 12),
    ("owner", 12),
    ("licence_class", 11),
    ("standing", 10),
    ("status", 8),
    ("sources", 8),
    ("visits", 8),
    ("last_day", 12),
    ("last_outcome", 10),
    ("found", 8),
    ("open", 8),
    ("notices", 8),
    ("lists", 10),
    ("id", 16),
)


def ledger_xlsx(path: Path, rows: Sequence[LedgerRow]) -> None:
    """Write the ledger: numbers are numbers, days are days, all else is text."""
    book = Book(path)
    header = (say("report.plan_number").zh, *(say(f"timeline.ledger_{name}").zh for name, _ in _COLUMNS))
    sheet = book.sheet("timeline.ledger", header, (6, *(width for _, width in _COLUMNS)))
    for number, row in enumerate(rows, 1):
        sheet.write_number(number, 0, number, book.plain)
        for column, (name, _) in enumerate(_COLUMNS, 1):
            value = getattr(row, name)
            if isinstance(value, int):
                sheet.write_number(number, column, value, book.plain)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), book.date)
            elif value:
                sheet.write_string(number, column, fit(value), book.wrapped)
    sheet.autofilter(0, 0, max(len(rows), 1), len(_COLUMNS))
    book.close()
