"""The least travel of any routes by a spanning tree with fees (Held and Karp 1970), in whole numbers, compiled with numba.

The ways of all routes but each one's way home connect all visits and the bases, taken as one point: they hold a spanning
tree that enters every visit once and leaves it at most once. A fee on entering and on leaving each visit, given back in full,
changes no plan's travel, but it changes which tree is the shortest: raised where the tree enters or leaves too often, the
fees drive the bound up. Imports no solver.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

UNIT = 100
"""Fees are hundredths of a second."""
WORK = 120_000_000
MOST_ROUNDS = 400
"""How long the fees are raised: so many looks at a pair of visits, at most so many rounds."""


def least_travel(
    legs_s: NDArray[np.int32], out_s: NDArray[np.int64], home_s: NDArray[np.int64], routes: int
) -> NDArray[np.int64]:
    """Return the least travel of exactly r routes for r = 0, 1, …, one for each visit (whole seconds; entry 0 is that of 1).

    Parameters
    ----------
    legs_s
        Seconds from visit to visit, shape (n, n).
    out_s, home_s
        Seconds from the nearest base to each visit, and from it to the nearest base.
    routes
        The number of routes for which the fees are raised; for every other number the same fees give the bound.
    """
    count = len(out_s)
    rounds = min(MOST_ROUNDS, WORK // (count * count) + 1)
    totals = _ascend(legs_s, out_s, home_s, max(1, min(routes, count)), rounds)
    return np.asarray(-(-totals // UNIT), dtype=np.int64)


@njit(cache=True, nogil=True)
def _ascend(legs: Any, out: Any, home: Any, routes: int, rounds: int) -> Any:
    """Raise the fees for `rounds` rounds; return the best bound by number of routes, in UNIT."""
    count = len(out)
    enter, leave = np.zeros(count, np.int64), np.zeros(count, np.int64)
    best = np.empty(count + 1, np.int64)
    entered, left = np.empty(count, np.int64), np.empty(count, np.int64)
    near, via, into = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.bool_)
    done = np.empty(count, np.bool_)
    step = np.int64(0)
    for turn in range(rounds):
        total = np.int64(0)
        for i in range(count):
            near[i], via[i], into[i], done[i] = out[i] * UNIT + enter[i], -1, True, False
            entered[i], left[i] = 0, 0
        for _ in range(count):
            i = -1
            for j in range(count):
                if not done[j] and (i < 0 or near[j] < near[i]):
                    i = j
            done[i] = True
            total += near[i]
            if into[i]:
                entered[i] += 1
                if via[i] >= 0:
                    left[via[i]] += 1
            else:
                left[i] += 1
                entered[via[i]] += 1
            for j in range(count):
                if not done[j]:
                    there = legs[i, j] * UNIT + leave[i] + enter[j]
                    here = legs[j, i] * UNIT + leave[j] + enter[i]
                    if min(there, here) < near[j]:
                        near[j], via[j], into[j] = min(there, here), i, there <= here
        ways = home * UNIT + leave
        order = np.argsort(ways, kind="mergesort")
        total -= enter.sum() + leave.sum()
        if turn == 0:
            step = max(np.int64(1), total // (4 * count))
        reached = total
        for r in range(routes):
            reached += ways[order[r]]
        if turn == 0 or reached > best[routes]:
            whole = total
            for r in range(count):
                whole += ways[order[r]]
                best[r + 1] = whole
            best[0] = best[1]
        for r in range(routes):
            left[order[r]] += 1
        for i in range(count):
            enter[i] += step * (entered[i] - 1)
            leave[i] += step * (left[i] - 1)
        step = max(np.int64(1), step - step // 25)
    return best
