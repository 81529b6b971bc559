"""`gridplan screen`: from a register to lists that are handed over by area and sites that can be planned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from gridplan.cli import main
from gridplan.intake.screen_rules import default_text
from gridplan.intake.sheet import read_table

MINI = Path(__file__).parents[1] / "data" / "mini"
REGISTER = (
    "企业名称,统一社会信用代码,住所,经营范围,登记状态,联系电话\n"
    "小天使托管中心,91A,示例区东街道一号路1号,学生托管服务,在营,55501234\n"
    "=雅韵舞蹈培训中心,91B,别处区二号路2号,舞蹈培训,在营,\n"
    "星辰晚托班,91C,示例区,,吊销,\n"
    "彩虹文具店,91D,示例区东街道,文具零售；教育咨询,在营,\n"
)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    path.write_text(REGISTER, "utf-8")
    return path


def screened(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    assert main(["screen", *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def rows(path: Path, sheet: int = 0) -> list[list[object]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(sheet).to_python()


def test_the_lists_hold_what_the_summary_counts(register, tmp_path, capsys):
    out = tmp_path / "out"
    told = screened(capsys, register, "--out", out)
    assert (told["rows"], told["candidates"], told["closed"], told["passed"]) == (4, 2, 1, 1)
    assert told["areas"] == {"示例区": 1, "别处区": 1}
    assert rows(out / "candidates.xlsx")[-1][0] == "合计" and rows(out / "candidates.xlsx")[-1][-1] == 2
    assert [len(rows(out / "candidates.xlsx", sheet)) - 1 for sheet in (1, 2, 3)] == [2, 1, 1]
    lists = sorted((out / "lists").iterdir())
    assert [path.name[4:] for path in lists] == ["别处区.xlsx", "示例区.xlsx"]
    assert rows(lists[1])[1][1] == "小天使托管中心" and "托管" in str(rows(lists[1])[1][4])


def test_an_input_folder_splits_by_its_own_townships_and_the_sites_can_be_read_in(register, tmp_path, capsys):
    out = tmp_path / "out"
    told = screened(capsys, register, "--out", out, "--folder", MINI)
    assert told["areas"] == {"外区 别处区": 1, "东街道": 1}
    table = read_table(out / "sites.csv")
    assert [row.values["kind"] for row in table.rows] == ["托管", "培训机构"]
    assert table.rows[1].values["name"].startswith("'=")  # no spreadsheet reckons it


def test_a_second_run_leaves_no_list_of_the_first(register, tmp_path, capsys):
    out = tmp_path / "out"
    screened(capsys, register, "--out", out)
    register.write_text(REGISTER.replace("别处区", "另一区"), "utf-8")
    screened(capsys, register, "--out", out)
    assert [path.name[4:] for path in sorted((out / "lists").iterdir())] == ["另一区.xlsx", "示例区.xlsx"]


def test_the_default_rules_are_written_once_and_used_when_edited(register, tmp_path, capsys):
    rules = tmp_path / "rules.toml"
    assert main(["screen", "--write-rules", str(rules)]) == 0 and rules.read_text("utf-8") == default_text()
    assert main(["screen", "--write-rules", str(rules)]) == 2
    rules.write_text(default_text().replace("threshold = 3.0", "threshold = 100"), "utf-8")
    assert screened(capsys, register, "--out", tmp_path / "out", "--rules", rules)["candidates"] == 0


def test_a_register_without_names_is_refused_and_nothing_is_written(tmp_path, capsys):
    path = tmp_path / "r.csv"
    path.write_text("甲,乙\n1,2\n", "utf-8")
    assert main(["screen", str(path), "--out", str(tmp_path / "out")]) == 2
    assert "企业名称" in capsys.readouterr().err and not (tmp_path / "out").exists()
