"""What reading names, doors, roads and crossings from a real extract takes, and how much is found."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gridplan.model.place import GazetteerKind
from gridplan.roads.named import crossing_entries, read_named_ways, road_entries
from gridplan.roads.places import read_places
from tests.bench.figures import Figure, at_most, plain

REAL = Path(__file__).parents[4] / "shared" / "data" / "roads" / "Helsinki.osm.pbf"


def measure() -> Iterator[Figure]:
    """Read the extract beside the checkout; nothing where there is none."""
    if not REAL.exists():
        return
    began = time.process_time()
    places = read_places(REAL)
    yield at_most("Helsinki, reading places and doors", time.process_time() - began, "CPU-s", 2)
    began = time.process_time()
    ways = read_named_ways(REAL)
    roads, meeting = road_entries(ways), crossing_entries(ways)
    yield at_most("Helsinki, roads and crossings", time.process_time() - began, "CPU-s", 2)
    kinds = Counter(entry.kind for entry in (*places.entries, *places.interpolated, *roads, *meeting))
    for kind in GazetteerKind:
        yield plain(f"Helsinki, entries of kind {kind.value}", kinds[kind], "entries")
