"""The names of a district's areas, found in a text at once: whole, or at its beginning with one wrong character."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from gridplan.geocode.text import fold
from gridplan.model.place import Area, AreaCode, AreaLevel

# A name that goes on like this is part of another name: 大桥村路 where an area must stand, 大桥村小学 elsewhere.
GOES_ON_AT_ONCE = re.compile(r"(?<=[村里])[路街巷弄桥]")
_GOES_ON = re.compile(r"(?:[东西南北中]?[路街巷弄桥口站道]|公园|广场|小学|中学|学校|幼儿园|市场|医院)")
_ENDING = re.compile(r"(?:街道|社区|[镇乡村里区县市])$")


class AreaNames:
    """The areas of one level by their folded names."""

    def __init__(self, areas: Sequence[Area], ancestors: Mapping[AreaCode, frozenset[AreaCode]]) -> None:
        self._ancestors = ancestors
        self._starting: dict[str, list[tuple[str, Area]]] = defaultdict(list)
        self._slipped: dict[str, list[tuple[str, Area]]] = defaultdict(list)
        named = sorted(((fold(area.name), area) for area in areas), key=lambda pair: (-len(pair[0]), pair[1].code))
        for name, area in named:
            self._starting[name[:2]].append((name, area))
            for at in _slips(name):
                self._slipped[f"{name[:at]}*{name[at + 1 :]}"].append((name, area))
        self._lengths = sorted({len(name) for name, _ in named}, reverse=True)
        firsts = "".join(sorted({pair[0] for pair in self._starting if pair}))
        self._first = re.compile(f"[{re.escape(firsts)}]") if firsts else re.compile(r"(?!)")

    def begins(self, text: str, at: int) -> bool:
        """Whether one of the names stands in the text at `at`."""
        return any(text.startswith(name, at) for name, _ in self._starting.get(text[at : at + 2], ()))

    def take(self, text: str, named: Mapping[AreaLevel, AreaCode]) -> tuple[str, Area | None]:
        """Return the text without the name of an area, and the area; None when none or several are meant.

        `named` are the areas of wider levels that are known. A name that exists elsewhere only is still what the text says; a
        slip is read inside the wider area only.
        """
        if not self._starting:
            return text, None
        found = self._whole(text)
        chosen = [hit for hit in found if self._lies_in(hit[2], named)] or found
        if not chosen:
            chosen = [hit for hit in self._nearly(text) if self._lies_in(hit[2], named)]
        if not chosen:
            return text, None
        at, name, area = chosen[0]
        return text[:at] + text[at + len(name) :], area if len(chosen) == 1 else None

    def _whole(self, text: str) -> list[tuple[int, str, Area]]:
        """Return where the longest names stand as themselves, by code."""
        found: dict[AreaCode, tuple[int, str, Area]] = {}
        longest = 0
        for first in self._first.finditer(text):
            at = first.start()
            for name, area in self._starting.get(text[at : at + 2], ()):
                if len(name) < longest:
                    break
                if not text.startswith(name, at) or area.code in found:
                    continue
                if (_GOES_ON if at else GOES_ON_AT_ONCE).match(text, at + len(name)):
                    continue
                if len(name) > longest:
                    found.clear()
                    longest = len(name)
                found[area.code] = (at, name, area)
        return [found[code] for code in sorted(found)]

    def _nearly(self, text: str) -> list[tuple[int, str, Area]]:
        """Return the longest names with which the text begins but for one wrong character."""
        for length in self._lengths:
            head = text[:length]
            if length < 3 or len(head) < length or head.endswith("小区") or GOES_ON_AT_ONCE.match(text, length):
                continue
            found = [
                (0, name, area)
                for at in range(length)
                for name, area in self._slipped.get(f"{head[:at]}*{head[at + 1 :]}", ())
                if name != head
            ]
            if found:
                return sorted(found, key=lambda hit: hit[2].code)
        return []

    def _lies_in(self, area: Area, named: Mapping[AreaLevel, AreaCode]) -> bool:
        above = {code for level, code in named.items() if level.depth < area.level.depth}
        return not above or not above.isdisjoint(self._ancestors[area.code])


def one_slip(one: str, other: str) -> bool:
    """Whether `one` is the name `other` but for one character that may be wrong."""
    if len(one) != len(other):
        return False
    wrong = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return len(wrong) == 1 and wrong[0] in _slips(other)


def _slips(name: str) -> range:
    """Where a character may be wrong: in a stem of at least two, or in an ending of two: 南港路 is not 南港里."""
    stem = len(_ENDING.sub("", name))
    return range(0 if stem >= 2 else stem, len(name) if len(name) - stem == 2 else stem)
