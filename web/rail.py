"""The rail of the desk, in the order in which the data flows: one line a page, shown where the page exists and one may see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import request, url_for

from gridplan.model.record import User
from gridplan.model.rights import Right
from gridplan.services.accounts import rights
from gridplan.services.desk import Desk
from gridplan.services.operation import frame
from gridplan.services.operation.frame import Count
from web.auth import opens


class Entry(NamedTuple):
    """One page: its word, its endpoint, the rights of which one is asked for, and its count."""

    word: str
    endpoint: str
    needs: tuple[Right, ...]
    tally: Callable[[Desk, User], Count | None] | None = None


def _changes(desk: Desk, person: User) -> Count | None:
    return frame.count_changes(desk, person) if rights.may(person, Right.PLAN) and person.area is None else None


RAIL = (
    Entry("frame.sites", "sites.index", (Right.LOOK_AT_SITES,), frame.count_sites),
    Entry("frame.review", "review.review", (Right.DECIDE,), frame.count_review),
    Entry("frame.areas", "areas.index", (Right.LOOK_AT_AREAS,), frame.count_areas),
    Entry("frame.crews", "crews.index", (Right.LOOK_AT_CREWS,), frame.count_crews),
    Entry("frame.rounds", "rounds.all_rounds", (Right.PLAN,), frame.count_rounds),
    Entry("frame.plans", "plans.index", (Right.PLAN, Right.LOOK_AT_PLANS), frame.count_plans),
    Entry("frame.assign", "assign.index", (Right.ASSIGN,), frame.count_assign),
    Entry("phone.rail", "field.conflicts", (Right.ASSIGN,), frame.count_reports),
    Entry("frame.findings", "findings.index", (Right.COVERAGE,), _changes),
    Entry("frame.coverage", "report.coverage", (Right.COVERAGE,), frame.count_coverage),
    Entry("frame.people", "people.index", (Right.ADMIN,), frame.count_people),
    Entry("frame.audit", "audit.index", (Right.AUDIT,)),
)
_BELONGS = {
    "leads": "findings.index",
    "changes": "findings.index",
    "lists": "findings.index",
    "campaigns": "rounds.all_rounds",
    "books": "report.coverage",
}
"""Where pages stand that have no entry of their own yet."""


def rail(desk: Desk, person: User) -> list[dict[str, Any]]:
    """Return the entries that a person sees: word, address, count, whether it is the page's own."""
    shown = [entry for entry in RAIL if _shown(entry, person)]
    own = [entry.endpoint for entry in shown if entry.endpoint.split(".")[0] == request.blueprint]
    here = own[0] if own else _BELONGS.get(request.blueprint or "", "")
    return [
        {
            "word": entry.word,
            "url": url_for(entry.endpoint),
            "count": entry.tally(desk, person) if entry.tally else None,
            "here": entry.endpoint == here,
        }
        for entry in shown
    ]


def _shown(entry: Entry, person: User) -> bool:
    return opens(entry.endpoint) and any(rights.may(person, right) for right in entry.needs)


def address(endpoint: str, **values: Any) -> str:
    """Return the address of a page, "" where there is no such page yet or who is there may not open it."""
    return url_for(endpoint, **values) if opens(endpoint) else ""
