"""How often the datum of a made list is guessed, and how often the guess is right: 320 lists, sites 40 m off."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from geodata.make_demo import make_demo
from gridplan.geocode.datum_guess import guess_datum
from gridplan.geocode.datum_readings import FIXED, Floats, degrees_of, scale_of, written_in
from gridplan.model.place import Datum
from gridplan.roads.network import read_network
from gridplan.services.folders.datum_doubt import street_pieces
from tests.bench.figures import Figure, at_least, plain
from tests.bench.ground._streets import write_streets

NOISE_M, SETBACK_M = 40.0, (10.0, 30.0)
SITES = (100, 200, 400, 800)
LISTS = 40  # for each number of sites and each town
SIDE = 60


def measure() -> Iterator[Figure]:
    """Guess by streets alone: in the invented district and in a town of streets every 120 m; and lists of no datum at all."""
    right = sure = strangers = 0
    took = []
    towns = _towns()
    for sites in SITES:
        told = 0
        for name, pieces in towns.items():
            for seed in range(LISTS):
                random = np.random.default_rng([seed, sites, len(name)])
                truth = FIXED[seed % len(FIXED)]
                points = made_points(pieces, sites, random)
                began = time.process_time()
                guess = guess_datum(Datum.WGS84, written_in(points, truth), pieces)
                took.append(time.process_time() - began)
                told += guess.sure
                right += guess.likely is truth
                # The same list moved by a few hundred metres is in no datum: whoever is sure of one is wrong.
                away, angle = random.uniform(200, 340), random.uniform(0, 2 * np.pi)
                moved = points + degrees_of((away * np.cos(angle), away * np.sin(angle)), points)
                strangers += guess_datum(Datum.WGS84, written_in(moved, truth), pieces).sure
        sure += told
        yield plain(f"sure of lists of {sites} sites", told / (LISTS * len(towns)), "share")
    lists = LISTS * len(SITES) * len(towns)
    yield at_least(f"right where it is sure, {sure} of {lists} lists", right / sure, "share", 0.99)
    yield plain(f"sure of a datum where there is none, {lists} lists", strangers / lists, "share")
    yield plain("a guess, median", float(np.median(took)), "CPU s")


def _towns() -> dict[str, Floats]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "demo"
        make_demo(folder)
        files = {"district": folder / "roads.osm.pbf", "town": write_streets(Path(name) / "town.osm.pbf", SIDE)}
        pieces = {name: street_pieces(read_network(path)) for name, path in files.items()}
    return {name: found for name, found in pieces.items() if found is not None}


def made_points(pieces: Floats, sites: int, random: np.random.Generator) -> Floats:
    """Return WGS-84 points beside streets, set back from them and 40 m off."""
    scale = scale_of(pieces[:, :2])
    one, other = pieces[:, :2] * scale, pieces[:, 2:] * scale
    length_m = np.hypot(*(other - one).T)
    piece = random.choice(len(pieces), sites, p=length_m / length_m.sum())
    along = (other - one)[piece]
    across = np.column_stack([-along[:, 1], along[:, 0]]) / length_m[piece][:, None]
    back_m = random.uniform(*SETBACK_M, sites) * random.choice([-1.0, 1.0], sites)
    points = one[piece] + random.random(sites)[:, None] * along + back_m[:, None] * across
    degrees: Floats = (points + random.normal(0, NOISE_M, (sites, 2))) / scale
    return degrees
