"""The way of a finding: open → notice → due → recheck → closed (销号); what is due becomes the follow-ups of the next plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gridplan.model.errors import Conflict, InputError
from gridplan.model.finding import Finding, FindingAction, FindingEvent, FindingId, FindingState
from gridplan.model.moment import local
from gridplan.model.result import COUNTS_AS_DONE, FOR_THE_PLANNER, VisitResult
from gridplan.model.round import ExtraVisit, Purpose, VisitId
from gridplan.model.site import SiteId
from gridplan.model.words import say

GRACE_DAYS = 3
"""Within so many days after its last day a finding is rechecked."""
RECHECK_MIN, MORE_MIN = 20, 5
"""Minutes of a recheck, and those of each finding more at the same site."""


def after(finding: Finding, event: FindingEvent) -> Finding:
    """Return the finding as it stands after one more step.

    Raises
    ------
    Conflict
        The step does not follow: a closed finding is closed, passed or given a notice or another last day.
    InputError
        The step lies before the finding itself.
    """
    if event.at < finding.at:
        raise InputError(say("findings.before", at=f"{event.at:%Y-%m-%d %H:%M}", found=f"{finding.at:%Y-%m-%d %H:%M}"))
    action, closed = event.action, finding.state is FindingState.CLOSED
    if action is FindingAction.FOUND:
        return finding
    if action in (FindingAction.REOPENED, FindingAction.FAILED):
        if action is FindingAction.REOPENED and not closed:
            raise Conflict(say("findings.is_open", finding=finding.id))
        return replace(
            finding,
            state=FindingState.OPEN,
            closed_at=None,
            due=event.due or finding.due,
            reopened=finding.reopened + closed,
        )
    if closed:
        raise Conflict(say("findings.is_closed", finding=finding.id))
    if action is FindingAction.CLOSED:
        return replace(finding, state=FindingState.CLOSED, closed_at=event.at)
    return replace(finding, due=event.due or finding.due)


def stood_at(finding: Finding, events: Iterable[FindingEvent], at: datetime) -> Finding | None:
    """Return a finding as it stood at a past moment, by its steps up to then; None before it was found.

    One that was written without steps is as it is.
    """
    moment = local(at)
    if local(finding.at) > moment:
        return None
    mine = [event for event in events if event.finding == finding.id]
    if not mine:
        return finding
    due = next((event.due for event in mine if event.action is FindingAction.FOUND), None)
    stands = replace(finding, state=FindingState.OPEN, closed_at=None, reopened=0, due=due)
    for event in mine:
        if local(event.at) <= moment:
            stands = after(stands, event)
    return stands


def findings_at(
    findings: Iterable[Finding], events: Iterable[FindingEvent], at: datetime
) -> tuple[tuple[Finding, ...], tuple[FindingEvent, ...]]:
    """Return the findings made up to a moment as they stood then, and the steps taken up to it."""
    steps: dict[FindingId, list[FindingEvent]] = {}
    for event in (events := tuple(events)):
        steps.setdefault(event.finding, []).append(event)
    stood = (stood_at(one, steps.get(one.id, ()), at) for one in findings)
    taken = tuple(event for event in events if local(event.at) <= local(at))
    return tuple(one for one in stood if one is not None), taken


def recheck(finding: Finding, *, passed: bool, at: datetime, by: str, note: str = "", due: date | None = None,
            result: str = "") -> list[FindingEvent]:  # fmt: skip
    """Return the steps of a recheck: passed closes an open finding, failed leaves it open with a new last day or opens it again.

    Raises
    ------
    InputError
        It failed and no day after the recheck was set.
    """

    def step(action: FindingAction, last: date | None = None) -> FindingEvent:
        return FindingEvent(finding=finding.id, at=at, by=by, action=action, note=note, due=last, result=result)

    if passed:
        still_closed = finding.state is FindingState.CLOSED
        return (
            [step(FindingAction.PASSED)] if still_closed else [step(FindingAction.PASSED), step(FindingAction.CLOSED)]
        )
    if due is None or due <= at.date():
        raise InputError(say("findings.new_due", finding=finding.id))
    return [step(FindingAction.FAILED, due)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A recheck (回头看) of what is due at one site: the visit it asks for, which findings, and whether they are overdue."""

    visit: ExtraVisit
    findings: tuple[FindingId, ...]
    overdue: bool


def followups(
    findings: Sequence[Finding],
    as_of: date,
    until: date,
    *,
    waiting: Collection[SiteId] = (),
    grace_days: int = GRACE_DAYS,
) -> tuple[FollowUp, ...]:
    """Return a follow-up for each site with a finding that is overdue on `as_of` or falls due by `until`, the most urgent first.

    It may be made from the last day of the earliest finding on, not before `as_of`, and should be within `grace_days`. Sites that
    are `waiting` for a follow-up already get no second one. Findings without a last day ask for nothing.
    """
    by_site: dict[SiteId, list[Finding]] = {}
    for finding in findings:
        if finding.state is FindingState.OPEN and finding.due is not None and finding.due <= until:
            by_site.setdefault(finding.site, []).append(finding)
    found = []
    for site, mine in by_site.items():
        if site in waiting:
            continue
        first = min(finding.due for finding in mine if finding.due)
        earliest = max(first, as_of)
        due = max(first, as_of) + timedelta(days=grace_days)
        minutes = RECHECK_MIN + MORE_MIN * (len(mine) - 1)
        visit = ExtraVisit(site_id=site, purpose=Purpose.FOLLOW_UP, earliest=earliest, due=due, minutes=minutes)
        ids = tuple(finding.id for finding in mine)
        found.append(FollowUp(visit=visit, findings=ids, overdue=first < as_of))
    return tuple(sorted(found, key=lambda one: (not one.overdue, one.visit.due or as_of, one.visit.site_id)))


def latest(results: Iterable[VisitResult]) -> dict[VisitId, VisitResult]:
    """Return the last word on each visit; one that was done stays done."""
    last: dict[VisitId, VisitResult] = {}
    for result in sorted(results, key=lambda one: (one.at, one.key)):
        known = last.get(result.visit)
        if known is None or known.outcome not in COUNTS_AS_DONE or result.outcome in COUNTS_AS_DONE:
            last[result.visit] = result
    return last


def for_the_planner(results: Iterable[VisitResult], again: Mapping[VisitId, datetime]) -> tuple[VisitResult, ...]:
    """Return the results that say a site moved or was not found and of which nobody has said yet what to do, the oldest first.

    `again`: visits that the planner sent out again, and when.
    """
    waiting = [
        result
        for result in latest(results).values()
        if result.outcome in FOR_THE_PLANNER and again.get(result.visit, datetime.min) <= result.at
    ]
    return tuple(sorted(waiting, key=lambda one: (one.at, one.visit)))
