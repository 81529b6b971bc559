"""What the frame of the desk shows beside the page: counts on the rail, the running job, and what find finds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from gridplan.jobs.rows import Jobs
from gridplan.model.errors import NotFound
from gridplan.model.place import AreaCode
from gridplan.model.record import Job, JobState, User
from gridplan.model.rights import Right
from gridplan.model.site import SiteStatus
from gridplan.model.words import Text, say
from gridplan.services.accounts import rights
from gridplan.services.desk import Desk
from gridplan.services.field import changing
from gridplan.services.reporting.report import coverage_rows

MOST_FOUND = 8
COVERAGE_S = 60.0
_COVERAGE: WeakKeyDictionary[Desk, dict[AreaCode | None, tuple[float, str]]] = WeakKeyDictionary()
"""The share done, by desk and area: a tally of thousands of sites is not made for every page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A count on the rail; `todo` when work waits."""

    text: str
    todo: bool = False


def _number(count: int, *, todo: bool = False) -> Count:
    return Count(text=f"{count:,}", todo=todo and count > 0)


def _own_codes(desk: Desk, person: User) -> frozenset[AreaCode] | None:
    if person.area is None:
        return None
    with desk.store.reading() as t:
        return rights.subtree(t.areas.list(), person.area)


def count_sites(desk: Desk, person: User) -> Count:
    """Count the sites of the register."""
    own = _own_codes(desk, person)
    with desk.store.reading() as t:
        return _number(t.tally.sites(within=own))


def count_review(desk: Desk, person: User) -> Count:
    """Count the sites whose place somebody must decide."""
    if person.area is not None:
        from gridplan.services.registry.reviewing import review_list

        return _number(len(review_list(desk, reader=person)), todo=True)
    with desk.store.reading() as t:
        return _number(t.tally.sites(SiteStatus.REVIEW), todo=True)


def count_areas(desk: Desk, person: User) -> Count:
    """Count the areas."""
    own = _own_codes(desk, person)
    with desk.store.reading() as t:
        return _number(t.tally.areas() if own is None else len(own))


def count_crews(desk: Desk, person: User) -> Count:
    """Count the teams."""
    with desk.store.reading() as t:
        if person.area is None:
            return _number(t.tally.teams())
        areas = t.areas.list()
        return _number(sum(rights.holds(person, team.home, areas) for team in t.teams.plain()))


def count_rounds(desk: Desk, person: User) -> Count | None:
    """Count the rounds; none for whom only a part of them is."""
    if person.area is not None:
        return None
    with desk.store.reading() as t:
        return _number(t.tally.rounds())


def count_plans(desk: Desk, person: User) -> Count | None:
    """Give the version of the newest plan."""
    with desk.store.reading() as t:
        newest = t.tally.newest_plan()
    return Count(text=f"v{newest[1]}") if newest and person.area is None else None


def count_assign(desk: Desk, person: User) -> Count | None:
    """Count the routes of published plans that nobody walks yet."""
    if person.area is not None:
        return None
    with desk.store.reading() as t:
        return _number(t.tally.unassigned(), todo=True)


def count_reports(desk: Desk, _: User) -> Count | None:
    """Return how many results wait for the planner."""
    with desk.store.reading() as t:
        waiting = len(t.parcels.waiting())
    return Count(text=str(waiting), todo=True) if waiting else None


def count_changes(desk: Desk, _: User) -> Count | None:
    """Return how many absences the published plans do not know yet."""
    with desk.store.reading() as t:
        waiting = changing.waiting_changes(t, desk.today())
    return Count(text=str(waiting), todo=True) if waiting else None


def count_people(desk: Desk, person: User) -> Count:
    """Count the open log-ins."""
    with desk.store.reading() as t:
        return _number(t.tally.people())


def count_coverage(desk: Desk, person: User) -> Count | None:
    """Give how much of the published round is done, at most a minute old."""
    known, now = _COVERAGE.setdefault(desk, {}), time.monotonic()
    if person.area not in known or now - known[person.area][0] > COVERAGE_S:
        try:
            _, rows, _, _ = coverage_rows(desk, reader=person)
            total = next(row for row in rows if row.code == "*")
            share = f"{100 * total.coverage:.0f}%" if total.promised else ""
        except NotFound:
            share = ""
        known[person.area] = (now, share)
    return Count(text=known[person.area][1]) if known[person.area][1] else None


def running_job(desk: Desk, person: User) -> dict[str, Any] | None:
    """Return the newest job that is under way, for those who plan for the whole district: id, kind, round, words, per cent."""
    if not rights.may(person, Right.PLAN) or person.area is not None:
        return None
    job = next((job for job in Jobs(desk.store).list(limit=20) if not job.state.final), None)
    if job is None:
        return None
    return {"id": job.id, "kind": job.kind, "round": job.payload.get("round_id"), "text": _words(job)}


def _words(job: Job) -> Text:
    name = say(f"frame.job_{job.kind}" if job.kind in ("draft", "replan") else "frame.job")
    if job.state is not JobState.RUNNING or not job.total:
        return say("frame.job_waits", name=name)
    return say("frame.job_runs", name=name, percent=round(100 * job.done / job.total))


def find(desk: Desk, person: User, words: str) -> list[dict[str, Any]]:
    """Return what the person may see whose name holds `words`: (kind, id, name, hint), a few of each kind."""
    words = words.strip()[:60]
    if not words:
        return []
    found: list[dict[str, Any]] = []
    may = {right: rights.may(person, right) for right in Right}
    with desk.store.reading() as t:
        own = rights.subtree(t.areas.list(), person.area) if person.area is not None else None
        if may[Right.LOOK_AT_SITES]:
            # Others' sites are not counted against the few that are shown.
            limit = MOST_FOUND if own is None else 100_000
            sites = t.tally.sites_named(words, limit=limit)
            mine = [one for one in sites if own is None or set(one[4].values()) & own]
            found += [
                {"kind": "site", "id": id, "name": name, "hint": address, "status": status}
                for id, name, address, status, _ in mine[:MOST_FOUND]
            ]
        if may[Right.PLAN] and own is None:
            found += [
                {"kind": "round", "id": id, "name": name, "hint": "", "status": ""}
                for id, name in t.tally.rounds_named(words, limit=MOST_FOUND)
            ]
        if may[Right.LOOK_AT_CREWS] and own is None:
            members = [(team, one) for team in t.teams.list() for one in team.members]
            found += [
                {"kind": "member", "id": team.id, "name": one.name, "hint": team.name, "status": ""}
                for team, one in members
                if words in one.name or words in team.name
            ][:MOST_FOUND]
        if may[Right.ADMIN]:
            folded = words.casefold()
            found += [
                {"kind": "person", "id": user.login, "name": user.name, "hint": user.login, "status": ""}
                for user in t.users.list()
                if folded in user.name.casefold() or folded in user.login.casefold()
            ][:MOST_FOUND]
    return found
