"""An inspector says on the phone that he cannot come; the planner plans anew, reads what changes, publishes; the phone is told."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from gridplan.model.record import Role, User
from gridplan.routing.search.improve import Effort
from gridplan.services.plans import publishing
from gridplan.services.rounds import drafting
from tests.browser.conftest import PASSWORD


@pytest.fixture(scope="module")
def street(office):
    """The office on the morning of its first day, its routes in the hands of an inspector of the team."""
    head, plan = drafting.draft(office.desk, office.round_id, by="test", effort=Effort(rounds=200))
    publishing.publish(office.desk, head.id, by="lin")
    with office.desk.store.reading() as t:
        team = t.teams.list()[0]
    crew = User(login="qin", name="秦朗", role=Role.INSPECTOR, team=team.id, member=team.members[0].id)
    office.desk.add_person(crew, PASSWORD, by="test")
    for route in plan.routes:
        publishing.assign(office.desk, head.id, route.id, ["qin"], by="test")
    first = min(route.date for route in plan.routes)
    morning = datetime.combine(first, time(0, 10), UTC)  # ten past eight in China
    office.desk.now = lambda: morning
    return first


def test_from_i_cannot_come_to_a_changed_route(desk_page, phone_page, office, street):
    phone, desk = phone_page.page, desk_page.page
    day = street.isoformat()
    phone_page.log_in("qin")
    phone_page.go("/field/")
    phone.wait_for_selector("#next")
    phone.get_by_role("link", name="今天去不了").click()
    phone.click("#away summary")
    assert phone.input_value("#away input[name=first]") == day
    phone.select_option("#away select[name=who]", "team")
    phone.select_option("#away select[name=reason]", "vehicle")
    phone.click("#away-send")
    phone.wait_for_selector(f"#away .note.ok >> text={day}")

    desk_page.log_in("lin")
    desk_page.go("/findings")
    desk.get_by_role("link", name="缺员与改期").click()
    line = desk.locator("#away tbody tr")
    assert "全组" in line.inner_text() and "无车" in line.inner_text() and "秦朗" in line.inner_text()
    desk.click("#plan-again")
    desk.wait_for_selector("#publish, .note.bad", timeout=240_000)
    assert day[8:].lstrip("0") in desk.locator(".change-list").inner_text()
    desk.click("#publish")
    desk.wait_for_selector("text=登记过的缺勤都已排进现在的计划")
    with office.desk.store.reading() as t:
        head = t.plans.published(office.round_id)
        plan = t.plans.plan(head.id)
    assert all(route.date != street for route in plan.routes)

    phone_page.go("/field/")
    phone.wait_for_selector("text=路线有变")
    for _ in range(phone.locator(".told button").count()):  # one a day
        phone.locator(".told button").first.click()
    phone.wait_for_selector("text=路线有变", state="detached")
