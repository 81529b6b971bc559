"""The least harmful ways out when a replanned round does not fit: each really planned, as rows from which an office chooses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.plan import Plan
from gridplan.model.round import Visit
from gridplan.model.site import VisitMode
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.routing.replan.comparing import ChangeKind
from gridplan.routing.replan.replan import Dial, Replanned, replan
from gridplan.routing.replan.worked import News
from gridplan.routing.timeline import OFFICERS_AT_INSPECTION

OVERTIME_MIN = 30
EXTRA_SHIFTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way out: how many visits it leaves out and how many stops it moves, with the plan itself."""

    kind: str
    left_out: int
    moved: int
    overtime_min: int
    result: Replanned
    text: Text


def choices(
    plan: Plan, engine: TravelEngine, *, as_of: date, news: News | None = None, **more: Any
) -> tuple[Choice, ...]:
    """Return the rows: nobody moves; 5 minutes a move; overtime of up to 30 minutes; two extra shifts.

    `more` are arguments of `replan` but the dial. The last two rows are only there when something is left out without them;
    they move others as little as the second.
    """
    news = news or News()

    def row(kind: str, what: Text, on: Plan, dial: Dial, with_news: News) -> Choice:
        found = replan(on, engine, as_of=as_of, news=with_news, dial=dial, **more)
        left, moved = len(found.plan.unplanned), found.changes.count(ChangeKind.MOVED)
        text = say("replan.choice", what=what, left=left, moved=moved, travel=f"{found.plan.figures.travel_min:.0f}")
        late = _overtime_min(plan, found.plan)
        return Choice(kind=kind, left_out=left, moved=moved, overtime_min=late, result=found, text=text)

    rows = [
        row("nobody", say("replan.choice_nobody"), plan, Dial.NONE, news),
        row("little", say("replan.choice_little"), plan, Dial.LITTLE, news),
    ]
    missing = _missing(rows[-1].result.plan)
    if missing:
        longer = replace(plan, teams=tuple(_longer(team, OVERTIME_MIN) for team in plan.teams))
        joined = replace(news, joined=tuple(_longer(team, OVERTIME_MIN) for team in news.joined))
        rows.append(row("overtime", say("replan.choice_overtime"), longer, Dial.LITTLE, joined))
        helper = extra_team(rows[-2].result.plan, as_of, missing)
        if helper is not None:
            days = "、".join(f"{day.month}/{day.day}" for day in sorted(helper.on))
            what = say("replan.choice_shifts", team=helper.base_name or helper.name, days=days)
            rows.append(row("shifts", what, plan, Dial.LITTLE, replace(news, joined=(*news.joined, helper))))
    return tuple(rows)


def _missing(plan: Plan) -> list[Visit]:
    out = {item.visit for item in plan.unplanned if item.reason != "done_unplanned"}
    return [visit for visit in plan.visits if visit.id in out and visit.mandatory]


def _longer(team: Team, minutes: int) -> Team:
    """Let the last shift of the team's day end so much later."""
    last = max(team.shifts, key=lambda shift: shift.end_s)

    def later(shift: Shift) -> Shift:
        return replace(shift, end_s=min(shift.end_s + minutes * 60, 24 * 3600)) if shift.end_s == last.end_s else shift

    return replace(team, shifts=tuple(map(later, team.shifts)))


def _overtime_min(plan: Plan, new: Plan) -> int:
    """Return the minutes in all that routes of the new plan end after the shifts that the old one knows."""
    ends = {(team.id, shift.name): shift.end_s for team in plan.teams for shift in team.shifts}
    total = 0
    for route in new.routes:
        end_s = ends.get((route.team, route.shift))
        back_s = route.back.hour * 3600 + route.back.minute * 60 + route.back.second
        total += max(0, back_s - end_s) if end_s is not None else 0
    return round(total / 60)


def extra_team(plan: Plan, as_of: date, missing: Sequence[Visit]) -> Team | None:
    """Return a team for two extra shifts: like the one that could make most of the missing visits, on the two best days."""
    days = [day for day in plan.round.workdays if day >= as_of]
    useful: Counter[tuple[int, date]] = Counter()
    for number, team in enumerate(plan.teams):
        for day in days:
            useful[number, day] = sum(_could(team, day, visit) for visit in missing)
    totals = {
        n: sum(sorted((useful[n, day] for day in days), reverse=True)[:EXTRA_SHIFTS]) for n in range(len(plan.teams))
    }
    best = max(totals, key=lambda n: (totals[n], -_away(plan.teams[n], missing), -n), default=None)
    if best is None or not totals[best]:
        return None
    chosen = sorted(days, key=lambda day: (-useful[best, day], day))[:EXTRA_SHIFTS]
    model = plan.teams[best]
    taken, step = {team.id for team in plan.teams}, 1
    while (id := TeamId(f"{model.id}+{step}")) in taken:
        step += 1
    shift = max(model.shifts, key=lambda one: one.end_s - one.start_s)
    return replace(
        model,
        id=id,
        name=f"{model.name}+{step}",
        shifts=(replace(shift, weekdays=()),),
        on=frozenset(chosen),
        off=frozenset(),
        assumed=True,
    )


def _could(team: Team, day: date, visit: Visit) -> bool:
    """Whether the team's people could make the visit on a day, its doors open in the team's longest shift."""
    shift = max(team.shifts, key=lambda one: one.end_s - one.start_s)
    return (
        visit.departments <= team.departments_on(day)
        and (visit.mode is not VisitMode.INSPECTION or team.certified_on(day) >= OFFICERS_AT_INSPECTION)
        and (visit.earliest is None or day >= visit.earliest)
        and (visit.due is None or day <= visit.due)
        and day not in visit.taken
        and visit.pin is None
        and any(min(b, shift.end_s) - max(a, shift.start_s) >= visit.minutes * 60 for a, b in visit.windows(day))
    )


def _away(team: Team, visits: Sequence[Visit]) -> float:
    """Return how far the team's base lies from the visits, in degrees: only to choose among equals."""
    return sum(abs(v.place.lon - team.base.lon) + abs(v.place.lat - team.base.lat) for v in visits)
