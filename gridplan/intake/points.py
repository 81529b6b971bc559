"""Reads the point a row gives: decimal degrees, degrees with minutes and seconds, swapped or far away; never in silence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from gridplan.model.errors import Severity
from gridplan.model.place import LonLat

Extent = tuple[float, float, float, float]
_MARKED = re.compile(
    r"(?:[东西南北]经|[东西南北]纬|[nsew])?"
    r"(?P<deg>\d{1,3})[°度](?P<min>\d{1,2})['′’分](?:(?P<sec>\d{1,2}(?:\.\d+)?)(?:[\"″”秒]|''|′′))?(?:[nsew])?",
    re.IGNORECASE,
)
_LOOKS_SPLIT = re.compile(r"\d{1,3}(?:[°度'′.:\s\-]+\d{1,2}){2,}(?:\.\d+)?\D*|\d{1,3}[°度]\d.*")
_NEGATIVE = re.compile(r"^[swSW西南]|[swSW]$")
NEAR_DEG = 0.2
"""A point is far away when it lies further outside the areas than their own width, and at least this much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointNote:
    """Something to tell about a point; the words are `intake.<code>`, the complaint is `sites.<code>`."""

    code: str
    severity: Severity
    value: str


def parse_degrees(text: str) -> tuple[float | None, str]:
    """Return degrees and what is to be told.

    That is "", `degrees_minutes` (read exactly), `split_degrees`, `projected_point` (metres of a map grid) or `bad_coordinate`.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        value = float(plain.removesuffix("°").removesuffix("度"))
    except ValueError:
        pass
    else:
        return (
            (value, "") if abs(value) <= 180 else (None, "projected_point" if _in_metres(value) else "bad_coordinate")
        )
    match = _MARKED.fullmatch(plain.replace(" ", ""))
    if match and int(match["min"]) < 60 and float(match["sec"] or 0) < 60:
        value = int(match["deg"]) + int(match["min"]) / 60 + float(match["sec"] or 0) / 3600
        value = -value if _NEGATIVE.search(plain) else value
        return (round(value, 7), "degrees_minutes") if abs(value) <= 180 else (None, "bad_coordinate")
    return None, "split_degrees" if match or _LOOKS_SPLIT.fullmatch(plain) else "bad_coordinate"


def read_point(lon_text: str, lat_text: str, extent: Extent | None) -> tuple[LonLat | None, list[PointNote]]:
    """Return the point of two cells, both empty = None, and what is to be told about it."""
    if not lon_text and not lat_text:
        return None, []
    written = f"{lon_text}, {lat_text}"
    if not lon_text or not lat_text:
        return None, [PointNote(code="half_point", severity=Severity.WARNING, value=written)]
    (lon, lon_code), (lat, lat_code) = parse_degrees(lon_text), parse_degrees(lat_text)
    if lon is None or lat is None:
        code = lon_code if lon is None else lat_code
        if code == "projected_point" and lon_code != lat_code:  # one number in metres makes no point of a map grid
            code = "bad_coordinate"
        return None, [PointNote(code=code, severity=Severity.WARNING, value=written)]
    notes = []
    if lon_code or lat_code:
        notes.append(PointNote(code="degrees_minutes", severity=Severity.INFO, value=written))
    point, more = judge_point(LonLat(lon, lat), extent)
    return point, notes + more


def judge_point(point: LonLat, extent: Extent | None) -> tuple[LonLat | None, list[PointNote]]:
    """Return a point with longitude first, or None where it is no place on earth, and what is to be told about it.

    Swapped is what can only be a place, or lies near the areas only, the other way round. A far point is kept as given.
    """
    lon, lat = point
    written = f"{lon:g}, {lat:g}" if abs(lon) <= 1e9 and abs(lat) <= 1e9 else f"{lon}, {lat}"
    valid, swapped_valid = _on_earth(lon, lat), _on_earth(lat, lon)
    if lon == 0 and lat == 0:
        return None, [PointNote(code="zero_point", severity=Severity.WARNING, value=written)]
    if not (valid or swapped_valid):
        code = "projected_point" if _in_metres(lon) and _in_metres(lat) else "bad_coordinate"
        return None, [PointNote(code=code, severity=Severity.WARNING, value=written)]
    near = extent is None or _near(lon, lat, extent)
    swapped_near = extent is not None and _near(lat, lon, extent)
    if not valid or (swapped_valid and swapped_near and not near):
        swapped = LonLat(lat, lon)
        notes = [PointNote(code="swapped_lonlat", severity=Severity.WARNING, value=written)]
        if extent is not None and not swapped_near:
            notes.append(PointNote(code="far_point", severity=Severity.WARNING, value=written))
        return swapped, notes
    return point, [] if near else [PointNote(code="far_point", severity=Severity.WARNING, value=written)]


def _in_metres(value: float) -> bool:
    """Whether a number may be metres of a map grid: an easting, with or without its zone, or a northing (also Web Mercator)."""
    return 10_000 <= abs(value) < 1e8


def _on_earth(lon: float, lat: float) -> bool:
    return abs(lon) <= 180 and abs(lat) <= 90


def _near(lon: float, lat: float, extent: Extent) -> bool:
    west, south, east, north = extent
    margin = max(NEAR_DEG, east - west, north - south)
    return west - margin <= lon <= east + margin and south - margin <= lat <= north + margin
