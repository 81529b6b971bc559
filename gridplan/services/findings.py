"""The office's findings: lists and history, notices, rechecks, closing; checklists; sites that wait for the planner's word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from gridplan.fieldwork.checklists import (
    CATEGORIES,
    CHECKLIST,
    read_categories,
    read_checklist,
    usual_categories,
    usual_checklist,
)
from gridplan.fieldwork.findings import after, followups, for_the_planner, recheck
from gridplan.model.checklist import Checklist
from gridplan.model.errors import Conflict, InputError, NotFound
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
from gridplan.model.plan import Plan
from gridplan.model.record import RoundId
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import ExtraVisit, Purpose, Visit, VisitId
from gridplan.model.site import Site, SiteId, Standing
from gridplan.model.words import say
from gridplan.rounds.sample import draw_sample
from gridplan.services.desk import Desk
from gridplan.services.replanning import new_visit
from gridplan.store.repositories import Transaction

AGAIN = "visit.again"


# ---- checklists and categories ---------------------------------------------------------------------------------------


def import_field(desk: Desk, folder: Path, *, by: str) -> dict[str, int]:
    """Keep the office's own checklist and categories of a folder; what the folder does not have stays as it is."""
    counts = {"categories": 0, "items": 0}
    found = desk_categories(desk)
    with desk.store.transaction() as t:
        path = folder / CATEGORIES
        if path.is_file():
            found = read_categories(path)
            t.files.put("categories", CATEGORIES, path.read_bytes())
            counts["categories"] = len(found)
        path = folder / CHECKLIST
        if path.is_file():
            checklist = read_checklist(path, found)
            t.checklists.add(checklist, by=by)
            counts["items"] = len(checklist.items)
        if not any(counts.values()):
            raise InputError(say("findings.no_files", folder=folder, files=f"{CHECKLIST}, {CATEGORIES}"))
        t.audit.add(by, "field.import", "field", counts)
    return counts


def desk_categories(desk: Desk) -> Categories:
    """Return the categories of problems that the office uses."""
    with desk.file("categories") as path:
        return read_categories(path) if path is not None else usual_categories()


def desk_checklist(desk: Desk) -> Checklist:
    """Return the checklist that is asked now: the office's own, else the one that comes with gridplan."""
    with desk.store.reading() as t:
        return t.checklists.newest() or usual_checklist()


def checklist_of(desk: Desk, version: str) -> Checklist | None:
    """Return the checklist that a result answered."""
    with desk.store.reading() as t:
        kept = t.checklists.get(version)
    return kept or (usual_checklist() if usual_checklist().version == version else None)


def checklist_json(checklist: Checklist, site: Site) -> dict[str, Any]:
    """Return what is asked at one site, by its kind and standing, with the minutes it should take."""
    kind, standing = site.kind.value, site.standing.value
    return {
        "version": checklist.version,
        "minutes": checklist.minutes(kind, standing),
        "items": [
            {
                "key": item.key,
                "zh": item.text.zh,
                "en": item.text.en,
                "minutes": item.minutes,
                "category": item.category,
            }
            for item in checklist.of(kind, standing)
        ],
    }


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
        t.rounds.get(RoundId(round_id))
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
        finding = t.findings.get(FindingId(finding_id))
        used = number.strip() or t.findings.free_number(at.year)
        event = FindingEvent(
            finding=finding.id,
            at=at,
            by=by,
            action=FindingAction.NOTICE,
            note=f"{used} {wanted.value}",
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
        finding = t.findings.get(FindingId(finding_id))
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


def _step(
    desk: Desk, finding_id: str, action: FindingAction, *, at: datetime, by: str, note: str, due: date | None = None
) -> Finding:
    with desk.store.transaction() as t:
        finding = t.findings.get(FindingId(finding_id))
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


# ---- what feeds the next plan ----------------------------------------------------------------------------------------


def follow_up_visits(
    plan: Plan, findings: Sequence[Finding], results: Sequence[VisitResult], as_of: date, until: date
) -> tuple[Visit, ...]:
    """Return the follow-ups (回头看) that a plan lacks: one for each site with a finding overdue or due by `until`."""
    done = {result.visit for result in results if result.outcome in (Outcome.DONE, Outcome.CLOSED_FOR_GOOD)}
    here = {site.id for site in plan.sites}
    waiting = {
        visit.site
        for visit in plan.visits
        if Purpose.FOLLOW_UP in (visit.purpose, *visit.also) and visit.id not in done
    }
    last = plan.round.workdays[-1]
    return tuple(
        new_visit(
            plan,
            one.visit.site_id,
            purpose=Purpose.FOLLOW_UP,
            earliest=one.visit.earliest,
            due=min(one.visit.due, last) if one.visit.due else None,
            minutes=one.visit.minutes,
        )
        for one in followups([item for item in findings if item.site in here], as_of, until, waiting=waiting)
    )


def extra_visits(desk: Desk, as_of: date, until: date, *, sample: float = 0.0, seed: int = 1) -> tuple[ExtraVisit, ...]:
    """Return what findings and closed-down sites ask of a round from `as_of` to `until`, as rows of visits.csv.

    `sample`: which share of the sites that are gone (已关停, 已注销) is drawn for a random recheck (重出江湖).
    """
    with desk.store.reading() as t:
        found = t.findings.list(state=FindingState.OPEN)
        gone = _gone(t)
    due = [one.visit for one in followups(found, as_of, until)]
    drawn = draw_sample(gone, -int(-sample * len(gone) // 1), seed).drawn if sample else ()
    return (*due, *(ExtraVisit(site_id=site, purpose=Purpose.SAMPLE) for site in drawn))


def _gone(t: Transaction) -> list[SiteId]:
    """Return the sites that the list or the latest result calls gone."""
    gone = {site.id for site in t.sites.list() if site.standing in (Standing.CLOSED, Standing.DEREGISTERED)}
    for stored in t.rounds.list():
        head = t.plans.published(stored.id)
        if head is None:
            continue
        shut = {result.visit for result in t.results.list(stored.id) if result.outcome is Outcome.CLOSED_FOR_GOOD}
        if shut:
            gone |= {visit.site for visit in t.plans.plan(head.id).visits if visit.id in shut}
    return sorted(gone)


# ---- moved, not found: the planner's word ----------------------------------------------------------------------------


def sent_again(t: Transaction, round_id: RoundId) -> dict[VisitId, datetime]:
    """Return the visits that the planner sent out again, and the moment of the result that he answered."""
    entries = t.audit.list(object=f"round/{round_id}/again", limit=100_000)
    return {VisitId(one.detail["visit"]): datetime.fromisoformat(one.detail["answers"]) for one in reversed(entries)}


def to_settle(desk: Desk, round_id: int) -> list[dict[str, Any]]:
    """Return the sites that moved or were not found and of which nobody has said yet what to do."""
    with desk.store.reading() as t:
        waiting = for_the_planner(t.results.list(RoundId(round_id)), _answered(t, RoundId(round_id)))
        head = t.plans.published(RoundId(round_id))
        plan = t.plans.plan(head.id) if head else None
    sites = {site.id: site for site in plan.sites} if plan else {}
    of = {visit.id: visit.site for visit in plan.visits} if plan else {}
    return [
        {
            "visit": one.visit,
            "site": of.get(one.visit, ""),
            "name": sites[of[one.visit]].name if one.visit in of else one.visit,
            "address": sites[of[one.visit]].address if one.visit in of else "",
            "outcome": one.outcome.value,
            "note": one.note,
            "by": one.by,
            "at": one.at.isoformat(timespec="minutes"),
        }
        for one in waiting
    ]


def _answered(t: Transaction, round_id: RoundId) -> Mapping[VisitId, datetime]:
    # A result that was answered is over; a later one of the same visit waits again.
    return {visit: at + timedelta(microseconds=1) for visit, at in sent_again(t, round_id).items()}


def settle(desk: Desk, round_id: int, visit: str, *, gone: bool, at: datetime, by: str, note: str = "") -> None:
    """Say what becomes of a site that moved or was not found: it is `gone`, or the crew is sent again with the next plan.

    Raises
    ------
    NotFound
        No such visit waits for the planner.
    Conflict
        The round has no published plan any more.
    """
    with desk.store.transaction() as t:
        waiting = {
            one.visit: one
            for one in for_the_planner(t.results.list(RoundId(round_id)), _answered(t, RoundId(round_id)))
        }
        one = waiting.get(VisitId(visit))
        if one is None:
            raise NotFound(say("findings.not_waiting", visit=visit))
        if gone:
            head = t.plans.published(RoundId(round_id))
            if head is None:
                raise Conflict(say("replan.not_published", round=round_id))
            t.results.add(
                head.id,
                VisitResult(
                    key=f"settled-{one.key}"[:64],
                    visit=one.visit,
                    outcome=Outcome.CLOSED_FOR_GOOD,
                    note=note,
                    by=by,
                    at=max(at, one.at),
                ),
            )
            t.audit.add(by, "visit.gone", f"round/{round_id}", {"visit": visit})
        else:
            t.audit.add(by, AGAIN, f"round/{round_id}/again", {"visit": visit, "answers": one.at.isoformat()})


def held_back(t: Transaction, round_id: RoundId) -> frozenset[VisitId]:
    """Return the visits that no plan may take up again before the planner has spoken."""
    return frozenset(one.visit for one in for_the_planner(t.results.list(round_id), _answered(t, round_id)))
