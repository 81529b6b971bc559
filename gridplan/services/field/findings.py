"""The office's findings: lists and history, notices, rechecks, closing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from gridplan.fieldwork.findings import after, recheck
from gridplan.model.errors import InputError, NotFound
from gridplan.model.finding import (
    Categories,
    Finding,
    FindingAction,
    FindingEvent,
    FindingId,
    FindingState,
    Notice,
    NoticeKind,
)
from gridplan.model.record import RoundId
from gridplan.model.rights import Right
from gridplan.model.round import VisitId
from gridplan.model.site import SiteId
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.field.checklists import desk_categories
from gridplan.store.repositories import Transaction

# ---- the way of a finding --------------------------------------------------------------------------------------------


def open_finding(
    desk: Desk,
    round_id: int,
    site: str,
    *,
    category: str,
    text: str,
    at: datetime,
    due: date | None = None,
    by: str,
) -> Finding:
    """Keep a finding that was typed in at the desk; raises InputError for an unknown site or category or a past last day."""
    if category not in desk_categories(desk):
        raise InputError(say("findings.no_category", category=category))
    if due is not None and due < at.date():
        raise InputError(say("findings.past_due", due=due, found=at.date()))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(RoundId(round_id)), hidden=True)
        if site not in {one.id for one in t.sites.list()}:
            raise NotFound(say("store.no_site", site=site))
        finding = Finding(
            id=FindingId(str(uuid4())),
            round=RoundId(round_id),
            site=SiteId(site),
            visit=VisitId(f"V-{site}"),
            category=category,
            text=text.strip(),
            by=by,
            at=at,
            due=due,
        )
        t.findings.add(finding)
        t.audit.add(by, "finding.open", f"finding/{finding.id}", {"category": category})
    return finding


def give_notice(
    desk: Desk,
    finding_id: str,
    kind: str,
    *,
    due: date | None,
    to: str,
    at: datetime,
    by: str,
    number: str = "",
) -> Notice:
    """Record a paper that was handed over for an open finding; without `number` it gets the next of the year."""
    try:
        wanted = NoticeKind(kind)
    except ValueError:
        raise InputError(say("findings.no_kind", kind=kind)) from None
    if due is not None and due < at.date():
        raise InputError(say("findings.past_due", due=due, found=at.date()))
    with desk.store.transaction() as t:
        finding = _own(t, finding_id, by)
        used = number.strip() or t.findings.free_number(at.year)
        event = FindingEvent(
            finding=finding.id,
            at=at,
            by=by,
            action=FindingAction.NOTICE,
            note=used,
            due=due,
        )
        stands = after(finding, event)
        notice = Notice(number=used, kind=wanted, finding=finding.id, due=due, to=to.strip(), at=at, by=by)
        t.findings.add_notice(notice)
        t.findings.step(event, stands)
        t.audit.add(by, "finding.notice", f"finding/{finding.id}", {"number": used, "kind": wanted.value})
    return notice


def recheck_finding(
    desk: Desk, finding_id: str, *, passed: bool, at: datetime, by: str, note: str = "", due: date | None = None
) -> Finding:
    """Record a recheck: passed closes it (销号), failed needs a new last day and opens a closed one again."""
    with desk.store.transaction() as t:
        finding = _own(t, finding_id, by)
        for step in recheck(finding, passed=passed, at=at, by=by, note=note, due=due):
            finding = t.findings.step(step, after(finding, step))
        t.audit.add(by, "finding.recheck", f"finding/{finding.id}", {"passed": passed})
    return finding


def close_finding(desk: Desk, finding_id: str, *, at: datetime, by: str, note: str) -> Finding:
    """Strike a finding off without a recheck; the reason is asked for."""
    if not note.strip():
        raise InputError(say("findings.why_close"))
    return _step(desk, finding_id, FindingAction.CLOSED, at=at, by=by, note=note)


def reopen_finding(desk: Desk, finding_id: str, *, at: datetime, by: str, note: str, due: date | None) -> Finding:
    """Open a closed finding again, with a new last day."""
    return _step(desk, finding_id, FindingAction.REOPENED, at=at, by=by, note=note, due=due)


def set_due(desk: Desk, finding_id: str, due: date, *, at: datetime, by: str, note: str) -> Finding:
    """Give a finding another last day; the one before stays in its history."""
    return _step(desk, finding_id, FindingAction.DUE, at=at, by=by, note=note, due=due)


def _own(t: Transaction, finding_id: str, by: str) -> Finding:
    """Return a finding that `by` may take a step of: whoever plans the round that it was found in."""
    ask(t, by, Right.PLAN)
    finding = t.findings.get(FindingId(finding_id))
    ask(t, by, Right.PLAN, stored=t.rounds.get(finding.round), hidden=True)
    return finding


def _step(
    desk: Desk, finding_id: str, action: FindingAction, *, at: datetime, by: str, note: str, due: date | None = None
) -> Finding:
    with desk.store.transaction() as t:
        finding = _own(t, finding_id, by)
        event = FindingEvent(finding=finding.id, at=at, by=by, action=action, note=note.strip(), due=due)
        finding = t.findings.step(event, after(finding, event))
        t.audit.add(by, f"finding.{action.value}", f"finding/{finding.id}")
    return finding


# ---- lists -----------------------------------------------------------------------------------------------------------


def finding_list(
    desk: Desk,
    *,
    day: date,
    state: str = "",
    category: str = "",
    round_id: int | None = None,
    site: str = "",
) -> list[dict[str, Any]]:
    """Return the findings as rows of a list, overdue first. `state`: "", open, overdue, due, closed (due: within three days)."""
    if state not in ("", "open", "overdue", "due", "closed"):
        raise InputError(say("findings.no_state", state=state))
    categories = desk_categories(desk)
    with desk.store.reading() as t:
        found = t.findings.list(round_id=RoundId(round_id) if round_id else None, site=SiteId(site) if site else None)
        names = {one.id: one.name for one in t.sites.list()}
        numbers: dict[str, list[str]] = {}
        for notice in t.findings.notices():
            numbers.setdefault(notice.finding, []).append(notice.number)
    soon = day + timedelta(days=3)
    rows = []
    for one in found:
        urgency = "closed" if one.state is FindingState.CLOSED else "open"
        if one.overdue(day):
            urgency = "overdue"
        elif urgency == "open" and one.due is not None and one.due <= soon:
            urgency = "due"
        wanted = {"open": ("open", "due", "overdue"), "overdue": ("overdue",), "due": ("due",), "closed": ("closed",)}
        if (state and urgency not in wanted[state]) or (category and one.category != category):
            continue
        rows.append(
            finding_json(one, categories)
            | {
                "site_name": names.get(one.site, one.site),
                "urgency": urgency,
                "days_late": (day - one.due).days if urgency == "overdue" and one.due else 0,
                "notices": numbers.get(one.id, []),
            }
        )
    order = {"overdue": 0, "due": 1, "open": 2, "closed": 3}
    return sorted(rows, key=lambda row: (order[row["urgency"]], row["due"] or "9999", row["at"], row["id"]))


def finding_json(finding: Finding, categories: Categories) -> dict[str, Any]:
    """Return a finding as plain values."""
    category = categories.get(finding.category)
    return {
        "id": finding.id,
        "round": finding.round,
        "site": finding.site,
        "visit": finding.visit,
        "category": finding.category,
        "category_zh": category.name.zh if category else finding.category,
        "category_en": category.name.en if category else finding.category,
        "text": finding.text,
        "by": finding.by,
        "at": finding.at.isoformat(timespec="minutes"),
        "state": finding.state.value,
        "due": finding.due.isoformat() if finding.due else None,
        "reopened": finding.reopened,
        "photos": list(finding.photos),
        "closed_at": finding.closed_at.isoformat(timespec="minutes") if finding.closed_at else None,
    }


def finding_counts(desk: Desk, *, day: date, round_id: int | None = None) -> dict[str, int]:
    """Return how many findings were opened, are open, of these overdue, and closed: opened = open + closed."""
    with desk.store.reading() as t:
        found = t.findings.list(round_id=RoundId(round_id) if round_id else None)
    return {
        "opened": len(found),
        "open": sum(one.state is FindingState.OPEN for one in found),
        "overdue": sum(one.overdue(day) for one in found),
        "closed": sum(one.state is FindingState.CLOSED for one in found),
    }


def finding_history(desk: Desk, finding_id: str, *, day: date) -> dict[str, Any]:
    """Return a finding with every step it took and the papers handed over."""
    categories = desk_categories(desk)
    with desk.store.reading() as t:
        finding = t.findings.get(FindingId(finding_id))
        events, notices = t.findings.events(finding=finding.id), t.findings.notices(finding=finding.id)
        names = {one.id: (one.name, one.address) for one in t.sites.list()}
    name, address = names.get(finding.site, (finding.site, ""))
    return finding_json(finding, categories) | {
        "site_name": name,
        "address": address,
        "overdue": finding.overdue(day),
        "events": [
            {
                "at": event.at.isoformat(timespec="minutes"),
                "by": event.by,
                "action": event.action.value,
                "note": event.note,
                "due": event.due.isoformat() if event.due else None,
            }
            for event in events
        ],
        "papers": [
            {
                "number": notice.number,
                "kind": notice.kind.value,
                "due": notice.due.isoformat() if notice.due else None,
                "to": notice.to,
                "at": notice.at.isoformat(timespec="minutes"),
                "by": notice.by,
            }
            for notice in notices
        ],
    }
