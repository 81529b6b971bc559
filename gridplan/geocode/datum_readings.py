"""The ways to read the points of a list: in which datum, or GCJ-02 from which somebody took a constant."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gridplan.geocode.datum import from_wgs84, to_wgs84
from gridplan.geocode.gazetteer import METRES_PER_DEGREE
from gridplan.model.place import Datum

Floats = NDArray[np.float64]
PSEUDO_DEG = (0.0065, 0.006)
"""What is wrongly taken from GCJ-02 to "make it WGS-84": the constant part of the step from BD-09 to GCJ-02, 0.86 km."""


class Reading(StrEnum):
    """How the points of a list may be meant.

    PSEUDO is GCJ-02 less `PSEUDO_DEG`; SHIFTED is the datum the list names, off by a constant that was estimated.
    """

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    PSEUDO = "pseudo"
    SHIFTED = "shifted"

    @property
    def datum(self) -> Datum | None:
        """The datum that can be set for the list; None for what no datum mends."""
        return Datum(self.value) if self in (Reading.WGS84, Reading.GCJ02, Reading.BD09) else None


FIXED = (Reading.WGS84, Reading.GCJ02, Reading.BD09, Reading.PSEUDO)
"""The readings with nothing to be estimated."""


def said_as(datum: Datum) -> Reading:
    """Return the reading that a datum means; CGCS2000 is read as WGS-84."""
    return Reading.WGS84 if datum is Datum.CGCS2000 else Reading(datum.value)


def in_wgs84(given: Floats, reading: Reading, said: Datum, shift_m: tuple[float, float] = (0.0, 0.0)) -> Floats:
    """Return (n, 2) points as WGS-84. `shift_m` (east, north) is added by SHIFTED alone, after `said` was converted."""
    datum = {Reading.PSEUDO: Datum.GCJ02, Reading.SHIFTED: said}.get(reading) or Datum(reading.value)
    points = given + PSEUDO_DEG if reading is Reading.PSEUDO else given
    out = np.column_stack(to_wgs84(np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1]), datum))
    return out + degrees_of(shift_m, out) if reading is Reading.SHIFTED else out


def written_in(points: Floats, reading: Reading) -> Floats:
    """Return WGS-84 points as a list of this reading (one of `FIXED`) would have them."""
    datum = Datum.GCJ02 if reading is Reading.PSEUDO else Datum(reading.value)
    out = np.column_stack(from_wgs84(np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1]), datum))
    return out - PSEUDO_DEG if reading is Reading.PSEUDO else out


def scale_of(points: Floats) -> Floats:
    """Return the metres of a degree (east, north) around the middle of points."""
    middle = float(np.median(points[:, 1])) if len(points) else 0.0
    return np.array([METRES_PER_DEGREE * np.cos(np.radians(middle)), METRES_PER_DEGREE])


def degrees_of(shift_m: tuple[float, float], points: Floats) -> Floats:
    """Return metres (east, north) as degrees around points."""
    degrees: Floats = np.array(shift_m) / scale_of(points)
    return degrees
