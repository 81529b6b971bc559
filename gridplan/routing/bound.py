"""A lower bound on the cost of any lawful plan of the planned visits: least team-days and least travel. Imports no solver.

Every place is entered at least once, and the ways out of the bases connect all places: so the ways out are no shorter than
the cheapest way into each place summed up, nor than a minimum spanning tree over the places and the bases taken as one
point. Each team-day also ends with a way home. Visits, set-ups and that travel must fit into the longest team-days there are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import minimum_spanning_tree

from gridplan.model.crew import Shift
from gridplan.model.place import LonLat
from gridplan.model.plan import Bound, Plan
from gridplan.model.travel import UNREACHABLE, TravelEngine
from gridplan.model.words import say

TEAM_DAY_MIN = 30
"""What a team-day costs, in minutes of travel."""
MOST_TREE_PLACES = 2500
"""Above this the tree's matrix takes too much memory; the cheapest ways in alone are a bound, too."""
BLOCK = 500


def _work_s(shift: Shift) -> int:
    """Return the longest time from the shift's start to being back, its lunch taken off where it is due."""
    whole = shift.end_s - shift.start_s
    if shift.lunch is None:
        return whole
    return max(whole - shift.lunch.minutes * 60, min(shift.lunch.to_s, shift.end_s) - shift.start_s, 0)


def _available_s(plan: Plan) -> list[int]:
    """Return the working seconds of every team-day of the horizon, longest first."""
    return sorted(
        (
            sum(_work_s(shift) for shift in team.shifts_on(day))
            for team in plan.teams
            for day in plan.round.workdays
            if team.shifts_on(day)
        ),
        reverse=True,
    )


def _least_legs_s(places: Sequence[LonLat], plan: Plan, engine: TravelEngine) -> tuple[int, int]:
    """Return the least seconds of all legs that lead to a place, and of one leg home."""
    count = len(places)
    out = np.full(count, UNREACHABLE, dtype=np.int64)
    home = UNREACHABLE
    cheapest = out.copy()
    keep = count <= MOST_TREE_PLACES
    legs = np.full((count, count), UNREACHABLE, dtype=np.int64) if keep else None
    for mode in sorted({team.mode for team in plan.teams}):
        bases = list(dict.fromkeys(team.base for team in plan.teams if team.mode is mode))
        out = np.minimum(out, engine.matrix(bases, places, mode).time_s.min(axis=0))
        for first in range(0, count, BLOCK):
            # Bases among the destinations: an engine searches once for each origin.
            block = engine.matrix(places[first : first + BLOCK], [*places, *bases], mode).time_s
            home = min(home, int(block[:, count:].min()))
            ways = block[:, :count].copy()
            rows = np.arange(len(ways))
            ways[rows, first + rows] = UNREACHABLE
            cheapest = np.minimum(cheapest, ways.min(axis=0))
            if legs is not None:
                legs[first : first + BLOCK] = np.minimum(legs[first : first + BLOCK], ways)
    ways_in = int(np.minimum(cheapest, out).sum())
    return max(ways_in, _tree_s(legs, out)) if legs is not None else ways_in, home


def _tree_s(legs: NDArray[np.int64], out: NDArray[np.int64]) -> int:
    """Return the length of a minimum spanning tree over the places and the bases taken as one point."""
    count = len(out)
    # An entry of 0 means "no edge" to scipy: every edge is made 1 s longer, and a tree over n + 1 points has n edges.
    graph = np.zeros((count + 1, count + 1), dtype=np.float64)
    graph[:count, :count] = np.minimum(legs, legs.T) + 1
    graph[count, :count] = graph[:count, count] = out + 1
    np.fill_diagonal(graph, 0)
    return round(float(minimum_spanning_tree(graph).sum())) - count


def lower_bound(plan: Plan, engine: TravelEngine, weight_team_day_min: float = TEAM_DAY_MIN) -> Bound:
    """Return what no lawful plan of the same planned visits, teams and days can cost less than (minutes), and why."""
    planned = {stop.visit for route in plan.routes for stop in route.stops}
    visits = [visit for visit in plan.visits if visit.id in planned]
    if not visits or not plan.teams:
        return Bound(cost=0.0, team_days=0, text=say("bound.nothing"))
    places = list(dict.fromkeys(visit.place for visit in visits))
    out_s, home_s = _least_legs_s(places, plan, engine)
    stay_s = sum(visit.minutes for visit in visits) * 60 + len(places) * plan.travel.set_up_min * 60
    available = _available_s(plan)
    count, room_s = 0, 0
    while count < len(available) and (count == 0 or room_s < stay_s + out_s + count * home_s):
        room_s += available[count]
        count += 1
    travel_s = out_s + count * home_s
    # Rounded down, so that the figure stays a bound.
    cost = np.floor((travel_s / 60 + weight_team_day_min * count) * 100) / 100
    return Bound(
        cost=float(cost),
        team_days=count,
        text=say(
            "bound.reason",
            team_days=count,
            stay=stay_s // 60,
            travel=travel_s // 60,
            longest=available[0] // 60 if available else 0,
        ),
    )
