"""`python -m tests.bench.diagnosis`: how long the diagnosis takes, and what it says, on missions from easy to impossible."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from datetime import timedelta

from gridplan.routing.diagnosis.diagnose import diagnose
from gridplan.routing.problem import Problem
from tests.bench.mission import VARIANTS, mission, workdays

FACTORS = (1.0, 1.15, 1.4)
"""By so much the minutes of the visits are stretched: the missions are 87 % full as they are."""


def stretched(problem: Problem, factor: float) -> Problem:
    """Return the problem with longer visits."""
    visits = tuple(replace(visit, minutes=max(1, round(visit.minutes * factor))) for visit in problem.visits)
    return replace(problem, visits=visits)


def main() -> int:
    """Print a row for each mission."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="300,1000,3000")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    more_days = [day + timedelta(days=14) for day in workdays()]
    print(f"{'size':>6} {'variant':<8}{'minutes':>8}{'wall s':>8}{'CPU s':>8}  {'prospect':<11}{'use':>6}  changes")
    for size in sizes:
        for variant in VARIANTS:
            for factor in FACTORS:
                problem = stretched(mission(size, variant), factor)
                wall, cpu = time.perf_counter(), time.process_time()
                found = diagnose(problem, more_days=more_days)
                wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
                changes = ", ".join(f"{one.kind.value} {one.change:+g}" for one in found.proposals)
                print(
                    f"{size:>6} {variant:<8}{factor:>8.2f}{wall:>8.2f}{cpu:>8.2f}  {found.prospect.value:<11}"
                    f"{found.use:>6.0%}  {changes}",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
