"""Chromium drives the whole way: draft, publish, assign, walk, report. The tests follow one another as a round does."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Office, Watched

pytestmark = pytest.mark.browser


def test_1_strangers_see_the_log_in_and_nothing_else(desk_page: Watched):
    desk_page.go("/rounds")
    assert "/login" in desk_page.page.url
    assert "点位" not in desk_page.page.inner_text("body")


def test_2_the_planner_drafts_and_sees_progress(desk_page: Watched, office: Office):
    desk_page.log_in("lin")
    desk_page.page.click("text=示例轮次")
    expect(desk_page.page.locator(".seal")).to_have_text("可行")
    with desk_page.page.expect_response(lambda response: "/progress" in response.url) as polled:
        desk_page.page.click("#start-draft")
    told = polled.value.json()
    assert told["state"] in ("queued", "running", "done") and told["draft"]
    expect(desk_page.page.locator("a.plan-link")).to_be_visible(timeout=60_000)
    desk_page.page.click("a.plan-link")
    expect(desk_page.page.locator(".seal")).to_have_text("守住")
    expect(desk_page.page.locator("body[data-map=ready]")).to_be_attached()


def test_3_the_planner_publishes_and_names_the_people(desk_page: Watched):
    desk_page.log_in("lin")
    desk_page.page.click("text=示例轮次")
    desk_page.page.click("a.plan-link")
    desk_page.page.click("#publish")
    expect(desk_page.page.locator("#state-chip")).to_have_text("已发布")
    desk_page.page.click("a[href^='/assign']:visible >> nth=0")
    desk_page.page.check("input[name=route]")
    desk_page.page.check("input[name=person][value=zhou]")
    desk_page.page.click("#assign-go")
    expect(desk_page.page.locator("#assign-table .who")).to_have_text("周敏")


def test_4_an_inspector_sees_the_own_route_and_marks_a_stop(phone_page: Watched):
    phone_page.log_in("zhou")
    phone_page.go("/today?day=2026-11-30")
    expect(phone_page.page.locator("body[data-map=ready]")).to_be_attached()
    expect(phone_page.page.locator("#done-count")).to_have_text("0")
    phone_page.page.click("#arrived")
    phone_page.page.fill("#note", "证照齐全")
    phone_page.page.click("button[value=done]")
    expect(phone_page.page.locator("#done-count")).to_have_text("1")
    expect(phone_page.page.locator(".done-stops")).to_contain_text("证照齐全")


def test_5_another_inspector_sees_nothing_of_it(phone_page: Watched):
    phone_page.log_in("lu")
    phone_page.go("/today?day=2026-11-30")
    expect(phone_page.page.locator(".empty")).to_be_visible()
    for path in (
        "/today/routes.geojson?day=2026-11-30",
        "/stops/V-S0002",
        "/plans/1",
        "/plans/1/routes.geojson",
        "/coverage",
    ):
        assert phone_page.page.request.get(phone_page.base + path).status in (403, 404), path


def test_6_the_heads_coverage_has_changed(desk_page: Watched):
    desk_page.log_in("zheng")
    expect(desk_page.page.locator("#total-done")).to_contain_text("1")
    expect(desk_page.page.locator(".cover-map svg a path").first).to_be_visible()
    desk_page.page.click("nav.seg >> text=社区")
    expect(desk_page.page.locator("#coverage-table tbody tr")).to_have_count(2)


def test_7_every_page_can_be_read_in_english(desk_page: Watched):
    desk_page.log_in("lin")
    desk_page.page.click("form.seg button:not([disabled])")
    expect(desk_page.page.locator("h1")).to_have_text("round")
