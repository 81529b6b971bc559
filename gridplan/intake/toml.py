"""Reads TOML at the door: every key is known and of its type, or an error names it and the nearest known one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from rapidfuzz import fuzz, process

from gridplan.intake.broken import broken_toml
from gridplan.intake.files import read_text
from gridplan.model.errors import InputError
from gridplan.model.hours import OpeningHours, parse_clock, parse_hours, parse_weekdays
from gridplan.model.words import Text, say

E = TypeVar("E", bound=StrEnum)
_NEAR = 60.0


def nearest(word: str, known: Iterable[str]) -> Text:
    """Say which known word is nearest to `word`; all of them where none is near."""
    options = list(known)
    found = process.extractOne(word, options, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return say("intake.nearest", word=found[0]) if found else say("intake.known", words="、".join(options))


class Section:
    """One table of a TOML file. Made with the keys it may have; each read checks the type and names file and key."""

    def __init__(self, file: str, where: str, data: Any, known: Iterable[str]) -> None:
        self.file, self.where = file, where
        if not isinstance(data, dict):
            raise self.wrong("", data, say("intake.want_table"))
        self.data: Mapping[str, Any] = data
        keys = list(known)
        for key in data:
            if key not in keys:
                raise InputError(say("intake.unknown_key", file=file, key=self._path(key), nearest=nearest(key, keys)))

    def _path(self, key: str) -> str:
        return ".".join(filter(None, (self.where, key)))

    def wrong(self, key: str, value: object, want: Text) -> InputError:
        """Return the error that says what was wanted of a key."""
        return InputError(say("intake.bad_value", file=self.file, key=self._path(key), value=value, want=want))

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def need(self, *keys: str) -> None:
        """Make sure that keys are there."""
        for key in keys:
            if key not in self.data:
                raise InputError(say("intake.missing_key", file=self.file, key=self._path(key)))

    def text(self, key: str, default: str = "") -> str:
        """Read text."""
        value = self.data.get(key, default)
        if not isinstance(value, str) or (key in self.data and not value.strip()):
            raise self.wrong(key, value, say("intake.want_text"))
        return value.strip()

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Read a list of texts."""
        value = self.data.get(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, value, say("intake.want_texts"))
        return tuple(value)

    def whole(self, key: str, default: int, *, low: int, high: int) -> int:
        """Read a whole number from `low` to `high`."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(key, value, say("intake.want_whole", low=low, high=high))
        return value

    def number(self, key: str, default: float, *, low: float, high: float) -> float:
        """Read a number from `low` to `high`."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.wrong(key, value, say("intake.want_number", low=low, high=high))
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        """Read true or false."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, value, say("intake.want_bool"))
        return value

    def pairs(self, key: str) -> tuple[tuple[int, int], ...]:
        """Read a list of pairs of whole numbers that are not negative, the first ones growing; () where the key is absent."""
        value = self.data.get(key, [])
        pairs = value if isinstance(value, list) else [value]
        whole = all(
            isinstance(pair, list) and len(pair) == 2 and all(type(part) is int and part >= 0 for part in pair)
            for pair in pairs
        )
        if not whole or any(one[0] >= two[0] for one, two in pairwise(pairs)):
            raise self.wrong(key, value, say("intake.want_pairs"))
        return tuple((first, second) for first, second in pairs)

    def weekdays(self, key: str) -> tuple[int, ...]:
        """Read weekdays (Monday 0) like Mo-Fr; () where the key is absent or all are named."""
        if key not in self.data:
            return ()
        try:
            return parse_weekdays(self.text(key))
        except InputError as error:
            raise self.wrong(key, self.data[key], error.text) from None

    def day(self, key: str) -> date | None:
        """Read a date, None where the key is absent."""
        value = self.data.get(key)
        if value is not None and type(value) is not date:
            raise self.wrong(key, value, say("intake.want_day"))
        return value

    def days(self, key: str) -> frozenset[date]:
        """Read a list of dates."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(type(item) is date for item in value):
            raise self.wrong(key, value, say("intake.want_days"))
        return frozenset(value)

    def choice(self, key: str, kind: type[E], default: E, *, without: tuple[E, ...] = ()) -> E:
        """Read one member of an enum."""
        value = self.data.get(key, default.value)
        options = [member.value for member in kind if member not in without]
        if value not in options:
            raise self.wrong(key, value, nearest(str(value), options))
        return kind(value)

    def choices(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """Read a list of members of an enum."""
        options = [member.value for member in kind]
        values = self.texts(key)
        for value in values:
            if value not in options:
                raise self.wrong(key, value, nearest(value, options))
        return tuple(kind(value) for value in values)

    def clock(self, key: str) -> int:
        """Read a clock time as seconds after midnight; the key must be there."""
        self.need(key)
        try:
            return parse_clock(self.text(key))
        except InputError as error:
            raise self.wrong(key, self.data[key], error.text) from None

    def hours(self, key: str, default: OpeningHours) -> OpeningHours:
        """Read opening hours."""
        if key not in self.data:
            return default
        try:
            return parse_hours(self.text(key))
        except InputError as error:
            raise self.wrong(key, self.data[key], error.text) from None

    def section(self, key: str, known: Iterable[str]) -> Section:
        """Read a table, empty where the key is absent."""
        return Section(self.file, self._path(key), self.data.get(key, {}), known)

    def sections(self, key: str, known: Iterable[str]) -> list[Section]:
        """Read a list of tables; the first one is called `key 1`."""
        value = self.data.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, value, say("intake.want_tables"))
        keys = list(known)
        return [Section(self.file, f"{self._path(key)} {number}", item, keys) for number, item in enumerate(value, 1)]


def read_toml(path: Path, known: Iterable[str]) -> Section:
    """Read a TOML file (UTF-8; GB18030 is read too) whose first level has only `known` keys."""
    text = read_text(path, "TOML")
    try:
        return Section(path.name, "", tomllib.loads(text), known)
    except (
        ValueError,
        RecursionError,
    ) as error:  # a number of 5,000 digits and brackets in brackets are no TOMLDecodeError
        raise broken_toml(path.name, text, error) from None
