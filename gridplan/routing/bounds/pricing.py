"""The cheapest route when every visit pays a price: exact over routes that forget far visits (ng-routes), compiled with numba.

Prices and costs are whole hundredths of a second (`UNIT`), times whole seconds, so that every machine gets the same answer.
A route may come back to a visit that it has forgotten: a visit i is remembered along the stops that have i among their
nearest few. That makes the search short, and its answer is never above the cheapest real route (Baldacci, Mingozzi and
Roberti 2011). The search is forward in time; what a beginning can become at best is known from a backward pass without
memory (but no way straight back) over whole buckets of time, rounded in favour of the route. Imports no solver.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

UNIT = 100
"""Units of price and cost in a second."""
NEVER = 1 << 30
"""A cost that stands for "there is no such way"."""
MOST_LABELS = 4_000_000
"""Beginnings of routes kept in one search; beyond, the backward pass alone is the bound."""
_COLOURS = 62

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Memory(NamedTuple):
    """What a route remembers: one bit a visit, and for each leg i → j which remembered bits survive it."""

    bit: Longs
    keep: Longs


class Arcs(NamedTuple):
    """Legs out of each visit, the most promising first: where to, cost less price, seconds, and the key of that order."""

    to: Ints
    cost: Ints
    lead: Ints
    key: Ints
    rate: int


class Completions(NamedTuple):
    """The least cost of ending a route from a visit with k·`bucket` seconds left: best, first stop of it, and best by another."""

    bucket: int
    best: Ints
    first: Ints
    other: Ints


class Found(NamedTuple):
    """The least cost below the limit (or the limit), whether the search ran to its end, and the best route by its last visit."""

    least: int
    complete: bool
    labels: int
    routes: Ints
    lengths: Ints
    costs: Longs


# ---- memory ----------------------------------------------------------------------------------------------------------


def memory(legs: Ints, size: int) -> Memory:
    """Return the memory in which a visit is remembered along stops that have it among their `size` nearest, itself included."""
    both = legs.astype(np.int64) + legs.T
    np.fill_diagonal(both, -1)
    near = np.ascontiguousarray(np.argsort(both, axis=1, kind="stable")[:, : max(1, size)].astype(np.int32))
    bit = _colour(near)
    return Memory(bit, _keep(near, bit))


@njit(cache=True, nogil=True)
def _colour(near: Any) -> Any:
    """Give each visit a bit so that no two which are remembered at one stop share it; forgets visits that find none."""
    count, size = near.shape
    starts = np.zeros(count + 1, np.int64)
    for i in range(count):
        for k in range(size):
            starts[near[i, k] + 1] += 1
    for i in range(count):
        starts[i + 1] += starts[i]
    fill = starts[:count].copy()
    holders = np.empty(starts[count], np.int32)
    for i in range(count):
        for k in range(size):
            holders[fill[near[i, k]]] = i
            fill[near[i, k]] += 1
    bit = np.zeros(count, np.int64)
    for i in range(count):
        for attempt in range(2):
            taken = np.int64(0)
            for x in range(starts[i], starts[i + 1]):
                if attempt == 0 or holders[x] == i:
                    for k in range(size):
                        v = near[holders[x], k]
                        if v >= 0 and v != i:
                            taken |= bit[v]
            colour = 0
            while colour < _COLOURS and (taken >> colour) & 1:
                colour += 1
            if colour < _COLOURS:
                bit[i] = np.int64(1) << colour
                break
            for x in range(starts[i], starts[i + 1]):
                for k in range(size):
                    if holders[x] != i and near[holders[x], k] == i:
                        near[holders[x], k] = -1
    return bit


@njit(cache=True, nogil=True)
def _keep(near: Any, bit: Any) -> Any:
    """Return for each leg i → j the bits of the visits that both stops remember."""
    count, size = near.shape
    keep = np.zeros((count, count), np.int64)
    known = np.zeros(count, np.bool_)
    for i in range(count):
        for k in range(size):
            if near[i, k] >= 0:
                known[near[i, k]] = True
        for j in range(count):
            for k in range(size):
                if near[j, k] >= 0 and known[near[j, k]]:
                    keep[i, j] |= bit[near[j, k]]
        for k in range(size):
            if near[i, k] >= 0:
                known[near[i, k]] = False
    return keep


# ---- the backward pass -----------------------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def priced(legs: Any, prices: Any) -> Any:
    """Return the cost of each leg i → j less the price of j; `NEVER` from a visit to itself and where no way leads."""
    count = len(prices)
    cost = np.empty((count, count), np.int32)
    for i in range(count):
        for j in range(count):
            cost[i, j] = NEVER if i == j or legs[i, j] >= 10_000_000 else legs[i, j] * UNIT - prices[j]
    return cost


@njit(cache=True, nogil=True)
def _plain_arcs(cost: Any, lead: Any) -> Any:
    count = len(cost)
    to = np.empty((count, count), np.int32)
    for i in range(count):
        for j in range(count):
            to[i, j] = j
    return to, cost, lead, np.full((count, count), -NEVER, np.int32)


@njit(cache=True, nogil=True)
def _sorted_arcs(cost: Any, lead: Any, least: Any, rate: int) -> Any:
    count = len(cost)
    to = np.empty((count, count), np.int32)
    costs = np.empty((count, count), np.int32)
    leads = np.empty((count, count), np.int32)
    keys = np.empty((count, count), np.int32)
    row = np.empty(count, np.int64)
    for i in range(count):
        for j in range(count):
            row[j] = NEVER if cost[i, j] >= NEVER or least[j] >= NEVER else cost[i, j] + rate * lead[i, j] + least[j]
        order = np.argsort(row)
        for x in range(count):
            j = order[x]
            to[i, x] = j
            costs[i, x] = cost[i, j]
            leads[i, x] = lead[i, j]
            keys[i, x] = min(row[j], NEVER)
    return to, costs, leads, keys


def plain_arcs(cost: Ints, lead: Ints) -> Arcs:
    """Return the arcs unsorted, with keys that promise nothing."""
    to, costs, leads, keys = _plain_arcs(cost, lead)
    return Arcs(to, costs, leads, keys, 0)


def sorted_arcs(cost: Ints, lead: Ints, least: Longs, rate: int) -> Arcs:
    """Return the arcs by `key` = cost + rate·lead + least[j].

    A route that leaves i with r seconds left and goes to j costs no less than key − rate·r from there on, when `least[j]`
    is no more than any completion from j plus rate × the seconds it has left.
    """
    to, costs, leads, keys = _sorted_arcs(cost, lead, least, rate)
    return Arcs(to, costs, leads, keys, rate)


@njit(cache=True, nogil=True)
def _complete(to: Any, cost: Any, lead: Any, key: Any, rate: int, home: Any, back: Any, room: int, bucket: int,
              step: int, halt: Any) -> Any:  # fmt: skip
    """Fill the buckets from little time left to much; within a bucket no visit hangs on another, as bucket ≤ step."""
    count = len(home)
    buckets = room // bucket + 1
    best = np.full((buckets, count), NEVER, np.int32)
    other = np.full((buckets, count), NEVER, np.int32)
    first = np.full((buckets, count), -2, np.int32)
    for k in range(buckets):
        if halt[0]:
            break
        left = min((k + 1) * bucket - 1, room)
        for j in range(count):
            if home[j] >= NEVER:
                continue
            one, two, head = NEVER, NEVER, -2
            if k > 0:
                one, two, head = best[k - 1, j], other[k - 1, j], first[k - 1, j]
            if back[j] <= left and (k == 0 or back[j] > k * bucket - 1):
                if home[j] < one:
                    one, two, head = home[j], one, -1
                elif home[j] < two:
                    two = home[j]
            if left >= step:
                for x in range(count):
                    if key[j, x] >= NEVER or key[j, x] - rate * left >= two:
                        break
                    rest = left - lead[j, x]
                    if rest < 0:
                        continue
                    via = to[j, x]
                    q = rest // bucket
                    end = best[q, via] if first[q, via] != j else other[q, via]
                    if end >= NEVER or cost[j, x] >= NEVER:
                        continue
                    value = end + cost[j, x]
                    if via == head:
                        one = min(one, value)
                    elif value < one:
                        one, two, head = value, one, via
                    elif value < two:
                        two = value
            best[k, j], other[k, j], first[k, j] = one, two, head
    return best, first, other


def complete(arcs: Arcs, home: Ints, back: Ints, room: int, bucket: int, step: int, halt: Ints) -> Completions:
    """Return the completions of one kind of route: `home` the cost and `back` the seconds of the way home from each visit."""
    best, first, other = _complete(
        arcs.to, arcs.cost, arcs.lead, arcs.key, arcs.rate, home, back, room, bucket, step, halt
    )
    return Completions(bucket, best, first, other)


def promise(completions: Completions) -> tuple[Longs, int]:
    """Return what `sorted_arcs` needs of coarser completions: `least` and `rate`, a fair price of a second."""
    best, bucket = completions.best.astype(np.int64), completions.bucket
    half = len(best) // 2
    known = best[half] < NEVER
    rate = 0
    if known.any() and half:
        gained = best[half][known] - best[-1][known]
        rate = max(0, int(gained.mean()) // (bucket * (len(best) - 1 - half)) if len(best) - 1 > half else 0)
    spent = best + rate * bucket * np.arange(len(best), dtype=np.int64)[:, None]
    spent[best >= NEVER] = NEVER
    return spent.min(axis=0), rate


# ---- the search ------------------------------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def _grown(values: Any) -> Any:
    return np.concatenate((values, np.empty_like(values)))


@njit(cache=True, nogil=True)
def _search(to: Any, cost: Any, lead: Any, key: Any, rate: int, start: Any, out: Any, home: Any, back: Any, room: int,
            step: int, bit: Any, keep: Any, bucket: int, best: Any, first: Any, other: Any, limit: int, most: int,
            longest: int, halt: Any) -> Any:  # fmt: skip
    """Extend beginnings of routes in the order of time; one is dropped when another of the same end is no worse in all."""
    count = len(home)
    slots = room // step + 1
    size = 1 << 15
    node, time, price = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32)
    seen, before = np.empty(size, np.int64), np.empty(size, np.int32)
    follower, rival = np.empty(size, np.int32), np.empty(size, np.int32)
    heads = np.full(slots, -1, np.int32)
    kept = np.full(count, -1, np.int32)
    last = np.full(count, -1, np.int32)
    value = np.full(count, limit, np.int64)
    made = 0
    for j in range(count):
        if start[j] >= NEVER or home[j] >= NEVER or out[j] + back[j] > room:
            continue
        if start[j] + best[(room - out[j]) // bucket, j] >= limit:
            continue
        if made == size:
            node, time, price, seen = _grown(node), _grown(time), _grown(price), _grown(seen)
            before, follower, rival = _grown(before), _grown(follower), _grown(rival)
            size *= 2
        node[made], time[made], price[made], seen[made], before[made] = j, out[j], start[j], bit[j], -1
        follower[made] = heads[out[j] // step]
        heads[out[j] // step] = made
        made += 1
    complete = True
    for slot in range(slots):
        number = 0
        x = heads[slot]
        while x >= 0:
            number += 1
            x = follower[x]
        if number == 0:
            continue
        here = np.empty(number, np.int32)
        when = np.empty(number, np.int32)
        x = heads[slot]
        for y in range(number):
            here[y] = x
            when[y] = time[x]
            x = follower[x]
        order = np.argsort(when, kind="mergesort")
        for y in range(number):
            label = here[order[y]]
            i, spent, rest, mask = node[label], price[label], room - time[label], seen[label]
            previous, z, beaten = -1, kept[i], False
            while z >= 0 and price[z] <= spent:
                if seen[z] & ~mask == 0:
                    beaten = True
                    break
                previous, z = z, rival[z]
            if beaten:
                continue
            rival[label] = z
            if previous < 0:
                kept[i] = label
            else:
                rival[previous] = label
            if back[i] <= rest and spent + home[i] < value[i]:
                value[i] = spent + home[i]
                last[i] = label
            if rest < step:
                continue
            for x in range(count):
                if key[i, x] >= NEVER or spent + key[i, x] - rate * rest >= limit:
                    break
                left = rest - lead[i, x]
                j = to[i, x]
                if left < 0 or home[j] >= NEVER or left < back[j] or cost[i, x] >= NEVER:
                    continue
                remembered = mask & keep[i, j]
                if remembered & bit[j]:
                    continue
                q = left // bucket
                end = best[q, j] if first[q, j] != i else other[q, j]
                if spent + cost[i, x] + end >= limit:
                    continue
                if made == size:
                    node, time, price, seen = _grown(node), _grown(time), _grown(price), _grown(seen)
                    before, follower, rival = _grown(before), _grown(follower), _grown(rival)
                    size *= 2
                node[made], time[made], price[made] = j, room - left, spent + cost[i, x]
                seen[made], before[made] = remembered | bit[j], label
                follower[made] = heads[(room - left) // step]
                heads[(room - left) // step] = made
                made += 1
            if made > most or halt[0]:
                complete = False
                break
        if not complete:
            break
    ends = np.argsort(value, kind="mergesort")
    number = 0
    while number < count and last[ends[number]] >= 0:
        number += 1
    routes = np.full((number, longest), -1, np.int32)
    lengths = np.zeros(number, np.int32)
    for y in range(number):
        x = last[ends[y]]
        while x >= 0:
            lengths[y] += 1
            x = before[x]
        x = last[ends[y]]
        for place in range(lengths[y] - 1, -1, -1):
            routes[y, place] = node[x]
            x = before[x]
    return value.min() if count else limit, complete, made, routes, lengths, value[ends[:number]]


def search(arcs: Arcs, completions: Completions, memory: Memory, start: Ints, out: Ints, home: Ints, back: Ints,
           room: int, step: int, limit: int, halt: Ints) -> Found:  # fmt: skip
    """Return the cheapest routes that cost less than `limit`; `start` and `out` are cost and seconds up to the end of a first visit."""
    return Found(
        *_search(
            arcs.to, arcs.cost, arcs.lead, arcs.key, arcs.rate, start, out, home, back, room, step, memory.bit,
            memory.keep, completions.bucket, completions.best, completions.first, completions.other, limit,
            MOST_LABELS, room // step + 1, halt,
        )
    )  # fmt: skip


def floor_of(completions: Completions, start: Ints, out: Ints, room: int) -> int:
    """Return what no route costs less than, from the backward pass alone; `NEVER` when there is no route."""
    can = (start < NEVER) & (out <= room)
    if not can.any():
        return NEVER
    ends = completions.best[(room - out[can]) // completions.bucket, np.flatnonzero(can)].astype(np.int64)
    return int(min((start[can].astype(np.int64) + ends).min(), NEVER))
