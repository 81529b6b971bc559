"""Take an address apart against the district's own areas, never a national table."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from gridplan.geocode.area_names import GOES_ON_AT_ONCE, AreaNames
from gridplan.geocode.head import HeadReader
from gridplan.geocode.inner import inside
from gridplan.geocode.text import HAN, fold
from gridplan.model.place import Address, Area, AreaCode, AreaLevel

LONGEST = 300
"""Longer texts are no addresses; what stands beyond is left unread."""
_LEVELS = (AreaLevel.COUNTY, AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY)
_ROAD = re.compile(
    rf"(?P<road>(?:\d{{1,3}}号(?=[路街]))?[{HAN}]{{0,9}}?"
    rf"(?:大道|大街|公路|胡同|路|街(?![道坊区])|道(?=\d)|(?<=[{HAN}]{{2}})[巷里弄](?=\d+号))"
    rf"(?:\d+段|[东西南北中]段)?)"
)
# 1鄰 of a 里, 三组 of a village: parts that no list knows.
_NEIGHBOURHOOD = re.compile(r"^(?:第?(?:\d+|[一二三四五六七八九十]+)(?:村民小组|小组|组|社|队|邻)(?=\d|$)|\d+邻)")
_NUMBER = re.compile(
    r"(?P<number>(?:\d+巷)?(?:\d+弄)?[甲乙丙丁戊]?\d+(?:[-之]\d+)?(?:[、,.~和及至-]\d+(?:[-之]\d+)?)*+号(?:之\d+|[甲乙丙丁戊])?)(?!楼(?![上下])|路|街)"
)
_LOOSE_NUMBER = re.compile(r"(?P<number>\d+(?:-\d+)?)(?=$|[(（])")
_OTHER_ROAD = re.compile(
    rf"(?P<how>[与和跟、/&]|及|同)?(?P<road>[{HAN}]{{1,8}}?(?:大道|大街|公路|胡同|路|街(?![道坊区]))(?:\d+段|[东西南北中]段)?)"
    r"(?P<mark>(?:的)?(?:十字)?(?:交叉路?口|交汇处?|交界处?|交口|路口|相交处?|口))?"
)
_INNER = re.compile(r"^(?:[(]|之\d+|院|内|[-、,~\d a-z之]+(?:号楼|号院|单元|栋|幢|座|楼|层|室|号|f)|[底地]下\d*层?)+")
_PLACE = re.compile(rf"[{HAN}a-z]{{2,}}(?:\d+期)?")
_BESIDE = re.compile(
    r"(?:斜?对面|对过|大门口?|门口|院?内|楼[上下内]|附近|隔壁|旁边?|(?:以|往|向|朝)?[东南西北]{1,2}+[侧面边角]?|[前后]面|背后|后身"
    r"|底商|商铺|临街|地下室?|[底首顶夹]层|[a-z甲乙丙丁](?:座|栋|幢|单元)|负?$|交叉口|路口)++$"
)
_PHASE_END = re.compile(r"(?:\d+|[一二三四五六七八九十])期$")
_CROSSING = re.compile(r"[路街]$|交叉|交口")
_UNKNOWN_COMMUNITY = re.compile(rf"^[{HAN}]{{1,6}}?(?:社区|(?<!新)村(?!路))")


class _Street(NamedTuple):
    """The part of an address that names a street; `rest` is what is left."""

    road: str = ""
    crossing: str = ""
    number: str = ""
    compound: str = ""
    rest: str = ""


class AddressParser:
    """The names of a district's areas, ready to be found in addresses.

    `roads` are the folded names of the roads that are known; without them a road is what ends like one.
    """

    def __init__(self, areas: Sequence[Area], district: str, roads: Collection[str] = ()) -> None:
        self._roads = roads
        self._by_code = {area.code: area for area in areas}
        own = {district, *(area.name for area in areas if area.level is AreaLevel.DISTRICT)} - {""}
        self._top = next((area for area in areas if area.level is AreaLevel.DISTRICT), None)
        self._district = district or (self._top.name if self._top else "")
        self._ancestors = {area.code: frozenset(self._above(area)) for area in areas}
        self._names = {
            level: AreaNames([area for area in areas if area.level is level], self._ancestors) for level in _LEVELS
        }
        self._head = HeadReader([fold(name) for name in own], self._begins)

    def parse(self, text: str, *, township: str = "", community: str = "") -> Address:
        """Take `text` apart; `township` and `community` are the list's own columns and fill what the text leaves open."""
        head = self._head.read(fold(text[:LONGEST]))
        if head.other:
            return Address(text=text, province=head.province, city=head.city, other_district=head.other, rest=head.rest)
        rest = head.rest
        named: dict[AreaLevel, AreaCode] = {}
        words = {AreaLevel.TOWNSHIP: "", AreaLevel.COMMUNITY: ""}
        columns = {AreaLevel.TOWNSHIP: township, AreaLevel.COMMUNITY: community}
        for level in _LEVELS:
            rest, area = self._names[level].take(rest, named)
            if area is None and columns.get(level):
                _, area = self._names[level].take(fold(columns[level]), named)
            if area is not None:
                named[level] = area.code
                words[level] = area.name
        if not words[AreaLevel.COMMUNITY] and (unknown := _UNKNOWN_COMMUNITY.match(rest)):
            # Its name stands in no list: it says nothing, but it must not be read as part of the road.
            after = rest[unknown.end() :]
            if after and not GOES_ON_AT_ONCE.match(rest, unknown.end()):
                words[AreaLevel.COMMUNITY], rest = unknown[0], after
        self._add_ancestors(named)
        if (implied := named.get(AreaLevel.TOWNSHIP)) is not None:
            words[AreaLevel.TOWNSHIP] = self._by_code[implied].name
        if head.is_own and self._top is not None:
            named[AreaLevel.DISTRICT] = self._top.code
        street = self._street(rest)
        within = inside(street.rest)
        return Address(
            text=text,
            province=head.province,
            city=head.city,
            district=self._district if head.is_own else "",
            township=words[AreaLevel.TOWNSHIP],
            community=words[AreaLevel.COMMUNITY],
            road=street.road,
            number=street.number,
            crossing=street.crossing,
            compound=street.compound,
            phase=within.phase or _phase(street.compound),
            block=within.block,
            unit=within.unit,
            floor=within.floor,
            room=within.room,
            beside=within.beside,
            offset_m=within.offset_m,
            rest=within.rest,
            named=named if len(named) < 2 else dict(sorted(named.items(), key=_depth)),
        )

    def _begins(self, text: str, at: int) -> bool:
        return any(names.begins(text, at) for names in self._names.values())

    def _above(self, area: Area) -> list[AreaCode]:
        chain: list[AreaCode] = []
        parent = area.parent_code
        while parent is not None and parent in self._by_code and parent not in chain:
            chain.append(parent)
            parent = self._by_code[parent].parent_code
        return chain

    def _add_ancestors(self, named: dict[AreaLevel, AreaCode]) -> None:
        """A named community implies its township, unless the address names one itself."""
        for code in list(named.values()):
            for above in self._ancestors[code]:
                level = self._by_code[above].level
                if level is not AreaLevel.DISTRICT:
                    named.setdefault(level, above)

    def _street(self, text: str) -> _Street:
        text = _NEIGHBOURHOOD.sub("", text)
        match = _ROAD.search(text)
        if match is None:
            number = _NUMBER.match(text)
            inner = text[number.end() :] if number else text
            compound = _compound(inner)
            return _Street(
                number=number["number"] if number else "", compound=compound, rest=inner.replace(compound, "", 1)
            )
        road = match["road"]
        if road not in self._roads:
            # An unknown word before a known road (a hamlet, 临, a landmark) is not part of its name.
            known = [road[i:] for i in range(1, len(road) - 1) if road[i:] in self._roads]
            road = known[0] if known else road
        before, after = text[: match.end() - len(road)], text[match.end() :]
        other = _OTHER_ROAD.match(after)
        if other and (other["how"] or other["mark"]):
            rest = before + after[other.end() :]
            compound = _compound(rest)
            return _Street(road=road, crossing=other["road"], compound=compound, rest=rest.replace(compound, "", 1))
        number = _NUMBER.match(after) or _LOOSE_NUMBER.match(after)
        inner = after[number.end() :] if number else after
        compound = _compound(inner) or _compound(before)
        return _Street(
            road=road,
            number=number["number"] if number else "",
            compound=compound,
            rest=(before + inner).replace(compound, "", 1),
        )


def _depth(item: tuple[AreaLevel, AreaCode]) -> int:
    return item[0].depth


def parse_address(text: str, areas: Sequence[Area], district: str) -> Address:
    """Take one address apart; for many addresses make an `AddressParser` once."""
    return AddressParser(areas, district).parse(text)


def _compound(text: str) -> str:
    """The name of a compound or building at the beginning, after floors and rooms."""
    match = _PLACE.match(_INNER.sub("", text))
    if match is None or _CROSSING.search(match[0]):
        return ""
    return _BESIDE.sub("", match[0])


def _phase(compound: str) -> str:
    """The phase at the end of a compound's name, which stays a part of it."""
    found = _PHASE_END.search(compound) if compound.endswith("期") else None
    return found[0] if found else ""
