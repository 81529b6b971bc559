"""What the diagnosis says: whether a round can be kept, what stands against it, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gridplan.model.plan import RemedyKind
from gridplan.model.round import VisitId
from gridplan.model.words import Text
from gridplan.routing.problem import Problem


class Prospect(StrEnum):
    """`impossible` only with a proof, which leaves travel out; `unlikely` where an allowance for travel says so.

    `tight`: it may fit, but the time is filled so far that every engine fails to place the last visits.
    """

    POSSIBLE = "possible"
    TIGHT = "tight"
    UNLIKELY = "unlikely"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Visits that do not fit, and why.

    `reason` is the hurdle (a reason of `Unplanned`) that keeps them from where there is time, "no_room" where there is none
    but too much work. `alone`: they fit nowhere, whatever else is planned; else they compete for too little time, and
    `short_min` is what is lacking (without travel when `proven`).
    """

    reason: str
    visits: tuple[VisitId, ...]
    alone: bool
    proven: bool
    short_min: int
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLoad:
    """Minutes of work of a day, travel included, as evenly spread as doors and dates let it, and the minutes there are."""

    day: date
    work_min: int
    room_min: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proposal:
    """One change that would mend something: an estimate until it was planned.

    `problem` is the changed problem, None where the change cannot be written down here. `mends` are the visits that wait for
    it. `effort_min` are the minutes of team work that it adds: of two proposals the smaller is offered first.
    """

    kind: RemedyKind
    change: float
    text: Text
    problem: Problem | None
    mends: frozenset[VisitId]
    effort_min: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """What is known before a search. `use` is the share to which the fullest part of the time must be filled."""

    prospect: Prospect
    use: float
    text: Text
    proofs: tuple[Text, ...]
    causes: tuple[Cause, ...]
    days: tuple[DayLoad, ...]
    proposals: tuple[Proposal, ...]
