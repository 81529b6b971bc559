"""A plan changed by hand is re-timed and judged as a whole check would judge it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.edit import Edit, EditKind, edit_from_json, edit_to_json
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.plan import Placement, Promise, Verdict
from gridplan.routing.judge.check import check_plan, compute_figures
from gridplan.routing.replan import legs
from gridplan.routing.replan.editing import edited
from gridplan.routing.replan.legs import Remembering
from gridplan.routing.replan.slots import best_slots
from gridplan.routing.replan.standing import placements
from tests.routing.published import ENGINE, published


def move(visit, route, position=None):
    """A move to the place of a route."""
    to = Placement(team=route.team, date=route.date, shift=route.shift)
    return Edit(kind=EditKind.MOVE, visit=visit, to=to, position=position)


def order(plan, route_id):
    return [stop.visit for route in plan.routes if route.id == route_id for stop in route.stops]


def test_a_visit_moves_to_the_place_it_was_dropped_on():
    plan = published()
    one, other = plan.routes[0], plan.routes[1]
    visit = one.stops[1].visit
    found = edited(plan, ENGINE, move(visit, other, 2))
    assert order(found.plan, other.id)[1] == visit
    assert visit not in order(found.plan, one.id)
    assert {route.id for route in found.routes} == {one.id, other.id}
    assert all(a is b for a, b in zip(found.plan.routes[2:], plan.routes[2:], strict=True))


def test_what_a_drop_breaks_is_named_and_taking_it_back_mends_it():
    plan = published()
    full, other = plan.routes[0], plan.routes[1]
    crowded = plan
    for stop in other.stops[:-1]:
        crowded = edited(crowded, ENGINE, move(stop.visit, full)).plan
    last = edited(crowded, ENGINE, move(other.stops[-1].visit, full, 1))
    assert Promise.SHIFT in {one.promise for one in last.plan.violations}
    assert last.plan.verdict is Verdict.BROKEN and last.gone == (other.id,)
    back, mended = last.plan, set()
    for stop in other.stops:
        step = edited(back, ENGINE, move(stop.visit, other))
        back = step.plan
        mended |= {one.promise for one in step.mended}
    assert back.verdict is Verdict.KEPT and Promise.SHIFT in mended


def test_leaving_out_pinning_and_swapping():
    plan = published()
    one, other = plan.routes[0].stops[0].visit, plan.routes[1].stops[0].visit
    out = edited(plan, ENGINE, Edit(kind=EditKind.LEAVE_OUT, visit=one)).plan
    assert [item.visit for item in out.unplanned] == [one] and out.figures.unplanned == 1
    pinned = edited(plan, ENGINE, Edit(kind=EditKind.PIN, visit=one)).plan
    moved = edited(pinned, ENGINE, move(one, plan.routes[1]))
    assert {item.promise for item in moved.broken} >= {Promise.PINS}
    free = edited(moved.plan, ENGINE, Edit(kind=EditKind.RELEASE, visit=one))
    assert {item.promise for item in free.mended} == {Promise.PINS}
    swapped = edited(plan, ENGINE, Edit(kind=EditKind.SWAP, visit=one, other=other)).plan
    assert placements(swapped)[one] == placements(plan)[other]
    assert placements(swapped)[other] == placements(plan)[one]


def test_a_place_that_is_offered_keeps_every_promise():
    plan = published()
    visit = plan.routes[0].stops[0].visit
    out = edited(plan, ENGINE, Edit(kind=EditKind.LEAVE_OUT, visit=visit)).plan
    offers = best_slots(out, ENGINE, next(v for v in plan.visits if v.id == visit)).offers
    assert offers
    for offer in offers:
        found = edited(out, ENGINE, Edit(kind=EditKind.MOVE, visit=visit, to=offer.place, position=offer.position))
        assert found.plan.violations == ()


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_after_any_edits_the_quick_check_equals_the_full_one(data):
    plan = published(windows=True, least=3)
    engine = Remembering(ENGINE)
    ids = [visit.id for visit in plan.visits]
    for _ in range(data.draw(st.integers(1, 6))):
        kind = data.draw(st.sampled_from(list(EditKind)))
        visit = data.draw(st.sampled_from(ids))
        team = data.draw(st.sampled_from(plan.teams))
        to = Placement(team=team.id, date=data.draw(st.sampled_from(plan.round.workdays)), shift=team.shifts[0].name)
        edit = Edit(
            kind=kind,
            visit=visit,
            to=to if kind is EditKind.MOVE else None,
            position=data.draw(st.none() | st.integers(1, 4)) if kind is EditKind.MOVE else None,
            other=data.draw(st.sampled_from(ids)) if kind is EditKind.SWAP else None,
        )
        assert edit_from_json(edit_to_json(edit)) == edit
        try:
            plan = edited(plan, engine, edit).plan
        except InputError:
            continue  # refused by name: nothing has changed
    full = check_plan(plan, ENGINE)
    assert sorted(map(repr, plan.violations)) == sorted(map(repr, full))
    assert plan.figures == compute_figures(plan)
    assert replace(plan, routes=()).unplanned == plan.unplanned


def test_remembered_legs_are_those_of_the_engine():
    plan = published()
    points = [visit.place for visit in plan.visits[:6]]
    engine = Remembering(ENGINE)
    mode = plan.teams[0].mode
    engine.matrix(points[:3], points[:4], mode)
    for ask in ((points, points), (points[2:5], points[:2])):
        mine, true = engine.matrix(*ask, mode), ENGINE.matrix(*ask, mode)
        assert (mine.time_s == true.time_s).all() and (mine.distance_m == true.distance_m).all()


@pytest.mark.parametrize(
    "bad",
    [
        None,
        {},
        {"kind": "burn", "visit": "V"},
        {"kind": "move", "visit": "V", "team": "T", "date": "soon", "shift": "day"},
        {"kind": "move", "visit": "V", "team": "T", "date": "2026-11-30", "shift": "day", "position": 0},
        {"kind": "swap", "visit": "V"},
        {"kind": "pin", "visit": 7},
    ],
)
def test_an_edit_that_cannot_be_meant_is_refused_by_name(bad):
    with pytest.raises(InputError):
        edit_from_json(bad)


def test_a_large_table_is_the_engines_own_and_small_ones_are_remembered():
    class Counting:
        name, asked = ENGINE.name, 0

        def matrix(self, origins, destinations, mode):
            self.asked += 1
            return ENGINE.matrix(origins, destinations, mode)

    plan, behind = published(), Counting()
    engine = Remembering(behind)
    mode = plan.teams[0].mode
    places = [visit.place for visit in plan.visits]
    many = [LonLat(116.4 + n / 1e4, 39.9) for n in range(legs.MOST_ASKED // len(places) + 1)]
    for _ in range(2):
        found = engine.matrix(many, places, mode)
    assert behind.asked == 2
    assert (found.time_s == ENGINE.matrix(many, places, mode).time_s).all()
    for _ in range(2):
        engine.matrix(places[:3], places[3:6], mode)
    assert behind.asked == 3
