"""Several lists become one register: nothing is lost, the newest value counts, and each value tells where it is from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gridplan.intake.merge import SameSites, pair_key
from gridplan.intake.recognise import read_recogniser
from gridplan.intake.register import Register, list_files, read_sites
from gridplan.intake.settings import ColumnMapping, read_mapping
from gridplan.model.errors import InputError
from gridplan.model.site import LicenceClass, SiteKind, Standing
from tests.builders import round_, site

OLD = "机构名称,类别,地址,电话,状态\n青苗培训,培训机构,新路8号,13800000001,正常\n蓝天托管,托管,东路2号,,\n"
NEW = "单位全称,办学地址,证,状况\n青苗培训,新路8号,有,已注销\n百合培训,西路3号,无,正常\n"
MAPPING = """
[sources."民政.csv"]
date = 2026-10-01
[sources."教育.csv"]
date = 2026-11-01
columns = { name = "单位全称", address = "办学地址", permit = "证", status = "状况" }
defaults = { kind = "institution" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "民政.csv").write_text(OLD, "utf-8")
    (tmp_path / "sites" / "教育.csv").write_text(NEW, "utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING, "utf-8")
    return tmp_path


def read(folder: Path, same: SameSites | None = None) -> Register:
    mapping = read_mapping(folder / "mapping.toml")
    return read_sites(folder, mapping, round_(), None, *([same] if same else []))


def test_every_row_of_every_list_is_kept_merged_or_rejected(folder):
    register = read(folder)
    assert (register.rows, len(register.sites), register.merged, register.rejected) == (4, 3, 1, ())


def test_the_newer_list_counts_and_the_older_one_fills_what_it_leaves_empty(folder):
    merged = next(one for one in read(folder).sites if one.name == "青苗培训")
    assert (merged.state, merged.permit, merged.phone) == ("已注销", True, "13800000001")
    assert merged.rows[0].file == "教育.csv" and merged.rows[0].date == date(2026, 11, 1)
    assert (merged.sources["phone"].file, merged.sources["phone"].row) == ("民政.csv", 2)
    (other,) = merged.others["state"]
    assert (other.value, other.source.file, other.source.date) == ("正常", "民政.csv", date(2026, 10, 1))


def test_a_contradiction_between_lists_names_both_rows(folder):
    told = [one for one in read(folder).complaints if one.code == "sites.contradiction"]
    assert [(one.file, one.row, one.value) for one in told] == [("民政.csv", 2, "正常")]


def test_a_list_beside_the_folder_is_read_first_and_what_office_programs_leave_is_no_list(folder):
    (folder / "sites.csv").write_text("名称,地址\n山茶,北路9号\n", "utf-8")
    (folder / "sites" / "~$教育.xlsx").write_bytes(b"lock")
    (folder / "sites" / ".DS_Store").write_bytes(b"x")
    assert [path.name for path in list_files(folder)] == ["sites.csv", "教育.csv", "民政.csv"]


def test_a_list_of_a_kind_that_is_not_read_is_named(folder):
    (folder / "sites" / "公安.xls").write_bytes(b"x")
    with pytest.raises(InputError, match=r"公安\.xls"):
        list_files(folder)


def test_a_source_that_is_no_list_is_named_with_the_nearest(folder):
    (folder / "mapping.toml").write_text('[sources."教育局.csv"]\ndate = 2026-11-01\n', "utf-8")
    with pytest.raises(InputError, match=r"教育局\.csv.*教育\.csv"):
        read(folder)


def test_what_a_person_said_to_be_one_is_merged_when_the_lists_come_anew(folder):
    one, other = (next(s for s in read(folder).sites if s.name == name) for name in ("蓝天托管", "百合培训"))
    register = read(folder, SameSites(same=frozenset({pair_key(one, other)})))
    assert (len(register.sites), register.merged) == (2, 2)
    merged = next(s for s in register.sites if len({row.file for row in s.rows}) == 2 and s.name == "百合培训")
    assert [value.value for value in merged.others["name"]] == ["蓝天托管"]


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("正常", Standing.OPERATING),
        ("未营业", Standing.UNKNOWN),
        ("停业整顿", Standing.PAUSED),
        ("已 注 销", Standing.DEREGISTERED),
        ("营转非（2025）", Standing.CONVERTED),
        ("搬迁至外区", Standing.MOVED),
        ("人去楼空", Standing.CLOSED),
        ("", Standing.UNKNOWN),
        ("其他", Standing.UNKNOWN),
    ],
)
def test_the_words_of_a_status_are_understood(tmp_path, text, standing):
    assert read_recogniser(tmp_path / "recognise.toml").standing(text) is standing


@pytest.mark.parametrize(
    ("kind", "name", "department"),
    [
        (SiteKind.INSTITUTION, "小飞侠篮球俱乐部", "体育"),
        (SiteKind.INSTITUTION, "星海琴行", "文旅"),
        (SiteKind.INSTITUTION, "码上编程", "科技"),
        (SiteKind.INSTITUTION, "学而优培训", "教育"),
        (SiteKind.CHILDCARE, "阳光托育园", "卫健"),
        (SiteKind.COMPOUND, "春风花园", "住建"),
    ],
)
def test_each_kind_has_a_competent_department(tmp_path, kind, name, department):
    assert read_recogniser(tmp_path / "recognise.toml").competent(kind, name) == department


def test_an_offices_own_words_go_first_and_a_wrong_one_is_named(tmp_path):
    own = tmp_path / "recognise.toml"
    own.write_text(
        '[standing]\nclosed = ["正常注销"]\n[[competent]]\ndepartment = "教体"\nkinds = ["institution"]\n', "utf-8"
    )
    recogniser = read_recogniser(own)
    assert recogniser.standing("正常注销") is Standing.CLOSED
    assert recogniser.competent(SiteKind.INSTITUTION, "篮球") == "教体"
    own.write_text('[[competent]]\ndepartment = "教体"\nkinds = ["institutions"]\n', "utf-8")
    with pytest.raises(InputError, match="institution"):
        read_recogniser(own)


@pytest.mark.parametrize(
    ("permit", "licence", "found"),
    [
        (True, True, LicenceClass.BOTH),
        (True, False, LicenceClass.PERMIT_ONLY),
        (False, True, LicenceClass.LICENCE_ONLY),
        (False, False, LicenceClass.NONE),
        (None, True, LicenceClass.UNKNOWN),
    ],
)
def test_two_flags_make_a_class(permit, licence, found):
    assert site("s", permit=permit, licence=licence).licence_class is found


def test_an_empty_mapping_knows_no_sources():
    assert ColumnMapping().sources == {}


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("暂停营业", Standing.PAUSED),
        ("停止营业", Standing.CLOSED),
        ("不再营业", Standing.CLOSED),
        ("关闭营业", Standing.CLOSED),
        ("没有营业", Standing.UNKNOWN),
        ("已注销（原正常营业）", Standing.DEREGISTERED),
        ("吊销，未注销", Standing.DEREGISTERED),
        ("停业后恢复营业", Standing.OPERATING),
        ("存续（在营、开业、在册）", Standing.OPERATING),
    ],
)
def test_a_business_that_stopped_is_not_taken_for_one_in_operation(tmp_path, text, standing):
    assert read_recogniser(tmp_path / "recognise.toml").standing(text) is standing


@pytest.mark.parametrize(
    ("texts", "department"),
    [
        (("学科类", "培训机构", "小飞侠篮球俱乐部"), "教育"),  # what it teaches goes before how it is called
        (("非学科类（体育）", "培训机构", "星海琴行"), "体育"),
        (("", "文化艺术类培训机构", "学而优"), "文旅"),
        (("其他", "培训机构", "码上编程"), "科技"),
        (("其他", "培训机构", "学而优"), "教育"),
    ],
)
def test_the_subject_decides_the_department_before_the_name_does(tmp_path, texts, department):
    recogniser = read_recogniser(tmp_path / "recognise.toml")
    assert recogniser.competent(SiteKind.INSTITUTION, *texts) == department


def test_a_subject_of_another_list_brings_its_department(folder):
    (folder / "sites" / "民政.csv").write_text(OLD.replace("状态", "培训类别").replace(",正常", ",体育类"), "utf-8")
    merged = next(one for one in read(folder).sites if one.name == "青苗培训")
    assert (merged.subject, merged.competent, merged.sources["subject"].file) == ("体育类", "体育", "民政.csv")


def test_a_row_merged_into_one_of_another_list_names_that_list(folder):
    (told,) = [one for one in read(folder).complaints if one.code == "sites.merged_row"]
    assert told.text.zh == "第 2 行“青苗培训”与“教育.csv”第 2 行“青苗培训”是同一点位，已合并"
