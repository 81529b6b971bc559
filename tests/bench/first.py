"""The first plan with all visits: CPU seconds until it is there, and the peak of memory, in a fresh process each."""

from __future__ import annotations

import resource
from collections.abc import Sequence

from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.search.improve import Effort
from gridplan.routing.solve import draft_plan
from gridplan.routing.timeline import ABSENT_S
from tests.bench.figures import Figure, at_most, plain
from tests.bench.mission import mission
from tests.bench.planning import FIRST_S, plan_of

CPU_S = {1_000: 6.0, 3_000: 15.0, 10_000: 30.0}
MOST_MB = 1_536
SPARE_MIN = 120


def cases() -> list[str]:
    """Return the sizes."""
    return [f"first {size}" for size in CPU_S]


def measure(case: str, cpu_s: float | None = None) -> list[Figure]:
    """Plan for a short while."""
    size = int(case.split()[1])
    problem = mission(size)
    draft = draft_plan(problem, seed=1, effort=Effort(cpu_s=cpu_s or CPU_S[size]), tries=0)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    memory = (
        at_most("peak memory", peak_mb, "MB", MOST_MB) if size == max(CPU_S) else plain("peak memory", peak_mb, "MB")
    )
    plan = plan_of(problem, draft.routes)
    # A search's cost holds ABSENT_S for each visit left out: below this price there is none. The bound allows for one visit less.
    whole = lower_bound(plan, problem.travel).cost + ABSENT_S / 60 - SPARE_MIN
    first_s = next((spent for spent, cost in draft.course if cost < whole), float("inf"))
    return [
        at_most("first plan", first_s, "CPU s", FIRST_S[size]),
        plain("visits left out of the last plan", len(draft.unplanned), "visits"),
        memory,
    ]


def verdict(figures: Sequence[Figure]) -> list[Figure]:
    """Return nothing: each line has its target."""
    return []
