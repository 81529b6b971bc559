"""The timing rule, by hand, and the solver's own clock beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.crew import Lunch, Shift, TravelMode
from gridplan.model.place import LonLat
from gridplan.model.plan import Route
from gridplan.model.round import Visit
from gridplan.model.travel import RoutePath, TravelMatrix
from gridplan.routing.judge.check import check_plan
from gridplan.routing.judge.retime import rebuild
from gridplan.routing.problem import Problem
from gridplan.routing.timeline import Timetable
from tests.builders import DAY, MONDAY, point, round_, team, visit
from tests.routing.plans import DAYS, ENGINE, plan_of


@dataclass(frozen=True)
class TenMinutes:
    """Every leg between two places takes ten minutes and a kilometre."""

    name: str = "straight"

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        apart = np.array([[a != b for b in destinations] for a in origins], dtype=np.int64)
        return TravelMatrix(
            origins=tuple(origins), destinations=tuple(destinations), time_s=apart * 600, distance_m=apart * 1000
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        raise NotImplementedError


def timed(*visits: Visit, shift: Shift = DAY) -> Route:
    """The route from a base where nobody is visited; 5 minutes of set-up."""
    return rebuild(
        visits,
        team=team(base=point(0, 0), shifts=[shift]),
        day=MONDAY,
        number=1,
        shift=shift,
        engine=TenMinutes(),
        set_up_s=300,
    )


def at(number: int) -> LonLat:
    return point(1000 * number, 0)


def starts(route: Route) -> list[str]:
    return [f"{stop.start:%H:%M}" for stop in route.stops]


def lunch(route: Route) -> str | None:
    return f"{route.lunch[0]:%H:%M}-{route.lunch[1]:%H:%M}" if route.lunch else None


def test_each_stop_waits_for_leg_and_set_up() -> None:
    route = timed(visit("a", at=at(1)), visit("b", at=at(2)))
    assert starts(route) == ["08:45", "09:30"]
    assert [f"{stop.arrive:%H:%M}" for stop in route.stops] == ["08:40", "09:25"]
    assert (f"{route.back:%H:%M}", route.travel_s, route.distance_m, lunch(route)) == ("10:10", 1800, 3000, None)


def test_stops_in_one_building_share_leg_and_set_up() -> None:
    route = timed(visit("a", at=at(1)), visit("b", at=at(1)))
    assert starts(route) == ["08:45", "09:15"]
    assert (route.stops[1].travel_s, route.stops[1].set_up_s, route.stops[1].arrive) == (0, 0, route.stops[0].leave)


def test_a_first_stop_at_the_base_still_has_its_set_up() -> None:
    route = timed(visit("a", at=point(0, 0)))
    assert (starts(route), route.stops[0].travel_s) == (["08:35"], 0)


def test_a_team_leaves_later_instead_of_waiting_at_the_first_door() -> None:
    route = timed(visit("a", at=at(1), open="10:00-11:00"))
    assert (f"{route.depart:%H:%M}", f"{route.stops[0].arrive:%H:%M}", starts(route)) == ("09:45", "09:55", ["10:00"])


def test_a_visit_that_no_longer_fits_a_window_takes_the_next_one() -> None:
    assert starts(timed(visit("a", at=at(1), open="08:00-09:10,10:00-10:30"))) == ["10:00"]


def test_a_visit_that_misses_its_last_window_starts_when_ready() -> None:
    assert starts(timed(visit("a", at=at(1), open="08:00-09:00"))) == ["08:45"]


def test_a_team_back_before_the_end_of_the_lunch_window_has_no_lunch() -> None:
    assert lunch(timed(visit("a", at=at(1), minutes=275))) is None
    assert lunch(timed(visit("a", at=at(1), minutes=276))) is not None


def test_lunch_is_taken_where_the_team_is_home_first() -> None:
    long = [visit(name, at=at(n), minutes=90) for n, name in enumerate("abcd", 1)]
    route = timed(*long)
    # a 08:45-10:15, b 10:30-12:00, then lunch, c 13:15, d 15:00
    assert (starts(route), lunch(route)) == (["08:45", "10:30", "13:15", "15:00"], "12:00-13:00")
    assert f"{route.stops[2].arrive:%H:%M}" == "13:10"


def test_waiting_for_a_door_is_used_for_lunch() -> None:
    route = timed(visit("a", at=at(1), minutes=120), visit("b", at=at(2), minutes=120, open="13:30-20:00"))
    assert (starts(route), lunch(route)) == (["08:45", "13:30"], "11:30-12:30")
    assert f"{route.stops[1].arrive:%H:%M}" == "10:55"


def test_lunch_before_the_first_stop_is_at_the_base() -> None:
    route = timed(visit("a", at=at(1), minutes=200, open="14:00-20:00"))
    assert (lunch(route), starts(route)) == ("11:30-12:30", ["14:00"])
    assert f"{route.depart:%H:%M}" == "08:30"


def test_when_no_gap_can_hold_the_lunch_the_least_bad_one_is_taken() -> None:
    short = Shift(name="day", start_s=30600, end_s=63000, lunch=Lunch(from_s=41400, to_s=43200, minutes=60))
    route = timed(visit("a", at=at(1), minutes=400), shift=short)
    assert (starts(route), lunch(route)) == (["08:45"], "15:25-16:25")


def test_a_route_without_stops_stays_at_the_base() -> None:
    route = timed()
    assert (route.depart, route.back, route.travel_s, route.lunch) == (route.depart, route.depart, 0, None)


windows = st.sampled_from([None, "08:00-12:00", "09:00-10:30,14:00-16:00", "14:00-20:30", "10:00-17:00"])
chosen = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([0, 0, 2500, 9000]), st.integers(10, 120), windows),
    min_size=1,
    max_size=6,
)
lunches = st.sampled_from(
    [None, Lunch(from_s=41400, to_s=48600, minutes=60), Lunch(from_s=43200, to_s=43200, minutes=30)]
)


@settings(max_examples=300, deadline=None)
@given(chosen=chosen, lunch=lunches, set_up=st.sampled_from([0, 5]))
def test_solver_and_judge_time_every_order_alike(
    chosen: list[tuple[int, int, int, str | None]], lunch: Lunch | None, set_up: int
) -> None:
    visits = tuple(
        visit(f"v{n}", at=point(700 * e, north), minutes=minutes, open=open)
        for n, (e, north, minutes, open) in enumerate(chosen)
    )
    shift = Shift(name="day", start_s=30600, end_s=63000, lunch=lunch)
    people = team(shifts=[shift])
    problem = Problem(round=round_(), days=DAYS, visits=visits, teams=(people,), travel=ENGINE, set_up_s=set_up * 60)
    table = Timetable(problem)
    for order in list(permutations(range(len(visits))))[:30]:
        mine = rebuild(
            [visits[n] for n in order],
            team=people,
            day=MONDAY,
            number=1,
            shift=shift,
            engine=ENGINE,
            set_up_s=set_up * 60,
        )
        if table.time(0, order) is not None:
            assert table.route(0, order) == mine
        else:
            assert check_plan(plan_of(visits, [mine], teams=[people], set_up_min=set_up), ENGINE) != []


def test_the_same_order_is_timed_alike_every_time() -> None:
    visits = [visit("a", at=at(1)), visit("b", at=at(2))]
    assert timed(*visits) == timed(*visits)
    assert timed(*visits) != timed(*reversed(visits))


@pytest.mark.parametrize("minutes", [1, 60, 200])
def test_a_visit_lasts_its_minutes(minutes: int) -> None:
    (stop,) = timed(visit("a", at=at(1), minutes=minutes)).stops
    assert stop.leave - stop.start == timedelta(minutes=minutes)
