"""Small lists with the quirks that offices send, and what is rightly read of each: for our intake and for plain loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from xlsxwriter.workbook import Workbook

Rows = list[dict[str, str]]


class Trap(NamedTuple):
    """What is to be done, the file's suffix, what writes it, and the rows in it; None: the file must be refused."""

    what: str
    suffix: str
    write: Callable[[Path], None]
    rows: Rows | None

    def is_read(self, read: Callable[[Path], Rows], folder: Path) -> bool:
        """Whether the rows are read as they should; columns that nobody asks for may be there."""
        path = folder / f"trap.{self.suffix}"
        self.write(path)
        try:
            found = read(path)
        except Exception:  # whatever a plain loop raises, it is no row
            return self.rows is None
        if self.rows is None or len(found) != len(self.rows):
            return False
        return all(
            row.get(key) == cell for row, wanted in zip(found, self.rows, strict=True) for key, cell in wanted.items()
        )


TWO = [{"名称": "星星", "类别": "机构"}, {"名称": "月亮", "类别": "托管"}]


def _book(write: Callable[[Workbook], None]) -> Callable[[Path], None]:
    def made(path: Path) -> None:
        with Workbook(str(path)) as book:
            write(book)

    return made


def _text(text: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return lambda path: path.write_bytes(text.encode(encoding)) and None


def _titles(book: Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.merge_range("A1:C1", "示例区名单")
    for row, cells in enumerate((["名称", "类别"], ["星星", "机构"], ["月亮", "托管"]), 2):
        sheet.write_row(row, 0, cells)


def _two_heads(book: Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.merge_range("A1:A2", "名称")
    sheet.merge_range("B1:B2", "类别")
    sheet.merge_range("C1:D1", "坐标")
    sheet.write_row("C2", ["经度", "纬度"])
    sheet.write_row("A3", ["星星", "机构", "116.4", "39.9"])


def _merged(book: Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write_row("A1", ["名称", "街道"])
    sheet.write_row("A2", ["星星"])
    sheet.write_row("A3", ["月亮"])
    sheet.merge_range("B2:B3", "东街道")


def _lost(book: Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write_row("A1", ["名称", "编号"])
    sheet.write_row("A2", ["星星", 110000001001000123])


def _dates(book: Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write_row("A1", ["名称", "截止日期"])
    sheet.write("A2", "星星")
    sheet.write_datetime("B2", date(2026, 12, 1), book.add_format({"num_format": "yyyy-mm-dd"}))


def _sums(book: Workbook) -> None:
    sheet = book.add_worksheet()
    for row, cells in enumerate((["名称", "类别"], ["星星", "机构"], ["月亮", "托管"], ["合计", "2 家"])):
        sheet.write_row(row, 0, cells)


def _spaces(book: Workbook) -> None:
    sheet = book.add_worksheet()
    for row, cells in enumerate((["名称 ", "类别"], ["星星 ", "机构"], ["", ""], ["月亮", "托管"])):
        sheet.write_row(row, 0, cells)


TRAPS: Sequence[Trap] = (
    Trap("head below a title", "xlsx", _book(_titles), TWO),
    Trap(
        "head in two rows",
        "xlsx",
        _book(_two_heads),
        [{"名称": "星星", "类别": "机构", "经度": "116.4", "纬度": "39.9"}],
    ),
    Trap(
        "cells merged downwards",
        "xlsx",
        _book(_merged),
        [{"名称": "星星", "街道": "东街道"}, {"名称": "月亮", "街道": "东街道"}],
    ),
    Trap("code that lost its digits is not taken", "xlsx", _book(_lost), [{"名称": "星星", "编号": ""}]),
    Trap("a day as a day", "xlsx", _book(_dates), [{"名称": "星星", "截止日期": "2026-12-01"}]),
    Trap("sums are no rows", "xlsx", _book(_sums), TWO),
    Trap("blanks around cells, blank rows", "xlsx", _book(_spaces), TWO),
    Trap("GB18030", "csv", _text("名称,类别\n星星,机构\n月亮,托管\n", "gb18030"), TWO),
    Trap("semicolons", "csv", _text("名称;类别\n星星;机构\n月亮;托管\n"), TWO),
    Trap("a quote without end is refused", "csv", _text('名称,类别\n"星星,机构\n月亮,托管\n'), None),
    Trap("another file by that name is refused", "csv", _text("PK\x03\x04\n1,2\n"), None),
)
