"""The books: figures with the rows they are counted from, the lines of coverage, and the report an office signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gridplan.model.place import AreaCode, AreaLevel


class ReportKind(StrEnum):
    """日报 tells of one day, 周报 of the week (Monday to Sunday) that holds the day, 总结 of all days of the round."""

    DAILY = "daily"
    WEEKLY = "weekly"
    ROUND = "round"


class Period(StrEnum):
    """What a figure counts: the days of the report, the whole round so far, or what stands at the moment `as_of`."""

    SPAN = "span"
    ROUND = "round"
    NOW = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days a report tells of, both included."""

    kind: ReportKind
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row that a figure counts. Rows of one figure with the same `id` are one. `day` is None for what only stands.

    `codes` are the areas it lies in. `who` is a team or a person, `text` what happened. No phone and no complainant is ever in it.
    """

    id: str
    day: date | None = None
    site: str = ""
    name: str = ""
    codes: tuple[AreaCode, ...] = ()
    who: str = ""
    text: str = ""


class Reckoned(StrEnum):
    """How a figure is made of two others: `share` = left / right, `difference` = left − right."""

    SHARE = "share"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of a report: the number of different ids among its rows, or made of two others.

    `key` is `statistic.period.area`: what it counts, when, and where ("" = all of the report's area). The rows stand in `facts`
    of the figure with area "", those of one area are among them. With `reckoned` it is the share or the difference of the
    figures `left` and `right`.
    """

    key: str
    value: float
    facts: tuple[Fact, ...] = ()
    reckoned: Reckoned | None = None
    left: str = ""
    right: str = ""

    def __post_init__(self) -> None:
        # A count is a number like any other: what is read again from the store must be what was sealed.
        object.__setattr__(self, "value", float(self.value))

    @property
    def statistic(self) -> str:
        """What it counts."""
        return self.key.split(".", 1)[0]

    @property
    def period(self) -> Period:
        """When."""
        return Period(self.key.split(".", 2)[1])

    @property
    def area(self) -> str:
        """Where; "" = all of the report's area."""
        return self.key.split(".", 2)[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverLine:
    """One area in the coverage table as of a moment.

    promised = done + ahead + overdue + unplanned. `today`: done on the moment's own day. `behind`: planned for the days before
    it − done of all (below 0 = ahead of the plan). `speed`: done a day in the last days worked, None before the first is over;
    `finish`: the day it will be complete at that speed, None when not within the round, then `days_late` working days are
    missing, or the speed is 0. `laggard`: marked as late; `started`: whether anything was done.
    """

    level: AreaLevel | None
    code: AreaCode
    name: str
    parent: str
    owner: str
    promised: int
    done: int
    today: int
    ahead: int
    overdue: int
    unplanned: int
    review: int
    behind: int
    open: int
    open_overdue: int
    speed: float | None
    finish: date | None
    days_late: int | None
    laggard: bool
    started: bool

    @property
    def coverage(self) -> float:
        """done / promised, 0…1; 1 when nothing is promised."""
        return self.done / self.promised if self.promised else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """One day of the round: visits that count for the rule as planned and as done, and team-days.

    `plan_kept` and `kept`: whether the daily minimum holds on the plan and in fact, None where it asks nothing of the day or the
    day is not over.
    """

    day: date
    planned: int
    done: int
    team_days: int
    planned_team_days: int
    plan_kept: bool | None
    kept: bool | None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence or a cell: words, or the number of a figure when `figure` names one."""

    text: str
    figure: str = ""


Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of a report. `numbers` are the columns set to the right; the last row is the total where `total`.

    `typed`: for each column what is typed there (reason, measure), "" for what is not; `codes`: the area of each row it is
    typed for.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    numbers: frozenset[int] = frozenset()
    total: bool = False
    codes: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing (SVG) with the sentence it shows."""

    svg: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    lines: tuple[Line, ...] = ()
    picture: Picture | None = None
    grid: Grid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One sum that must agree (对数): the sentence with both sides, and whether they do."""

    text: str
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A daily or weekly report of one area, in one language, ready for any paper.

    `figures` hold every number that stands in it with its rows. `names` are the areas its rows are sorted by, code → name.
    `source` says what it was made from: round, plan version, moment.
    """

    kind: ReportKind
    language: str
    title: str
    subtitle: str
    area: str
    span: Span
    as_of: datetime
    sections: tuple[Section, ...]
    figures: Mapping[str, Figure]
    definitions: tuple[tuple[str, str, str], ...]
    names: Mapping[str, str]
    checks: tuple[Check, ...]
    source: str
    office: str
    sha256: str = ""

    @property
    def agrees(self) -> bool:
        """Whether every sum agrees."""
        return all(check.agrees for check in self.checks)
