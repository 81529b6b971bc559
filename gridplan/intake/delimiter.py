"""What parts the cells of a csv file: a comma, or a semicolon or tab where the header leaves no doubt."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import islice

from gridplan.intake.columns import Columns
from gridplan.intake.tables import HEAD_ROWS, known_keys
from gridplan.model.errors import InputError
from gridplan.model.words import say

COMMA, SEMICOLON, TAB = ",", ";", "\t"
_OTHERS = (SEMICOLON, TAB)
_FOREIGN = (*_OTHERS, "|", "；", "，", "、")
_SURE = 2


def find_delimiter(file: str, text: str, columns: Columns) -> str:
    """Return what parts the cells: semicolon or tab only where they give more known columns, two at least, than the comma.

    Raises
    ------
    InputError
        No comma parts anything and nothing else surely does.
    """
    if not columns.names:
        return COMMA
    head = list(islice(io.StringIO(text, newline=""), HEAD_ROWS))
    rows = {mark: _rows(head, mark) for mark in (COMMA, *_OTHERS)}
    known = {mark: max((known_keys(row, columns) for row in found), default=0) for mark, found in rows.items()}
    best = max(_OTHERS, key=lambda mark: known[mark])
    if known[best] > known[COMMA] and known[best] >= _SURE:
        return best
    if not known[COMMA] and (line := _one_piece(rows[COMMA])):
        raise InputError(say("intake.no_commas", file=file, line=line))
    return COMMA


def _rows(lines: Sequence[str], mark: str) -> list[list[str]]:
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=mark)]
    except csv.Error:  # a cell without end: told when the whole file is read
        return []


def _one_piece(rows: Sequence[Sequence[str]]) -> str:
    """Return the first line with text where all lines are in one piece and it has other marks; "" else."""
    filled = [row for row in rows if any(row)]
    if not filled or any(len(row) > 1 for row in filled):
        return ""
    return filled[0][0] if any(mark in filled[0][0] for mark in _FOREIGN) else ""
