"""What happened on the street: who was sent, and the outcome of each visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gridplan.model.moment import local
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


def first_results(results: Iterable[VisitResult], until: datetime | None = None) -> dict[VisitId, VisitResult]:
    """Return the first result of each visit that counts as done, of those up to a moment (None = all)."""
    found: dict[VisitId, VisitResult] = {}
    for result in sorted(results, key=lambda one: (local(one.at), one.key)):
        if result.outcome in COUNTS_AS_DONE and (until is None or local(result.at) <= local(until)):
            found.setdefault(result.visit, result)
    return found


def first_done(results: Iterable[VisitResult], until: datetime | None = None) -> dict[VisitId, date]:
    """Return the local day on which each visit was done for the first time, by the results up to a moment (None = all)."""
    return {visit: local(one.at).date() for visit, one in first_results(results, until).items()}
