"""What a server must be able to tell, whatever its protocol, and how its numbers are looked at before they are believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.roads.measure import Floats
from gridplan.roads.remote.web import Web


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Seconds and metres along the streets, NaN where there is no way; how far each point lies from its street, in metres."""

    time_s: Floats
    distance_m: Floats
    from_m: Floats
    to_m: Floats


class TooBig(Exception):
    """The server answers smaller tables only."""


class Source(Protocol):
    """A server that measures legs."""

    @property
    def name(self) -> str:
        """What the plan calls it: `osrm` or `valhalla`."""
        ...

    @property
    def side(self) -> int:
        """So many origins and destinations it is first asked at a time."""
        ...

    def key(self, mode: TravelMode) -> str:
        """Return what tells its answers for a mode from those of another server or setting."""
        ...

    def where(self, mode: TravelMode) -> str:
        """Return the address of the server for a mode; InputError where there is none."""
        ...

    def version(self, mode: TravelMode) -> str:
        """Return what it calls itself or its data, "" when it does not say."""
        ...

    def table(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> Table:
        """Return all legs between some points; raises TooBig, or InputError when it cannot be had."""
        ...

    def line(self, start: LonLat, end: LonLat, mode: TravelMode) -> list[LonLat]:
        """Return the line of one leg, [] for none; raises InputError when it cannot be had."""
        ...


def numbers(web: Web, rows: Any, shape: tuple[int, int]) -> Floats:
    """Return a table of an answer, null as NaN; anything but numbers from 0 on in that shape is no answer."""
    if not isinstance(rows, list) or len(rows) != shape[0]:
        raise web.misunderstood(f"{_size(rows)} ≠ {shape[0]}")
    for row in rows:
        if not isinstance(row, list) or len(row) != shape[1]:
            raise web.misunderstood(f"{_size(row)} ≠ {shape[1]}")
    return np.array([[number(web, value) for value in row] for row in rows], dtype=np.float64).reshape(shape)


def number(web: Web, value: Any) -> float:
    """Return a number of an answer that is not negative and not endless, NaN for null."""
    if value is None:
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise web.misunderstood(value)
    return float(value)


def place(web: Web, lon: Any, lat: Any) -> LonLat:
    """Return a point of an answer."""
    for value, most in ((lon, 180), (lat, 90)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
            raise web.misunderstood(f"{lon}, {lat}")
    return LonLat(float(lon), float(lat))


def _size(value: Any) -> object:
    return len(value) if isinstance(value, list) else value
