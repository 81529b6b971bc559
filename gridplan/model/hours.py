"""Clock times of a week: opening hours as they are written in a list, kept in whole seconds after midnight."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from gridplan.model.errors import InputError
from gridplan.model.words import say

DAY_S = 86_400
Window = tuple[int, int]
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAYS_ZH = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_MARKS = str.maketrans("\uff1a\uff1b\uff0c\u3001\uff5e\u2014\u2013", ":;,,~--")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})$")


def parse_clock(text: str) -> int:
    """Return seconds after midnight for `HH:MM` (00:00–24:00)."""
    match = _CLOCK.match(text.strip().replace("\uff1a", ":"))
    if match:
        seconds = int(match[1]) * 3600 + int(match[2]) * 60
        if int(match[2]) < 60 and seconds <= DAY_S:
            return seconds
    raise InputError(say("model.bad_clock", value=text))


def clock(seconds: int) -> str:
    """Return `HH:MM` for seconds after midnight, rounded down."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Windows for each weekday, Monday first, in seconds after midnight, sorted and disjoint."""

    week: tuple[tuple[Window, ...], ...]

    def on(self, day: date) -> tuple[Window, ...]:
        """Return the windows of one date."""
        return self.week[day.weekday()]

    def __str__(self) -> str:
        groups: list[tuple[int, int, tuple[Window, ...]]] = []
        for index, windows in enumerate(self.week):
            if groups and groups[-1][2] == windows:
                groups[-1] = (groups[-1][0], index, windows)
            else:
                groups.append((index, index, windows))
        parts = []
        for first, last, windows in groups:
            if windows:
                days = _DAYS[first] if first == last else f"{_DAYS[first]}-{_DAYS[last]}"
                parts.append(f"{days} " + ",".join(f"{clock(a)}-{clock(b)}" for a, b in windows))
        return "; ".join(parts)


ALWAYS_OPEN = OpeningHours((((0, DAY_S),),) * 7)


def _days(text: str, whole: str) -> set[int]:
    days: set[int] = set()
    for part in text.split(","):
        ends = [end.strip().removeprefix("周").removeprefix("星期") for end in re.split(r"[-至到~]", part)]
        indexes = []
        for end in ends:
            if end[:2].title() in _DAYS:
                indexes.append(_DAYS.index(end[:2].title()))
            elif end in _DAYS_ZH:
                indexes.append(_DAYS_ZH[end])
            else:
                raise InputError(say("model.bad_hours", value=whole))
        first, last = indexes[0], indexes[-1]
        days |= set(range(first, last + 1)) if first <= last else {*range(first, 7), *range(last + 1)}
    return days


def parse_weekdays(text: str) -> tuple[int, ...]:
    """Read weekdays (Monday 0) such as `Mo-Fr`, `Sa,Su` or `周一至周五`; all of them are () as in a shift."""
    days = _days(text.translate(_MARKS).strip(), text)
    return () if len(days) == 7 else tuple(sorted(days))


@lru_cache(4096)
def parse_hours(text: str) -> OpeningHours:
    """Read opening hours such as `Mo-Fr 14:00-20:30; Sa 09:00-12:00,14:00-17:00` or `周一至周五 14:00-20:30`.

    A later part replaces an earlier one on the same day; days that are not named are closed; without day names every day
    is meant. A window that passes midnight is an error: a visit belongs to one day.
    """
    cleaned = text.translate(_MARKS).strip()
    week: list[tuple[Window, ...]] = [()] * 7
    for part in filter(None, (piece.strip() for piece in cleaned.split(";"))):
        match = re.match(r"^(?P<days>[^\d]*?)\s*(?P<times>\d.*|off|休息|关门)$", part)
        if not match:
            raise InputError(say("model.bad_hours", value=text))
        days = _days(match["days"].strip(" :"), text) if match["days"].strip(" :") else set(range(7))
        windows = []
        if match["times"][0].isdigit():
            for span in match["times"].split(","):
                ends = re.split(r"\s*[-~至到]\s*", span.strip())
                if len(ends) != 2:
                    raise InputError(say("model.bad_hours", value=text))
                start_s, end_s = parse_clock(ends[0]), parse_clock(ends[1])
                if start_s >= end_s:
                    raise InputError(say("model.bad_hours", value=text))
                windows.append((start_s, end_s))
        windows.sort()
        if any(a[1] > b[0] for a, b in pairwise(windows)):
            raise InputError(say("model.bad_hours", value=text))
        for index in days:
            week[index] = tuple(windows)
    if not any(week):
        raise InputError(say("model.bad_hours", value=text))
    return OpeningHours(tuple(week))
