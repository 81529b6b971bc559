"""The list of sites as an office keeps it: true places first, then the noise of real lists at fixed rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from stdnum.cn import uscc

from geodata.district import District
from geodata.ground import DISTRICT
from geodata.names import school_names
from geodata.places import Places, Spot

INSTITUTIONS, CHILDCARE, COMPOUNDS, OFFICES, TWICE = 85, 105, 300, 40, 20
SITES = INSTITUTIONS + CHILDCARE + COMPOUNDS + OFFICES
OTHER_DISTRICT = "邻汀区"
RATES = {
    "other_district": 16,
    "absent": 26,
    "wrong_number": 26,
    "no_township": 159,
    "wrong_char": 53,
    "odd_digits": 53,
    "given_point": 53,
    "swapped": 4,
}
"""How many sites have each kind of noise: 3, 5, 5, 30, 10, 10 and 10 % of all, and four points the wrong way round."""
_LATE = (
    "周一至周五 15:30-20:30",
    "Mo-Fr 16:00-20:30; Sa-Su 09:00-17:00",
    "周一至周五15:00—20:30；周六、周日 08:30-17:30",
)
_WEEKEND = ("周六至周日 08:30-17:30", "Sa-Su 09:00-18:00")
_USUAL = ("", "", "Mo-Su 08:30-20:30", "周一至周日 9:00-20:00", "Mo-Fr 08:30-19:00")
_WRONG = "丰邮旺圆庆未土千夭甫申末芳莱薪晴"
_ABSENT = "新拓规划启建纵横环联"
_DIGITS = "零一二三四五六七八九"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(slots=True, kw_only=True)
class Entry:
    """One row of the list with its truth. `lon`, `lat` are what the row says ("" = nothing), `spot` is where it is."""

    id: str
    name: str
    kind: str
    spot: Spot
    address: str = ""
    uscc: str = ""
    permit: str = ""
    licence: str = ""
    open: str = ""
    status: str = "在营"
    phone: str = ""
    lon: float | str = ""
    lat: float | str = ""
    noise: list[str] = field(default_factory=list)
    same_as: str = ""


@dataclass(slots=True, kw_only=True)
class _Words:
    """The parts of an address before they are joined."""

    district: str = ""
    township: str = ""
    community: str = ""
    road: str = ""
    number: str = ""
    building: str = ""
    rest: str = ""

    def joined(self) -> str:
        number = f"{self.number}号" if self.number else ""
        return self.district + self.township + self.community + self.road + number + self.building + self.rest


def make_register(places: Places, district: District, seed: int) -> list[Entry]:
    """Return the rows in the order of the sheet."""
    rng = np.random.default_rng([seed, 8])
    entries, words = _sites(places, district, rng)
    _add_noise(entries, words, places, rng)
    for entry, parts in zip(entries, words, strict=True):
        entry.address = parts.joined()
    _permits_and_hours(entries, rng)
    return _with_doubles(entries, rng)


def _sites(places: Places, district: District, rng: np.random.Generator) -> tuple[list[Entry], list[_Words]]:
    names = district.names
    entries: list[Entry] = []
    words: list[_Words] = []

    def add(prefix: str, name: str, kind: str, spot: Spot, **parts: str) -> None:
        entries.append(Entry(id=f"{prefix}{len(entries) + 1:04d}", name=name, kind=kind, spot=spot))
        words.append(
            _Words(
                district=DISTRICT if rng.random() < 0.6 else "",
                township=names[spot.cell[:9]],
                community=names[spot.cell[:12]] if rng.random() < 0.4 else "",
                road=spot.road,
                number=spot.number,
                **parts,
            )
        )

    schools = zip(
        [*school_names(INSTITUTIONS, rng, childcare=False), *school_names(CHILDCARE, rng, childcare=True)],
        ["培训机构"] * INSTITUTIONS + ["托管"] * CHILDCARE,
        strict=True,
    )
    for name, kind in schools:
        luck, floor = rng.random(), int(rng.integers(1, 6))
        room = f"{'一二三四五'[floor - 1]}楼{floor}{int(rng.integers(1, 16)):02d}室"
        if kind == "培训机构" and luck < 0.35:
            spot = places.offices[int(rng.integers(25))]  # several share a building
            add("J", name, kind, spot, building=spot.name, rest=room)
        elif luck < 0.65:
            spot = places.compounds[int(rng.integers(len(places.compounds)))]
            shop = f"{int(rng.integers(1, 20))}幢商铺{int(rng.integers(101, 120))}室" if luck < 0.5 else ""
            add("J" if kind == "培训机构" else "T", name, kind, spot, building=spot.name, rest=shop)
        else:
            spot = places.doors[int(rng.integers(len(places.doors)))]
            rest = room if luck < 0.85 else ""
            add("J" if kind == "培训机构" else "T", name, kind, spot, rest=rest)
    for spot in places.compounds[:COMPOUNDS]:
        add("X", spot.name, "小区", spot, building=spot.name if rng.random() < 0.4 else "")
    for spot in places.offices[:OFFICES]:
        add("L", spot.name, "商务楼宇", spot)
    return entries, words


def _add_noise(entries: list[Entry], words: list[_Words], places: Places, rng: np.random.Generator) -> None:
    """Apply each kind of noise to exactly as many sites as `RATES` says."""
    order = rng.permutation(SITES).tolist()
    other, absent, wrong = np.split(np.array(order[:68]), [16, 42])
    inside = [n for n in range(SITES) if n not in set(other.tolist())]
    plain = [n for n in inside if n not in set(absent.tolist()) | set(wrong.tolist())]
    chosen = {
        "other_district": other.tolist(),
        "absent": absent.tolist(),
        "wrong_number": wrong.tolist(),
        "no_township": rng.choice(inside, RATES["no_township"], replace=False).tolist(),
        "wrong_char": rng.choice(plain, RATES["wrong_char"], replace=False).tolist(),
        "odd_digits": rng.choice(plain, RATES["odd_digits"], replace=False).tolist(),
        "given_point": rng.choice(inside, RATES["given_point"], replace=False).tolist(),
    }
    chosen["swapped"] = chosen["given_point"][: RATES["swapped"]]
    known = {spot.name for spot in places.roads}
    for noise, sites in chosen.items():
        for n in sorted(sites):
            entries[n].noise.append(noise)
            _disturb(noise, entries[n], words[n], known, rng)


def _disturb(noise: str, entry: Entry, words: _Words, known: set[str], rng: np.random.Generator) -> None:
    match noise:
        case "other_district":
            words.district, words.township, words.community = OTHER_DISTRICT, "", ""
        case "absent":  # a new road, not surveyed yet; the building is not known either
            while (road := "".join(rng.choice(list(_ABSENT), 2)) + "路") in known:
                pass
            words.road, words.building = road, ""
        case "wrong_number":
            words.number = str(int(words.number) + 2 * int(rng.integers(60, 200)))
        case "no_township":
            words.township = ""
        case "wrong_char":
            stem = list(words.road)
            at = int(rng.integers(len(stem) - 1))
            stem[at] = next(char for char in rng.permutation(list(_WRONG)).tolist() if char != stem[at])
            words.road = "".join(stem)
        case "odd_digits":
            words.number = words.number.translate(_WIDE) if rng.random() < 0.5 else numeral(int(words.number))
        case "given_point":
            entry.lon, entry.lat = entry.spot.lon, entry.spot.lat
        case "swapped":
            entry.lon, entry.lat = entry.lat, entry.lon


def numeral(number: int) -> str:
    """Return a number below 10,000 in Chinese numerals: 12 → 十二, 105 → 一百零五."""
    text, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + unit
        gap = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text


def _permits_and_hours(entries: Sequence[Entry], rng: np.random.Generator) -> None:
    open_late = rng.permutation(INSTITUTIONS + CHILDCARE)[:48].tolist()
    for n, entry in enumerate(entries):
        entry.phone = f"5550{int(rng.integers(1_000, 9_999))}" if rng.random() < 0.8 else ""
        if n >= INSTITUTIONS + CHILDCARE:
            entry.status = ""
            continue
        entry.open = str(rng.choice(_USUAL))
        if n in open_late:
            entry.open = str(rng.choice(_WEEKEND if open_late.index(n) < 10 else _LATE))
        entry.permit = ("有" if rng.random() < 0.8 else "无") if n < INSTITUTIONS else ""
        entry.licence = "有" if rng.random() < 0.9 else "无"
        if n < INSTITUTIONS or rng.random() < 0.3:
            entry.uscc = _code(n)
        if rng.random() < 0.03:
            entry.status = "停业整顿"


def _code(number: int) -> str:
    """Return an invented credit code whose check digit is right; no real division begins with 99."""
    body = f"52990101MJ{number:06d}X"
    return body + str(uscc.calc_check_digit(body))


def _with_doubles(entries: list[Entry], rng: np.random.Generator) -> list[Entry]:
    """Return the rows with some entered twice, a little differently, further down and without a number of their own."""
    rows = list(entries)
    regular = [entry for entry in entries if "other_district" not in entry.noise]
    for pick in sorted(rng.choice(len(regular), TWICE, replace=False).tolist()):
        first = regular[pick]
        spaced = f"{first.name[:2]} {first.name[2:]}" if rng.random() < 0.5 else first.name
        twin = Entry(
            id="", name=spaced, kind=first.kind, spot=first.spot, address=first.address.translate(_WIDE), uscc=first.uscc,
            permit=first.permit, licence=first.licence, open=first.open, status=first.status, phone=first.phone,
            noise=[*first.noise, "double"], same_as=first.id,
        )  # fmt: skip
        rows.insert(int(rng.integers(rows.index(first) + 1, len(rows) + 1)), twin)
    return rows
