"""One spelling for comparison: full-width forms, Chinese numerals, variant characters, and how a door is written."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

HAN = "\u3400-\u9fff"
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
# Only what addresses are made of; the same fold is applied to both sides, so a character left out merely stays itself.
_VARIANT = (
    "臺號樓區縣鎮鄉鄰東門廣場園國學華興龍寶環長馬灣橋層棟單處莊葉漢貴陽陰蘭興業廈體員會館從雙對將側與進衞衛",
    "台号楼区县镇乡邻东门广场园国学华兴龙宝环长马湾桥层栋单处庄叶汉贵阳阴兰兴业厦体员会馆从双对将侧与进卫卫",
)
_VARIANTS = str.maketrans(*_VARIANT)
# A numeral is a number only before a unit, and 一号 in 一号路 is a name.
_FIGURES = "[零一二三四五六七八九〇两十百千]+"
_UNIT = r"(?:号(?!路|街|线|桥|大道|大街|公路|公园|广场|胡同)|楼|层|室|栋|幢|单元|座|组|邻|之)"
_NUMERAL = re.compile(rf"(?<!第){_FIGURES}(?={_UNIT})")
# A lane is numbered only after its road; 八一巷 is a name.
_LANE_NUMERAL = re.compile(rf"(?<=[路街道段巷弄区镇乡村里]){_FIGURES}(?=[弄巷段])")
_SUB_NUMERAL = re.compile(r"(?<=[号楼\d]之)[一二三四五六七八九十]+")
_FIGURE = re.compile(_FIGURES[:-1])
# Anything but digits, lower-case letters, hyphens and characters that have neither a variant nor a value: most texts have none.
_TO_FOLD = re.compile(f"[\\x00-,./:-`{{-\u33ff\ua000-\U0010ffffo{_VARIANT[0]}{_FIGURES[1:-2]}]")
_LETTER_O = re.compile(r"(?<=\d)[oO]|[oO](?=\d)")
_DOOR = re.compile(
    r"(?P<alley>(?:\d+巷)?(?:\d+弄)?)(?P<number>[甲乙丙丁戊]?\d+(?:[-之]\d+)?)(?:[、,.~和及至-]\d+(?:[-之]\d+)?)*+号?(?P<sub>之\d+)?$"
)
_PUNCTUATION = re.compile(r"[^\w]|_")
_DROPPED_END = re.compile(r"(?<=..)(?:小区|住宅小区|住宅区)$")


def number_of(numeral: str) -> int:
    """Return the value of a Chinese numeral, by places (一百二十三) or digit by digit (一二三)."""
    if not any(c in _STEPS for c in numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total, digit = 0, 0
    for c in numeral:
        if c in _STEPS:
            total += (digit or 1) * _STEPS[c]
            digit = 0
        else:
            digit = _DIGITS[c]
    return total + digit


def fold(text: str) -> str:
    """Return `text` as it is compared: NFKC, no spaces, lower case, one variant a character, numerals before units as digits."""
    if _TO_FOLD.search(text) is None:
        return text
    plain = _LETTER_O.sub("0", "".join(normalize("NFKC", text).split()).translate(_VARIANTS))
    if _FIGURE.search(plain):
        for numeral in (_NUMERAL, _LANE_NUMERAL, _SUB_NUMERAL):
            plain = numeral.sub(lambda match: str(number_of(match[0])), plain)
    return plain.lower()


def name_key(name: str) -> str:
    """Return the name of a place as it is compared: folded, without punctuation and a closing 小区."""
    return _DROPPED_END.sub("", _PUNCTUATION.sub("", fold(name)))


@lru_cache(maxsize=1 << 16)  # the same few thousand numbers come again and again
def door_key(number: str) -> str:
    """Return a door number as it is compared (`60巷17`, `15-1`); of a range the first; "" when it is none."""
    match = _DOOR.match(fold(number))
    if match is None:
        return ""
    return match["alley"] + (match["number"] + (match["sub"] or "")).replace("之", "-")
