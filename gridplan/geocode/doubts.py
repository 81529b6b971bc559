"""Points that are not to be trusted: rough ones, and centres that stand for addresses a geocoder did not find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gridplan.geocode.coded import Coded
from gridplan.geocode.gazetteer import METRES_PER_DEGREE, distance_m
from gridplan.geocode.text import door_key, name_key
from gridplan.model.errors import Complaint, Severity, rows_in_words
from gridplan.model.place import Address, Area, AreaLevel, LonLat
from gridplan.model.site import SiteStatus
from gridplan.model.words import Text, say

_ONE_POINT_M = 1.0
_SHARED_BY = 5
"""So many addresses that differ cannot have one point: it is where a geocoder puts what it does not find."""
_AT_CENTRE_M, _AT_CENTRE_BY = 10.0, 2
_WIDE = (AreaLevel.DISTRICT, AreaLevel.COUNTY, AreaLevel.TOWNSHIP)
_NAMES_AT_MOST = 10
_CANDIDATES = 5


def with_coarse_points(coded: list[Coded]) -> list[Coded]:
    """Do not take points of at most two decimals, or of whole minutes, for exact: they may be a kilometre off.

    The address places the site where it can; else a person must look.
    """
    coarse = [n for n, item in enumerate(coded) if item.site.given and item.by_point and is_coarse(item.site.given)]
    if not coarse:
        return coded
    result = list(coded)
    for n in coarse:
        result[n] = _by_address(coded[n], "geocode.coarse_point")
    sites = [result[n] for n in coarse]
    return _told(result, coarse[0], sites, "geocode.coarse_point", say("geocode.coarse", **_counts(sites)))


def is_coarse(point: LonLat) -> bool:
    """Whether both degrees of a point as written have at most two decimals, or both are whole minutes."""
    return any(all(abs(x * part - round(x * part)) < 1e-5 for x in point) for part in (100, 60))


def with_shared_points(coded: list[Coded], areas: Iterable[Area]) -> list[Coded]:
    """Do not trust a given point that is shared, within a metre, by too many different addresses: the address counts instead.

    Five addresses that differ in road, number or compound are too many; two are at the centre of the district or of a
    township. A site whose address is surely known to be there stays.
    """
    given = [n for n, item in enumerate(coded) if item.by_point]
    points = [point for n in given if (point := coded[n].fix.point) is not None]
    if len(points) < _AT_CENTRE_BY:
        return coded
    centres = _centres(areas)
    result = list(coded)
    for members in _at_one_point(points):
        here = [coded[given[n]] for n in members]
        point = points[members[0]]
        at_centre = bool(centres) and min(distance_m(point, centre) for centre in centres) <= _AT_CENTRE_M
        if len({key for item in here if (key := _door_of(item.address))}) < (
            _AT_CENTRE_BY if at_centre else _SHARED_BY
        ):
            continue
        doubted = [
            n for n in (given[m] for m in members)
            if (known := coded[n].by_text) is None or distance_m(known, point) > _AT_CENTRE_M * 15
        ]  # fmt: skip
        for n in doubted:
            result[n] = _by_address(coded[n], "geocode.shared_point")
        if doubted:
            sites = [result[n] for n in doubted]
            where = say("geocode.at_centre" if at_centre else "geocode.at_one_point")
            text = say("geocode.shared", where=where, **_counts(sites))
            result = _told(result, doubted[0], sites, "geocode.shared_point", text)
    return result


def _by_address(item: Coded, reason: str) -> Coded:
    """Place a site whose point is not to be trusted by its address; where that is not sure, a person must look."""
    known = item.text_fix
    if known is not None and known.confident:
        candidates = (*known.candidates, *item.fix.candidates[:1])[-_CANDIDATES:]
        return replace(item, fix=replace(known, candidates=candidates), status=SiteStatus.LOCATED, by_point=False)
    return replace(item, fix=replace(item.fix, confident=False, reason=reason), status=SiteStatus.REVIEW)


def _counts(sites: Sequence[Coded]) -> dict[str, object]:
    """What a complaint tells about many sites: how many, how many of them by their address, the rows, some names."""
    names = "、".join(item.site.name for item in sites[:_NAMES_AT_MOST])
    placed = sum(item.status is SiteStatus.LOCATED for item in sites)
    return {
        "count": len(sites),
        "placed": placed,
        "review": len(sites) - placed,
        "rows": rows_in_words(item.site.rows[0].row for item in sites),
        "names": names + ("…" if len(sites) > _NAMES_AT_MOST else ""),
    }


def _told(coded: list[Coded], first: int, sites: Sequence[Coded], code: str, text: Text) -> list[Coded]:
    """Add one complaint about many sites to the first of them."""
    item = coded[first]
    row = item.site.rows[0]
    given = item.site.given
    complaint = Complaint(
        file=row.file,
        row=row.row,
        column="lon",
        value=f"{given.lon},{given.lat}" if given else "",
        code=code,
        severity=Severity.WARNING,
        text=text,
    )
    told = replace(item, complaints=(*item.complaints, complaint))
    return [*coded[:first], told, *coded[first + 1 :]]


def _door_of(address: Address) -> tuple[str, str]:
    """What tells two addresses apart whatever their spelling: road and number, else the compound; ("", "") when neither."""
    door = door_key(address.number)
    if address.road and door:
        return address.road, door
    return ("", name_key(address.compound)) if address.compound else ("", "")


def _centres(areas: Iterable[Area]) -> list[LonLat]:
    wide = [area.polygon for area in areas if area.level in _WIDE]
    return [LonLat(p.x, p.y) for polygon in wide for p in (polygon.centroid, polygon.representative_point())]


def _at_one_point(points: Sequence[LonLat]) -> list[list[int]]:
    """Return the numbers of points that lie within a metre of each other, group by group."""
    degrees = np.array(points)
    metres = degrees * METRES_PER_DEGREE * (np.cos(np.radians(degrees[:, 1].mean())), 1.0)
    # Thousands of rows may have the very same point: they are one before neighbours are looked for.
    _, first, spot_of = np.unique(np.round(metres, 1), axis=0, return_index=True, return_inverse=True)
    pairs = cKDTree(metres[first]).query_pairs(_ONE_POINT_M, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(first), len(first)))
    _, group_of = connected_components(links, directed=False)
    groups: dict[int, list[int]] = {}
    for number, spot in enumerate(spot_of.ravel().tolist()):
        groups.setdefault(int(group_of[spot]), []).append(number)
    return [members for members in groups.values() if len(members) >= _AT_CENTRE_BY]
