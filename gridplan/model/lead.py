"""What comes from outside the plan: a lead, a call-out of a township; and what is kept beside the sites: lists, campaigns, leaders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from gridplan.model.place import AreaCode, LonLat
from gridplan.model.record import PlanId, RoundId
from gridplan.model.round import VisitId
from gridplan.model.site import SiteId
from gridplan.model.words import Text

LeadId = NewType("LeadId", int)
CallOutId = NewType("CallOutId", int)
CampaignId = NewType("CampaignId", int)


class LeadChannel(StrEnum):
    """How a lead came: 12345/12315 hotline, letter, visit, the level above (督办), another department, the web, a patrol."""

    HOTLINE = "hotline"
    LETTER = "letter"
    VISIT = "visit"
    SUPERIOR = "superior"
    DEPARTMENT = "department"
    WEB = "web"
    PATROL = "patrol"


class LeadState(StrEnum):
    """`new`: typed in; `placed`: it has a point and a site; `planned`: a published plan holds it; `answered`: told upward."""

    NEW = "new"
    PLACED = "placed"
    PLANNED = "planned"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A lead: what was told, where (as imprecise as it came), and until when it must be answered.

    `at` is local time. `site` is the site of the register it was found to be, or was made for it; `point` its place, None
    until it was placed. Who complained is no part of it.
    """

    id: LeadId
    channel: LeadChannel
    what: str
    where: str
    urgent: bool
    at: datetime
    by: str
    round: RoundId | None = None
    due: date | None = None
    number: str = ""
    site: SiteId | None = None
    point: LonLat | None = None
    state: LeadState = LeadState.NEW
    visit: VisitId | None = None
    plan: PlanId | None = None
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complainant:
    """Who complained. Shown to the planner who typed it in and to nobody else; each look is in the audit log."""

    lead: LeadId
    name: str
    phone: str
    note: str
    by: str
    at: datetime


class CallOutState(StrEnum):
    """Where a call-out stands."""

    NEW = "new"
    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOut:
    """乡镇吹哨、部门报到: a township names a site, a moment (local) and the units (departments) that must come."""

    id: CallOutId
    round: RoundId
    township: AreaCode
    site: SiteId
    at: datetime
    minutes: int
    units: tuple[str, ...]
    text: str
    by: str
    state: CallOutState = CallOutState.NEW
    visit: VisitId | None = None
    plan: PlanId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Who reported at a call-out (报到), of which unit, and when (local)."""

    call_out: CallOutId
    unit: str
    person: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNotice:
    """What a new plan changes for one person on one day, in words. `read` is None until the person has seen it (UTC)."""

    id: int
    round: RoundId
    plan: PlanId
    person: str
    day: date
    text: Text
    made: datetime
    read: datetime | None = None


class ListKind(StrEnum):
    """白名单, 黑名单."""

    WHITE = "white"
    BLACK = "black"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFlag:
    """That a site stands on a list from `since` until `until` (None = still). Only `public` flags are published."""

    id: int
    site: SiteId
    list: ListKind
    since: date
    until: date | None
    reason: str
    public: bool
    by: str

    def holds(self, day: date) -> bool:
        """Whether the site is on the list on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)


class CampaignStage(StrEnum):
    """自查 before the rounds, then the rounds, then over."""

    AHEAD = "ahead"
    SELF_CHECK = "self_check"
    ROUNDS = "rounds"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Rounds in sequence of one tier (县级, 乡镇街道), with a stage of self-checks before them. No dates = no such stage."""

    id: CampaignId
    name: str
    tier: str
    rounds: tuple[RoundId, ...] = ()
    self_check_from: date | None = None
    self_check_until: date | None = None

    def stage(self, day: date, first: date | None, last: date | None) -> CampaignStage:
        """Return where the campaign stands on `day`; `first` and `last` are the first and last day of its rounds."""
        if self.self_check_from and self.self_check_until and self.self_check_from <= day <= self.self_check_until:
            return CampaignStage.SELF_CHECK
        if first is None or day < first:
            return CampaignStage.AHEAD
        return CampaignStage.OVER if last is not None and day > last else CampaignStage.ROUNDS


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheck:
    """That a site has sent its self-check of a campaign, and how many problems it named itself."""

    campaign: CampaignId
    site: SiteId
    day: date
    problems: int
    note: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderLink:
    """包保: a leader who stands for an area, beside its owner. `title` is the office held (班子成员)."""

    id: int
    area: AreaCode
    person: str
    title: str
    by: str
