"""Says of each visit of a plan what it is as of one moment: done, ahead, overdue or unplanned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone

from gridplan.model.coverage import VisitState
from gridplan.model.plan import Plan
from gridplan.model.result import COUNTS_AS_DONE, VisitResult
from gridplan.model.round import VisitId

# Plans are written in local time without offset; the store's moments carry UTC. All of China keeps one time.
_LOCAL = timezone(timedelta(hours=8))


def local(moment: datetime) -> datetime:
    """Return a moment as local time without offset, as plans are written."""
    return moment.astimezone(_LOCAL).replace(tzinfo=None) if moment.tzinfo else moment


def done_days(results: Iterable[VisitResult], as_of: datetime) -> dict[VisitId, date]:
    """Return the local day on which each visit was done: the latest result up to `as_of` that counts decides."""
    days: dict[VisitId, date] = {}
    for result in sorted(results, key=lambda item: local(item.at)):
        if result.outcome in COUNTS_AS_DONE and local(result.at) <= local(as_of):
            days[result.visit] = local(result.at).date()
    return days


def planned_days(plan: Plan) -> dict[VisitId, date]:
    """Return the day of each visit that has a stop."""
    return {stop.visit: route.date for route in plan.routes for stop in route.stops}


def visit_states(plan: Plan, results: Sequence[VisitResult], as_of: datetime) -> dict[VisitId, VisitState]:
    """Return the one state of each visit of the plan as of a moment."""
    done, planned, today = done_days(results, as_of), planned_days(plan), local(as_of).date()
    states = {}
    for visit in plan.visits:
        if visit.id in done:
            states[visit.id] = VisitState.DONE
        elif visit.id not in planned:
            states[visit.id] = VisitState.UNPLANNED
        else:
            states[visit.id] = VisitState.OVERDUE if planned[visit.id] < today else VisitState.AHEAD
    return states
