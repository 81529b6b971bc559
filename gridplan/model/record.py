"""What the office keeps beside the plan itself: log-ins, stored rounds and plans, jobs and the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, NewType

from gridplan.model.crew import TeamId
from gridplan.model.edit import Edit
from gridplan.model.errors import Complaint
from gridplan.model.place import AreaCode, FixLevel, LonLat
from gridplan.model.plan import Figures, RouteId, Verdict
from gridplan.model.round import ExtraVisit, Round, VisitId
from gridplan.model.site import SiteId
from gridplan.model.words import Text

RoundId = NewType("RoundId", int)
PlanId = NewType("PlanId", int)
JobId = NewType("JobId", str)
JsonObject = Mapping[str, Any]
"""A JSON object as it is stored: plain values only."""


class Role(StrEnum):
    """What a log-in is for; what each may do stands in `model/rights`."""

    ADMINISTRATOR = "administrator"
    PLANNER = "planner"
    INSPECTOR = "inspector"
    HEAD = "head"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A log-in. `team` and `member` (an `Inspector.id`) link an inspector to a crew. The password's hash stays in the store.

    `area` is the area at and below which the person may do what the role may, None the whole district. With `must_change` the
    password is one that somebody else chose. `version` grows with every change: the optimistic lock.
    """

    login: str
    name: str
    role: Role
    active: bool = True
    team: TeamId | None = None
    member: str | None = None
    area: AreaCode | None = None
    must_change: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInSession:
    """A log-in that was not ended: when it began and when the person last asked for anything (UTC)."""

    user: User
    began: datetime
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRound:
    """A round of the register. `version` grows with every change and every publication: the optimistic lock."""

    id: RoundId
    round: Round
    extra: tuple[ExtraVisit, ...]
    version: int
    created: datetime
    created_by: str


class PlanState(StrEnum):
    """At most one plan a round is published; the one before it is superseded."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHead:
    """A stored plan without its document. `number` counts the plans of a round from 1; times are UTC."""

    id: PlanId
    round_id: RoundId
    number: int
    state: PlanState
    verdict: Verdict
    figures: Figures
    gap: float
    created: datetime
    created_by: str
    published: datetime | None
    published_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCopy:
    """What one planner has changed in one plan and not saved yet.

    The first `cursor` of `steps` hold, the others were taken back. `seen` is the number of the round's newest plan when the
    copy was opened. `version` grows with every change: the optimistic lock against a second window.
    """

    id: int
    plan_id: PlanId
    by: str
    version: int
    cursor: int
    seen: int
    steps: tuple[Edit, ...]
    opened: datetime
    changed: datetime

    @property
    def held(self) -> tuple[Edit, ...]:
        """The steps that hold."""
        return self.steps[: self.cursor]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOrigin:
    """What a version saved by hand came of: `steps` lead from the plan `root` to it; `based_on` was open when they were made."""

    root: PlanId
    based_on: PlanId
    steps: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedRoute:
    """A route of a published plan that a person walks; `released` is the moment (aware) from which on it may be seen.

    `site` is that of the visit by which the route was asked for.
    """

    plan_id: PlanId
    round_id: RoundId
    route: RouteId
    team: TeamId
    date: date
    shift: str
    stops: int
    depart: datetime
    released: datetime
    site: SiteId | None = None


class StoredStop(NamedTuple):
    """One stop of a stored route."""

    visit: VisitId
    site: SiteId


class Receipt(StrEnum):
    """What became of a result that was sent in."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file kept whole, one of each kind (`roads`, …)."""

    kind: str
    name: str
    sha256: str
    content: bytes
    added: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where a person said a doubtful site or building is. `point` is None for what is not ours; `place` is what was chosen."""

    id: int
    key: str
    name: str
    address: str
    point: LonLat | None
    level: FixLevel
    place: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDecision:
    """What a person said of two sites, known again by `keys`: that they are one (`same`), or that they are two."""

    id: int
    keys: tuple[str, str]
    names: tuple[str, str]
    same: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The register as it was before `what` changed it: how many sites it held."""

    id: int
    what: str
    by: str
    at: datetime
    sites: int


class AreaChangeKind(StrEnum):
    """What changed the grid."""

    IMPORT = "import"
    SPLIT = "split"
    MERGE = "merge"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChange:
    """One change of the grid: (code, name) of each area before it, and the codes that took their place."""

    id: int
    at: datetime
    by: str
    kind: AreaChangeKind
    before: tuple[tuple[AreaCode, str], ...]
    after: tuple[AreaCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """One import into the register: what, from which file, with which counts and complaints."""

    what: str
    file: str
    at: datetime
    by: str
    counts: Mapping[str, int] = field(default_factory=dict)
    complaints: tuple[Complaint, ...] = ()


class JobState(StrEnum):
    """Where a job is; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more will happen."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A long piece of work as its row tells. `done` of `total` steps of `stage` (a key `progress.<stage>` of words).

    `course` is what the work tells of its way, a list of plain JSON values; () when it tells nothing.
    """

    id: JobId
    kind: str
    state: JobState
    stage: str
    done: int
    total: int
    text: Text | None
    cancel: bool
    attempts: int
    payload: JsonObject
    result: JsonObject | None
    error: Text | None
    created_by: str
    created: datetime
    started: datetime | None
    finished: datetime | None
    course: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what to which object, and when (UTC). Entries are never changed or removed."""

    id: int
    at: datetime
    who: str
    what: str
    object: str
    detail: JsonObject


class Scope(StrEnum):
    """What a program may do with a token, never more than its person may."""

    READ = "read"
    PLAN = "plan"
    PUBLISH = "publish"
    REGISTER = "register"
    FIELD = "field"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token with which a program speaks for `login` until it `expires` or is revoked; `used` is the last day of use."""

    id: int
    login: str
    name: str
    scopes: frozenset[Scope]
    created: datetime
    expires: datetime
    used: date | None
    revoked: datetime | None
