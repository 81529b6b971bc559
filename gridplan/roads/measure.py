"""Distances on the earth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.words import say

EARTH_M = 6_371_008.8
Floats = NDArray[np.float64]


def haversine_m(from_deg: Floats, to_deg: Floats) -> Floats:
    """Return great-circle metres between (…, 2) arrays of lon, lat in degrees; the shapes broadcast."""
    start, end = np.radians(from_deg), np.radians(to_deg)
    half = np.sin((end - start) / 2) ** 2
    chord = half[..., 1] + np.cos(start[..., 1]) * np.cos(end[..., 1]) * half[..., 0]
    metres: Floats = 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return metres


def as_degrees(points: Sequence[LonLat]) -> Floats:
    """Return points as an (n, 2) array; a point that is no place on earth is an InputError."""
    degrees = np.array(points, dtype=np.float64).reshape(-1, 2)
    # NaN compares false, so it is caught too.
    good = (np.abs(degrees[:, 0]) <= 180) & (np.abs(degrees[:, 1]) <= 90)
    if not good.all():
        lon, lat = degrees[int(np.argmin(good))]
        raise InputError(say("roads.bad_point", lon=float(lon), lat=float(lat)))
    return degrees


def near_each_other(degrees: Floats) -> NDArray[np.int64]:
    """Return an order of (n, 2) points in which neighbours on the ground mostly stand near each other (Morton's curve).

    Searches run through nodes that are neighbours: numbered so, most of them lie in the processor's cache.
    """
    low, high = degrees.min(axis=0), degrees.max(axis=0)
    cells = ((degrees - low) / np.maximum(high - low, 1e-12) * 0xFFFF).astype(np.uint64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        cells = (cells | (cells << np.uint64(shift))) & np.uint64(mask)
    return np.argsort(cells[:, 0] | (cells[:, 1] << np.uint64(1)), kind="stable")
