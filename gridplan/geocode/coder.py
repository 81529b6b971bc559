"""Give every site its point, its level on the ladder and, where a person must look, the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridplan.geocode.address import AddressParser
from gridplan.geocode.clues import Spot, clues_of, spots_of
from gridplan.geocode.datum import to_wgs84
from gridplan.geocode.gazetteer import GazetteerIndex, distance_m
from gridplan.geocode.text import fold
from gridplan.model.errors import Complaint, Severity
from gridplan.model.place import (
    Address,
    Area,
    AreaCode,
    AreaLevel,
    Candidate,
    Datum,
    Fix,
    FixLevel,
    GazetteerEntry,
    LonLat,
)
from gridplan.model.progress import Progress, silent
from gridplan.model.site import Site, SiteStatus
from gridplan.model.words import Text, say

SURE = 0.5
"""A spot with a lower score waits for review."""
SURE_GAP = 0.12
"""So much better than the second spot must the best one be."""
FAR_M = 1000.0
"""A given point farther than this from where a sure address lies is doubted."""
_FAINT = 0.2
"""A spot below this is no place, only a candidate to look at."""
_DATUM_SITES = 10
"""So many sites with both a point and a sure address are needed to doubt the datum."""
_DATUM_OFF_M = 100.0
_CANDIDATES = 5
_STEP = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A site with its address taken apart, its fix in WGS-84, its status and what was odd about it."""

    site: Site
    address: Address
    fix: Fix
    status: SiteStatus
    complaints: tuple[Complaint, ...] = ()
    by_text: LonLat | None = None
    """Where the gazetteer surely knows the name or address to be, beside a given point."""


class Coder:
    """Locates sites against one district's areas and gazetteer (points in WGS-84). Nothing is looked up elsewhere."""

    def __init__(
        self,
        areas: Sequence[Area],
        gazetteer: Sequence[GazetteerEntry],
        district: str,
        min_fix: FixLevel = FixLevel.COMMUNITY,
    ) -> None:
        self._areas = {area.code: area for area in areas}
        self._index = GazetteerIndex(gazetteer, _area_codes(areas))
        self._parser = AddressParser(areas, district, self._index.roads)
        self._district = district
        self._min_fix = min_fix

    def locate(
        self,
        sites: Sequence[Site],
        found_given: Sequence[Mapping[AreaLevel, AreaCode] | None] | None = None,
        progress: Progress = silent,
    ) -> list[Coded]:
        """Locate each site, in order.

        `found_given` holds for each site the areas its given point lies in ({} outside all), None where it has no point;
        without it given points are taken as they are.
        """
        coded = []
        for number, site in enumerate(sites):
            if number % _STEP == 0:
                progress("locate", number, len(sites))
            coded.append(self._locate(site, found_given[number] if found_given is not None else None))
        progress("locate", len(sites), len(sites))
        return _with_datum_doubt(coded)

    def _locate(self, site: Site, found: Mapping[AreaLevel, AreaCode] | None) -> Coded:
        address = self._parser.parse(site.address, township=site.township, community=site.community)
        if address.other_district:
            fix = _no_fix("geocode.other_district")
            text = say(
                "geocode.names_other_district", name=site.name, other=address.other_district, district=self._district
            )
            complaint = _complaint(site, address.other_district, "geocode.other_district", Severity.ERROR, text)
            return Coded(site=site, address=address, fix=fix, status=SiteStatus.REJECTED, complaints=(complaint,))
        by_text = self._by_text(site, address)
        if site.given is None:
            return _coded(site, address, by_text)
        coded = self._by_point(site, site.given, address, by_text, found)
        sure = by_text.confident and by_text.level.rank <= FixLevel.ROAD_NUMBER.rank
        return replace(coded, by_text=by_text.point) if sure else coded

    # ---- by the list's own point ------------------------------------------------------------------------------------

    def _by_point(
        self,
        site: Site,
        given: LonLat,
        address: Address,
        by_text: Fix,
        found: Mapping[AreaLevel, AreaCode] | None,
    ) -> Coded:
        """Take the list's own point, unless it contradicts the address."""
        lon, lat = to_wgs84(given.lon, given.lat, site.datum_in)
        point = LonLat(round(lon, 7), round(lat, 7))
        own = Candidate(name=site.name, point=point, level=FixLevel.EXACT, score=1.0)
        candidates = (own, *by_text.candidates)[:_CANDIDATES]
        fix = Fix(
            point=point, level=FixLevel.EXACT, score=1.0, gap=1.0, confident=True, reason="", candidates=candidates
        )
        if found is None:
            return _coded(site, address, fix)
        if not found:
            return _coded(site, address, _doubt(fix, "geocode.outside"))
        for level in (AreaLevel.COUNTY, AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY):
            named, lies = address.named.get(level), found.get(level)
            if named is None or lies is None or named == lies:
                continue
            text = say(
                "geocode.point_elsewhere", name=site.name, named=self._areas[named].name, found=self._areas[lies].name
            )
            complaint = _complaint(site, site.address, "geocode.point_elsewhere", Severity.WARNING, text)
            # A community's name may be an old one; another township is another place.
            if level is not AreaLevel.COMMUNITY:
                fix = _doubt(fix, "geocode.point_other_township")
            return _coded(site, address, fix, complaint)
        if by_text.confident and by_text.point is not None and by_text.level.rank <= FixLevel.INTERPOLATED.rank:
            apart = distance_m(point, by_text.point)
            if apart > FAR_M:
                text = say("geocode.point_far", name=site.name, distance_m=round(apart))
                complaint = _complaint(site, site.address, "geocode.point_far", Severity.WARNING, text)
                return _coded(site, address, _doubt(fix, "geocode.point_disagrees"), complaint)
        return _coded(site, address, fix)

    # ---- by name and address ----------------------------------------------------------------------------------------

    def _by_text(self, site: Site, address: Address) -> Fix:
        if not address.text.strip() and not len(self._index):
            return _no_fix("geocode.no_address")
        spots = spots_of(clues_of(site.name, address, self._index), address)
        centres = self._centres(address)
        candidates = tuple(
            [*(_candidate(spot) for spot in spots), *sorted(centres, key=lambda c: -c.score)][:_CANDIDATES]
        )
        if spots and spots[0].score >= _FAINT:
            best, score = spots[0], spots[0].score
            gap = round(score - spots[1].score, 3) if len(spots) > 1 else score
            reason = self._doubts(best, gap)
            return Fix(
                point=best.best.point,
                level=best.best.level,
                score=score,
                gap=gap,
                confident=not reason,
                reason=reason,
                candidates=candidates,
            )
        if not centres:
            return _no_fix("geocode.not_found" if address.text.strip() else "geocode.no_address", candidates)
        centre = centres[0]
        reason = ""
        if centre.level.rank > self._min_fix.rank:
            reason = "geocode.too_coarse"
        elif len(self._index) and any((address.road, address.number, address.compound, address.rest)):
            # There is a gazetteer, and it does not know what the address says: the centre would be a guess.
            reason = "geocode.finer_unknown"
        return Fix(
            point=centre.point,
            level=centre.level,
            score=centre.score,
            gap=centre.score,
            confident=not reason,
            reason=reason,
            candidates=candidates,
        )

    def _doubts(self, best: Spot, gap: float) -> str:
        """Return the reason why a person must look; "" when nobody need."""
        if AreaLevel.TOWNSHIP in best.contradicts or AreaLevel.COUNTY in best.contradicts:
            return "geocode.other_township"
        if best.best.level.rank > self._min_fix.rank:
            return "geocode.too_coarse"
        if gap < SURE_GAP:
            return "geocode.ambiguous"
        if best.score >= SURE:
            return ""
        return "geocode.road_only" if best.best.level is FixLevel.ROAD else "geocode.weak"

    def _centres(self, address: Address) -> list[Candidate]:
        """The centres of the finest areas that the address names, finest first."""
        centres = []
        for level, fix_level, score in (
            (AreaLevel.COMMUNITY, FixLevel.COMMUNITY, 0.5),
            (AreaLevel.TOWNSHIP, FixLevel.TOWNSHIP, 0.3),
        ):
            code = address.named.get(level)
            if code is not None:
                area = self._areas[code]
                inside = area.polygon.representative_point()
                point = LonLat(round(inside.x, 7), round(inside.y, 7))
                centres.append(Candidate(name=area.name, point=point, level=fix_level, score=score))
        return centres


def _area_codes(areas: Sequence[Area]) -> dict[tuple[str, str], dict[AreaLevel, AreaCode]]:
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


def _candidate(spot: Spot) -> Candidate:
    return Candidate(name=spot.best.name, point=spot.best.point, level=spot.best.level, score=spot.score)


def _with_datum_doubt(coded: list[Coded]) -> list[Coded]:
    """Ask about the datum where another one would bring the given points much nearer to their addresses; convert nothing."""
    sure = [(n, c, c.by_text) for n, c in enumerate(coded) if c.site.given is not None and c.by_text is not None]
    if len(sure) < _DATUM_SITES:
        return coded
    apart: dict[Datum, float] = {}
    for datum in (Datum.WGS84, Datum.GCJ02, Datum.BD09):
        lon, lat = to_wgs84(
            np.array([c.site.given.lon for _, c, _ in sure if c.site.given]),
            np.array([c.site.given.lat for _, c, _ in sure if c.site.given]),
            datum,
        )
        points = [LonLat(float(x), float(y)) for x, y in zip(lon, lat, strict=True)]
        apart[datum] = float(np.median([distance_m(p, text) for p, (_, _, text) in zip(points, sure, strict=True)]))
    first, told, _ = sure[0]
    said = Datum.WGS84 if told.site.datum_in is Datum.CGCS2000 else told.site.datum_in
    likely = min(apart, key=lambda datum: apart[datum])
    if apart[said] < _DATUM_OFF_M or apart[likely] > apart[said] / 3:
        return coded
    text = say(
        "geocode.datum",
        file=told.site.rows[0].file,
        said=said,
        likely=likely,
        said_m=round(apart[said]),
        likely_m=round(apart[likely]),
    )
    complaint = Complaint(
        file=told.site.rows[0].file,
        row=0,
        column="datum",
        value=said,
        code="geocode.datum",
        severity=Severity.WARNING,
        text=text,
    )
    return [*coded[:first], replace(told, complaints=(*told.complaints, complaint)), *coded[first + 1 :]]


def _no_fix(reason: str, candidates: tuple[Candidate, ...] = ()) -> Fix:
    return Fix(
        point=None, level=FixLevel.NONE, score=0.0, gap=0.0, confident=False, reason=reason, candidates=candidates
    )


def _doubt(fix: Fix, reason: str) -> Fix:
    return replace(fix, confident=False, reason=reason)


def _coded(site: Site, address: Address, fix: Fix, *complaints: Complaint) -> Coded:
    status = SiteStatus.LOCATED if fix.confident else SiteStatus.REVIEW
    return Coded(site=site, address=address, fix=fix, status=status, complaints=complaints)


def _complaint(site: Site, value: str, code: str, severity: Severity, text: Text) -> Complaint:
    row = site.rows[0]
    return Complaint(file=row.file, row=row.row, column="address", value=value, code=code, severity=severity, text=text)
