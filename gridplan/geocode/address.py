"""Take an address apart against the district's own areas, never a national table."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gridplan.geocode.text import HAN, fold
from gridplan.model.place import Address, Area, AreaCode, AreaLevel

# Endings of names that look like a district and are none: 小区, 园区, 社区 …, 市场 and 超市.
_NO_DISTRICT = re.compile(
    r"(?:[小校园社厂片街景院库营军山特地辖住宅业活属发湖城]区|[新高]技术区|保税区|[超都城夜集早菜花鱼股]市)$"
)
_REAL_DESPITE = re.compile(
    r"^.{1,2}[城湖山]区$"
)  # 东城区, 芜湖区, 房山区 are districts, 老城区 of five characters is none
_BLOCK = re.compile(r"^.{2,}[东南西北中一二三四五六七八九十\da-z]区$")  # 万科东区, 阳光二区: a block of a compound
_HEAD = re.compile(rf"([{HAN}]{{1,6}}?)(自治县|新区|区|县|市|旗)(?![场口民政府前内外集])")
_PROVINCE = re.compile(rf"[{HAN}]{{2,7}}?(?:省|自治区|特别行政区)")
_CITY = re.compile(rf"[{HAN}]{{2,5}}?市(?![场口民政府前])")
_NOT_A_NAME = re.compile(r"路|街|巷|弄|号|楼|村|镇|乡|社区")
# A name that goes on like this is part of another name: 大桥村路 where an area must stand, 大桥村小学 elsewhere.
_GOES_ON_AT_ONCE = re.compile(r"(?<=[村里])[路街巷弄桥]")
_GOES_ON = re.compile(r"(?:[东西南北中]?[路街巷弄桥口站道]|公园|广场|小学|中学|学校|幼儿园|市场|医院)")
_ROAD = re.compile(
    rf"(?P<road>(?:\d{{1,3}}号(?=[路街]))?[{HAN}]{{0,9}}?"
    rf"(?:大道|大街|公路|胡同|路|街(?![道坊区])|道(?=\d)|(?<=[{HAN}]{{2}})[巷里弄](?=\d+号))"
    rf"(?:\d+段|[东西南北中]段)?)"
)
_NEIGHBOURHOOD = re.compile(r"^\d+邻")  # 1鄰: a part of a 里 that no list knows
_NUMBER = re.compile(
    r"(?P<number>(?:\d+巷)?(?:\d+弄)?\d+(?:[-之]\d+)?(?:[、,.~和及至-]\d+(?:[-之]\d+)?)*号(?:之\d+)?)(?!楼|路|街)"
)
_LOOSE_NUMBER = re.compile(r"(?P<number>\d+(?:-\d+)?)(?=$|[(（])")
_INNER = re.compile(r"^(?:[(]|之\d+|院|内|[-、,~\d a-z之]+(?:号楼|号院|单元|栋|幢|座|楼|层|室|号|f)|[底地]下\d*层?)+")
_PLACE = re.compile(rf"[{HAN}a-z]{{2,}}(?:\d+期)?")
_BESIDE = re.compile(
    r"(?:大门口?|门口|院?内|楼上|对面|附近|旁边?|[东西南北]侧|底商|商铺|临街|地下室?|首层|负?$|交叉口|路口)+$"
)
_ENDING = re.compile(r"(?:街道|社区|[镇乡村里区县市])$")
_CROSSING = re.compile(r"[路街]$|交叉|交口")
_UNKNOWN_COMMUNITY = re.compile(rf"^[{HAN}]{{1,6}}?(?:社区|村(?!路))")


@dataclass(frozen=True, slots=True)
class _Name:
    folded: str
    area: Area


class AddressParser:
    """The names of a district's areas, ready to be found in addresses.

    `roads` are the folded names of the roads that are known; without them a road is what ends like one.
    """

    def __init__(self, areas: Sequence[Area], district: str, roads: Collection[str] = ()) -> None:
        self._roads = roads
        self._by_code = {area.code: area for area in areas}
        own = {district, *(area.name for area in areas if area.level is AreaLevel.DISTRICT)} - {""}
        self._districts = sorted({fold(name) for name in own}, key=len, reverse=True)
        self._top = next((area for area in areas if area.level is AreaLevel.DISTRICT), None)
        self._district = district or (self._top.name if self._top else "")
        self._names = {
            level: sorted(
                (_Name(fold(area.name), area) for area in areas if area.level is level),
                key=lambda name: (-len(name.folded), name.area.code),
            )
            for level in (AreaLevel.COUNTY, AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY)
        }

    def parse(self, text: str, *, township: str = "", community: str = "") -> Address:
        """Take `text` apart; `township` and `community` are the list's own columns and fill what the text leaves open."""
        folded = fold(text)
        rest, is_own, other = self._after_district(folded)
        if other:
            return Address(text=text, other_district=other, rest=rest)
        named: dict[AreaLevel, AreaCode] = {}
        words = {AreaLevel.TOWNSHIP: "", AreaLevel.COMMUNITY: ""}
        columns = {AreaLevel.TOWNSHIP: fold(township), AreaLevel.COMMUNITY: fold(community)}
        for level in (AreaLevel.COUNTY, AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY):
            rest, area = self._take(rest, level, named)
            if area is None and columns.get(level):
                _, area = self._take(columns[level], level, named)
            if area is not None:
                named[level] = area.code
                words[level] = area.name
        if not words[AreaLevel.COMMUNITY] and (unknown := _UNKNOWN_COMMUNITY.match(rest)):
            # Its name stands in no list: it says nothing, but it must not be read as part of the road.
            after = rest[unknown.end() :]
            if after and not _GOES_ON_AT_ONCE.match(rest, unknown.end()):
                words[AreaLevel.COMMUNITY], rest = unknown[0], after
        self._add_ancestors(named)
        if (implied := named.get(AreaLevel.TOWNSHIP)) is not None:
            words[AreaLevel.TOWNSHIP] = self._by_code[implied].name
        if is_own and self._top is not None:
            named[AreaLevel.DISTRICT] = self._top.code
        road, number, compound, rest = self._street(rest)
        return Address(
            text=text,
            district=self._district if is_own else "",
            township=words[AreaLevel.TOWNSHIP],
            community=words[AreaLevel.COMMUNITY],
            road=road,
            number=number,
            compound=compound,
            rest=rest,
            named=dict(sorted(named.items(), key=lambda item: item[0].depth)),
        )

    def _after_district(self, text: str) -> tuple[str, bool, str]:
        """Return what follows the district, whether it was named, and the name of another district if that stands there."""
        start = self._own_district(text, 0)
        if start:
            return text[start:], True, ""
        prefix = (m.end() if (m := _PROVINCE.match(text)) else 0) or 0
        city = _CITY.match(text, prefix)
        if city and not self._is_own_area(text, prefix) and not _NO_DISTRICT.search(city[0]):
            start = self._own_district(text, city.end())
            if start:
                return text[start:], True, ""
            if any(name.endswith("市") for name in self._districts):
                return text, False, city[0]
            prefix = city.end()
        if start := self._own_district(text, prefix):
            return text[start:], True, ""
        other = self._other_district(text, prefix)
        if other and self._is_slip(other, text[prefix + len(other) :]):
            return text[prefix + len(other) :], True, ""
        return (text, False, other) if other else (text[prefix:], False, "")

    def _own_district(self, text: str, at: int) -> int:
        for name in self._districts:
            if text.startswith(name, at):
                return at + len(name)
        return 0

    def _is_own_area(self, text: str, at: int) -> bool:
        return any(text.startswith(name.folded, at) for names in self._names.values() for name in names)

    def _other_district(self, text: str, at: int) -> str:
        if self._is_own_area(text, at):
            return ""
        match = _HEAD.match(text, at)
        if match is None or _NOT_A_NAME.search(match[0]) or _BLOCK.match(match[0]):
            return ""
        if _NO_DISTRICT.search(match[0]) and not _REAL_DESPITE.match(match[0]):
            return ""
        longest = 7 if match[2] in ("自治县", "新区") else 4
        return match[0] if len(match[0]) <= longest else ""

    def _is_slip(self, other: str, after: str) -> bool:
        """One wrong character in our own district's name: then one of our areas follows at once."""
        near = any(_one_slip(other, name) for name in self._districts)
        return near and self._is_own_area(after, 0)

    def _take(self, text: str, level: AreaLevel, named: dict[AreaLevel, AreaCode]) -> tuple[str, Area | None]:
        """Return the text without the name of an area of `level`, and the area; None when none or several are meant."""
        names = self._names[level]
        for exact in (True, False):
            found: list[tuple[int, _Name]] = []
            for name in names:
                if found and len(name.folded) < len(found[0][1].folded):
                    break
                here = _find(text, name.folded) if exact else _find_slip(text, name.folded)
                if here >= 0:
                    found.append((here, name))
            # A name that exists elsewhere only is still what the address says; a slip is read inside the township only.
            inside = [(at, name) for at, name in found if self._lies_in(name.area, named)]
            chosen = inside or (found if exact else [])
            if chosen:
                at, name = chosen[0]
                return text[:at] + text[at + len(name.folded) :], name.area if len(chosen) == 1 else None
        return text, None

    def _lies_in(self, area: Area, named: dict[AreaLevel, AreaCode]) -> bool:
        above = {code for level, code in named.items() if level.depth < area.level.depth}
        return not above or bool(above & set(self._ancestors(area)))

    def _ancestors(self, area: Area) -> list[AreaCode]:
        chain: list[AreaCode] = []
        parent = area.parent_code
        while parent is not None and parent in self._by_code and parent not in chain:
            chain.append(parent)
            parent = self._by_code[parent].parent_code
        return chain

    def _add_ancestors(self, named: dict[AreaLevel, AreaCode]) -> None:
        """A named community implies its township, unless the address names one itself."""
        for code in list(named.values()):
            for above in self._ancestors(self._by_code[code]):
                level = self._by_code[above].level
                if level is not AreaLevel.DISTRICT:
                    named.setdefault(level, above)

    def _street(self, text: str) -> tuple[str, str, str, str]:
        """Return road, number, compound and what is left."""
        text = _NEIGHBOURHOOD.sub("", text)
        match = _ROAD.search(text)
        if match is None:
            number = _NUMBER.match(text)
            inner = text[number.end() :] if number else text
            compound = _compound(inner)
            return "", number["number"] if number else "", compound, inner.replace(compound, "", 1)
        road = match["road"]
        if road not in self._roads:
            # An unknown word before a known road (a hamlet, 临, a landmark) is not part of its name.
            known = [road[i:] for i in range(1, len(road) - 1) if road[i:] in self._roads]
            road = known[0] if known else road
        before, after = text[: match.end() - len(road)], text[match.end() :]
        number = _NUMBER.match(after) or _LOOSE_NUMBER.match(after)
        inner = after[number.end() :] if number else after
        compound = _compound(inner) or _compound(before)
        return road, number["number"] if number else "", compound, before + inner.replace(compound, "", 1)


def parse_address(text: str, areas: Sequence[Area], district: str) -> Address:
    """Take one address apart; for many addresses make an `AddressParser` once."""
    return AddressParser(areas, district).parse(text)


def _find(text: str, name: str) -> int:
    """Where an area's name stands in the text as itself; -1 when nowhere."""
    at = text.find(name)
    while at >= 0:
        if not (_GOES_ON if at else _GOES_ON_AT_ONCE).match(text, at + len(name)):
            return at
        at = text.find(name, at + 1)
    return -1


def _find_slip(text: str, name: str) -> int:
    """0 when the text begins with the name but for one wrong character; else -1."""
    if len(name) < 3 or not _one_slip(text[: len(name)], name) or _GOES_ON_AT_ONCE.match(text, len(name)):
        return -1
    return 0


def _one_slip(one: str, other: str) -> bool:
    """Whether one character differs, in a stem of at least two characters or in an ending of two: 南港路 is not 南港里."""
    if len(one) != len(other):
        return False
    wrong = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    stem = len(_ENDING.sub("", other))
    return len(wrong) == 1 and (stem >= 2 if wrong[0] < stem else len(other) - stem == 2)


def _compound(text: str) -> str:
    """The name of a compound or building at the beginning, after floors and rooms."""
    match = _PLACE.match(_INNER.sub("", text))
    if match is None or _CROSSING.search(match[0]):
        return ""
    return _BESIDE.sub("", match[0])
