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
            sum(_work_s(shift) for shift in team.shifts)
            for team in plan.teams
            if team.shifts
            for day in plan.round.workdays
            if day not in team.off
        ),
        reverse=True,
    )


def _legs_s(
    origins: Sequence[LonLat], destinations: Sequence[LonLat], plan: Plan, engine: TravelEngine
) -> NDArray[np.int64]:
    """Return the fastest leg of any travel mode in use."""
    modes = sorted({team.mode for team in plan.teams})
    legs = [engine.matrix(origins, destinations, mode).time_s for mode in modes]
    return np.asarray(np.minimum.reduce(legs), dtype=np.int64)


def _ways_out_s(places: Sequence[LonLat], plan: Plan, engine: TravelEngine) -> int:
    """Return the least seconds of all legs that lead to a place."""
    count = len(places)
    out = np.full(count, UNREACHABLE, dtype=np.int64)
    for team in plan.teams:
        out = np.minimum(out, engine.matrix([team.base], places, team.mode).time_s[0])
    cheapest = out.copy()
    keep = count <= MOST_TREE_PLACES
    legs = np.zeros((count, count), dtype=np.int64) if keep else None
    for first in range(0, count, BLOCK):
        block = _legs_s(places[first : first + BLOCK], places, plan, engine).copy()
        rows = np.arange(len(block))
        if legs is not None:
            legs[first : first + BLOCK] = block
        block[rows, first + rows] = UNREACHABLE
        cheapest = np.minimum(cheapest, block.min(axis=0))
    if legs is None:
        return int(cheapest.sum())
    # An entry of 0 means "no edge" to scipy: every edge is made 1 s longer, and a tree over n + 1 points has n edges.
    graph = np.zeros((count + 1, count + 1), dtype=np.float64)
    graph[:count, :count] = np.minimum(legs, legs.T) + 1
    graph[count, :count] = graph[:count, count] = out + 1
    np.fill_diagonal(graph, 0)
    tree = round(float(minimum_spanning_tree(graph).sum())) - count
    return max(tree, int(cheapest.sum()))


def _way_home_s(places: Sequence[LonLat], plan: Plan, engine: TravelEngine) -> int:
    """Return the shortest leg from any place to a team's base."""
    return min(int(engine.matrix(places, [team.base], team.mode).time_s.min()) for team in plan.teams)


def lower_bound(plan: Plan, engine: TravelEngine, weight_team_day_min: float = TEAM_DAY_MIN) -> Bound:
    """Return what no lawful plan of the same planned visits, teams and days can cost less than (minutes), and why."""
    planned = {stop.visit for route in plan.routes for stop in route.stops}
    visits = [visit for visit in plan.visits if visit.id in planned]
    if not visits or not plan.teams:
        return Bound(cost=0.0, team_days=0, text=say("bound.nothing"))
    places = list(dict.fromkeys(visit.place for visit in visits))
    out_s, home_s = _ways_out_s(places, plan, engine), _way_home_s(places, plan, engine)
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
