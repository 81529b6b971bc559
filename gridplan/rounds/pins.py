"""Puts pins on visits: which must stay with a team, on a day or in a shift, and which pins cannot hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from gridplan.model.crew import Team
from gridplan.model.round import Pin, PinWish, Purpose, Visit, VisitId
from gridplan.model.site import SiteId

Refused = tuple[PinWish, str, str, str]
"""A pin that cannot hold: the wish, the column and value that are wrong, and the code of the sentence."""


def pin_visits(
    visits: Sequence[Visit],
    wishes: Sequence[PinWish],
    teams: Sequence[Team],
    days: Sequence[date],
    held: Mapping[VisitId, VisitId],
) -> tuple[list[Visit], list[Refused]]:
    """Return the visits with their pins, and the pins that cannot hold.

    A pin names a visit, or a site: then its routine visit, or its only one. `held` says which visit holds one that was
    merged. Without `teams` (they will be assumed) no pin to a team can hold, and shifts are taken as they are written.
    """
    by_site: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_site[visit.site].append(visit)
    pinned = {visit.id: visit for visit in visits}
    refused: list[Refused] = []
    for wish in wishes:
        found, why = _target(wish, pinned, by_site, held)
        if found is None:
            refused.append((wish, "id", wish.target, why))
            continue
        pin = wish.pin
        team = next((one for one in teams if pin.team in (one.id, one.name)), None)
        shifts = {shift.name for one in ([team] if team else teams) for shift in one.shifts}
        named = Pin(team=team.id if team else None, day=pin.day, shift=pin.shift)
        if pin.team and team is None:
            refused.append((wish, "team", pin.team, "rounds.pin_team"))
        elif pin.day and pin.day not in days:
            refused.append((wish, "date", str(pin.day), "rounds.pin_day"))
        elif pin.shift and teams and pin.shift not in shifts:
            refused.append((wish, "shift", pin.shift, "rounds.pin_shift"))
        elif pinned[found].pin not in (None, named):
            refused.append((wish, "id", wish.target, "rounds.pin_twice"))
        else:
            pinned[found] = replace(pinned[found], pin=named)
    return [pinned[visit.id] for visit in visits], refused


def _target(
    wish: PinWish,
    visits: Mapping[VisitId, Visit],
    by_site: Mapping[str, Sequence[Visit]],
    held: Mapping[VisitId, VisitId],
) -> tuple[VisitId | None, str]:
    """Return the visit a pin means, or None and the code of the sentence why there is none."""
    id = held.get(VisitId(wish.target), VisitId(wish.target))
    if id in visits:
        return id, ""
    here = by_site.get(SiteId(wish.target), ())
    routine = [visit for visit in here if visit.purpose is Purpose.ROUTINE]
    chosen = routine if len(routine) == 1 else here
    if len(chosen) == 1:
        return chosen[0].id, ""
    return None, "rounds.pin_which" if chosen else "rounds.pin_unknown"
