"""Cleans the text of cells and headers, and turns cell text into values; what cannot be read is None."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_SPACE = re.compile(r"\s+")
_TOTAL = re.compile(r"(合计|总计|小计|共计|总数|total|subtotal):?\d*[家个所户]?")
_CODE_FLOAT = re.compile(r"\d+\.0+")
_LOST_DIGITS = re.compile(r"\d(\.\d+)?[eE]\+\d{2,}")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_SPLIT = re.compile(r"[;,、；，]")
_BRACKETS = str.maketrans("【〔〖「『[{】〕〗」』]}", "((((((()))))))")
_YES = {"有", "是", "1", "true", "yes", "√"}
_NO = {"无", "否", "0", "false", "no", "×", "没有"}
_PRIVATE = re.compile(r"电话|手机|联系方式|身份证|phone|mobile|tel", re.IGNORECASE)
MAX_EXACT = 2**53
"""Whole numbers above this lose digits in a spreadsheet."""


def fold(text: str) -> str:
    """Return text for comparison: full-width forms, spaces and case made alike."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def fold_name(text: str) -> str:
    """Return a name or address for comparison: as `fold`, with all brackets made alike."""
    return fold(text).translate(_BRACKETS)


def clean_text(text: str) -> str:
    """Return text without control and invisible characters, runs of white space as one space."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    kept = (" " if ch.isspace() else ch for ch in text)
    return " ".join("".join(ch for ch in kept if unicodedata.category(ch) not in ("Cc", "Cf")).split())


def hide(header: str, value: str) -> str:
    """Return the value of a cell as a complaint may show it: phone and identity numbers are never told."""
    return "…" if value and _PRIVATE.search(header) else value


def is_total(first_cell: str) -> bool:
    """Whether a row that begins with this cell is a sum (合计), no site."""
    return _TOTAL.fullmatch(fold(first_cell)) is not None


def lost_digits(text: str) -> bool:
    """Whether a cell is a long number that a spreadsheet wrote as 1.1E+17, its last digits gone."""
    return _LOST_DIGITS.fullmatch(text) is not None


def whole_number_text(number: float) -> str | None:
    """Return a spreadsheet number as text, whole numbers without `.0`; None when it is too large to be exact."""
    if number != number or abs(number) > MAX_EXACT:
        return None
    return str(int(number)) if number == int(number) else repr(number)


def code_text(text: str) -> str:
    """Return a code as text: 110000001.0 was a number once and is 110000001."""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    return text.split(".")[0] if _CODE_FLOAT.fullmatch(text) else text


def parse_flag(text: str) -> bool | None:
    """Read 有|无|1|0|是|否."""
    folded = fold(text)
    return True if folded in _YES else False if folded in _NO else None


def parse_day(text: str) -> date | None:
    """Read 2026-12-01, 2026/12/1, 2026.12.1 or 2026年12月1日."""
    match = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_days(text: str) -> tuple[date, ...] | None:
    """Read dates in one cell, `2026-12-01;2026-12-02`, sorted and without doubles; None when one cannot be read."""
    days = [parse_day(piece) for piece in split_list(text)]
    return tuple(sorted({day for day in days if day})) if days and all(days) else None


def parse_whole(text: str, *, low: int, high: int, unit: str = "") -> int | None:
    """Read a whole number from `low` to `high`, `unit` (分钟) may follow."""
    folded = fold(text).removesuffix(unit).removesuffix(".0")
    if not re.fullmatch(r"-?\d{1,9}", folded):
        return None
    return int(folded) if low <= int(folded) <= high else None


def split_list(text: str) -> tuple[str, ...]:
    """Read a list written in one cell, `教育;市监`, without doubles."""
    return tuple(dict.fromkeys(filter(None, (piece.strip() for piece in _SPLIT.split(text)))))
