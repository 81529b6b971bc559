"""Proposes which column of a foreign list holds what, by its header's words and by what its cells look like. Only proposes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gridplan.intake.clean import clean_text, code_text, fold, parse_flag
from gridplan.intake.columns import Columns, Found
from gridplan.intake.points import parse_degrees
from gridplan.intake.rows import KINDS, valid_uscc
from gridplan.intake.tables import Table
from gridplan.model.errors import InputError
from gridplan.model.hours import parse_hours

_LOOKED_AT = 300
"""So many filled cells of a column are looked at."""
_LOOKED_INTO = 200
"""So many characters of a header or cell are looked at: a pattern takes a time that grows with their square."""
_PHONE = re.compile(r"(?:\+?86)?1\d{10}|0\d{2,3}-?\d{7,8}(?:-\d+)?|\d{7,8}")
_ADDRESS = re.compile(r"[路街道巷弄村镇里区].*\d|\d+号")
_NAME = re.compile(
    "学校|学堂|学院|培训|中心|公司|教育|幼儿|托管|艺术|俱乐部|工作室|书院|琴行|画室|小区|花园|大厦|社区|广场|家园|苑$"
)
_DATED = re.compile(r"[(（【\[].*?[)）】\]]|[*＊:：]|必填|选填|\d+$")


class Guess(NamedTuple):
    """A proposal: our column, the list's header, why (`header` or `cells`) and what share of the cells speaks for it."""

    key: str
    header: str
    why: str
    share: float


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.search(text) is not None


def _is_hours(text: str) -> bool:
    try:
        parse_hours(text)
    except InputError:
        return False
    return True


def _degrees(low: float, high: float) -> Callable[[str], bool]:
    def inside(text: str) -> bool:
        value, _ = parse_degrees(text)
        return value is not None and low <= value <= high and value != int(value)

    return inside


_LOOKS: Sequence[tuple[str, float, Callable[[str], bool]]] = (
    ("uscc", 0.5, lambda text: valid_uscc(code_text(text).upper())),
    ("phone", 0.6, lambda text: _PHONE.fullmatch(text.replace(" ", "")) is not None),
    ("lon", 0.9, _degrees(73, 136)),
    ("lat", 0.9, _degrees(3, 54)),
    ("kind", 0.7, lambda text: fold(text) in KINDS),
    ("open", 0.7, _is_hours),
    ("community", 0.7, _matches(re.compile(r"^.{1,8}(?:社区|居委会|村委会|村|里)$"))),
    ("township", 0.7, _matches(re.compile(r"^.{1,8}(?:街道|街道办|镇|乡)$"))),
    ("address", 0.5, _matches(_ADDRESS)),
    ("name", 0.5, _matches(_NAME)),
)
"""What the cells of a column look like, surest first, with the share that must look so."""
_FLAGS = {"permit": re.compile("许可|办学证|资质"), "licence": re.compile("执照|营业证|工商|法人登记")}


def guess_columns(table: Table, found: Found, columns: Columns) -> list[Guess]:
    """Return proposals for columns that no known header names, at most one a header and a column.

    `found` is what the headers say already. A header that holds a known one with a remark (机构名称（全称）*) is proposed
    first; then what the cells look like.
    """
    free = [header for header in found.others if header]
    wanted = [key for key in columns.names if key not in found.headers]
    guesses: list[Guess] = []

    def take(key: str, header: str, why: str, share: float) -> None:
        guesses.append(Guess(key, header, why, round(share, 2)))
        free.remove(header)
        wanted.remove(key)

    for header in list(free):
        start = header[:_LOOKED_INTO]
        meaning = columns.meaning(_DATED.sub("", start)) if _DATED.search(start) else None
        if meaning is not None and meaning[0] in wanted:
            take(meaning[0], header, "header", 1.0)
    for header in list(free):
        near = [
            key for key in wanted if any(len(name) > 1 and fold(name) in fold(header) for name in columns.names[key])
        ]
        if len(near) == 1 and _fits(table, header, near[0]):
            take(near[0], header, "header", 1.0)
    cells = {header: _cells(table, header) for header in free}
    for key, least, looks in _LOOKS:
        if key not in wanted:
            continue
        shares = [(_share(cells[header], looks), header) for header in free if cells[header]]
        best = max(shares, default=(0.0, ""))
        if best[0] >= least and sum(share >= best[0] for share, _ in shares) == 1:
            take(key, best[1], "cells", best[0])
    for key, words in _FLAGS.items():
        headers = [header for header in free if words.search(header[:_LOOKED_INTO])]
        if key in wanted and len(headers) == 1:
            share = _share(cells[headers[0]], lambda text: parse_flag(text) is not None)
            if share >= 0.8:
                take(key, headers[0], "cells", share)
    # Half a point is none.
    both = {"lon", "lat"}
    if len(both & ({guess.key for guess in guesses} | found.headers.keys())) == 1:
        guesses = [guess for guess in guesses if guess.key not in both]
    return guesses


def _fits(table: Table, header: str, key: str) -> bool:
    """Whether the cells do not contradict what the header seems to say."""
    looks = next(((least, look) for name, least, look in _LOOKS if name == key), None)
    cells = _cells(table, header)
    return bool(cells) and (looks is None or _share(cells, looks[1]) >= looks[0] / 2)


def _cells(table: Table, header: str) -> list[str]:
    filled = (clean_text(row.values.get(header, "")[:_LOOKED_INTO]) for row in table.rows)
    return [text for text, _ in zip((text for text in filled if text), range(_LOOKED_AT), strict=False)]


def _share(cells: Sequence[str], looks: Callable[[str], bool]) -> float:
    return sum(looks(text) for text in cells) / len(cells) if cells else 0.0
