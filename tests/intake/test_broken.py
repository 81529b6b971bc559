"""What is said of files that break off: the line and the cause in the planner's words, never the interpreter's."""

from __future__ import annotations

import re

import pytest

from gridplan.intake.lists import SITE_COLUMNS
from gridplan.intake.sheet import read_table
from gridplan.intake.toml import read_toml
from gridplan.model.errors import InputError


def said(tmp_path, text: str) -> str:
    path = tmp_path / "round.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as refused:
        read_toml(path, ["a", "b"])
    return refused.value.text.zh


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\nb = 星星", 2, "英文双引号"),
        ("a = 2026-02-30", 1, "没有这个日期"),
        ("a = 08:30", 1, "值的后面多了"),
        ("a 1", 1, "名称 = 值"),
        ("名称 = 1", 1, "名称 = 值"),
        ("a = [1, 2", 1, "括号没有合上"),
        ("a = {b = 1", 1, "括号没有合上"),
        ("[a", 1, "括号没有合上"),
        ("[[a]", 1, "括号没有合上"),
        ('a = 1\n\nb = "x\n', 3, "引号没有合上"),
        ('a = """x\n\n', 1, "引号没有合上"),
        ("a = 'x", 1, "引号没有合上"),
        ("a = 1\na = 2", 2, "写了两次"),
        ("[a]\n[b]\n[a]", 3, "写了两次"),
        ('a = "C:\\用户"', 1, "反斜杠"),
        ("a = 1 # \x01", 1, "不可见"),
        ("a = 1\nb = " + "9" * 5000, 2, "几千位"),
    ],
)
def test_a_broken_setting_is_told_with_its_line_and_its_cause(tmp_path, text, line, words):
    told = said(tmp_path, text)
    assert f"第 {line} 行" in told and words in told
    assert not re.search(r"[a-z]{4,} [a-z]{2,}", told.replace("round.toml", ""))  # no English sentence in it


def test_brackets_without_end_are_told(tmp_path):
    assert "太深" in said(tmp_path, "a = " + "[" * 5000)


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("title", ["", "示例区名单\n", "示例区名单，2026年\n\n"])
def test_a_list_parted_by_semicolons_or_tabs_is_read_and_told(tmp_path, mark, title):
    path = tmp_path / "sites.csv"
    rows = [["名称", "类别", "地址", "备注"], ["星星", "机构", '"一号路1号, 后院"', "甲,乙"]]
    path.write_text(title + "\n".join(mark.join(row) for row in rows) + "\n", "utf-8")
    table = read_table(path, SITE_COLUMNS)
    assert table.header == ("名称", "类别", "地址", "备注")
    assert dict(table.rows[0].values) == {"名称": "星星", "类别": "机构", "地址": "一号路1号, 后院", "备注": "甲,乙"}
    assert [one.row for one in table.complaints if "隔开" in one.text.zh] == [0]


@pytest.mark.parametrize(
    "text",
    [
        "名称,类别,地址\n星星,机构,一号路;二号路;三号路\n",
        "说明：名称;类别;地址 都要填,,\n名称,类别,地址,经度,纬度\n星星,机构,一号路,1,2\n",
        "名称\n星星;月亮\n",
        "单位,地点\n星星;月亮,一号路\n",
    ],
)
def test_a_list_with_commas_stays_one_whatever_its_cells_hold(tmp_path, text):
    path = tmp_path / "sites.csv"
    path.write_text(text, "utf-8")
    table = read_table(path, SITE_COLUMNS)
    assert table.delimiter == "," and not table.complaints


@pytest.mark.parametrize("mark", ["|", ";", "\t", "；", "，", "、"])
def test_a_list_of_which_nobody_knows_how_it_is_parted_is_refused_with_its_line(tmp_path, mark):
    path = tmp_path / "sites.csv"
    path.write_text(f"单位{mark}地点\n星星{mark}一号路\n", "utf-8")
    with pytest.raises(InputError, match="逗号隔开"):
        read_table(path, SITE_COLUMNS)


def test_a_quote_that_stays_open_is_told_with_the_line_where_it_begins(tmp_path):
    path = tmp_path / "sites.csv"
    path.write_text('名称,类别\n星星,机构\n"月亮,机构\n太阳,机构\n' + "云,机构\n" * 50, "utf-8")
    with pytest.raises(InputError, match="从第 3 行起"):
        read_table(path, SITE_COLUMNS)
