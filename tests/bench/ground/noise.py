"""How many addresses of a noisy list are placed surely, how many of these rightly, and whether the others' candidates help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gridplan.geocode.coded import Coded
from gridplan.geocode.coder import Coder
from gridplan.model.place import FixLevel
from gridplan.model.site import SiteStatus
from tests.bench.figures import Figure, at_least, plain
from tests.bench.ground._made import DISTRICT, Made, Truth, is_right, make

SEEDS = (1, 2, 3)
NAMES, ROWS = 20_000, 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Shares of a list without the rows of other districts, 0…1.

    `sure` is what is placed without a person, `right` how much of that is right. `among_five` is how often the right place is
    among the candidates: of all rows, of those that wait for a person, and of those waiting whose place the gazetteer knows.
    """

    rows: int
    sure: float
    right: float
    among_five: float
    rest_among_five: float
    known_rest_among_five: float
    rejected_right: float


def tally(made: Made, coded: list[Coded]) -> Tally:
    """Compare a located list with its truth."""
    pairs = list(zip(coded, made.truth, strict=True))
    ours = [(item, truth) for item, truth in pairs if "other_district" not in truth.noise]
    sure = [(item, truth) for item, truth in ours if item.status is SiteStatus.LOCATED]
    rest = [(item, truth) for item, truth in ours if item.status is not SiteStatus.LOCATED]
    known = [(item, truth) for item, truth in rest if truth.entry is not None]
    rejected = [("other_district" in truth.noise) == (item.status is SiteStatus.REJECTED) for item, truth in pairs]
    return Tally(
        rows=len(ours),
        sure=len(sure) / len(ours),
        right=_share(is_right(item.fix.candidates[0], item.address, truth) for item, truth in sure),
        among_five=_share(_offered(item, truth) for item, truth in ours),
        rest_among_five=_share(_offered(item, truth) for item, truth in rest),
        known_rest_among_five=_share(_offered(item, truth) for item, truth in known),
        rejected_right=_share(rejected),
    )


def _offered(item: Coded, truth: Truth) -> bool:
    return any(
        is_right(candidate, item.address, truth)
        for candidate in item.fix.candidates
        if candidate.level.rank <= FixLevel.ROAD.rank
    )


def _share(of: Iterable[bool]) -> float:
    found = list(of)
    return sum(found) / len(found) if found else 1.0


def measure() -> Iterator[Figure]:
    """Three seeds of an easy and of a hard gazetteer; the rows of other districts (3 %) are counted apart."""
    for kind, hard in (("easy", False), ("hard", True)):
        for seed in SEEDS:
            made = make(seed, NAMES, ROWS, hard=hard)
            found = tally(made, Coder(made.areas, made.entries, DISTRICT).locate(made.sites))
            what = f"{kind} gazetteer, seed {seed}"
            yield at_least(f"{what}: placed surely", found.sure, "", 0.85)
            yield at_least(f"{what}: of these right", found.right, "", 0.995)
            yield at_least(f"{what}: right place among five candidates, of all", found.among_five, "", 0.8)
            yield at_least(
                f"{what}: the same, of those waiting that the gazetteer knows", found.known_rest_among_five, "", 0.8
            )
            yield plain(
                f"{what}: the same, of all waiting (half of them are in no gazetteer)", found.rest_among_five, ""
            )
            yield plain(f"{what}: other districts told apart rightly", found.rejected_right, "")
