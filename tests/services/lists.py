"""A messy workbook of the mini district: titles above the head, a sum below, rows that need a person."""

from __future__ import annotations

import io

from xlsxwriter import Workbook

HEAD = ("序号", "机构名称（全称）", "办学地址", "经度", "纬度", "机构类型", "营业时间", "备注")
ROWS = (
    (1, "星星培训", "示例区东街道甲社区一号路1号", 116.402, 39.902, "培训机构", "", "搬迁中"),
    (2, "星星培训", "示例区东街道甲社区一号路1号", 116.402, 39.902, "培训机构", "", ""),
    (3, "月亮托管", "示例区东街道甲社区一号路3号", 39.903, 116.403, "托管", "Mo-Fr 14:00-18:00", ""),
    (4, "河边艺术", "示例区东街道乙社区二号路8号", 116.412, 39.904, "文体", "", "=HYPERLINK(1)"),
    (5, "", "示例区东街道乙社区二号路9号", 116.413, 39.905, "托管", "", ""),
    (6, "大山科技", "示例区东街道乙社区二号路12号", 116.414, 39.906, "培训机构", "周末全天", ""),
)


def messy(rows: tuple[tuple[object, ...], ...] = ROWS) -> bytes:
    """Return the workbook."""
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("汇总")
    sheet.merge_range(0, 0, 0, 7, "示例区台账（9月汇总）")
    for column, head in enumerate(HEAD):
        sheet.write(2, column, head)
    for number, row in enumerate(rows, 3):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    sheet.write(3 + len(rows), 0, "合计")
    sheet.write(3 + len(rows), 1, len(rows))
    book.close()
    return made.getvalue()
