"""Pairs of sites that may be one: alike in name, code, phone and place, compared only where they are near each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import cos, radians
from typing import NamedTuple

from rapidfuzz import fuzz

from gridplan.intake.clean import fold_name
from gridplan.intake.merge import NOTHING_SAID, SameSites, pair_key
from gridplan.intake.rows import valid_uscc
from gridplan.model.place import AreaLevel, FixLevel
from gridplan.model.site import PlacedSite, Site, SiteId

DOUBTFUL = 0.6
"""A pair of so much evidence is shown to a person."""
_CELL_M = 300.0
"""Sites are compared with those of the same and the next cells of this size; without a point with those of one community."""
_NEAR_M, _BESIDE_M = 150.0, 40.0
_METRES_PER_DEGREE = 111_320.0
_CROWD = 40
"""A pair of characters that more sites of one place share says nothing."""
_HOT_LINE = 5
"""A phone of more sites than this is a chain's."""
_GENERIC = re.compile(
    "有限责任公司|股份有限公司|有限公司|分公司|公司|校外|民办|培训学校|培训中心|培训机构|培训班|培训部|培训|教育咨询|教育科技|教育"
    "|学校|学堂|中心|机构|托管班|托管中心|托管|小饭桌|工作室|俱乐部|小区|市|区|县"
)
_BRANCH = re.compile(
    r"(?:[东南西北中]|\w{1,6})?(?:分校|校区|分店|分部|分院|教学点|分公司|[一二三四五六七八九十\d]+(?:店|部|期|校|号楼|栋))"
)


class Double(NamedTuple):
    """A pair that may be one site, how much speaks for it (0…1) and what, as keys of words."""

    one: SiteId
    other: SiteId
    score: float
    reasons: tuple[str, ...]


class _Known(NamedTuple):
    """What is compared of a site."""

    site: Site
    core: str
    branch: str
    phone: str
    uscc: str
    east_m: float
    north_m: float
    precise: bool
    community: str


def find_doubles(placed: Sequence[PlacedSite], said: SameSites = NOTHING_SAID) -> list[Double]:
    """Return the doubtful pairs, the likeliest first; without those that a person has decided."""
    known = [_known(one) for one in placed]
    phones: dict[str, int] = defaultdict(int)
    for one in known:
        phones[one.phone] += 1
    found = []
    for a, b in sorted(_pairs(known)):
        one, other = known[a], known[b]
        if pair_key(one.site, other.site) in said.different:
            continue
        score, reasons = _evidence(one, other, phones)
        if score >= DOUBTFUL:
            found.append(Double(one.site.id, other.site.id, round(min(score, 0.99), 2), reasons))
    return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))


def _known(placed: PlacedSite) -> _Known:
    site, point = placed.site, placed.fix.point
    name = fold_name(site.name)
    branch = "".join(_BRANCH.findall(name)[-1:])
    core = _GENERIC.sub("", re.sub(r"\W", "", name.replace(branch, "") if branch else name))
    digits = re.sub(r"\D", "", site.phone)
    north = point.lat * _METRES_PER_DEGREE if point else 0.0
    east = point.lon * _METRES_PER_DEGREE * cos(radians(round(point.lat, 1))) if point else 0.0
    return _Known(
        site=site,
        core=core or name,
        branch=branch,
        phone=digits[-11:] if len(digits) >= 7 else "",
        uscc=site.uscc if valid_uscc(site.uscc) else "",
        east_m=east,
        north_m=north,
        precise=point is not None and placed.fix.level.rank <= FixLevel.INTERPOLATED.rank,
        community=placed.areas.get(AreaLevel.COMMUNITY) or placed.areas.get(AreaLevel.TOWNSHIP) or "",
    )


def _pairs(known: Sequence[_Known]) -> set[tuple[int, int]]:
    """Return the pairs that share a phone or a code, or two neighbouring characters of their names at one place."""
    holders: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, one in enumerate(known):
        for place in _places(one):
            for at in range(max(1, len(one.core) - 1)):
                holders[(*place, one.core[at : at + 2])].append(number)
        if one.phone:
            holders["phone", one.phone].append(number)
        if one.uscc:
            holders["uscc", one.uscc].append(number)
    pairs: set[tuple[int, int]] = set()
    for members in holders.values():
        if 1 < len(members) <= _CROWD:
            pairs.update(pair for pair in combinations(dict.fromkeys(members), 2))
    return pairs


def _places(one: _Known) -> Iterator[tuple[object, ...]]:
    """Yield four overlapping cells, so that what is near shares at least one; the community of what has no sure point."""
    if not one.precise:
        yield "area", one.community
        return
    x, y = one.east_m / _CELL_M, one.north_m / _CELL_M
    for dx in (0.0, 0.5):
        for dy in (0.0, 0.5):
            yield dx, dy, int(x + dx), int(y + dy)
    if one.community:
        yield "area", one.community


def _evidence(one: _Known, other: _Known, phones: Mapping[str, int]) -> tuple[float, tuple[str, ...]]:
    likeness = fuzz.ratio(one.core, other.core) / 100
    if one.core in other.core or other.core in one.core:
        likeness = max(likeness, 0.85 if min(len(one.core), len(other.core)) > 1 else likeness)
    score, reasons = 0.0, []
    if likeness >= 0.75:
        score += 1.2 * (likeness - 0.5)
        reasons.append("name" if likeness == 1 else "alike")
    if one.uscc and one.uscc == other.uscc:
        score += 0.4
        reasons.append("uscc")
    elif one.uscc and other.uscc:
        score -= 0.3
    if one.phone and one.phone == other.phone and phones[one.phone] <= _HOT_LINE:
        score += 0.25
        reasons.append("phone")
    if fold_name(one.site.address) and fold_name(one.site.address) == fold_name(other.site.address):
        score += 0.3
        reasons.append("address")
    elif one.precise and other.precise:
        apart = ((one.east_m - other.east_m) ** 2 + (one.north_m - other.north_m) ** 2) ** 0.5
        if apart <= _BESIDE_M:
            score += 0.25
            reasons.append("beside")
        elif apart <= _NEAR_M:
            score += 0.1
            reasons.append("near")
        else:
            score -= 0.2
    if one.branch != other.branch:
        score -= 0.4 if one.branch and other.branch else 0.25
    if one.site.kind is not other.site.kind:
        score -= 0.3
    return score, tuple(reasons)
