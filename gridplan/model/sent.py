"""What a phone sends of one visit, and what became of it: one parcel, applied whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gridplan.model.checklist import Answer
from gridplan.model.finding import NoticeKind
from gridplan.model.place import LonLat
from gridplan.model.result import VisitResult
from gridplan.model.words import Text


class Taken(StrEnum):
    """What became of a parcel. `conflict` waits for the planner; `refused` is kept with the reason and changes nothing."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFinding:
    """A finding as it is sent. `notice` is the paper handed over, None where there was none; `due` the day it sets."""

    key: str
    category: str
    text: str
    notice: NoticeKind | None = None
    due: date | None = None
    to: str = ""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRecheck:
    """What a follow-up found of one finding: `passed` strikes it off; otherwise it stays open until `due`, the new last day."""

    finding: str
    passed: bool
    note: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A result with all that belongs to it. `arrived` (WGS-84) and `arrived_at` (local) are None where the phone was not asked."""

    result: VisitResult
    arrived_at: datetime | None = None
    arrived: LonLat | None = None
    answers: tuple[Answer, ...] = ()
    findings: tuple[SentFinding, ...] = ()
    rechecks: tuple[SentRecheck, ...] = ()
    checklist_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReceipt:
    """What became of the parcel with that key; `hash` is the SHA-256 of what was sent, `why` is None where it was applied."""

    key: str
    hash: str
    state: Taken
    why: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo as it is listed, without its bytes. `key` is the phone's own; `finding` and `result` are keys of theirs, "" = not yet."""

    key: str
    finding: str
    result: str
    name: str
    media_type: str
    sha256: str
    size: int
    taken: datetime | None
    by: str
