"""Sets what was done against the plan and the daily minimum, day by day, and says when the round will be finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from gridplan.model.plan import Plan
from gridplan.model.result import VisitResult
from gridplan.report.states import done_days, local, planned_days

LAST_DAYS = 3
"""The forecast goes by the mean of so many last days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceDay:
    """One day of the round. `enough`: whether the daily minimum was really done; None while the day is not over or idle."""

    day: date
    planned: int
    done: int
    enough: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a round goes, in visits that count for the rule.

    `speed` is the mean of the last full days, None before the first is over; `needed` what each day left must bring.
    `behind` = planned for the days that are over − done of all (below 0 when ahead). `finish` is the day on which the
    round will be complete at this speed, None when it is not in the horizon: then `days_late` working days are missing,
    or, where that is None too, the speed is 0 or not known.
    """

    days: tuple[PaceDay, ...]
    minimum: int
    promised: int
    done: int
    left: int
    behind: int
    days_left: int
    speed: float | None
    needed: float | None
    finish: date | None
    days_late: int | None
    planned_finish: date | None

    @property
    def on_time(self) -> bool:
        """Whether all is done that should be, and the forecast stays within the round."""
        return self.behind <= 0 and not self.days_late


def pace(plan: Plan, results: Sequence[VisitResult], as_of: datetime) -> Pace:
    """Return the pace of the round as of a moment; the minimum of the rule is judged on what was done."""
    rule, today = plan.round.rule, local(as_of).date()
    counted = {visit.id for visit in plan.visits if visit.counts(rule.counts)}
    planned_on = {visit: day for visit, day in planned_days(plan).items() if visit in counted}
    done_on = {visit: day for visit, day in done_days(results, as_of).items() if visit in counted}
    planned, done = Counter(planned_on.values()), Counter(done_on.values())
    days = tuple(
        PaceDay(
            day=day,
            planned=planned[day],
            done=done[day],
            enough=done[day] >= rule.min_per_day if day < today and (planned[day] or done[day]) else None,
        )
        for day in sorted({*plan.round.workdays, *planned, *done})
    )
    over = [item for item in days if item.day < today and (item.planned or item.done)][-LAST_DAYS:]
    remaining = [day for day in plan.round.workdays if day >= today]
    speed = sum(item.done for item in over) / len(over) if over else None
    left = len(counted) - len(done_on)
    finish, days_late = _forecast(left, speed, remaining, max(done, default=None))
    return Pace(
        days=days,
        minimum=rule.min_per_day,
        promised=len(counted),
        done=len(done_on),
        left=left,
        behind=sum(item.planned for item in days if item.day < today) - len(done_on),
        days_left=len(remaining),
        speed=speed,
        needed=left / len(remaining) if remaining else None,
        finish=finish,
        days_late=days_late,
        planned_finish=max(planned, default=None),
    )


def _forecast(
    left: int, speed: float | None, remaining: Sequence[date], last_done: date | None
) -> tuple[date | None, int | None]:
    if not left:
        return last_done, 0
    if not speed:
        return None, None
    need = ceil(left / speed)
    return (remaining[need - 1], 0) if need <= len(remaining) else (None, need - len(remaining))
