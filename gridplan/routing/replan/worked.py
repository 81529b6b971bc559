"""What stays of a round that is partly worked, and what came back: results and news laid over the published plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from gridplan.model.crew import Team, TeamId
from gridplan.model.plan import Placement, Plan
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import Visit, VisitId
from gridplan.routing.replan.standing import placements


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new since the plan was published, beside the results.

    `visits` are new ones (leads with their due day, follow-ups); `out` the teams that fall out, each from a date on;
    `joined` new teams; `lost_days` dates on which nobody works, `lost_shifts` single shifts that fall away.
    """

    visits: tuple[Visit, ...] = ()
    out: Mapping[TeamId, date] = field(default_factory=dict)
    joined: tuple[Team, ...] = ()
    lost_days: frozenset[date] = frozenset()
    lost_shifts: frozenset[Placement] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What stays whatever comes.

    `fixed` are the visits of each route that stays as it is, in order, `open` those of routes that are planned again; `back`
    are those that lost their place, with the last date from `as_of` on on which they were `tried` in vain (None: none).
    """

    done: set[VisitId]
    back: dict[VisitId, date | None]
    fixed: dict[Placement, tuple[VisitId, ...]]
    open: dict[Placement, tuple[VisitId, ...]]
    teams: tuple[Team, ...]
    tried: frozenset[VisitId]


def look_back(plan: Plan, as_of: date, results: Sequence[VisitResult], news: News, counts: Collection[Outcome]) -> Past:
    done = {result.visit for result in results if result.outcome in counts}
    tried: dict[VisitId, date] = {}
    for result in results:
        if result.visit not in done:
            tried[result.visit] = max(tried.get(result.visit, date.min), result.at.date())
    lies = placements(plan)
    # A stop that lies after the last try was planned since: it stands.
    tried = {visit: day for visit, day in tried.items() if any(place.date <= day for place in lies.get(visit, ()))}
    worked = {(place.team, place.date) for visit in done for place in lies.get(visit, ())}
    teams = _teams(plan, as_of, news, worked)
    works = {team.id: team for team in teams}
    routes = {
        Placement(team=route.team, date=route.date, shift=route.shift): tuple(stop.visit for stop in route.stops)
        for route in plan.routes
    }

    def lost(place: Placement) -> bool:
        """Whether the place is gone: its day is over, or its team, day or shift has fallen away."""
        out = news.out.get(place.team)
        return (
            place.date < as_of
            or place.date in news.lost_days
            or place in news.lost_shifts
            or (out is not None and place.date >= out)
            or place.shift not in {shift.name for shift in works[place.team].shifts_on(place.date)}
        )

    # A joint visit is given up in both routes when one of them cannot keep it.
    gone = {visit for visit, places in lies.items() if visit not in done and (visit in tried or any(map(lost, places)))}
    under_way = {
        place
        for place, visits in routes.items()
        if place.date == as_of and not lost(place) and any(visit in done or visit in tried for visit in visits)
    }
    # What hangs together with a route under way is left alone, too: the partner of a joint visit, and, where the townships
    # of a team-day are limited, the other shift of the day.
    limited = plan.round.limits.townships_per_team_day > 0
    while more := {
        place
        for shut in under_way
        for place in (
            *(other for visit in routes[shut] if visit not in gone for other in lies[visit]),
            *(other for other in routes if limited and (other.team, other.date) == (shut.team, shut.date)),
        )
        if place not in under_way and not lost(place)
    }:
        under_way |= more
    fixed: dict[Placement, tuple[VisitId, ...]] = {}
    open_: dict[Placement, tuple[VisitId, ...]] = {}
    for place, visits in routes.items():
        if lost(place):
            kept = tuple(visit for visit in visits if visit in done)
            if kept:
                fixed[place] = kept
        elif stay := tuple(visit for visit in visits if visit not in gone):
            (fixed if place in under_way else open_)[place] = stay
    back = {visit: day if (day := tried.get(visit)) and day >= as_of else None for visit in gone}
    return Past(done=done, back=back, fixed=fixed, open=open_, teams=teams, tried=frozenset(tried))


def _teams(plan: Plan, as_of: date, news: News, worked: Collection[tuple[TeamId, date]]) -> tuple[Team, ...]:
    """Return the teams with their new days off. A day on which one has done something stays a day at work."""
    days = plan.round.workdays
    teams = []
    for team in plan.teams:
        out = news.out.get(team.id)
        off = {day for day in days if day in news.lost_days or (out is not None and day >= max(out, as_of))}
        for lost in news.lost_shifts:
            if lost.team == team.id and [shift.name for shift in team.shifts_on(lost.date)] == [lost.shift]:
                off.add(lost.date)
        off = {day for day in off if day >= as_of and (team.id, day) not in worked}
        teams.append(replace(team, off=team.off | off))
    before = {day for day in days if day < as_of} | news.lost_days
    return (*teams, *(replace(team, off=team.off | before) for team in news.joined))
