"""What the round pages count with, kept in memory between two questions: the register as it stands, and its visits as columns."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Team
from gridplan.model.place import Area
from gridplan.model.record import RoundId, StoredRound
from gridplan.model.round import ExtraVisit, Purpose, Round, Scope, Visit
from gridplan.model.site import PlacedSite, SiteKind, SiteStatus
from gridplan.rounds.capacity import Demand
from gridplan.rounds.estimate import Allowance, first_allowance
from gridplan.rounds.facets import Facets
from gridplan.rounds.visits import make_visits
from gridplan.rounds.workdays import following, horizon
from gridplan.routing.assume import first_guess
from gridplan.services.desk import Desk
from gridplan.services.folders.planning import township_centres
from gridplan.store.stamp import Stamp, quick_stamp, row_stamp

MORE_DAYS = 8
"""So many days beyond those of the round may be tried."""
SEEN_DAYS = 3
"""So many days beyond those asked for are shown."""
KEPT = 12
"""So many readings of the register's visits are kept."""

Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Register:
    """Sites (those of another district left out), areas and teams, as they were stored when `stamp` was true."""

    stamp: str
    sites: tuple[PlacedSite, ...]
    areas: tuple[Area, ...]
    teams: tuple[Team, ...]
    facets: Facets


@dataclass(slots=True, kw_only=True, eq=False)
class Ground:
    """All visits the register would need under the settings of a round, whatever its scope, with the days that may be tried.

    `site_of` is the number of each visit's site, `kind_of` that of its kind in `kinds` where its minutes are the kind's, else
    -1. `allowance` is what the last full diagnosis said of travel.
    """

    days: tuple[date, ...]
    visits: tuple[Visit, ...]
    demand: Demand
    site_of: Longs
    kind_of: Longs
    kinds: tuple[SiteKind, ...]
    counted: Flags
    mandatory: Flags
    routine: Flags
    assumed: tuple[Team, ...]
    allowance: Allowance

    def minutes(self, round_: Round) -> Longs:
        """Return what each visit takes on site when the kinds take what the round says."""
        of_kind = np.array([round_.kinds[kind].minutes for kind in self.kinds], dtype=np.int64)
        return (
            np.where(self.kind_of >= 0, of_kind[self.kind_of], self.demand.minutes)
            if len(of_kind)
            else self.demand.minutes
        )


class Workbench:
    """One for each open desk; safe for several threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._register: Register | None = None
        self._quick: Stamp | None = None
        self._grounds: OrderedDict[object, Ground] = OrderedDict()

    def register(self) -> Register:
        """Return the register as it stands: read again only after its rows changed."""
        with self._lock, self._desk.store.reading() as t:
            quick = quick_stamp(t.connection)
            if self._register is None or quick != self._quick:
                stamp = row_stamp(t.connection)
                if self._register is None or stamp != self._register.stamp:
                    sites = tuple(one for one in t.sites.placed() if one.status is not SiteStatus.REJECTED)
                    self._register = Register(
                        stamp=stamp, sites=sites, areas=t.areas.list(), teams=t.teams.list(), facets=Facets(sites)
                    )
                    self._grounds.clear()
                self._quick = quick
            return self._register

    def ground(self, key: object, round_: Round, extra: Sequence[ExtraVisit], *, days: int) -> Ground:
        """Return the visits under the settings of a round. `key` names where they come from: equal keys, equal settings.

        `days` are those asked for; some more are read, so that to slide on costs nothing.

        Raises
        ------
        InputError
            The first day or the calendar of the round cannot be.
        """
        register = self.register()
        rule = round_.rule
        last = (days if days + SEEN_DAYS > rule.max_days + MORE_DAYS else rule.max_days) + MORE_DAYS
        whole = (key, register.stamp, round_.start, rule.day_kind, rule.counts, last)
        with self._lock:
            if whole in self._grounds:
                self._grounds.move_to_end(whole)
                return self._grounds[whole]
        ground = _read(replace(round_, rule=replace(rule, max_days=days)), register, extra, last)
        with self._lock:
            self._grounds[whole] = ground
            while len(self._grounds) > KEPT:
                self._grounds.popitem(last=False)
        return ground


def _read(round_: Round, register: Register, extra: Sequence[ExtraVisit], last: int) -> Ground:
    rule = round_.rule
    days = (*horizon(round_), *following(round_, last - rule.max_days))
    everything = replace(round_, scope=Scope(), sample=None, rule=replace(rule, max_days=len(days)))
    visits = make_visits(everything, register.sites, extra, register.teams).visits
    number = {placed.site.id: at for at, placed in enumerate(register.sites)}
    kinds = tuple(round_.kinds)
    site_of = np.array([number[visit.site] for visit in visits], dtype=np.int64)
    kind_of = np.full(len(visits), -1, dtype=np.int64)
    for at, visit in enumerate(visits):
        site = register.sites[site_of[at]].site
        if site.minutes is None and visit.minutes == round_.kinds[site.kind].minutes:
            kind_of[at] = kinds.index(site.kind)
    assumed = (
        () if register.teams else first_guess(round_, visits, days[: rule.max_days], township_centres(register.areas))
    )
    return Ground(
        days=days,
        visits=visits,
        demand=Demand(visits, days),
        site_of=site_of,
        kind_of=kind_of,
        kinds=kinds,
        counted=np.array([visit.counts(rule.counts) for visit in visits], dtype=np.bool_),
        mandatory=np.array([visit.mandatory for visit in visits], dtype=np.bool_),
        routine=np.array([visit.purpose is Purpose.ROUTINE for visit in visits], dtype=np.bool_),
        assumed=assumed,
        allowance=first_allowance(
            visits,
            register.teams or assumed,
            set_up_min=round_.travel.set_up_min,
            metres_a_min=round_.travel.speed_kmh[round_.travel.mode] * 1000 / 60 / round_.travel.detour,
        ),
    )


_BENCHES: WeakKeyDictionary[Desk, Workbench] = WeakKeyDictionary()
_LOCK = threading.Lock()


def workbench(desk: Desk) -> Workbench:
    """Return the workbench of a desk."""
    with _LOCK:
        if desk not in _BENCHES:
            _BENCHES[desk] = Workbench(desk)
        return _BENCHES[desk]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A round that is asked about: its settings before any form, its extra visits, and the key they are kept under."""

    key: object
    round: Round
    extra: tuple[ExtraVisit, ...]
    stored: StoredRound | None = None


def asked(desk: Desk, round_id: int | None, like: int | None = None) -> Asked:
    """Return a stored round, or a new one: like another, else with the settings that the register was imported with."""
    source = round_id if round_id is not None else like
    if source is None:
        settings = desk.settings()
        return Asked(key=("new", repr(settings)), round=settings, extra=())
    with desk.store.reading() as t:
        stored = t.rounds.get(RoundId(source))
    new = round_id is None
    return Asked(
        key=(source, stored.version),
        round=stored.round,
        extra=() if new else stored.extra,
        stored=None if new else stored,
    )
