"""Travel matrices on made networks of 20,000 and 1,000,000 nodes: seconds, memory, and the same by other libraries.

The peers count from junctions to all junctions; ours from doors to doors, turn restrictions and lengths included. networkit is in
the bench extra: `pip install -e .[bench]`.
"""

from __future__ import annotations

import importlib
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.roads.cache import Cache
from gridplan.roads.network import RoadNetwork
from tests.bench.figures import Figure, at_most, plain
from tests.bench.ground._streets import STEP_DEG, write_streets

CAR = TravelMode.CAR
SMALL_SIDE, LARGE_SIDE = 142, 1_002
"""Junctions in a row: 20,164 and 1,004,004 in all."""
PEER_ROWS = 20
"""So many searches of the slower libraries are timed; their time for all is told in proportion."""


def measure() -> Iterator[Figure]:
    """Read, keep and load each network; then the matrix on all cores, by the clock."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _small(Path(folder))
        yield from _large(Path(folder))


def _small(folder: Path) -> Iterator[Figure]:
    path, store = write_streets(folder / "small.osm.pbf", SMALL_SIDE), Cache(folder=folder / "kept")
    network = store.network(path)
    points = _points(SMALL_SIDE, 3_000)
    engine = Cache(folder=folder / "other").engine(network)
    engine.matrix(points, points[:1], CAR)  # compiling and snapping are not the matrix's
    before_mb, began, cpu = _peak_mb(), time.perf_counter(), time.process_time()
    made = engine.matrix(points, points, CAR)
    spent_s, cpu_s, mb = time.perf_counter() - began, time.process_time() - cpu, _peak_mb() - before_mb
    del made
    yield at_most(f"3,000 x 3,000 on {network.nodes:,} nodes", spent_s, "s", 5)
    yield plain(f"3,000 x 3,000 on {network.nodes:,} nodes, all cores together", cpu_s, "CPU s")
    yield at_most(f"3,000 x 3,000 on {network.nodes:,} nodes, memory", mb, "MB", 250)
    yield from _peers(network)


def _peers(network: RoadNetwork) -> Iterator[Figure]:
    graph = network.graphs[CAR]
    edges = graph.graph
    csr = csr_array((edges.weight.astype(np.float64), edges.head, edges.first), shape=(graph.nodes, graph.nodes))
    sources = np.random.default_rng(2).integers(0, graph.nodes, PEER_ROWS * 10)
    began = time.process_time()
    dijkstra(csr, indices=sources)
    yield plain(
        "the same by scipy, 3,000 searches in proportion", (time.process_time() - began) * 300 / PEER_ROWS, "CPU s"
    )
    yield _by_networkit(csr, sources)
    judge = nx.DiGraph()
    judge.add_weighted_edges_from(zip(graph.tail.tolist(), edges.head.tolist(), edges.weight.tolist(), strict=True))
    began = time.process_time()
    for source in sources[:PEER_ROWS].tolist():
        nx.single_source_dijkstra_path_length(judge, source)
    yield plain(
        "the same by networkx, 3,000 searches in proportion", (time.process_time() - began) * 3_000 / PEER_ROWS, "CPU s"
    )


def _by_networkit(csr: csr_array, sources: np.ndarray) -> Figure:
    """Time networkit, where it is installed, and see that it measures as far as scipy does."""
    what = "the same by networkit, 3,000 searches in proportion"
    try:
        networkit = importlib.import_module("networkit")
    except ImportError:
        return plain(what, "not installed", "")
    edges = csr.tocoo()
    graph = networkit.GraphFromCoo(
        (edges.data, (edges.row.astype(np.uint64), edges.col.astype(np.uint64))),
        n=csr.shape[0],
        weighted=True,
        directed=True,
    )
    began = time.process_time()
    search = networkit.distance.SPSP(graph, sources.tolist())
    search.run()
    spent_s = time.process_time() - began
    truth = dijkstra(csr, indices=sources[:1])[0]
    reached = np.isfinite(truth)
    if not np.allclose(np.array(search.getDistances()[0])[reached], truth[reached]):
        raise AssertionError("networkit measures otherwise")
    return plain(what, spent_s * 3_000 / len(sources), "CPU s")


def _large(folder: Path) -> Iterator[Figure]:
    path, store = write_streets(folder / "large.osm.pbf", LARGE_SIDE), Cache(folder=folder / "kept")
    began = time.process_time()
    nodes = store.network(path).nodes
    yield plain(f"reading {nodes:,} nodes, once", time.process_time() - began, "CPU s")
    yield from _apart(path, folder / "kept")


def _apart(path: Path, kept: Path) -> Iterator[Figure]:
    """Load and ask in a process of its own: what reading took is not counted as its memory."""
    import json
    import subprocess
    import sys

    command = [sys.executable, "-m", "tests.bench.ground._large", str(path), str(kept)]
    found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
    yield at_most(f"{found['nodes']:,} nodes from the cache", found["load_s"], "s", 5)
    yield plain("the first point on a street", found["snap_s"], "s")
    yield at_most(f"1,000 x 1,000 on {found['nodes']:,} nodes", found["matrix_s"], "s", 90)
    yield at_most(f"1,000 x 1,000 on {found['nodes']:,} nodes, memory of all", found["peak_mb"], "MB", 2_048)


def _points(side: int, count: int) -> list[LonLat]:
    random = np.random.default_rng(1)
    degrees = np.array([116.0, 39.0]) + random.uniform(0, (side - 1) * STEP_DEG, (count, 2))
    return [LonLat(*pair) for pair in degrees.tolist()]


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
