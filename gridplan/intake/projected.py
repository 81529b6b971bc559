"""Which map grid points in metres may be of: what is suggested to whoever has to convert them. Nothing is converted here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from pyproj import Transformer

from gridplan.intake.points import Extent

_LEAST_SHARE = 0.8
_NAMED_AT_MOST = 3
_MARGIN_DEG = 0.05


def map_grids_of(pairs: Sequence[tuple[float, float]], extent: Extent | None) -> tuple[str, ...]:
    """Return the map grids (EPSG:4548) in which most pairs of metres, whichever comes first, lie in the areas; likeliest first.

    `extent` is the box round the areas in degrees. Grids of one central meridian may all fit, and old datums (Beijing 1954,
    Xi'an 1980) differ by 100 m only: none of that can be told from numbers.
    """
    if extent is None or not pairs:
        return ()
    given = np.array(pairs, dtype=np.float64)
    found = [
        f"EPSG:{epsg}"
        for epsg in _grids((extent[0] + extent[2]) / 2)
        if max(_share_inside(metres, epsg, extent) for metres in (given, given[:, ::-1])) >= _LEAST_SHARE
    ]
    return tuple(found[:_NAMED_AT_MOST])


def _grids(lon: float) -> Iterator[int]:
    """Return the map grids in use in China, those first whose meridian is near: CGCS2000 by 3 and 6 degrees, UTM, Web Mercator.

    Six degrees without the zone's number are the same numbers as three degrees of that meridian.
    """
    for meridian in sorted(range(75, 136, 3), key=lambda at: abs(at - lon)):
        step = (meridian - 75) // 3
        yield 4534 + step
        yield 4513 + step
        if step % 2 == 0:
            yield 4491 + step // 2
            yield 32643 + step // 2
    yield 3857


@cache
def _to_degrees(epsg: int) -> Transformer:
    return Transformer.from_crs(epsg, 4490 if 4490 < epsg < 4560 else 4326, always_xy=True)


def _share_inside(metres: np.ndarray[tuple[int, ...], np.dtype[np.float64]], epsg: int, extent: Extent) -> float:
    lon, lat = _to_degrees(epsg).transform(metres[:, 0], metres[:, 1])
    west, south, east, north = extent
    margin_lon, margin_lat = max(_MARGIN_DEG, (east - west) / 10), max(_MARGIN_DEG, (north - south) / 10)
    inside = (np.abs(lon - (west + east) / 2) <= (east - west) / 2 + margin_lon) & (
        np.abs(lat - (south + north) / 2) <= (north - south) / 2 + margin_lat
    )
    return float(inside.mean())
