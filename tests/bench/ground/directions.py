"""What 1,000 legs of directions cost beside finding their ways."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from geodata.make_demo import make_demo
from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.model.words import Text
from gridplan.roads.directions import Guide
from gridplan.roads.engine import RoadEngine
from gridplan.roads.follow import read_roundabouts
from gridplan.roads.network import read_network
from tests.bench.figures import Figure, at_most, plain

LEGS = 1_000


def measure() -> Iterator[Figure]:
    """Tell random legs of the demo district."""
    with tempfile.TemporaryDirectory() as folder:
        make_demo(Path(folder) / "demo")
        path = Path(folder) / "demo" / "roads.osm.pbf"
        network = read_network(path)
        began = time.process_time()
        guide = Guide(network, read_roundabouts(path))
        yield at_most("making the guide of the demo district", time.process_time() - began, "CPU-s", 1)
    west, south, east, north = network.extent
    places = np.random.default_rng(2).uniform([west, south], [east, north], size=(LEGS + 1, 2))
    began = time.process_time()
    paths = RoadEngine(network).paths([LonLat(*place) for place in places.tolist()], TravelMode.CAR)
    yield plain(f"finding the ways of {LEGS} legs", time.process_time() - began, "CPU-s")
    began = time.process_time()
    told = [guide.tell(one, TravelMode.CAR, Text("甲", "A"), Text("乙", "B")) for one in paths]
    yield at_most(f"telling {LEGS} legs", time.process_time() - began, "CPU-s", 5)
    yield plain("steps a leg", float(np.mean([len(one.steps) for one in told])), "steps")
    wrong = sum(sum(step.distance_m for step in one.steps) != one.distance_m for one in told)
    yield at_most("legs whose steps do not add up", wrong, "legs", 0)
