"""The quickest ways from one place to many: Dijkstra's search over a graph in arrays, compiled, ended when all are reached."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
"""Of nodes, edges and arcs: half the memory, and no network has more."""
FAR = np.iinfo(np.int64).max
"""The weight of a way that does not exist."""
_LEAST_ROWS = 16
"""Fewer searches than this are not worth a second thread."""
_compiled: Any = numba.njit(cache=True, nogil=True, error_model="numpy")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ends:
    """Places hung into a graph: place n has the entries `first[n]` to `first[n + 1]` of (node, weight between it and the place)."""

    first: Ints
    node: Ints
    weight: Ints

    def __len__(self) -> int:
        return len(self.first) - 1

    def part(self, places: range) -> Ends:
        """Return some neighbouring places."""
        first = self.first[places.start : places.stop + 1]
        begin, end = int(first[0]), int(first[-1])
        return Ends(first=first - begin, node=self.node[begin:end], weight=self.weight[begin:end])

    def pick(self, places: Sequence[int]) -> Ends:
        """Return some places in the order they are named."""
        entries = [np.arange(self.first[place], self.first[place + 1]) for place in places]
        chosen = np.concatenate([np.empty(0, dtype=np.int64), *entries])
        first = np.concatenate([[0], np.cumsum([len(part) for part in entries])]).astype(np.int64)
        return Ends(first=first, node=self.node[chosen], weight=self.weight[chosen])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Graph:
    """Edges by their tail: node n has the edges `first[n]` to `first[n + 1]` of (head, weight)."""

    first: Numbers
    head: Numbers
    weight: Ints

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.first) - 1


def weights(graph: Graph, starts: Ends, ends: Ends) -> Ints:
    """Return the least weight from each start to each end, shape (starts, ends); FAR where there is no way.

    Both cores search where there are many starts; the answer is the same on one.
    """
    out = np.full((len(starts), len(ends)), FAR, dtype=np.int64)
    wanted = np.zeros(graph.nodes, dtype=np.uint8)
    wanted[ends.node] = 1

    def search(rows: range) -> None:
        _search_rows(
            graph.first,
            graph.head,
            graph.weight,
            (starts.first, starts.node, starts.weight),
            (ends.first, ends.node, ends.weight),
            wanted,
            rows.start,
            rows.stop,
            out,
        )

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    parts = min(cores, max(1, len(starts) // _LEAST_ROWS))
    bounds = [len(starts) * part // parts for part in range(parts + 1)]
    blocks = [range(begin, end) for begin, end in pairwise(bounds)]
    if parts == 1:
        search(blocks[0])
    else:
        with ThreadPoolExecutor(parts) as threads:
            list(threads.map(search, blocks))
    return out


def ways(graph: Graph, start: Ends, ends: Ends) -> tuple[Ints, Ints, Ints]:
    """Return the least weights from one start to each end, the entry of the end by which it comes in (-1: none), and
    for each node the edge by which it is reached, or -2 - n where it is the n-th entry of the start."""
    wanted = np.zeros(graph.nodes, dtype=np.uint8)
    wanted[ends.node] = 1
    before = np.full(graph.nodes, -1, dtype=np.int64)
    weight = np.full(len(ends), FAR, dtype=np.int64)
    entry = np.full(len(ends), -1, dtype=np.int64)
    _search_ways(
        graph.first,
        graph.head,
        graph.weight,
        (start.first, start.node, start.weight),
        (ends.first, ends.node, ends.weight),
        wanted,
        before,
        weight,
        entry,
    )
    return weight, entry, before


# ---- compiled --------------------------------------------------------------------------------------------------------
# The heap has four branches: `keys` and `nodes` are its places in order, `place` tells where a node stands (-1: settled).


@_compiled
def _rise(keys: Any, nodes: Any, place: Any, at: int, key: int, node: int) -> None:
    """Put a node into the heap at `at` or above."""
    while at > 0:
        above = (at - 1) >> 2
        if keys[above] <= key:
            break
        keys[at] = keys[above]
        nodes[at] = nodes[above]
        place[nodes[at]] = at
        at = above
    keys[at] = key
    nodes[at] = node
    place[node] = at


@_compiled
def _sink(keys: Any, nodes: Any, place: Any, size: int, key: int, node: int) -> None:
    """Put a node into the heap at its top or below."""
    at = 0
    while True:
        low = 4 * at + 1
        if low >= size:
            break
        least = low
        for other in range(low + 1, min(low + 4, size)):
            if keys[other] < keys[least]:
                least = other
        if keys[least] >= key:
            break
        keys[at] = keys[least]
        nodes[at] = nodes[least]
        place[nodes[at]] = at
        at = least
    keys[at] = key
    nodes[at] = node
    place[node] = at


@_compiled
def _settle(
    first: Any,
    head: Any,
    weight: Any,
    seeds: Any,
    wanted: Any,
    count: int,
    row: int,
    keys: Any,
    nodes: Any,
    place: Any,
    far: Any,
    seen: Any,
    mark: int,
    before: Any,
) -> None:
    """Search from one start until every wanted node is settled; `far` holds for the nodes whose `seen` is `mark`."""
    told = len(before) > 0
    size = 0
    for entry in range(seeds[0][row], seeds[0][row + 1]):
        node = seeds[1][entry]
        key = seeds[2][entry]
        if seen[node] != mark:
            seen[node] = mark
            size += 1
            at = size - 1
        elif key < far[node]:
            at = place[node]
        else:
            continue
        far[node] = key
        if told:
            before[node] = -2 - (entry - seeds[0][row])
        _rise(keys, nodes, place, at, key, node)
    left = count
    while size > 0:
        node = nodes[0]
        here = keys[0]
        place[node] = -1
        size -= 1
        if size > 0:
            _sink(keys, nodes, place, size, keys[size], nodes[size])
        if wanted[node]:
            left -= 1
            if left == 0:
                return
        for edge in range(first[node], first[node + 1]):
            there = head[edge]
            key = here + weight[edge]
            if seen[there] != mark:
                seen[there] = mark
                size += 1
                at = size - 1
            elif key < far[there]:
                at = place[there]
            else:
                continue
            far[there] = key
            if told:
                before[there] = edge
            _rise(keys, nodes, place, at, key, there)


@_compiled
def _room(count: int) -> Any:
    """Return what a search writes into: the heap's keys and nodes, where each node stands in it, its weight and its mark."""
    return (
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int32),
        np.empty(count, dtype=np.int32),
        np.empty(count, dtype=np.int64),
        np.zeros(count, dtype=np.int32),
    )


@_compiled
def _search_rows(
    first: Any, head: Any, weight: Any, seeds: Any, ends: Any, wanted: Any, begin: int, stop: int, out: Any
) -> None:
    """Fill the rows from `begin` to `stop` of the answer."""
    count = len(first) - 1
    keys, nodes, place, far, seen = _room(count)
    nothing = np.empty(0, dtype=np.int64)
    sought = 0
    for node in range(count):
        sought += wanted[node]
    for row in range(begin, stop):
        mark = row - begin + 1
        _settle(first, head, weight, seeds, wanted, sought, row, keys, nodes, place, far, seen, mark, nothing)
        for end in range(len(ends[0]) - 1):
            for entry in range(ends[0][end], ends[0][end + 1]):
                node = ends[1][entry]
                if seen[node] == mark and far[node] + ends[2][entry] < out[row, end]:
                    out[row, end] = far[node] + ends[2][entry]


@_compiled
def _search_ways(
    first: Any, head: Any, weight: Any, seeds: Any, ends: Any, wanted: Any, before: Any, out: Any, chosen: Any
) -> None:
    """Search from one start and tell the way to each end."""
    count = len(first) - 1
    keys, nodes, place, far, seen = _room(count)
    sought = 0
    for node in range(count):
        sought += wanted[node]
    _settle(first, head, weight, seeds, wanted, sought, 0, keys, nodes, place, far, seen, 1, before)
    for end in range(len(ends[0]) - 1):
        for entry in range(ends[0][end], ends[0][end + 1]):
            node = ends[1][entry]
            if seen[node] == 1 and far[node] + ends[2][entry] < out[end]:
                out[end] = far[node] + ends[2][entry]
                chosen[end] = entry
