"""Reads the named roads of a road file: each road once, and where two of them meet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridplan.model.place import GazetteerEntry, GazetteerKind, LonLat
from gridplan.roads.measure import haversine_m
from gridplan.roads.profiles import usual_profiles
from gridplan.roads.reader import osm_file, readable
from gridplan.roads.rules import read_way

OTHER_NAMES = ("name:zh", "name:zh-Hans", "official_name", "alt_name", "short_name", "old_name")
"""The tags that hold what else a thing is called."""
ONE_CROSSING_M = 60.0
"""Corners of the same two roads as near as that, one after the other, are one crossing: divided roads meet in several."""
_ONE_ROAD_DEG = 0.005  # pieces of one name farther apart than half a kilometre are two roads
_RINGS = {"roundabout", "circular"}
_PARTS = re.compile(r"[/;／；]")
HAN = re.compile(r"[\u3400-\u9fff]")

Spot = tuple[str, int]
"""A node of the file or a whole roundabout."""


class NamedWay(NamedTuple):
    """A way with all that its road is called (none for a nameless roundabout), its nodes by number and its points."""

    names: tuple[str, ...]
    nodes: tuple[int, ...]
    points: tuple[LonLat, ...]
    ring: bool


class Crossing(NamedTuple):
    """Where two named roads meet; `road` sorts before `other`."""

    road: str
    other: str
    point: LonLat


def read_named_ways(path: Path) -> list[NamedWay]:
    """Return the named ways and the roundabouts of a road file that anybody may use, in its order.

    Raises
    ------
    InputError
        The file is missing or is no road file.
    """
    found, profiles = [], usual_profiles()
    with readable(path):
        ways = osmium.FileProcessor(osm_file(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
        for way in ways.with_filter(osmium.filter.KeyFilter("highway")):
            if not isinstance(way, osmium.osm.Way):
                continue
            tags = dict(way.tags)
            names, ring = road_names(tags), tags.get("junction") in _RINGS
            if not (names or ring) or (rule := read_way(tags, profiles)) is None or not rule.open:
                continue
            here = [node for node in way.nodes if node.location.valid()]  # a part may lie outside of the file
            if len(here) > 1:
                points = tuple(LonLat(node.location.lon, node.location.lat) for node in here)
                found.append(NamedWay(names, tuple(node.ref for node in here), points, ring))
    return found


def road_names(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Return all that a road is called, each name once: one tag may hold several, parted by a stroke or a semicolon."""
    if not tags.get("name", "").strip():
        return ()
    parts = (part for key in ("name", *OTHER_NAMES) for part in _PARTS.split(tags.get(key, "")))
    return tuple(dict.fromkeys(name for part in parts if (name := " ".join(part.split()))))


def road_entries(ways: Iterable[NamedWay]) -> list[GazetteerEntry]:
    """Return each named road once, at the place on it nearest to its middle; two roads of one name far apart are two."""
    pieces: dict[str, list[shapely.LineString]] = defaultdict(list)
    for way in ways:
        line = shapely.LineString(way.points)
        for name in way.names:
            pieces[name].append(line)
    entries = []
    for name in sorted(pieces):
        lines = np.array(pieces[name], dtype=np.object_)
        for part in _clusters(lines):
            whole = shapely.multilinestrings(lines[part])
            middle = shapely.shortest_line(whole, shapely.centroid(whole))
            lon, lat = shapely.get_coordinates(middle)[0].round(7).tolist()
            entries.append(_entry(name, GazetteerKind.ROAD, name, LonLat(lon, lat)))
    return entries


def _clusters(lines: NDArray[np.object_]) -> list[NDArray[np.int64]]:
    """Return which lines lie near one another, directly or over others."""
    one, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=_ONE_ROAD_DEG)
    return _groups(len(lines), one, other)


def _groups(count: int, one: NDArray[np.int64], other: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    near = coo_array((np.ones(len(one)), (one, other)), shape=(count, count))
    parts, label = connected_components(near, directed=False)
    return [np.flatnonzero(label == number) for number in range(parts)]


def crossing_entries(ways: Sequence[NamedWay]) -> list[GazetteerEntry]:
    """Return the crossings as rows of a gazetteer: both roads in `road`, parted by a stroke."""
    return [
        _entry(crossing_name(one, other), GazetteerKind.CROSSING, f"{one}/{other}", point)
        for one, other, point in crossings(ways)
    ]


def crossing_name(road: str, other: str) -> str:
    """Return a crossing as it is written: 解放路与人民路交叉口, else `Main Street / High Street`."""
    return f"{road}与{other}交叉口" if HAN.search(road + other) else f"{road} / {other}"


def _entry(name: str, kind: GazetteerKind, road: str, point: LonLat) -> GazetteerEntry:
    return GazetteerEntry(name=name, kind=kind, road=road, number="", township="", community="", point=point)


def crossings(ways: Sequence[NamedWay]) -> list[Crossing]:
    """Return where two named roads meet, once for each pair of names and place, sorted by names and place.

    The corners where two divided roads cross are one crossing, at their middle; so are the roads that meet at a roundabout. Two
    names of one road do not cross.
    """
    spots, middles = _rings(ways)
    there: dict[Spot, tuple[LonLat, set[tuple[str, ...]]]] = {}
    for way in ways:
        if way.names:
            for node, point in zip(way.nodes, way.points, strict=True):
                spot = spots.get(node, ("node", node))
                there.setdefault(spot, (middles.get(spot, point), set()))[1].add(way.names)
    corners: dict[tuple[str, str], set[LonLat]] = defaultdict(set)
    for point, roads in there.values():
        for one, other in combinations(roads, 2):
            if not set(one) & set(other):
                for pair in product(one, other):
                    corners[min(pair), max(pair)].add(point)
    return [
        Crossing(road, other, point)
        for (road, other), places in sorted(corners.items())
        for point in _middles(sorted(places))
    ]


def _rings(ways: Sequence[NamedWay]) -> tuple[dict[int, Spot], dict[Spot, LonLat]]:
    """Return which node lies on which roundabout, and the middle of each; one may come in several pieces."""
    first: dict[int, int] = {}
    rings = [way for way in ways if way.ring]
    joined = [(n, first.setdefault(node, n)) for n, ring in enumerate(rings) for node in ring.nodes]
    one, other = np.array(joined, dtype=np.int64).reshape(-1, 2).T
    spots: dict[int, Spot] = {}
    middles: dict[Spot, LonLat] = {}
    for pieces in _groups(len(rings), one, other) if rings else ():
        spot = "ring", int(pieces[0])
        points = np.array([point for n in pieces.tolist() for point in rings[n].points])
        lon, lat = ((points.min(axis=0) + points.max(axis=0)) / 2).round(7).tolist()
        middles[spot] = LonLat(lon, lat)
        spots |= {node: spot for n in pieces.tolist() for node in rings[n].nodes}
    return spots, middles


def _middles(corners: Sequence[LonLat]) -> list[LonLat]:
    """Return the middle of the corners that are near one another, of each group."""
    if len(corners) == 1:
        return list(corners)
    at = np.array(corners)
    near = np.array([haversine_m(at, corner) <= ONE_CROSSING_M for corner in at])
    middles = [at[group].mean(axis=0).round(7).tolist() for group in _groups(len(at), *np.nonzero(near))]
    return [LonLat(lon, lat) for lon, lat in middles]
