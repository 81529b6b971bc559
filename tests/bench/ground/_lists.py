"""A made list as an office would send it: rows with codes, points and hours, some twice in the same words, some in others."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from stdnum.cn import uscc
from xlsxwriter.workbook import Workbook

from tests.bench.ground._made import Truth, make

HEADER = ("序号", "机构名称", "类别", "地址", "统一社会信用代码", "经度", "纬度", "办学许可证", "营业执照", "营业时间", "电话", "备注")  # fmt: skip
KINDS = ("培训机构", "托管", "小饭桌")
SAME, ALIKE = 0.03, 0.03
"""The shares of rows that repeat an earlier one letter by letter but for blanks and brackets, and in other words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeList:
    """The rows, where each truly is, and for each row the row that it repeats: `same` in the same words, `alike` in others."""

    rows: list[tuple[str, ...]]
    truth: list[Truth]
    same: dict[int, int]
    alike: dict[int, int]


def make_list(seed: int, count: int) -> MadeList:
    """Return a list of `count` rows."""
    rng = np.random.default_rng([seed, 30])
    first = count - round(count * SAME) - round(count * ALIKE)
    made = make(seed, min(count, 50_000), first)
    rows, truth = [], []
    for n, (site, at) in enumerate(zip(made.sites, made.truth, strict=True)):
        dice = rng.integers(0, 1 << 30, 4).tolist()
        code = f"52{at.township[:6]}MA{n:07d}"
        point = (f"{at.point.lon:.6f}", f"{at.point.lat:.6f}")
        hours = ("周一至周五 14:00-20:30", "Mo-Su 08:00-20:30", "")[dice[2] % 3]
        words = ("有" if dice[0] % 3 else "无", "有" if dice[1] % 4 else "")
        phone = f"13{dice[3] % 10**9:09d}"
        known = (str(n + 1), f"{site.name}培训学校", KINDS[dice[0] % 3], site.address)
        note = "" if dice[1] % 9 else "请先电话联系"
        rows.append((*known, code + uscc.calc_check_digit(code), *point, *words, hours, phone, note))
        truth.append(at)
    picks = rng.permutation(first).tolist()
    same: dict[int, int] = {}
    alike: dict[int, int] = {}
    for pick in picks[: round(count * SAME)]:
        same[len(rows)] = pick
        _, name, kind, address, *rest = rows[pick]
        rows.append((str(len(rows) + 1), f" {name}", kind, address.replace("号", "号 "), *rest))
        truth.append(truth[pick])
    for pick in picks[round(count * SAME) : count - first]:
        alike[len(rows)] = pick
        _, name, kind, address, _, *rest = rows[pick]
        other = (f"{name[:-4]}教育培训中心有限公司", f"{name[0]}{name[2:]}", f"{name[:-4]}")[pick % 3]
        rows.append((str(len(rows) + 1), other, kind, f"{address}附近", "", *rest))
        truth.append(truth[pick])
    return MadeList(rows=rows, truth=truth, same=same, alike=alike)


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write the list as CSV UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write the list as a workbook, coordinates and numbers as numbers."""
    with Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if column in (0, 5, 6):
                    sheet.write_number(number, column, float(cell))
                else:
                    sheet.write_string(number, column, cell)
    return path
