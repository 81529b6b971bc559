"""Which map grid points in metres may be of: what is suggested to whoever has to convert them. Nothing is converted here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from pyproj import Transformer

from gridplan.intake.points import Extent

_LEAST_SHARE = 0.8
_CGCS2000_3_DEGREE = [
    (4513 + n, 4534 + n) for n in range(21)
]  # central meridian 75 + 3 n: with and without its zone in front
_CGCS2000_6_DEGREE = [(4491 + n, 4502 + n) for n in range(11)]
_UTM = range(32643, 32654)
_WEB_MERCATOR = 3857


def map_grid_of(pairs: Sequence[tuple[float, float]], extent: Extent | None) -> str:
    """Return the map grid (EPSG:4548) in which most pairs of metres lie in the areas, whichever comes first; "" for none.

    `extent` is the box round the areas in degrees. Old datums (Beijing 1954, Xi'an 1980) differ by 100 m and cannot be told.
    """
    if extent is None or not pairs:
        return ""
    given = np.array(pairs, dtype=np.float64)
    best, most = "", _LEAST_SHARE
    for epsg in _grids():
        for metres in (given, given[:, ::-1]):
            share = _share_inside(metres, epsg, extent)
            if share > most or (share == most and not best):
                best, most = f"EPSG:{epsg}", share
    return best


def _grids() -> Iterator[int]:
    """Return the map grids in use, the most usual first."""
    for pairs in (_CGCS2000_3_DEGREE, _CGCS2000_6_DEGREE):
        for with_zone, without in pairs:
            yield without
            yield with_zone
    yield from _UTM
    yield _WEB_MERCATOR


@cache
def _to_degrees(epsg: int) -> Transformer:
    return Transformer.from_crs(epsg, 4490 if epsg < 10_000 and epsg != _WEB_MERCATOR else 4326, always_xy=True)


def _share_inside(metres: np.ndarray[tuple[int, ...], np.dtype[np.float64]], epsg: int, extent: Extent) -> float:
    lon, lat = _to_degrees(epsg).transform(metres[:, 0], metres[:, 1])
    west, south, east, north = extent
    margin_lon, margin_lat = (east - west) / 10, (north - south) / 10
    inside = (np.abs(lon - (west + east) / 2) <= (east - west) / 2 + margin_lon) & (
        np.abs(lat - (south + north) / 2) <= (north - south) / 2 + margin_lat
    )
    return float(inside.mean())
