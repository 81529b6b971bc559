"""Tables in any dress are read as they were written, or refused by name."""

from __future__ import annotations

import zipfile
from datetime import date

import geopandas
import pytest
import xlsxwriter
from shapely import Point

from gridplan.intake import files, workbook
from gridplan.intake.files import find_file
from gridplan.intake.lists import SITE_COLUMNS
from gridplan.intake.sheet import read_table
from gridplan.model.errors import InputError
from tests.intake.folder import DATA
from tests.intake.folder import workbook as write_xlsx

LIST = "名称,类别,地址\n囍囍𠮷学堂,机构,一号路1号\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_text_is_read_in_every_usual_encoding(tmp_path, encoding):
    path = tmp_path / "sites.csv"
    path.write_bytes(LIST.encode(encoding))
    assert read_table(path).rows[0].values["名称"] == "囍囍𠮷学堂"


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path):
    path = tmp_path / "sites.csv"
    path.write_text('名称,类别,地址\n"星星\n学堂",机构,一号路\n\n月亮,机构,二号路\n', "utf-8")
    assert [row.number for row in read_table(path).rows] == [2, 4]


def test_sums_and_blank_rows_are_no_rows(tmp_path):
    path = tmp_path / "sites.csv"
    path.write_text("序号,名称,类别\n1,星星,机构\n小 计,1,\n,,\n2,月亮,机构\n合计:2家,,\n", "utf-8")
    assert [row.values["名称"] for row in read_table(path).rows] == ["星星", "月亮"]


def test_a_header_below_titles_and_in_two_rows_is_found(tmp_path):
    path = tmp_path / "sites.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:E1", "示例区校外培训机构名单")
        sheet.write("A2", "填表单位：示例街道办")
        sheet.merge_range("A3:A4", "机构名称")
        sheet.merge_range("B3:B4", "类 别")
        sheet.merge_range("C3:D3", "坐标")
        sheet.write_row("C4", ["经度", "纬度"])
        sheet.merge_range("E3:F3", "营业执照")
        sheet.write_row("E4", ["有无", "编号"])
        sheet.write_row("A5", ["星星", "机构", 116.402, 39.902, "有", "x"])
    table = read_table(path, SITE_COLUMNS)
    assert table.header == ("机构名称", "类 别", "经度", "纬度", "营业执照有无", "营业执照编号")
    assert table.rows[0].number == 5
    assert table.rows[0].values["经度"] == "116.402"


def test_a_title_above_a_csv_header_is_no_header(tmp_path):
    path = tmp_path / "sites.csv"
    path.write_text("示例区名单,,\n名称,类别,备注\n星星,机构,x\n", "utf-8")
    assert read_table(path, SITE_COLUMNS).header == ("名称", "类别", "备注")


def test_a_first_row_of_data_is_never_taken_for_a_second_header_row(tmp_path):
    path = tmp_path / "sites.csv"
    path.write_text("名称,类别,\n星星,小区,社区\n", "utf-8")
    table = read_table(path, SITE_COLUMNS)
    assert (table.header, table.rows[0].beyond) == (("名称", "类别"), ("社区",))


def test_a_note_beside_the_table_of_a_workbook_is_a_column_of_its_own(tmp_path):
    table = read_table(write_xlsx(tmp_path, [["名称", "类别"], ["星星", "机构", "", "搬走了"]]))
    assert (table.header, table.rows[0].values["D"], table.rows[0].beyond) == (("名称", "类别", "C", "D"), "搬走了", ())


def test_codes_stay_text_and_dates_and_times_are_readable(tmp_path):
    table = read_table(
        write_xlsx(tmp_path, [["编码", "名称", "比例"], [110000001.0, "星星", 0.5]]),
    )
    assert dict(table.rows[0].values) == {"编码": "110000001", "名称": "星星", "比例": "0.5"}
    path = tmp_path / "dates.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["截止日期", "开门"])
        sheet.write_datetime("A2", date(2026, 12, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number("B2", 0.5, book.add_format({"num_format": "hh:mm"}))
    assert list(read_table(path).rows[0].values.values()) == ["2026-12-01", "12:00"]


def test_a_code_that_lost_its_last_digits_is_told_and_not_used(tmp_path):
    table = read_table(write_xlsx(tmp_path, [["名称", "代码"], ["星星", 110000001001000001.0]]))
    assert table.rows[0].values["代码"] == ""
    assert [(c.row, c.column, c.code) for c in table.complaints] == [(2, "代码", "table.lost_digits")]
    assert read_table(DATA / "lost_digits.csv").complaints[0].column == "编号"


def test_formulas_and_error_cells_of_a_workbook_are_told(tmp_path):
    path = tmp_path / "sites.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["名称", "经度", "纬度"])
        sheet.write_row("A2", ["星星"])
        sheet.write_formula("B2", "=100+16.4", None, 116.4)
        sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
    table = read_table(path)
    assert table.rows[0].values["经度"] == "116.4"
    assert [(c.column, c.code) for c in table.complaints] == [
        ("经度", "table.formula"),
        ("纬度", "table.formula"),
        ("纬度", "table.error_cell"),
    ]


def test_a_cell_merged_downwards_speaks_for_every_row(tmp_path):
    path = tmp_path / "sites.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["街道", "名称"])
        sheet.merge_range("A2:A3", "东街道")
        sheet.write_column("B2", ["星星", "月亮"])
    assert [row.values["街道"] for row in read_table(path).rows] == ["东街道", "东街道"]


def test_the_sheet_with_the_list_is_read_and_another_list_is_told(tmp_path):
    path = tmp_path / "sites.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write("A1", "填表说明")
        for name in ("名单", "旧名单"):
            sheet = book.add_worksheet(name)
            sheet.write_row("A1", ["名称", "类别"])
            sheet.write_row("A2", [name, "机构"])
    table = read_table(path, SITE_COLUMNS)
    assert table.rows[0].values["名称"] == "名单"
    assert [(c.code, c.value) for c in table.complaints] == [("table.other_sheets", "旧名单")]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("empty.csv", "是空的"),
        ("blank.csv", "是空的"),
        ("bad_bytes.csv", "GB18030"),
        ("open_quote.csv", "引号"),
        ("not_a_collection.geojson", "FeatureCollection"),
        ("vrt.geojson", "JSON"),
        ("unknown_crs.geojson", "moon"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(name, words):
    with pytest.raises(InputError) as error:
        read_table(DATA / name, SITE_COLUMNS)
    assert name in error.value.text.zh
    assert words in error.value.text.zh


@pytest.mark.parametrize("name", ["sites.xlsx", "sites.gpkg"])
def test_a_csv_with_another_ending_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_text(LIST, "utf-8")
    with pytest.raises(InputError, match="内容不是"):
        read_table(path)


def test_a_workbook_named_csv_is_refused(tmp_path):
    with pytest.raises(InputError, match="内容不是 CSV"):
        read_table(write_xlsx(tmp_path, [["名称"], ["星星"]]).rename(tmp_path / "sites.csv"))


def test_a_damaged_workbook_is_refused(tmp_path):
    path = write_xlsx(tmp_path, [["名称"], ["星星"]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match=r"sites\.xlsx"):
        read_table(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "sites.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (workbook.SMALL + 1))
    with pytest.raises(InputError, match="解压后"):
        read_table(path)


def test_a_stray_cell_in_the_last_corner_is_refused(tmp_path):
    path = tmp_path / "sites.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", "名称")
        sheet.write("XFD1048576", "x")
    with pytest.raises(InputError, match="太大"):
        read_table(path)


def test_a_huge_file_is_refused_before_it_is_opened(tmp_path):
    path = tmp_path / "sites.csv"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    with pytest.raises(InputError, match="超过上限"):
        read_table(path)


def test_two_lists_in_one_folder_are_refused(tmp_path):
    for name in ("sites.csv", "sites.xlsx"):
        (tmp_path / name).write_text(LIST, "utf-8")
    with pytest.raises(InputError, match=r"sites\.csv、sites\.xlsx"):
        find_file(tmp_path, "sites")


def test_an_old_workbook_is_refused_by_name(tmp_path):
    (tmp_path / "sites.xls").write_bytes(b"x")
    with pytest.raises(InputError, match=r"sites\.xls：不支持"):
        find_file(tmp_path, "sites")


def test_points_of_a_layer_in_metres_become_degrees():
    table = read_table(DATA / "projected.geojson")
    point = table.rows[0].point
    assert point is not None
    assert (round(point.lon, 3), round(point.lat, 3)) == (116.4, 39.91)
    assert table.datum == "wgs84"


def test_a_polygon_gives_no_point_and_is_told():
    table = read_table(DATA / "polygon.geojson")
    assert (table.rows[0].point, table.rows[0].values["code"]) == (None, "110000001")
    assert [c.code for c in table.complaints] == ["table.not_a_point"]


def test_a_geopackage_is_read(tmp_path):
    path = tmp_path / "sites.gpkg"
    geopandas.GeoDataFrame({"名称": ["星星"], "code": [7]}, geometry=[Point(116.4, 39.9)], crs=4326).to_file(path)
    row = read_table(path).rows[0]
    assert (row.number, row.point, dict(row.values)) == (1, (116.4, 39.9), {"名称": "星星", "code": "7"})


def test_a_geopackage_with_two_layers_is_refused(tmp_path):
    path = tmp_path / "sites.gpkg"
    frame = geopandas.GeoDataFrame({"名称": ["星星"]}, geometry=[Point(116.4, 39.9)], crs=4326)
    frame.to_file(path, layer="one")
    frame.to_file(path, layer="two")
    with pytest.raises(InputError, match="one、two"):
        read_table(path)
