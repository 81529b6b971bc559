"""Planners change plans by hand: nothing is lost, nothing is overwritten silently, and what is saved is certified."""

from __future__ import annotations

import pytest

from gridplan.model.edit import EditKind
from gridplan.model.errors import Conflict, InputError
from gridplan.model.plan import Verdict
from gridplan.model.record import PlanState
from gridplan.services.plans import plan_editing as editing
from gridplan.services.plans import publishing
from gridplan.services.plans.plan_cache import stored_plan
from gridplan.services.rounds.drafting import check
from tests.services.plan_office import PlanOffice, plan_office


@pytest.fixture
def office(tmp_path):
    made = plan_office(tmp_path)
    yield made
    made.desk.close()


def onto(office: PlanOffice, number: int, position: int = 1, route: int = -1):
    """The step that moves the first stop of a route onto another one."""
    here, there = office.plan.routes[number], office.plan.routes[route]
    return {
        "kind": "move",
        "visit": here.stops[0].visit,
        "team": there.team,
        "date": there.date.isoformat(),
        "shift": there.shift,
        "position": position,
    }


def orders(plan):
    return [(route.id, [stop.visit for stop in route.stops]) for route in plan.routes]


def test_a_step_is_kept_for_its_planner_alone_until_it_is_saved(office):
    desk, id = office.desk, office.head.id
    now = editing.edit(desk, id, onto(office, 0), version=0, by="lin")
    assert now.dirty and orders(now.plan) != orders(office.plan)
    assert not editing.working(desk, id, by="gao").dirty
    assert [copy.by for copy in editing.editors(desk, id, by="gao")] == ["lin"]
    assert orders(stored_plan(desk, id)) == orders(office.plan)


def test_steps_are_taken_back_and_done_again_without_end(office):
    desk, id = office.desk, office.head.id
    seen = [orders(office.plan)]
    version = 0
    for number in range(3):
        now = editing.edit(desk, id, onto(office, number), version=version, by="lin")
        version = now.copy.version
        seen.append(orders(now.plan))
    for expected in (*reversed(seen[:-1]), seen[0]):
        now = editing.seek(desk, id, -1, version=version, by="lin")
        version = now.copy.version
        assert orders(now.plan) == expected
    now = editing.seek(desk, id, +3, version=version, by="lin")
    assert orders(now.plan) == seen[-1]
    with desk.store.reading() as t:
        told = [entry.what for entry in t.audit.list(object=f"plan/{id}")]
    assert told.count("plan.edit") == 3 and told.count("plan.undo") == 3 and told.count("plan.redo") == 1


def test_a_saved_version_is_certified_and_can_still_be_taken_back(office):
    desk, id = office.desk, office.head.id
    now = editing.edit(desk, id, onto(office, 0), version=0, by="lin")
    head = editing.save(desk, id, version=now.copy.version, by="lin", with_breaches=True)
    assert (head.number, head.state, head.created_by) == (2, PlanState.DRAFT, "lin")
    assert check(desk, head.id) == ()
    assert not editing.working(desk, id, by="lin").dirty
    back = editing.seek(desk, head.id, -1, version=0, by="lin")
    assert orders(back.plan) == orders(office.plan)


def test_a_draft_keeps_its_breaches_only_when_that_is_said(office):
    desk, id = office.desk, office.head.id
    step = {"kind": EditKind.LEAVE_OUT.value, "visit": office.plan.visits[0].id}
    now = editing.edit(desk, id, step, version=0, by="lin")
    assert now.plan.verdict is Verdict.BROKEN
    with pytest.raises(InputError):
        editing.save(desk, id, version=now.copy.version, by="lin")
    head = editing.save(desk, id, version=now.copy.version, by="lin", with_breaches=True)
    assert check(desk, head.id) == ()
    with pytest.raises(Conflict):
        publishing.publish(desk, head.id, by="lin")


def test_a_published_plan_is_never_replaced_by_a_broken_one(office):
    desk, id = office.desk, office.head.id
    publishing.publish(desk, id, by="lin")
    step = {"kind": EditKind.LEAVE_OUT.value, "visit": office.plan.visits[0].id}
    now = editing.edit(desk, id, step, version=0, by="lin")
    with pytest.raises(Conflict):
        editing.save(desk, id, version=now.copy.version, by="lin", with_breaches=True)
    assert editing.working(desk, id, by="lin").dirty


def test_two_windows_of_one_planner_do_not_overwrite_each_other(office):
    desk, id = office.desk, office.head.id
    editing.edit(desk, id, onto(office, 0), version=0, by="lin")
    with pytest.raises(Conflict):
        editing.edit(desk, id, onto(office, 1), version=0, by="lin")
    assert len(editing.working(desk, id, by="lin").copy.steps) == 1


def test_of_two_planners_the_second_sees_who_saved_and_lays_the_own_steps_onto_it(office):
    desk, id = office.desk, office.head.id
    mine = editing.edit(desk, id, onto(office, 0), version=0, by="lin")
    mine = editing.edit(desk, id, onto(office, 1), version=mine.copy.version, by="lin")
    theirs = editing.edit(desk, id, onto(office, 1, position=2), version=0, by="gao")
    saved = editing.save(desk, id, version=theirs.copy.version, by="gao", with_breaches=True)
    with pytest.raises(editing.Moved) as refused:
        editing.save(desk, id, version=mine.copy.version, by="lin", with_breaches=True)
    assert refused.value.newer.created_by == "gao"
    assert editing.working(desk, id, by="lin").newer == saved
    found = editing.rebase(desk, id, version=mine.copy.version, by="lin")
    # The visit that both moved stays where the one who saved first put it, and that is said.
    assert (found.head.id, found.laid, len(found.left)) == (saved.id, 1, 1)
    now = editing.working(desk, saved.id, by="lin")
    assert now.dirty and now.newer is None
    last = editing.save(desk, saved.id, version=now.copy.version, by="lin", with_breaches=True)
    assert last.number == 3 and check(desk, last.id) == ()
    assert editing.working(desk, id, by="lin").copy is None


def test_a_refused_step_leaves_no_trace(office):
    desk, id = office.desk, office.head.id
    with pytest.raises(InputError):
        editing.edit(desk, id, onto(office, 0) | {"team": "nobody"}, version=0, by="lin")
    assert editing.working(desk, id, by="lin").copy is None


def test_places_that_work_are_offered_and_work(office):
    desk, id = office.desk, office.head.id
    visit = office.plan.routes[0].stops[0].visit
    offers = editing.offers(desk, id, visit, by="lin").offers
    assert offers
    step = {
        "kind": "move",
        "visit": visit,
        "team": offers[0].place.team,
        "date": offers[0].place.date.isoformat(),
        "shift": offers[0].place.shift,
        "position": offers[0].position,
    }
    assert editing.edit(desk, id, step, version=0, by="lin").plan.violations == ()
