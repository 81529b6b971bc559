"""Writes the list of sites as an office would: a title, a head of two rows with merged cells, a sum at the end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import xlsxwriter

from geodata.ground import DISTRICT
from geodata.register import Entry

_COLUMNS = (
    ("", "序号", 6), ("", "编号", 9), ("", "机构名称", 26), ("", "类别", 10), ("", "地址", 52), ("", "统一社会信用代码", 22),
    ("证照情况", "办学许可证", 11), ("证照情况", "营业执照", 10), ("", "营业时间", 34), ("", "状态", 10), ("", "电话", 14),
    ("坐标", "经度", 13), ("坐标", "纬度", 13),
)  # fmt: skip


def write_sheet(path: Path, entries: list[Entry]) -> None:
    """Write the rows from row 4 on; the dates inside the file are fixed, so it is the same for the same rows."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": "点位台账", "created": datetime(2026, 11, 20, 9, 0, 0)})
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    head = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "bg_color": "#E8EDF3"})
    sheet = book.add_worksheet("台账")
    sheet.merge_range(
        0, 0, 0, len(_COLUMNS) - 1, f"{DISTRICT}校外培训机构、托管场所、小区及商务楼宇台账(2026年11月)", title
    )
    sheet.set_row(0, 30)
    for n, (group, name, width) in enumerate(_COLUMNS):
        sheet.set_column(n, n, width)
        if not group:
            sheet.merge_range(1, n, 2, n, name, head)
            continue
        sheet.write_string(2, n, name, head)
        if group != _COLUMNS[n - 1][0]:
            sheet.merge_range(1, n, 1, n + 1, group, head)
    for n, entry in enumerate(entries):
        cells = (
            n + 1, entry.id, entry.name, entry.kind, entry.address, entry.uscc, entry.permit, entry.licence,
            entry.open, entry.status, entry.phone, entry.lon, entry.lat,
        )  # fmt: skip
        for column, value in enumerate(cells):
            if value != "":
                sheet.write(n + 3, column, value)
    sheet.write_string(len(entries) + 3, 0, "合计")
    sheet.write_number(len(entries) + 3, 2, len(entries))
    sheet.freeze_panes(3, 3)
    book.close()
