"""Pairs of sites that may be one: alike in name, code, phone and place, compared only where they are near each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from gridplan.intake.clean import fold_name
from gridplan.intake.merge import NOTHING_SAID, SameSites, pair_key
from gridplan.intake.rows import valid_uscc
from gridplan.model.place import AreaLevel, FixLevel
from gridplan.model.site import PlacedSite, Site, SiteId

Ints = NDArray[np.int64]
DOUBTFUL = 0.6
"""A pair of so much evidence is shown to a person."""
_NEAR_M, _BESIDE_M = 150.0, 40.0
_END = 3
"""So many characters of how a name begins or ends are compared."""
_AT_ONCE = 500_000
"""So many pairs are weighed at once: it keeps the memory small."""
_METRES_PER_DEGREE = 111_320.0
_CROWD = 40
"""What more sites of one place share says nothing."""
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
    if len(known) < 2:
        return []
    columns = _Columns.of(known)
    pairs = _pairs(known, columns)
    found = []
    for start in range(0, len(pairs), _AT_ONCE):
        score, spoken = _evidence(known, columns, pairs[start : start + _AT_ONCE])
        for n in np.flatnonzero(score >= DOUBTFUL).tolist():
            one, other = (known[i].site for i in pairs[start + n].tolist())
            if pair_key(one, other) not in said.different:
                reasons = tuple(reason for reason, holds in spoken.items() if holds[n])
                found.append(Double(one.id, other.id, round(min(float(score[n]), 0.99), 2), reasons))
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


@dataclass(frozen=True, slots=True)
class _Columns:
    """What is compared of all sites, equal things as equal numbers, 0 for none; metres east and north."""

    core: Ints
    branch: Ints
    phone: Ints
    uscc: Ints
    address: Ints
    kind: Ints
    community: Ints
    precise: NDArray[np.bool_]
    at_m: NDArray[np.float64]

    @classmethod
    def of(cls, known: Sequence[_Known]) -> _Columns:
        """Return the columns of these sites. A phone of many is none."""
        phone = _numbered(one.phone for one in known)
        phone[np.bincount(phone)[phone] > _HOT_LINE] = 0
        return cls(
            core=_numbered(one.core for one in known),
            branch=_numbered(one.branch for one in known),
            phone=phone,
            uscc=_numbered(one.uscc for one in known),
            address=_numbered(fold_name(one.site.address) for one in known),
            kind=_numbered(one.site.kind.value for one in known),
            community=_numbered(one.community for one in known),
            precise=np.array([one.precise for one in known]),
            at_m=np.array([(one.east_m, one.north_m) for one in known]),
        )


def _numbered(texts: Iterable[str]) -> Ints:
    numbers = {"": 0}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)


def _pairs(known: Sequence[_Known], columns: _Columns) -> Ints:
    """Return pairs of rows that can have evidence enough, the lesser row first.

    They share a phone, a code or an address; or, side by side, two neighbouring characters of their names; or, near each other or
    in one community, how their names begin or end: names that far apart must be nearly the same.
    """
    everyone = np.arange(len(known))
    found = [
        _sharing(everyone[column > 0], column[column > 0]) for column in (columns.phone, columns.uscc, columns.address)
    ]
    twos = [sorted({one.core[at : at + 2] for at in range(max(1, len(one.core) - 1))}) for one in known]
    holder, two = np.repeat(everyone, [len(some) for some in twos]), _numbered(word for some in twos for word in some)
    for place in _cells(columns, _BESIDE_M):
        found.append(_sharing(holder, _both(place[holder], two)))
    for piece in (_numbered(one.core[:_END] for one in known), _numbered(one.core[-_END:] for one in known)):
        for place in (*_cells(columns, _NEAR_M), columns.community):
            found.append(_sharing(everyone, _both(place, piece)))
    codes = np.unique(np.concatenate([pairs[:, 0] * len(known) + pairs[:, 1] for pairs in found]))
    return np.stack([codes // len(known), codes % len(known)], axis=1)


def _cells(columns: _Columns, reach_m: float) -> Iterator[Ints]:
    """Yield the cell of each site in four grids shifted by half a cell: what is within reach shares at least one; 0 for no place."""
    for shift in ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5)):
        cell = np.floor(columns.at_m / (2 * reach_m) + shift).astype(np.int64)
        yield np.where(columns.precise, cell[:, 0] * (1 << 24) + cell[:, 1], 0)


def _both(place: Ints, word: Ints) -> Ints:
    """Return one number for place and word together; 0 where there is no place."""
    _, places = np.unique(place, return_inverse=True)
    return np.where(place != 0, (places + 1) * (int(word.max(initial=0)) + 1) + word, 0)


def _sharing(rows: Ints, keys: Ints) -> Ints:
    """Return the pairs of rows that share a key, but not a key of a crowd."""
    rows, keys = rows[keys != 0], keys[keys != 0]
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    _, start, size = np.unique(keys, return_index=True, return_counts=True)
    few = (size > 1) & (size <= _CROWD)
    found = [np.empty((0, 2), np.int64)]
    for apart in range(1, int(size[few].max(initial=1))):
        far = few & (size > apart)
        first = np.repeat(start[far], size[far] - apart)
        first += np.arange(len(first)) - np.repeat(
            np.cumsum(size[far] - apart) - (size[far] - apart), size[far] - apart
        )
        found.append(np.stack([rows[first], rows[first + apart]], axis=1))
    pairs = np.sort(np.concatenate(found), axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0) if len(pairs) else pairs


def _evidence(
    known: Sequence[_Known], columns: _Columns, pairs: Ints
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
    """Return how much speaks for each pair, and which reasons do."""
    one, other = pairs[:, 0], pairs[:, 1]
    cores = [[known[n].core for n in side.tolist()] for side in (one, other)]
    likeness = process.cpdist(*cores, scorer=fuzz.ratio, dtype=np.float64) / 100
    within = np.array([len(a) > 1 < len(b) and (a in b or b in a) for a, b in zip(*cores, strict=True)], dtype=np.bool_)
    likeness = np.where(within, np.maximum(likeness, 0.85), likeness)
    apart_m = np.hypot(*(columns.at_m[one] - columns.at_m[other]).T)
    there = columns.precise[one] & columns.precise[other]

    def same(column: Ints) -> NDArray[np.bool_]:
        equal: NDArray[np.bool_] = (column[one] == column[other]) & (column[one] > 0)
        return equal

    coded, address = (columns.uscc[one] > 0) & (columns.uscc[other] > 0), same(columns.address)
    spoken = {
        "name": likeness == 1,
        "alike": (likeness >= 0.75) & (likeness < 1),
        "uscc": same(columns.uscc),
        "phone": same(columns.phone),
        "address": address,
        "beside": ~address & there & (apart_m <= _BESIDE_M),
        "near": ~address & there & (apart_m > _BESIDE_M) & (apart_m <= _NEAR_M),
    }
    branches = columns.branch[one] != columns.branch[other]
    both_branches = (columns.branch[one] > 0) & (columns.branch[other] > 0)
    score = (
        np.where(likeness >= 0.75, 1.2 * (likeness - 0.5), 0.0)
        + np.where(coded, np.where(spoken["uscc"], 0.4, -0.3), 0.0)
        + 0.25 * spoken["phone"]
        + np.where(address, 0.3, np.where(there, np.select([spoken["beside"], spoken["near"]], [0.25, 0.1], -0.2), 0.0))
        - np.where(branches, np.where(both_branches, 0.4, 0.25), 0.0)
        - 0.3 * (columns.kind[one] != columns.kind[other])
    )
    return score, spoken
