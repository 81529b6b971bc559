"""Writes what a screening found: one book for the office, a hand-over list for each area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gridplan.model.screening import Screened, Trade
from gridplan.model.words import say
from gridplan.report.files import Book, fit

_LIST = (
    ("number", 6),
    ("area", 16),
    ("name", 34),
    ("address", 40),
    ("trade", 10),
    ("score", 7),
    ("reasons", 60),
    ("phone", 16),
    ("uscc", 22),
    ("status", 10),
    ("rows", 12),
)
_HAND_OVER = (
    ("number", 6),
    ("name", 34),
    ("address", 44),
    ("trade", 10),
    ("reasons", 60),
    ("phone", 16),
    ("uscc", 22),
    ("done", 24),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One business of a list: the area it belongs to, and the reasons in words."""

    area: str
    found: Screened
    reasons: str


def write_book(path: Path, lines: Sequence[Line], closed: Sequence[Line], sample: Sequence[Line]) -> None:
    """Write the summary by area and trade with one total, the whole list, the closed ones, and a sample of what was left out."""
    book = Book(path)
    trades = list(Trade)
    header = [say("screen.column_area").zh, *(say(f"screen.trade_{trade}").zh for trade in trades)]
    sheet = book.sheet(
        "screen.sheet_summary", [*header, say("screen.column_count").zh], (24, *(12 for _ in trades), 10)
    )
    areas: dict[str, dict[Trade | None, int]] = {}
    for line in lines:
        counts = areas.setdefault(line.area, {})
        counts[line.found.trade] = counts.get(line.found.trade, 0) + 1
    rows = sorted(areas.items(), key=lambda item: item[0])
    total: dict[Trade | None, int] = {trade: sum(counts.get(trade, 0) for _, counts in rows) for trade in trades}
    for number, (area, counts) in enumerate([*rows, (say("screen.total").zh, total)], 1):
        style = book.bold if number > len(rows) else book.plain
        sheet.write_string(number, 0, fit(area), style)
        for column, trade in enumerate(trades, 1):
            sheet.write_number(number, column, counts.get(trade, 0), style)
        sheet.write_number(number, len(trades) + 1, sum(counts.values()), style)
    for name, some in (("list", lines), ("closed", closed), ("sample", sample)):
        _write_list(book, f"screen.sheet_{name}", some, _LIST)
    book.close()


def write_hand_over(path: Path, lines: Sequence[Line]) -> None:
    """Write the list of one area, with a column for what was found there."""
    book = Book(path)
    _write_list(book, "screen.sheet_list", lines, _HAND_OVER)
    book.close()


def _write_list(book: Book, name: str, lines: Sequence[Line], columns: Sequence[tuple[str, int]]) -> None:
    sheet = book.sheet(name, [say(f"screen.column_{key}").zh for key, _ in columns], [width for _, width in columns])
    for number, line in enumerate(lines, 1):
        texts = _texts(line)
        for column, (key, _) in enumerate(columns):
            if key == "number":
                sheet.write_number(number, column, number, book.plain)
            elif key == "score":
                sheet.write_number(number, column, line.found.score, book.plain)
            else:
                sheet.write_string(number, column, fit(texts[key]), book.wrapped)


def _texts(line: Line) -> Mapping[str, str]:
    business, trade = line.found.business, line.found.trade
    return {
        "area": line.area,
        "name": business.name,
        "address": business.address,
        "trade": say(f"screen.trade_{trade}").zh if trade else "",
        "reasons": line.reasons,
        "phone": business.phone,
        "uscc": business.uscc,
        "status": business.status,
        "rows": "、".join(str(row.row) for row in (business.row, *line.found.merged)),
        "done": "",
    }
