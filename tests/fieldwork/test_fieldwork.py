"""Assigning people to routes, and taking what they report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridplan.fieldwork.assign import assign, route_of, routes_of, who_may_record
from gridplan.fieldwork.record import accept
from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.plan import RouteId
from gridplan.model.record import Receipt
from gridplan.model.result import Assignment, Outcome
from tests.builders import MONDAY
from tests.report.plans import plan, result, route

WANG = Assignment(route=RouteId("A-1"), person="wang")


def test_people_are_assigned_to_a_route():
    assert assign(plan(), RouteId("A-1"), ["wang", "li", "wang"], ()) == (WANG, replace(WANG, person="li"))


def test_who_walked_the_route_before_no_longer_may():
    after = assign(plan(), RouteId("A-1"), ["li"], (WANG,))
    assert not who_may_record(RouteId("A-1"), after, "wang")
    assert who_may_record(RouteId("A-1"), after, "li")


def test_nobody_walks_two_routes_at_once():
    with pytest.raises(Conflict, match="时间重叠"):
        assign(plan(), RouteId("B-1"), ["wang"], (WANG,))


def test_an_evening_route_of_the_same_day_is_fine():
    base = plan()
    evening = route("B-1n", "B", MONDAY, 1, ["s6"], start=570)
    assert len(assign(replace(base, routes=(*base.routes, evening)), RouteId("B-1n"), ["wang"], (WANG,))) == 2


def test_an_unknown_route_is_named():
    with pytest.raises(NotFound, match="Z-9"):
        assign(plan(), RouteId("Z-9"), ["wang"], ())


def test_own_routes_come_in_the_order_of_time():
    mine = (replace(WANG, route=RouteId("A-2")), WANG, Assignment(route=RouteId("B-1"), person="li"))
    assert [r.id for r in routes_of(plan(), mine, "wang")] == ["A-1", "A-2"]


def test_a_visit_knows_its_route():
    assert route_of(plan(), "v-s5").id == "A-2"
    assert route_of(plan(), "v-s6") is None


def test_a_result_is_taken_once():
    first = result("s1", MONDAY)
    assert accept(first, []) is Receipt.ACCEPTED
    assert accept(first, [first]) is Receipt.DUPLICATE


def test_another_result_under_the_same_key_is_a_conflict():
    first = result("s1", MONDAY)
    with pytest.raises(Conflict, match="没有覆盖"):
        accept(replace(first, outcome=Outcome.REFUSED), [first])


def test_a_refused_visit_may_be_done_later():
    assert accept(result("s1", MONDAY, minutes=90), [result("s1", MONDAY, Outcome.REFUSED)]) is Receipt.ACCEPTED


def test_taking_back_is_refused_by_name():
    with pytest.raises(InputError, match="还不支持撤回"):
        accept(result("s1", MONDAY, Outcome.CLOSED, minutes=90), [result("s1", MONDAY)])


def test_a_result_without_key_is_refused():
    with pytest.raises(InputError, match="没有编号"):
        accept(replace(result("s1", MONDAY), key=""), [])
