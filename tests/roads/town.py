"""The lettered corners of tests/data/roads/*.osm, 100 m apart, and the ways between them counted in streets."""

from __future__ import annotations

from pathlib import Path

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.model.travel import UNREACHABLE, RoutePath
from gridplan.roads.engine import RoadEngine
from gridplan.roads.network import read_network

DATA = Path(__file__).parents[1] / "data" / "roads"
CORNERS = {
    "A": (0.0, 0.0), "B": (1.0, 0.0), "C": (1.0, 1.0), "D": (0.0, 1.0), "E": (2.0, 0.0), "F": (2.0, 1.0),
    "G": (1.0, -1.0), "P": (-1.0, 0.0), "Q": (0.0, -1.0), "X": (0.0, 8.0), "Y": (1.0, 8.0),
}  # fmt: skip
WALK, EBIKE, CAR = TravelMode.WALK, TravelMode.EBIKE, TravelMode.CAR


def engine(name: str) -> RoadEngine:
    """The engine on one of the tiny files."""
    return RoadEngine(read_network(DATA / f"{name}.osm"))


def corner(letters: str) -> LonLat:
    """A corner, or the middle of the street between two."""
    east, north = (sum(CORNERS[letter][axis] for letter in letters) / len(letters) for axis in (0, 1))
    return LonLat(116.4 + 0.00117 * east, 39.9 + 0.0009 * north)


def leg(roads: RoadEngine, mode: TravelMode, start: str, end: str) -> RoutePath:
    """The way from one place to another."""
    return roads.paths([corner(start), corner(end)], mode)[0]


def streets(name: str, mode: TravelMode, start: str, end: str) -> float | None:
    """The length of the way in streets of 100 m, to a tenth; None when there is none."""
    metres = leg(engine(name), mode, start, end).distance_m
    return None if metres == UNREACHABLE else round(metres / 100, 1)
