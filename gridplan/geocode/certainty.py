"""How probable a place is: what speaks for it against everything else, calibrated on made lists whose truth is known."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp, log
from typing import NamedTuple

from gridplan.model.place import FixLevel

SLOPE = 14.0
"""How fast probability grows with weight."""
NOTHING = 0.30
"""The weight of what is not among the places found: the gazetteer may not know the right one."""
_ROWS = {"crossing": "door"}  # no made list has crossings: their point is as good as a door's
CERTAIN = 0.995
"""No text alone makes a place surer than this."""
TABLE = "certainty.json"
"""Written by `python -m tests.bench.ground._fit`, which tells from what."""


class Table(NamedTuple):
    """The knots of evidence with, for each part that a place stands on, the probability at each knot; and that of areas."""

    evidence: list[float]
    parts: Mapping[str, list[float]]
    areas: Mapping[str, float]


@cache
def _table() -> Table:
    return Table(**json.loads(files(__package__).joinpath(TABLE).read_text("utf-8")))


def evidence(weights: Sequence[float]) -> float:
    """Return the log-odds, not yet calibrated, of the first of the places against all others and against none of them."""
    first = SLOPE * weights[0]
    others = [SLOPE * NOTHING - first, *(SLOPE * weight - first for weight in weights[1:])]
    most = max(others)
    return -(most + log(sum(exp(other - most) for other in others)))


def probability(part: str, speaks: float) -> float:
    """Return how often a place that stands on this part of the text is right with this evidence, 0…1.

    Between the table's knots it is interpolated.
    """
    knots, values = _table().evidence, _table().parts[_ROWS.get(part, part)]
    at = bisect_right(knots, speaks)
    if at == 0:
        return values[0]
    if at == len(knots):
        return values[-1]
    share = (speaks - knots[at - 1]) / (knots[at] - knots[at - 1])
    return values[at - 1] + share * (values[at] - values[at - 1])


def probabilities(parts: Sequence[str], weights: Sequence[float]) -> list[float]:
    """Return the probability of each of the places, weightiest first: the first by the table, what is left among the others."""
    speaks = evidence(weights)
    best = min(probability(parts[0], speaks), CERTAIN)
    if len(weights) == 1:
        return [best]
    first = SLOPE * weights[0]
    shares = [exp(SLOPE * weight - first) for weight in weights[1:]]
    rest = exp(SLOPE * NOTHING - first) + sum(shares)
    return [best, *(min(best, (1 - best) * share / rest) for share in shares)]


@cache
def of_area(level: FixLevel) -> float:
    """Return how often a site lies in the community or township that its address names."""
    return _table().areas[level]
