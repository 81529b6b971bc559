"""Keeps what came of one visit, whole or not at all: the result, arrival, answers, findings with their notices, and rechecks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from gridplan.fieldwork.findings import after, recheck
from gridplan.fieldwork.record import accept
from gridplan.model.errors import InputError, NotFound
from gridplan.model.finding import (
    Categories,
    Finding,
    FindingAction,
    FindingEvent,
    FindingId,
    Notice,
)
from gridplan.model.record import PlanId, Receipt, RoundId
from gridplan.model.result import VisitResult
from gridplan.model.sent import Parcel, SentFinding
from gridplan.model.site import SiteId
from gridplan.model.words import say
from gridplan.store.repositories import Transaction


def keep_parcel(
    t: Transaction,
    parcel: Parcel,
    *,
    round_id: RoundId,
    plan_id: PlanId,
    site: SiteId,
    categories: Categories,
    earlier: Iterable[VisitResult] | None = None,
) -> Receipt:
    """Keep a visit's result with all that belongs to it, in the caller's transaction. Whose stop it is, the caller has asked.

    A result that is there already under its key changes nothing, findings and all. `earlier`: what `t.results.about` said of it
    in this transaction, for a caller that has asked.

    Raises
    ------
    InputError
        The result takes back a visit that is done, or a finding names an unknown category or a past last day.
    Conflict
        Another result was kept under this key.
    NotFound
        The plan holds no such visit, or a recheck names no finding of this site.
    """
    result = parcel.result
    if accept(result, t.results.about(result, round_id) if earlier is None else earlier) is Receipt.DUPLICATE:
        return Receipt.DUPLICATE
    if t.results.add(plan_id, result) is Receipt.DUPLICATE:
        return Receipt.DUPLICATE
    if parcel.arrived_at or parcel.arrived or parcel.checklist_version:
        t.parcels.arrive(result.key, parcel.arrived_at, parcel.arrived, parcel.checklist_version)
    t.parcels.answer(result.key, parcel.answers)
    for one in parcel.findings:
        _open(t, one, parcel, round_id, site, categories)
    for told in parcel.rechecks:
        finding = t.findings.get(FindingId(told.finding))
        if finding.site != site:
            raise NotFound(say("findings.none", finding=told.finding))
        steps = recheck(
            finding,
            passed=told.passed,
            at=result.at,
            by=result.by,
            note=told.note,
            due=told.due,
            result=result.key,
        )
        for step in steps:
            finding = t.findings.step(step, after(finding, step))
    return Receipt.ACCEPTED


def _open(
    t: Transaction, sent: SentFinding, parcel: Parcel, round_id: RoundId, site: SiteId, categories: Categories
) -> None:
    result = parcel.result
    if sent.category not in categories:
        raise InputError(say("findings.no_category", category=sent.category))
    due = sent.due or usual_due(categories, sent.category, result.at.date()) if sent.notice else sent.due
    if due is not None and due < result.at.date():
        raise InputError(say("findings.past_due", due=due, found=result.at.date()))
    finding = Finding(
        id=FindingId(sent.key),
        round=round_id,
        site=site,
        visit=result.visit,
        category=sent.category,
        text=sent.text,
        by=result.by,
        at=result.at,
        due=due,
        result=result.key,
    )
    if not t.findings.add(finding):
        raise InputError(say("findings.known", finding=sent.key))
    for photo in sent.photos:
        t.parcels.attach(photo, finding=sent.key, result=result.key)
    if sent.notice is not None:
        number = t.findings.free_number(result.at.year)
        t.findings.add_notice(
            Notice(
                number=number,
                kind=sent.notice,
                finding=finding.id,
                due=due,
                to=sent.to,
                at=result.at,
                by=result.by,
            )
        )
        event = FindingEvent(
            finding=finding.id,
            at=result.at,
            by=result.by,
            action=FindingAction.NOTICE,
            note=number,
            due=due,
            result=result.key,
        )
        t.findings.step(event, after(finding, event))


def usual_due(categories: Categories, category: str, found: date) -> date:
    """Return the last day that the office usually sets for such a problem."""
    return found + timedelta(days=categories[category].days)
