"""The bound: no lawful plan of the planned visits may cost less, whatever the order, teams and days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridplan.routing.bounds.bound as bound_module
from gridplan.model.crew import Lunch, Shift, Team, TravelMode
from gridplan.model.place import LonLat
from gridplan.model.plan import Plan
from gridplan.model.round import Visit
from gridplan.model.travel import RoutePath, TravelMatrix
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.judge.check import check_plan, compute_figures, gap_of
from gridplan.routing.judge.retime import rebuild
from tests.builders import MONDAY, NIGHT, point, team, visit
from tests.routing.plans import ENGINE, kept_plan, one_day, plan_of

SHORT = Shift(name="day", start_s=30600, end_s=43200, lunch=Lunch(from_s=39600, to_s=41400, minutes=30))


@dataclass(frozen=True)
class Crooked:
    """Legs of any length in any direction, some of them 0: nothing but "equal points are 0 apart" is sure."""

    seed: int
    name: str = "straight"

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        def leg(a: LonLat, b: LonLat) -> int:
            return 0 if a == b else hash((self.seed, a, b, mode == TravelMode.CAR)) % 1800

        legs = np.array([[leg(a, b) for b in destinations] for a in origins], dtype=np.int64)
        return TravelMatrix(
            origins=tuple(origins), destinations=tuple(destinations), time_s=legs, distance_m=legs.copy()
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        raise NotImplementedError


def splits(visits: Sequence[Visit], slots: int) -> Iterator[list[tuple[Visit, ...]]]:
    """Every way to hand all visits to so many routes, in every order."""
    for order in permutations(visits):
        for cuts in _cuts(len(visits), slots - 1):
            yield [order[a:b] for a, b in pairwise([0, *cuts, len(visits)])]


def _cuts(total: int, count: int, first: int = 0) -> Iterator[tuple[int, ...]]:
    if count == 0:
        yield ()
        return
    for cut in range(first, total + 1):
        for rest in _cuts(total, count - 1, cut):
            yield (cut, *rest)


def best_cost(visits: Sequence[Visit], teams: Sequence[Team], engine: Crooked) -> float | None:
    """The cheapest lawful plan on one day, found by trying them all."""
    slots = [(one, shift) for one in teams for shift in one.shifts]
    timed: dict[tuple[int, tuple[Visit, ...]], int | None] = {}

    def travel(slot: int, order: tuple[Visit, ...]) -> int | None:
        if (slot, order) not in timed:
            people, shift = slots[slot]
            route = rebuild(order, team=people, day=MONDAY, number=1, shift=shift, engine=engine, set_up_s=300)
            late = route.back > route.depart.replace(
                hour=shift.end_s // 3600, minute=shift.end_s % 3600 // 60, second=0
            )
            timed[slot, order] = None if late else route.travel_s
        return timed[slot, order]

    best: float | None = None
    for parts in splits(visits, len(slots)):
        legs = [travel(slot, part) for slot, part in enumerate(parts)]
        if None not in legs:
            used = {slots[slot][0].id for slot, part in enumerate(parts) if part}
            cost = sum(leg for leg in legs if leg) / 60 + 30 * len(used)
            best = cost if best is None else min(best, cost)
    return best


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    places=st.lists(st.integers(0, 4), min_size=1, max_size=5),
    minutes=st.sampled_from([20, 45, 80]),
    modes=st.tuples(st.sampled_from(TravelMode), st.sampled_from(TravelMode)),
    night=st.booleans(),
)
def test_no_order_and_no_split_costs_less_than_the_bound(
    seed: int, places: list[int], minutes: int, modes: tuple[TravelMode, TravelMode], night: bool
) -> None:
    engine = Crooked(seed)
    visits = [visit(f"v{n}", at=point(500 * place), minutes=minutes) for n, place in enumerate(places)]
    teams = [
        team("T1", mode=modes[0], shifts=[SHORT, NIGHT] if night and len(places) < 5 else [SHORT]),
        team("T2", base=point(900, 900), mode=modes[1], shifts=[SHORT]),
    ]
    best = best_cost(visits, teams, engine)
    if best is not None:
        plan = one_day_of(visits, teams, engine)
        assert lower_bound(plan, engine).cost <= best + 1e-6


def one_day_of(visits: Sequence[Visit], teams: Sequence[Team], engine: Crooked) -> Plan:
    """A plan that holds all visits, however badly: the bound is about the visits, not about the order."""
    route = rebuild(visits, team=teams[0], day=MONDAY, number=1, shift=teams[0].shifts[0], engine=engine, set_up_s=300)
    return plan_of(visits, [route], teams=teams, days=(MONDAY,))


def test_the_bound_of_a_single_visit_is_the_plan_itself() -> None:
    plan = one_day(visit("a", at=point(5000)))
    assert plan.bound.cost == pytest.approx(plan.figures.cost, abs=0.01)
    assert plan.bound.team_days == 1 and plan.gap < 0.001


def test_least_team_days_follow_from_minutes_and_longest_days() -> None:
    visits = [visit(f"v{n}", at=point(10 * n), minutes=60) for n in range(15)]
    plan = one_day(*visits)
    assert plan.bound.team_days == 3
    assert plan.bound.text.zh.startswith("至少 3 个检查组日：检查和到场准备共 975 分钟")


def test_a_building_with_many_sites_needs_one_set_up_and_one_way() -> None:
    together = one_day(*(visit(f"v{n}", at=point(2000)) for n in range(5)))
    alone = one_day(visit("a", at=point(2000)))
    assert together.bound.cost == alone.bound.cost


def test_visits_that_are_not_planned_do_not_raise_the_bound() -> None:
    near, far = visit("a", at=point(1000)), visit("b", at=point(20000))
    (route,) = one_day(near).routes
    assert plan_of([near, far], [route], unplanned=[far]).bound.cost == one_day(near).bound.cost


def test_nothing_planned_costs_nothing() -> None:
    plan = plan_of([visit("a")], [], unplanned=[visit("a")])
    assert (plan.bound.cost, plan.bound.team_days, plan.gap) == (0.0, 0, 0.0)


def test_many_places_are_bound_by_their_ways_in_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = kept_plan()
    whole = lower_bound(plan, ENGINE)
    monkeypatch.setattr(bound_module, "MOST_TREE_PLACES", 2)
    monkeypatch.setattr(bound_module, "BLOCK", 4)
    ways_in = lower_bound(plan, ENGINE)
    assert 30 < ways_in.cost <= whole.cost <= compute_figures(plan).cost


def test_the_gap_lies_between_0_and_1() -> None:
    plan = kept_plan()
    assert 0 < gap_of(plan.figures.cost, plan.bound.cost) < 1
    assert gap_of(0, 0) == 0 and gap_of(10, 12) == 0
    assert replace(plan, gap=plan.gap) == plan


@pytest.mark.parametrize(
    ("shift", "minutes"),
    [
        (Shift(name="day", start_s=30600, end_s=43200), 172),
        (Shift(name="day", start_s=30600, end_s=43200, lunch=Lunch(from_s=39600, to_s=42900, minutes=30)), 167),
    ],
)
def test_a_day_used_to_the_last_minute_is_one_team_day(shift: Shift, minutes: int) -> None:
    plan = one_day(visit("a", at=point(5000), minutes=minutes), of=team(shifts=[shift]))
    assert check_plan(plan, ENGINE) == []
    assert plan.bound.team_days == 1
