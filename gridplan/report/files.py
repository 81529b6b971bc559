"""Writes the files that people open in a spreadsheet or a map program; the same input gives the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from gridplan.model.coverage import CoverageRow
from gridplan.model.errors import Complaint
from gridplan.model.plan import Plan, RouteId
from gridplan.model.words import say
from gridplan.report.tables import CARD_HEADER, PLAN_HEADER, cards, plan_rows
from gridplan.report.tally import TOTAL

COVERAGE_HEADER = tuple(
    say(f"report.coverage_{name}").zh
    for name in (
        *("level", "code", "name", "parent", "owner", "promised", "planned", "unplanned", "review"),
        *("done", "overdue", "coverage", "first", "last", "teams"),
    )
)
COMPLAINT_HEADER = ("file", "row", "column", "value", "code", "severity", "zh", "en")

# A cell that begins so is a formula to a spreadsheet; the full-width forms are to some Chinese ones.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_FONT = "宋体"
_CREATED = datetime(2000, 1, 1)
_CELL_MAX = 32_767


def write_coverage_xlsx(path: Path, rows: Iterable[CoverageRow]) -> None:
    """Write the tally as one sheet 覆盖; the share is a number with per-cent format, the days are dates."""
    book = Book(path)
    sheet = book.sheet("report.sheet_coverage", COVERAGE_HEADER, (10, 20, 20, 16, 14, 8, 8, 8, 8, 8, 8, 9, 12, 12, 30))
    for number, row in enumerate(rows, 1):
        style = book.bold if row.code == TOTAL else book.plain
        for column, text in enumerate((_level(row), _code(row), row.name, row.parent, row.owner)):
            sheet.write_string(number, column, fit(text), style)
        figures = (row.promised, row.planned, row.unplanned, row.review, row.done, row.overdue)
        for column, figure in enumerate(figures, 5):
            sheet.write_number(number, column, figure, style)
        sheet.write_number(number, 11, round(row.coverage, 4), book.percent)
        for column, day in ((12, row.first_day), (13, row.last_day)):
            if day:
                sheet.write_datetime(number, column, datetime(day.year, day.month, day.day), book.date)
            else:
                sheet.write_blank(number, column, None, style)
        sheet.write_string(number, 14, fit("、".join(row.teams)), style)
    book.close()


def _level(row: CoverageRow) -> str:
    return say(f"glossary.{row.level}").zh if row.level else ""


def _code(row: CoverageRow) -> str:
    return "" if row.code == TOTAL else row.code


def write_plan_xlsx(path: Path, plan: Plan, people: Mapping[RouteId, Sequence[str]] | None = None) -> None:
    """Write the plan as two sheets: 安排, a row a visit, and 卡片, a row a team-day; `people` as in `tables.cards`."""
    book = Book(path)
    sheet = book.sheet("report.sheet_plan", PLAN_HEADER, (6, 22, 34, 12, 10, 34, 10, 28))
    for number, texts in enumerate(plan_rows(plan), 1):
        sheet.write_number(number, 0, number, book.plain)
        for column, text in enumerate(texts, 1):
            sheet.write_string(number, column, fit(text), book.wrapped)
    sheet = book.sheet("report.sheet_cards", CARD_HEADER, (12, 10, 18, 18, 18, 22, 64))
    for number, card in enumerate(cards(plan, people), 1):
        stops = "\n".join(
            say(
                "report.card_stop",
                seq=stop.seq,
                arrive=stop.arrive,
                leave=stop.leave,
                name=stop.name,
                address=stop.address,
            ).zh
            for stop in card.stops
        )
        day = datetime(card.date.year, card.date.month, card.date.day)
        sheet.write_datetime(number, 0, day, book.date)
        for column, text in enumerate((card.team, card.time, card.place, card.units, card.people, stops), 1):
            sheet.write_string(number, column, fit(text), book.wrapped)
    book.close()


def write_complaints_csv(path: Path, complaints: Iterable[Complaint]) -> None:
    """Write the complaints as UTF-8 with BOM, so that spreadsheets read the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COMPLAINT_HEADER)
        for item in complaints:
            texts = (item.column, item.value, item.code, item.severity.value, item.text.zh, item.text.en)
            writer.writerow([as_text(item.file), item.row, *map(as_text, texts)])


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a table of texts as UTF-8 with BOM, so that spreadsheets read the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows([as_text(cell) for cell in row] for row in rows)


def write_routes_geojson(path: Path, routes: Mapping[str, Any]) -> None:
    """Write the features of `maps.features.route_features`."""
    path.write_text(json.dumps(routes, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def as_text(value: str) -> str:
    """Return a cell of a CSV file so that a spreadsheet shows it as text and never reckons it: led by ' where needed."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def fit(text: str) -> str:
    """Cut what a cell cannot hold: the writer would leave the cell empty."""
    return text if len(text) <= _CELL_MAX else text[: _CELL_MAX - 1] + "…"


class Book:
    """A workbook with the office's formats. Text is never read as formula, link or number."""

    def __init__(self, path: Path) -> None:
        self._book = Workbook(
            str(path),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self._book.set_properties({"created": _CREATED})
        self.plain = self._format()
        self.bold = self._format(bold=True)
        self.wrapped = self._format(text_wrap=True)
        self.percent = self._format(num_format="0.0%")
        self.date = self._format(num_format="yyyy-mm-dd", align="left")
        self._head = self._format(bold=True, bg_color="#EDECE4", border=1, border_color="#B4B0A1", text_wrap=True)

    def _format(self, **properties: Any) -> Format:
        return self._book.add_format({"font_name": _FONT, "font_size": 11, "valign": "top"} | properties)

    def sheet(self, name: str, header: Sequence[str], widths: Sequence[float]) -> Worksheet:
        """Add a sheet with a frozen header, ready for A4 landscape."""
        sheet = self._book.add_worksheet(say(name).zh)
        for column, (text, width) in enumerate(zip(header, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, text, self._head)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&P / &N")
        return sheet

    def close(self) -> None:
        """Write the file."""
        self._book.close()
