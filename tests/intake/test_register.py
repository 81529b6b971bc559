"""The register: every row is kept, merged or rejected, and whatever is doubtful is told."""

from __future__ import annotations

import csv
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.intake.register import read_sites
from gridplan.intake.settings import ColumnMapping, read_mapping
from gridplan.model.errors import InputError, Severity
from gridplan.model.place import Datum
from gridplan.model.site import SiteKind, VisitMode
from tests.builders import round_
from tests.intake.folder import DATA, EXTENT, codes, put, register, workbook


def test_a_row_of_unknown_kind_is_rejected_and_the_rest_is_kept(tmp_path):
    result = register(tmp_path, "unknown_kind.csv")
    assert [site.name for site in result.sites] == ["月亮"]
    assert [(r.source.row, r.complaint.code, r.complaint.severity) for r in result.rejected] == [
        (2, "sites.unknown_kind", Severity.ERROR)
    ]
    assert "火箭" in result.rejected[0].complaint.text.zh


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("no_name.csv", "sites.no_name"),
        ("no_place.csv", "sites.no_place"),
        ("comma_too_many.csv", "sites.too_many_cells"),
    ],
)
def test_a_row_that_cannot_be_used_is_rejected_with_its_reason(tmp_path, name, code):
    result = register(tmp_path, name)
    assert [site.name for site in result.sites] == ["月亮"]
    assert [r.complaint.code for r in result.rejected] == [code]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing_column.csv", ["机构名称", "单位、类别、地址"]),
        ("no_address_column.csv", ["办学地址", "名称、类别"]),
        ("two_datums.csv", ["坐标基准不同"]),
    ],
)
def test_a_list_without_a_needed_column_is_refused_and_its_headers_named(tmp_path, name, words):
    with pytest.raises(InputError) as error:
        register(tmp_path, name)
    assert all(word in error.value.text.zh for word in words)


@pytest.mark.parametrize(
    ("name", "found", "point"),
    [
        ("not_a_number.csv", ["sites.bad_coordinate"], None),
        ("half_point.csv", ["sites.half_point"], None),
        ("swapped.csv", ["sites.swapped_lonlat"], (116.4, 39.9)),
        ("far.csv", ["sites.far_point"], (121.5, 31.2)),
    ],
)
def test_a_doubtful_point_is_told(tmp_path, name, found, point):
    result = register(tmp_path, name)
    assert codes(result) == found
    assert result.sites[0].given == point


def test_degrees_minutes_seconds_are_read_exactly_or_not_at_all(tmp_path):
    result = register(tmp_path, "degrees_minutes.csv")
    assert [site.given for site in result.sites] == [(116.402, 39.902), None]
    assert codes(result) == ["sites.degrees_minutes", "sites.split_degrees"]


def test_a_header_may_name_the_datum(tmp_path):
    (tmp_path / "sites.csv").write_text("名称,类别,经度（GCJ02）,纬度_gcj02\n星星,机构,116.4,39.9\n", "utf-8")
    site = read_sites(tmp_path, ColumnMapping(), round_(), EXTENT).sites[0]
    assert site.datum_in is Datum.GCJ02


def test_a_bad_credit_code_is_told_and_the_row_kept(tmp_path):
    result = register(tmp_path, "bad_uscc.csv")
    assert (len(result.sites), codes(result)) == (1, ["sites.bad_uscc"])


def test_values_that_cannot_be_read_are_told_one_by_one_and_dropped(tmp_path):
    result = register(tmp_path, "bad_values.csv")
    assert {c.column for c in result.complaints} == {
        "营业时间",
        "检查时长",
        "截止日期",
        "优先级",
        "办学许可证",
        "mode",
    }
    site = result.sites[0]
    assert (site.opening, site.minutes, site.due, site.priority, site.permit, site.mode) == (None,) * 3 + (
        0,
        None,
        None,
    )


def test_a_formula_is_text(tmp_path):
    result = register(tmp_path, "formula.csv")
    assert result.sites[0].name == "=星星(1)"
    assert codes(result) == ["table.formula_text"]


def test_a_script_tag_is_a_name_like_any_other(tmp_path):
    assert register(tmp_path, "script.csv").sites[0].name == "<script>alert(1)</script>"


def test_invisible_characters_are_taken_out_of_a_name(tmp_path):
    result = register(tmp_path, "control.csv")
    assert (result.sites[0].name, codes(result)) == ("星星学堂", ["sites.cleaned_name"])


def test_a_list_without_kinds_is_institutions_and_says_so_once(tmp_path):
    result = register(tmp_path, "no_kind_column.csv")
    assert (result.sites[0].kind, codes(result)) == (SiteKind.INSTITUTION, ["sites.no_kind_column"])


def test_one_id_of_two_sites_is_told_and_made_two(tmp_path):
    result = register(tmp_path, "doubled_id.csv")
    assert [site.id for site in result.sites] == ["A1", "A1-2"]
    assert codes(result) == ["sites.doubled_id"]


def test_an_id_made_up_never_takes_one_that_the_list_gives(tmp_path):
    workbook(
        tmp_path, [["编号", "名称", "类别", "地址"], ["", "星星", "机构", "1号"], ["S0002", "月亮", "机构", "2号"]]
    )
    result = read_sites(tmp_path, ColumnMapping(), round_(), None)
    assert [(site.name, site.id) for site in result.sites] == [("星星", "S0002-2"), ("月亮", "S0002")]
    assert codes(result) == []


def test_a_foreign_list_is_read_by_its_mapping(tmp_path):
    result = register(tmp_path, "foreign.csv", mapping=read_mapping(DATA / "mapping.toml"))
    assert [(site.kind, site.minutes) for site in result.sites] == [
        (SiteKind.CHILDCARE, 20),
        (SiteKind.INSTITUTION, 20),
    ]
    assert result.sites[0].departments == ("教育", "消防")


def sites_of(folder, *rows):
    """The register of a list with these rows: name, address, code, point, permit, phone."""
    header = ["编号", "名称", "类别", "地址", "统一社会信用代码", "经度", "纬度", "办学许可证", "电话", "手机号"]
    workbook(folder, [header, *[list(row) for row in rows]])
    return read_sites(folder, ColumnMapping(), round_(), EXTENT)


def test_same_name_and_address_is_one_site_however_it_is_written(tmp_path):
    result = sites_of(
        tmp_path,
        ("A1", "星星培训（东店）", "机构", "示例区一号路1号", "", "", "", "无", "1", "7"),
        ("A2", "星星培训(东店) ", "机构", "示例区 一号路１号", "", 116.4, 39.9, "有", "2", "8"),
    )
    (site,) = result.sites
    assert (result.rows, result.merged, [row.row for row in site.rows]) == (2, 1, [2, 3])
    assert (site.given, site.sources["given"].row, site.permit) == ((116.4, 39.9), 3, False)
    assert result.ids == {"A1": "A1", "A2": "A1"}
    told = [c for c in result.complaints if c.code == "sites.contradiction"]
    assert {c.column for c in told} == {"permit", "phone", "手机号"}
    assert not any("8" in f"{c.value}{c.text.zh.split('的“')[1]}" for c in told if c.column != "permit")


def test_one_company_at_one_address_is_one_site_unless_the_kind_differs(tmp_path):
    code = "91110000MA0000001L"
    result = sites_of(
        tmp_path,
        ("", "星星培训", "机构", "一号路1号", code),
        ("", "星星培训学校", "机构", "一号路1号", code),
        ("", "星星托管", "托管", "一号路1号", code),
        ("", "星星培训二部", "机构", "一号路9号", code),
    )
    assert [[row.row for row in site.rows] for site in result.sites] == [[2, 3], [4], [5]]
    assert [site.id for site in result.sites] == ["S0002", "S0004", "S0005"]


def test_neighbours_with_the_same_bad_code_are_not_merged(tmp_path):
    result = sites_of(tmp_path, ("", "星星", "机构", "一号路1号", "0"), ("", "月亮", "机构", "一号路1号", "0"))
    assert len(result.sites) == 2


def test_extra_columns_are_kept_as_they_are(tmp_path):
    workbook(tmp_path, [["序号", "名称", "类别", "地址", "法人"], [1, "星星", "机构", "一号路1号", "甲"]])
    assert read_sites(tmp_path, ColumnMapping(), round_(), None).sites[0].extra == {"法人": "甲"}


def test_mode_and_flags_are_read(tmp_path):
    workbook(
        tmp_path,
        [
            ["名称", "类别", "地址", "检查方式", "营业执照", "到场部门", "检查时长"],
            ["星星", "机构", "一号路1号", "检查", 1, "教育；市监", "40分钟"],
        ],
    )
    site = read_sites(tmp_path, ColumnMapping(), round_(), None).sites[0]
    assert (site.mode, site.licence, site.departments, site.minutes) == (
        VisitMode.INSPECTION,
        True,
        ("教育", "市监"),
        40,
    )


def test_a_folder_without_a_list_is_refused(tmp_path):
    put(tmp_path, "bare.toml", "round.toml")
    with pytest.raises(InputError, match=r"sites\.csv"):
        read_sites(tmp_path, ColumnMapping(), round_(), None)


cell = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
row = st.tuples(
    st.sampled_from(["", "A1", "A2", "S0003"]),
    st.sampled_from(["", "星星", "月 亮", "月亮"]) | cell,
    st.sampled_from(["机构", "托管", "火箭", ""]),
    st.sampled_from(["", "一号路1号", "一号路１号"]) | cell,
    st.sampled_from(["", "91110000MA0000001L", "9"]),
    st.sampled_from(["", "116.4", "39.9", "x", "116°24′", "nan", "inf"]) | cell,
    st.sampled_from(["", "39.9", "116.4", "x"]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(row.filter(lambda cells: cells[0] or cells[2] or cells[4]), min_size=1, max_size=12))
def test_every_row_is_kept_merged_or_rejected_and_found_again(rows):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "sites.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["编号", "名称", "类别", "地址", "统一社会信用代码", "经度", "纬度"], *rows])
        result = read_sites(Path(name), ColumnMapping(), round_(), EXTENT)
    kept = [source.row for site in result.sites for source in site.rows]
    assert result.rows == len(result.sites) + result.merged + len(result.rejected)
    assert len(kept) == len(set(kept)) == len(result.sites) + result.merged
    assert not set(kept) & {rejected.source.row for rejected in result.rejected}
    assert len({site.id for site in result.sites}) == len(result.sites)
    assert all(site.given is None or abs(site.given.lat) <= 90 for site in result.sites)


def test_size_and_closed_dates_are_read_and_what_cannot_be_is_told(tmp_path):
    found = register(tmp_path, "sizes.csv")
    assert [(site.size, site.closed) for site in found.sites] == [
        (120, (date(2026, 12, 1), date(2026, 12, 5))),
        (None, ()),
    ]
    assert codes(found) == ["sites.dropped_value", "sites.dropped_value", "sites.merged_row", "sites.contradiction"]
    assert "规模" in found.complaints[-1].text.zh
