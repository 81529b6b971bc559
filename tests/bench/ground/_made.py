"""A made district of any size with its gazetteer and a noisy list whose truth is known; the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from shapely import box

from geodata.names import community_names, road_stems, school_names
from geodata.register import RATES, SITES, numeral
from gridplan.geocode.gazetteer import distance_m
from gridplan.model.place import (
    Address,
    Area,
    AreaCode,
    AreaLevel,
    Candidate,
    FixLevel,
    GazetteerEntry,
    GazetteerKind,
    LonLat,
)
from gridplan.model.site import Site, SiteId, SiteKind, SourceRow

DISTRICT, OTHER_DISTRICT = "云汀区", "邻汀区"
TOWNSHIPS, COMMUNITIES = (5, 4), (5, 4)  # across, up; communities in each township
SHARE = {noise: RATES[noise] / SITES for noise in ("no_township", "wrong_char", "odd_digits", "absent", "wrong_number")}
SHARE["other_district"] = RATES["other_district"] / SITES
_WEST, _SOUTH, _LON_M, _LAT_M = 118.30, 33.30, 93_000.0, 110_920.0
_TOWN_M, _SLOT_M, _SLOTS = 4_000.0, 20.0, 100  # a road has 100 slots of 20 m, a door on either side
_SHORT, _SHORT_SLOTS = 7, 6  # one road in seven is a lane of 120 m
_HAN = "安柏碧彩晨澄翠丹枫芙桂海涵翰豪荷恒弘虹瑚华焕辉慧蕙嘉江锦景靖璟俊珂兰岚朗澜黎丽莲琳凌龙鹭璐茂梅绵苗铭沐楠凝佩琪倩清琼秋荣融瑞润若珊韶诗思松棠"
_COMPOUND = ("花园", "家园", "小区", "名邸", "公馆", "新村", "华庭", "雅苑", "佳苑", "苑", "庭", "湾")
_POI = ("大厦", "商务中心", "写字楼", "广场", "国际中心", "商厦")
_NEW = "新拓规划启建纵横环联"
_WRONG = "丰邮旺圆庆未土千夭甫申末芳莱薪晴"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Where a site really is (`entry` is its place in the gazetteer, None when that does not know it) and what its row suffered."""

    point: LonLat
    township: AreaCode
    community: AreaCode
    road: str
    entry: int | None
    noise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The made district: `truth` goes with `sites`."""

    areas: tuple[Area, ...]
    entries: tuple[GazetteerEntry, ...]
    sites: tuple[Site, ...]
    truth: tuple[Truth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """A number of a road, before anybody knows whether the gazetteer has it."""

    point: LonLat
    road: str
    number: int
    township: int
    community: int


@dataclass(slots=True, kw_only=True)
class _Row:
    """The parts of a row before they are joined."""

    name: str
    road: str
    number: str
    township: str
    community: str = ""
    district: str = ""
    building: str = ""
    rest: str = ""
    noise: list[str] = field(default_factory=list)

    def address(self) -> str:
        number = f"{self.number}号" if self.number else ""
        return self.district + self.township + self.community + self.road + number + self.building + self.rest


def make(seed: int, names: int, rows: int, *, hard: bool = False) -> Made:
    """Return a district with `names` named places and a list of `rows` addresses.

    `hard`: names of three and four characters, many of them in several townships, phases of compounds, two roads in five in
    several townships, and one address in eight names its building with a road alone or no street at all. Else every name and
    every road exists once.
    """
    rng = np.random.default_rng([seed, 20, hard])
    areas, towns, communities = _areas(rng)
    roads_each = max(4, round(2.4 * names / (2 * _SLOTS * len(towns))))
    doors = list(_doors(_road_names(roads_each * len(towns), hard, rng), communities, rng))
    order = rng.permutation(len(doors)).tolist()
    # One named place in ten shares its door with another.
    known, spare = order[: names - names // 10], order[names - names // 10 :]
    at = known + [known[n] for n in rng.integers(0, len(known), names - len(known)).tolist()]
    labels = _names(names, hard, rng)
    entries = [_entry(doors[door], label, towns, communities) for door, label in zip(at, labels, strict=True)]
    entries += [_road_entry(door, towns, communities) for door in _middles(doors)]
    sites, truth = _register(
        rows, doors, at, labels, spare, towns, communities, {d.road for d in doors}, rng, hard=hard
    )
    return Made(areas=areas, entries=tuple(entries), sites=sites, truth=truth)


NEAR_M = 100.0
"""A place nearer than this to the true one is right."""


def is_right(candidate: Candidate, address: Address, truth: Truth) -> bool:
    """Whether a place is the true one: within 100 m, or for a community or township, the one that it lies in."""
    if candidate.level is FixLevel.COMMUNITY:
        return address.named.get(AreaLevel.COMMUNITY) == truth.community
    if candidate.level is FixLevel.TOWNSHIP:
        return address.named.get(AreaLevel.TOWNSHIP) == truth.township
    return distance_m(candidate.point, truth.point) <= NEAR_M


def _point(x_m: float, y_m: float) -> LonLat:
    return LonLat(round(_WEST + x_m / _LON_M, 7), round(_SOUTH + y_m / _LAT_M, 7))


def _areas(rng: np.random.Generator) -> tuple[tuple[Area, ...], list[str], list[str]]:
    """Return the areas, the names of the townships and of all communities, township by township."""
    count, each = TOWNSHIPS[0] * TOWNSHIPS[1], COMMUNITIES[0] * COMMUNITIES[1]
    stems = community_names(count * (each + 1), rng)
    towns = [stem + ("街道", "镇")[n % 3 == 2] for n, stem in enumerate(stems[:count])]
    communities = [stem + ("社区", "村")[n % 5 == 4] for n, stem in enumerate(stems[count:])]

    def area(
        code: str, level: AreaLevel, name: str, parent: str | None, west: float, south: float, size: tuple[float, float]
    ) -> Area:
        low, high = _point(west, south), _point(west + size[0], south + size[1])
        above = AreaCode(parent) if parent else None
        return Area(code=AreaCode(code), level=level, name=name, parent_code=above, polygon=box(*low, *high))

    made = [area("990101", AreaLevel.DISTRICT, DISTRICT, None, 0, 0, (TOWNSHIPS[0] * _TOWN_M, TOWNSHIPS[1] * _TOWN_M))]
    size = (_TOWN_M / COMMUNITIES[0], _TOWN_M / COMMUNITIES[1])
    for n, town in enumerate(towns):
        west, south = n % TOWNSHIPS[0] * _TOWN_M, n // TOWNSHIPS[0] * _TOWN_M
        made.append(area(_code(n), AreaLevel.TOWNSHIP, town, "990101", west, south, (_TOWN_M, _TOWN_M)))
        for k in range(each):
            at = west + k % COMMUNITIES[0] * size[0], south + k // COMMUNITIES[0] * size[1]
            made.append(area(_code(n, k), AreaLevel.COMMUNITY, communities[n * each + k], _code(n), *at, size))
    return tuple(made), towns, communities


def _code(township: int, community: int | None = None) -> AreaCode:
    return AreaCode(f"990101{township + 1:03d}" + (f"{community + 1:03d}" if community is not None else ""))


def _road_names(count: int, hard: bool, rng: np.random.Generator) -> list[str]:
    """Return a name for each road; in the hard district two in five have one of an earlier road, never of the same township."""
    stems = road_stems(1200, rng)
    firsts = [stem + last for last in ("路", "街", "大道") for stem in stems]
    if hard:
        again = int(count * 0.4)
        fresh = firsts[: count - again]
        towns = TOWNSHIPS[0] * TOWNSHIPS[1]
        # Road n lies in township n modulo their number.
        picks = rng.permutation(len(fresh))[:again].tolist()
        steps = [k + 1 if k % towns == (count - again + n) % towns else k for n, k in enumerate(picks)]
        return [*fresh, *(fresh[k % len(fresh)] for k in steps)]
    return firsts[:count]


def _doors(names: Sequence[str], communities: Sequence[str], rng: np.random.Generator) -> Iterator[_Door]:
    """Every number of every road: straight roads within a township, of two kilometres or short, odd numbers on the left."""
    per_town = len(communities) // (TOWNSHIPS[0] * TOWNSHIPS[1])
    towns = TOWNSHIPS[0] * TOWNSHIPS[1]
    for n, road in enumerate(names):
        town = n % towns
        along, across = float(rng.uniform(0, _TOWN_M - _SLOTS * _SLOT_M - 1)), float(rng.uniform(20, _TOWN_M - 20))
        upright = bool(rng.random() < 0.5)
        for number in range(1, 2 * (_SHORT_SLOTS if n % _SHORT == 3 else _SLOTS) + 1):
            u = along + (number + 1) // 2 * _SLOT_M
            v = across + (13 if number % 2 else -13)
            x, y = (v, u) if upright else (u, v)
            cell = int(y // (_TOWN_M / COMMUNITIES[1])) * COMMUNITIES[0] + int(x // (_TOWN_M / COMMUNITIES[0]))
            east, north = x + town % TOWNSHIPS[0] * _TOWN_M, y + town // TOWNSHIPS[0] * _TOWN_M
            yield _Door(
                point=_point(east, north), road=road, number=number, township=town, community=town * per_town + cell
            )


def _middles(doors: Iterable[_Door]) -> list[_Door]:
    """Return the door in the middle of each road."""
    roads: dict[tuple[str, int], list[_Door]] = {}
    for door in doors:
        roads.setdefault((door.road, door.township), []).append(door)
    return [road[len(road) // 2] for road in roads.values()]


def _names(count: int, hard: bool, rng: np.random.Generator) -> list[tuple[str, GazetteerKind]]:
    """Return distinct names of four to eight characters; hard ones are short, borne twice or more, or phases of one compound."""

    def stems(length: int, n: int) -> list[str]:
        return ["".join(row) for row in rng.choice(list(_HAN), (n, length)).tolist()]

    def last(n: int) -> list[tuple[str, GazetteerKind]]:
        kinds = [*((end, GazetteerKind.COMPOUND) for end in _COMPOUND), *((end, GazetteerKind.POI) for end in _POI)]
        return [kinds[k] for k in rng.integers(0, len(kinds), n).tolist()]

    if not hard:
        made: dict[str, GazetteerKind] = {}
        while len(made) < count:
            for stem, (end, kind) in zip(stems(int(rng.integers(3, 5)), 5_000), last(5_000), strict=True):
                made.setdefault(stem + end, kind)
        return list(made.items())[:count]
    short = [(stem + end, kind) for stem, (end, kind) in zip(stems(2, count), last(count), strict=True)]
    found: list[tuple[str, GazetteerKind]] = []
    for n, (name, kind) in enumerate(short):
        luck = rng.random()
        if luck < 0.15 and n:
            found.append(found[int(rng.integers(len(found)))])
        elif luck < 0.25:
            found += [(f"{name}{phase}期", kind) for phase in ("一", "二", "三")[: int(rng.integers(2, 4))]]
        else:
            found.append((name, kind))
        if len(found) >= count:
            break
    return found[:count]


def _entry(
    door: _Door, label: tuple[str, GazetteerKind], towns: Sequence[str], communities: Sequence[str]
) -> GazetteerEntry:
    return GazetteerEntry(
        name=label[0], kind=label[1], road=door.road, number=f"{door.number}号", township=towns[door.township],
        community=communities[door.community], point=door.point,
    )  # fmt: skip


def _road_entry(door: _Door, towns: Sequence[str], communities: Sequence[str]) -> GazetteerEntry:
    return GazetteerEntry(
        name=door.road, kind=GazetteerKind.ROAD, road=door.road, number="", township=towns[door.township],
        community=communities[door.community], point=door.point,
    )  # fmt: skip


def _register(
    rows: int, doors: Sequence[_Door], at: Sequence[int], labels: Sequence[tuple[str, GazetteerKind]], spare: Sequence[int],
    towns: Sequence[str], communities: Sequence[str], roads: set[str], rng: np.random.Generator, *, hard: bool,
) -> tuple[tuple[Site, ...], tuple[Truth, ...]]:  # fmt: skip
    each = len(communities) // len(towns)
    brands = [a + b for a, b in product(school_names(60, rng, childcare=False), ("", "分校"))]
    picks, luck, dice = (
        rng.integers(0, len(at), rows).tolist(),
        rng.random((rows, 12)),
        rng.integers(0, 1 << 30, (rows, 6)).tolist(),
    )
    chance = luck.tolist()
    sites, truths = [], []
    for n, pick in enumerate(picks):
        odds, die = chance[n], dice[n]
        noise = _noise_of(odds)
        absent = "absent" in noise
        door = doors[spare[die[0] % len(spare)]] if absent else doors[at[pick]]
        brand = "".join(_HAN[(die[1] >> shift) % len(_HAN)] for shift in (0, 8)) + brands[die[2] % len(brands)]
        row = _Row(
            name=brand, road=door.road, number=str(door.number), township=towns[door.township],
            community=communities[door.community] if odds[6] < 0.4 else "", district=DISTRICT if odds[7] < 0.6 else "",
        )  # fmt: skip
        if absent:
            row.building = (
                "".join(_NEW[(die[1] >> shift) % len(_NEW)] for shift in (2, 6, 10)) + "大厦" if odds[8] < 0.5 else ""
            )
        elif odds[8] < 0.5:  # the place itself
            row.name = labels[pick][0]
            row.building = row.name if odds[9] < 0.4 else ""
        elif odds[8] < 0.8:  # a tenant of a known building
            row.building, row.rest = (
                labels[pick][0],
                f"{'一二三四五'[die[3] % 5]}楼{die[3] % 5 + 1}{die[4] % 15 + 1:02d}室",
            )
        else:
            row.rest = f"{die[3] % 5 + 1}楼" if odds[9] < 0.5 else ""
        if hard and row.building and not {"wrong_number", "odd_digits", "absent"} & set(noise) and odds[10] < 0.25:
            row.number = ""
            row.road = row.road if odds[10] < 0.08 or "wrong_char" in noise else ""
        for kind in noise:
            _disturb(kind, row, roads, die)
        sites.append(
            Site(
                id=SiteId(f"s{n}"),
                name=row.name,
                kind=SiteKind.INSTITUTION,
                address=row.address(),
                rows=(SourceRow(file="sites.xlsx", row=n + 2),),
            )
        )
        truths.append(
            Truth(
                point=door.point,
                township=_code(door.township),
                community=_code(door.township, door.community % each),
                road=door.road,
                entry=None if absent else pick,
                noise=tuple(noise),
            )
        )
    return tuple(sites), tuple(truths)


def _noise_of(odds: Sequence[float]) -> list[str]:
    """What befalls a row: at most one of the three grave kinds; wrong characters and odd digits befall the others only."""
    noise = []
    edge = 0.0
    for kind in ("other_district", "absent", "wrong_number"):
        if edge <= odds[0] < edge + SHARE[kind]:
            noise.append(kind)
        edge += SHARE[kind]
    if "other_district" not in noise and odds[1] < SHARE["no_township"] / (1 - SHARE["other_district"]):
        noise.append("no_township")
    if odds[0] >= edge:
        noise += [kind for n, kind in ((2, "wrong_char"), (3, "odd_digits")) if odds[n] < SHARE[kind] / (1 - edge)]
    return noise


def _disturb(kind: str, row: _Row, roads: set[str], die: Sequence[int]) -> None:
    match kind:
        case "other_district":
            row.district, row.township, row.community = OTHER_DISTRICT, "", ""
        case "absent" if die[5] % 2:  # a new road, not surveyed yet; else a door that the gazetteer lacks
            row.road = "".join(_NEW[(die[4] >> shift) % len(_NEW)] for shift in (3, 9)) + "路"
            row.road = row.road if row.road not in roads else f"新{row.road}"
        case "wrong_number":
            row.number = str(int(row.number) + 2 * (60 + die[4] % 140))
        case "no_township":
            row.township = ""
        case "wrong_char":
            # In the road, in the building as the address writes it, or in the name of the place.
            if row.building and die[4] % 2:
                row.building = _slip(row.building, 2, die[5])
            else:
                row.road = _slip(row.road, len(row.road) - 1, die[5])
        case "odd_digits":
            row.number = row.number.translate(_WIDE) if die[5] % 2 else numeral(int(row.number))


def _slip(text: str, stem: int, die: int) -> str:
    at = die % stem
    char = _WRONG[(die >> 8) % len(_WRONG)]
    return text[:at] + (char if char != text[at] else "甲") + text[at + 1 :]
