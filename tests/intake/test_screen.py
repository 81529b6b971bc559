"""A business register is screened by rules that an office can read, edit and break without harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.intake.screen import Sieve, reasons, screen
from gridplan.intake.screen_rules import default_rules, default_text, read_rules
from gridplan.model.errors import InputError
from gridplan.model.screening import Business, Screened, Trade
from gridplan.model.site import SourceRow
from tests.bench.ground.screening import judged

RULES = default_rules()
HEAD = "企业名称,统一社会信用代码,住所,经营范围,行业代码,登记状态\n"


def weighed(name: str, scope: str = "", industry: str = "") -> Screened:
    """One business by the default rules."""
    row = SourceRow(file="r.csv", row=2)
    return Sieve(RULES).weigh(Business(row=row, name=name, address="", scope=scope, industry=industry))


@pytest.mark.parametrize(
    ("name", "scope", "industry", "trade"),
    [
        ("启智教育培训学校有限公司", "", "", Trade.TUTORING),
        ("远航商务服务有限公司", "中小学课程辅导；会议服务", "7299", Trade.TUTORING),
        ("小天使小饭桌", "", "", Trade.CHILDCARE),
        ("雅韵舞蹈培训中心", "舞蹈培训；服装租赁", "8393", Trade.ART),
        ("立人跆拳道馆", "", "8392", Trade.SPORT),
        ("智多星机器人编程教育中心", "编程培训", "", Trade.TECH),
        ("人民医院培训中心", "医务人员业务培训", "", None),
        ("远航机动车驾驶员培训有限公司", "机动车驾驶员培训", "8391", None),
        ("彩虹文具店", "文具零售；教育咨询服务", "", None),
        ("宏达资产管理有限公司", "资产托管；投资管理", "", None),
        ("明德人力资源有限公司", "教育咨询服务（不含涉许可审批的教育培训活动）", "", None),
        ("老王餐饮店", "餐饮服务", "6210", None),
    ],
)
def test_training_is_told_from_what_only_looks_like_it(
    name: str, scope: str, industry: str, trade: Trade | None
) -> None:
    assert weighed(name, scope, industry).trade is trade


def test_every_point_is_explained_by_the_word_it_stands_for() -> None:
    found = weighed("小天使托管中心", "学生托管服务", "8020")
    text = reasons(found, {"name": "名称", "scope": "经营范围", "industry": "行业"})
    assert "名称“托管”（名称像托管）+4" in text and "行业“8020”" in text
    assert found.score == sum(hit.points for hit in found.hits)


def test_a_made_register_with_look_alikes_is_screened_nearly_without_fault(tmp_path: Path) -> None:
    precision, recall = judged(tmp_path, seed=11, rows=20_000)
    assert precision >= 0.97 and recall >= 0.99


def test_doubles_are_merged_the_closed_set_apart_and_every_row_counted(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        HEAD
        + "小天使托管中心,91A,解放路1号,学生托管服务,8020,在营\n"
        + "小天使托管中心,,解放路 1号,学生托管,8020,在营\n"  # the same name and address
        + "天使午托部,91A,解放路1号,,,在营\n"  # the same code
        + "星辰晚托班,91B,解放路2号,,,注销\n"
        + "老王面馆,91C,解放路3号,餐饮,,在营\n"
        + ",91D,解放路4号,,,在营\n",
        "utf-8",
    )
    found = screen(path, RULES)
    assert [one.business.name for one in found.candidates] == ["小天使托管中心"]
    assert [row.row for row in found.candidates[0].merged] == [3, 4]
    assert [one.business.name for one in found.closed] == ["星辰晚托班"]
    parts = len(found.candidates) + len(found.closed) + len(found.passed) + found.merged + found.unread
    assert parts == found.rows == 6
    assert [(item.row, item.code) for item in found.complaints] == [(7, "screen.no_name")]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('trade = "tutoring"', 'trade = "tutorin"', "tutoring"),
        ('fields = ["name"]', 'fields = ["title"]', "name"),
        ("points = 3\n", "points = 3000\n", "points"),
        ("threshold = 3.0", "treshold = 3.0", "threshold"),
        ('words = ["辅导"', 'words = ["", "辅导"', "words"),
    ],
)
def test_a_slip_in_the_rules_is_named(tmp_path: Path, before: str, after: str, says: str) -> None:
    path = tmp_path / "rules.toml"
    assert before in default_text()
    path.write_text(default_text().replace(before, after, 1), "utf-8")
    with pytest.raises(InputError, match=says) as error:
        read_rules(path)
    assert "rules.toml" in error.value.text.zh


def test_an_office_may_write_rules_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[[rule]]\nname = "茶"\ntrade = "art"\nfields = ["name"]\npoints = 5\nwords = ["茶艺"]\n', "utf-8")
    row = SourceRow(file="r.csv", row=2)
    assert Sieve(read_rules(path)).weigh(Business(row=row, name="清风茶艺馆", address="")).trade is Trade.ART


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="教育培训托管(辅导)*+?[]\\艺术.^$|", max_size=80))
def test_no_name_stops_the_sieve(name: str) -> None:
    found = weighed(name)
    assert (found.trade is not None) <= (found.score >= RULES.threshold)
