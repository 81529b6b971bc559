"""Reads a table in any dress (csv, xlsx, geojson, gpkg) as rows of text; everything stays as it was written."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from gridplan.intake.clean import lost_digits
from gridplan.intake.columns import Columns
from gridplan.intake.delimiter import COMMA, TAB, find_delimiter
from gridplan.intake.features import read_geojson, read_gpkg
from gridplan.intake.files import READABLE, read_text
from gridplan.intake.tables import Flaw, Table, make_table, table_complaint
from gridplan.intake.workbook import read_workbook
from gridplan.model.errors import InputError, Severity
from gridplan.model.words import say

ANY = Columns(names={})
"""No known headers: the first row with text is the header."""


def read_table(path: Path, columns: Columns = ANY) -> Table:
    """Read a table; `columns` tells which headers to look for below title rows.

    Raises
    ------
    InputError
        The file is missing, empty, too large, damaged, not what its name says, or of a kind that is not read.
    """
    match path.suffix.lower():
        case ".csv":
            return _read_csv(path, columns)
        case ".xlsx":
            return read_workbook(path, columns)
        case ".geojson":
            return read_geojson(path)
        case ".gpkg":
            return read_gpkg(path)
    raise InputError(say("intake.not_supported", file=path.name, kinds="、".join(READABLE)))


def _read_csv(path: Path, columns: Columns) -> Table:
    text = read_text(path, "CSV")
    mark = find_delimiter(path.name, text, columns)
    # strict: a quote that never ends would swallow the rest of the file in silence
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=mark)
    cells: list[list[str]] = []
    flaws: list[Flaw] = []
    line = 1
    try:
        for number, record in enumerate(reader):
            line = reader.line_num + 1
            row = [cell.strip() for cell in record]
            for index, cell in enumerate(row):
                if cell[:1] == "=":
                    flaws.append(
                        Flaw(row=number, column=index, value=cell, code="formula_text", severity=Severity.INFO)
                    )
                elif "+" in cell and lost_digits(cell):
                    flaws.append(
                        Flaw(row=number, column=index, value=cell, code="lost_digits", severity=Severity.WARNING)
                    )
                    row[index] = ""
            cells.append(row)
    except csv.Error:
        raise InputError(say("intake.broken_csv", file=path.name, line=line)) from None
    table = make_table(path.name, cells, flaws, columns, shifts=True)
    if mark == COMMA:
        return table
    told = table_complaint(path.name, 0, "", mark, f"parted_by_{'tab' if mark == TAB else 'semicolon'}", Severity.INFO)
    return replace(table, delimiter=mark, complaints=(told, *table.complaints))
