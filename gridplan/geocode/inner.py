"""What leads from a door to the place itself: phase, block, unit, floor, room, and how the place lies to what is named."""

from __future__ import annotations

import re
from typing import NamedTuple

_NUM = r"(?:\d+|[一二三四五六七八九十]+)"
_PHASE = re.compile(rf"(?:第?{_NUM}|[东南西北])期")
_BLOCK = re.compile(
    r"(?:[a-z]?\d+[a-z]?(?:-\d+)?|[a-z甲乙丙丁戊己庚辛壬癸东南西北])(?:号楼|#楼|#|号院|栋|幢|座(?!落)|号馆)|\d+号(?=\d+单元)|(?:主|附|副|裙|综合|办公|教学)楼(?!上|下)"
)
_UNIT = re.compile(rf"(?:{_NUM}|[a-z甲乙丙丁东西])单元")
_FLOOR = re.compile(
    rf"(?:地下|负|b|-)?(?:{_NUM})(?:[-、,~至]{_NUM})?(?:楼(?!上|下)|层)|(?:地下|负)(?:{_NUM})(?![\d号室])|\d+f|(?:地下|[底首顶夹])层|地下室"
)
_ROOM = re.compile(
    r"(?:商铺|铺面|底商|门面|门市|商业|铺|房间)?([a-z]?\d+(?:-\d+)?[a-z]?(?:[、,~至-][a-z]?\d+)*)(?:号?(?:室|房|铺|商铺|门面|门市|底商)|号(?![楼院馆\d]))"
)
_BARE_ROOM = re.compile(r"(?:^|(?<=\0))([a-z]?\d{2,4}[a-z]?(?:[、,~至-]\d+)*)(?=$|[(（])")
_DASHED = re.compile(
    r"(?:^|(?<=[\u3400-\u9fff]))(\d{1,3})-(\d{1,2})-(\d{3,4})$|(?:^|(?<=[\u3400-\u9fff]))(\d{1,3})-(\d{3,4})$"
)
_OFFSET = re.compile(
    r"(?:以|往|向|朝)?([东南西北]{1,2})(?:侧|面|边|走|方向|行)?(?:约|大约)?(\d+)(?:米|m)(?:处|左右)?|(\d+)(?:米|m)(?:处|左右)?"
)
_BESIDE = re.compile(
    r"(?:以|往|向)?([东南西北]{1,2})(?:侧|面|边|角)|(斜?对面|对过|隔壁|附近|旁边|旁|门口|大门口|院内|楼内|楼上|楼下|内|后面|前面|背后|后身)"
)
_WORDS = {
    "旁边": "旁",
    "隔壁": "旁",
    "对过": "对面",
    "大门口": "门口",
    "背后": "后面",
    "后身": "后面",
    "楼内": "内",
    "院内": "内",
}


class Inner(NamedTuple):
    """What was found; `rest` is what is left of the text."""

    phase: str = ""
    block: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    beside: str = ""
    offset_m: int | None = None
    rest: str = ""


def inside(text: str) -> Inner:
    """Take the end of an address apart."""
    if not text:
        return Inner()
    beside, offset_m, text = _bearing(text)
    if dashed := _DASHED.search(text):
        block, unit, room = (dashed[1], dashed[2], dashed[3]) if dashed[1] else (dashed[4], "", dashed[5])
        rest = text[: dashed.start()]
        phase, rest = _take(_PHASE, rest)
        return Inner(
            phase=phase,
            block=f"{block}栋",
            unit=f"{unit}单元" if unit else "",
            room=f"{room}室",
            beside=beside,
            offset_m=offset_m,
            rest=rest,
        )
    phase, text = _take(_PHASE, text)
    block, text = _take(_BLOCK, text, "\0")
    unit, text = _take(_UNIT, text, "\0")
    floor, text = _take(_FLOOR, text, "\0")
    room = ""
    if found := _ROOM.search(text) or _BARE_ROOM.search(text):
        room, text = f"{found[1]}室", text[: found.start()] + text[found.end() :]
    return Inner(
        phase=phase,
        block=block,
        unit=unit,
        floor=floor,
        room=room,
        beside=beside,
        offset_m=offset_m,
        rest=text.replace("\0", "").strip("()、,.;-"),
    )


def _take(pattern: re.Pattern[str], text: str, mark: str = "") -> tuple[str, str]:
    found = pattern.search(text)
    return (found[0], text[: found.start()] + mark + text[found.end() :]) if found else ("", text)


def _bearing(text: str) -> tuple[str, int | None, str]:
    """Return how the place lies to what is named, how many metres away, and the text without that."""
    offset = _OFFSET.search(text)
    if offset:
        metres = int(offset[2] or offset[3])
        text = text[: offset.start()] + text[offset.end() :]
        if offset[1]:
            return offset[1], metres, text
        beside, text = _beside(text)
        return beside, metres, text
    beside, text = _beside(text)
    return beside, None, text


def _beside(text: str) -> tuple[str, str]:
    every = list(_BESIDE.finditer(text))
    if not every:
        return "", text
    found = every[-1]  # the last one is how the place itself lies
    word = found[1] or _WORDS.get(found[2], found[2])
    return word, text[: found.start()] + text[found.end() :]
