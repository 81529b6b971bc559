"""Travel between points: the matrix noun and the face every travel engine shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat

UNREACHABLE = 10**9
"""Seconds and metres of a leg that does not exist: no sum of real legs comes near it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelMatrix:
    """Legs from each origin to each destination: whole seconds and metres, shape (origins, destinations), `UNREACHABLE` where none."""

    origins: tuple[LonLat, ...]
    destinations: tuple[LonLat, ...]
    time_s: NDArray[np.int64]
    distance_m: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePath:
    """The way from one point to the next: whole seconds and metres, and the line to draw. `line` is () when unreachable."""

    time_s: int
    distance_m: int
    line: tuple[LonLat, ...]


class TravelEngine(Protocol):
    """Anything that can answer how long and how far a leg is; deterministic, equal points are 0 apart."""

    @property
    def name(self) -> str:
        """`straight` or `roads`."""
        ...

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        """Return all legs from `origins` to `destinations`."""
        ...

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        """Return the n-1 legs along n points, each with times equal to `matrix`."""
        ...
