"""The tree with fees: no set of routes through all visits is shorter, and the fees never lower the plain tree."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from numpy.typing import NDArray

import gridplan.routing.bounds.forest as forest
from gridplan.routing.bounds.forest import least_travel

Legs = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]


def crooked_legs(seed: int, count: int = 5) -> Legs:
    draw = np.random.default_rng(seed)
    legs = draw.integers(0, 1800, (count, count)).astype(np.int32)
    return legs, draw.integers(0, 3600, count), draw.integers(0, 3600, count)


def shortest_routes(legs: Legs, routes: int) -> int:
    """The least travel of exactly so many routes, by trying every order and every way to cut it."""
    between, out, home = legs
    count = len(out)
    best = 10**9
    for order in permutations(range(count)):
        gains = sorted(int(home[a] + out[b] - between[a, b]) for a, b in pairwise(order))
        whole = int(out[order[0]] + home[order[-1]]) + sum(int(between[a, b]) for a, b in pairwise(order))
        best = min(best, whole + sum(gains[: routes - 1]))
    return best


@pytest.mark.parametrize("seed", range(30))
def test_no_routes_are_shorter_than_the_tree_with_fees(seed: int) -> None:
    legs = crooked_legs(seed)
    bound = least_travel(*legs, routes=2)
    for routes in range(1, 6):
        assert bound[routes] <= shortest_routes(legs, routes)


def test_the_fees_raise_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [crooked_legs(seed, 12) for seed in range(10)]
    with_fees = [int(least_travel(*legs, routes=2)[2]) for legs in cases]
    monkeypatch.setattr(forest, "MOST_ROUNDS", 1)
    plain = [int(least_travel(*legs, routes=2)[2]) for legs in cases]
    assert all(a >= b for a, b in zip(with_fees, plain, strict=True))
    assert sum(with_fees) > 1.1 * sum(plain)


def test_a_single_visit_is_there_and_back() -> None:
    legs = np.zeros((1, 1), dtype=np.int32), np.array([700]), np.array([800])
    assert least_travel(*legs, routes=1).tolist() == [1500, 1500]
