"""The rules of screening as data: read from a TOML file and checked, so that an office can edit its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from gridplan.intake.clean import fold_name
from gridplan.intake.toml import Section, nearest, read_toml
from gridplan.model.screening import Trade
from gridplan.model.words import say

FIELDS = ("name", "scope", "industry")
ALL = "all"
LONGEST_WORD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Words that speak for a trade (None: for every one) where they stand in one of the fields; points may be negative."""

    name: str
    trade: Trade | None
    fields: tuple[str, ...]
    points: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A business is a candidate from `threshold` points of one trade on; `closed` are words of its status."""

    threshold: float
    closed: tuple[str, ...]
    rules: tuple[Rule, ...]


def default_rules() -> Rules:
    """Return the rules that come with gridplan."""
    with as_file(files("gridplan.intake") / "screening.toml") as path:
        return read_rules(path)


def default_text() -> str:
    """Return the file of the rules that come with gridplan, to be copied and edited."""
    return (files("gridplan.intake") / "screening.toml").read_text("utf-8")


def read_rules(path: Path) -> Rules:
    """Read a file of rules.

    Raises
    ------
    InputError
        The file cannot be read, or a key or value is unknown; file, rule and key are named.
    """
    top = read_toml(path, ("threshold", "closed", "rule"))
    rules = tuple(_rule(one) for one in top.sections("rule", ("name", "trade", "fields", "points", "words")))
    if not any(rule.points > 0 for rule in rules):
        raise top.wrong("rule", len(rules), say("screen.want_rule"))
    return Rules(
        threshold=top.number("threshold", 3.0, low=0.1, high=1_000),
        closed=tuple(fold_name(word) for word in top.texts("closed")),
        rules=rules,
    )


def _rule(section: Section) -> Rule:
    section.need("name", "trade", "fields", "points", "words")
    trade = section.text("trade")
    if trade != ALL and trade not in list(Trade):
        raise section.wrong("trade", trade, nearest(trade, [*Trade, ALL]))
    fields = section.texts("fields")
    for field in fields or ("",):
        if field not in FIELDS:
            raise section.wrong("fields", field, nearest(field, FIELDS))
    return Rule(
        name=section.text("name"),
        trade=None if trade == ALL else Trade(trade),
        fields=fields,
        points=section.number("points", 0, low=-100, high=100),
        words=_words(section, section.texts("words")),
    )


def _words(section: Section, words: Sequence[str]) -> tuple[str, ...]:
    folded = tuple(fold_name(word) for word in words)
    for word, plain in zip(words, folded, strict=True):
        if not 1 <= len(plain) <= LONGEST_WORD:
            raise section.wrong("words", word, say("screen.want_word", most=LONGEST_WORD))
    if not folded:
        raise section.wrong("words", "[]", say("screen.want_words"))
    return folded
