"""What a foreign list's columns are taken for: proposed with a reason, never followed silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.intake.mapping import save_columns
from gridplan.intake.register import read_sites
from gridplan.intake.settings import read_mapping
from gridplan.model.errors import InputError
from gridplan.services.folders.preview import preview
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


def test_a_list_that_followed_the_common_names_still_does_after_its_proposals_are_saved(tmp_path):
    (tmp_path / "sites").mkdir()
    for name in ("甲.csv", "乙.csv"):
        (tmp_path / "sites" / name).write_text("单位,办学地址,负责人电话\n青苗培训,新路8号,13800000001\n", "utf-8")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[sites.columns]\nname = "单位"\n', "utf-8")
    preview(tmp_path, save=True)
    (site,) = read_sites(tmp_path, read_mapping(mapping), round_(), None).sites
    assert (site.name, site.phone) == ("青苗培训", "13800000001")


def test_a_cell_of_a_hundred_thousand_brackets_does_not_hold_the_preview_up(tmp_path):
    cell = "（" * 100_000
    (tmp_path / "sites.csv").write_text(f"{cell},名称,地址\n{cell},青苗,{'路' * 100_000}\n", "utf-8")
    assert preview(tmp_path)["lists"][0]["rows"] == 1  # a pattern that looks at all of it takes hours


def test_the_preview_names_kinds_and_statuses_that_nobody_knows(tmp_path):
    rows = "名称,类别,地址,状态\n甲,机构,1号,正常\n乙,火箭,2号,转型\n丙,学校,3号,\n"
    (tmp_path / "sites.csv").write_text(rows, "utf-8")
    (tmp_path / "mapping.toml").write_text('[sites.kinds]\n"学校" = "institution"\n', "utf-8")
    assert preview(tmp_path)["lists"][0]["unknown"] == {"kind": ["火箭"], "status": ["转型"]}
    (tmp_path / "mapping.toml").write_text('[sites.kinds]\n"*" = "institution"\n', "utf-8")
    assert preview(tmp_path)["lists"][0]["unknown"] == {"status": ["转型"]}


def test_one_list_of_several_is_saved_under_its_own_name(tmp_path):
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "甲.csv").write_text("名称,地址\n青苗,1号\n", "utf-8")
    (tmp_path / "sites.csv").write_text("名称,地址,负责人电话\n蓝天,2号,13800000001\n", "utf-8")
    preview(tmp_path / "sites.csv", save=True)
    register = read_sites(tmp_path, read_mapping(tmp_path / "mapping.toml"), round_(), None)
    assert [site.phone for site in register.sites] == ["13800000001", ""]
