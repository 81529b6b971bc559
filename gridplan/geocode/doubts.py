"""Doubts that only many points together raise: another datum, or a centre that stands for addresses a geocoder did not find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gridplan.geocode.coded import Coded
from gridplan.geocode.datum import to_wgs84
from gridplan.geocode.gazetteer import METRES_PER_DEGREE, distance_m
from gridplan.geocode.text import door_key, name_key
from gridplan.model.errors import Complaint, Severity
from gridplan.model.place import Address, Area, AreaLevel, Datum, LonLat
from gridplan.model.site import SiteStatus
from gridplan.model.words import say

_DATUM_SITES = 10
"""So many sites with both a point and a sure address are needed to doubt the datum."""
_DATUM_OFF_M = 100.0
_ONE_POINT_M = 1.0
_SHARED_BY = 5
"""So many addresses that differ cannot have one point: it is where a geocoder puts what it does not find."""
_AT_CENTRE_M, _AT_CENTRE_BY = 10.0, 2
_WIDE = (AreaLevel.DISTRICT, AreaLevel.COUNTY, AreaLevel.TOWNSHIP)
_NAMES_AT_MOST = 10


def with_datum_doubt(coded: list[Coded]) -> list[Coded]:
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


def with_shared_points(coded: list[Coded], areas: Iterable[Area]) -> list[Coded]:
    """Send to review what shares its given point, within a metre, with too many other addresses.

    Five addresses that differ in road, number or compound are too many; two are at the centre of the district or of a
    township. A site whose address is surely known to be there stays.
    """
    given = [n for n, item in enumerate(coded) if item.site.given is not None and item.fix.confident]
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
            result[n] = replace(
                coded[n],
                fix=replace(coded[n].fix, confident=False, reason="geocode.shared_point"),
                status=SiteStatus.REVIEW,
            )
        if doubted:
            result[doubted[0]] = _with_complaint(result[doubted[0]], [coded[n] for n in doubted], at_centre)
    return result


def _with_complaint(first: Coded, doubted: Sequence[Coded], at_centre: bool) -> Coded:
    row = first.site.rows[0]
    names = "、".join(item.site.name for item in doubted[:_NAMES_AT_MOST])
    where = say("geocode.at_centre" if at_centre else "geocode.at_one_point")
    text = say(
        "geocode.shared", count=len(doubted), where=where, names=names + ("…" if len(doubted) > _NAMES_AT_MOST else "")
    )
    complaint = Complaint(
        file=row.file,
        row=row.row,
        column="lon",
        value=f"{first.site.given.lon},{first.site.given.lat}" if first.site.given else "",
        code="geocode.shared_point",
        severity=Severity.WARNING,
        text=text,
    )
    return replace(first, complaints=(*first.complaints, complaint))


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
