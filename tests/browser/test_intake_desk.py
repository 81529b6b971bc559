"""The planner's own work before a round, in a browser: lists into the register, owners, absences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gridplan.services.registry import register
from gridplan.services.rounds import drafting
from tests.browser.conftest import MINI, Office, Watched
from tests.services.lists import messy


@pytest.fixture
def desk(desk_page: Watched, office: Office) -> Iterator[Watched]:
    """A planner's screen over the register as the office made it."""
    register.import_sites(office.desk, MINI, by="test")
    register.locate_sites(office.desk, by="test")
    desk_page.log_in("lin")
    yield desk_page


def upload(watched: Watched, folder: Path) -> None:
    path = folder / "台账（9月汇总）.xlsx"
    path.write_bytes(messy())
    watched.go("/sites")
    watched.page.click("#import")
    watched.page.set_input_files("#lists", path)
    expect(watched.page.locator(".drop-names").first).to_contain_text("台账（9月汇总）.xlsx")
    watched.page.click("#begin")
    expect(watched.page.locator("#choices")).to_be_visible()


def chosen(watched: Watched) -> None:
    """Wait until what was chosen counts."""
    expect(watched.page.locator("body[data-choices=ready]")).to_be_attached()


def test_a_messy_workbook_becomes_the_register_by_the_line_of_sums_and_goes_again(
    desk: Watched, office: Office, tmp_path: Path
):
    page = desk.page
    upload(desk, tmp_path)
    # Only the datum must be answered first.
    expect(page.locator("#must")).to_have_text("导入前要答 1 问")
    expect(page.locator("#run")).to_be_disabled()
    page.select_option("#datum-0", "wgs84")
    chosen(desk)
    expect(page.locator("#run")).to_be_enabled()
    # Sites of the list that came another way stay unless the planner says otherwise.
    page.uncheck("input[name=stay]")
    expect(page.locator("#sums")).to_contain_text("7 = 入册 3 + 合并 1 + 待定 2 + 跳过 1")
    # A wrong target is seen in the sums at once, and corrected.
    remark = page.locator("select[aria-label=备注]")
    remark.select_option("name")
    expect(page.locator("#sums")).to_contain_text("待定 5")
    page.locator("select[aria-label='机构名称（全称）']").select_option("name")
    expect(page.locator("#sums")).to_contain_text("待定 2")
    # A kind that nobody knows is given one.
    page.locator("select.give").select_option("institution")
    expect(page.locator("#sums")).to_contain_text("7 = 入册 4 + 合并 1 + 待定 1 + 跳过 1")
    expect(page.locator("#preview-table")).to_contain_text("没有名称")
    page.click("#run")
    expect(page.locator("#done")).to_contain_text("已入册 4 家，台账现有 4 家", timeout=30_000)
    expect(page.locator("#sums")).to_contain_text("7 = 入册 4 + 合并 1 + 待定 1 + 跳过 1")
    page.click("#to-register")
    expect(page.locator("#found")).to_have_text("4 / 4 家")
    expect(page.locator("body[data-map=ready]")).to_be_attached()
    # The complaint names list, row and field.
    page.click("text=/疑问 \\d+ 条/")
    row = page.locator("#complaints tr", has_text="没有名称")
    expect(row).to_contain_text("台账（9月汇总）.xlsx")
    expect(row.locator("td").nth(1)).to_have_text("8")
    expect(row.locator("td").nth(2)).to_have_text("机构名称（全称）")
    with page.expect_download() as saved:
        page.click("#complaints-file")
    assert saved.value.suggested_filename == "complaints.xlsx"
    # Undo says what it does before it does it.
    desk.go("/sites")
    page.click("#undo")
    expect(page.locator(".undo-panel")).to_contain_text("4 家变回 7 家")
    page.click("#undo-now")
    expect(page.locator("#found")).to_have_text("7 / 7 家")


def test_the_register_is_filtered_as_one_types_and_a_card_tells_its_sources(desk: Watched):
    page = desk.page
    desk.go("/sites")
    expect(page.locator("#found")).to_have_text("7 / 7 家")
    page.fill("input[name=text]", "河边")
    expect(page.locator("#found")).to_have_text("1 / 7 家")
    assert "text=" in page.url
    page.click("#sites-table a")
    expect(page.locator("h1")).to_have_text("河边艺术")
    expect(page.locator("#values")).to_contain_text("sites.csv 第 5 行")
    page.fill("#edit-status", "停业整顿")
    page.click("#save")
    expect(page.locator("#values")).to_contain_text("手工")
    expect(page.locator(".note.ok").first).to_contain_text("已改 1 栏")


def test_a_second_planner_who_imports_first_is_seen_by_the_other(desk: Watched, office: Office, tmp_path: Path):
    page = desk.page
    upload(desk, tmp_path)
    page.select_option("#datum-0", "wgs84")
    expect(page.locator("#run")).to_be_enabled()
    register.import_sites(office.desk, MINI, by="su")
    page.click("#run")
    expect(page.locator("body")).to_contain_text("没有写入：苏念安 在")
    page.go_back()
    page.reload()
    expect(page.locator("#said")).to_contain_text("苏念安")
    expect(page.locator("#run")).to_be_enabled()
    page.click("text=不导入了")
    desk.errors[:] = [text for text in desk.errors if "409" not in text]


def test_an_owner_is_set_and_answers_for_all_below(desk: Watched):
    page = desk.page
    desk.go("/areas")
    expect(page.locator("body[data-map=ready]")).to_be_attached()
    expect(page.locator("#areas-table")).to_contain_text("无人负责")
    page.fill("#owner-person", "王立新")
    page.fill("#owner-role", "区级网格长")
    page.click("#set-owner-button")
    expect(page.locator("#node")).to_contain_text("王立新")
    expect(page.locator("#areas-table")).to_contain_text("王立新（区级网格长）")
    expect(page.locator("#areas-table")).not_to_contain_text("无人负责")
    page.click("#areas-table a >> nth=0")
    expect(page.locator("#node")).to_contain_text("本级没有责任人")


def test_an_absence_is_entered_by_two_clicks_and_the_rounds_capacity_falls(desk: Watched, office: Office):
    page = desk.page
    before = drafting.diagnose(office.desk, office.round_id).capacity
    desk.go("/crews?month=2026-11")
    expect(page.locator("body[data-capacity=ready]")).to_be_attached()
    expect(page.locator("#capacity")).to_contain_text("缺勤没有影响")
    page.click("#month .cell-pick[data-day='2026-11-30']")
    expect(page.locator("#first")).to_have_value("2026-11-30")
    page.click("#add-absence")
    expect(page.locator("#absences")).to_contain_text("一组")
    expect(page.locator("#month .cell-pick[data-day='2026-11-30']")).to_have_text("缺")
    now = drafting.diagnose(office.desk, office.round_id).capacity
    assert now[0] == 0 < before[0]
    expect(page.locator("#capacity")).to_contain_text(f"能力 {sum(now)} 家（无缺勤 {sum(before)}）")
    page.click("#absences button[value=remove]")
    expect(page.locator("#capacity")).to_contain_text("缺勤没有影响")
