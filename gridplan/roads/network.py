"""Reads an OpenStreetMap file (.osm.pbf, .osm) into the street network that engines and maps use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.model.basemap import Street
from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.words import Text, say
from gridplan.roads.graph import ModeGraph, Segments, Streets, TurnCosts, build_graph, headings_deg, streets_of
from gridplan.roads.measure import Floats
from gridplan.roads.profiles import Profiles, usual_profiles
from gridplan.roads.reader import Material, read_material
from gridplan.roads.rules import Oddity
from gridplan.roads.search import Ints

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


def read_network(path: Path, profiles: Profiles | None = None) -> RoadNetwork:
    """Read a road file by the usual profiles or by others.

    Raises
    ------
    InputError
        The file is missing, too big, not OpenStreetMap data, cut off, or holds no street.
    """
    used = profiles or usual_profiles()
    return network_of(read_material(path, used), used, path.name)


def network_of(found: Material, profiles: Profiles, file: str) -> RoadNetwork:
    """Return the network that is made of what was read by such profiles."""
    graphs = {mode: build_graph(open_streets(mode, found, profiles)) for mode in TravelMode}
    oddities = found.oddities.copy()
    oddities[Oddity.UNCLEAR_TURN] += max(graph.unclear_turns for graph in graphs.values())
    return RoadNetwork(
        file=file,
        nodes=found.corners,
        segments=found.segments,
        coords=found.coords,
        first=found.first,
        way_name=found.names,
        way_class=found.classes,
        graphs=graphs,
        oddities=+oddities,
    )


def open_streets(mode: TravelMode, found: Material, profiles: Profiles) -> Streets:
    """Return all edges that one mode may use, the parts that do not hang together included."""
    turn_s = profiles[mode].turn_s if profiles[mode].turns_cost else None
    turns = TurnCosts(headings=headings_deg(found.coords, found.first), turn_s=turn_s) if turn_s else None
    return streets_of(mode, found.segments, found.corners, found.blocked[mode], found.restrictions, turns)


def check_extent(network: RoadNetwork, extent: Extent) -> None:
    """Raise InputError when the streets lie wholly outside `extent` (west, south, east, north): another city's file."""
    west, south, east, north = network.extent
    if west > extent[2] or east < extent[0] or south > extent[3] or north < extent[1]:
        raise InputError(
            say("roads.other_city", file=network.file, roads=_box_text(network.extent), areas=_box_text(extent))
        )


def _box_text(extent: Extent) -> str:
    west, south, east, north = extent
    return f"{west:.4f}–{east:.4f}, {south:.4f}–{north:.4f}"
