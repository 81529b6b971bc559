"""Whole folders from reading to writing: the demo district, and Taipei when its data is beside the checkout."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from geodata.make_demo import make_demo
from gridplan.services.folders.folder import run_folder
from tests.bench.figures import Figure, plain
from tests.services.test_taipei import DATA
from tests.services.test_taipei import folder as taipei


def cases() -> list[str]:
    """Return the folders there are."""
    return ["district demo", *(["district taipei"] if DATA.is_dir() else [])]


def measure(case: str, cpu_s: float | None = None) -> list[Figure]:
    """Run one folder with its usual effort."""
    with tempfile.TemporaryDirectory() as held:
        place = Path(held)
        if case == "district demo":
            source = place / "in"
            make_demo(source)
        else:
            source = taipei(place, points=True)
        wall, cpu = time.perf_counter(), time.process_time()
        result = run_folder(source, place / "out")
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    plan = result.summary["plan"]
    return [
        plain("whole run", cpu, "CPU s"),
        plain("whole run, clock", wall, "s"),
        plain("verdict", result.verdict.value, ""),
        plain("visits", plan["visits"], "visits"),
        plain("planned", plan["planned"], "visits"),
        plain("team-days", plan["team_days"], "team-days"),
        plain("cost", plan["cost"], "min"),
        plain("bound", plan["bound"], "min"),
        plain("gap", plan["gap"], "share"),
    ]


def verdict(figures: Sequence[Figure]) -> list[Figure]:
    """Return nothing: no target was set."""
    return []
