"""The ground of the invented district: its outline, waters, town centres and the frame from metres to degrees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import cos, pi, radians

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

Array = NDArray[np.float64]

DISTRICT = "云汀区"
DISTRICT_CODE = "990101"  # no real division begins with 99
WIDTH_M, HEIGHT_M = 20_000.0, 16_000.0
_WEST, _SOUTH = 118.30, 33.30
_M_PER_LON, _M_PER_LAT = 111_320 * cos(radians(33.37)), 110_920.0


def to_degrees(points: Array) -> Array:
    """Return longitude and latitude (…, 2), rounded to a centimetre, of metres east and north of the frame's corner."""
    return np.round(points / (_M_PER_LON, _M_PER_LAT) + (_WEST, _SOUTH), 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """One township: its centre in metres, how far its streets spread, and how many communities it has."""

    name: str
    x: float
    y: float
    spread_m: float
    communities: int


TOWNS = (
    Town(name="北屏镇", x=3700, y=12700, spread_m=1150, communities=10),
    Town(name="枫林街道", x=8200, y=13100, spread_m=1700, communities=14),
    Town(name="白鹭镇", x=12700, y=12900, spread_m=1250, communities=10),
    Town(name="云台乡", x=16900, y=12200, spread_m=900, communities=8),
    Town(name="柳浦镇", x=2900, y=6300, spread_m=1200, communities=10),
    Town(name="望湖街道", x=7300, y=7600, spread_m=2300, communities=16),
    Town(name="石桥街道", x=11200, y=7300, spread_m=2300, communities=17),
    Town(name="东皋街道", x=16300, y=6400, spread_m=1700, communities=14),
    Town(name="南津街道", x=6000, y=3300, spread_m=1500, communities=12),
    Town(name="沙渚镇", x=12500, y=2900, spread_m=1150, communities=9),
)
CELLS = 604

_RIVER = ((-900, 9900), (1500, 9700), (4000, 9600), (6500, 10250), (9300, 10300), (11500, 9700), (13300, 8900),
          (13900, 7200), (14200, 5300), (15500, 3950), (17800, 3000), (21000, 2200))  # fmt: skip
_STREAMS = (
    ((8700, 10200), (8950, 8900), (8700, 7600), (8300, 6200), (8900, 4700), (9250, 3000), (8900, 1200), (9100, -900)),
    ((12300, 17000), (12100, 14600), (11200, 13000), (10700, 11600), (10900, 10000)),
    ((19800, 9600), (18000, 8900), (16200, 8500), (14800, 8600), (13500, 8500)),
)


def _curve(points: tuple[tuple[float, float], ...]) -> LineString:
    """Return a smooth line through the points."""
    anchors = np.array(points, dtype=np.float64)
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(anchors, axis=0).T))])
    return LineString(CubicSpline(steps, anchors)(np.arange(0.0, steps[-1], 60.0)))


def _blob(x: float, y: float, half_width: float, half_height: float, wiggles: Array, power: float = 2.0) -> Polygon:
    """Return a closed curve around (x, y): a superellipse with `wiggles` (amplitude, phase) of 2, 3, … waves around it."""
    angle = np.linspace(0, 2 * pi, 240, endpoint=False)
    across, up = np.cos(angle) / half_width, np.sin(angle) / half_height
    radius = (np.abs(across) ** power + np.abs(up) ** power) ** (-1 / power)
    for waves, (amplitude, phase) in enumerate(wiggles, 2):
        radius = radius * (1 + amplitude * np.sin(waves * angle + phase))
    return Polygon(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]))


@dataclass(frozen=True)
class Ground:
    """Outline, waters and density of one invented district, in metres; the same for the same seed."""

    seed: int

    @cached_property
    def _wiggles(self) -> Array:
        rng = np.random.default_rng([self.seed, 1])
        waves = np.arange(2, 13)
        return np.column_stack([rng.uniform(0.4, 1.0, 11) * 0.045 / np.sqrt(waves), rng.uniform(0, 2 * pi, 11)])

    @cached_property
    def outline(self) -> Polygon:
        """The border of the district before it follows the blocks."""
        return _blob(10_000, 8_000, 9_500, 7_600, self._wiggles, power=2.8)

    @cached_property
    def island(self) -> Polygon:
        """An island in the main river; no bridge leads to it."""
        return _blob(5_300, 9_820, 720, 200, self._wiggles[:4])

    @cached_property
    def river(self) -> BaseGeometry:
        """The main river without its island."""
        bulge = _blob(5_300, 9_820, 1_150, 360, self._wiggles[:3])
        return _curve(_RIVER).buffer(105).union(bulge).buffer(150).buffer(-150).difference(self.island)

    @cached_property
    def streams(self) -> MultiPolygon:
        """Narrow waters: tributaries and a canal."""
        return MultiPolygon([_curve(points).buffer(22 + 6 * n) for n, points in enumerate(_STREAMS)])

    @cached_property
    def lake(self) -> Polygon:
        """The lake that gives one township its name."""
        return _blob(6_300, 7_500, 640, 480, self._wiggles[2:9] * (2.2, 1.0))

    @cached_property
    def parks(self) -> MultiPolygon:
        """Parks: around the lake, on the island and in the towns. No block street crosses them."""
        ring = self.lake.buffer(130)
        spots = [(9_700, 12_600, 300, 220), (10_300, 6_300, 360, 240), (15_500, 7_300, 280, 260), (5_300, 2_500, 300, 230),
                 (12_300, 8_600, 240, 200), (3_300, 13_500, 260, 180), (17_600, 13_400, 900, 620), (1_900, 5_100, 260, 200),
                 (13_300, 3_500, 220, 200)]  # fmt: skip
        blobs = [_blob(*spot, self._wiggles[n % 5 : n % 5 + 5] * (1.6, 1.0)) for n, spot in enumerate(spots)]
        green = [ring.difference(self.lake), *(blob.difference(self.streams).buffer(0) for blob in blobs)]
        return MultiPolygon([part for park in green for part in shapely.get_parts(park) if isinstance(part, Polygon)])

    def density(self, points: Array) -> Array:
        """Return how built-up each point (n, 2) is: 0 fields … 1 the middle of town."""
        total = np.full(len(points), 0.04)
        for town in TOWNS:
            away_m = np.hypot(points[:, 0] - town.x, points[:, 1] - town.y)
            total += np.exp(-0.5 * (away_m / town.spread_m) ** 2)
        return np.asarray(np.minimum(total, 1.0))
