"""What is wrong with a street network: islands, pockets one cannot leave or enter, odd tags, places far from any street."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components
from shapely.geometry.base import BaseGeometry

from gridplan.model.crew import TravelMode
from gridplan.model.errors import Severity
from gridplan.model.place import LonLat
from gridplan.model.words import Text, say
from gridplan.roads.engine import RoadEngine
from gridplan.roads.graph import Streets, strong_parts
from gridplan.roads.network import RoadNetwork, network_of, open_streets
from gridplan.roads.profiles import Profiles
from gridplan.roads.reader import Material, read_material
from gridplan.roads.search import Ints
from gridplan.roads.snap import LIMIT_M, WARN_M, Snap
from gridplan.roads.tags import read_odd_tags

LONG_M = 500.0
"""A part cut off that is shorter than that is told as a note: a yard, a gated lane, the file's edge."""
_NEARER_M = 20.0
_KINDS = ("island", "no_exit", "no_entry", "no_way")
_NAMED = 5
_WAYS = 20
_ORDER = list(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A site or a base that must be reached, and by whom."""

    name: str
    point: LonLat
    modes: tuple[TravelMode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadFault:
    """One thing that is wrong: `kind` is island, no_exit, no_entry, no_way, tag, far, unreached or beside; `ways` as in the file."""

    kind: str
    severity: Severity
    mode: TravelMode | None
    name: str
    ways: tuple[int, ...]
    length_m: float
    text: Text
    place: BaseGeometry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRoads:
    """The network as it is used, and all faults, gravest first."""

    network: RoadNetwork
    faults: tuple[RoadFault, ...]


def check_roads(
    path: Path, profiles: Profiles, modes: Sequence[TravelMode], spots: Sequence[Spot] = ()
) -> CheckedRoads:
    """Read a road file and collect every fault for some travel modes; raises InputError as `read_network`."""
    material = read_material(path, profiles)
    network = network_of(material, profiles, path.name)
    faults = [
        fault for mode in modes for fault in _cut_off(open_streets(mode, material, profiles), material, network.lines)
    ]
    for odd in read_odd_tags(path, profiles):
        faults.append(
            RoadFault(
                kind="tag",
                severity=Severity.WARNING,
                mode=None,
                name=odd.name,
                ways=(odd.way,),
                length_m=0.0,
                text=odd.text,
                place=odd.place,
            )
        )
    for mode in modes:
        faults += _spots(network, mode, [spot for spot in spots if mode in spot.modes])
    faults.sort(key=lambda fault: (_ORDER.index(fault.severity), -fault.length_m))
    return CheckedRoads(network=network, faults=tuple(faults))


# ---- parts that do not hang together -----------------------------------------------------------------------------------


def _cut_off(streets: Streets, found: Material, lines: np.ndarray) -> Iterator[RoadFault]:
    """Yield the parts of one mode's streets outside the main one, those of one kind that touch each other as one."""
    for kind, segments in _kinds_of(streets):
        for part in _touching(found, segments, _main_corners(streets, found, segments)):
            length_m = float(found.segments.length_m[part].sum())
            ways = np.unique(found.segments.way[part])
            names = list(dict.fromkeys(name for way in ways.tolist() if (name := found.names[way].strip())))
            yield RoadFault(
                kind=kind,
                severity=Severity.WARNING if length_m >= LONG_M else Severity.INFO,
                mode=streets.mode,
                name="、".join(names[:_NAMED]),
                ways=tuple(found.ids[ways[:_WAYS]].tolist()),
                length_m=round(length_m, 1),
                text=say(
                    f"roads.part_{kind}",
                    mode=say(f"roads.mode_{streets.mode}"),
                    names=say("roads.part_names", names="、".join(names[:_NAMED])) if names else Text("", ""),
                    length=f"{length_m / 1000:.2f}",
                    ways=len(ways),
                ),
                place=shapely.MultiLineString(lines[part].tolist()),
            )


def _kinds_of(streets: Streets) -> Iterator[tuple[str, Ints]]:
    """Yield each kind of what lies outside the main part, with its segments."""
    if not len(streets.tail):
        return
    label, length_m = strong_parts(streets)
    main = label == int(np.argmax(length_m))
    edges = csr_array((np.ones(len(streets.tail)), (streets.tail, streets.head)), shape=(streets.nodes, streets.nodes))
    _, weak = connected_components(edges, directed=True, connection="weak")
    start = int(np.flatnonzero(main)[0])
    entered, left = (_reached(graph, start) for graph in (edges, csr_array(edges.T)))
    beside = weak[streets.tail] != weak[start]
    inside = main[streets.tail] & main[streets.head]
    goes_in, goes_out = entered[streets.tail], left[streets.head]
    masks = {
        "island": beside,
        "no_exit": ~beside & ~inside & goes_in,
        "no_entry": ~beside & ~inside & ~goes_in & goes_out,
        "no_way": ~beside & ~inside & ~goes_in & ~goes_out,
    }
    used = np.unique(streets.arc[inside] // 2)
    for kind in _KINDS:
        segments = np.setdiff1d(np.unique(streets.arc[masks[kind]] // 2), used)
        if len(segments):
            yield kind, segments


def _reached(graph: csr_array, start: int) -> np.ndarray:
    found = np.zeros(graph.shape[0], dtype=np.bool_)
    found[breadth_first_order(graph, start, return_predecessors=False)] = True
    return found


def _main_corners(streets: Streets, found: Material, segments: Ints) -> Ints:
    """Return the corners where streets meet that are not among `segments`: parts do not hang together over them."""
    others = np.setdiff1d(np.unique(streets.arc // 2), segments)
    return np.unique(np.concatenate([found.segments.start[others], found.segments.end[others]]))


def _touching(found: Material, segments: Ints, shut: Ints) -> list[Ints]:
    """Part segments into those that touch one another at corners, the `shut` ones left out."""
    ends = np.concatenate([found.segments.start[segments], found.segments.end[segments]])
    owner = np.tile(np.arange(len(segments)), 2)
    open_ = ~np.isin(ends, shut)
    corners, at = np.unique(ends[open_], return_inverse=True)
    count = len(segments) + len(corners)
    graph = coo_array((np.ones(int(open_.sum())), (owner[open_], len(segments) + at)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    own = label[: len(segments)]
    return [segments[own == part] for part in np.unique(own)]


# ---- places ------------------------------------------------------------------------------------------------------------


def _spots(network: RoadNetwork, mode: TravelMode, spots: Sequence[Spot]) -> Iterator[RoadFault]:
    """Yield the places far from the streets one can use, and those whose nearest street is cut off."""
    if not spots:
        return
    snaps = RoadEngine(network).snap([spot.point for spot in spots], mode)
    nearest = _nearest_m(network, mode, [spot.point for spot in spots])
    for spot, snap, near_m in zip(spots, snaps, nearest.tolist(), strict=True):
        text = snap.note(spot.name, mode)
        if text is not None:
            kind = "far" if snap.ok else "unreached"
            severity = Severity.WARNING if snap.ok else Severity.ERROR
            yield _at(spot, snap, kind, severity, mode, text)
        elif near_m < snap.distance_m - _NEARER_M:
            told = say("roads.beside", name=spot.name, near=f"{near_m:.0f}", distance=f"{snap.distance_m:.0f}")
            yield _at(spot, snap, "beside", Severity.INFO, mode, told)


def _at(spot: Spot, snap: Snap, kind: str, severity: Severity, mode: TravelMode, text: Text) -> RoadFault:
    place: BaseGeometry = shapely.Point(spot.point)
    if snap.segment >= 0 and snap.distance_m <= 50 * LIMIT_M and snap.on_street != spot.point:
        place = shapely.LineString([spot.point, snap.on_street])
    return RoadFault(
        kind=kind,
        severity=severity,
        mode=mode,
        name=spot.name,
        ways=(),
        length_m=round(min(snap.distance_m, 1e7), 1),
        text=text,
        place=place,
    )


def _nearest_m(network: RoadNetwork, mode: TravelMode, points: Sequence[LonLat]) -> np.ndarray:
    """Return metres to the nearest street that the mode may use in any direction, cut off or not; infinite for none."""
    open_ = np.flatnonzero((network.segments.kmh[mode] > 0).any(axis=1))
    found = np.full(len(points), np.inf)
    if len(open_):
        metre = np.array([np.cos(np.radians(points[0].lat)), 1.0]) * 111_195.0
        flat = shapely.transform(network.lines[open_], lambda degrees: degrees * metre)
        at = shapely.points(np.array(points) * metre)
        (asked, _), far = shapely.STRtree(flat).query_nearest(
            at, max_distance=WARN_M * 4, return_distance=True, all_matches=False
        )
        found[asked] = far
    return found
