"""A real street extract beside the checkout: components, snap distances, a matrix, and routes equal to networkx."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely

from gridplan.model.crew import TravelMode
from gridplan.model.place import GazetteerKind, LonLat
from gridplan.model.travel import UNREACHABLE
from gridplan.model.words import Text
from gridplan.roads.directions import Guide
from gridplan.roads.engine import RoadEngine
from gridplan.roads.follow import read_roundabouts
from gridplan.roads.named import crossings, read_named_ways, road_entries
from gridplan.roads.network import RoadNetwork, read_network
from gridplan.roads.places import read_places
from gridplan.roads.search import Ends, weights
from tests.roads.town import CAR, WALK

FILE = Path(__file__).parents[3] / "shared" / "data" / "roads" / "Helsinki.osm.pbf"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not FILE.exists(), reason="no real street extract stands beside the checkout"),
]


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return read_network(FILE)


def spots(network: RoadNetwork, count: int) -> list[LonLat]:
    west, south, east, north = network.extent
    places = np.random.default_rng(7).uniform([west, south], [east, north], size=(count, 2))
    return [LonLat(float(lon), float(lat)) for lon, lat in places]


def test_each_mode_has_one_main_part_and_loose_ends(network: RoadNetwork) -> None:
    modes = network.describe().modes
    assert 1_200 < modes[CAR].nodes < 1_700 and 1 < modes[CAR].components < 60
    assert modes[CAR].main_share > 0.8 and modes[WALK].main_share > 0.95


def test_snap_distances_are_told_and_small_in_a_town(network: RoadNetwork) -> None:
    distances = [snap.distance_m for snap in RoadEngine(network).snap(spots(network, 200), WALK)]
    assert np.median(distances) < 30 and min(distances) >= 0


def test_two_hundred_by_two_hundred_legs_are_whole_and_repeatable(network: RoadNetwork) -> None:
    places = spots(network, 200)
    one, two = (RoadEngine(network).matrix(places, places, CAR) for _ in range(2))
    assert one.time_s.shape == (200, 200)
    assert (one.time_s == two.time_s).all() and (one.distance_m == two.distance_m).all()
    near = np.array([snap.ok for snap in RoadEngine(network).snap(places, CAR)])
    assert (one.time_s[np.ix_(near, near)] < UNREACHABLE).all()
    assert (one.time_s[~near][:, near] == UNREACHABLE).all()


@pytest.mark.parametrize("mode", list(TravelMode))
def test_twenty_routes_are_those_of_networkx(network: RoadNetwork, mode: TravelMode) -> None:
    graph = network.graphs[mode]
    judge = nx.MultiDiGraph()
    edges = zip(graph.tail.tolist(), graph.graph.head.tolist(), graph.graph.weight.tolist(), strict=True)
    judge.add_weighted_edges_from(edges)
    starts, ends = np.random.default_rng(3).integers(0, graph.nodes, size=(2, 20))
    found = weights(graph.graph, at(starts), at(ends))
    for n, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        assert found[n, n] == nx.dijkstra_path_length(judge, start, end)


def at(nodes: np.ndarray) -> Ends:
    """Return places that lie on nodes."""
    return Ends(first=np.arange(len(nodes) + 1), node=nodes, weight=np.zeros(len(nodes), dtype=np.int64))


def test_places_doors_and_roads_are_read_and_roads_lie_on_streets(network: RoadNetwork) -> None:
    places = read_places(FILE)
    doors = [entry for entry in places.entries if entry.kind is GazetteerKind.DOOR]
    assert len(places.entries) > 2_000 and len(doors) > 1_000 and all(door.road and door.number for door in doors)
    ways = read_named_ways(FILE)
    roads, meeting = road_entries(ways), crossings(ways)
    tree = shapely.STRtree(network.lines)
    _, far = tree.query_nearest([shapely.Point(road.point) for road in roads], return_distance=True, all_matches=False)
    assert len(roads) > 80 and far.max() < 1e-5
    assert len(meeting) > 100 and all(road < other for road, other, _ in meeting)


@pytest.mark.parametrize("mode", list(TravelMode))
def test_directions_of_random_routes_never_fail_and_add_up(network: RoadNetwork, mode: TravelMode) -> None:
    guide = Guide(network, read_roundabouts(FILE))
    names = {*network.way_name, ""}
    for path in RoadEngine(network).paths(spots(network, 150), mode):
        told = guide.tell(path, mode, Text("起点", "start"), Text("终点", "end"))
        assert sum(step.distance_m for step in told.steps) == path.distance_m
        assert sum(step.time_s for step in told.steps) == path.time_s
        assert {step.street for step in told.steps} <= names
