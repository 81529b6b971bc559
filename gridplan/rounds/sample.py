"""Draws a random sample (抽查) that anybody can draw again: from a seed and the list alone, whatever the machine or its clock."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable

from gridplan.model.plan import SampleDraw
from gridplan.model.round import SampleWish
from gridplan.model.site import SiteId


def sample_size(wish: SampleWish, listed: int) -> int:
    """Return how many of `listed` sites are drawn: the size wished for, or the share rounded up; never more than there are."""
    return min(wish.size or math.ceil(round(wish.share * listed, 9)), listed)


def draw_sample(sites: Iterable[SiteId], count: int, seed: int) -> SampleDraw:
    """Draw `count` of the sites.

    The list is sorted and hashed: SHA-256 of its ids joined by line feeds. Each site's lot is the SHA-256 of
    `seed|hash of the list|id`; the lowest lots are drawn. So nobody can choose whom it hits without changing the list or the
    seed, which the certificate names, and a site that joins the list moves all lots.
    """
    population = tuple(sorted(set(sites)))
    listed = hashlib.sha256("\n".join(population).encode()).hexdigest()

    def lot(site: SiteId) -> str:
        return hashlib.sha256(f"{seed}|{listed}|{site}".encode()).hexdigest()

    return SampleDraw(
        seed=seed, list_sha256=listed, population=population, drawn=tuple(sorted(population, key=lot)[:count])
    )
