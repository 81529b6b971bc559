"""Chromium works on a round of 5,000 sites: slides until the verdict turns, drafts, stops, and meets another planner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from gridplan.model.record import Role, User
from gridplan.services.desk import Desk
from tests.browser.conftest import PASSWORD, Office, Watched, watch
from tests.services import large
from tests.serving import serving
from web import create_app
from web.__main__ import worker

pytestmark = pytest.mark.browser
SITES = 5_000
FELL = re.compile("V.*V")
"""A line that has gone down twice."""


@pytest.fixture(scope="module")
def large_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with 5,000 sites, 24 teams, one round and two planners."""
    url = f"sqlite:///{tmp_path_factory.mktemp('large') / 'office.db'}"
    desk = Desk.open(url, create=True)
    large.fill(desk, SITES)
    with desk.store.transaction() as t:
        stored = t.rounds.add(replace(desk.settings(), name="第 1 轮"), by="lin")
    for login, name in (("lin", "林知夏"), ("zhou", "周敏")):
        desk.add_person(User(login=login, name=name, role=Role.PLANNER), PASSWORD, by="test")
    with serving(create_app(desk, testing=True), threads=6) as base, worker(url):
        yield Office(url=base, desk=desk, round_id=stored.id)
    desk.close()


def planner(browser: Browser, office: Office, login: str) -> Watched:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    watched = watch(context, office.url)
    watched.log_in(login)
    return watched


@pytest.fixture
def lin(browser: Browser, large_office: Office) -> Iterator[Watched]:
    watched = planner(browser, large_office, "lin")
    yield watched
    watched.page.context.close()
    assert watched.errors == [] and watched.outside == []


def open_round(watched: Watched, path: str = "/rounds/1") -> None:
    watched.page.goto(watched.base + path)
    expect(watched.page.locator("body[data-answered=careful]")).to_be_attached(timeout=20_000)


def test_sliding_turns_the_verdict_and_the_address_keeps_it(lin: Watched):
    open_round(lin)
    page = lin.page
    expect(page.locator("#verdict .seal")).to_have_text("可行")
    expect(page.locator("#promised")).to_have_text("4,900")
    expect(page.locator("#review-note")).to_contain_text("100 家待核")
    page.focus("#days")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#verdict .seal")).to_have_text("不可行")
    expect(page.locator("#start-draft")).to_be_disabled()
    expect(page.locator("#draft-anyway")).to_contain_text("仍要拟定，留约")
    expect(page.locator("#careful")).to_have_text("已细算", timeout=20_000)
    assert "rule.max_days=7" in page.url
    page.reload()
    expect(page.locator("#verdict .seal")).to_have_text("不可行")
    # A remedy moves the slider, and the verdict becomes what it said.
    page.locator("[data-patch*=days]").first.click()
    expect(page.locator("#verdict .verdict")).not_to_have_class("verdict no", timeout=20_000)
    expect(page.locator("#start-draft")).to_be_enabled()


def test_a_cell_of_the_matrix_is_adopted_and_copies_of_teams_are_only_for_trying(lin: Watched):
    open_round(lin)
    page = lin.page
    page.click('.cell[data-teams="26"][data-days="9"]')
    expect(page.locator('.cell[data-teams="26"][data-days="9"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#verdict")).to_contain_text("缺 2 组")
    expect(page.locator("#teams-out")).to_contain_text("26")
    expect(page.locator("#start-draft")).to_be_disabled()
    page.click("#reset")
    expect(page.locator("#start-draft")).to_be_enabled()


def test_filters_change_the_counts(lin: Watched):
    open_round(lin)
    page = lin.page
    page.uncheck('[data-list=kinds][value="compound"]')
    expect(page.locator("#promised")).not_to_have_text("4,900")
    page.click('[data-exclude="已注销"]')
    expect(page.locator('[data-exclude="已注销"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#keep")).to_be_enabled()
    assert "scope.exclude_status=" in page.url


def test_a_new_round_is_made_from_the_page(lin: Watched):
    open_round(lin, "/rounds/new?like=1")
    page = lin.page
    page.fill("#controls .named [data-field=name]", "冬季抽一片")
    page.locator("[data-filter=townships] summary").click()
    page.locator("[data-list=townships]").first.check()
    expect(page.locator("#promised")).not_to_have_text("4,900")
    few = page.inner_text("#promised")
    page.click("#make")
    expect(page.locator("#round-name")).to_have_text("冬季抽一片")
    expect(page.locator("#promised")).to_have_text(few)


def test_the_draft_falls_and_stopping_keeps_a_plan(lin: Watched, large_office: Office):
    open_round(lin)
    page = lin.page
    page.select_option("select[name=minutes]", "4")
    page.click("#start-draft")
    expect(page.locator("#keep-draft")).to_be_visible()
    # Leaving the page does not stop it.
    page.goto(lin.base + "/rounds")
    page.goto(lin.base + "/rounds/1")
    expect(page.locator("#course .falls")).to_be_attached(timeout=300_000)
    first = float(page.locator("table.best tr").nth(2).locator("td").inner_text().replace(",", ""))
    expect(page.locator("#course .falls")).to_have_attribute("d", FELL, timeout=120_000)
    page.locator("#draft .figures-table summary").first.click()
    costs = [
        float(text.replace(",", "")) for text in page.locator("#course table tbody td:nth-child(2)").all_inner_texts()
    ]
    assert costs == sorted(costs, reverse=True) and costs[-1] <= first
    page.click("#keep-draft")
    expect(page.locator("#versions a.plan-link")).to_have_text("v1", timeout=240_000)
    with large_office.desk.store.reading() as t:
        (head,) = t.plans.list(1)
    assert head.figures.planned == 4_900


def test_of_two_planners_the_second_sees_the_conflict_and_loses_nothing(
    browser: Browser, lin: Watched, large_office: Office
):
    zhou = planner(browser, large_office, "zhou")
    for watched in (lin, zhou):
        open_round(watched)
    lin.page.focus("#days")
    lin.page.keyboard.press("ArrowRight")
    lin.page.click("#keep")
    expect(lin.page.locator("#told")).to_contain_text("已保存")
    zhou.page.fill('[data-field="rule.min_per_day"]', "20")
    zhou.page.click("#keep")
    expect(zhou.page.locator("h1")).to_have_text("两人同时改了这一轮")
    expect(zhou.page.locator("[role=alert]")).to_contain_text("林知夏")
    expect(zhou.page.locator("#both tbody tr")).to_have_count(1)
    zhou.page.click("#put-mine")
    expect(zhou.page.locator("#told")).to_contain_text("已保存")
    with large_office.desk.store.reading() as t:
        rule = t.rounds.get(1).round.rule
    assert (rule.min_per_day, rule.max_days) == (20, 11)
    zhou.page.context.close()
    assert zhou.outside == []
