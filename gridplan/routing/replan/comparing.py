"""What differs between two plans, in words: each visit that lies elsewhere, came in or fell out, counted by team and by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from gridplan.model.crew import TeamId
from gridplan.model.plan import Placement, Plan
from gridplan.model.round import VisitId
from gridplan.model.site import SiteId
from gridplan.model.words import Text, say, shift_word
from gridplan.routing.replan.standing import placements

Key = TypeVar("Key", bound=Hashable)
NOWHERE = Text("-", "-")


class ChangeKind(StrEnum):
    """What became of a visit between two plans."""

    MOVED = "moved"
    ADDED = "added"
    PLANNED = "planned"
    UNPLANNED = "unplanned"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One visit that differs: `was` and `now` are its places (two for a joint visit, none when it is in no route).

    `added` visits are new in the plan, planned or not; `dropped` ones are not in it any more.
    """

    kind: ChangeKind
    visit: VisitId
    site: SiteId
    was: tuple[Placement, ...]
    now: tuple[Placement, ...]
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted:
    """How many stops a team or a day has more and fewer, visit by visit."""

    more: int
    less: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All differences; `same` stops keep team, day and shift, `retimed` of them begin at another time."""

    items: tuple[Change, ...]
    by_team: Mapping[TeamId, Shifted]
    by_day: Mapping[date, Shifted]
    same: int
    retimed: int
    text: Text

    def count(self, kind: ChangeKind) -> int:
        """How many visits changed in that way."""
        return sum(item.kind is kind for item in self.items)


def compare(old: Plan, new: Plan) -> Changes:
    """Return what differs between two plans of one round. Order inside a route is no difference, only its times are."""
    was, now = placements(old), placements(new)
    before, after = {visit.id: visit for visit in old.visits}, {visit.id: visit for visit in new.visits}
    names: dict[SiteId, str] = {site.id: site.name for plan in (old, new) for site in plan.sites}
    reasons = {item.visit: item.text for item in new.unplanned}
    items = []
    for id in dict.fromkeys([*before, *after]):
        one, other = was.get(id, ()), now.get(id, ())
        kind = _kind(id in before, id in after, one, other)
        if kind is not None:
            visit = after[id] if id in after else before[id]
            name = names.get(visit.site, visit.site)
            text = _text(kind, name, _at(old, one), _at(new, other), reasons.get(id, NOWHERE))
            items.append(Change(kind=kind, visit=id, site=visit.site, was=one, now=other, text=text))
    items.sort(key=lambda item: (list(ChangeKind).index(item.kind), _first(item), item.visit))
    same = [(id, place) for id in was for place in was[id] if place in now.get(id, ())]
    starts = [_starts(plan) for plan in (old, new)]
    retimed = sum(starts[0][key] != starts[1][key] for key in same)
    counts = Counter(item.kind.value for item in items)
    return Changes(
        items=tuple(items),
        by_team=_shifted(items, lambda place: place.team, [team.id for team in new.teams]),
        by_day=_shifted(items, lambda place: place.date, list(new.round.workdays)),
        same=len(same),
        retimed=retimed,
        text=say(
            "replan.total", same=len(same), retimed=retimed, **{kind.value: counts[kind.value] for kind in ChangeKind}
        ),
    )


def _kind(known: bool, knows: bool, was: tuple[Placement, ...], now: tuple[Placement, ...]) -> ChangeKind | None:
    if known != knows:
        return ChangeKind.ADDED if knows else ChangeKind.DROPPED
    if set(was) == set(now):
        return None
    if not was:
        return ChangeKind.PLANNED
    return ChangeKind.MOVED if now else ChangeKind.UNPLANNED


def _first(item: Change) -> tuple[date, str, str]:
    places = item.now or item.was
    return min(((place.date, place.team, place.shift) for place in places), default=(date.min, "", ""))


def _starts(plan: Plan) -> dict[tuple[VisitId, Placement], object]:
    return {
        (stop.visit, Placement(team=route.team, date=route.date, shift=route.shift)): stop.start
        for route in plan.routes
        for stop in route.stops
    }


def _shifted(items: Sequence[Change], key: Callable[[Placement], Key], keys: Iterable[Key]) -> dict[Key, Shifted]:
    """Count for each team or day the stops that came and those that went; those without any are left out."""
    more: Counter[Key] = Counter()
    less: Counter[Key] = Counter()
    for item in items:
        was, now = Counter(map(key, item.was)), Counter(map(key, item.now))
        more += now - was
        less += was - now
    return {one: Shifted(more=more[one], less=less[one]) for one in keys if more[one] or less[one]}


def _text(kind: ChangeKind, name: str, was: Text, now: Text, why: Text) -> Text:
    word = kind.value
    if (now if kind is ChangeKind.ADDED else was if kind is ChangeKind.DROPPED else None) == NOWHERE:
        word += "_unplanned"
    return say(f"replan.{word}", name=name, was=was, now=now, why=why)


def _at(plan: Plan, places: tuple[Placement, ...]) -> Text:
    teams = {team.id: team.name for team in plan.teams}
    said = [
        say("replan.at", team=teams.get(p.team, p.team), day=f"{p.date.month}/{p.date.day}", shift=shift_word(p.shift))
        for p in places
    ]
    if len(said) == 2:
        return say("replan.and", one=said[0], two=said[1])
    return said[0] if said else NOWHERE
