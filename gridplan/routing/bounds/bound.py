"""A lower bound on the cost of any lawful plan of the planned visits: least team-days and least travel. Imports no solver.

The ways of all routes connect all visits and the bases, so they are no shorter than a spanning tree with fees (`forest`), nor
than the cheapest way into each place summed up; each route also has a way home. Visits, set-ups and that travel must fit into
the longest team-days there are. Everything else is left out in favour of cheap plans: opening hours, days, people, where lunch
lies, and all wishes but travel and team-days.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import floor

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Shift
from gridplan.model.place import LonLat
from gridplan.model.plan import NO_TEXT, Bound, Plan
from gridplan.model.round import VisitId
from gridplan.model.travel import UNREACHABLE, TravelEngine
from gridplan.model.words import say
from gridplan.routing.bounds.forest import least_travel

TEAM_DAY_MIN = 30
"""What a team-day costs, in minutes of travel, where a round says nothing else."""
MOST_TREE_PLACES = 4000
"""Above this the tree's matrix takes too much memory; the cheapest ways in alone are a bound, too."""
BLOCK = 500


def work_s(shift: Shift) -> int:
    """Return the longest time from the shift's start to being back, its lunch taken off where it is due."""
    whole = shift.end_s - shift.start_s
    if shift.lunch is None:
        return whole
    return min(whole, max(whole - shift.lunch.minutes * 60, min(shift.lunch.to_s, shift.end_s) - shift.start_s, 0))


def rooms_s(plan: Plan) -> list[int]:
    """Return the working seconds of every team-day of the horizon, longest first."""
    days = [team.shifts_on(day) for team in plan.teams for day in plan.round.workdays]
    return sorted((sum(work_s(shift) for shift in shifts) for shifts in days if shifts), reverse=True)


class _Ways:
    """The quickest ways by any team: from place to place, from the nearest base and to it. Blocks keep the memory small."""

    def __init__(self, places: Sequence[LonLat], plan: Plan, engine: TravelEngine) -> None:
        count = len(places)
        self.out_s = np.full(count, UNREACHABLE, dtype=np.int64)
        self.home_s = self.out_s.copy()
        self.in_s = self.out_s.copy()
        self.legs_s: NDArray[np.int32] | None = None
        if count <= MOST_TREE_PLACES:
            self.legs_s = np.full((count, count), UNREACHABLE, dtype=np.int32)
        for mode in sorted({team.mode for team in plan.teams}):
            bases = list(dict.fromkeys(team.base for team in plan.teams if team.mode is mode))
            self.out_s = np.minimum(self.out_s, engine.matrix(bases, places, mode).time_s.min(axis=0))
            for first in range(0, count, BLOCK):
                rows = slice(first, first + BLOCK)
                # Bases among the destinations: an engine searches once for each origin.
                block = engine.matrix(places[rows], [*places, *bases], mode).time_s
                self.home_s[rows] = np.minimum(self.home_s[rows], block[:, count:].min(axis=1))
                ways = block[:, :count].copy()
                numbers = np.arange(len(ways))
                ways[numbers, first + numbers] = UNREACHABLE
                self.in_s = np.minimum(self.in_s, ways.min(axis=0))
                if self.legs_s is not None:
                    ways[numbers, first + numbers] = 0
                    self.legs_s[rows] = np.minimum(self.legs_s[rows], ways)
        self.in_s = np.minimum(self.in_s, self.out_s)


def _least_travel_s(ways: _Ways, at: Sequence[int], routes: int) -> NDArray[np.int64]:
    """Return the least seconds on the road of at least r routes, r = 0, 1, …; `at` is the place of every stop."""
    stops = np.array(at, dtype=np.int64)
    homes = np.concatenate(([0], np.cumsum(np.sort(ways.home_s[stops]))))
    travel = int(ways.in_s.sum()) + homes
    if ways.legs_s is not None and len(at) <= MOST_TREE_PLACES:
        alone = len(at) == len(ways.home_s)
        legs_s = ways.legs_s if alone else ways.legs_s[np.ix_(stops, stops)]
        tree = least_travel(legs_s, ways.out_s[stops], ways.home_s[stops], routes)
        # Each number of routes by the better of the two; then the least of so many routes or more.
        travel = np.maximum(travel, tree)
    result: NDArray[np.int64] = np.minimum.accumulate(travel[::-1])[::-1]
    return result


def lower_bound(
    plan: Plan,
    engine: TravelEngine,
    weight_team_day_min: float | None = None,
    *,
    planned: Collection[VisitId] | None = None,
) -> Bound:
    """Return what no lawful plan of the same planned visits, teams and days can cost less than (minutes), and why.

    A joint visit of two teams counts as two stops. A team-day weighs what the round's wishes say, unless told otherwise.
    `planned` names the visits where the plan has no routes yet.
    """
    if planned is None:
        planned = {stop.visit for route in plan.routes for stop in route.stops}
    visits = [visit for visit in plan.visits if visit.id in planned]
    if not visits or not plan.teams:
        return Bound(cost=0.0, team_days=0, text=say("bound.nothing"))
    stops = [visit for visit in visits for _ in range(2 if visit.id in plan.appointments else 1)]
    places = list(dict.fromkeys(visit.place for visit in visits))
    number = {place: n for n, place in enumerate(places)}
    stay_s = sum(visit.minutes for visit in stops) * 60 + len(places) * plan.travel.set_up_min * 60
    available = rooms_s(plan)
    room = np.cumsum(np.array(available, dtype=np.int64))
    fewest = min(int(np.searchsorted(room, stay_s)) + 1, max(len(room), 1))
    travel = _least_travel_s(_Ways(places, plan, engine), [number[visit.place] for visit in stops], fewest)
    most = max(1, min(len(available), len(stops)))
    joint = len(stops) > len(visits)
    count = next(
        (n for n in range(2 if joint else 1, most + 1) if n <= len(room) and stay_s + travel[n] <= room[n - 1]), most
    )
    weight = plan.round.wishes.team_day_min if weight_team_day_min is None else weight_team_day_min
    # Rounded down, so that the figure stays a bound.
    return Bound(
        cost=floor((int(travel[count]) / 60 + weight * count) * 100) / 100,
        team_days=count,
        text=say(
            "bound.reason",
            team_days=count,
            stay=stay_s // 60,
            travel=int(travel[count]) // 60,
            longest=available[0] // 60 if available else 0,
            joint=say("bound.joint") if joint else NO_TEXT,
        ),
    )
