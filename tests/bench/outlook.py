"""The diagnosis before any planning, in CPU seconds, of rounds that are feasible, tight and impossible."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

from gridplan.routing.diagnosis.diagnose import diagnose
from tests.bench.diagnosis import stretched
from tests.bench.figures import Figure, at_most, plain
from tests.bench.mission import VARIANTS, mission, workdays

SIZE, MOST_S = 3_000, 3.0
FACTORS = {"feasible": 1.0, "tight": 1.15, "impossible": 1.4}


def cases() -> list[str]:
    """Return one case for each variant of the mission and each fullness."""
    return [f"outlook {variant} {name}" for variant in VARIANTS for name in FACTORS]


def measure(case: str, cpu_s: float | None = None) -> list[Figure]:
    """Diagnose one mission; a small one goes before, so that imports stay out of the figure."""
    _, variant, name = case.split()
    diagnose(mission(100, variant))
    problem = stretched(mission(SIZE, variant), FACTORS[name])
    begun = time.process_time()
    found = diagnose(problem, more_days=[day + timedelta(days=14) for day in workdays()])
    spent = time.process_time() - begun
    return [
        at_most("diagnosis", spent, "CPU s", MOST_S),
        plain("prospect", found.prospect.value, ""),
        plain("use", found.use, "share"),
    ]


def verdict(figures: Sequence[Figure]) -> list[Figure]:
    """Return nothing: each line has its target."""
    return []
