"""How fast a long list finds its places in a large gazetteer, and how honest the probabilities are."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

from rapidfuzz import fuzz, process

from gridplan.geocode.coder import Coder
from gridplan.model.site import SiteStatus
from tests.bench.figures import Figure, at_most, plain
from tests.bench.ground._made import DISTRICT, Made, is_right, make

NAMES, ROWS = 200_000, 200_000
HELD_OUT = (11, 12)
LEAST = 200
"""A bin of fewer cases says nothing."""


def measure() -> Iterator[Figure]:
    """200,000 addresses against 200,000 names; then the reliability table on lists that the table was not made from."""
    made = make(1, NAMES, ROWS)
    before_mb = _peak_mb()
    began = time.perf_counter()
    coder = Coder(made.areas, made.entries, DISTRICT)
    yield at_most(f"index of {NAMES} names", time.perf_counter() - began, "s", 2)
    began = time.perf_counter()
    coded = coder.locate(made.sites)
    yield at_most(f"{ROWS} addresses, all cores", time.perf_counter() - began, "s", 8)
    yield at_most("memory beside the lists, without the answers' own", _peak_mb() - before_mb, "MB", 400)
    yield plain("placed surely", sum(one.status is SiteStatus.LOCATED for one in coded) / len(coded), "share")
    del coded, coder
    yield from _loop(made)
    yield from reliability()


def _loop(made: Made, rows: int = 40) -> Iterator[Figure]:
    """A loop that asks rapidfuzz for the most similar name, address by address."""
    names = [entry.name for entry in made.entries]
    began = time.process_time()
    for site in made.sites[:rows]:
        process.extractOne(site.name + site.address, names, scorer=fuzz.partial_ratio)
    spent = (time.process_time() - began) * ROWS / rows
    yield plain("a loop of rapidfuzz over all names, in proportion", spent, "CPU s")


def reliability() -> Iterator[Figure]:
    """How often places of each probability are right."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for seed in HELD_OUT:
        for hard in (False, True):
            made = make(seed, 20_000, 8_000, hard=hard)
            for one, truth in zip(
                Coder(made.areas, made.entries, DISTRICT).locate(made.sites), made.truth, strict=True
            ):
                if one.fix.candidates and one.status is not SiteStatus.REJECTED:
                    right = is_right(one.fix.candidates[0], one.address, truth)
                    bins.setdefault(min(int(one.fix.score * 10), 9), []).append((one.fix.score, right))
    farthest = 0.0
    for _, found in sorted(bins.items()):
        said = sum(score for score, _ in found) / len(found)
        right = sum(right for _, right in found) / len(found)
        yield plain(f"said {said:.2f}, of {len(found)}: right", right, "share")
        if len(found) >= LEAST:
            farthest = max(farthest, abs(said - right))
    yield at_most(f"farthest of the bins of {LEAST} and more", farthest, "share", 0.05)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
