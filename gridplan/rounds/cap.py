"""The yearly cap of inspections at a site (国办发〔2024〕54号): which visits still have room, and in which year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from gridplan.model.result import COUNTS_AS_DONE, Outcome
from gridplan.model.round import PastVisit, Visit
from gridplan.model.site import SiteId, SiteKind, VisitMode


def inspections(
    history: Iterable[PastVisit], usual: Mapping[SiteId, VisitMode], days: Sequence[date]
) -> dict[SiteId, tuple[date, ...]]:
    """Return the dates on which sites were inspected in the calendar years of `days`.

    Only visits that were made count: nobody was inspected where the door was shut or entry refused. A row that does not say
    how the site was visited is an inspection where its visits `usual`ly are.
    """
    years = {day.year for day in days}
    found: dict[SiteId, set[date]] = defaultdict(set)
    for past in history:
        mode = past.mode or usual.get(past.site_id)
        if past.day.year in years and Outcome(past.outcome) in COUNTS_AS_DONE and mode is VisitMode.INSPECTION:
            found[past.site_id].add(past.day)
    return {site: tuple(sorted(dates)) for site, dates in found.items()}


class Room:
    """How many inspections each site may still have in each year of a round."""

    def __init__(
        self,
        caps: Mapping[SiteKind, int],
        kinds: Mapping[SiteId, SiteKind],
        inspected: Mapping[SiteId, Sequence[date]],
        days: Sequence[date],
    ) -> None:
        """Count what the years before and within `days` have left; kinds without cap have room without end."""
        self._years = sorted({day.year for day in days})
        self._left: dict[SiteId, Counter[int]] = {}
        for site, kind in kinds.items():
            if kind in caps:
                past = Counter(day.year for day in inspected.get(site, ()))
                self._left[site] = Counter({year: caps[kind] - past[year] for year in self._years})

    def left(self, visit: Visit) -> bool:
        """Whether one more such visit may be made; a patrol always may."""
        years = self._left.get(visit.site)
        return visit.mode is not VisitMode.INSPECTION or years is None or max(years.values()) > 0

    def take(self, visit: Visit) -> Visit:
        """Return a visit for which there is room, held to a year that has some where not every year has."""
        years = self._left.get(visit.site)
        if visit.mode is not VisitMode.INSPECTION or years is None:
            return visit
        free = [year for year in self._years if years[year] > 0]
        if len(self._years) > 1 and len(free) < len(self._years):
            first, last = date(free[0], 1, 1), date(free[0], 12, 31)
            visit = replace(visit, earliest=max(visit.earliest or first, first), due=min(visit.due or last, last))
            free = free[:1]
        for year in free:
            years[year] -= 1
        return visit
