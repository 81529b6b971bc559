"""The head of an address: province, city, our own district, or another one that the address names instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gridplan.geocode.area_names import one_slip
from gridplan.geocode.text import HAN

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
_MUNICIPALITY = re.compile(r"(北京|天津|上海|重庆)市?$")
_SHORT_PROVINCE = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海"
    "|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|台湾"
)
_SHORT_CITY = re.compile(rf"[{HAN}]{{2,4}}(?:市|地区|州|盟)?$")
_FARTHEST = 12
"""Our own district stands no farther on than after a province and a city in short."""


class Head(NamedTuple):
    """What was read: `rest` follows the head; `other` is the district named instead of our own."""

    rest: str
    is_own: bool = False
    other: str = ""
    province: str = ""
    city: str = ""


class HeadReader:
    """Reads heads against our own district's folded names; `begins` tells whether one of our areas stands at a place of a text."""

    def __init__(self, districts: Sequence[str], begins: Callable[[str, int], bool]) -> None:
        self._districts = tuple(sorted(districts, key=len, reverse=True))
        self._begins = begins
        self._is_city = any(name.endswith("市") for name in districts)

    def read(self, text: str) -> Head:
        """Take the head off a folded address; one that is written twice is one."""
        head = self._once(text)
        twice = head.is_own and any(name in head.rest for name in self._districts)
        if twice and (again := self._once(head.rest)).is_own:
            city, province = head.city or again.city, head.province or again.province
            return again._replace(province=province, city=city)
        return head

    def _once(self, text: str) -> Head:
        if end := self._own(text, 0):
            return Head(rest=text[end:], is_own=True)
        match = _PROVINCE.match(text)
        province, at = (match[0], match.end()) if match else ("", 0)
        city = _CITY.match(text, at)
        if city and not self._begins(text, at) and not _NO_DISTRICT.search(city[0]):
            if end := self._own(text, city.end()):
                return _named(text[end:], province, city[0])
            if self._is_city:
                return Head(rest=text, other=city[0])
            at = city.end()
        named = city[0] if city and at == city.end() else ""
        if end := self._own(text, at):
            return _named(text[end:], province, named)
        if found := self._after_short(text):
            return found
        other = self._other(text, at)
        if other and self._is_slip(other, text[at + len(other) :]):
            return _named(text[at + len(other) :], province, named)
        if other:
            return Head(rest=text, other=other)
        return Head(rest=text[at:], province=province or (named if _MUNICIPALITY.match(named) else ""), city=named)

    def _after_short(self, text: str) -> Head | None:
        """Our own district after a province or city without its ending: 浙江杭州西湖区."""
        near = [at for name in self._districts if (at := text.find(name, 2, _FARTHEST + len(name))) > 0]
        if not near:
            return None
        at = min(near)
        province = _SHORT_PROVINCE.match(text)
        place = province.end() if province else 0
        between = text[place:at].removeprefix("省").removeprefix("市")
        if between and (not _SHORT_CITY.match(between) or _NOT_A_NAME.search(between)):
            return None
        city = between or (text[:place] if province and _MUNICIPALITY.match(province[0]) else "")
        return _named(text[self._own(text, at) :], province[0] if province else "", city)

    def _own(self, text: str, at: int) -> int:
        if text.startswith(self._districts, at):
            return at + next(len(name) for name in self._districts if text.startswith(name, at))
        return 0

    def _other(self, text: str, at: int) -> str:
        if self._begins(text, at):
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
        return any(one_slip(other, name) for name in self._districts) and self._begins(after, 0)


def _named(rest: str, province: str, city: str) -> Head:
    """Return a head of our own district; a municipality is province and city at once."""
    if not province and _MUNICIPALITY.match(city):
        province = city
    return Head(rest=rest, is_own=True, province=province, city=city)
