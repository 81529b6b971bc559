"""What can go wrong, as a person reads it: bad calls are errors, bad rows are complaints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gridplan.model.words import Text


class GridplanError(Exception):
    """Base of every error a person may read. `text` holds both languages; `str()` is Chinese first."""

    exit_code = 1
    http_status = 500

    def __init__(self, text: Text) -> None:
        super().__init__(f"{text.zh} / {text.en}")
        self.text = text


class InputError(GridplanError):
    """A call, file or setting cannot be used; the text names file, row and field."""

    exit_code = 2
    http_status = 400


class NotFound(GridplanError):
    """The thing asked for does not exist, or not for this reader."""

    exit_code = 2
    http_status = 404


class Forbidden(GridplanError):
    """The reader is known and may not do this."""

    exit_code = 2
    http_status = 403


class Conflict(GridplanError):
    """Somebody or something else got there first; nothing was overwritten."""

    exit_code = 2
    http_status = 409


class Cancelled(GridplanError):
    """The work was stopped on request; nothing half-done was kept."""

    exit_code = 130
    http_status = 409


class Severity(StrEnum):
    """How much a complaint matters: `error` lost the row, `warning` needs a look, `info` only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing that is wrong with the input; the file still counts.

    `row` is counted as a person does: in a sheet the header is row 1, in a GeoJSON the first feature is 1;
    0 stands for the file as a whole. `code` is stable and dotted, e.g. `sites.swapped_lonlat`.
    """

    file: str
    row: int
    column: str
    value: str
    code: str
    severity: Severity
    text: Text


def rows_in_words(rows: Iterable[int], at_most: int = 30) -> str:
    """Return row numbers as a person writes them, runs joined: 2–5, 8; "…" after `at_most` runs."""
    runs: list[list[int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:at_most]]
    return ", ".join(shown) + ("…" if len(runs) > at_most else "")
