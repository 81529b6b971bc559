"""The register as columns: which sites a scope holds, and how many each value of each filter would hold beside the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridplan.model.place import AreaLevel
from gridplan.model.round import Scope
from gridplan.model.site import PlacedSite, Site, SiteStatus
from gridplan.rounds.visits import STANDING_WORDS, plain

Flags = NDArray[np.bool_]
Longs = NDArray[np.int64]
FILTERS = ("kinds", "townships", "communities", "licences", "competents", "files")
"""The filters of a scope that are lists of values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How many sites a value would hold: located ones, and those that wait for review."""

    located: int
    review: int


class Facets:
    """The columns of a register. `mask` says what `rounds.visits.scope_test` says, of all sites at once."""

    def __init__(self, sites: Sequence[PlacedSite]) -> None:
        self.sites = tuple(sites)
        self.located = np.array([one.status is SiteStatus.LOCATED for one in sites], dtype=np.bool_)
        self.review = np.array([one.status is SiteStatus.REVIEW for one in sites], dtype=np.bool_)
        self._priority = np.array([one.site.priority for one in sites], dtype=np.int64)
        self._columns: dict[str, tuple[Longs, list[Any]]] = {
            "kinds": _numbered(one.site.kind for one in sites),
            "townships": _numbered(one.areas.get(AreaLevel.TOWNSHIP) for one in sites),
            "communities": _numbered(one.areas.get(AreaLevel.COMMUNITY) for one in sites),
            "licences": _numbered(one.site.licence_class for one in sites),
            "competents": _numbered(one.site.competent for one in sites),
            "files": _numbered(_files(one.site) for one in sites),
        }
        self._states = _numbered((plain(one.site.state), STANDING_WORDS[one.site.standing]) for one in sites)
        self._number = {one.site.id: number for number, one in enumerate(sites)}

    def mask(self, scope: Scope) -> Flags:
        """Return which sites belong to the scope."""
        return np.asarray(np.logical_and.reduce([*self._parts(scope).values()]))

    def values(self) -> dict[str, list[Any]]:
        """Return the values that each filter has in the register, areas that nobody knows left out."""
        found = {name: values for name, (_, values) in self._columns.items()} | {"exclude_status": self._states[1]}
        return {
            name: [*dict.fromkeys(one for value in values if value is not None for one in _values_of(name, value))]
            for name, values in found.items()
        }

    def counts(self, scope: Scope) -> dict[str, dict[Any, Held]]:
        """Return for each filter, and for the words of a status, how many sites each value has, all other filters kept."""
        parts = self._parts(scope)
        found: dict[str, dict[Any, Held]] = {}
        for name in (*FILTERS, "exclude_status"):
            others = np.asarray(np.logical_and.reduce([part for own, part in parts.items() if own != name]))
            numbers, values = self._states if name == "exclude_status" else self._columns[name]
            located = np.bincount(numbers[others & self.located], minlength=len(values))
            review = np.bincount(numbers[others & self.review], minlength=len(values))
            sums: dict[Any, Counter[str]] = {}
            for value, there, doubtful in zip(values, located.tolist(), review.tolist(), strict=True):
                for one in _values_of(name, value):
                    sums.setdefault(one, Counter()).update(located=there, review=doubtful)
            found[name] = {one: Held(located=n["located"], review=n["review"]) for one, n in sums.items()}
        return found

    def _parts(self, scope: Scope) -> dict[str, Flags]:
        """Return of each filter which sites it lets in."""
        parts = {name: self._listed(name, getattr(scope, name)) for name in FILTERS}
        excluded = {plain(state) for state in scope.exclude_status if state}
        numbers, values = self._states
        parts["exclude_status"] = np.array([not excluded & set(pair) for pair in values], dtype=np.bool_)[numbers]
        parts["least_priority"] = self._priority >= scope.least_priority
        if scope.sites:
            only = np.zeros(len(self.sites), dtype=np.bool_)
            only[[self._number[site] for site in scope.sites if site in self._number]] = True
            parts["sites"] = only
        return parts

    def _listed(self, name: str, chosen: Sequence[Any]) -> Flags:
        numbers, values = self._columns[name]
        if not chosen:
            return np.ones(len(self.sites), dtype=np.bool_)
        wanted = set(chosen)
        # None: no area is known, so that nobody can say that the site lies elsewhere.
        there: Callable[[Any], bool] = lambda value: value is None or not wanted.isdisjoint(_values_of(name, value))  # noqa: E731
        return np.array([there(value) for value in values], dtype=np.bool_)[numbers]


def _files(site: Site) -> tuple[str, ...]:
    return tuple(sorted({row.file for row in site.rows}))


def _values_of(name: str, value: Any) -> tuple[Any, ...]:
    """Return the values that one entry of a column stands for: a site may be named by several lists."""
    if name == "files":
        return tuple(value)
    return tuple(word for word in dict.fromkeys(value) if word) if name == "exclude_status" else (value,)


def _numbered(values: Iterable[Any]) -> tuple[Longs, list[Any]]:
    numbers: dict[Any, int] = {}
    column = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)
    return column, list(numbers)
