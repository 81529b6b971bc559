"""The plan: who visits what, when and in which order, with what does not fit, the verdict and its certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from gridplan.model.crew import Team, TeamId, TravelMode
from gridplan.model.place import AreaCode, AreaLevel, Datum, FixLevel, LonLat
from gridplan.model.round import BusyHours, Limits, RoundRule, Unlocated, Visit, VisitId, Wishes
from gridplan.model.site import SiteId, SiteKind, SiteStatus, SourceRow
from gridplan.model.words import Text

RouteId = NewType("RouteId", str)
NO_TEXT = Text("", "")


class Verdict(StrEnum):
    """`infeasible` only with a proof; `unknown` when time ran out before a plan or a proof was found."""

    KEPT = "kept"
    BROKEN = "broken"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"

    @property
    def exit_code(self) -> int:
        """The exit code of the command that ends with this verdict."""
        return {Verdict.KEPT: 0, Verdict.INFEASIBLE: 3}.get(self, 4)


class Promise(StrEnum):
    """What a lawful plan keeps; each has one named function in routing/judge/check.py."""

    COVERAGE = "coverage_once"
    HORIZON = "within_horizon"
    MINIMUM = "daily_minimum"
    OPENING = "opening_hours"
    SHIFT = "shift_and_lunch"
    DATES = "earliest_and_due"
    DEPARTMENTS = "departments_present"
    OFFICERS = "two_certified_officers"
    PINS = "pins_kept"
    TRAVEL = "travel_times"
    AVAILABLE = "team_available"
    TIMES = "stored_times"
    JOINT = "joint_together"
    TOWNSHIPS = "townships_limit"
    NIGHT = "night_quota"
    CAP = "yearly_cap"
    TIERS = "no_tier_clash"
    SAMPLE = "sample_drawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit on a route. The leg leads here from the stop (or base) before; times are local, to the second."""

    seq: int
    visit: VisitId
    site: SiteId
    travel_m: int
    travel_s: int
    set_up_s: int
    arrive: datetime
    start: datetime
    leave: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One team-day-shift. `day` counts the days of the horizon from 1. `travel_s` and `distance_m` include the way back."""

    id: RouteId
    team: TeamId
    date: date
    day: int
    shift: str
    depart: datetime
    back: datetime
    lunch: tuple[datetime, datetime] | None
    distance_m: int
    travel_s: int
    back_m: int
    back_s: int
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a visit lies in a plan: team, date and shift."""

    team: TeamId
    date: date
    shift: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplanned:
    """A visit that is in no route, why, and what would help."""

    visit: VisitId
    site: SiteId
    reason: str
    text: Text
    remedy: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A broken promise: where, by how much of which unit, in words."""

    promise: Promise
    where: str
    by: float
    unit: str
    text: Text


class RemedyKind(StrEnum):
    """What an office can change."""

    TEAMS = "teams"
    MINUTES_PER_DAY = "minutes_per_day"
    PER_DAY = "per_day"
    DAYS = "days"
    TAIL = "tail"
    FILTER = "filter"
    OFFICERS = "officers"
    DEPARTMENT = "department"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """The smallest change of one kind that would mend the round. `verified` only when it was really planned."""

    kind: RemedyKind
    change: float
    verified: bool
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a plan costs. `minutes_min/max` are a team-day's span from departure to return.

    `cost` is in minutes: travel, and each figure that the round's wishes weigh times its weight. `community_team_days` and
    `township_team_days` count (community or township, team-day) pairs, `away_stops` the stops outside their team's home
    townships, `uneven_min` the minutes at work outside the wished band, `moved` the stops that lie elsewhere than in the
    plan before, `night_visits` the stops of night shifts.
    """

    visits: int
    planned: int
    unplanned: int
    days: int
    teams: int
    team_days: int
    travel_min: float
    distance_m: int
    minutes_min: int
    minutes_max: int
    communities_split: int
    cost: float
    community_team_days: int = 0
    township_team_days: int = 0
    away_stops: int = 0
    uneven_min: float = 0.0
    moved: int = 0
    night_visits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What no plan of the planned visits can go below: `cost` in minutes, least team-days, and the reason in words."""

    cost: float
    team_days: int
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRound:
    """The round as the plan carries it: enough to judge the plan without any other file."""

    name: str
    start: date
    workdays: tuple[date, ...]
    rule: RoundRule
    datum: Datum
    district: str = ""
    unlocated: Unlocated = Unlocated.EXCLUDE
    wishes: Wishes = field(default_factory=Wishes)
    limits: Limits = field(default_factory=Limits)
    tier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTravel:
    """How the plan's travel times were made.

    `profiles` are the changed keys of the road profiles as JSON text, `factors` the busy hours. An engine elsewhere has its `urls`
    by mode and its `version`; `legs_sha256` is the digest of travel.npz, which holds the legs it gave.
    """

    engine: str
    detour: float
    speed_kmh: Mapping[TravelMode, float]
    set_up_min: int
    profiles: str = ""
    factors: tuple[BusyHours, ...] = ()
    urls: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    legs_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSite:
    """A site as the plan carries it; `areas`: level → (code, name).

    `inspected` are the dates of its inspections so far that count towards the yearly cap.
    """

    id: SiteId
    rows: tuple[SourceRow, ...]
    name: str
    kind: SiteKind
    address: str
    point: LonLat | None
    datum_in: Datum
    level: FixLevel
    score: float
    status: SiteStatus
    reason: Text
    areas: Mapping[AreaLevel, tuple[AreaCode, str]] = field(default_factory=dict)
    inspected: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDraw:
    """How a random sample was drawn, so that anybody can draw it again: from `population`, which is sorted.

    `list_sha256` is the SHA-256 of its ids joined by line feeds. Each site's lot is the SHA-256 of `seed|list_sha256|id`, in
    hexadecimal; the sites with the lowest lots are drawn, and `drawn` has them in the order of their lots.
    """

    seed: int
    list_sha256: str
    population: tuple[SiteId, ...]
    drawn: tuple[SiteId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole answer to a round, and all that is needed to check it.

    `appointments`: when two teams meet at a joint visit that no team can make alone; such a visit is a stop of both routes.
    `before`: where each visit lay in the published plan that this one replaces. `as_of`: the first day that was planned anew.
    """

    round: PlanRound
    travel: PlanTravel
    sites: tuple[PlanSite, ...]
    teams: tuple[Team, ...]
    visits: tuple[Visit, ...]
    routes: tuple[Route, ...]
    unplanned: tuple[Unplanned, ...]
    verdict: Verdict
    violations: tuple[Violation, ...]
    remedies: tuple[Remedy, ...]
    figures: Figures
    bound: Bound
    gap: float
    notes: tuple[Text, ...]
    appointments: Mapping[VisitId, datetime] = field(default_factory=dict)
    before: Mapping[VisitId, Placement] = field(default_factory=dict)
    samples: tuple[SampleDraw, ...] = ()
    as_of: date | None = None

    @property
    def ahead(self) -> tuple[Violation, ...]:
        """The breaches that can be mended yet: not that a day before `as_of` lacks what did not get done on it."""
        gone = {day.isoformat() for day in self.round.workdays if self.as_of and day < self.as_of}
        return tuple(
            one for one in self.violations if one.promise is not Promise.MINIMUM or one.where[-10:] not in gone
        )

    @property
    def can_publish(self) -> bool:
        """Whether the plan keeps the rule, or a replanned one all of it that can be kept yet."""
        if self.verdict is Verdict.KEPT:
            return True
        return self.as_of is not None and len(self.ahead) < len(self.violations) and not self.ahead + self.unplanned

    @property
    def falls_short(self) -> bool:
        """Whether a replanned plan breaks nothing but coverage and the daily minimum: it is lawful, but not all that was promised.

        So much may be all that can be done yet: some sites have no open day left, or too few sites are left for a day.
        """
        return self.as_of is not None and {one.promise for one in self.ahead} <= {Promise.COVERAGE, Promise.MINIMUM}


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseCount:
    """How often a promise was looked at and how often it was broken."""

    kept: bool
    checked: int
    breaches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a plan promises, recomputed without the solver. It detects error; it is no signature."""

    inputs: Mapping[str, str]
    plan_sha256: str
    rule: RoundRule
    verdict: Verdict
    promises: Mapping[Promise, PromiseCount]
    figures: Figures
    bound: float
    gap: float
    versions: Mapping[str, str]
    seed: int
    notes: tuple[Text, ...] = ()
    wishes: Wishes = field(default_factory=Wishes)
    limits: Limits = field(default_factory=Limits)
    samples: tuple[SampleDraw, ...] = ()
    bound_text: Text = NO_TEXT
    bound_team_days: int = 0
