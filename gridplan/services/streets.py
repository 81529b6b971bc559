"""The street file of a district as a network, and its travel engine, kept between runs where they are large."""

from __future__ import annotations

import os
from pathlib import Path

from gridplan.roads.cache import Cache
from gridplan.roads.engine import RoadEngine
from gridplan.roads.network import RoadNetwork


def kept() -> Cache:
    """Return the cache in GRIDPLAN_CACHE, else in the user's own folder for such files."""
    folder = os.environ.get("GRIDPLAN_CACHE")
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118
    return Cache(folder=Path(folder) if folder else Path(home) / "gridplan")


def read_streets(path: Path) -> RoadNetwork:
    """Read a street file like `read_network`."""
    return kept().network(path)


def street_engine(network: RoadNetwork) -> RoadEngine:
    """Return the travel engine of a network."""
    return kept().engine(network)
