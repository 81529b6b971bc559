"""Legs that a server measured: a square of seconds and metres for each mode, as arrays that are kept and checked by digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.model.travel import UNREACHABLE

UNKNOWN = -1
"""Seconds and metres of a leg that was not asked for."""
MOST_POINTS = 20_000
Cells = NDArray[np.int32]
Line = tuple[LonLat, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class Square:
    """The legs of one mode between `points`, `UNKNOWN` where not asked; `version` as the server told it, `lines` by number of point."""

    points: list[LonLat] = field(default_factory=list)
    number: dict[LonLat, int] = field(default_factory=dict)
    time_s: Cells = field(default_factory=lambda: np.empty((0, 0), dtype=np.int32))
    distance_m: Cells = field(default_factory=lambda: np.empty((0, 0), dtype=np.int32))
    lines: dict[tuple[int, int], Line] = field(default_factory=dict)
    version: str = ""
    day: str = ""

    def add(self, points: Iterable[LonLat]) -> None:
        """Make room for points; legs to and from new ones are unknown, but the one from a point to itself."""
        fresh = [point for point in dict.fromkeys(points) if point not in self.number]
        if not fresh:
            return
        before = len(self.points)
        self.number |= {point: n for n, point in enumerate(fresh, before)}
        self.points += fresh
        for name in ("time_s", "distance_m"):
            wider = np.full((len(self.points),) * 2, UNKNOWN, dtype=np.int32)
            wider[:before, :before] = getattr(self, name)
            np.fill_diagonal(wider[before:, before:], 0)
            setattr(self, name, wider)

    def at(self, points: Iterable[LonLat]) -> NDArray[np.int64]:
        """Return the numbers of points; KeyError for one that is none of them."""
        return np.array([self.number[point] for point in points], dtype=np.int64)

    def part(self, points: Iterable[LonLat]) -> Square:
        """Return the legs between some points, in the order of these."""
        found = Square(points=list(dict.fromkeys(points)), version=self.version, day=self.day)
        found.number = {point: n for n, point in enumerate(found.points)}
        at = self.at(found.points)
        found.time_s, found.distance_m = self.time_s[np.ix_(at, at)], self.distance_m[np.ix_(at, at)]
        new = {int(old): n for n, old in enumerate(at)}
        found.lines = {(new[a], new[b]): line for (a, b), line in self.lines.items() if a in new and b in new}
        return found


Legs = dict[TravelMode, Square]


def digest_of(legs: Mapping[TravelMode, Square]) -> str:
    """Return the SHA-256 of what the legs are: modes, points, seconds and metres; not of their lines."""
    digest = hashlib.sha256()
    for mode in sorted(legs):
        square = legs[mode]
        digest.update(f"{mode} {len(square.points)}\0".encode())
        digest.update(_degrees(square.points).astype("<f8").tobytes())
        for cells in (square.time_s, square.distance_m):
            digest.update(cells.astype("<i4").tobytes())
    return digest.hexdigest()


def to_arrays(legs: Mapping[TravelMode, Square]) -> dict[str, np.ndarray]:
    """Return legs and lines as arrays by name."""
    arrays: dict[str, np.ndarray] = {}
    for mode, square in sorted(legs.items()):
        drawn = sorted(square.lines.items())
        arrays |= {
            f"{mode}_points": _degrees(square.points),
            f"{mode}_time_s": square.time_s,
            f"{mode}_distance_m": square.distance_m,
            f"{mode}_line_ends": np.array([ends for ends, _ in drawn], dtype=np.int32).reshape(-1, 2),
            f"{mode}_line_first": np.cumsum([0, *(len(line) for _, line in drawn)], dtype=np.int64),
            f"{mode}_lines": _degrees([point for _, line in drawn for point in line]),
            f"{mode}_told": np.array([square.version, square.day]),
        }
    return arrays


def from_arrays(arrays: Mapping[str, np.ndarray]) -> Legs:
    """Return what `to_arrays` wrote; ValueError or KeyError for anything else: a file beside a plan may come from anywhere."""
    return {mode: _square(arrays, mode) for mode in TravelMode if f"{mode}_points" in arrays}


def _square(arrays: Mapping[str, np.ndarray], mode: TravelMode) -> Square:
    points = _points(arrays[f"{mode}_points"])
    count = len(points)
    square = Square(points=points, number={point: n for n, point in enumerate(points)})
    if count > MOST_POINTS or len(square.number) != count:
        raise ValueError(f"{count} points")
    for name in ("time_s", "distance_m"):
        cells = arrays[f"{mode}_{name}"]
        if cells.shape != (count, count) or cells.dtype.kind != "i":
            raise ValueError(name)
        if count and not (cells.min() >= UNKNOWN and cells.max() <= UNREACHABLE):
            raise ValueError(name)
        setattr(square, name, cells.astype(np.int32))
    ends, first = arrays[f"{mode}_line_ends"], arrays[f"{mode}_line_first"]
    line = _points(arrays[f"{mode}_lines"])
    if ends.shape != (len(first) - 1, 2) or first[0] != 0 or first[-1] != len(line) or np.any(np.diff(first) < 0):
        raise ValueError("lines")
    if len(ends) and not (ends.min() >= 0 and ends.max() < count):
        raise ValueError("lines")
    square.lines = {(a, b): tuple(line[first[n] : first[n + 1]]) for n, (a, b) in enumerate(ends.tolist())}
    square.version, square.day = (str(text) for text in arrays[f"{mode}_told"])
    return square


def _degrees(points: Sequence[LonLat]) -> NDArray[np.float64]:
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def _points(degrees: np.ndarray) -> list[LonLat]:
    if degrees.ndim != 2 or degrees.shape[1] != 2 or degrees.dtype.kind != "f":
        raise ValueError("points")
    if not np.all(np.abs(degrees) <= (180, 90)):
        raise ValueError("points")
    return [LonLat(lon, lat) for lon, lat in degrees.tolist()]
