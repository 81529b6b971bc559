"""Who does not fit and why: visits that fit nowhere, or compete for too little time, named in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridplan.model.crew import NIGHT_FROM_S
from gridplan.model.round import Visit
from gridplan.model.words import Text, say
from gridplan.routing.diagnosis.classes import HURDLES, Field
from gridplan.routing.diagnosis.elastic import Elastic, Shortage
from gridplan.routing.diagnosis.outlook import Cause

NO_ROOM, NIGHT_QUOTA = "no_room", "night_quota"
MUCH = 1 / 3
"""A hurdle is named when it takes at least this share of the working time from the visits."""
MOST = 2 / 3
"""And when this share of them stand before it."""
NAMED = 3
"""How many teams a sentence names before it only counts."""

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Need:
    """Visits (numbers) that wait for the same thing; see `Cause`. `short_s` includes travel."""

    reason: str
    visits: Longs
    alone: bool
    short_s: float = 0.0


def find_needs(field: Field, elastic: Elastic, short: Shortage) -> list[Need]:
    """Return what stands against the round: first what fits nowhere, then what competes for too little time."""
    lost = {visit: why for visit, why in field.hopeless().items() if field.mandatory[visit]}
    return [*lost_needs(field, lost), *quota_needs(field), *_competing(field, elastic, short)]


def lost_needs(field: Field, lost: dict[int, str]) -> list[Need]:
    """Return visits that fit nowhere (numbers with their reasons), together where they wait for the same thing."""
    groups: dict[tuple[str, Text], list[int]] = {}
    for visit, why in lost.items():
        groups.setdefault((why, _detail(field, why, [visit])), []).append(visit)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Need(reason=why, visits=np.array(visits), alone=True) for (why, _), visits in ordered]


def quota_needs(field: Field) -> list[Need]:
    """Return the visits that no night shift can hold, where too few others can for the night quota (夜查) of the round."""
    able = _at_night(field)
    if int(able.sum()) >= field.problem.round.limits.night_visits:
        return []
    return [Need(reason=NIGHT_QUOTA, visits=np.flatnonzero(~able), alone=True)]


def _at_night(field: Field) -> NDArray[np.bool_]:
    """Return which visits may lie in a night shift."""
    night = np.array([span.night for span in field.shifts], dtype=np.bool_)[field.shift]
    return np.asarray(field.open[:, night].any(axis=1))


def _competing(field: Field, elastic: Elastic, short: Shortage) -> list[Need]:
    """Return the visits that share what is scarce, those together that wait for the same thing, the shortest first."""
    if not short.missing_s.any():
        return []
    classes = len(elastic.size)
    of_class, of_resource = elastic.of_class[short.tied], elastic.of_resource[short.tied]
    nodes = classes + len(elastic.room_s)
    graph = coo_array((np.ones(len(of_class)), (of_class, classes + of_resource)), shape=(nodes, nodes))
    _, part_of = connected_components(graph, directed=False)
    missing: dict[tuple[str, Text], float] = {}
    visits: dict[tuple[str, Text], list[Longs]] = {}
    for part in np.unique(part_of[classes:][short.missing_s > 0]):
        own = [elastic.visits[number] for number in np.unique(of_class[part_of[of_class] == part])]
        if own:
            reason, together = main_hurdle(field, np.concatenate(own))
            key = (reason, _detail(field, reason, together))
            visits.setdefault(key, []).append(together)
            missing[key] = missing.get(key, 0.0) + float(short.missing_s[part_of[classes:] == part].sum())
    found = [
        Need(reason=key[0], visits=np.sort(np.concatenate(own)), alone=False, short_s=missing[key])
        for key, own in visits.items()
    ]
    return sorted(found, key=lambda need: -need.short_s)


def main_hurdle(field: Field, visits: Longs) -> tuple[str, Longs]:
    """Return the hurdle that keeps most of the visits from much of the working time, and those visits.

    Where there is none it is "no_room", and all of them.
    """
    room = (field.teams * field.available_s).astype(np.float64)
    if not len(visits) or not room.sum():
        return NO_ROOM, visits
    taken = np.stack([(field.barred[visits] == number) @ room for number in range(len(HURDLES))], axis=1)
    taken[:, HURDLES.index("closed_all_days")] += _shut(field, visits) @ room
    taken /= room.sum()
    chosen = np.where(taken.max(axis=1) >= MUCH, taken.argmax(axis=1), len(HURDLES))
    number, count = Counter(chosen.tolist()).most_common(1)[0]
    if number < len(HURDLES) and count >= MOST * len(visits):
        return HURDLES[number], visits[chosen == number]
    return NO_ROOM, visits


def _shut(field: Field, visits: Longs) -> Floats:
    """Return (visits, slots) the share of the slot during which the doors are shut, 0 where the visit may not lie at all."""
    shut = np.zeros((len(field.shifts), 256))
    for number, borders in enumerate(field.borders):
        for part, (a, b) in enumerate(pairwise(borders)):
            closed = (np.arange(256) >> part & 1) == 0
            shut[number, closed] += (b - a) / (borders[-1] - borders[0])
    shut[:, 0] = 0
    return np.asarray(shut[field.shift[None, :], field.open[visits]])


# ---- in words --------------------------------------------------------------------------------------------------------


def cause_of(field: Field, need: Need, *, proven: bool) -> Cause:
    """Return the need as the noun with its sentence."""
    text = describe(field, need)
    if not need.alone:
        text = say("routing.cause_short", who=text, hours=f"{need.short_s / 3600:.1f}")
    return Cause(
        reason=need.reason,
        visits=tuple(field.problem.visits[visit].id for visit in need.visits),
        alone=need.alone,
        proven=proven,
        short_min=-int(-need.short_s // 60),
        text=text,
    )


def describe(field: Field, need: Need) -> Text:
    """Return who waits for what, as one clause."""
    if need.reason == NIGHT_QUOTA:
        least, able = field.problem.round.limits.night_visits, int(_at_night(field).sum())
        return say("routing.proof_night", least=least, able=able)
    if need.reason == NO_ROOM and len(need.visits) == int((field.mandatory & field.open.any(axis=1)).sum()):
        return say("routing.cause_all", count=len(need.visits))
    slots = np.flatnonzero(field.open[need.visits].any(axis=0)) if len(field.kind) else np.zeros(0, dtype=np.int64)
    if need.reason == NO_ROOM and len(np.unique(field.kind[slots])) == len(field.kinds):
        return say("routing.cause_together", count=len(need.visits), days=len(np.unique(field.day[slots])))
    chosen = [field.problem.visits[visit] for visit in need.visits]
    return say(
        f"routing.{'alone' if need.alone else 'cause'}_{need.reason}",
        count=len(need.visits),
        detail=_detail(field, need.reason, need.visits),
        teams=_teams(field, slots),
        days=len(np.unique(field.day[slots])),
        names=listed([visit.site for visit in chosen]),
    )


def _teams(field: Field, slots: Longs) -> Text:
    """Return the names of the teams of some slots, or how many they are."""
    numbers = sorted(number for kind in np.unique(field.kind[slots]) for number in field.kinds[kind])
    if 1 < len(numbers) == len(field.problem.teams):
        return say("routing.all_teams", count=len(numbers))
    return listed([field.problem.teams[number].name for number in numbers])


def listed(names: Sequence[str]) -> Text:
    """Return the first few names, and how many there are when there are more."""
    if len(names) > NAMED:
        return say("routing.and_others", names=_joined(names[:NAMED]), count=len(names))
    return _joined(names)


def _joined(names: Iterable[str]) -> Text:
    return Text("、".join(names), ", ".join(names))


def _detail(field: Field, reason: str, visits: Sequence[int] | Longs) -> Text:
    """Return what the sentence about a reason turns on: departments, doors or dates."""
    chosen = [field.problem.visits[visit] for visit in visits]
    if reason == "no_department":
        return _joined(sorted(frozenset[str]().union(*(visit.departments for visit in chosen))))
    if reason == "closed_all_days":
        doors = Counter(_doors(field, visit) for visit in chosen)
        return doors.most_common(1)[0][0] if len(doors) == 1 else say("routing.doors_short")
    if reason == "outside_dates":
        days = field.problem.days
        first = min(max(visit.earliest or days[0], days[0]) for visit in chosen)
        last = max(min(visit.due or days[-1], days[-1]) for visit in chosen)
        return say("routing.between", first=first, last=last)
    return Text("", "")


def _doors(field: Field, visit: Visit) -> Text:
    """Return when its doors are open: only in the evening, only at weekends, or the hours themselves."""
    days = field.problem.days
    week = [days[0] + timedelta(days=n) for n in range(7)]
    spans = {day: visit.opening.on(day) for day in week}
    if all(start >= NIGHT_FROM_S for windows in spans.values() for start, _ in windows):
        return say("routing.doors_evening")
    if all(not windows for day, windows in spans.items() if day.weekday() < 5):
        return say("routing.doors_weekend")
    return Text(str(visit.opening), str(visit.opening))
