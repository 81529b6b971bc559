"""Guesses how the points of a list are meant, with evidence; it converts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import MultiPolygon, Polygon

from gridplan.geocode.datum_evidence import Evidence, Streets, by_addresses, by_areas, by_streets
from gridplan.geocode.datum_readings import FIXED, Floats, Reading, in_wgs84, said_as, scale_of
from gridplan.model.place import Datum

POINTS_MOST = 2_000
"""So many points of a list are asked, drawn evenly: more make no one surer."""
_SHIFT_LEAST, _SHIFT_MOST_M = 30, 5_000.0  # so many addresses, so far at most
_SHIFT_SPREAD_M = 120.0  # one constant explains the list when half of it lies nearer to where the constant puts it


@dataclass(frozen=True, slots=True, kw_only=True)
class DatumGuess:
    """What was found of a list that says its points are in `said`.

    `likely` is how they are meant, None where the evidence is not enough or contradicts itself; `sure` then is False. With
    `likely` SHIFTED the points must be moved by `shift_m` (east, north) after `said` was converted. `relative` tells that only
    the gazetteer speaks for it, which may itself be in another datum.
    """

    said: Datum
    points: int
    evidence: tuple[Evidence, ...]
    likely: Reading | None
    shift_m: tuple[float, float] = (0.0, 0.0)
    relative: bool = False

    @property
    def sure(self) -> bool:
        """Whether the evidence is enough for one reading."""
        return self.likely is not None

    @property
    def agrees(self) -> bool:
        """Whether what the list says of itself is what was found."""
        return self.likely is said_as(self.said)


def guess_datum(
    said: Datum,
    given: Floats,
    streets: Floats | None = None,
    named: Sequence[Polygon | MultiPolygon | None] = (),
    addresses: Floats | None = None,
) -> DatumGuess:
    """Guess how points are meant.

    Parameters
    ----------
    said : Datum
        The datum they are said to be in.
    given : (n, 2) degrees
        The points as the list has them, longitude first.
    streets : (m, 4) degrees
        Straight pieces of streets, lon, lat, lon, lat in WGS-84.
    named : polygons
        For each point the community or township that its address names.
    addresses : (n, 2) degrees
        For each point where the gazetteer surely knows its address, WGS-84; NaN where it does not.
    """
    chosen = _drawn(given)
    given = given[chosen]
    named = [named[n] for n in chosen.tolist()] if len(named) else ()
    addresses = addresses[chosen] if addresses is not None else None
    if not len(given):
        return DatumGuess(said=said, points=0, evidence=(), likely=None)
    read = {reading: in_wgs84(given, reading, said) for reading in FIXED}
    found = [
        by_streets(read, Streets(streets, read[said_as(said)])) if streets is not None and len(streets) else None,
        by_areas(read, named) if named else None,
        by_addresses(read, addresses) if addresses is not None else None,
    ]
    evidence = tuple(one for one in found if one is not None)
    dips = {one.best for one in evidence if one.sure and one.kind == "streets"}
    own = dips | {one.best for one in evidence if one.sure and one.kind == "areas"}
    relative = {one.best for one in evidence if one.sure and one.kind == "addresses"}
    likely: Reading | None = None
    shift_m = (0.0, 0.0)
    if not dips and not relative and addresses is not None:
        # Areas are wide: they may be sure of the best of the datums though a constant brings each point to its address.
        constant = _constant(read[said_as(said)], addresses)
        likely, shift_m = (Reading.SHIFTED, constant) if constant else (None, shift_m)
    if likely is None and len(own) <= 1:
        likely = next(iter(own or relative), None)
    return DatumGuess(
        said=said,
        points=len(given),
        evidence=evidence,
        likely=likely,
        shift_m=shift_m,
        relative=likely is Reading.SHIFTED or not own,
    )


def _drawn(given: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return which points to ask: each place once (a fallback centre is no witness), and not too many."""
    if not len(given):
        return np.arange(0)
    _, first = np.unique(given, axis=0, return_index=True)
    if len(first) > POINTS_MOST:
        first = np.random.default_rng(1).permutation(first)[:POINTS_MOST]
    return np.sort(first)


def _constant(points: Floats, addresses: Floats) -> tuple[float, float] | None:
    """Return the one shift (metres east, north) that brings most points to their addresses; None where there is none."""
    known = ~np.isnan(addresses).any(axis=1)
    if known.sum() < _SHIFT_LEAST:
        return None
    off = (addresses[known] - points[known]) * scale_of(points)
    middle = np.median(off, axis=0)
    spread = float(np.median(np.hypot(*(off - middle).T)))
    size = float(np.hypot(*middle))
    if spread > _SHIFT_SPREAD_M or not 2 * spread < size <= _SHIFT_MOST_M:
        return None
    return round(float(middle[0])), round(float(middle[1]))
