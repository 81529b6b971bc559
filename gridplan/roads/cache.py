"""Keeps what is slow to make: networks of large road files and large travel matrices, on disk, named after their content.

A kept file is a copy and never the truth: one that is damaged, or that cannot be written, costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.model.travel import TravelMatrix
from gridplan.roads.engine import RoadEngine
from gridplan.roads.graph import ModeGraph, Segments
from gridplan.roads.network import RoadNetwork, read_network
from gridplan.roads.profiles import Profiles, usual_profiles
from gridplan.roads.reader import readable
from gridplan.roads.rules import Oddity
from gridplan.roads.search import Graph

SMALL_BYTES = 2_000_000
"""A road file below this is read as quickly as it is kept."""
SMALL_CELLS = 250_000
"""A matrix below this is made as quickly as it is kept."""
MOST_BYTES = 4_000_000_000
"""What is kept at most; the files that were not asked for longest go first."""
_MODULES = ("graph", "network", "profiles", "reader", "rules", "measure", "search", "snap", "engine", "cache")
T = TypeVar("T")
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """A folder of kept files. Two processes may use one: a file appears whole or not at all."""

    folder: Path
    most_bytes: int = MOST_BYTES

    def network(self, path: Path, profiles: Profiles | None = None) -> RoadNetwork:
        """Return the network of a road file like `read_network`, and keep it where reading takes long."""
        used = profiles or usual_profiles()
        with readable(path):
            if path.stat().st_size < SMALL_BYTES:
                return read_network(path, used)
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        digest = _named(content, path.name, used.digest)
        kept = self.read(f"network-{digest}", _network_from)
        if kept is None:
            kept = replace(read_network(path, used), digest=digest)
            self.write(f"network-{digest}", _network_arrays(kept))
        return replace(kept, file=path.name, digest=digest)

    def engine(self, network: RoadNetwork) -> RoadEngine:
        """Return the engine of a network, which keeps large matrices where the network itself is kept."""
        return KeptEngine(network, self) if network.digest else RoadEngine(network)

    def matrix(self, key: str, make: Callable[[], tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
        """Return seconds and metres as they are kept under `key`, else as they are made."""
        kept = self.read(f"matrix-{key}", _legs_from)
        if kept is not None:
            return kept
        time_s, distance_m = make()
        self.write(f"matrix-{key}", {"time_s": time_s, "distance_m": distance_m})
        return time_s, distance_m

    def read(self, name: str, read: Callable[[Arrays], T]) -> T | None:
        """Return what `read` makes of the arrays kept under a name, None where there are none or they are damaged."""
        path = self.folder / f"{name}.npz"
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                found = read(arrays)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):  # damaged, or no longer ours
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            path.touch()
        return found

    def write(self, name: str, arrays: Arrays) -> None:
        """Keep arrays under a name, whole or not at all; a disk that is full or closed keeps nothing."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=self.folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(file, **cast(Any, arrays))
                Path(part).replace(self.folder / f"{name}.npz")
            except BaseException:
                Path(part).unlink(missing_ok=True)
                raise
            self._make_room()

    def _make_room(self) -> None:
        kept = sorted(((path.stat(), path) for path in self.folder.glob("*.npz")), key=lambda pair: pair[0].st_mtime)
        over = sum(stat.st_size for stat, _ in kept) - self.most_bytes
        for stat, path in kept[:-1]:
            if over <= 0:
                break
            path.unlink(missing_ok=True)
            over -= stat.st_size


class KeptEngine(RoadEngine):
    """A road engine whose large matrices are kept."""

    def __init__(self, network: RoadNetwork, cache: Cache) -> None:
        super().__init__(network)
        self._digest, self._cache = network.digest, cache

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        """Return all legs, from the cache where they are many and known."""
        if len(origins) * len(destinations) < SMALL_CELLS:
            return super().matrix(origins, destinations, mode)

        def make() -> tuple[np.ndarray, np.ndarray]:
            made = RoadEngine.matrix(self, origins, destinations, mode)
            return made.time_s, made.distance_m

        places = hashlib.sha256()
        for points in (origins, destinations):
            places.update(np.array(points, dtype=np.float64).tobytes() + b"|")
        time_s, distance_m = self._cache.matrix(_named(self._digest, mode, places.hexdigest()), make)
        return TravelMatrix(
            origins=tuple(origins), destinations=tuple(destinations), time_s=time_s, distance_m=distance_m
        )


@cache
def _own_text() -> bytes:
    """Return a digest of the code that makes what is kept: other code, other files."""
    digest = hashlib.sha256(np.__version__.encode())
    for name in _MODULES:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.digest()


def _named(*parts: str) -> str:
    return hashlib.sha256(_own_text() + "\0".join(parts).encode()).hexdigest()[:40]


def _legs_from(arrays: Arrays) -> tuple[np.ndarray, np.ndarray]:
    return arrays["time_s"], arrays["distance_m"]


# ---- networks as arrays ------------------------------------------------------------------------------------------------

_GRAPH = tuple(field.name for field in fields(ModeGraph) if field.name not in ("mode", "graph"))
_EDGES = tuple(field.name for field in fields(Graph))


def _network_arrays(network: RoadNetwork) -> dict[str, np.ndarray]:
    arrays = {
        "nodes": np.array(network.nodes),
        "coords": network.coords,
        "first": network.first,
        "names": _texts(network.way_name),
        "classes": _texts(network.way_class),
        "oddities": _texts([f"{oddity.value} {count}" for oddity, count in network.oddities.items()]),
        **{f"segments_{name}": getattr(network.segments, name) for name in ("start", "end", "way", "length_m")},
    }
    for mode, graph in network.graphs.items():
        arrays |= {f"{mode}_{name}": np.asarray(getattr(graph, name)) for name in _GRAPH}
        arrays |= {f"{mode}_graph_{name}": getattr(graph.graph, name) for name in _EDGES}
        arrays[f"{mode}_kmh"] = network.segments.kmh[mode]
    return arrays


def _network_from(arrays: Arrays) -> RoadNetwork:
    graphs = {
        mode: ModeGraph(
            mode=mode,
            graph=Graph(**{name: arrays[f"{mode}_graph_{name}"] for name in _EDGES}),
            **{name: _plain(arrays[f"{mode}_{name}"]) for name in _GRAPH},
        )
        for mode in TravelMode
    }
    counts = (text.rsplit(" ", 1) for text in _texts_from(arrays["oddities"]))
    return RoadNetwork(
        file="",
        nodes=int(arrays["nodes"]),
        segments=Segments(
            **{name: arrays[f"segments_{name}"] for name in ("start", "end", "way", "length_m")},
            kmh={mode: arrays[f"{mode}_kmh"] for mode in TravelMode},
        ),
        coords=arrays["coords"],
        first=arrays["first"],
        way_name=_texts_from(arrays["names"]),
        way_class=_texts_from(arrays["classes"]),
        graphs=graphs,
        oddities=Counter({Oddity(name): int(count) for name, count in counts}),
    )


def _plain(value: np.ndarray) -> Any:
    """Return a number as such, an array as it is."""
    return value.item() if value.ndim == 0 else value


def _texts(texts: Sequence[str]) -> np.ndarray:
    """Return texts as bytes, ended by zeros: an array of text would be as wide as the longest one."""
    return np.frombuffer("".join(text.replace("\0", "") + "\0" for text in texts).encode(), dtype=np.uint8)


def _texts_from(raw: np.ndarray) -> tuple[str, ...]:
    return tuple(raw.tobytes().decode().split("\0")[:-1])
