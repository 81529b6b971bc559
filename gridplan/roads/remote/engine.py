"""Travel engines over legs that a server measures: one that knows them only, and one that asks for those it does not know.

A leg is the walk to the street (5 km/h), what the server says from street to street, and the walk from the street, like that of the
road engine. Whole seconds and metres are rounded up. Points over 200 m from a street are `UNREACHABLE`.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

import numpy as np

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.progress import Progress, silent
from gridplan.model.travel import UNREACHABLE, RoutePath, TravelMatrix
from gridplan.model.words import Text, say
from gridplan.roads.cache import Cache
from gridplan.roads.engine import ACCESS_KMH
from gridplan.roads.remote.legs import UNKNOWN, Cells, Legs, Line, Square, digest_of, from_arrays, to_arrays
from gridplan.roads.remote.source import Source, Table, TooBig
from gridplan.roads.remote.web import Unreached
from gridplan.roads.snap import LIMIT_M

SAMPLE = 8
"""So many of the points that are known are asked again, to see whether the server still says the same."""
MOST_KEPT = 5_000
"""Points of one server and mode that are kept; beyond, only those of the last run."""
SAVED_EVERY_S = 20.0
_FORM = "1"
"""Changes when what is kept is written or made in another way."""


class KnownEngine:
    """The legs of a plan as a server measured them, kept beside the plan. No server is asked."""

    def __init__(self, name: str, legs: Legs) -> None:
        self._name = name
        self._legs = legs
        self._lock = threading.RLock()
        self.straight: set[tuple[TravelMode, LonLat, LonLat]] = set()
        """The legs that were drawn as straight lines, as their ways are not known."""

    @property
    def name(self) -> str:
        """`osrm` or `valhalla`."""
        return self._name

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        """Return all legs; InputError for one that is not known."""
        with self._lock:
            self._need(origins, destinations, mode)
            square = self._square(mode)
            cells = np.ix_(square.at(origins), square.at(destinations))
            time_s, distance_m = square.time_s[cells], square.distance_m[cells]
        return TravelMatrix(
            origins=tuple(origins),
            destinations=tuple(destinations),
            time_s=time_s.astype(np.int64),
            distance_m=distance_m.astype(np.int64),
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        """Return the legs along `points`; one whose way is not known is drawn as a straight line and noted in `straight`."""
        found = []
        for start, end in pairwise(points):
            leg = self.matrix([start], [end], mode)
            time_s, distance_m = int(leg.time_s[0, 0]), int(leg.distance_m[0, 0])
            line: Line = ()
            if time_s < UNREACHABLE:
                way = self._line(start, end, mode) if start != end else ()
                if start != end and not way:
                    self.straight.add((mode, start, end))
                line = (start, *(point for before, point in pairwise((start, *way)) if point != before), end)
            found.append(RoutePath(time_s=time_s, distance_m=distance_m, line=line))
        return found

    @property
    def legs(self) -> Legs:
        """All legs that are known."""
        return self._legs

    def part(self, points: Mapping[TravelMode, Sequence[LonLat]]) -> Legs:
        """Return the legs between some points of each mode, the points in their own order: the same for equal ones."""
        found: Legs = {}
        for mode, some in points.items():
            with self._lock:
                self._need(some, some, mode)
                found[mode] = self._square(mode).part(sorted(set(some)))
        return found

    def _square(self, mode: TravelMode) -> Square:
        return self._legs.setdefault(mode, Square())

    def _need(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> None:
        """Have the legs ready."""
        square = self._square(mode)
        for point in (*origins, *destinations):
            if point not in square.number:
                raise _unknown(point, mode)
        cells = square.time_s[np.ix_(square.at(origins), square.at(destinations))]
        if np.any(cells == UNKNOWN):
            raise _unknown(destinations[int(np.argwhere(cells == UNKNOWN)[0, 1])], mode)

    def _line(self, start: LonLat, end: LonLat, mode: TravelMode) -> Line:
        """Return the way between two points without its ends, () where it is not known."""
        square = self._square(mode)
        return square.lines.get((square.number[start], square.number[end]), ())


def _unknown(point: LonLat, mode: TravelMode) -> InputError:
    return InputError(
        say("remote.unknown_legs", mode=say(f"roads.mode_{mode}"), lon=round(point.lon, 6), lat=round(point.lat, 6))
    )


class AskingEngine(KnownEngine):
    """The legs of a server, asked for when they are first needed and kept in `cache` for another time.

    What is kept is believed while the server says the same of a sample of it, or cannot be reached at all.
    """

    def __init__(self, source: Source, cache: Cache) -> None:
        super().__init__(source.name, {})
        self._source, self._cache = source, cache
        self._side = source.side
        self._used: dict[TravelMode, dict[LonLat, None]] = {}
        self._gone = False  # no lines are asked of a server that is not there
        self.requests = 0
        """How many requests for legs and lines were sent."""
        self.notes: dict[str, Text] = {}
        """What a person should know of how the legs were had this time, by kind."""

    def measure(self, points: Mapping[TravelMode, Iterable[LonLat]], progress: Progress = silent) -> None:
        """Ask for all legs between the points of each mode that are not known.

        Raises
        ------
        Unreached, InputError
            The server is not there, or is none of its kind. What came before is kept.
        """
        for mode, some in points.items():
            all_ = list(dict.fromkeys(some))
            with self._lock:
                self._need(all_, all_, mode, progress)

    def version(self, modes: Iterable[TravelMode]) -> str:
        """Return what the servers of some modes call themselves or their data."""
        return "; ".join(sorted({self._square(mode).version for mode in modes} - {""}))

    def _need(
        self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode, progress: Progress = silent
    ) -> None:
        if mode not in self._legs:
            self._legs[mode] = self._opened(mode)
        square = self._legs[mode]
        self._used.setdefault(mode, {}).update(dict.fromkeys((*origins, *destinations)))
        square.add((*origins, *destinations))
        rows, columns = (np.unique(square.at(points)) for points in (origins, destinations))
        if np.any(square.time_s[np.ix_(rows, columns)] == UNKNOWN):
            try:
                self._ask(square, rows, columns, mode, progress)
            finally:
                self._save(mode)

    # ---- what is kept ------------------------------------------------------------------------------------------------

    def _kept_as(self, mode: TravelMode) -> str:
        return f"served-{hashlib.sha256(f'{_FORM} {self._source.key(mode)}'.encode()).hexdigest()[:40]}"

    def _opened(self, mode: TravelMode) -> Square:
        """Return the legs kept from earlier, none where the server now says otherwise."""
        kept = (self._cache.read(self._kept_as(mode), from_arrays) or {}).get(mode)
        if kept is None or not kept.points:
            return Square()
        try:
            if self._same(kept, mode):
                return kept
        except Unreached:
            self._gone = True
            self.notes["stale"] = say("remote.stale", engine=say(f"remote.name_{self._name}"), day=kept.day)
            return kept
        self.notes["renewed"] = say("remote.renewed", engine=say(f"remote.name_{self._name}"))
        return Square()

    def _same(self, kept: Square, mode: TravelMode) -> bool:
        chosen = np.unique(np.linspace(0, len(kept.points) - 1, SAMPLE).round().astype(np.int64))
        points = [kept.points[n] for n in chosen]
        time_s, distance_m = _whole(self._source.table(points, points, mode), points, points)
        was_s, was_m = (cells[np.ix_(chosen, chosen)] for cells in (kept.time_s, kept.distance_m))
        known = was_s != UNKNOWN
        same = np.array_equal(was_s[known], time_s[known]) and np.array_equal(was_m[known], distance_m[known])
        return same and self._source.version(mode) == kept.version

    def _save(self, mode: TravelMode) -> None:
        square = self._legs[mode]
        if len(square.points) > MOST_KEPT:
            square = square.part(self._used[mode])
        self._cache.write(self._kept_as(mode), to_arrays({mode: square}))

    # ---- what is asked -----------------------------------------------------------------------------------------------

    def _ask(self, square: Square, rows: np.ndarray, columns: np.ndarray, mode: TravelMode, progress: Progress) -> None:
        """Ask block by block for what is unknown; a server that finds a block too big is asked for smaller ones."""
        saved, total = time.monotonic(), len(rows) * len(columns)
        while True:
            side = self._side
            try:
                for at in range(0, len(rows), side):
                    for beside in range(0, len(columns), side):
                        self._ask_block(square, rows[at : at + side], columns[beside : beside + side], mode)
                        if time.monotonic() - saved > SAVED_EVERY_S:
                            self._save(mode)
                            saved = time.monotonic()
                    progress("matrix", min(at + side, len(rows)) * len(columns), total)
                return
            except TooBig:
                if side == 1:
                    name = say(f"remote.name_{self._name}")
                    raise InputError(say("remote.too_small", engine=name, url=self._source.where(mode))) from None
                self._side = side // 2

    def _ask_block(self, square: Square, rows: np.ndarray, columns: np.ndarray, mode: TravelMode) -> None:
        unknown = square.time_s[np.ix_(rows, columns)] == UNKNOWN
        rows, columns = rows[unknown.any(axis=1)], columns[unknown.any(axis=0)]
        if not len(rows):
            return
        origins, destinations = ([square.points[n] for n in side] for side in (rows, columns))
        self.requests += 1
        time_s, distance_m = _whole(self._source.table(origins, destinations, mode), origins, destinations)
        square.time_s[np.ix_(rows, columns)], square.distance_m[np.ix_(rows, columns)] = time_s, distance_m
        square.version, square.day = self._source.version(mode), date.today().isoformat()

    def _line(self, start: LonLat, end: LonLat, mode: TravelMode) -> Line:
        """Return the way as it is known, else as the server tells it; a server that does not spoils no plan."""
        with self._lock:
            if (line := super()._line(start, end, mode)) or self._gone:
                return line
            try:
                self.requests += 1
                line = tuple(self._source.line(start, end, mode))
            except (InputError, TooBig) as error:
                self._gone = isinstance(error, Unreached)
                return ()
            square = self._square(mode)
            square.lines[square.number[start], square.number[end]] = line
            return line

    def keep(self) -> None:
        """Keep what is known now, lines too, for another time."""
        with self._lock:
            for mode in self._legs:
                self._save(mode)


def _whole(table: Table, origins: Sequence[LonLat], destinations: Sequence[LonLat]) -> tuple[Cells, Cells]:
    """Return whole seconds and metres of legs from true point to true point."""
    near = np.logical_and.outer(table.from_m <= LIMIT_M, table.to_m <= LIMIT_M)
    reached = near & ~np.isnan(table.time_s) & ~np.isnan(table.distance_m)
    walk_m = np.add.outer(table.from_m, table.to_m)
    with np.errstate(invalid="ignore"):
        seconds = np.ceil(table.time_s + walk_m * 3.6 / ACCESS_KMH - 1e-6)
        metres = np.ceil(table.distance_m + walk_m - 1e-6)
    number = {point: n for n, point in enumerate((*origins, *destinations))}
    same = np.equal.outer([number[point] for point in origins], [number[point] for point in destinations])
    time_s, distance_m = (
        np.where(same, 0, np.where(reached, np.minimum(value, UNREACHABLE), UNREACHABLE)).astype(np.int32)
        for value in (seconds, metres)
    )
    return time_s, distance_m


__all__ = ["AskingEngine", "KnownEngine", "digest_of"]
