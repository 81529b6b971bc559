"""The files that people open: exact headers, text that stays text, the same bytes twice."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from gridplan.model.errors import Complaint, Severity
from gridplan.model.words import Text
from gridplan.report.files import as_text, write_complaints_csv, write_coverage_xlsx, write_plan_xlsx
from gridplan.report.tally import tally
from tests.builders import MONDAY
from tests.report.plans import TUESDAY, areas, at, plan, result

HOSTILE = '=HYPERLINK("x","y")'


def coverage(path: Path) -> list[list[object]]:
    rows = tally(plan(), areas(), {"T1": "王主任"}, [result("s1", MONDAY)], at(TUESDAY, 0))
    write_coverage_xlsx(path, rows)
    return CalamineWorkbook.from_path(path).get_sheet_by_name("覆盖").to_python()


def test_the_coverage_sheet_has_the_headers_of_the_format(tmp_path):
    header = "层级 编码 名称 上级 责任人 点位数 已排 未排 待核 已查 逾期 覆盖率 首日 末日 检查组"
    assert coverage(tmp_path / "coverage.xlsx")[0] == header.split()


def test_the_coverage_sheet_ends_with_outside_and_one_total(tmp_path):
    rows = coverage(tmp_path / "coverage.xlsx")
    assert [row[2] for row in rows[-2:]] == ["区域外", "合计"]
    assert rows[-1][5:12] == [6, 5, 1, 1, 1, 2, 0.1667]


def test_days_are_dates_and_codes_are_text(tmp_path):
    row = coverage(tmp_path / "coverage.xlsx")[2]
    assert row[:5] == ["街镇", "T1", "东街道", "D", "王主任"]
    assert row[12:] == [date(2026, 11, 30), date(2026, 12, 1), "A组、B组"]


def test_the_plan_file_has_both_sheets(tmp_path):
    write_plan_xlsx(tmp_path / "plan.xlsx", plan())
    book = CalamineWorkbook.from_path(tmp_path / "plan.xlsx")
    plan_list, cards = (book.get_sheet_by_name(name).to_python() for name in ("安排", "卡片"))
    assert plan_list[0] == [
        "序号",
        "检查事项",
        "检查对象",
        "检查类别",
        "检查方式",
        "牵头实施主体",
        "实施层级",
        "时间安排",
    ]
    assert cards[0] == ["日期", "检查组", "时间", "集合地点", "参与单位", "人员", "点位"]
    assert [row[0] for row in plan_list[1:]] == [1, 2, 3, 4, 5, 6, 7]
    assert cards[1][6] == "1. 08:40–09:15 s1培训（一号路1号）\n2. 09:20–09:55 s2培训（一号路2号）"


def test_the_same_plan_gives_the_same_bytes(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_plan_xlsx(tmp_path / name, plan())
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_formula_in_a_name_is_text_in_the_workbook(tmp_path):
    base = plan()
    sites = (replace(base.sites[0], name=HOSTILE), *base.sites[1:])
    write_plan_xlsx(tmp_path / "plan.xlsx", replace(base, sites=sites))
    with ZipFile(tmp_path / "plan.xlsx") as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist())
    assert CalamineWorkbook.from_path(tmp_path / "plan.xlsx").get_sheet_by_name("安排").to_python()[1][2] == HOSTILE


def test_a_cell_too_long_is_cut_and_not_lost(tmp_path):
    base = plan()
    sites = (replace(base.sites[0], name="长" * 40_000), *base.sites[1:])
    write_plan_xlsx(tmp_path / "plan.xlsx", replace(base, sites=sites))
    cell = CalamineWorkbook.from_path(tmp_path / "plan.xlsx").get_sheet_by_name("安排").to_python()[1][2]
    assert cell.endswith("长…")


def complaint(**changes: str) -> Complaint:
    given = {"file": "sites.csv", "column": "名称", "value": HOSTILE} | changes
    return Complaint(
        row=3, code="sites.formula", severity=Severity.WARNING, text=Text("是公式", "is a formula"), **given
    )


def test_complaints_open_in_a_spreadsheet_as_text(tmp_path):
    write_complaints_csv(tmp_path / "complaints.csv", [complaint(column="@列")])
    assert (tmp_path / "complaints.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "complaints.csv").open(encoding="utf-8-sig", newline="") as stream:
        header, row = csv.reader(stream)
    assert header == ["file", "row", "column", "value", "code", "severity", "zh", "en"]
    assert row == ["sites.csv", "3", "'@列", f"'{HOSTILE}", "sites.formula", "warning", "是公式", "is a formula"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_whatever_begins_a_formula_is_disarmed(start):
    assert as_text(f"{start}1") == f"'{start}1"


def test_plain_text_stays_as_it_is():
    assert as_text("星星培训-1") == "星星培训-1"
