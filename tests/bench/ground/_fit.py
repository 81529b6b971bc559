"""Fits gridplan/geocode/certainty.json: how often a place is right, by the part of the text it stands on and its evidence.

    python -m tests.bench.ground._fit

The lists are those of `_made` with the seeds below, easy and hard; `calibration` measures on others. From each row the weightiest
place is taken, whether a person would have to look or not. The counts are put into bins of evidence, pulled a little towards
the logistic curve where there are few, and made monotone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from math import exp
from pathlib import Path

import numpy as np
from scipy.optimize import isotonic_regression

from gridplan.geocode import certainty
from gridplan.geocode.matching import Matcher
from gridplan.model.place import AreaLevel, Candidate, FixLevel
from tests.bench.ground._made import DISTRICT, is_right, make

SEEDS = (101, 102, 103)
NAMES, ROWS = 20_000, 8_000
_STEP, _LOW, _HIGH = 0.5, -6.0, 9.0
_PULL = 3.0
_AREAS_AT_MOST = 0.97  # no made list has the old names of merged communities
_PARTS = ("compound", "door", "name", "road", "short_road")


def _observed() -> tuple[dict[str, list[tuple[float, bool]]], dict[AreaLevel, list[bool]]]:
    """Return for each part the evidence of the weightiest places and whether they were right; and whether named areas were."""
    places: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    areas: dict[AreaLevel, list[bool]] = defaultdict(list)
    for seed in SEEDS:
        for hard in (False, True):
            made = make(seed, NAMES, ROWS, hard=hard)
            matcher = Matcher(made.areas, made.entries, DISTRICT, FixLevel.COMMUNITY)
            for site, truth in zip(made.sites, made.truth, strict=True):
                address = matcher.parse(site)
                for level, true in ((AreaLevel.COMMUNITY, truth.community), (AreaLevel.TOWNSHIP, truth.township)):
                    if level in address.named:
                        areas[level].append(address.named[level] == true)
                spots, _ = matcher.spots(site.name, address)
                if spots and not address.other_district:
                    best = spots[0]
                    place = Candidate(name=best.place.name, point=best.place.point, level=best.level, score=0)
                    speaks = certainty.evidence([spot.weight for spot in spots])
                    places[best.part].append((speaks, is_right(place, address, truth)))
    return places, areas


def _curve(observed: list[tuple[float, bool]], knots: np.ndarray) -> list[float]:
    speaks, right = np.array(observed, dtype=float).T if observed else np.zeros((2, 0))
    bins = np.clip(np.rint((speaks - _LOW) / _STEP), 0, len(knots) - 1).astype(int)
    count = np.bincount(bins, minlength=len(knots)).astype(float)
    hits = np.bincount(bins, weights=right, minlength=len(knots))
    logistic = np.array([1 / (1 + exp(-knot)) for knot in knots])
    pull = np.where(count > 0, _PULL, 1e-6)
    rates = (hits + pull * logistic) / (count + pull)
    seen = np.flatnonzero(count)
    # Where nothing was seen the curve goes straight on between what was.
    rates = np.interp(np.arange(len(knots)), seen, rates[seen]) if len(seen) else logistic
    return [round(float(v), 4) for v in isotonic_regression(rates, weights=count + pull).x]


def main() -> None:
    """Observe, fit and write the table."""
    places, areas = _observed()
    knots = np.arange(_LOW, _HIGH + _STEP / 2, _STEP)
    table = {
        "evidence": knots.tolist(),
        "parts": {part: _curve(places[part], knots) for part in _PARTS},
        "areas": {
            level.value: min(_AREAS_AT_MOST, round(sum(right) / len(right), 4)) for level, right in areas.items()
        },
    }
    path = Path(certainty.__file__).with_name(certainty.TABLE)
    lines = [f'  "{part}": {json.dumps(curve)}' for part, curve in table["parts"].items()]
    path.write_text(
        f'{{"evidence": {json.dumps(table["evidence"])},\n"parts": {{\n' + ",\n".join(lines)
        + f'}},\n"areas": {json.dumps(table["areas"])}}}\n',
        encoding="utf-8",
    )  # fmt: skip
    for part, seen in places.items():
        print(part, len(seen), round(sum(right for _, right in seen) / len(seen), 3))


if __name__ == "__main__":
    main()
