"""A planner's whole way in Chromium at 5,000 sites, in Chinese: from the list to routes in people's hands, and back by undo."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from xlsxwriter import Workbook

from gridplan.model.record import PlanState, Role, RoundId, User
from gridplan.services.desk import SETTINGS, Desk
from gridplan.services.rounds.drafting import certified
from tests.bench.service.page import make_plan
from tests.browser.chart import blocks, chart_holds, drag, rows
from tests.browser.conftest import PASSWORD, Office, Watched, watch
from tests.routing.plans import ENGINE
from tests.services import large
from tests.serving import serving
from web import create_app
from web.__main__ import worker

pytestmark = pytest.mark.browser
SITES, CREWS, WITHOUT_PLACE = 5_000, 24, 10
HEAD = ("序号", "机构名称（全称）", "办学地址", "经度", "纬度", "机构类型", "备注")
WORDS = ("培训机构", "托管", "小区", "商务大厦")
SOON, LONG = 30_000, 240_000
"""Milliseconds: what a page must answer in, and what a job of the whole round may take on a busy machine."""


def workbook() -> bytes:
    """A list of 5,000 invented sites as offices keep them: titles above the head, no place for some, no name for one."""
    draw, made = random.Random(11), io.BytesIO()
    book = Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("汇总")
    sheet.merge_range(0, 0, 0, len(HEAD) - 1, "云汀区台账（11月汇总）")
    for column, head in enumerate(HEAD):
        sheet.write(2, column, head)
    for number in range(SITES):
        one = large.site(number, draw)
        lon = large.WEST + large.WIDE * (0.02 + 0.96 * draw.random())
        lat = large.SOUTH + large.HIGH * (0.02 + 0.96 * draw.random())
        there = number % (SITES // WITHOUT_PLACE) != 7
        word = WORDS[large.KINDS.index(one.site.kind)]
        name = "" if number == 20 else one.site.name
        row = (number + 1, name, one.site.address, *((round(lon, 6), round(lat, 6)) if there else ("", "")), word, "")
        for column, cell in enumerate(row):
            sheet.write(number + 3, column, cell)
    book.close()
    return made.getvalue()


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A served office with areas, crews and settings, and no site yet."""
    url = f"sqlite:///{tmp_path_factory.mktemp('district') / 'office.db'}"
    desk = Desk.open(url, create=True)
    with desk.store.transaction() as t:
        t.areas.replace(large.areas(), by="test")
        t.teams.replace(large.crew(number) for number in range(CREWS))
        t.files.put(SETTINGS, "round.toml", large.ROUND.encode())
    for login, name, role in (("lin", "林知夏", Role.PLANNER), ("zhou", "周敏", Role.INSPECTOR)):
        desk.add_person(User(login=login, name=name, role=role), PASSWORD, by="test")
    with serving(create_app(desk, testing=True), threads=6) as base, worker(url):
        yield Office(url=base, desk=desk, round_id=1)
    desk.close()


@pytest.fixture
def lin(browser: Browser, district: Office) -> Iterator[Watched]:
    """The planner's screen."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    watched = watch(context, district.url)
    watched.page.set_default_timeout(SOON)
    watched.log_in("lin")
    yield watched
    context.close()
    assert watched.errors == [] and watched.outside == []


def test_a_planner_takes_5000_sites_from_the_list_to_the_street(lin: Watched, district: Office, tmp_path: Path):
    imports_the_list(lin, tmp_path)
    decides_where_the_doubtful_ones_lie(lin)
    names_who_answers_for_an_area(lin)
    enters_an_absence(lin)
    makes_a_round_by_filter_and_sees_whether_it_can_be_kept(lin)
    drafts_it_and_sees_the_cost_fall(lin)
    reads_the_plan(lin)
    leaves_one_out_and_tries_a_remedy(lin)
    pins_moves_and_saves(lin)
    compares_and_publishes(lin, district)
    assigns_in_bulk(lin)
    replans_for_a_team_that_is_absent(lin, district)
    looks_up_who_changed_what(lin)
    opens_a_plan_of_5000_sites(lin, district)
    reads_the_table_of_5000_beside_the_map(lin)
    drags_a_stop_until_it_is_red_and_takes_that_back(lin, district)
    does_the_same_by_key(lin)


# ---- before a round --------------------------------------------------------------------------------------------------


def imports_the_list(lin: Watched, folder: Path) -> None:
    page, path = lin.page, folder / "云汀区台账.xlsx"
    path.write_bytes(workbook())
    lin.go("/sites/import")
    page.set_input_files("#lists", path)
    page.click("#begin")
    expect(page.locator("table.targets tbody tr")).to_have_count(len(HEAD))
    expect(page.locator("select[aria-label='机构名称（全称）']")).to_have_value("name")
    expect(page.locator("#run")).to_be_disabled()
    page.select_option("#datum-0", "wgs84")
    # A kind that nobody knows is given one for all its rows.
    expect(page.locator("#sums")).to_contain_text("待定 50")
    page.locator("select.give").select_option("office")
    expect(page.locator("#sums")).to_contain_text("5000 = 入册 4999 + 合并 0 + 待定 1")
    expect(page.locator("#preview-table")).to_contain_text("没有名称")
    page.click("#run")
    expect(page.locator("#done")).to_contain_text("4,999", timeout=LONG)
    page.click("text=/疑问 \\d+ 条/ >> nth=0") if page.locator("text=/疑问 \\d+ 条/").count() else lin.go(
        "/sites/complaints"
    )
    row = page.locator("#complaints tr", has_text="没有名称")
    expect(row).to_contain_text("云汀区台账.xlsx")
    expect(row.locator("td").nth(1)).to_have_text("24")
    lin.go("/sites")
    expect(page.locator("#found")).to_have_text("4,999 / 4,999 家")
    page.fill("input[name=text]", "示例点位4321")
    expect(page.locator("#found")).to_have_text("1 / 4,999 家")


def decides_where_the_doubtful_ones_lie(lin: Watched) -> None:
    page = lin.page
    lin.go("/review")
    expect(page.locator("#review-left")).to_contain_text(f"{WITHOUT_PLACE}")
    map_ready(page)
    page.locator(".folium-map").click()
    expect(page.locator("#point")).not_to_have_value("")
    page.click("#set-point")
    expect(page.locator("#review-left")).to_contain_text(f"{WITHOUT_PLACE - 1}")
    map_ready(page)
    page.keyboard.press("x")
    expect(page.locator("#review-left")).to_contain_text(f"{WITHOUT_PLACE - 2}")
    page.click("#undo")
    expect(page.locator("#review-left")).to_contain_text(f"{WITHOUT_PLACE - 1}")


def names_who_answers_for_an_area(lin: Watched) -> None:
    page = lin.page
    lin.go("/areas")
    map_ready(page)
    page.fill("#owner-person", "王立新")
    page.fill("#owner-role", "区级网格长")
    page.click("#set-owner-button")
    expect(page.locator("#areas-table")).to_contain_text("王立新（区级网格长）")
    expect(page.locator("#areas-table")).not_to_contain_text("无人负责")


def enters_an_absence(lin: Watched) -> None:
    page = lin.page
    lin.go("/crews?month=2026-12")
    page.click("#month tbody tr:nth-child(3) .cell-pick[data-day='2026-12-01']")
    page.click("#add-absence")
    expect(page.locator("#absences")).to_contain_text("3 组")
    expect(page.locator("#month tbody tr:nth-child(3) .cell-pick[data-day='2026-12-01']")).to_have_text("缺")


# ---- the round and its draft -----------------------------------------------------------------------------------------


def makes_a_round_by_filter_and_sees_whether_it_can_be_kept(lin: Watched) -> None:
    page = lin.page
    page.goto(lin.base + "/rounds/new")
    answered(page)
    page.fill("#controls .named [data-field=name]", "冬季排查")
    expect(page.locator("#promised")).to_have_text("4,990")
    expect(page.locator("#verdict .seal")).to_have_text("可行")
    page.focus("#days")
    page.keyboard.press("Home")
    expect(page.locator("#verdict .seal")).to_have_text("不可行")
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#verdict .seal")).to_have_text("可行")
    # Two townships of the ten: their sites are what is planned here.
    page.locator("[data-filter=townships] summary").click()
    for number in range(2):
        page.locator("[data-list=townships]").nth(number).check()
    expect(page.locator("#promised")).to_have_text(re.compile("^(9|1,0)\\d\\d$"))
    page.click("#make")
    expect(page.locator("#round-name")).to_have_text("冬季排查")
    answered(page)
    expect(page.locator("#start-draft")).to_be_enabled()


def drafts_it_and_sees_the_cost_fall(lin: Watched) -> None:
    page = lin.page
    # Begun and cancelled: nothing is left of it.
    page.click("#start-draft")
    page.click("#cancel-draft")
    expect(page.locator("#start-draft")).to_be_visible(timeout=LONG)
    expect(page.locator("#versions")).to_have_count(0)
    answered(page)
    page.select_option("select[name=minutes]", "1")
    page.click("#start-draft")
    expect(page.locator("#keep-draft")).to_be_visible()
    expect(page.locator("#course .falls")).to_have_attribute("d", re.compile("V"), timeout=LONG)
    expect(page.locator("#draft")).to_contain_text("下界")
    if page.locator("#keep-draft").is_visible():
        page.click("#keep-draft")
    expect(page.locator("#versions a.plan-link")).to_have_text("v1", timeout=LONG)
    page.click("#versions a.plan-link")
    map_ready(page)


# ---- the plan --------------------------------------------------------------------------------------------------------


def reads_the_plan(lin: Watched) -> None:
    page = lin.page
    expect(page.locator("#seal")).to_have_text("守住")
    expect(rows(page)).to_have_count(CREWS)
    assert page.locator("#gantt .block").count() > 50
    # By team, by day, by state; one team-day, one day, all of them.
    for colour in ("day", "state", "team"):
        page.click(f"[data-colour={colour}]")
        expect(page.locator(f"[data-colour={colour}]")).to_have_attribute("aria-pressed", "true")
    for shown in ("all", "day", "chosen"):
        page.click(f"[data-show={shown}]")
    page.click("#days [data-day='1']")
    assert "day=2026-12-01" in page.url
    # The third team is absent that day, as was entered.
    expect(rows(page).nth(2)).to_contain_text("本日不上班")
    page.click("#tab-certificate")
    expect(page.locator("#pane-certificate .mark-yes").first).to_be_visible()
    expect(page.locator("#pane-certificate .mark-no")).to_have_count(0)
    page.click("#tab-unplanned")
    expect(page.locator("#pane-unplanned")).to_contain_text("没有落点，不排：9 家")
    page.click("#tab-history")
    expect(page.locator("#pane-history")).to_contain_text("林知夏")
    page.click("#tab-stops")


def reads_the_table_of_5000_beside_the_map(lin: Watched) -> None:
    page = lin.page
    page.keyboard.press("t")
    expect(page.locator("#table tbody tr").first).to_be_visible()
    page.click("#table header [aria-pressed=false]")
    expect(page.locator("#table header")).to_contain_text("5000")
    # Drawn as they come into view: few rows stand in the page, and the last one is reached.
    assert page.locator("#table tbody tr").count() < 200
    page.locator("#table").evaluate("(table) => { table.scrollTop = table.scrollHeight; }")
    expect(page.locator("#table tbody tr td", has_text="点位V04999")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator("#map-sheet")).to_be_visible()


def opens_a_plan_of_5000_sites(lin: Watched, office: Office) -> None:
    """A plan of 100 team-days, stored as a draft of a round of its own: drafted here, it would be waited for too long."""
    plan = make_plan(minutes=1)
    with office.desk.store.transaction() as t:
        stored = t.rounds.add(replace(office.desk.settings(), name="全区一轮"), by="lin")
    document, certificate = certified(plan, ENGINE, inputs={}, seed=1)
    with office.desk.store.transaction() as t:
        head = t.plans.add_draft(stored.id, plan, document=document, certificate=certificate, by="lin")
    page = lin.page
    page.goto(f"{lin.base}/plans/{head.id}")
    map_ready(page)
    expect(page.locator("#figures")).to_contain_text("5,000")
    for shown in ("all", "day", "chosen"):
        page.click(f"[data-show={shown}]")


def drags_a_stop_until_it_is_red_and_takes_that_back(lin: Watched, office: Office) -> None:
    page = lin.page
    before = [blocks(page, row).count() for row in (0, 1)]
    dragged = 0
    while page.locator("#seal").inner_text() != "违反":
        dragged += 1
        assert dragged < 40, "however full the day, nothing broke"
        drag(page, blocks(page, 1).nth(2), blocks(page, 0).nth(4))
        chart_holds(page, [before[0] + dragged, before[1] - dragged])
    # Red in the chart, the list, the certificate and on the card, before anything is saved.
    expect(page.locator("#gantt .row-bad, #gantt .block.bad, #gantt .late").first).to_be_attached()
    page.locator("#gantt [data-row]").first.locator("text.team").click()
    expect(page.locator("#pane-stops .row-breach, #pane-stops .stop-row.breach").first).to_be_attached()
    expect(page.locator("#certificate-foot .breach").first).to_be_visible()
    expect(page.locator("#publish")).to_be_disabled()
    expect(page.locator("#save")).to_be_disabled()
    assert versions(office, 2) == [1]
    for _ in range(dragged):
        with page.expect_response(lambda answer: "/seek" in answer.url):
            page.keyboard.press("Control+z")
    expect(page.locator("#seal")).to_have_text("守住")
    chart_holds(page, before)


def does_the_same_by_key(lin: Watched) -> None:
    page = lin.page
    before = [blocks(page, row).count() for row in (0, 1)]
    blocks(page, 0).nth(3).focus()
    page.keyboard.press("m")
    expect(page.locator("#live")).to_contain_text("拿起")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#live")).to_contain_text("2组")
    with page.expect_response(lambda answer: "/edits" in answer.url):
        page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("改动 1 步")
    chart_holds(page, [before[0] - 1, before[1] + 1])
    page.keyboard.press("]")
    expect(page.locator("#days [data-day='1']")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("[")
    with page.expect_response(lambda answer: "/seek" in answer.url):
        page.keyboard.press("Control+z")
    chart_holds(page, before)


def leaves_one_out_and_tries_a_remedy(lin: Watched) -> None:
    page = lin.page
    page.click("#gantt [data-row] >> nth=0 >> text.team")
    blocks(page, 0).nth(3).dblclick()
    with page.expect_response(lambda answer: "/edits" in answer.url):
        page.click("#move-dialog button:has-text('撤下')")
    page.click("#tab-unplanned")
    item = page.locator("#pane-unplanned .unplanned-item").first
    expect(item).to_be_visible()
    page.click("#pane-unplanned [data-trial=minutes_per_day]")
    expect(page.locator("#pane-unplanned .trial [role=status]")).to_contain_text("未排", timeout=LONG)
    with page.expect_response(lambda answer: "/seek" in answer.url):
        page.keyboard.press("Control+z")
    expect(item).to_have_count(0)
    page.click("#tab-stops")


def pins_moves_and_saves(lin: Watched) -> None:
    page = lin.page
    page.click("#gantt [data-row] >> nth=0 >> text.team")
    blocks(page, 0).nth(1).focus()
    with page.expect_response(lambda answer: "/edits" in answer.url):
        page.keyboard.press("p")
    expect(page.locator("#gantt .pin")).to_have_count(1)
    # Another stop goes where it is offered a place that keeps every promise.
    blocks(page, 0).nth(3).focus()
    page.keyboard.press("Enter")
    with page.expect_response(lambda answer: "/edits" in answer.url):
        page.locator("#move-dialog [data-offer]").last.click()
    expect(page.locator("#live")).to_contain_text("改动 2 步")
    expect(page.locator("#seal")).to_have_text("守住")
    page.click("#save")
    expect(page.locator("h1")).to_contain_text("v2", timeout=SOON)
    map_ready(page)


def compares_and_publishes(lin: Watched, office: Office) -> None:
    page = lin.page
    page.keyboard.press("c")
    expect(page.locator("#sentence")).to_be_visible()
    map_ready(page)
    expect(page.locator("#changes tbody tr")).not_to_have_count(0)
    page.goto(f"{lin.base}/plans/2")
    map_ready(page)
    page.click("#publish")
    expect(page.locator("#state-chip")).to_have_text("已发布")
    with office.desk.store.reading() as t:
        assert next(head.state for head in t.plans.list(office.round_id)) is PlanState.PUBLISHED


def assigns_in_bulk(lin: Watched) -> None:
    page = lin.page
    lin.go("/assign")
    page.select_option("select[name=day]", index=1)
    page.click(".assign-bar button")
    page.check("#all-routes")
    expect(page.locator("#chosen-n")).not_to_have_text("0")
    page.check("[name=person][value=zhou]")
    page.check("[name=skip]")
    page.click("#assign-go")
    expect(page.locator("#assign-table")).to_contain_text("周敏")


def replans_for_a_team_that_is_absent(lin: Watched, office: Office) -> None:
    page = lin.page
    page.goto(f"{lin.base}/plans/2")
    map_ready(page)
    page.click("#replan-open")
    page.check("#replan-teams input >> nth=0")
    page.click("#replan-go")
    expect(page.locator("#replan-page")).to_be_visible(timeout=LONG)
    expect(page.locator("#replan-told")).to_contain_text(re.compile("移动 [1-9]"))
    page.click("#replan-page")
    expect(page.locator("h1")).to_contain_text("v3")
    map_ready(page)
    assert versions(office) == [3, 2, 1]


def looks_up_who_changed_what(lin: Watched) -> None:
    page = lin.page
    page.goto(f"{lin.base}/plans/2")
    map_ready(page)
    page.click("#tab-history")
    expect(page.locator("#pane-history")).to_contain_text("发布")
    page.keyboard.press("?")
    expect(page.locator("#plan-keys")).to_be_visible()
    page.keyboard.press("Escape")
    lin.go("/audit")
    expect(page.locator("#audit-table")).to_contain_text("林知夏")


# ---- what the steps share --------------------------------------------------------------------------------------------


def map_ready(page: Page) -> None:
    expect(page.locator("body[data-map=ready]")).to_be_attached(timeout=SOON)


def answered(page: Page) -> None:
    expect(page.locator("body[data-answered=careful]")).to_be_attached(timeout=SOON)


def versions(office: Office, round_id: int = 1) -> list[int]:
    """The versions that are stored."""
    with office.desk.store.reading() as t:
        return [head.number for head in t.plans.list(RoundId(round_id))]
