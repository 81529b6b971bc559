"""Loads a kept network and asks it for a matrix; prints seconds and memory: `python -m tests.bench.ground._large FILE KEPT`."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import numpy as np

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.roads.cache import Cache
from gridplan.roads.engine import RoadEngine


def main(path: Path, kept: Path) -> None:
    """Print one JSON object."""
    began = time.perf_counter()
    network = Cache(folder=kept).network(path)
    load_s = time.perf_counter() - began
    engine = RoadEngine(network)
    west, south, east, north = network.extent
    random = np.random.default_rng(1)
    degrees = np.column_stack([random.uniform(west, east, 1_000), random.uniform(south, north, 1_000)])
    points = [LonLat(*pair) for pair in degrees.tolist()]
    began = time.perf_counter()
    engine.matrix(points[:1], points[:1], TravelMode.CAR)
    snap_s = time.perf_counter() - began
    began = time.perf_counter()
    engine.matrix(points, points, TravelMode.CAR)
    matrix_s = time.perf_counter() - began
    peak_mb = _peak_mb()
    told = {"nodes": network.nodes, "load_s": load_s, "snap_s": snap_s, "matrix_s": matrix_s, "peak_mb": peak_mb}
    print(json.dumps(told))


def _peak_mb() -> float:
    """Return this program's own peak: what `getrusage` tells is also that of the process which started it."""
    told = Path("/proc/self/status").read_text("ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", told)[1]) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
