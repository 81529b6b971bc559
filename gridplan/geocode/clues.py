"""What a site's name and address say about its place: each clue weighed, clues that agree added up."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, radians
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from gridplan.geocode.gazetteer import (
    LEVELS,
    METRES_PER_DEGREE,
    GazetteerIndex,
    Place,
    Where,
    moved,
    phase_key,
    without_phase,
)
from gridplan.geocode.text import door_key, fold, name_key
from gridplan.model.place import Address, AreaLevel, FixLevel

NEAR_M = 150.0
"""Clues whose points are nearer than this mean one place."""
SURE_SPAN_M = 160.0
"""An interpolated number is only as good as its neighbours are near."""

# What each clue is worth; `certainty` turns the sum into a probability. One exact clue alone is not enough: it needs the
# context or a second clue.
_NAME = 0.42
_CHOSEN = 0.25  # a person decided it
# Names of businesses often differ by one character and are two businesses; names of compounds less so.
_SLIP = {"name": 0.22, "compound": 0.30}
_ALIKE = {"name": 0.05, "compound": 0.16}
_STEM = 0.34  # the compound without its phase, or a phase of the compound
_DOOR, _DOOR_SLIP = 0.40, 0.33
_BETWEEN, _BETWEEN_FAR = 0.36, 0.20
_CROSSING = 0.36
_ROAD, _ROAD_SLIP = 0.15, 0.10
_SAME_ROAD, _OTHER_ROAD = 0.08, -0.15
_ONLY_ONE = 0.10
_AGREES = (0.05, 0.12, 0.20)
_CONTRADICTS = (-0.3, -0.35, -0.25)
_COMMUNITY = "geocode.other_community"
_STREET = frozenset({"door", "road", "short_road", "crossing"})
_BEARINGS = {"东": (1.0, 0.0), "西": (-1.0, 0.0), "北": (0.0, 1.0), "南": (0.0, -1.0)}


class Clue(NamedTuple):
    """One place that one part of the text points at. `part` is name, compound, door, crossing, road or short_road.

    `rank` is the rank of its level: places are joined around the most precise.
    """

    part: str
    level: FixLevel
    weight: float
    place: Place
    rank: int


class Spot(NamedTuple):
    """Clues that mean one place: its best clue, what all weigh together, and the reason when it lies elsewhere than named."""

    part: str
    level: FixLevel
    place: Place
    weight: float
    elsewhere: str


class Question(NamedTuple):
    """What is looked for: the folded keys of a site's name and compound, road and door, and the areas its address names."""

    name: str
    compound: str
    whole: str
    road: str
    other_road: str
    door: str
    named: Where


def question_of(name: str, address: Address, index: GazetteerIndex) -> Question:
    """Bring a name and an address into the form of the index."""
    own = phase_key(name_key(name))
    compound = name_key(address.compound) if address.compound else ""
    if compound:
        phase = fold(address.phase)
        compound = phase_key(compound if not phase or phase in compound else compound + phase)
    named = address.named
    return Question(
        own,
        compound,
        name_key(address.text) if index.has_aliases else "",
        address.road,
        address.crossing,
        door_key(address.number) if address.number else "",
        (named.get(LEVELS[0]), named.get(LEVELS[1]), named.get(LEVELS[2])) if named else (None, None, None),
    )


def plain_clues(asked: Question, index: GazetteerIndex) -> list[Clue]:
    """Return the places that name, compound and street surely name, and what a slip in compound or road may mean."""
    clues: list[Clue] = []
    for part, key in (("name", asked.name), ("compound", asked.compound), ("compound", asked.whole)):
        if not key or (part == "compound" and key == asked.name):
            continue
        if found := index.named(key):
            clues += _named(part, found, _NAME + (_ONLY_ONE if len(found) == 1 else 0.0), index)
        elif key is not asked.whole:
            clues += _phases(part, key, index)
            if part == "compound":
                clues += _named(part, index.near_names(key), _SLIP[part], index)
    if asked.road:
        clues += _crossing(asked, index) if asked.other_road else _street(asked, index)
    return clues


def _named(part: str, places: Iterable[Place], weight: float, index: GazetteerIndex) -> list[Clue]:
    if not index.has_aliases:
        return [Clue(part, FixLevel.EXACT, weight, place, 0) for place in places]
    return [
        Clue(part, FixLevel.EXACT, weight + (_CHOSEN if index.is_alias(place) else 0.0), place, 0) for place in places
    ]


def _phases(part: str, key: str, index: GazetteerIndex) -> list[Clue]:
    """A compound asked for with a phase the gazetteer does not know, or without one where it knows phases only."""
    stem = without_phase(key)
    places = index.of_stem(key) if stem == key else index.named(name_key(stem))
    return [Clue(part, FixLevel.EXACT, _STEM, place, 0) for place in places]


def vague_clues(asked: Question, index: GazetteerIndex) -> list[Clue]:
    """Return the places that the name may mean with one slip, or by what it has in common with another: for a person to see."""
    clues: list[Clue] = []
    own = index.named(asked.name)
    if not own:
        clues += _named("name", index.near_names(asked.name), _SLIP["name"], index)
    for part, key in (("compound", asked.compound), ("name", "" if own else asked.name)):
        if key and not index.named(key):
            clues += [
                Clue(part, FixLevel.EXACT, _ALIKE[part] * likeness, place, 0)
                for place, likeness in index.alike_names(key)
            ]
    return clues


def _crossing(asked: Question, index: GazetteerIndex) -> list[Clue]:
    clues = []
    for road in [asked.road] if index.has_road(asked.road) else [asked.road, *index.near_roads(asked.road)]:
        found = index.crossings(road, asked.other_road)
        weight = _CROSSING + (_ONLY_ONE if len(found) == 1 and road == asked.road else 0.0)
        clues += [Clue("crossing", FixLevel.INTERPOLATED, weight, place, 2) for place in found]
    return clues or _street(asked, index)


def _street(asked: Question, index: GazetteerIndex) -> list[Clue]:
    known = index.has_road(asked.road)
    clues: list[Clue] = []
    for road in [asked.road] if known else index.near_roads(asked.road):
        wholes = index.whole_roads(road)
        if (
            not known
            and asked.named[1] is not None
            and all(whole.where[1] not in (None, asked.named[1]) for whole, _ in wholes)
        ):
            continue  # a slip is read inside the township only
        doors = index.doors(road, asked.door)
        # The same road in another township may have this number too, only not in the gazetteer.
        only = _ONLY_ONE if known and len(wholes) == 1 else 0.0
        if doors:
            weight = (_DOOR if known else _DOOR_SLIP) + only
            clues += [Clue("door", FixLevel.ROAD_NUMBER, weight, place, 1) for place in doors]
        elif asked.door:
            for place, span_m in index.between(road, asked.door):
                near = known and span_m <= SURE_SPAN_M
                clues.append(Clue("door", FixLevel.INTERPOLATED, _BETWEEN if near else _BETWEEN_FAR, place, 2))
        # A township whose part of the road has the number needs no middle of that part.
        there = {clue.place.where[1] for clue in clues if clue.place.road == road}
        for place, reach_m in wholes:
            if place.where[1] not in there:
                short = reach_m <= NEAR_M
                weight = (_ROAD if known else _ROAD_SLIP) + (_DOOR - _ROAD if short else 0.0)
                clues.append(Clue("short_road" if short else "road", FixLevel.ROAD, weight, place, 3))
    return clues


def spots_of(clues: Iterable[Clue], asked: Question) -> list[Spot]:
    """Join clues that are near each other into spots, weightiest first.

    A spot forms around its most precise and weightiest clue; of each part of the text only the weightiest clue counts.
    """
    clues = list(clues)
    if len(clues) == 1:
        return [_spot(clues[0], clues, asked)]
    left = [
        (clue.rank, -clue.weight - _context(clue.place, asked)[0], clue.place.name, clue.place.point, clue)
        for clue in clues
    ]
    left.sort(key=_by_precision)
    spots = []
    while left:
        best = left[0][4]
        lon, lat = best.place.point
        east_m = METRES_PER_DEGREE * cos(radians(lat))
        near, far = [], []
        for item in left:
            point = item[3]
            apart = ((point[0] - lon) * east_m) ** 2 + ((point[1] - lat) * METRES_PER_DEGREE) ** 2
            if apart <= NEAR_M**2:
                near.append(item[4])
            else:
                far.append(item)
        left = far
        spots.append(_spot(best, near, asked))
    if len(spots) > 1:
        spots.sort(key=lambda spot: (-spot.weight, spot.level.rank, spot.place.name, spot.place.point))
    return spots


def _by_precision(
    item: tuple[int, float, str, tuple[float, float], Clue],
) -> tuple[int, float, str, tuple[float, float]]:
    return item[:4]


def _spot(best: Clue, near: list[Clue], asked: Question) -> Spot:
    weights: dict[str, float] = {}
    for clue in near:
        if clue.weight > weights.get(clue.part, 0.0):
            weights[clue.part] = clue.weight
    if "door" in weights:
        weights.pop("road", None)
        weights.pop("short_road", None)
    total = sum(weights.values())
    place = best.place
    if asked.road and place.road and _STREET.isdisjoint(weights):
        if place.road == asked.road or Levenshtein.distance(place.road, asked.road, score_cutoff=1) <= 1:
            total += _SAME_ROAD
        elif max(weights.values()) < _NAME:  # another name on another road is another place
            total += _OTHER_ROAD
    agreed, elsewhere = _context(place, asked)
    if elsewhere == _COMMUNITY and len(weights) > 1:
        elsewhere = ""  # two clues outweigh a community: its name may be an old one
    return Spot(best.part, best.level, place, total + agreed, elsewhere)


def _context(place: Place, asked: Question) -> tuple[float, str]:
    """What the areas that the address names add to a place or take from it, and the reason when one of them is another."""
    weight, elsewhere = 0.0, ""
    for level, (named, lies) in enumerate(zip(asked.named, place.where, strict=True)):
        if named is None or lies is None:
            continue
        if named == lies:
            weight += _AGREES[level]
        else:
            weight += _CONTRADICTS[level]
            elsewhere = elsewhere or (_COMMUNITY if LEVELS[level] is AreaLevel.COMMUNITY else "geocode.other_township")
    return weight, elsewhere


def set_off(spot: Spot, address: Address) -> Spot:
    """Return the spot as many metres away as the address says, in the direction it says; interpolated at best."""
    if not address.offset_m:
        return spot
    bearings = [_BEARINGS[char] for char in address.beside if char in _BEARINGS]
    if not bearings:
        return spot
    east, north = sum(b[0] for b in bearings), sum(b[1] for b in bearings)
    length = (east**2 + north**2) ** 0.5
    if not length:
        return spot
    point = moved(spot.place.point, address.offset_m * east / length, address.offset_m * north / length)
    level = max(spot.level, FixLevel.INTERPOLATED, key=lambda level: level.rank)
    name = f"{spot.place.name}{address.beside}{address.offset_m}米"
    return spot._replace(level=level, place=spot.place._replace(entry=-1, name=name, point=point))
