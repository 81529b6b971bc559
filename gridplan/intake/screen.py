"""Screens a business register: reads it, weighs each business by the rules, and takes rows of one business together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gridplan.intake.clean import clean_text, code_text, fold_name
from gridplan.intake.columns import Columns, find_columns
from gridplan.intake.screen_rules import FIELDS, Rule, Rules
from gridplan.intake.sheet import read_table
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.progress import Progress, silent
from gridplan.model.screening import Business, Hit, Screened, Trade
from gridplan.model.site import SourceRow
from gridplan.model.words import say

COLUMNS = Columns(
    names={
        "name": ("name", "企业名称", "名称", "市场主体名称", "单位名称", "字号名称", "商户名称"),
        "address": ("address", "住所", "地址", "经营场所", "住所(经营场所)", "注册地址", "详细地址"),
        "scope": ("scope", "经营范围", "业务范围"),
        "industry": ("industry", "行业代码", "行业", "行业门类", "所属行业"),
        "status": ("status", "登记状态", "经营状态", "状态", "企业状态"),
        "uscc": ("uscc", "统一社会信用代码", "统一信用代码", "信用代码", "注册号"),
        "phone": ("phone", "电话", "联系电话", "联系方式", "手机"),
    },
    required=("name",),
    ignored=("序号", "no", "no."),
)
_STEP = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """A register screened: rows = len(candidates) + len(closed) + len(passed) + merged + unread.

    `closed` would be candidates, but their status says they are closed; `passed` are all others, with what spoke for them.
    """

    rows: int
    candidates: tuple[Screened, ...]
    closed: tuple[Screened, ...]
    passed: tuple[Screened, ...]
    merged: int
    unread: int
    complaints: tuple[Complaint, ...]


def read_businesses(path: Path) -> tuple[list[Business], int, list[Complaint]]:
    """Read a register; return its businesses, how many rows have no name, and the complaints.

    Raises
    ------
    InputError
        The file cannot be read, or no column holds the names.
    """
    table = read_table(path, COLUMNS)
    if not table.rows:
        raise InputError(say("intake.no_rows", file=table.file))
    headers = find_columns(table.file, table.header, COLUMNS).headers
    complaints = list(table.complaints)
    found: list[Business] = []
    unread = 0
    for row in table.rows:
        cells = {key: clean_text(row.values.get(header, "")) for key, header in headers.items()}
        if not cells["name"]:
            unread += 1
            complaints.append(_no_name(table.file, row.number, headers["name"]))
            continue
        cells["uscc"] = code_text(cells.get("uscc", "")).upper()
        found.append(Business(row=SourceRow(file=table.file, row=row.number), **({"address": ""} | cells)))
    return found, unread, complaints


def _no_name(file: str, row: int, column: str) -> Complaint:
    text = say("intake.no_name", row=row, column=column, value="")
    return Complaint(
        file=file, row=row, column=column, value="", code="screen.no_name", severity=Severity.ERROR, text=text
    )


def screen(path: Path, rules: Rules, progress: Progress = silent) -> Screening:
    """Screen the register in a file."""
    progress("read", 0, 1)
    businesses, unread, complaints = read_businesses(path)
    progress("read", 1, 1)
    kept, merged = _once_each(businesses)
    sieve = Sieve(rules)
    candidates, closed, passed = [], [], []
    for number, (business, rows) in enumerate(kept):
        if number % _STEP == 0:
            progress("screen", number, len(kept))
        found = sieve.weigh(business)
        if found.trade is None:
            passed.append(found)
        elif sieve.is_closed(business):
            closed.append(replace(found, merged=rows))
        else:
            candidates.append(replace(found, merged=rows))
    progress("screen", len(kept), len(kept))
    candidates.sort(key=lambda found: (-found.score, found.business.row.row))
    return Screening(
        rows=len(businesses) + unread,
        candidates=tuple(candidates),
        closed=tuple(closed),
        passed=tuple(passed),
        merged=merged,
        unread=unread,
        complaints=tuple(complaints),
    )


def _once_each(businesses: Sequence[Business]) -> tuple[list[tuple[Business, tuple[SourceRow, ...]]], int]:
    """Return each business once with the rows merged into it (same code, or same name and address), and how many those are."""
    first: dict[tuple[str, ...], int] = {}
    kept: list[Business] = []
    rows: dict[int, list[SourceRow]] = defaultdict(list)
    for business in businesses:
        keys: list[tuple[str, ...]] = [("address", fold_name(business.name), fold_name(business.address))]
        if business.uscc:
            keys.append(("uscc", business.uscc))
        known = next((first[key] for key in keys if key in first), None)
        if known is None:
            known = len(kept)
            kept.append(business)
        else:
            rows[known].append(business.row)
        for key in keys:
            first.setdefault(key, known)
    merged = sum(len(some) for some in rows.values())
    return [(business, tuple(rows.get(number, ()))) for number, business in enumerate(kept)], merged


class Sieve:
    """The rules ready to weigh businesses: of words that overlap the one that begins first counts, of those the longest."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._by_word: dict[str, dict[str, list[Rule]]] = {field: defaultdict(list) for field in FIELDS}
        for rule in rules.rules:
            for field in rule.fields:
                for word in rule.words:
                    self._by_word[field][word].append(rule)
        self._pattern = {field: _any_of(words) for field, words in self._by_word.items()}

    def is_closed(self, business: Business) -> bool:
        """Whether the status says that the business is closed for good."""
        status = fold_name(business.status)
        return any(word in status for word in self._rules.closed)

    def weigh(self, business: Business) -> Screened:
        """Return the points of a business and every rule that spoke."""
        hits: list[Hit] = []
        points = dict.fromkeys(Trade, 0.0)
        everywhere = 0.0
        for field in FIELDS:
            text = getattr(business, field)
            if not text:
                continue
            spoken: set[str] = set()
            for word in self._pattern[field].findall(fold_name(text)):
                for rule in self._by_word[field][word]:
                    if rule.name in spoken or not rule.points:
                        continue
                    spoken.add(rule.name)
                    hits.append(Hit(rule=rule.name, field=field, word=word, points=rule.points))
                    if rule.trade is None:
                        everywhere += rule.points
                    else:
                        points[rule.trade] += rule.points
        total = {trade: value + everywhere for trade, value in points.items()}
        best = max(Trade, key=lambda trade: total[trade])
        enough = points[best] > 0 and total[best] >= self._rules.threshold
        return Screened(business=business, points=total, hits=tuple(hits), trade=best if enough else None)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word) for word in longest_first) or r"(?!)")


def reasons(found: Screened, labels: Mapping[str, str]) -> str:
    """Return in words which rules spoke, in Chinese; `labels` names the fields."""
    return "；".join(f"{labels[hit.field]}“{hit.word}”（{hit.rule}）{hit.points:+g}" for hit in found.hits)
