"""A round: its rule, its calendar, what falls into it and the visits it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from gridplan.model.basemap import Tiles
from gridplan.model.crew import TeamId, TravelMode
from gridplan.model.hours import OpeningHours, Window
from gridplan.model.place import AreaCode, Datum, FixLevel, LonLat
from gridplan.model.release import AS_THE_DAY_BEGINS, Release
from gridplan.model.site import LicenceClass, SiteId, SiteKind, VisitMode

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
    """What a visit to a site of one kind takes where the site itself says nothing.

    `minutes_by_class` goes before `minutes_by_size` ((least size, minutes), growing), and that before `minutes`.
    """

    minutes: int
    mode: VisitMode
    departments: tuple[str, ...]
    opening: OpeningHours
    minutes_by_class: Mapping[LicenceClass, int] = field(default_factory=dict)
    minutes_by_size: tuple[tuple[int, int], ...] = ()

    def minutes_for(self, licence_class: LicenceClass, size: int | None) -> int:
        """The minutes of a visit to a site of this kind with that class and size."""
        if licence_class in self.minutes_by_class:
            return self.minutes_by_class[licence_class]
        reached = [minutes for least, minutes in self.minutes_by_size if size is not None and size >= least]
        return reached[-1] if reached else self.minutes


class TravelSource(StrEnum):
    """Who measures the legs: `auto`: the road file, straight lines where there is none; else a server that speaks that protocol."""

    AUTO = "auto"
    OSRM = "osrm"
    VALHALLA = "valhalla"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyHours:
    """Hours (seconds after midnight, the end not included) in which the modes (none named: all) take `factor` times as long, 1…10.

    All legs of a shift take the largest factor that holds at any time of the shift: never too short, and who leaves later never
    arrives sooner. A day in several shifts is measured more finely.
    """

    from_s: int
    to_s: int
    factor: float
    modes: tuple[TravelMode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelSettings:
    """How teams travel where they say nothing themselves. `speed_kmh` and `detour` serve the straight-line engine only.

    `profiles`: what round.toml changes in the road profiles, as JSON text, "" for nothing. `urls`: the servers of an engine
    elsewhere, by mode; a server under "" serves every mode.
    """

    mode: TravelMode = TravelMode.CAR
    speed_kmh: Mapping[TravelMode, float] = field(
        default_factory=lambda: {TravelMode.CAR: 25.0, TravelMode.EBIKE: 15.0, TravelMode.WALK: 5.0}
    )
    detour: float = 1.35
    set_up_min: int = 5
    engine: TravelSource = TravelSource.AUTO
    urls: Mapping[str, str] = field(default_factory=dict)
    profiles: str = ""
    factors: tuple[BusyHours, ...] = ()


class WishPreset(StrEnum):
    """Which plan is the best among those that keep the promises."""

    FEWEST_TEAM_DAYS = "fewest_team_days"
    LEAST_TRAVEL = "least_travel"
    MOST_EVEN = "most_even"
    TOWN_BY_TOWN = "town_by_town"
    WHOLE_COMMUNITIES = "whole_communities"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The weights of the one cost that decides among lawful plans: minutes of travel that each thing is worth.

    A team-day is one team on one date. `community_min` and `township_min` are paid for each (community, team-day) and
    (township, team-day) pair; `away_min` for each stop outside its team's home townships; `uneven` for each minute by which
    the time at work (visits, set-ups and legs) of a team-day lies outside `band_min`; `moved_min` for each stop that is not
    with the team, day and shift of the plan that this one replaces.
    """

    preset: WishPreset = WishPreset.FEWEST_TEAM_DAYS
    team_day_min: float = 30.0
    community_min: float = 0.0
    township_min: float = 0.0
    away_min: float = 0.0
    uneven: float = 0.0
    band_min: tuple[int, int] = (0, 24 * 60)
    moved_min: float = 0.0


PRESETS: Mapping[WishPreset, Wishes] = {
    WishPreset.FEWEST_TEAM_DAYS: Wishes(),
    WishPreset.LEAST_TRAVEL: Wishes(preset=WishPreset.LEAST_TRAVEL, team_day_min=1.0),
    WishPreset.MOST_EVEN: Wishes(preset=WishPreset.MOST_EVEN, uneven=1.0),
    WishPreset.TOWN_BY_TOWN: Wishes(preset=WishPreset.TOWN_BY_TOWN, township_min=10.0),
    WishPreset.WHOLE_COMMUNITIES: Wishes(preset=WishPreset.WHOLE_COMMUNITIES, community_min=3.0),
}
"""What each preset weighs. `most_even` has no band of its own: the planner sets it around the mean and prints it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Promises beside the rule that a round may ask for; 0 and {} ask for nothing.

    `townships_per_team_day`: the most townships a team visits on one day (逐镇推进). `night_visits`: the least visits of the
    round in night shifts. `yearly_cap`: the most inspections of a site of that kind in the calendar year of the visit; leads
    and follow-ups do not count (国办发〔2024〕54号).
    """

    townships_per_team_day: int = 0
    night_visits: int = 0
    yearly_cap: Mapping[SiteKind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleWish:
    """A random sample (抽查) of the sites in scope: so many of them, `share` when `size` is 0; drawn from `seed` and list."""

    size: int = 0
    share: float = 0.0
    kinds: tuple[SiteKind, ...] = ()
    seed: int = 1
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which sites of the register belong to the round; empty = all; the keys are joined by "and".

    `competents` are departments that answer for a site (主管部门), "" those of which no list says; `files` the lists that name
    it; `least_priority` the priority it has at least; `sites` the only ones there are.
    """

    kinds: tuple[SiteKind, ...] = ()
    townships: tuple[AreaCode, ...] = ()
    exclude_status: tuple[str, ...] = ()
    communities: tuple[AreaCode, ...] = ()
    licences: tuple[LicenceClass, ...] = ()
    competents: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    least_priority: int = 0
    sites: tuple[SiteId, ...] = ()


class PlanEngine(StrEnum):
    """Who makes the plan: `auto`: OR-Tools keeps the rule and our own improver makes it cheap; `ortools`: OR-Tools alone."""

    AUTO = "auto"
    ORTOOLS = "ortools"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The settings of one round, as round.toml and the lists beside it give them.

    `merge`: what falls due at one site becomes one visit (综合查一次). `tier` names who makes the round (县级, 乡镇街道).
    `history` are earlier visits, `taken` the days of other tiers, `pins` what must stay where it is. `tiles` are the office's own
    map tiles, for display only. `release` says from when on the crews may see their routes, `navigation` whether their phones
    may hand a target to a map of somebody else's. `crews` are the teams that go out, () all; `overtime_min` is by how much their
    days end later.
    """

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
    wishes: Wishes = field(default_factory=Wishes)
    limits: Limits = field(default_factory=Limits)
    sample: SampleWish | None = None
    merge: bool = False
    tier: str = ""
    engine: PlanEngine = PlanEngine.AUTO
    history: tuple[PastVisit, ...] = ()
    taken: tuple[TakenDay, ...] = ()
    pins: tuple[PinWish, ...] = ()
    tiles: Tiles | None = None
    release: Release = AS_THE_DAY_BEGINS
    navigation: bool = True
    crews: tuple[TeamId, ...] = ()
    overtime_min: int = 0


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
    """One row of history.csv. `mode` is None where the row does not say: then it was what the site's visits usually are."""

    site_id: SiteId
    day: date
    outcome: str
    mode: VisitMode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDay:
    """One row of taken.csv: a day on which another tier is at a site."""

    site_id: SiteId
    day: date
    tier: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A promise that a visit stays with a team, on a day, in a shift; None = free."""

    team: TeamId | None = None
    day: date | None = None
    shift: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinWish:
    """One row of pins.csv: the id of a visit or of a site, and where it must stay. `pin.team` may be a team's name."""

    target: str
    pin: Pin
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit that a round needs. `place` is WGS-84; visits with the same `place` share one arrival and set-up.

    `closed` are dates on which its doors are shut whatever the week says, `taken` dates on which another tier is at the
    site. `also` are the purposes that were merged into it (综合查一次).
    """

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
    closed: frozenset[date] = frozenset()
    taken: frozenset[date] = frozenset()
    also: tuple[Purpose, ...] = ()

    def windows(self, day: date) -> tuple[Window, ...]:
        """When its doors are open on `day`."""
        return () if day in self.closed else self.opening.on(day)

    def counts(self, counts: Counts) -> bool:
        """Whether the visit counts towards the daily minimum."""
        return counts is Counts.ALL or Purpose.ROUTINE in (self.purpose, *self.also)

    @property
    def mandatory(self) -> bool:
        """Whether a lawful plan must hold the visit. A sample (抽查) may be left out; all else was promised or is owed."""
        return self.purpose is not Purpose.SAMPLE or bool(self.also)
