"""Findings as they stood at a past moment, rebuilt from their steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from gridplan.model.finding import Finding, FindingAction, FindingEvent, FindingState
from gridplan.report.states import local


def findings_at(
    findings: Iterable[Finding], events: Iterable[FindingEvent], as_of: datetime
) -> tuple[tuple[Finding, ...], tuple[FindingEvent, ...]]:
    """Return the findings made up to a moment as they stood then, and the steps taken up to it."""
    moment = local(as_of)
    taken = tuple(event for event in events if local(event.at) <= moment)
    steps: dict[str, list[FindingEvent]] = defaultdict(list)
    for event in taken:
        steps[event.finding].append(event)
    return tuple(_at(one, steps[one.id]) for one in findings if local(one.at) <= moment), taken


def _at(finding: Finding, steps: list[FindingEvent]) -> Finding:
    if not steps:  # written without steps: as it is
        return finding
    state, closed, reopened, due = FindingState.OPEN, None, 0, None
    for step in steps:
        due = step.due or due
        if step.action is FindingAction.CLOSED:
            state, closed = FindingState.CLOSED, step.at
        elif step.action is FindingAction.REOPENED:
            state, closed, reopened = FindingState.OPEN, None, reopened + 1
    return replace(finding, state=state, closed_at=closed, reopened=reopened, due=due)
