"""A plan under way is handed out by name, and another process begins with it."""

from __future__ import annotations

import pytest

from gridplan.model.crew import TeamId
from gridplan.model.errors import Cancelled
from gridplan.model.progress import silent
from gridplan.model.round import VisitId
from gridplan.model.words import say
from gridplan.routing.names import Kept, named, numbered
from gridplan.routing.search.improve import Effort
from gridplan.routing.solve import draft_plan
from gridplan.routing.timeline import Timetable
from tests.builders import MONDAY
from tests.routing.mission import mission

BRIEF = Effort(rounds=4_000)


@pytest.fixture(scope="module")
def kept() -> Kept:
    """The first plan that a search of sixty visits hands out."""
    told: list[Kept] = []
    draft_plan(mission(60, teams=2), seed=1, effort=BRIEF, keep=told.append, tries=0)
    return told[0]


def test_a_plan_is_handed_out_with_its_cost_and_its_visits(kept):
    assert kept.price_min == kept.cost_min > 0 and not kept.absent
    assert len(kept.planned) == sum(len(order) for order in kept.orders.values()) > 0


def test_names_mean_the_same_orders_again(kept):
    table = Timetable(kept.problem)
    assert named(table, numbered(table, kept.orders)) == kept.orders


def test_a_draft_that_begins_with_a_plan_is_never_worse_from_its_first_report_on(kept):
    told: list[Kept] = []
    draft_plan(mission(60, teams=2), seed=2, effort=BRIEF, resume=kept.orders, keep=told.append, tries=0)
    assert told[0].price_min <= kept.price_min


def test_names_that_nobody_knows_any_more_are_left_out(kept):
    key, order = next(iter(kept.orders.items()))
    strange = {
        (TeamId("gone"), MONDAY, "day"): order,
        key: (VisitId("gone"), *order, *order),
    }
    assert named(Timetable(kept.problem), numbered(Timetable(kept.problem), strange)) == {key: order}


def test_what_is_too_much_for_a_day_is_left_out(kept):
    key = next(iter(kept.orders))
    all_of_them = tuple(visit.id for visit in kept.problem.visits)
    table = Timetable(kept.problem)
    orders = numbered(table, {key: all_of_them})
    assert all(table.time(slot, order) is not None for slot, order in orders.items())
    assert 0 < sum(map(len, orders.values())) < len(all_of_them)


def test_a_cancel_while_remedies_are_tried_keeps_the_draft():
    def stop(stage, done, total, text=None):
        if stage == "remedies":
            raise Cancelled(say("jobs.cancelled"))
        silent(stage, done, total, text)

    crowded = mission(60, teams=1)
    draft = draft_plan(crowded, seed=1, progress=stop, effort=BRIEF)
    assert draft.stopped and draft.routes
    assert any("stopped" in note.en for note in draft.notes)
