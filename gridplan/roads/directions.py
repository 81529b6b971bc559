"""Makes directions from the line of a leg: which stretches of it are one street, and what is done between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import pairwise

import numpy as np

from gridplan.model.crew import TravelMode
from gridplan.model.directions import Directions, Step, Turn
from gridplan.model.place import LonLat
from gridplan.model.travel import UNREACHABLE, RoutePath
from gridplan.model.words import Text
from gridplan.roads.engine import ACCESS_KMH
from gridplan.roads.follow import NONE, Ints, StreetIndex, Trace, bearing_deg, beside_deg, turn_deg
from gridplan.roads.measure import Floats
from gridplan.roads.network import RoadNetwork
from gridplan.roads.phrases import Phrases

HEADING_M = 20.0
"""Over so many metres before and after a corner the direction is taken: a kerb's curve is no turn."""
_BEND_M = 10.0
_CONNECTOR_M = 25.0  # a nameless piece as short as that crosses a divided street
_SCRAP_M = 12.0  # and one as short as that is a kerb or a gap between two paths
_GAP_M = 60.0  # so long a street may lose its name and go on
_BEND_DEG = 45.0  # the same street may bend so far at a corner without a word
_STRAIGHT_DEG, _SLIGHT_DEG, _SHARP_DEG, _ROUND_DEG = 25.0, 50.0, 135.0, 160.0
_SIDE_DEG = 30.0
_ASIDE_M = 3.0  # a door nearer to the street than that has no side


class _Kind(Enum):
    WALK = auto()
    STREET = auto()
    RING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Pieces `first`…`last - 1` of a trace that are one street; `enter` and `leave` are its bearings at both ends."""

    kind: _Kind
    name: str
    klass: str
    first: int
    last: int
    enter: float
    leave: float

    def same_street(self, other: _Run) -> bool:
        return self.kind is other.kind and self.name == other.name


class Guide:
    """Tells the way along the legs of one road network; `rings` are its roundabouts. Without network: where to and how far.

    `served`: a server elsewhere measured the legs, which knows the streets and tells no turns.
    """

    def __init__(
        self, network: RoadNetwork | None, rings: Sequence[Sequence[LonLat]] = (), *, served: bool = False
    ) -> None:
        self._served = served
        self._network = network
        self._index = StreetIndex(network, rings) if network is not None else None

    def tell(self, path: RoutePath, mode: TravelMode, origin: Text, destination: Text) -> Directions:
        """Return the directions for a leg that a travel engine gave for `mode`.

        The steps' metres and seconds are shared out so that they add up to those of `path`.
        """
        words = Phrases(mode, origin, destination)
        steps: Sequence[Step]
        if path.distance_m >= UNREACHABLE or not path.line:
            steps = [_step(Turn.UNREACHABLE, words.unreachable(), path.distance_m, path.time_s, None)]
        elif path.line[0] == path.line[-1] or path.distance_m == 0:
            steps = [_step(Turn.ARRIVE, words.same_place(), path.distance_m, path.time_s, path.line[-1])]
        elif self._index is None or self._network is None:
            toward = bearing_deg(np.array(path.line[0]), np.array(path.line[-1]))
            steps = [
                _step(
                    Turn.DEPART,
                    words.whole(toward, path.distance_m, served=self._served),
                    path.distance_m,
                    path.time_s,
                    path.line[0],
                ),
                _step(Turn.ARRIVE, words.arrive(None, 0.0), 0, 0, path.line[-1]),
            ]
        else:
            steps = _Way(self._index, self._network, self._index.trace(path.line), path, mode, words).steps()
        return Directions(
            origin=origin,
            destination=destination,
            mode=mode,
            distance_m=path.distance_m,
            time_s=path.time_s,
            steps=tuple(steps),
        )


class _Way:
    """One leg while it is told."""

    def __init__(
        self,
        index: StreetIndex,
        network: RoadNetwork,
        trace: Trace,
        path: RoutePath,
        mode: TravelMode,
        words: Phrases,
    ) -> None:
        self._index, self._network, self._trace = index, network, trace
        self._mode, self._words = mode, words
        self._metres = _shared(trace.along_m, path.distance_m)
        self._seconds = _shared(np.concatenate([[0.0], np.cumsum(trace.length_m / self._kmh())]), path.time_s)

    def _kmh(self) -> Floats:
        """Return the speed on each piece; beside the streets one walks."""
        segment, forward = self._trace.segment, self._trace.forward
        known = self._network.segments.kmh[self._mode][np.maximum(segment, 0), np.where(forward, 0, 1)]
        return np.where((segment == NONE) | (known <= 0), ACCESS_KMH, known)

    # ---- stretches ---------------------------------------------------------------------------------------------------

    def _key(self, piece: int) -> tuple[_Kind, str, str]:
        segment = int(self._trace.segment[piece])
        if segment == NONE:
            at_end = piece in (0, len(self._trace.segment) - 1)
            return (_Kind.WALK, "", "") if at_end else (_Kind.STREET, "", "")
        if self._index.in_ring[segment]:
            return _Kind.RING, "", ""
        way = int(self._network.segments.way[segment])
        return _Kind.STREET, self._network.way_name[way].strip(), self._network.way_class[way]

    def _runs(self) -> list[_Run]:
        """Return the stretches: one street each, cut where the same street is left by a real turn."""
        along = self._trace.along_m
        keys = [self._key(piece) for piece in range(len(self._trace.segment))]
        cuts = [0]
        for piece in range(1, len(keys)):
            if keys[piece][:2] != keys[piece - 1][:2] or (keys[piece][0] is _Kind.STREET and self._turns_off(piece)):
                cuts.append(piece)
        runs = []
        for first, last in pairwise([*cuts, len(keys)]):
            kind, name, klass = keys[first]
            reach = min(HEADING_M, along[last] - along[first])
            runs.append(
                _Run(
                    kind=kind,
                    name=name,
                    klass=klass,
                    first=first,
                    last=last,
                    enter=self._trace.heading(along[first], along[first] + reach),
                    leave=self._trace.heading(along[last] - reach, along[last]),
                )
            )
        return _joined(runs, along)

    def _turns_off(self, piece: int) -> bool:
        """Whether at the start of a piece the way leaves the line of its own street: at a corner, or by turning round."""
        at = float(self._trace.along_m[piece])
        before = self._trace.heading(max(at - _BEND_M, 0.0), at)
        angle = abs(turn_deg(before, self._trace.heading(at, min(at + _BEND_M, float(self._trace.along_m[-1])))))
        return angle >= _ROUND_DEG or (angle >= _BEND_DEG and self._index.is_corner(int(self._trace.node[piece])))

    # ---- steps -------------------------------------------------------------------------------------------------------

    def steps(self) -> list[Step]:
        """Return the steps: departure, a step a turn, arrival."""
        runs = self._runs()
        access = runs.pop(0) if runs[0].kind is _Kind.WALK else None
        egress = runs.pop() if runs and runs[-1].kind is _Kind.WALK else None
        begin = access.first if access else runs[0].first
        steps: list[Step] = []
        told = 0
        while told < len(runs):
            run = runs[told]
            after = runs[told + 1] if told + 1 < len(runs) and run.kind is _Kind.RING and steps else None
            last = (after or run).last
            first = run.first if steps else begin
            turn, text = self._depart(access, run) if not steps else self._on(runs[told - 1], run, after)
            steps.append(self._made(turn, text, first, last, (after or run).name))
            told += 2 if after else 1
        if not steps:  # both doors lie at the same place of one street
            assert access is not None
            steps.append(self._made(Turn.DEPART, self._words.on_foot(self._metre(access)), begin, access.last, ""))
        return [*steps, self._arrive(runs[-1] if runs else None, egress)]

    def _made(self, turn: Turn, text: Text, first: int, last: int, street: str) -> Step:
        return _step(
            turn,
            text,
            int(self._metres[last] - self._metres[first]),
            int(self._seconds[last] - self._seconds[first]),
            LonLat(*self._trace.points[first].tolist()),
            street,
        )

    def _metre(self, *runs: _Run) -> float:
        return sum(_length(run, self._trace.along_m) for run in runs)

    def _depart(self, access: _Run | None, run: _Run) -> tuple[Turn, Text]:
        walk_m = self._metre(access) if access else 0.0
        if run.kind is _Kind.RING:
            return Turn.DEPART, self._words.depart_ring(self._metre(run))
        street = self._words.street(run.name, run.klass)
        return Turn.DEPART, self._words.depart(street, run.enter, walk_m, self._metre(run))

    def _on(self, before: _Run, run: _Run, after: _Run | None) -> tuple[Turn, Text]:
        """Return what is done between two stretches; `after` is the street behind a roundabout."""
        if run.kind is _Kind.RING:
            if after is None:
                return Turn.ROUNDABOUT, self._words.ring_end(self._metre(run))
            street = self._words.street(after.name, after.klass)
            return Turn.ROUNDABOUT, self._words.ring(self._exit(run), street, self._metre(run, after))
        turn = turn_of(turn_deg(before.leave, run.enter))
        street = self._words.street(run.name, run.klass)
        stays = before.same_street(run) and bool(run.name)
        return turn, self._words.turn(turn, street, self._metre(run), stays=stays)

    def _exit(self, ring: _Run) -> int:
        """Return the number of the exit: ways out passed on the ring, the one taken included."""
        nodes = self._trace.node[ring.first + 1 : ring.last + 1].tolist()
        return max(1, sum(self._index.leads_out(node, self._mode) for node in nodes if node != NONE))

    def _arrive(self, run: _Run | None, egress: _Run | None) -> Step:
        points = self._trace.points
        if egress is None or run is None:
            side, walk_m, first = None, 0.0, len(points) - 1
            if egress is not None:
                walk_m, first = self._metre(egress), egress.first
        else:
            walk_m, first = self._metre(egress), egress.first
            beside = beside_deg(run.leave, points[egress.first], points[-1])
            side = "ahead" if abs(beside) < _SIDE_DEG else "right" if beside > 0 else "left"
        text = self._words.arrive(side if walk_m >= _ASIDE_M else None, walk_m)
        return self._made(Turn.ARRIVE, text, first, len(points) - 1, "")


def turn_of(angle: float) -> Turn:
    """Return what a change of bearing (degrees, right positive) is called."""
    size = abs(angle)
    if size < _STRAIGHT_DEG:
        return Turn.STRAIGHT
    if size >= _ROUND_DEG:
        return Turn.U_TURN
    left = angle < 0
    if size < _SLIGHT_DEG:
        return Turn.SLIGHT_LEFT if left else Turn.SLIGHT_RIGHT
    if size <= _SHARP_DEG:
        return Turn.LEFT if left else Turn.RIGHT
    return Turn.SHARP_LEFT if left else Turn.SHARP_RIGHT


def _joined(runs: Sequence[_Run], along_m: Floats) -> list[_Run]:
    """Join what a traveller takes for one street: over short nameless connectors, and nameless pieces in one line."""
    joined: list[_Run] = []
    for place, run in enumerate(runs):
        before = joined[-1] if joined else None
        if before is None or run.kind is not _Kind.STREET or before.kind is not _Kind.STREET:
            joined.append(run)
            continue
        short = not run.name and _length(run, along_m) < (_CONNECTOR_M if before.name else _SCRAP_M)
        between = place + 1 < len(runs) and runs[place + 1].kind is _Kind.STREET
        bend = abs(turn_deg(before.leave, run.enter))
        if len(joined) > 1 and _goes_on(joined[-2], before, run, along_m):
            joined[-2:] = [replace(joined[-2], last=run.last, leave=run.leave)]
        elif short and between:
            joined[-1] = replace(before, last=run.last)  # it keeps its bearing: the turn is made over the connector
        elif bend < _BEND_DEG and run.same_street(before):
            joined[-1] = replace(before, last=run.last, leave=run.leave)
        else:
            joined.append(run)
    return joined


def _length(run: _Run, along_m: Floats) -> float:
    return float(along_m[run.last] - along_m[run.first])


def _goes_on(before: _Run, gap: _Run, run: _Run, along_m: Floats) -> bool:
    """Whether a named street goes on behind a short nameless piece in its line."""
    straight = abs(turn_deg(before.leave, run.enter)) < _BEND_DEG
    return bool(run.name) and before.same_street(run) and not gap.name and _length(gap, along_m) < _GAP_M and straight


def _shared(parts: Floats, whole: int) -> Ints:
    """Return growing whole numbers from 0 to `whole` in proportion to `parts`, which grow from 0."""
    if parts[-1] <= 0:  # a metre beside the street, and nothing along it
        parts = np.concatenate([np.zeros(len(parts) - 1), [1.0]])
    shares: Ints = np.rint(parts * (whole / parts[-1])).astype(np.int64)
    return shares


def _step(turn: Turn, text: Text, distance_m: int, time_s: int, point: LonLat | None, street: str = "") -> Step:
    return Step(turn=turn, text=text, distance_m=distance_m, time_s=time_s, point=point, street=street)
