"""How quickly a team travels in a shift: its mode, and how much the busy hours of the shift stretch every leg.

A shift takes the largest factor that holds at any time of it. So no leg is too short whenever it begins, who leaves later never
arrives sooner, and a route is timed with one matrix. (The judge follows the same rule in its own code.)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Shift, TravelMode
from gridplan.model.round import BusyHours
from gridplan.model.travel import UNREACHABLE


class Pace(NamedTuple):
    """A mode, and what its legs are multiplied with (1 = as the engine says)."""

    mode: TravelMode
    factor: float = 1.0


def pace_of(factors: Iterable[BusyHours], shift: Shift, mode: TravelMode) -> Pace:
    """Return how quickly one travels in a shift."""
    slow = [
        busy.factor
        for busy in factors
        if busy.from_s < shift.end_s and busy.to_s > shift.start_s and (not busy.modes or mode in busy.modes)
    ]
    return Pace(mode, max(slow, default=1.0))


def stretched(time_s: NDArray[np.integer], factor: float) -> NDArray[np.int64]:
    """Return seconds times a factor, rounded up (a millionth above a whole second is that second); no way stays no way."""
    whole = np.asarray(time_s, dtype=np.int64)
    if factor == 1:
        return whole
    longer = np.ceil(whole * factor - 1e-6).astype(np.int64)
    return np.where(whole >= UNREACHABLE, UNREACHABLE, np.minimum(longer, UNREACHABLE))
