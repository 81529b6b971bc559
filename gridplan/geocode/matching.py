"""Match one name and address to the gazetteer: the best place, how probable it is, and up to five candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gridplan.geocode.address import AddressParser
from gridplan.geocode.certainty import of_area, probabilities
from gridplan.geocode.clues import Spot, plain_clues, question_of, set_off, spots_of, vague_clues
from gridplan.geocode.gazetteer import GazetteerIndex
from gridplan.geocode.text import fold
from gridplan.model.place import (
    Address,
    Area,
    AreaCode,
    AreaLevel,
    Candidate,
    Fix,
    FixLevel,
    GazetteerEntry,
    LonLat,
)
from gridplan.model.site import Site

SURE = 0.9
"""A place less probable than this waits for review."""
_FAINT = 0.2
"""A spot of less weight is no place, only a candidate to look at."""
_CANDIDATES = 5
_BESIDE = 0.95
"""对面 and 旁 name the neighbour, not the place itself."""
_ASIDE_M = 500.0
"""So many metres away in no direction that the text tells, nothing is known any more."""
_LEVELS = tuple(FixLevel)
_AREAS = (
    (AreaLevel.COMMUNITY, FixLevel.COMMUNITY),
    (AreaLevel.TOWNSHIP, FixLevel.TOWNSHIP),
)
_LYING = "对旁侧邻附斜"


class Found(NamedTuple):
    """What an address came to, in plain values that go cheaply from process to process.

    `chosen` is the number of the candidate taken, -1 for none; `level` the rank of its level. A candidate is the number of its
    entry (-1: none), name, longitude, latitude, rank of its level and probability; name and point of an entry are left out.
    """

    level: int
    chosen: int
    score: float
    gap: float
    reason: str
    candidates: tuple[tuple[int, str, float, float, int, float], ...] = ()


class Matcher:
    """Reads addresses and matches them against one district's areas and gazetteer (points in WGS-84)."""

    def __init__(
        self, areas: Sequence[Area], gazetteer: Sequence[GazetteerEntry], district: str, min_fix: FixLevel
    ) -> None:
        self._gazetteer = gazetteer
        self._index = GazetteerIndex(gazetteer, area_codes(areas))
        self._parser = AddressParser(areas, district, self._index.roads)
        self._areas = {area.code: area for area in areas}
        self._centres: dict[AreaCode, tuple[str, float, float]] = {}
        self._min_fix = min_fix

    def parse(self, site: Site) -> Address:
        """Take the address of a site apart, with the help of the list's own columns."""
        return self._parser.parse(site.address, township=site.township, community=site.community)

    def match(self, name: str, address: Address) -> Found:
        """Return where the name and the address lie."""
        if address.other_district:
            return _none("geocode.other_district")
        if not address.text.strip() and not len(self._index):
            return _none("geocode.no_address")
        spots, chances = self.spots(name, address)
        if spots and (address.beside or address.offset_m):
            spots, chances = _beside(spots, chances, address)
        centres = self._area_centres(address)
        candidates = tuple(
            (
                spot.place.entry,
                "" if spot.place.entry >= 0 else spot.place.name,
                0.0 if spot.place.entry >= 0 else spot.place.point.lon,
                0.0 if spot.place.entry >= 0 else spot.place.point.lat,
                spot.level.rank,
                round(chance, 3),
            )
            for spot, chance in zip(spots[:_CANDIDATES], chances, strict=False)
        )
        faint = not spots or spots[0].weight < _FAINT
        chosen = 0 if not faint else min(len(candidates), _CANDIDATES - 1)
        candidates = (*candidates[: _CANDIDATES - 1 if faint and centres else _CANDIDATES], *centres)[:_CANDIDATES]
        if not faint:
            score, gap = round(chances[0], 3), round(chances[0] - (chances[1] if len(chances) > 1 else 0.0), 3)
            return Found(spots[0].level.rank, 0, score, gap, self._doubts(spots, chances), candidates)
        if not centres:
            return _none("geocode.not_found" if address.text.strip() else "geocode.no_address", candidates)
        _, _, _, _, rank, score = centres[0]
        reason = ""
        if rank > self._min_fix.rank:
            reason = "geocode.too_coarse"
        elif len(self._index) and any((address.road, address.number, address.compound, address.rest)):
            # There is a gazetteer, and it does not know what the address says: the centre would be a guess.
            reason = "geocode.finer_unknown"
        return Found(rank, chosen, score, score, reason, candidates)

    def fix(self, found: Found) -> Fix:
        """Return the same as a fix, its points and names the gazetteer's own."""
        candidates = tuple(
            Candidate(
                name=self._gazetteer[entry].name if entry >= 0 else name,
                point=self._gazetteer[entry].point if entry >= 0 else LonLat(lon, lat),
                level=_LEVELS[rank],
                score=score,
            )
            for entry, name, lon, lat, rank, score in found.candidates
        )
        return Fix(
            point=candidates[found.chosen].point if found.chosen >= 0 else None,
            level=_LEVELS[found.level],
            score=found.score,
            gap=found.gap,
            confident=not found.reason,
            reason=found.reason,
            candidates=candidates,
        )

    def spots(self, name: str, address: Address) -> tuple[list[Spot], list[float]]:
        """Return the places it may be, weightiest first, and their probabilities.

        What is vague is looked up only where the plain clues are not enough.
        """
        asked = question_of(name, address, self._index)
        clues = plain_clues(asked, self._index)
        for vague in (False, True):
            if vague:
                clues += vague_clues(asked, self._index)
            spots = spots_of(clues, asked) if clues else []
            chances = _chances(spots)
            if chances and chances[0] >= SURE and not spots[0].elsewhere and spots[0].level is not FixLevel.ROAD:
                break
        return spots, chances

    def _doubts(self, spots: Sequence[Spot], chances: Sequence[float]) -> str:
        """Return the reason why a person must look; "" when nobody need."""
        if spots[0].elsewhere:
            return spots[0].elsewhere
        if spots[0].level.rank > self._min_fix.rank:
            return "geocode.too_coarse"
        if chances[0] >= SURE:
            return ""
        # The doubt is about which of two, when the second has most of what the first lacks.
        if len(chances) > 1 and chances[1] > (1 - chances[0]) / 2:
            return "geocode.ambiguous"
        return "geocode.road_only" if spots[0].level is FixLevel.ROAD else "geocode.weak"

    def _area_centres(self, address: Address) -> list[tuple[int, str, float, float, int, float]]:
        """The centres of the finest areas that the address names, finest first."""
        found = []
        for level, fix_level in _AREAS:
            code = address.named.get(level)
            if code is None:
                continue
            centre = self._centres.get(code)
            if centre is None:
                inside = self._areas[code].polygon.representative_point()
                centre = self._centres[code] = (self._areas[code].name, round(inside.x, 7), round(inside.y, 7))
            found.append((-1, *centre, fix_level.rank, of_area(fix_level)))
        return found


def _chances(spots: Sequence[Spot]) -> list[float]:
    return probabilities([spot.part for spot in spots], [spot.weight for spot in spots]) if spots else []


def _beside(spots: list[Spot], chances: list[float], address: Address) -> tuple[list[Spot], list[float]]:
    """Where the address only tells what the place lies next to, move the spots or believe less in them."""
    there = [set_off(spot, address) for spot in spots]
    if there != spots:
        return there, [chance * _BESIDE for chance in chances]
    if address.offset_m:
        return spots, [chance * max(0.0, 1 - address.offset_m / _ASIDE_M) for chance in chances]
    if any(char in _LYING for char in address.beside):
        return spots, [chance * _BESIDE for chance in chances]
    return spots, chances


def _none(reason: str, candidates: tuple[tuple[int, str, float, float, int, float], ...] = ()) -> Found:
    return Found(FixLevel.NONE.rank, -1, 0.0, 0.0, reason, candidates)


def area_codes(areas: Sequence[Area]) -> Mapping[tuple[str, str], Mapping[AreaLevel, AreaCode]]:
    """Return the areas that a (township, community) pair of folded names means; names borne twice mean nothing alone."""
    by_code = {area.code: area for area in areas}
    codes: dict[tuple[str, str], dict[AreaLevel, AreaCode]] = {}
    twice: set[tuple[str, str]] = set()

    def put(key: tuple[str, str], value: dict[AreaLevel, AreaCode]) -> None:
        if key in codes:
            twice.add(key)
        codes[key] = value

    for area in areas:
        if area.level is AreaLevel.TOWNSHIP:
            put((fold(area.name), ""), {AreaLevel.TOWNSHIP: area.code})
        elif area.level is AreaLevel.COMMUNITY:
            chain = {AreaLevel.COMMUNITY: area.code}
            township = ""
            parent = by_code.get(area.parent_code) if area.parent_code is not None else None
            if parent is not None and parent.level is AreaLevel.TOWNSHIP:
                chain[AreaLevel.TOWNSHIP] = parent.code
                township = fold(parent.name)
            put((township, fold(area.name)), chain)
            if township:
                put(("", fold(area.name)), chain)
    return {key: value for key, value in codes.items() if key not in twice}
