"""What a site's name and address say about its place: each clue weighed, clues that agree added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from gridplan.geocode.gazetteer import GazetteerIndex, Place, distance_m
from gridplan.geocode.text import door_key, name_key
from gridplan.model.place import Address, AreaCode, AreaLevel, FixLevel, LonLat

NEAR_M = 150.0
"""Clues whose points are nearer than this mean one place."""
SURE_SPAN_M = 160.0
"""An interpolated number is only as good as its neighbours are near."""

# What each clue is worth. One exact clue alone does not reach `coder.SURE`; it needs the context or a second clue.
_NAME = 0.42
# Names of businesses often differ by one character and are two businesses; names of compounds less so.
_SLIP: Mapping[str, float] = {"name": 0.22, "compound": 0.30}
_DOOR, _DOOR_SLIP = 0.40, 0.33
_BETWEEN, _BETWEEN_FAR = 0.36, 0.20
_ROAD, _ROAD_SLIP = 0.15, 0.10
_SAME_ROAD, _OTHER_ROAD = 0.08, -0.15
_ONLY_ONE = 0.10
_AGREES: Mapping[AreaLevel, float] = {AreaLevel.COUNTY: 0.05, AreaLevel.TOWNSHIP: 0.12, AreaLevel.COMMUNITY: 0.20}
_CONTRADICTS: Mapping[AreaLevel, float] = {
    AreaLevel.COUNTY: -0.3,
    AreaLevel.TOWNSHIP: -0.35,
    AreaLevel.COMMUNITY: -0.25,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One place that one part of the text points at. `part` is name, compound, door or road."""

    part: str
    name: str
    point: LonLat
    level: FixLevel
    weight: float
    road: str
    areas: Mapping[AreaLevel, AreaCode]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Clues that mean one place: its best clue, the score of all together (0…1) and whether the areas named fit."""

    best: Clue
    score: float
    parts: frozenset[str]
    contradicts: frozenset[AreaLevel]


def clues_of(name: str, address: Address, index: GazetteerIndex) -> list[Clue]:
    """Return every place that the site's own name or its address may mean."""
    clues: list[Clue] = []
    for part, text in (("name", name), ("compound", address.compound)):
        if not text or (part == "compound" and name_key(text) == name_key(name)):
            continue
        exact = index.named(text)
        places, weight = (exact, _NAME) if exact else (index.near_names(text), _SLIP[part])
        only = _ONLY_ONE if len(exact) == 1 else 0.0
        clues += [_clue(part, place, FixLevel.EXACT, weight + only) for place in places]
    clues += _street_clues(address, index)
    return clues


def _clue(part: str, place: Place, level: FixLevel, weight: float) -> Clue:
    return Clue(
        part=part,
        name=place.name,
        point=place.point,
        level=level,
        weight=weight,
        road=place.road,
        areas=place.areas,
    )


def _street_clues(address: Address, index: GazetteerIndex) -> list[Clue]:
    if not address.road:
        return []
    known = address.road in index.roads
    door = door_key(address.number)
    clues = []
    for road in [address.road] if known else index.near_roads(address.road):
        doors, wholes = index.doors(road, door), index.whole_roads(road)
        # The same road in another township may have this number too, only not in the gazetteer.
        only = _ONLY_ONE if known and len(wholes) == 1 else 0.0
        weight = (_DOOR if known else _DOOR_SLIP) + only
        clues += [_clue("door", place, FixLevel.ROAD_NUMBER, weight) for place in doors]
        if door and not doors:
            clues += [
                Clue(
                    part="door",
                    name=item.name,
                    point=item.point,
                    level=FixLevel.INTERPOLATED,
                    weight=(_BETWEEN if known and item.span_m <= SURE_SPAN_M else _BETWEEN_FAR),
                    road=road,
                    areas=item.areas,
                )
                for item in index.between(road, door)
            ]
        clues += [
            Clue(
                part="road",
                name=item.name,
                point=item.point,
                level=FixLevel.ROAD,
                weight=(_ROAD if known else _ROAD_SLIP) + (_DOOR - _ROAD if item.extent_m <= NEAR_M else 0.0),
                road=road,
                areas=item.areas,
            )
            for item in ([] if doors else wholes)
        ]
    return clues


def spots_of(clues: Iterable[Clue], address: Address) -> list[Spot]:
    """Join clues that are near each other into spots, best first.

    A spot forms around its most precise and weightiest clue; of each part of the text only the weightiest clue counts.
    """
    left = sorted(clues, key=lambda clue: (clue.level.rank, -_fitting(clue, address), clue.name, clue.point))
    spots = []
    while left:
        best = left[0]
        near = [clue for clue in left if distance_m(clue.point, best.point) <= NEAR_M]
        left = [clue for clue in left if clue not in near]
        spots.append(_spot(best, near, address))
    return sorted(spots, key=lambda spot: (-spot.score, spot.best.level.rank, spot.best.name, spot.best.point))


def _spot(best: Clue, near: list[Clue], address: Address) -> Spot:
    weights: dict[str, float] = {}
    for clue in near:
        weights[clue.part] = max(weights.get(clue.part, 0.0), clue.weight)
    if "door" in weights:
        weights.pop("road", None)
    score = sum(weights.values())
    if not {"door", "road"} & set(weights) and address.road and best.road:
        if Levenshtein.distance(best.road, address.road) <= 1:
            score += _SAME_ROAD
        elif max(weights.values()) < _NAME:  # another name on another road is another place
            score += _OTHER_ROAD
    agreed, contradicts = _context(best, address)
    score += agreed
    return Spot(
        best=best,
        score=round(min(max(score, 0.0), 1.0), 3),
        parts=frozenset(weights),
        contradicts=frozenset(contradicts),
    )


def _fitting(clue: Clue, address: Address) -> float:
    return clue.weight + _context(clue, address)[0]


def _context(clue: Clue, address: Address) -> tuple[float, list[AreaLevel]]:
    """What the areas that the address names add to a clue or take from it."""
    score, contradicts = 0.0, []
    for level, gain in _AGREES.items():
        named, lies = address.named.get(level), clue.areas.get(level)
        if named is None or lies is None:
            continue
        if named == lies:
            score += gain
        else:
            score += _CONTRADICTS[level]
            contradicts.append(level)
    return score, contradicts
