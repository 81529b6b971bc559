"""A travel engine that remembers its legs: what a hand tries again and again between the same stops is measured once."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.model.travel import RoutePath, TravelEngine, TravelMatrix

MOST_ASKED = 40_000
"""A larger table is a whole search's, asked for once: the engine makes it faster than its legs are written down one by one."""
MOST_LEGS = 1_000_000
"""With more legs than this it forgets all and begins anew: some hundred megabytes."""


class Remembering:
    """The engine behind it, asked only for legs that are not known yet. Safe for several threads."""

    def __init__(self, engine: TravelEngine) -> None:
        self._engine = engine
        self._legs: dict[TravelMode, dict[tuple[LonLat, LonLat], tuple[int, int]]] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name of the engine behind it."""
        return self._engine.name

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        """Return all legs; a search is paid for each origin that lacks one. Large tables are not remembered."""
        if len(origins) * len(destinations) > MOST_ASKED:
            return self._engine.matrix(origins, destinations, mode)
        with self._lock:
            legs = self._legs.setdefault(mode, {})
            if len(legs) > MOST_LEGS:
                legs.clear()
            ends = list(dict.fromkeys(destinations))
            lacking = [a for a in dict.fromkeys(origins) if any((a, b) not in legs for b in ends)]
            if lacking:
                missing = list(dict.fromkeys(b for b in ends if any((a, b) not in legs for a in lacking)))
                found = self._engine.matrix(lacking, missing, mode)
                for row, a in enumerate(lacking):
                    for column, b in enumerate(missing):
                        legs[a, b] = (int(found.time_s[row, column]), int(found.distance_m[row, column]))
            known = [[legs[a, b] for b in destinations] for a in origins]
        both = np.array(known, dtype=np.int64).reshape(len(origins), len(destinations), 2)
        return TravelMatrix(
            origins=tuple(origins),
            destinations=tuple(destinations),
            time_s=both[:, :, 0],
            distance_m=both[:, :, 1],
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        """Return the ways along the points."""
        return self._engine.paths(points, mode)
