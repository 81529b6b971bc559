"""A round: its rule, its calendar, what falls into it and the visits it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from gridplan.model.crew import TeamId, TravelMode
from gridplan.model.hours import OpeningHours
from gridplan.model.place import AreaCode, Datum, FixLevel, LonLat
from gridplan.model.site import SiteId, SiteKind, VisitMode

VisitId = NewType("VisitId", str)


class RuleUnit(StrEnum):
    """Who must reach the daily minimum."""

    DISTRICT = "district"
    TOWNSHIP = "township"
    TEAM = "team"


class RuleDays(StrEnum):
    """`active`: each day on which anyone works; `every`: each day of the horizon."""

    ACTIVE = "active"
    EVERY = "every"


class DayKind(StrEnum):
    """Which days `max_days` counts."""

    WORKING = "working"
    CALENDAR = "calendar"


class Counts(StrEnum):
    """`coverage`: routine visits only; `all`: follow-ups, leads and samples too."""

    COVERAGE = "coverage"
    ALL = "all"


class Tail(StrEnum):
    """`remainder`: the last active day may hold what is left."""

    STRICT = "strict"
    REMAINDER = "remainder"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRule:
    """双十原则 as data: at least `min_per_day` visits on each day, all within `max_days`."""

    min_per_day: int = 10
    max_days: int = 10
    unit: RuleUnit = RuleUnit.DISTRICT
    days: RuleDays = RuleDays.ACTIVE
    day_kind: DayKind = DayKind.WORKING
    counts: Counts = Counts.COVERAGE
    tail: Tail = Tail.STRICT


class Unlocated(StrEnum):
    """What sites without place do to the verdict: `fail` breaks it, `exclude` lists them apart and says so."""

    FAIL = "fail"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSettings:
    """What a visit to a site of one kind takes where the site itself says nothing."""

    minutes: int
    mode: VisitMode
    departments: tuple[str, ...]
    opening: OpeningHours


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelSettings:
    """How teams travel where they say nothing themselves. `speed_kmh` and `detour` serve the straight-line engine only."""

    mode: TravelMode = TravelMode.CAR
    speed_kmh: Mapping[TravelMode, float] = field(
        default_factory=lambda: {TravelMode.CAR: 25.0, TravelMode.EBIKE: 15.0, TravelMode.WALK: 5.0}
    )
    detour: float = 1.35
    set_up_min: int = 5


class WishPreset(StrEnum):
    """Which plan is the best among those that keep the promises."""

    FEWEST_TEAM_DAYS = "fewest_team_days"
    LEAST_TRAVEL = "least_travel"
    MOST_EVEN = "most_even"
    TOWN_BY_TOWN = "town_by_town"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which sites of the register belong to the round; empty = all; the keys are joined by "and"."""

    kinds: tuple[SiteKind, ...] = ()
    townships: tuple[AreaCode, ...] = ()
    exclude_status: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The settings of one round, as round.toml gives them."""

    name: str
    district: str
    start: date
    datum: Datum = Datum.WGS84
    seed: int = 1
    unlocated: Unlocated = Unlocated.EXCLUDE
    min_fix: FixLevel = FixLevel.COMMUNITY
    rule: RoundRule = field(default_factory=RoundRule)
    workdays: frozenset[date] = frozenset()
    holidays: frozenset[date] = frozenset()
    scope: Scope = field(default_factory=Scope)
    kinds: Mapping[SiteKind, KindSettings] = field(default_factory=dict)
    travel: TravelSettings = field(default_factory=TravelSettings)
    preset: WishPreset = WishPreset.FEWEST_TEAM_DAYS


class Purpose(StrEnum):
    """Why a visit is made. Only routine visits count as coverage."""

    ROUTINE = "routine"
    SAMPLE = "sample"
    FOLLOW_UP = "follow_up"
    LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraVisit:
    """One row of visits.csv: a visit beside the routine one. `row` is where it was read (0 = not from a file)."""

    site_id: SiteId
    purpose: Purpose
    earliest: date | None = None
    due: date | None = None
    minutes: int | None = None
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVisit:
    """One row of history.csv."""

    site_id: SiteId
    day: date
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A promise that a visit stays with a team, on a day, in a shift; None = free."""

    team: TeamId | None = None
    day: date | None = None
    shift: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit that a round needs. `place` is WGS-84; visits with the same `place` share one arrival and set-up."""

    id: VisitId
    site: SiteId
    place: LonLat
    minutes: int
    opening: OpeningHours
    purpose: Purpose = Purpose.ROUTINE
    mode: VisitMode = VisitMode.PATROL
    departments: frozenset[str] = frozenset()
    earliest: date | None = None
    due: date | None = None
    priority: int = 0
    pin: Pin | None = None
    township: AreaCode | None = None
    community: AreaCode | None = None

    def counts(self, counts: Counts) -> bool:
        """Whether the visit counts towards the daily minimum."""
        return counts is Counts.ALL or self.purpose is Purpose.ROUTINE

    @property
    def mandatory(self) -> bool:
        """Whether a lawful plan must hold the visit. A sample (抽查) may be left out; all else was promised or is owed."""
        return self.purpose is not Purpose.SAMPLE
