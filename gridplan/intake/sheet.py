"""Reads a table in any dress (csv, xlsx, geojson, gpkg) as rows of text; everything stays as it was written."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from gridplan.intake.clean import lost_digits
from gridplan.intake.columns import Columns
from gridplan.intake.features import read_geojson, read_gpkg
from gridplan.intake.files import READABLE, read_text
from gridplan.intake.tables import Flaw, Table, make_table
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
    # strict: a quote that never ends would swallow the rest of the file in silence
    reader = csv.reader(io.StringIO(read_text(path, "CSV"), newline=""), strict=True)
    cells: list[list[str]] = []
    flaws: list[Flaw] = []
    try:
        for number, record in enumerate(reader):
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
    except csv.Error as error:
        raise InputError(say("intake.broken_csv", file=path.name, line=reader.line_num, why=error)) from None
    return make_table(path.name, cells, flaws, columns, shifts=True)
