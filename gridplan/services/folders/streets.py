"""The street file of a district as a network, and its travel engine, kept between runs where they are large."""

from __future__ import annotations

import json
import os
from pathlib import Path

from gridplan.model.settings import setting
from gridplan.roads.cache import Cache
from gridplan.roads.engine import RoadEngine
from gridplan.roads.network import RoadNetwork
from gridplan.roads.profiles import Profiles, read_profiles, usual_profiles


def kept() -> Cache:
    """Return the cache in GRIDPLAN_CACHE, else in the user's own folder for such files."""
    folder = setting("GRIDPLAN_CACHE")
    home = setting("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118
    return Cache(folder=Path(folder) if folder else Path(home) / "gridplan")


def profiles_of(changed: str) -> Profiles:
    """Return the road profiles with what a round or a plan changes in them (JSON text); InputError for unknown keys."""
    return read_profiles(json.loads(changed)) if changed else usual_profiles()


def read_streets(path: Path, profiles: str = "") -> RoadNetwork:
    """Read a street file like `read_network`, by the profiles with what is changed in them."""
    return kept().network(path, profiles_of(profiles))


def street_engine(network: RoadNetwork) -> RoadEngine:
    """Return the travel engine of a network."""
    return kept().engine(network)
