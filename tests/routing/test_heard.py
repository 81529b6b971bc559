"""A solver that would go on for ever ends when it is told to, and keeps what it has."""

from __future__ import annotations

from itertools import combinations

from ortools.sat.python import cp_model

from gridplan.routing.search.heard import solve


def ruler(marks: int) -> tuple[cp_model.CpModel, cp_model.IntVar]:
    """A Golomb ruler: hard to prove the shortest, easy to find some."""
    model = cp_model.CpModel()
    at = [model.new_int_var(0, marks**3, "") for _ in range(marks)]
    gaps = []
    for one, other in combinations(at, 2):
        gap = model.new_int_var(1, marks**3, "")
        model.add(gap == other - one)
        gaps.append(gap)
    model.add_all_different(gaps)
    model.minimize(at[-1])
    return model, at[-1]


def test_a_stop_ends_the_search_and_the_best_answer_till_then_is_taken():
    model, length = ruler(16)
    asked = []
    found = solve(model, seed=1, effort=1e9, stop=lambda: asked.append(1) or len(asked) >= 5)
    assert len(asked) >= 5 and found is not None and found.value(length) >= 16 * 15 / 2


def test_what_is_easy_is_proven_without_a_stop():
    model, length = ruler(5)
    found = solve(model, seed=1, effort=10)
    assert found is not None and found.value(length) == 11
