"""The street network of one travel mode as a directed graph, with barriers and turn restrictions built in.

Segments are shared by all modes. Segment s gives two arcs: 2s along it and 2s + 1 against it. A weight holds time and
length in one whole number, time first, so that the shortest path is the quickest and among those the shortest, and its
sum is exact. Turning round is allowed at every corner where no sign forbids it. Turns cost nothing unless a profile says so: then
each arc that comes to a corner gets a copy of it, whose ways out are longer by the turn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gridplan.model.crew import TravelMode
from gridplan.roads.search import Graph, Ints, Numbers

Floats = NDArray[np.float64]

LENGTH_BITS = 26
"""A weight is time in tenths of a second << 26 | decimetres: 6,700 km and 155 days, exact in a float64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A turn restriction at node `via`: ways by index; `only` allows nothing but the ways of `to`."""

    via: int
    from_ways: frozenset[int]
    to_ways: frozenset[int]
    rule: dict[TravelMode, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segments:
    """Pieces of ways between junctions, arrays of one length: end nodes, way, metres, and km/h as (segments, 2) a mode."""

    start: Ints
    end: Ints
    way: Ints
    length_m: Floats
    kmh: dict[TravelMode, Floats]


_TURN_DEG, _ROUND_DEG = 45.0, 160.0
"""From so large a change of direction on it is a turn, and from so large a one turning round."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TurnCosts:
    """Seconds of a turn (left, right, round), and for each arc its bearings where it begins and ends, (arcs, 2) degrees."""

    headings: Floats
    turn_s: Mapping[str, float]

    def cost_ds(self, arc: int, out: int, corner: bool) -> int:
        """Return the tenths of a second that turning from one arc into another costs; `corner`: more than two streets meet."""
        angle = (self.headings[out, 0] - self.headings[arc, 1] + 180) % 360 - 180
        if out == arc ^ 1 or abs(angle) >= _ROUND_DEG:
            return round(10 * self.turn_s["round"])
        if not corner or abs(angle) < _TURN_DEG:
            return 0
        return round(10 * self.turn_s["left" if angle < 0 else "right"])


def headings_deg(coords: Floats, first: Ints) -> Floats:
    """Return for the arcs of segments (points `first[n]` to `first[n + 1]`) the bearings of their first and last straight piece."""
    begin, end = first[:-1], first[1:] - 1
    scale = np.cos(np.radians(coords[:, 1].mean()))

    def bearing(one: Ints, other: Ints) -> Floats:
        east, north = (coords[other] - coords[one]).T
        degrees: Floats = np.degrees(np.arctan2(east * scale, north)) % 360
        return degrees

    leave, arrive = bearing(begin, begin + 1), bearing(end - 1, end)
    along = np.stack([leave, arrive], axis=1)
    against = np.stack([arrive + 180, leave + 180], axis=1) % 360
    return np.stack([along, against], axis=1).reshape(-1, 2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModeGraph:
    """The largest strongly connected part for one mode, and what was found beside it.

    `graph` has its edges by their tail, `arc` and `tail` tell of each edge which arc it is and where it begins: one arc has several
    edges when its start node was split for turns, and the weight of an edge holds the turn into it. `arc_weight`, `arc_head` (-1 outside the main part) and
    `arc_first` (into `arc_edges`) cover all 2 × segments arcs.
    """

    mode: TravelMode
    graph: Graph
    tail: Numbers
    arc: Numbers
    arc_weight: Ints
    arc_head: Numbers
    arc_first: Numbers
    arc_edges: Numbers
    all_nodes: int
    all_edges: int
    components: int
    main_share: float
    unclear_turns: int

    @property
    def nodes(self) -> int:
        """How many nodes the main part has, copies for turns included."""
        return self.graph.nodes

    def edges_of(self, arc: int) -> list[int]:
        """Return the edges that are this arc; none outside the main part."""
        found: list[int] = self.arc_edges[self.arc_first[arc] : self.arc_first[arc + 1]].tolist()
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Streets:
    """All edges of one mode before the main part is taken: tail, head, arc and the weight of the turn into it.

    `arc_weight` and `length_m` cover all arcs; `nodes` counts copies for barriers and turns.
    """

    mode: TravelMode
    tail: Ints
    head: Ints
    arc: Ints
    turn: Ints
    nodes: int
    arc_weight: Ints
    length_m: Floats
    unclear_turns: int


def streets_of(
    mode: TravelMode,
    segments: Segments,
    nodes: int,
    blocked: Sequence[int],
    restrictions: Sequence[Restriction],
    turns: TurnCosts | None = None,
) -> Streets:
    """Return all edges that one mode may use; `blocked` are the nodes where it cannot pass."""
    kmh = segments.kmh[mode].reshape(-1)
    is_open = kmh > 0
    tail = np.stack([segments.start, segments.end], axis=1).reshape(-1)
    head = np.stack([segments.end, segments.start], axis=1).reshape(-1)
    length_m = np.repeat(segments.length_m, 2)
    time_ds = np.maximum(1, np.rint(36 * length_m / np.where(is_open, kmh, 1.0))).astype(np.int64)
    weight = (time_ds << LENGTH_BITS) + np.rint(length_m * 10).astype(np.int64)

    count = _cut_at_barriers(tail, head, nodes, blocked)
    forbidden, unclear = _forbidden_turns(mode, np.repeat(segments.way, 2), tail, head, is_open, restrictions)
    arcs = np.flatnonzero(is_open)
    extra_tail, extra_arc, extra_turn, count = _split_for_turns(forbidden, tail, head, is_open, count, turns)
    edge_arc = np.concatenate([arcs, extra_arc])
    return Streets(
        mode=mode,
        tail=np.concatenate([tail[arcs], extra_tail]),
        head=head[edge_arc],
        arc=edge_arc,
        turn=np.concatenate([np.zeros(len(arcs), dtype=np.int64), extra_turn]),
        nodes=count,
        arc_weight=weight,
        length_m=length_m,
        unclear_turns=unclear,
    )


def build_graph(all_: Streets) -> ModeGraph:
    """Return the graph of one mode: the main part of its streets."""
    edge_tail, edge_head, edge_arc, weight = all_.tail, all_.head, all_.arc, all_.arc_weight
    share, components, main = _main_part(all_)
    used, compact = np.unique(np.concatenate([edge_tail[main], edge_head[main]]), return_inverse=True)
    kept = len(compact) // 2
    order = np.argsort(compact[:kept], kind="stable")
    arc = edge_arc[main][order]
    near, far = compact[:kept][order], compact[kept:][order]
    arc_head = np.full(len(weight), -1)
    arc_head[arc] = far
    by_arc = np.argsort(arc, kind="stable")
    return ModeGraph(
        mode=all_.mode,
        graph=Graph(
            first=_numbers(np.searchsorted(near, np.arange(len(used) + 1))),
            head=_numbers(far),
            weight=weight[arc] + all_.turn[main][order],
        ),
        tail=_numbers(near),
        arc=_numbers(arc),
        arc_weight=weight,
        arc_head=_numbers(arc_head),
        arc_first=_numbers(np.searchsorted(arc[by_arc], np.arange(len(weight) + 1))),
        arc_edges=_numbers(by_arc),
        all_nodes=len(np.unique(np.concatenate([edge_tail, edge_head]))),
        all_edges=len(edge_arc),
        components=components,
        main_share=share,
        unclear_turns=all_.unclear_turns,
    )


def _numbers(values: Ints) -> Numbers:
    return values.astype(np.int32)


def _cut_at_barriers(tail: Ints, head: Ints, nodes: int, blocked: Sequence[int]) -> int:
    """Give each arc pair at a blocked node a dead end of its own, in place; return the new number of nodes."""
    shut = set(blocked)
    for node_end in np.flatnonzero(np.isin(tail, list(shut))).tolist() if shut else ():
        tail[node_end] = nodes
        head[node_end ^ 1] = nodes  # the same end of the same segment, seen from the other direction
        nodes += 1
    return nodes


def _forbidden_turns(
    mode: TravelMode,
    way: Ints,
    tail: Ints,
    head: Ints,
    is_open: NDArray[np.bool_],
    restrictions: Sequence[Restriction],
) -> tuple[dict[int, set[int]], int]:
    """Return for each arriving arc the arcs it may not turn into, and how many restrictions are too unclear to use."""
    binding = [item for item in restrictions if item.rule[mode]]
    via = np.array(sorted({item.via for item in binding}), dtype=np.int64)
    arriving: dict[int, list[int]] = defaultdict(list)
    leaving: dict[int, list[int]] = defaultdict(list)
    for arc in np.flatnonzero(is_open & np.isin(head, via)).tolist():
        arriving[int(head[arc])].append(arc)
    for arc in np.flatnonzero(is_open & np.isin(tail, via)).tolist():
        leaving[int(tail[arc])].append(arc)
    forbidden: dict[int, set[int]] = defaultdict(set)
    unclear = 0
    for item in binding:
        rule = item.rule[mode]
        sources = [arc for arc in arriving[item.via] if int(way[arc]) in item.from_ways]
        targets = [arc for arc in leaving[item.via] if int(way[arc]) in item.to_ways]
        if not sources or not targets:
            continue  # that turn does not exist for this mode
        if rule == "no_u_turn":
            for arc in sources:
                back = [target for target in targets if target == arc ^ 1 or int(way[target]) != int(way[arc])]
                forbidden[arc].update(back)
        elif len(sources) > len(item.from_ways) or len(targets) > len(item.to_ways):
            unclear += 1  # a way that runs through the node: which half is meant is not said
        elif rule.startswith("only_"):
            for arc in sources:
                forbidden[arc].update(set(leaving[item.via]) - set(targets))
        else:
            for arc in sources:
                forbidden[arc].update(targets)
    return forbidden, unclear


def _split_for_turns(
    forbidden: Mapping[int, set[int]],
    tail: Ints,
    head: Ints,
    is_open: NDArray[np.bool_],
    nodes: int,
    turns: TurnCosts | None,
) -> tuple[Ints, Ints, Ints, int]:
    """Send each bound arc to a copy of its end node that has only the allowed ways out; `head` is changed in place.

    Arcs bound alike share a copy, where turns cost nothing; else every arc has its own. Returns (tail, arc, weight of the turn) of
    the copies' edges and the new number of nodes.
    """
    bound = [arc for arc in forbidden if forbidden[arc]] if turns is None else np.flatnonzero(is_open).tolist()
    via_nodes = np.unique(head[bound])
    leaving: dict[int, list[int]] = defaultdict(list)
    for arc in np.flatnonzero(is_open & np.isin(tail, via_nodes)).tolist():
        leaving[int(tail[arc])].append(arc)
    meeting = np.bincount(tail, minlength=nodes)
    copies: dict[tuple[int, frozenset[int], int], int] = {}
    made: list[tuple[int, int, int]] = []
    for arc in sorted(bound):
        barred = frozenset(forbidden.get(arc, ()))
        key = (int(head[arc]), barred, arc if turns else -1)
        if key not in copies:
            copies[key] = nodes
            for out in leaving[key[0]]:
                if out not in barred:
                    cost_ds = turns.cost_ds(arc, out, bool(meeting[key[0]] > 2)) if turns else 0
                    made.append((nodes, out, cost_ds << LENGTH_BITS))
            nodes += 1
        head[arc] = copies[key]
    table = np.array(made, dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2], nodes


def strong_parts(all_: Streets) -> tuple[Ints, Floats]:
    """Return for each node its strongly connected part, and how many metres of street each part has."""
    whole = csr_array((np.ones(len(all_.tail)), (all_.tail, all_.head)), shape=(all_.nodes, all_.nodes))
    parts, label = connected_components(whole, directed=True, connection="strong")
    inside = label[all_.tail] == label[all_.head]
    # The edges of a split node are the same streets again: each counts once.
    counted, first = np.unique(all_.arc[inside], return_index=True)
    length_m = np.bincount(label[all_.tail][inside][first], all_.length_m[counted], parts)
    return label.astype(np.int64), length_m.astype(np.float64)


def _main_part(all_: Streets) -> tuple[float, int, NDArray[np.bool_]]:
    """Return (share of length in the main part, strongly connected parts with a street, edges of the main part)."""
    label, lengths = strong_parts(all_)
    inside = label[all_.tail] == label[all_.head]
    if not inside.any():
        return 0.0, 0, inside
    main = inside & (label[all_.tail] == int(np.argmax(lengths)))
    return (
        min(1.0, float(lengths.max() / max(all_.length_m[np.unique(all_.arc)].sum(), 1e-9))),
        int(np.count_nonzero(lengths)),
        main,
    )
