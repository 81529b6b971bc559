"""The tables of the office: schedule cards and the plan list."""

from __future__ import annotations

from pathlib import Path

from gridplan.model.plan import RouteId
from gridplan.report.tables import PLAN_HEADER, cards, plan_rows
from tests.report.plans import plan

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "report"


def test_a_card_has_the_four_fields():
    card = cards(plan())[0]
    assert card.time == "08:30 集合，预计 10:10 收工"
    assert card.place == "示例街道办"
    assert card.units == "教育"
    assert card.people == "成员1（持证）、成员2（持证）、成员3"


def test_a_card_names_the_people_sent_when_they_are_known():
    people = {RouteId("A-1"): ["王五"]}
    first, second, _ = cards(plan(), people)
    assert first.people == "王五"
    assert second.people == "成员1（持证）、成员2（持证）"


def test_cards_go_by_day_then_team():
    assert [card.route for card in cards(plan())] == ["A-1", "B-1", "A-2"]


def test_the_plan_list_is_the_golden_one():
    lines = [" | ".join(PLAN_HEADER[1:]), *(" | ".join(row) for row in plan_rows(plan()))]
    assert "\n".join(lines) + "\n" == (GOLDEN / "plan_list.txt").read_text("utf-8")
