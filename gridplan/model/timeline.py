"""一户一档: all that is known of one site, each value with where it came from, and what happened there in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gridplan.model.words import Text


class Happening(StrEnum):
    """What an entry of the timeline is."""

    SOURCE = "source"
    PLANNED = "planned"
    VISIT = "visit"
    FAILED = "failed"
    FINDING = "finding"
    STEP = "step"
    NOTICE = "notice"
    PHOTO = "photo"
    LISTED = "listed"
    LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `at` is local; a day without hour is a date. `photo` is the key of a picture, "" for none."""

    at: datetime | date
    kind: Happening
    text: Text
    note: str = ""
    who: str = ""
    photo: str = ""

    @property
    def day(self) -> date:
        """The day of the entry."""
        return self.at.date() if isinstance(self.at, datetime) else self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of the site: its field's name, where it came from, and what other rows say instead."""

    name: Text
    value: str
    source: str
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """The file of one site. `owner` answers for its smallest area that has one; never a phone or a complainant."""

    id: str
    name: str
    place: str
    owner: str
    values: tuple[Value, ...]
    entries: tuple[Entry, ...]
    visits: int
    open: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One site in the ledger (台账)."""

    id: str
    name: str
    kind: str
    address: str
    uscc: str
    township: str
    community: str
    cell: str
    owner: str
    licence_class: str
    standing: str
    status: str
    sources: int
    visits: int
    last_day: date | None
    last_outcome: str
    found: int
    open: int
    notices: int
    lists: str
