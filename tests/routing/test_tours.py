"""Routing a few teams: lunch, windows, limits, stopping."""

from __future__ import annotations

import pytest

from gridplan.model.errors import Cancelled
from gridplan.model.words import Text
from gridplan.routing.problem import Problem
from gridplan.routing.search.tours import Tours, Weights, solve_tours
from gridplan.routing.timeline import Timetable
from tests.builders import NIGHT, point, team, visit
from tests.routing.mission import mission, problem


def _solve(asked: Problem, *, limit: int = 3_000, **more: object) -> tuple[Timetable, Tours]:
    table = Timetable(asked)
    tours = solve_tours(
        table,
        range(len(asked.visits)),
        range(len(table.slots)),
        weights=Weights(),
        limit=limit,
        **more,  # type: ignore[arg-type]
    )
    return table, tours


@pytest.mark.parametrize("seed", range(3))
def test_every_route_can_be_timed_and_every_visit_is_in_one_route_or_dropped(seed: int) -> None:
    table, tours = _solve(mission(30, teams=2, seed=seed, windows=True, days=4))
    assert all(table.time(slot, order) for slot, order in tours.orders.items())
    placed = [visit for order in tours.orders.values() for visit in order]
    assert sorted([*placed, *tours.dropped]) == list(range(30))


def test_one_team_day_is_better_than_two() -> None:
    _, tours = _solve(problem([visit(f"v{n}", at=point(500 * n, 0)) for n in range(6)], [team("T1"), team("T2")]))
    assert len(tours.orders) == 1


def test_what_does_not_fit_is_dropped_the_least_important_first() -> None:
    visits = [visit(f"v{n}", minutes=150, priority=int(n == 4)) for n in range(5)]
    _, tours = _solve(problem(visits, [team()], days=1))
    assert len(tours.dropped) == 2
    assert 4 not in tours.dropped


def test_lunch_takes_its_hour() -> None:
    asked = problem([visit(f"v{n}", minutes=120) for n in range(4)], [team()], days=1)
    assert len(_solve(asked)[1].dropped) == 1, "4 × 120 min and one set-up exceed 480 min without the lunch"


def test_a_visit_open_at_different_hours_on_different_days_is_made_once() -> None:
    evening = visit("v", open="Mo 18:00-20:30; Tu 09:00-17:00; We 18:00-20:00")
    table, tours = _solve(problem([evening], [team(shifts=(*team().shifts, NIGHT))], days=3))
    ((slot, order),) = tours.orders.items()
    assert table.time(slot, order)


def test_a_better_start_is_kept() -> None:
    asked = mission(20, teams=2)
    table, first = _solve(asked)
    _, second = _solve(asked, start=first.orders, limit=10)

    def cost(tours: Tours) -> int:
        return sum(table.travel_s(slot, order) + 1800 for slot, order in tours.orders.items())

    assert cost(second) <= cost(first)


def test_routes_below_the_least_number_of_stops_cost() -> None:
    visits = [visit(f"v{n}", minutes=30, at=point(300 * n, 0)) for n in range(14)]
    asked = problem(visits, [team()], days=2)
    slots = dict.fromkeys(range(2), 6)
    _, tours = _solve(asked, least=slots, counted=frozenset(range(14)))
    assert sorted(len(order) for order in tours.orders.values()) in ([6, 8], [7, 7], [14])


def test_a_search_can_be_stopped() -> None:
    def stop() -> None:
        raise Cancelled(Text("停止", "stopped"))

    with pytest.raises(Cancelled):
        _solve(mission(40, teams=2), limit=10**7, tick=stop)
