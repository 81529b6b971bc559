"""The solver's clock against the judge's: two implementations of one rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from gridplan.model.crew import Lunch, Shift, Team
from gridplan.model.plan import Promise, Route
from gridplan.model.round import Visit
from gridplan.routing.judge.check import check_plan
from gridplan.routing.judge.retime import rebuild
from gridplan.routing.timeline import Timetable, available_s
from tests.builders import DAY, MONDAY, point, team, visit
from tests.routing.mission import problem
from tests.routing.plans import plan_of

HOURS = [None, "08:00-12:00", "09:00-11:30,14:00-17:00", "15:00-20:30", "Mo 10:00-10:45,13:00-14:00", "Tu 08:00-18:00"]


@st.composite
def visits(draw: st.DrawFn) -> list[Visit]:
    spots = st.tuples(st.integers(0, 4), st.integers(0, 4))
    return [
        visit(
            f"v{n}",
            at=point(*(1500 * c for c in draw(spots))),
            minutes=draw(st.integers(1, 12)) * 10,
            open=draw(st.sampled_from(HOURS)),
        )
        for n in range(draw(st.integers(1, 7)))
    ]


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    start_s = draw(st.integers(32, 48)) * 900
    from_s = draw(st.integers(36, 56)) * 900
    lunch = Lunch(from_s=from_s, to_s=from_s + draw(st.integers(0, 8)) * 900, minutes=draw(st.sampled_from([30, 60])))
    end_s = start_s + draw(st.integers(4, 40)) * 900
    return Shift(name="day", start_s=start_s, end_s=end_s, lunch=draw(st.sampled_from([None, lunch])))


def _judged(order: list[Visit], crew: Team) -> Route | None:
    """The route as the judge times it, None when it breaks a promise."""
    asked = problem(order, [crew], days=1)
    route = rebuild(
        order, team=crew, day=MONDAY, number=1, shift=crew.shifts[0], engine=asked.travel, set_up_s=asked.set_up_s
    )
    plan = plan_of(order, [route], teams=[crew], days=asked.days)
    broken = {violation.promise for violation in check_plan(plan, asked.travel)} - {Promise.MINIMUM}
    return None if broken else route


@given(visits(), shifts())
def test_solver_and_judge_time_every_order_alike(order: list[Visit], shift: Shift) -> None:
    crew = team(base=point(1500, 0), shifts=[shift])
    table = Timetable(problem(order, [crew], days=1))
    numbers = tuple(range(len(order)))
    ours = table.route(0, numbers) if table.time(0, numbers) else None
    assert ours == _judged(order, crew)


@given(visits(), shifts())
def test_no_route_works_longer_than_its_shift_is_said_to_allow(order: list[Visit], shift: Shift) -> None:
    table = Timetable(problem(order, [team(shifts=[shift])], days=1))
    numbers = tuple(range(len(order)))
    if table.time(0, numbers):
        assert sum(one.minutes for one in order) * 60 + 300 <= available_s(shift)


def test_two_sites_in_one_building_share_arrival_and_set_up() -> None:
    order = [visit("a", at=point(2000, 0)), visit("b", at=point(2000, 0))]
    route = Timetable(problem(order, [team()], days=1)).route(0, (0, 1))
    first, second = route.stops
    assert (first.set_up_s, second.set_up_s, second.travel_s) == (300, 0, 0)
    assert second.start == first.leave


def test_a_team_leaves_its_base_no_earlier_than_the_first_door_asks_for() -> None:
    table = Timetable(problem([visit(open="Mo 11:00-13:00")], [team()], days=1))
    route = table.route(0, (0,))
    assert route.stops[0].start.time() == time(11, 0)
    assert route.depart.time() == time(10, 55)
    assert route.lunch is None, "back before the lunch window ends"


def test_lunch_is_taken_where_the_team_is_home_earliest() -> None:
    order = [visit("a", at=point(3000, 0), minutes=200), visit("b", at=point(3000, 100), minutes=120)]
    table = Timetable(problem(order, [team()], days=1))
    times = table.time(0, (0, 1))
    assert times is not None
    assert times.lunch_gap == 1


def test_of_equal_places_for_lunch_the_first_is_taken() -> None:
    order = [visit(f"v{n}", minutes=minutes) for n, minutes in enumerate((180, 60, 120))]
    times = Timetable(problem(order, [team()], days=1)).time(0, (0, 1, 2))
    assert times is not None
    assert times.lunch_gap == 1


def test_a_visit_that_fits_no_window_cannot_be_timed() -> None:
    table = Timetable(problem([visit(minutes=50, open="Mo 09:00-09:40,16:00-16:45")], [team()], days=1))
    assert table.time(0, (0,)) is None


def test_an_evening_shift_without_lunch_is_all_available() -> None:
    assert available_s(replace(DAY, lunch=None)) == DAY.end_s - DAY.start_s
    assert available_s(DAY) == 8 * 3600
