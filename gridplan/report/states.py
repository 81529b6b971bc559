"""Says of each visit of a plan what it is as of one moment: done, ahead, overdue or unplanned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from gridplan.model.coverage import VisitState
from gridplan.model.moment import local
from gridplan.model.plan import Plan
from gridplan.model.result import VisitResult, first_done
from gridplan.model.round import VisitId


def planned_days(plan: Plan) -> dict[VisitId, date]:
    """Return the day of each visit that has a stop."""
    return {stop.visit: route.date for route in plan.routes for stop in route.stops}


def visit_states(plan: Plan, results: Sequence[VisitResult], as_of: datetime) -> dict[VisitId, VisitState]:
    """Return the one state of each visit of the plan as of a moment."""
    done, planned, today = first_done(results, as_of), planned_days(plan), local(as_of).date()
    states = {}
    for visit in plan.visits:
        if visit.id in done:
            states[visit.id] = VisitState.DONE
        elif visit.id not in planned:
            states[visit.id] = VisitState.UNPLANNED
        else:
            states[visit.id] = VisitState.OVERDUE if planned[visit.id] < today else VisitState.AHEAD
    return states
