"""Folders for the tests of the intake: one file of tests/data/intake under the name it has in an input folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import xlsxwriter

from gridplan.intake.register import Register, read_sites
from gridplan.intake.settings import ColumnMapping
from gridplan.model.round import Round
from tests.builders import round_

DATA = Path(__file__).resolve().parents[1] / "data" / "intake"
EXTENT = (116.3, 39.8, 116.5, 40.0)


def put(folder: Path, name: str, as_: str) -> Path:
    """Copy a test file into a folder under another name."""
    return Path(shutil.copy(DATA / name, folder / as_))


def register(folder: Path, name: str, *, mapping: ColumnMapping | None = None, round: Round | None = None) -> Register:
    """Read a test file as the list of sites."""
    put(folder, name, "sites" + Path(name).suffix)
    return read_sites(folder, mapping or ColumnMapping(), round or round_(), EXTENT)


def codes(register: Register) -> list[str]:
    """The codes of all complaints."""
    return [complaint.code for complaint in register.complaints]


def workbook(folder: Path, rows: list[list[Any]], *, name: str = "sites.xlsx") -> Path:
    """Write a sheet with these cells."""
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path
