"""How exactly a datum is converted back, anywhere in China."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridplan.geocode.datum import from_wgs84, to_wgs84
from gridplan.model.place import Datum
from tests.bench.figures import Figure, at_most

POINTS = 200_000
METRES_PER_DEGREE = 111_320.0


def measure() -> Iterator[Figure]:
    """There and back from random points of the box around China."""
    random = np.random.default_rng(1)
    lon, lat = random.uniform(73.0, 135.5, POINTS), random.uniform(3.5, 54.0, POINTS)
    for datum in (Datum.GCJ02, Datum.BD09):
        back_lon, back_lat = to_wgs84(*from_wgs84(lon, lat, datum), datum)
        east = (back_lon - lon) * METRES_PER_DEGREE * np.cos(np.radians(lat))
        off_mm = 1000 * np.hypot(east, (back_lat - lat) * METRES_PER_DEGREE)
        yield at_most(f"{datum.value} there and back, farthest of {POINTS}", float(off_mm.max()), "mm", 1)
