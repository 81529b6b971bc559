"""`make bench`: times each stage of the main job on the demo district in CPU seconds, with machine and versions."""

from __future__ import annotations

import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from geodata.make_demo import make_demo
from gridplan.model.crew import TravelMode
from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.folder import run_folder
from gridplan.services.folders.placing import place_sites, read_inputs
from gridplan.services.folders.planning import engine_for, versions


def timed(what: str, work: Callable[[], object]) -> object:
    """Do the work once and print its wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    print(f"{what:<44}{time.perf_counter() - wall:>9.2f}{time.process_time() - cpu:>9.2f}")
    return answer


def main() -> int:
    """Print the table."""
    print(f"{platform.platform()}, {os.cpu_count()} cores, " + ", ".join(f"{k} {v}" for k, v in versions().items()))
    print(f"{'stage':<44}{'wall s':>9}{'CPU s':>9}")
    with tempfile.TemporaryDirectory() as folder:
        demo, out = Path(folder) / "demo", Path(folder) / "out"
        timed("make the demo district", lambda: make_demo(demo, 1))
        inputs = read_inputs(demo)
        timed("read the folder", lambda: read_inputs(demo))
        placement = place_sites(inputs.round, inputs.register.sites, inputs.areas, inputs.gazetteer)
        timed(
            f"locate {len(placement.sites)} sites",
            lambda: place_sites(inputs.round, inputs.register.sites, inputs.areas, inputs.gazetteer),
        )
        points = [placed.fix.point for placed in placement.sites if placed.fix.point]
        engine = engine_for(inputs.round, inputs.network)
        timed(f"matrix {len(points)} x {len(points)} by car", lambda: engine.matrix(points, points, TravelMode.CAR))
        timed("gridplan run, the whole way", lambda: run_folder(demo, out))
        timed("gridplan check", lambda: check_folder(out))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
