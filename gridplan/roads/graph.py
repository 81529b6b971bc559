"""The street network of one travel mode as a directed graph, with barriers and turn restrictions built in.

Segments are shared by all modes. Segment s gives two arcs: 2s along it and 2s + 1 against it. A weight holds time and
length in one whole number, time first, so that the shortest path is the quickest and among those the shortest, and its
sum is exact. Turning round is allowed at every corner where no sign forbids it, and costs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModeGraph:
    """The largest strongly connected part for one mode, and what was found beside it.

    `graph` has its edges by their tail, `arc` and `tail` tell of each edge which arc it is and where it begins: one arc has several
    edges when its start node was split for a turn restriction. `arc_weight`, `arc_head` (-1 outside the main part) and
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


def build_graph(
    mode: TravelMode, segments: Segments, nodes: int, blocked: Sequence[int], restrictions: Sequence[Restriction]
) -> ModeGraph:
    """Return the graph of one mode; `blocked` are the nodes where the mode cannot pass."""
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
    extra_tail, extra_arc, count = _split_for_turns(forbidden, tail, head, is_open, count)
    edge_arc = np.concatenate([arcs, extra_arc])
    edge_tail = np.concatenate([tail[arcs], extra_tail])
    edge_head = head[edge_arc]

    share, components, main = _main_part(count, edge_tail, edge_head, edge_arc, length_m)
    used, compact = np.unique(np.concatenate([edge_tail[main], edge_head[main]]), return_inverse=True)
    kept = len(compact) // 2
    order = np.argsort(compact[:kept], kind="stable")
    arc = edge_arc[main][order]
    near, far = compact[:kept][order], compact[kept:][order]
    arc_head = np.full(len(tail), -1)
    arc_head[arc] = far
    by_arc = np.argsort(arc, kind="stable")
    return ModeGraph(
        mode=mode,
        graph=Graph(
            first=_numbers(np.searchsorted(near, np.arange(len(used) + 1))), head=_numbers(far), weight=weight[arc]
        ),
        tail=_numbers(near),
        arc=_numbers(arc),
        arc_weight=weight,
        arc_head=_numbers(arc_head),
        arc_first=_numbers(np.searchsorted(arc[by_arc], np.arange(len(tail) + 1))),
        arc_edges=_numbers(by_arc),
        all_nodes=len(np.unique(np.concatenate([edge_tail, edge_head]))),
        all_edges=len(edge_arc),
        components=components,
        main_share=share,
        unclear_turns=unclear,
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
    forbidden: dict[int, set[int]], tail: Ints, head: Ints, is_open: NDArray[np.bool_], nodes: int
) -> tuple[Ints, Ints, int]:
    """Send each bound arc to a copy of its end node that has only the allowed ways out; `head` is changed in place.

    Arcs bound alike share a copy. Returns (tail, arc) of the copies' edges and the new number of nodes.
    """
    via_nodes = np.array(sorted({int(head[arc]) for arc in forbidden}), dtype=np.int64)
    leaving: dict[int, list[int]] = defaultdict(list)
    for arc in np.flatnonzero(is_open & np.isin(tail, via_nodes)).tolist():
        leaving[int(tail[arc])].append(arc)
    copies: dict[tuple[int, frozenset[int]], int] = {}
    new_tail: list[int] = []
    new_arc: list[int] = []
    for arc in sorted(forbidden):
        if not forbidden[arc]:
            continue
        key = (int(head[arc]), frozenset(forbidden[arc]))
        if key not in copies:
            copies[key] = nodes
            allowed = [out for out in leaving[key[0]] if out not in forbidden[arc]]
            new_tail += [nodes] * len(allowed)
            new_arc += allowed
            nodes += 1
        head[arc] = copies[key]
    return np.array(new_tail, dtype=np.int64), np.array(new_arc, dtype=np.int64), nodes


def _main_part(nodes: int, tail: Ints, head: Ints, arc: Ints, length_m: Floats) -> tuple[float, int, NDArray[np.bool_]]:
    """Return (share of length in the main part, strongly connected parts with a street, edges of the main part)."""
    whole = csr_array((np.ones(len(tail)), (tail, head)), shape=(nodes, nodes))
    _, label = connected_components(whole, directed=True, connection="strong")
    inside = label[tail] == label[head]
    if not inside.any():
        return 0.0, 0, inside
    # The edges of a split node are the same streets again: each counts once.
    counted, first = np.unique(arc[inside], return_index=True)
    lengths = np.bincount(label[tail][inside][first], length_m[counted])
    main = inside & (label[tail] == int(np.argmax(lengths)))
    return (
        min(1.0, float(lengths.max() / max(length_m[np.unique(arc)].sum(), 1e-9))),
        int(np.count_nonzero(lengths)),
        main,
    )
