"""Reads an OpenStreetMap file (.osm.pbf, .osm) into the street network that engines and maps use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from gridplan.model.basemap import Street
from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.words import Text, say
from gridplan.roads.graph import ModeGraph, Restriction, Segments, build_graph
from gridplan.roads.measure import Floats, haversine_m, near_each_other
from gridplan.roads.rules import Oddity, WayRule, blocks, read_way, turn_rule
from gridplan.roads.search import Ints

MAX_BYTES = 2 * 1024**3
Extent = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeSummary:
    """How one mode's network hangs together: `main_share` is the share of its length in the part that is used."""

    nodes: int
    edges: int
    components: int
    main_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadSummary:
    """What was read from a road file, for the report. `notes` say what was assumed or left out."""

    file: str
    nodes: int
    segments: int
    length_km: float
    modes: Mapping[TravelMode, ModeSummary]
    notes: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class RoadNetwork:
    """Streets cut at their junctions, with a graph for each travel mode.

    `coords` are the points of the segments in degrees, (points, 2), those of segment n from `first[n]` to `first[n + 1]`; `lines` are
    the same as shapes, made when they are asked for. `way_name` and `way_class` are looked up with `segments.way`. `digest` names the
    file's content where the network is kept between runs.
    """

    file: str
    nodes: int
    segments: Segments
    coords: Floats
    first: Ints
    way_name: tuple[str, ...]
    way_class: tuple[str, ...]
    graphs: Mapping[TravelMode, ModeGraph]
    oddities: Mapping[Oddity, int]
    digest: str = ""

    @cached_property
    def extent(self) -> Extent:
        """The box around all streets."""
        (west, south), (east, north) = self.coords.min(axis=0), self.coords.max(axis=0)
        return float(west), float(south), float(east), float(north)

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """The shapes of the segments."""
        owner = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))
        return np.asarray(shapely.linestrings(self.coords, indices=owner), dtype=np.object_)

    def describe(self) -> RoadSummary:
        """Return figures and notes for the report."""
        modes = {
            mode: ModeSummary(
                nodes=graph.all_nodes, edges=graph.all_edges, components=graph.components, main_share=graph.main_share
            )
            for mode, graph in self.graphs.items()
        }
        notes = [say(f"roads.odd_{oddity}", count=count) for oddity, count in sorted(self.oddities.items())]
        for mode, graph in self.graphs.items():
            if graph.nodes == 0:
                notes.append(say("roads.no_network", mode=say(f"roads.mode_{mode}")))
            elif graph.main_share < 0.95:
                notes.append(
                    say("roads.scattered", mode=say(f"roads.mode_{mode}"), share=f"{100 * graph.main_share:.0f}")
                )
        return RoadSummary(
            file=self.file,
            nodes=self.nodes,
            segments=len(self.segments.way),
            length_km=round(float(self.segments.length_m.sum()) / 1000, 1),
            modes=modes,
            notes=tuple(notes),
        )

    def street_lines(self, extent: Extent | None = None) -> list[Street]:
        """Return the streets that touch `extent` (default all), one line a way, in the order of the file."""
        inside = np.ones(len(self.lines), dtype=bool)
        if extent is not None:
            inside = shapely.intersects(self.lines, shapely.box(*extent))
        ways = self.segments.way
        streets: list[Street] = []
        for way in np.unique(ways[inside]).tolist():
            # Segments of a way are stored one after the other.
            first, last = np.searchsorted(ways, [way, way + 1])
            merged = shapely.line_merge(shapely.multilinestrings(self.lines[first:last]))
            for line in shapely.get_parts(merged):
                streets.append(Street(name=self.way_name[way], klass=self.way_class[way], line=line))
        return streets

    def to_gdf(self) -> gpd.GeoDataFrame:
        """Return the segments as a table (name, class, length_m, open modes) in EPSG:4326."""
        modes = {str(mode): (kmh > 0).any(axis=1) for mode, kmh in self.segments.kmh.items()}
        names = {
            "name": [self.way_name[w] for w in self.segments.way],
            "class": [self.way_class[w] for w in self.segments.way],
        }
        return gpd.GeoDataFrame(
            {**names, "length_m": self.segments.length_m, **modes}, geometry=list(self.lines), crs="EPSG:4326"
        )


@dataclass(slots=True)
class _Raw:
    """What the first pass over the file collects."""

    rules: list[WayRule]
    refs: list[list[int]]
    names: list[str]
    classes: list[str]
    ids: dict[int, int]
    turns: list[tuple[frozenset[int], int, frozenset[int], dict[TravelMode, str]]]
    oddities: Counter[Oddity]


def read_network(path: Path) -> RoadNetwork:
    """Read a road file.

    Raises
    ------
    InputError
        The file is missing, too big, not OpenStreetMap data, cut off, or holds no street.
    """
    with readable(path):
        raw = _read_ways(path)
        nodes, barriers = _read_nodes(path, raw)
    pieces = list(_pieces(raw, nodes, barriers))
    if not pieces:
        raise InputError(say("roads.no_street", file=path.name))
    return _assemble(path.name, raw, nodes, barriers, pieces)


def check_extent(network: RoadNetwork, extent: Extent) -> None:
    """Raise InputError when the streets lie wholly outside `extent` (west, south, east, north): another city's file."""
    west, south, east, north = network.extent
    if west > extent[2] or east < extent[0] or south > extent[3] or north < extent[1]:
        raise InputError(
            say("roads.other_city", file=network.file, roads=_box_text(network.extent), areas=_box_text(extent))
        )


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn everything that can be wrong with a road file, before or while it is read, into an InputError naming it."""
    if not path.is_file():
        raise InputError(say("roads.no_file", file=path.name))
    if not path.name.lower().endswith((".osm.pbf", ".osm")):
        raise InputError(say("roads.bad_suffix", file=path.name))
    size = path.stat().st_size
    if size == 0:
        raise InputError(say("roads.empty_file", file=path.name))
    if size > MAX_BYTES:
        raise InputError(say("roads.too_big", file=path.name))
    try:
        yield
    except (
        RuntimeError,
        ValueError,
        osmium.InvalidLocationError,
    ) as error:  # what the reader raises for faults of a file
        raise InputError(say("roads.not_osm", file=path.name, problem=str(error))) from error


def osm_file(path: Path) -> osmium.io.File:
    """Open `path` in the format its name says; a resolved path is never taken for a URL."""
    return osmium.io.File(str(path.resolve()), "pbf" if path.name.lower().endswith(".pbf") else "osm")


def _objects(path: Path, entities: osmium.osm.osm_entity_bits, wanted: Any) -> Iterator[Any]:
    yield from osmium.FileProcessor(osm_file(path), entities).with_filter(wanted)


def _read_ways(path: Path) -> _Raw:
    raw = _Raw([], [], [], [], {}, [], Counter())
    keys = osmium.filter.KeyFilter("highway", "route", "type")
    for item in _objects(path, osmium.osm.WAY | osmium.osm.RELATION, keys):
        if item.is_way():
            _take_way(raw, item)
        elif item.tags.get("type") == "restriction":
            _take_restriction(raw, item)
    return raw


def _take_way(raw: _Raw, item: Any) -> None:
    rule = read_way(dict(item.tags))
    if rule is None:
        return
    raw.oddities.update(rule.oddities)
    if rule.open:
        raw.ids[item.id] = len(raw.refs)
        raw.rules.append(rule)
        raw.refs.append([node.ref for node in item.nodes])
        raw.names.append(item.tags.get("name", ""))
        raw.classes.append(item.tags["highway"])


def _take_restriction(raw: _Raw, item: Any) -> None:
    tags = dict(item.tags)
    raw.oddities[Oddity.CONDITIONAL] += any(
        key.startswith("restriction") and key.endswith(":conditional") for key in tags
    )
    rule = {mode: turn_rule(tags, mode) for mode in TravelMode}
    if not any(rule.values()):
        return
    via = [(member.type, member.ref) for member in item.members if member.role == "via"]
    from_ways = frozenset(member.ref for member in item.members if member.role == "from" and member.type == "w")
    to_ways = frozenset(member.ref for member in item.members if member.role == "to" and member.type == "w")
    if any(kind == "w" for kind, _ in via):
        raw.oddities[Oddity.VIA_WAY] += 1
    elif len(via) != 1 or via[0][0] != "n" or not from_ways or not to_ways:
        raw.oddities[Oddity.UNCLEAR_TURN] += 1
    else:
        raw.turns.append((from_ways, via[0][1], to_ways, rule))


def _read_nodes(path: Path, raw: _Raw) -> tuple[dict[int, tuple[float, float]], dict[int, dict[TravelMode, bool]]]:
    """Return places of the ways' nodes, and for nodes that stop a mode which ones they stop."""
    wanted = {ref for refs in raw.refs for ref in refs}
    places: dict[int, tuple[float, float]] = {}
    barriers: dict[int, dict[TravelMode, bool]] = {}
    for node in _objects(path, osmium.osm.NODE, osmium.filter.IdFilter(wanted)) if wanted else ():
        if not node.location.valid():
            continue
        places[node.id] = (node.location.lon, node.location.lat)
        if len(node.tags):
            tags = dict(node.tags)
            stops = {mode: blocks(tags, mode) for mode in TravelMode}
            if any(stops.values()):
                barriers[node.id] = stops
    return places, barriers


def _pieces(raw: _Raw, places: Mapping[int, Any], barriers: Mapping[int, Any]) -> Iterator[tuple[int, list[int]]]:
    """Cut each way at junctions, barriers and the file's edge; yields (way, node ids)."""
    uses = Counter(ref for refs in raw.refs for ref in refs)
    junctions = {ref for ref, count in uses.items() if count > 1} | set(barriers) | {via for _, via, _, _ in raw.turns}
    for way, refs in enumerate(raw.refs):
        if not all(ref in places for ref in refs):
            raw.oddities[Oddity.CUT] += 1
        piece: list[int] = []
        for ref in refs:
            if ref not in places:
                if len(piece) > 1:
                    yield way, piece
                piece = []
                continue
            if piece and ref == piece[-1]:
                continue  # a node listed twice in a row
            piece.append(ref)
            if len(piece) > 1 and ref in junctions:
                yield way, piece
                piece = [ref]
        if len(piece) > 1:
            yield way, piece


def _assemble(
    file: str,
    raw: _Raw,
    places: Mapping[int, tuple[float, float]],
    barriers: Mapping[int, Mapping[TravelMode, bool]],
    pieces: list[tuple[int, list[int]]],
) -> RoadNetwork:
    corners = sorted({ref for _, refs in pieces for ref in (refs[0], refs[-1])})
    order = near_each_other(np.array([places[ref] for ref in corners], dtype=np.float64))
    index = {corners[at]: number for number, at in enumerate(order.tolist())}
    coords = np.array([places[ref] for _, refs in pieces for ref in refs], dtype=np.float64)
    piece_of = np.repeat(np.arange(len(pieces)), [len(refs) for _, refs in pieces])
    steps = haversine_m(coords[:-1], coords[1:])
    within = piece_of[:-1] == piece_of[1:]
    way = np.array([way for way, _ in pieces], dtype=np.int64)
    segments = Segments(
        start=np.array([index[refs[0]] for _, refs in pieces], dtype=np.int64),
        end=np.array([index[refs[-1]] for _, refs in pieces], dtype=np.int64),
        way=way,
        length_m=np.bincount(piece_of[:-1][within], steps[within], len(pieces)).astype(np.float64),
        kmh={mode: np.array([rule.kmh[mode] for rule in raw.rules], dtype=np.float64)[way] for mode in TravelMode},
    )
    restrictions = list(_restrictions(raw, index))
    graphs = {
        mode: build_graph(
            mode,
            segments,
            len(index),
            [index[ref] for ref, stops in barriers.items() if stops[mode] and ref in index],
            restrictions,
        )
        for mode in TravelMode
    }
    oddities = +raw.oddities
    oddities[Oddity.UNCLEAR_TURN] += max(graph.unclear_turns for graph in graphs.values())
    return RoadNetwork(
        file=file,
        nodes=len(index),
        segments=segments,
        coords=coords,
        first=np.concatenate([[0], np.cumsum([len(refs) for _, refs in pieces])]).astype(np.int64),
        way_name=tuple(raw.names),
        way_class=tuple(raw.classes),
        graphs=graphs,
        oddities=+oddities,
    )


def _restrictions(raw: _Raw, index: Mapping[int, int]) -> Iterator[Restriction]:
    """Yield the restrictions whose node and ways are in the network, in its own numbers."""
    for from_ways, via, to_ways, rule in raw.turns:
        sources = _known(from_ways, raw.ids)
        targets = _known(to_ways, raw.ids)
        if via in index and sources and targets:
            yield Restriction(via=index[via], from_ways=sources, to_ways=targets, rule=rule)


def _known(ways: Iterable[int], ids: Mapping[int, int]) -> frozenset[int]:
    return frozenset(ids[way] for way in ways if way in ids)


def _box_text(extent: Extent) -> str:
    west, south, east, north = extent
    return f"{west:.4f}–{east:.4f}, {south:.4f}–{north:.4f}"
