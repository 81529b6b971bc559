"""Runs CP-SAT so that it hears a cancel: the caller's thread listens while the solver works in another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ortools.sat.python import cp_model

HEAR_S = 0.2
"""So often a search that is not ours listens whether it should stop."""


def solve(
    model: cp_model.CpModel, *, seed: int, effort: float, stop: Callable[[], bool] = lambda: False
) -> cp_model.CpSolver | None:
    """Return the solver with the best answer to the model that the effort finds, or None where it finds none.

    `effort` is deterministic time on one thread: no clock, so that two runs are equal. `stop` is asked now and then, in the
    thread of the caller; once it says so, the best answer till then is taken.
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = effort
    with ThreadPoolExecutor(1) as beside:
        task = beside.submit(solver.solve, model)
        while True:
            try:
                status = task.result(timeout=HEAR_S)
                break
            except TimeoutError:
                if stop():
                    solver.stop_search()
    return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
