"""Invariants of both travel engines, and the road engine against an independent judge."""

from __future__ import annotations

import tempfile
from itertools import product
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.travel import TravelEngine
from gridplan.roads.engine import RoadEngine, StraightEngine
from gridplan.roads.measure import as_degrees, haversine_m
from gridplan.roads.network import read_network
from tests.roads.town import CAR, EBIKE, WALK, corner, engine

SPEED = {WALK: 5.0, EBIKE: 15.0, CAR: 25.0}
TOWN = engine("no_left_turn")
ENGINES: list[TravelEngine] = [StraightEngine(SPEED, 1.35), TOWN]
places = st.builds(LonLat, st.floats(116.3995, 116.4030), st.floats(39.8990, 39.9015))
modes = st.sampled_from([WALK, EBIKE, CAR])


def test_a_straight_leg_is_the_great_circle_times_the_detour() -> None:
    path = StraightEngine(SPEED, 1.5).paths([LonLat(116.4, 39.9), LonLat(116.4, 39.91)], WALK)[0]
    assert path.distance_m == 1668  # 1111.95 m x 1.5, rounded up
    assert path.time_s == 1201  # at 5 km/h, rounded up
    assert path.line == (LonLat(116.4, 39.9), LonLat(116.4, 39.91))


@pytest.mark.parametrize(("speed", "detour"), [(0.0, 1.35), (-1.0, 1.35), (float("nan"), 1.35), (5.0, 0.9)])
def test_speeds_and_detours_that_cannot_be_are_refused(speed: float, detour: float) -> None:
    with pytest.raises(InputError):
        StraightEngine({WALK: speed}, detour)


def test_a_mode_without_speed_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="汽车"):
        StraightEngine({WALK: 5}, 1.35).paths([corner("A"), corner("B")], CAR)


@pytest.mark.parametrize("travel", ENGINES, ids=["straight", "roads"])
def test_nowhere_to_go_is_an_empty_answer(travel: TravelEngine) -> None:
    assert travel.paths([], CAR) == []
    assert travel.paths([corner("A")], CAR) == []
    assert travel.matrix([], [corner("A")], CAR).time_s.shape == (0, 1)
    assert travel.matrix([corner("A")], [], CAR).time_s.shape == (1, 0)


@pytest.mark.parametrize("travel", ENGINES, ids=["straight", "roads"])
@settings(max_examples=40, deadline=None)
@given(points=st.lists(places, min_size=2, max_size=6), mode=modes)
def test_paths_take_exactly_the_time_and_length_of_the_matrix(
    travel: TravelEngine, points: list[LonLat], mode: str
) -> None:
    points = [*points, points[0], points[0]]
    matrix = travel.matrix(points, points, mode)
    for n, path in enumerate(travel.paths(points, mode)):
        assert (path.time_s, path.distance_m) == (matrix.time_s[n, n + 1], matrix.distance_m[n, n + 1])
        assert path.line[0] == points[n] and path.line[-1] == points[n + 1]
    assert (np.diag(matrix.time_s) == 0).all() and (np.diag(matrix.distance_m) == 0).all()


@pytest.mark.parametrize("travel", ENGINES, ids=["straight", "roads"])
@settings(max_examples=40, deadline=None)
@given(points=st.lists(places, min_size=3, max_size=5))
def test_no_walk_is_slower_than_the_walk_through_a_third_place(travel: TravelEngine, points: list[LonLat]) -> None:
    time_s = travel.matrix(points, points, WALK).time_s
    for a, b, c in product(range(len(points)), repeat=3):
        assert time_s[a, c] <= time_s[a, b] + time_s[b, c]


def test_who_stops_on_a_street_may_turn_round_there() -> None:
    # Left at B is forbidden; a stop on B-E lets one turn before the corner E, so the detour is the quicker way.
    start, stop, end = corner("AB"), corner("BBBE"), corner("BC")
    time_s = TOWN.matrix([start, stop, end], [start, stop, end], CAR).time_s
    assert time_s[0, 1] + time_s[1, 2] < time_s[0, 2]


@settings(max_examples=40, deadline=None)
@given(start=places, end=places, mode=modes)
def test_the_drawn_line_is_as_long_as_the_leg_says(start: LonLat, end: LonLat, mode: str) -> None:
    path = TOWN.paths([start, end], mode)[0]
    line = as_degrees(path.line)
    assert haversine_m(line[:-1], line[1:]).sum() == pytest.approx(path.distance_m, abs=2)


@settings(max_examples=40, deadline=None)
@given(start=places, end=places)
def test_walking_there_is_as_long_as_walking_back(start: LonLat, end: LonLat) -> None:
    time_s = TOWN.matrix([start, end], [start, end], WALK).time_s
    assert abs(time_s[0, 1] - time_s[1, 0]) <= 1


def test_the_walk_to_and_from_the_street_counts_in_time_and_length() -> None:
    at_street, aside = LonLat(116.4003, 39.9), LonLat(116.4003, 39.8997)
    path = TOWN.paths([aside, at_street], CAR)[0]
    assert path.distance_m == pytest.approx(33.4, abs=1)
    assert path.time_s == pytest.approx(33.4 * 3.6 / 5, abs=1)


# --- an independent judge: a town of random one-ways and turn restrictions, solved street by street with networkx


class Street(NamedTuple):
    """A street between neighbouring corners (column, row), driven from `a` to `b`."""

    a: tuple[int, int]
    b: tuple[int, int]

    @property
    def back(self) -> Street:
        return Street(self.b, self.a)


class Turn(NamedTuple):
    """From one street over its end into another: forbidden, or the only one allowed."""

    source: Street
    target: Street
    only: bool


SIDE = 4
ALL = [Street((x, y), (x + 1, y)) for x in range(SIDE - 1) for y in range(SIDE)]
ALL += [Street((x, y), (x, y + 1)) for x in range(SIDE) for y in range(SIDE - 1)]
turns = st.builds(
    lambda source, swap, pick, only: Turn(
        start := source.back if swap else source,
        (out := [s for street in ALL for s in (street, street.back) if s.a == start.b])[pick % len(out)],
        only,
    ),
    st.sampled_from(ALL),
    st.booleans(),
    st.integers(0, 3),
    st.booleans(),
)


def write_town(path: Path, oneways: set[int], restrictions: list[Turn]) -> None:
    """Write the town as OpenStreetMap data, each street a way of its own."""
    number = {(x, y): 1 + x + SIDE * y for x in range(SIDE) for y in range(SIDE)}
    way = {key: n for n, street in enumerate(ALL, start=1) for key in (street, street.back)}
    text = ['<osm version="0.6">']
    for (x, y), n in number.items():
        text.append(f'<node id="{n}" version="1" lon="{116.4 + 0.002 * x:.6f}" lat="{39.9 + 0.0017 * y:.6f}"/>')
    for n, street in enumerate(ALL):
        tags = '<tag k="highway" v="residential"/>' + ('<tag k="oneway" v="yes"/>' if n in oneways else "")
        refs = f'<nd ref="{number[street.a]}"/><nd ref="{number[street.b]}"/>'
        text.append(f'<way id="{n + 1}" version="1">{refs}{tags}</way>')
    for n, turn in enumerate(restrictions, start=1):
        rule = "only_straight_on" if turn.only else "no_u_turn" if turn.target == turn.source.back else "no_left_turn"
        text.append(
            f'<relation id="{n}" version="1"><member type="way" ref="{way[turn.source]}" role="from"/>'
            f'<member type="node" ref="{number[turn.source.b]}" role="via"/>'
            f'<member type="way" ref="{way[turn.target]}" role="to"/>'
            f'<tag k="type" v="restriction"/><tag k="restriction" v="{rule}"/></relation>'
        )
    path.write_text("\n".join([*text, "</osm>"]))


def middle(street: Street) -> LonLat:
    return LonLat(116.4 + 0.001 * (street.a[0] + street.b[0]), 39.9 + 0.00085 * (street.a[1] + street.b[1]))


def judge(oneways: set[int], restrictions: list[Turn]) -> nx.DiGraph:
    """Streets as nodes, allowed turns as edges that cost half of both streets' metres."""
    driven = {s for n, street in enumerate(ALL) for s in ((street,) if n in oneways else (street, street.back))}
    metres = {s: float(haversine_m(np.array(middle(s)), np.array(corner_of(s.b)))) * 2 for s in driven}
    graph = nx.DiGraph()
    graph.add_nodes_from(driven)
    for source, target in product(driven, driven):
        if source.b != target.a:
            continue
        binding = [turn for turn in restrictions if turn.source == source and turn.target in driven]
        if any(turn.target != target if turn.only else turn.target == target for turn in binding):
            continue
        graph.add_edge(source, target, metres=(metres[source] + metres[target]) / 2)
    # Only streets that one can leave and come back to are used; the larger such part counts.
    parts = sorted(nx.strongly_connected_components(graph), key=lambda part: sum(metres[s] for s in part))
    assume(sum(metres[s] for s in parts[-1]) > sum(metres[s] for s in parts[-2]) + 1 if len(parts) > 1 else True)
    return graph.subgraph(parts[-1])


def corner_of(place: tuple[int, int]) -> LonLat:
    return LonLat(116.4 + 0.002 * place[0], 39.9 + 0.0017 * place[1])


@settings(max_examples=60, deadline=None)
@given(oneways=st.sets(st.integers(0, len(ALL) - 1), max_size=8), restrictions=st.lists(turns, max_size=8))
def test_random_towns_agree_with_a_search_from_street_to_street(oneways: set[int], restrictions: list[Turn]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.osm"
        write_town(path, oneways, restrictions)
        roads = RoadEngine(read_network(path))
    spots = [middle(street) for street in ALL]
    distance_m = roads.matrix(spots, spots, CAR).distance_m
    metres = dict(nx.all_pairs_dijkstra_path_length(judge(oneways, restrictions), weight="metres"))
    used = [street in metres or street.back in metres for street in ALL]
    assert [snap.distance_m < 1 for snap in roads.snap(spots, CAR)] == used
    for start, end in product([n for n, both in enumerate(used) if both], repeat=2):
        # A traveller may set out in either direction of the street, and arrive from either.
        ways = [
            metres[a][b]
            for a in (ALL[start], ALL[start].back)
            for b in (ALL[end], ALL[end].back)
            if a in metres and b in metres[a]
        ]
        assert distance_m[start, end] == pytest.approx(min(ways), abs=1.5)
