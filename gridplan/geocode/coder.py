"""Give every site its point, its level on the ladder and, where a person must look, the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from gridplan.geocode.coded import Coded
from gridplan.geocode.crew import read_all
from gridplan.geocode.datum import to_wgs84
from gridplan.geocode.doubts import with_coarse_points, with_shared_points
from gridplan.geocode.fellows import with_fellows
from gridplan.geocode.gazetteer import LEVELS, distance_m, distance_to_area_m
from gridplan.geocode.matching import Matcher
from gridplan.model.circles import none_made
from gridplan.model.errors import Complaint, Severity
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
from gridplan.model.progress import Progress, silent
from gridplan.model.site import Site, SiteStatus
from gridplan.model.words import Text, say

FAR_M = 1000.0
"""A given point farther than this from where a sure address lies is doubted."""
_CANDIDATES = 5
_STEP = 50

__all__ = ["FAR_M", "Coded", "Coder"]


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
        self._matcher = Matcher(areas, gazetteer, district, min_fix)
        self._district = district

    def locate(
        self,
        sites: Sequence[Site],
        found_given: Sequence[Mapping[AreaLevel, AreaCode] | None] | None = None,
        progress: Progress = silent,
    ) -> list[Coded]:
        """Locate each site, in order; a long list in as many processes as there are cores.

        `found_given` holds for each site the areas its given point lies in ({} outside all), None where it has no point;
        without it given points are taken as they are.
        """
        coded = []
        # The search would take half of the time.
        with none_made(), closing(read_all(self._matcher, sites)) as read:
            for number, (address, found) in enumerate(read):
                if number % _STEP == 0:
                    progress("locate", number, len(sites))
                given = found_given[number] if found_given is not None else None
                coded.append(self._coded(sites[number], address, self._matcher.fix(found), given))
        progress("locate", len(sites), len(sites))
        trusted = with_shared_points(with_coarse_points(coded), self._areas.values())
        return with_fellows(trusted, self._matcher)

    def _coded(self, site: Site, address: Address, by_text: Fix, found: Mapping[AreaLevel, AreaCode] | None) -> Coded:
        if address.other_district:
            text = say(
                "geocode.names_other_district", name=site.name, other=address.other_district, district=self._district
            )
            complaint = _complaint(site, address.other_district, "geocode.other_district", Severity.ERROR, text)
            return Coded(site=site, address=address, fix=by_text, status=SiteStatus.REJECTED, complaints=(complaint,))
        if site.given is None:
            return _coded(site, address, by_text)
        coded = self._by_point(site, site.given, address, by_text, found)
        sure = by_text.confident and by_text.level.rank <= FixLevel.ROAD_NUMBER.rank
        return replace(coded, by_text=by_text.point if sure else None, text_fix=by_text, by_point=True)

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
        for level in LEVELS:
            named, lies = address.named.get(level), found.get(level)
            if named is None or lies is None or named == lies:
                continue
            text = say(
                "geocode.point_elsewhere", name=site.name, named=self._areas[named].name, found=self._areas[lies].name
            )
            complaint = _complaint(site, site.address, "geocode.point_elsewhere", Severity.WARNING, text)
            # A community's name may be an old one, but not a kilometre away; another township is another place.
            if level is not AreaLevel.COMMUNITY:
                return _coded(site, address, _doubt(fix, "geocode.point_other_township"), complaint)
            off_m = round(distance_to_area_m(point, self._areas[named]))
            if off_m <= FAR_M:
                return _coded(site, address, fix, complaint)
            text = say("geocode.far_from_area", name=site.name, named=self._areas[named].name, distance_m=off_m)
            complaint = _complaint(site, site.address, "geocode.far_from_area", Severity.WARNING, text)
            return _coded(site, address, _doubt(fix, "geocode.point_far_from_area"), complaint)
        if by_text.confident and by_text.point is not None and by_text.level.rank <= FixLevel.INTERPOLATED.rank:
            apart = distance_m(point, by_text.point)
            if apart > FAR_M:
                text = say("geocode.point_far", name=site.name, distance_m=round(apart))
                complaint = _complaint(site, site.address, "geocode.point_far", Severity.WARNING, text)
                return _coded(site, address, _doubt(fix, "geocode.point_disagrees"), complaint)
        return _coded(site, address, fix)


def _doubt(fix: Fix, reason: str) -> Fix:
    return replace(fix, confident=False, reason=reason)


def _coded(site: Site, address: Address, fix: Fix, *complaints: Complaint) -> Coded:
    status = SiteStatus.LOCATED if fix.confident else SiteStatus.REVIEW
    return Coded(site=site, address=address, fix=fix, status=status, complaints=complaints)


def _complaint(site: Site, value: str, code: str, severity: Severity, text: Text) -> Complaint:
    row = site.rows[0]
    return Complaint(file=row.file, row=row.row, column="address", value=value, code=code, severity=severity, text=text)
