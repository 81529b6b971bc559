"""Where a visit would fit best: different team-days, cheapest first, every one of them lawful; moving a stop is judged quickly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.errors import InputError
from gridplan.model.plan import Placement
from gridplan.model.round import VisitId
from gridplan.model.site import VisitMode
from gridplan.routing.judge.check import check_plan
from gridplan.routing.replan.moving import move
from gridplan.routing.replan.slots import best_slots
from gridplan.routing.replan.standing import placements
from tests.builders import NIGHT, crew, point, team, visit
from tests.routing.plans import DAYS, change, full_plan, kept_plan, plan_of, route_of
from tests.routing.plans import ENGINE as STRAIGHT
from tests.routing.published import ENGINE, lead, published


def with_visit(plan, one):
    """The plan with one visit more, not yet planned."""
    return replace(plan, visits=(*plan.visits, one))


def test_three_different_team_days_the_cheapest_first():
    plan = published()
    found = best_slots(plan, ENGINE, lead(plan.visits[5]))
    assert len({(one.place.team, one.place.date) for one in found.offers}) == 3
    assert [one.cost_min for one in found.offers] == sorted(one.cost_min for one in found.offers)


@pytest.mark.parametrize("windows", [False, True])
def test_each_place_keeps_every_promise_at_the_times_it_names(windows):
    plan = published(60, 2, windows=windows)
    for n in range(0, 60, 7):
        one = lead(plan.visits[n])
        for offer in best_slots(plan, ENGINE, one).offers:
            moved = move(with_visit(plan, one), ENGINE, one.id, offer.place, offer.position)
            stop = next(stop for route in moved.plan.routes for stop in route.stops if stop.visit == one.id)
            assert (stop.arrive, stop.start, stop.leave) == (offer.arrive, offer.start, offer.leave)
            assert check_plan(moved.plan, ENGINE) == []
            more = moved.plan.figures.travel_min - plan.figures.travel_min
            assert more == pytest.approx(offer.extra_min, abs=0.06)
            assert moved.plan.figures.cost - plan.figures.cost == pytest.approx(offer.cost_min, abs=0.06)


def test_no_other_place_is_cheaper():
    plan = published(30, 2, 3)
    one = lead(plan.visits[3])
    best = best_slots(plan, ENGINE, one).offers[0].cost_min
    for crew_ in plan.teams:
        for day in plan.round.workdays:
            to = Placement(team=crew_.id, date=day, shift="day")
            there = next((r for r in plan.routes if (r.team, r.date) == (to.team, to.date)), None)
            for position in range(1, len(there.stops if there else ()) + 2):
                moved = move(with_visit(plan, one), ENGINE, one.id, to, position)
                if not moved.violations:
                    assert moved.plan.figures.cost - plan.figures.cost >= best - 0.06


def test_due_day_departments_officers_and_doors_are_respected():
    teams = [
        team("T1", members=crew(1)),
        team("T2", members=crew(2, department="fire")),
        team("T3", members=(*crew(2), *crew(2, department="fire")), shifts=(NIGHT,)),
    ]
    here = [visit(f"v{n}", at=point(300 * n)) for n in range(3)]
    plan = plan_of(here, [route_of(here, of=teams[0])], teams=teams)
    joint = visit("x", at=point(500), mode=VisitMode.INSPECTION, departments=frozenset({"fire"}), due=DAYS[1])
    offers = best_slots(plan, STRAIGHT, joint).offers
    assert {one.place.team for one in offers} == {"T2", "T3"} and max(one.place.date for one in offers) == DAYS[1]
    evening = best_slots(plan, STRAIGHT, replace(joint, minutes=30, opening=visit(open="Mo-Su 18:00-20:30").opening))
    assert {one.place.shift for one in evening.offers} == {"night"}


def test_with_no_place_it_says_what_stands_against_it():
    teams = [team("T1", members=crew(1)), team("T2", off=DAYS[1:])]
    plan = plan_of([visit()], [route_of([visit()], of=teams[0])], teams=teams)
    shut = visit("x", mode=VisitMode.INSPECTION, open="Tu-We 09:00-17:00", due=DAYS[1])
    found = best_slots(plan, STRAIGHT, shut)
    assert found.offers == ()
    assert "1 个组没有两名持证人员：T1组" in found.reason.zh and "1 days its doors are shut" in found.reason.en


def test_a_visit_for_two_teams_is_not_offered_to_one():
    plan = full_plan()
    one = replace(next(v for v in plan.visits if v.id == "j"), id=VisitId("k"))
    found = best_slots(plan, STRAIGHT, one)
    assert found.offers == () and "两组" in found.reason.zh


def test_a_day_is_not_opened_below_its_minimum():
    plan = kept_plan()
    assert len({route.date for route in plan.routes}) == 2
    found = best_slots(plan, STRAIGHT, visit("x"), k=9)
    assert {one.place.date for one in found.offers} <= {route.date for route in plan.routes}


def test_a_route_that_is_late_takes_nothing_in():
    slow = [visit(f"v{n}", minutes=300) for n in range(3)]
    plan = plan_of(slow, [route_of(slow)])
    assert {one.place.date for one in best_slots(plan, STRAIGHT, visit("x")).offers} == set(DAYS[1:])


# ---- moving a stop ---------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_quick_check_of_a_move_equals_the_full_check(data):
    plan = data.draw(st.sampled_from([published(40, 2, 3, windows=True), kept_plan(), full_plan()]))
    engine = ENGINE if len(plan.visits) == 40 else STRAIGHT
    if data.draw(st.booleans()):
        # A plan that breaks promises already, in routes that the move does not touch, too.
        number = data.draw(st.integers(0, len(plan.routes) - 1))
        plan = change(plan, number, travel_s=plan.routes[number].travel_s + 60, depart=plan.routes[number].back)
    plan = replace(plan, violations=tuple(check_plan(plan, engine)))
    movable = sorted({one.id for one in plan.visits} - set(plan.appointments))
    one, crew_ = data.draw(st.sampled_from(movable)), data.draw(st.sampled_from(plan.teams))
    to = Placement(
        team=crew_.id,
        date=data.draw(st.sampled_from([*plan.round.workdays, plan.round.workdays[-1].replace(day=28, month=12)])),
        shift=data.draw(st.sampled_from([shift.name for shift in crew_.shifts])),
    )
    moved = move(plan, engine, one, to)
    full = check_plan(moved.plan, engine)
    assert sorted(map(repr, moved.violations)) == sorted(map(repr, full))
    assert (to,) == placements(moved.plan)[one]


def test_only_the_two_routes_get_new_times():
    plan = published()
    one = plan.routes[0].stops[0].visit
    to = Placement(team=plan.routes[-1].team, date=plan.routes[-1].date, shift="day")
    moved = move(plan, ENGINE, one, to)
    old = {route.id: route for route in plan.routes}
    assert {route.id for route in moved.plan.routes if old.get(route.id) != route} <= {
        plan.routes[0].id,
        plan.routes[-1].id,
    }
    assert len(moved.routes) == 2


def test_the_last_stop_takes_its_route_with_it():
    plan = plan_of([visit("a"), visit("b")], [route_of([visit("a")]), route_of([visit("b")], day=DAYS[1])])
    moved = move(plan, STRAIGHT, VisitId("b"), Placement(team=plan.teams[0].id, date=DAYS[0], shift="day"), 1)
    assert [[stop.visit for stop in route.stops] for route in moved.plan.routes] == [["b", "a"]]


def test_an_unplanned_visit_can_be_put_in_by_hand():
    left = visit("x", at=point(700))
    plan = plan_of([visit(), left], [route_of([visit()])], unplanned=[left])
    moved = move(plan, STRAIGHT, left.id, Placement(team=plan.teams[0].id, date=DAYS[0], shift="day"))
    assert moved.violations == () and moved.plan.unplanned == () and moved.plan.figures.unplanned == 0


@pytest.mark.parametrize(
    ("id", "place", "position"),
    [
        ("nobody", ("T1", "day"), 1),
        ("v1", ("T9", "day"), 1),
        ("v1", ("T1", "dawn"), 1),
        ("v1", ("T1", "day"), 99),
        ("j", ("T1", "day"), 1),
    ],
)
def test_a_move_that_cannot_be_meant_is_refused(id, place, position):
    plan = full_plan() if id == "j" else kept_plan()
    with pytest.raises(InputError):
        move(plan, STRAIGHT, VisitId(id), Placement(team=place[0], date=DAYS[0], shift=place[1]), position)
