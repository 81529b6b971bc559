"""How far a plan is from what is proven at most (`prove_bound`), by size, within five minutes."""

from __future__ import annotations

import time
from collections.abc import Sequence

from gridplan.routing.bounds.prove import prove_bound
from gridplan.routing.judge.check import check_plan, compute_figures, gap_of
from gridplan.routing.search.improve import Effort
from gridplan.routing.solve import draft_plan
from tests.bench.figures import Figure, at_most, plain
from tests.bench.mission import mission
from tests.bench.planning import CPU_S, GAP, plan_of

PROVE_S = 300.0
INSTANCES = {100: 3, 300: 2, 1_000: 1}


def cases() -> list[str]:
    """Return size and instance of each proof."""
    return [f"gap {size} {n}" for size, count in INSTANCES.items() for n in range(1, count + 1)]


def measure(case: str, cpu_s: float | None = None) -> list[Figure]:
    """Plan one mission and prove a bound for the plan; `cpu_s` is the proof's share."""
    _, size, instance = case.split()
    problem = mission(int(size), "base", int(instance))
    draft = draft_plan(problem, seed=1, effort=Effort(cpu_s=CPU_S[int(size)]), tries=0)
    plan = plan_of(problem, draft.routes)
    assert not check_plan(plan, problem.travel), "a gap is told of lawful plans alone"
    cost = compute_figures(plan).cost
    pool = [[problem.visits[visit].id for visit in order] for order in draft.pool]
    begun = time.process_time()
    proven = prove_bound(plan, problem.travel, pool=pool, cpu_s=cpu_s or PROVE_S)
    spent = time.process_time() - begun
    return [
        at_most("gap", gap_of(cost, proven.cost), "share", GAP[int(size)]),
        plain("cost", cost, "min"),
        plain("bound", proven.cost, "min"),
        plain("proof", spent, "CPU s"),
        plain("converged", int(proven.converged), ""),
    ]


def verdict(figures: Sequence[Figure]) -> list[Figure]:
    """Return nothing: each line has its target."""
    return []
