"""What the office keeps of its reports: what the head typed, and reports as they were sent up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from gridplan.model.books import ReportKind
from gridplan.model.record import PlanId, RoundId

FrozenId = NewType("FrozenId", int)
NOTE_MAX = 500


class NoteField(StrEnum):
    """What is typed for an area that is late: 原因, 措施."""

    REASON = "reason"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNote:
    """What somebody typed into a report: for the area `about`. The newest of each field holds; the earlier ones are kept."""

    round: RoundId
    kind: ReportKind
    first: date
    area: str
    about: str
    field: NoteField
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenReport:
    """A report as it was sent up: never changed. `number` counts those of a round, kind and area; `as_of` is local time.

    `sha256` is the hash of all that stands in it; `at` is UTC.
    """

    id: FrozenId
    round: RoundId
    plan: PlanId
    kind: ReportKind
    area: str
    first: date
    last: date
    number: int
    language: str
    as_of: datetime
    sha256: str
    by: str
    at: datetime
