"""Tables as text: rows by header, and how the header of a sheet is found below titles and in two rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridplan.intake.clean import fold, hide, is_total
from gridplan.intake.columns import Columns
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.place import Datum, LonLat
from gridplan.model.words import say

HEAD_ROWS = 20
"""The header is looked for in so many rows: offices put titles above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its number as a person counts, its cells by header, and its point where the file has geometry.

    `beyond` holds cells to the right of the last header: a comma too many has moved this row's values.
    """

    number: int
    values: Mapping[str, str]
    point: LonLat | None = None
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file as text. `has_points`: its points are geometry; `datum` is set where the file itself proves it.

    `skipped` lines below the header are no rows: sums, repeated heads and blank lines between rows.
    `delimiter` is what parts the cells of a csv file.
    """

    file: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    complaints: tuple[Complaint, ...] = ()
    datum: Datum | None = None
    has_points: bool = False
    skipped: int = 0
    delimiter: str = ","


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something wrong with one cell, before the header is known. `row` and `column` count from 0, row -1 = the sheet."""

    row: int
    column: int
    value: str
    code: str
    severity: Severity


def table_complaint(file: str, row: int, column: str, value: str, code: str, severity: Severity) -> Complaint:
    """Complain of a cell of any table; the words are `intake.<code>`."""
    value = hide(column, value)
    text = say(f"intake.{code}", column=column, value=value)
    return Complaint(file=file, row=row, column=column, value=value, code=f"table.{code}", severity=severity, text=text)


def column_letter(index: int) -> str:
    """Return a column as a spreadsheet names it: 0 → A, 26 → AA."""
    letters, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def known_keys(cells: Sequence[str], columns: Columns) -> int:
    """Return how many columns a row of cells would name as a header."""
    return len({meaning[0] for cell in cells if cell and (meaning := columns.meaning(cell))})


def find_header(cells: Sequence[Sequence[str]], columns: Columns) -> tuple[int, int, list[str]]:
    """Return the header's first row (from 0), how many rows it takes (1 or 2) and its texts.

    It is the row among the first 20 that names most columns, or two rows joined where those name more. Where no header
    is known, it is the first row with text.
    """
    first = next((index for index, row in enumerate(cells) if any(row)), 0)
    options = [(0, first, 1, list(cells[first]))]
    below: list[str] | None = None  # the row below the upper half of a head is no head of its own
    for top in range(first, min(HEAD_ROWS, len(cells))):
        if below is None:
            options.append((known_keys(cells[top], columns), top, 1, list(cells[top])))
        below = _joined(cells[top], cells[top + 1], columns) if top + 1 < len(cells) else None
        if below:
            options.append((known_keys(below, columns), top, 2, below))
    _, top, height, header = min(options, key=lambda option: (-option[0], -option[2], option[1]))
    return top, height, header


def _joined(upper: Sequence[str], lower: Sequence[str], columns: Columns) -> list[str] | None:
    """Return two header rows as one, None when the lower one cannot belong to a header.

    A merged head gives its text to its first cell only, so the empty cells to its right are its own.
    """
    if not known_keys(upper, columns) or not any(lower):
        return None
    width = max(len(upper), len(lower))
    upper, lower = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    joined, parent = [], ""
    for index, (above, below) in enumerate(zip(upper, lower, strict=True)):
        parent = above or parent
        spans = index + 1 < width and not upper[index + 1]
        if not below or fold(above) == fold(below):
            joined.append(above)
        elif above and not spans:
            return None  # a text below a head of its own: this is a row of data
        else:
            joined.append(below if _stands_alone(parent, below, columns) else parent + below)
    return joined


def _stands_alone(parent: str, below: str, columns: Columns) -> bool:
    """Whether a lower head means what it says: 街道 below 地址 does, 编号 below 营业执照 is the licence's."""
    above = columns.meaning(parent)
    return columns.meaning(below) is not None and (above is None or above[0] == "address")


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    """Return the headers, empty ones by their column letter and repeated ones numbered."""
    names: dict[str, None] = {}
    counts: dict[str, int] = {}
    for index, text in enumerate(header):
        name = " ".join(text.split()) or column_letter(index)
        count = counts.get(name, 0) + 1
        while (unique := name if count == 1 else f"{name}_{count}") in names:
            count += 1
        counts[name] = count
        names[unique] = None
    return tuple(names)


def _filled(row: Sequence[str]) -> int:
    """Return how many cells there are up to the last one with text."""
    return max((index + 1 for index, cell in enumerate(row) if cell), default=0)


def make_table(
    file: str, cells: Sequence[Sequence[str]], flaws: Sequence[Flaw], columns: Columns, *, shifts: bool
) -> Table:
    """Find the header of a sheet and return its rows; blank rows, sums (合计) and repeated headers are no rows.

    `shifts`: a cell beyond the header means that a row has moved, as in csv; in a workbook it is a column without head.

    Raises
    ------
    InputError
        There is no text in the sheet.
    """
    if not any(any(row) for row in cells):
        raise InputError(say("intake.empty_file", file=file))
    top, height, texts = find_header(cells, columns)
    width = _filled(texts) if shifts else max(_filled(row) for row in (texts, *cells[top + height :]))
    header = _unique([*texts, *[""] * width][:width])
    rows, skipped = [], 0
    end = max((index + 1 for index, row in enumerate(cells) if any(row)), default=0)
    for index in range(top + height, end):
        row = cells[index]
        first = next((cell for cell in row if cell), "")
        if not first or is_total(first) or list(row[:width]) == list(cells[top][:width]):
            skipped += 1
            continue
        beyond = tuple(cell for cell in row[width:] if cell)
        rows.append(Row(number=index + 1, values=dict(zip(header, row, strict=False)), beyond=beyond))
    complaints = [
        table_complaint(
            file,
            flaw.row + 1,
            header[flaw.column] if flaw.column < width else column_letter(flaw.column),
            flaw.value,
            flaw.code,
            flaw.severity,
        )
        for flaw in flaws
    ]
    return Table(file=file, header=header, rows=tuple(rows), complaints=tuple(complaints), skipped=skipped)
