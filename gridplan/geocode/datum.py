"""Datum conversion between WGS-84, GCJ-02 (Chinese maps) and BD-09 (Baidu), as numpy arrays or plain floats."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import NDArray

from gridplan.model.place import Datum

Floats = NDArray[np.float64]

_AXIS_M = 6378245.0  # Krasovsky 1940, as the GCJ-02 offset uses it
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_PHASE = np.pi * 3000.0 / 180.0
_ITERATIONS = 6  # each step gains about three digits: four reach a micrometre


def _offset(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return the GCJ-02 offset in degrees at WGS-84 points; zero outside the usual box around China."""
    x, y = lon - 105.0, lat - 35.0
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + ripple
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + ripple
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY_2 * np.sin(phi) ** 2
    d_lat = np.degrees(north * magic**1.5 / (_AXIS_M * (1.0 - _ECCENTRICITY_2)))
    d_lon = np.degrees(east * np.sqrt(magic) / (_AXIS_M * np.cos(phi)))
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    return np.where(inside, d_lon, 0.0), np.where(inside, d_lat, 0.0)


def _gcj_from_bd(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = lon - 0.0065, lat - 0.006
    radius = np.hypot(x, y) - 0.00002 * np.sin(y * _BD_PHASE)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * _BD_PHASE)
    return radius * np.cos(angle), radius * np.sin(angle)


def _bd_from_gcj(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PHASE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PHASE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _forward(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]:
    if datum in (Datum.WGS84, Datum.CGCS2000):
        return lon, lat
    d_lon, d_lat = _offset(lon, lat)
    gcj = lon + d_lon, lat + d_lat
    return _bd_from_gcj(*gcj) if datum is Datum.BD09 else gcj


@overload
def from_wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]: ...
@overload
def from_wgs84(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]: ...
def from_wgs84(lon: float | Floats, lat: float | Floats, datum: Datum) -> tuple[float | Floats, float | Floats]:
    """Return WGS-84 degrees in `datum`. Floats give floats, arrays of one shape give arrays of that shape."""
    out_lon, out_lat = _forward(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float), datum)
    return _like(lon, out_lon), _like(lat, out_lat)


@overload
def to_wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]: ...
@overload
def to_wgs84(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]: ...
def to_wgs84(lon: float | Floats, lat: float | Floats, datum: Datum) -> tuple[float | Floats, float | Floats]:
    """Return degrees in `datum` as WGS-84, within a millimetre, by fixed-point iteration of the forward conversion."""
    goal_lon, goal_lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if datum in (Datum.WGS84, Datum.CGCS2000):
        return _like(lon, goal_lon), _like(lat, goal_lat)
    guess_lon, guess_lat = _gcj_from_bd(goal_lon, goal_lat) if datum is Datum.BD09 else (goal_lon, goal_lat)
    for _ in range(_ITERATIONS):
        there_lon, there_lat = _forward(guess_lon, guess_lat, datum)
        guess_lon, guess_lat = guess_lon + goal_lon - there_lon, guess_lat + goal_lat - there_lat
    return _like(lon, guess_lon), _like(lat, guess_lat)


def _like(given: float | Floats, made: Floats) -> float | Floats:
    return made if isinstance(given, np.ndarray) else float(made)
