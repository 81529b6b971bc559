"""What a foreign list's columns are taken for: proposed with a reason, never followed silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.intake.mapping import save_columns
from gridplan.intake.register import read_sites
from gridplan.intake.settings import read_mapping
from gridplan.model.errors import InputError
from gridplan.services.preview import preview
from tests.builders import round_

ROWS = (
    "全称（必填）,坐落,信用码,甲,乙,联系人手机,属地,村居,办学许可情况,备注\n"
    "青苗培训学校,示例区新路8号,91110108MA01C5P555,116.4021,39.9012,13800000001,东街道,甲社区,有,\n"
    "蓝天艺术中心,示例区东路12号,,116.4035,39.9044,13800000002,东街道,乙社区,无,看过\n"
    "百合托管班,示例区西路3号,,116.4055,39.9061,13800000003,西街道,丙村,有,\n"
)


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    (tmp_path / "sites.csv").write_text(ROWS, "utf-8")
    return tmp_path


def taken(folder: Path) -> dict[str, tuple[str, str]]:
    return {c["header"]: (c["key"], c["why"]) for c in preview(folder)["lists"][0]["columns"]}


def test_cells_tell_what_a_column_holds(foreign):
    found = taken(foreign)
    assert [found[h][0] for h in ("坐落", "信用码", "甲", "乙", "联系人手机", "属地", "村居", "办学许可情况", "备注")] == [
        "address", "uscc", "lon", "lat", "phone", "township", "community", "permit", "",
    ]  # fmt: skip


def test_a_known_header_with_a_remark_is_proposed_by_its_header(tmp_path):
    (tmp_path / "sites.csv").write_text("机构名称（全称）*,详细地址:\n青苗,新路8号\n", "utf-8")
    assert list(taken(tmp_path).values()) == [("name", "header"), ("address", "header")]


def test_proposals_are_not_followed_until_they_are_saved(foreign):
    with pytest.raises(InputError):
        read_sites(foreign, read_mapping(foreign / "mapping.toml"), round_(), None)
    assert preview(foreign, save=True)["saved"] >= 8
    register = read_sites(foreign, read_mapping(foreign / "mapping.toml"), round_(), None)
    assert [one.name for one in register.sites] == ["青苗培训学校", "蓝天艺术中心", "百合托管班"]
    assert register.sites[0].given == (116.4021, 39.9012) and register.sites[1].community == "乙社区"
    assert {why for _, why in taken(foreign).values()} == {"mapping", ""}


def test_a_phone_is_never_shown(foreign):
    column = next(c for c in preview(foreign)["lists"][0]["columns"] if c["header"] == "联系人手机")
    assert column["samples"] == ["…"] and column["filled"] == 3


def test_what_is_missing_is_said(tmp_path):
    (tmp_path / "sites.csv").write_text("甲,乙\n1,2\n", "utf-8")
    assert preview(tmp_path)["lists"][0]["missing"] == ["name", "address"]


def test_saving_leaves_what_the_user_wrote(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text('# 我们的说明\n[sites.columns]\nname = "单位"   # 别动\n\n[areas.scheme]\ntownship = 9\n', "utf-8")
    assert save_columns(path, {"": {"name": "另一列", "address": "坐落"}, "教育.xlsx": {"name": "全称"}}) == 2
    text = path.read_text("utf-8")
    assert "# 我们的说明" in text and 'name = "单位"   # 别动' in text
    mapping = read_mapping(path)
    assert mapping.columns == {"name": "单位", "address": "坐落"} and mapping.scheme
    assert mapping.sources["教育.xlsx"].columns == {"name": "全称"}


def test_a_broken_mapping_is_not_overwritten(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text("[sites\n", "utf-8")
    with pytest.raises(InputError, match=r"mapping\.toml"):
        save_columns(path, {"": {"name": "x"}})
    assert path.read_text("utf-8") == "[sites\n"
