"""What happened on the street: who was sent, and the outcome of each visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gridplan.model.plan import RouteId
from gridplan.model.round import VisitId


class Outcome(StrEnum):
    """How a visit ended. `closed` = nobody there today; `closed_for_good` = the site is gone.

    `moved`: it is elsewhere now; `not_found`: nobody could find it. Both wait for the planner to say what becomes of the site.
    """

    DONE = "done"
    CLOSED = "closed"
    CLOSED_FOR_GOOD = "closed_for_good"
    REFUSED = "refused"
    MOVED = "moved"
    NOT_FOUND = "not_found"


COUNTS_AS_DONE = frozenset({Outcome.DONE, Outcome.CLOSED_FOR_GOOD})
"""Outcomes that cover a site: refused or a shut door is not done."""

FOR_THE_PLANNER = frozenset({Outcome.MOVED, Outcome.NOT_FOUND})
"""Outcomes after which a person at the desk says where the site is, or that it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A person (log-in name) who walks one route of a published plan."""

    route: RouteId
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitResult:
    """One outcome of one visit. `key` is the sender's own UUID: the same result sent twice is taken once."""

    key: str
    visit: VisitId
    outcome: Outcome
    note: str
    by: str
    at: datetime
