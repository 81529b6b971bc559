"""Reads the sheet of an xlsx file that holds the list: checked before it is unpacked, numbers and dates as text."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gridplan.intake.clean import whole_number_text
from gridplan.intake.columns import Columns
from gridplan.intake.files import check_size
from gridplan.intake.tables import Flaw, Table, column_letter, find_header, known_keys, make_table, table_complaint
from gridplan.model.errors import InputError, Severity
from gridplan.model.words import say

MAX_UNPACKED = 500_000_000
MAX_RATIO = 150
SMALL = 20_000_000
"""Below this an unusual ratio is harmless."""
MAX_CELLS = 20_000_000
"""One cell in the last corner of a sheet would make the reader fill a table of 17 thousand million."""
_CELL = re.compile(rb'<(?:\w+:)?c\b([^>]*?)\br="([A-Z]{1,3})(\d+)"([^>]*?)(/?)>\s*(<(?:\w+:)?f\b)?')
_UNREADABLE = (OSError, EOFError, ValueError, RuntimeError, OverflowError, struct.error, zlib.error)
"""What the reader of archives raises where one lies about itself: an offset before the file, a size, an unknown method."""
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(slots=True, kw_only=True)
class _Scan:
    """What the XML of a sheet tells and the reader does not: formulas by column, error cells, the table's size."""

    formulas: dict[int, list[int]] = field(default_factory=dict)
    errors: list[tuple[int, int]] = field(default_factory=list)
    rows: int = 0
    columns: int = 0


def read_workbook(path: Path, columns: Columns) -> Table:
    """Read the visible sheet that knows most columns; other sheets that look like lists are told.

    Raises
    ------
    InputError
        No xlsx, damaged, protected by a password, or unpacking to an absurd size.
    """
    check_size(path)
    try:
        scans = _scans(path)
        with CalamineWorkbook.from_path(path) as workbook:
            sheets = {
                sheet.name: _read_sheet(workbook.get_sheet_by_name(sheet.name))
                for sheet in workbook.sheets_metadata
                if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
            }
    except (CalamineError, RuntimeError, ValueError, OSError) as error:
        raise InputError(say("intake.damaged", file=path.name, why=error)) from None
    return _choose(path.name, sheets, scans, columns)


def _scans(path: Path) -> dict[str, _Scan]:
    """Return what the XML of each sheet tells, by the sheet's name, after the archive was checked."""
    with path.open("rb") as file:  # what fails from here on is the content, not the right to read it
        try:
            with zipfile.ZipFile(file) as archive:
                _refuse_bomb(path.name, archive)
                return {name: _scan(path.name, archive.read(part)) for name, part in _sheet_parts(archive).items()}
        except (zipfile.BadZipFile, KeyError):
            raise InputError(say("intake.wrong_content", file=path.name, kind="xlsx")) from None
        except (*_UNREADABLE, ElementTree.ParseError) as error:
            raise InputError(say("intake.damaged", file=path.name, why=error)) from None


def _refuse_bomb(file: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * packed):
        raise InputError(say("intake.zip_bomb", file=file, mb=unpacked // 1_000_000))
    if archive.testzip():  # a size that lies in the directory shows up as a wrong checksum
        raise InputError(say("intake.damaged", file=file, why="CRC"))


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of the archive that holds each sheet, by the sheet's name."""
    links = {
        link.get("Id", ""): link.get("Target", "")
        for link in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    parts = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet") and (target := links.get(element.get(_LINK, ""))):
            parts[element.get("name", "")] = target.removeprefix("/") if target[0] == "/" else f"xl/{target}"
    return parts


def _scan(file: str, xml: bytes) -> _Scan:
    scan = _Scan()
    for before, letters, digits, after, closed, formula in _CELL.findall(xml):
        if closed:
            continue
        row, column = int(digits) - 1, 0
        for letter in letters:
            column = column * 26 + letter - 64
        scan.rows, scan.columns = max(scan.rows, row + 1), max(scan.columns, column)
        if formula:
            scan.formulas.setdefault(column - 1, []).append(row)
        if b't="e"' in before or b't="e"' in after:
            scan.errors.append((row, column - 1))
    if scan.rows * scan.columns > MAX_CELLS:
        raise InputError(say("intake.too_wide", file=file, rows=scan.rows, columns=scan.columns))
    return scan


def _read_sheet(sheet: CalamineSheet) -> tuple[list[list[str]], list[Flaw]]:
    """Return a sheet's cells as text from its first cell on, and the numbers that cannot be text."""
    cells: list[list[str]] = []
    flaws: list[Flaw] = []
    for number, record in enumerate(sheet.to_python(skip_empty_area=False)):
        row = []
        for index, value in enumerate(record):
            text = _text(value)
            if text is None:
                flaws.append(
                    Flaw(row=number, column=index, value=repr(value), code="lost_digits", severity=Severity.WARNING)
                )
            row.append(text or "")
        cells.append(row)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and bottom < len(cells):  # a cell merged downwards speaks for every row beside it
            for row_number in range(top + 1, bottom + 1):
                cells[row_number][left] = cells[top][left]
    return cells, flaws


def _text(value: Any) -> str | None:
    """Return a cell as text, None for a number that is too large to be exact."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return whole_number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    raise TypeError(type(value).__name__)


def _choose(
    file: str, sheets: dict[str, tuple[list[list[str]], list[Flaw]]], scans: dict[str, _Scan], columns: Columns
) -> Table:
    filled = {name: sheet for name, sheet in sheets.items() if any(any(row) for row in sheet[0])}
    if not filled:
        raise InputError(say("intake.empty_file", file=file))
    scores = {name: known_keys(find_header(cells, columns)[2], columns) for name, (cells, _) in filled.items()}
    chosen = max(filled, key=lambda name: scores[name])  # the first one of equals
    cells, flaws = filled[chosen]
    scan = scans.get(chosen, _Scan())
    for column, rows in sorted(scan.formulas.items()):
        text = f"{column_letter(column)}{rows[0] + 1}…{rows[-1] + 1}" if len(rows) > 1 else ""
        flaws.append(Flaw(row=rows[0], column=column, value=text, code="formula", severity=Severity.INFO))
    flaws += [
        Flaw(row=row, column=column, value="", code="error_cell", severity=Severity.WARNING)
        for row, column in scan.errors
    ]
    table = make_table(file, cells, sorted(flaws, key=lambda flaw: (flaw.row, flaw.column)), columns, shifts=False)
    unread = [name for name, score in scores.items() if name != chosen and score > 1]
    if not unread:
        return table
    note = table_complaint(file, 0, "", "、".join(unread), "other_sheets", Severity.WARNING)
    return replace(table, complaints=(note, *table.complaints))
