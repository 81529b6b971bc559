"""What was found wrong at a site, what was handed over for it, and how it was put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from gridplan.model.record import RoundId
from gridplan.model.round import VisitId
from gridplan.model.site import SiteId
from gridplan.model.words import Text

FindingId = NewType("FindingId", str)
"""The sender's own key (a UUID): a finding sent twice is one."""


class FindingState(StrEnum):
    """A finding is open until it is struck off (销号); how often it was opened again is counted beside it."""

    OPEN = "open"
    CLOSED = "closed"


class NoticeKind(StrEnum):
    """Which paper was handed over: 责令整改, 停办通知, 告知单, 抄告单, 查封, 停业整顿."""

    RECTIFY = "rectify"
    STOP = "stop"
    INFORM = "inform"
    COPY = "copy"
    SEAL = "seal"
    SUSPEND = "suspend"


class FindingAction(StrEnum):
    """One step of a finding's way. `passed` and `failed` are rechecks; only `closed` and `reopened` change its state."""

    FOUND = "found"
    NOTICE = "notice"
    DUE = "due"
    PASSED = "passed"
    FAILED = "failed"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong at a site. `at` is local time; `due` the last day to put it right, None = no day was set.

    `category` is a key of the office's categories. `result` is the key of the result it came with, "" for one that was typed
    in at the desk. `closed_at` is None while it is open.
    """

    id: FindingId
    round: RoundId
    site: SiteId
    visit: VisitId
    category: str
    text: str
    by: str
    at: datetime
    state: FindingState = FindingState.OPEN
    due: date | None = None
    photos: tuple[str, ...] = ()
    reopened: int = 0
    result: str = ""
    closed_at: datetime | None = None

    def overdue(self, day: date) -> bool:
        """Whether it is still open on `day` and its last day is over."""
        return self.state is FindingState.OPEN and self.due is not None and self.due < day


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A paper handed over for a finding. `number` is unique in the office; `to` who took it, `due` until when it asks."""

    number: str
    kind: NoticeKind
    finding: FindingId
    due: date | None
    to: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingEvent:
    """One step of a finding's way, never changed afterwards. `due` is the day it set; `result` the key of the result it came from."""

    finding: FindingId
    at: datetime
    by: str
    action: FindingAction
    note: str = ""
    due: date | None = None
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of problem of the office's list. `notice` is the paper usually handed over, `days` the days to put it right."""

    key: str
    name: Text
    notice: NoticeKind | None = None
    days: int = 7


Categories = Mapping[str, Category]
