"""The problem as flat arrays for compiled code: legs, windows, slots, who may go where, and every price in whole seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridplan.model.hours import Window
from gridplan.model.plan import Placement
from gridplan.model.round import RuleUnit, VisitId
from gridplan.routing.problem import Problem
from gridplan.routing.timeline import Timetable

NEAR = 60
"""How many nearest visits each visit knows: strings are taken from them, and beside the first of them it is put back."""
KIN = 20
"""How many nearest visits of its group a visit knows, see `_groups_of_kin`."""
FEW = 4
SHORT_S = 20_000
"""Price of each visit that a unit lacks to its daily minimum: dearer than any detour, cheaper than a visit left out."""
NO_GROUP, BY_DAY, BY_TEAM_DAY, BY_TOWNSHIP_DAY = range(4)

HOURS = ("base", "mode", "start", "end", "lunch_from", "lunch_to", "lunch_s", "night")
"""What is the same of slots of one base and hours."""

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Instance(NamedTuple):
    """n visits, P places, S slots ((team, day, shift)), D days, T team-days; times in seconds, prices in seconds of travel.

    Attributes
    ----------
    leg
        (paces, P, P) seconds from place to place.
    place, stay, vclass, profile, community, township, counted, absent, before, second
        Of each visit: place, seconds, class (row of `allowed`), opening profile, community and township (-1: none), whether
        it counts to the minimum, price of leaving it out, slot in the plan before (-1: none), and whether it is the second
        part of a joint visit, which no quota counts.
    near
        (n, NEAR) nearest other visits, the nearest first.
    kin
        (n, KIN) nearest other visits of the same community, where that has a price, or with the same rare doors; then -1.
    base, mode, start, end, lunch_from, lunch_to, lunch_s, team_day, day, team, kind, night
        Of each slot; `lunch_s` is 0 where there is none. Slots of one `kind` cannot be told apart while they are empty.
    apart
        Whether slots of one base and hours are of different kinds.
    kind_at, kind_slots
        The slots of kind k are kind_slots[kind_at[k] : kind_at[k + 1]].
    allowed
        (classes, S) whether dates, pin, departments, officers and doors let the visit lie in the slot.
    few
        (classes, FEW) the slots of a class that has so few, as a pinned one has, then -1: there every place is looked at.
    window_at, window
        (profiles, D, 2) first and last row of `window` ((opens, closes) rows) on each day.
    abroad
        (townships + 1, teams) whether the township is none of the team's home; the last row is for visits without one.
    least
        Least counted visits of each group (see `group_by`): a day, a team-day, or township × D + day.
    """

    leg: NDArray[np.int32]
    place: Ints
    stay: Ints
    vclass: Ints
    profile: Ints
    community: Ints
    township: Ints
    counted: Flags
    absent: Longs
    before: Ints
    near: Ints
    kin: Ints
    base: Ints
    mode: Ints
    start: Ints
    end: Ints
    lunch_from: Ints
    lunch_to: Ints
    lunch_s: Ints
    team_day: Ints
    day: Ints
    team: Ints
    kind: Ints
    kind_at: Ints
    kind_slots: Ints
    night: Flags
    second: Flags
    allowed: Flags
    few: Ints
    window_at: Ints
    window: Ints
    abroad: Flags
    least: Ints
    days: int
    team_days: int
    communities: int
    townships: int
    kinds: int
    apart: bool
    set_up_s: int
    team_day_s: int
    community_s: int
    township_s: int
    townships_most: int
    abroad_s: int
    moved_s: int
    uneven_pm: int
    band_low_s: int
    band_high_s: int
    group_by: int
    every: bool
    short_s: int
    night_least: int


def _numbered(values: list[Any]) -> tuple[Ints, list[Any]]:
    """Number equal values alike in the order of their first appearance."""
    numbers: dict[Any, int] = {}
    column = [numbers.setdefault(value, len(numbers)) for value in values]
    return np.array(column, dtype=np.int32), list(numbers)


def _codes(values: list[str | None]) -> tuple[Ints, int]:
    """Number codes from 0; -1 for none."""
    numbers: dict[str, int] = {}
    column = [-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values]
    return np.array(column, dtype=np.int32), len(numbers)


def _near(points: NDArray[np.float64], place: Ints, leg: Ints, count: int, among: NDArray[np.int64]) -> Ints:
    """Return the nearest others of each visit of `among`: by the crow first, then sorted by the legs there and back."""
    count = min(count, max(len(among) - 1, 0))
    result = np.empty((len(among), count), dtype=np.int32)
    if count == 0:
        return result
    flat = points[place[among]] * np.array([np.cos(np.deg2rad(points[:, 1].mean())), 1.0])
    found = among[np.asarray(cKDTree(flat).query(flat, k=count + 1)[1])]
    for row, visit in enumerate(among):
        others = found[row][found[row] != visit][:count]
        there = place[others]
        way = leg[place[visit], there].astype(np.int64) + leg[there, place[visit]]
        result[row] = others[np.argsort(way, kind="stable")]
    return result


def _kin(points: NDArray[np.float64], place: Ints, leg: Ints, groups: Iterable[Sequence[int]]) -> Ints:
    """Return the nearest others in a visit's group."""
    result = np.full((len(place), KIN), -1, dtype=np.int32)
    for members in groups:
        among = np.array(members, dtype=np.int64)
        found = _near(points, place, leg, KIN, among)
        result[among, : found.shape[1]] = found
    return result


def _groups_of_kin(table: Timetable) -> Iterable[Sequence[int]]:
    """Group the visits that are wanted together: communities where they have a price, else rare doors.

    Doors are rare where most visits have others, as those open in the evening only: beside its neighbours such a visit can
    hardly ever lie.
    """
    visits, together = table.problem.visits, table.problem.round.wishes.community_min > 0
    groups: dict[Any, list[int]] = {}
    for number, (visit, week) in enumerate(zip(visits, table.windows, strict=True)):
        key = visit.community if together else frozenset(window for day in week for window in day)
        groups.setdefault(key, []).append(number)
    groups.pop(None, None)
    return [members for members in groups.values() if len(members) <= len(visits) / 2]


def few_slots(allowed: Flags) -> Ints:
    """Return the slots of the classes that have few."""
    result = np.full((len(allowed), FEW), -1, dtype=np.int32)
    for number, row in enumerate(allowed):
        if row.sum() <= FEW:
            result[number, : row.sum()] = np.flatnonzero(row)
    return result


def _windows(table: Timetable) -> tuple[Ints, Ints, Ints]:
    """Return profile of each visit, (profiles, D, 2) rows, and the windows."""
    profile, weeks = _numbered([tuple(days) for days in table.windows])
    rows: list[Window] = []
    at = np.zeros((len(weeks), len(table.problem.days), 2), dtype=np.int32)
    for number, week in enumerate(weeks):
        for day, windows in enumerate(week):
            at[number, day] = len(rows), len(rows) + len(windows)
            rows.extend(windows)
    return profile, at, np.array(rows, dtype=np.int32).reshape(-1, 2)


def _groups(table: Timetable, townships: int, team_day: Ints, day_of: Ints, *, district: bool) -> tuple[int, Ints]:
    """Return by what the minimum is counted, and the least of each group; the last day of each unit may hold the remainder."""
    rule, days = table.problem.round.rule, len(table.problem.days)
    counted = sum(table.problem.counts(visit) for visit in table.problem.visits)
    least = 0 if table.problem.rule_waived or counted < rule.min_per_day else rule.min_per_day
    tail = 1 if rule.tail.value == "remainder" else least
    if least == 0 or (rule.unit is RuleUnit.DISTRICT and not district):
        return NO_GROUP, np.zeros(1, dtype=np.int32)
    if rule.unit is RuleUnit.TEAM:
        found = np.full(team_day.max(initial=0) + 1, least, dtype=np.int32)
        ends: dict[int, tuple[int, int]] = {}
        for slot, place in enumerate(table.slots):
            ends[place.team] = max(ends.get(place.team, (-1, -1)), (place.day, int(team_day[slot])))
        for _, last in ends.values():
            found[last] = min(least, tail)
        return BY_TEAM_DAY, found
    per_day = np.full(days, least, dtype=np.int32)
    if len(day_of):
        per_day[int(day_of.max())] = min(least, tail)
    if rule.unit is RuleUnit.DISTRICT:
        return BY_DAY, per_day
    count = np.zeros(townships + 1, dtype=np.int64)
    numbers, _ = _codes([visit.township for visit in table.problem.visits])
    for visit, number in zip(table.problem.visits, numbers, strict=True):
        count[number] += table.problem.counts(visit)
    shares = np.where(count[:, None] >= rule.min_per_day, per_day[None, :], 0)
    return BY_TOWNSHIP_DAY, shares.astype(np.int32).ravel()


def _slot_kinds(instance: dict[str, Any], columns: Flags, apart: NDArray[np.int64]) -> Ints:
    """Number slots that cannot be told apart while empty: same base, hours, classes, doors of the day, and `apart`."""
    keys = []
    at, window = instance["window_at"], instance["window"]
    doors: dict[int, bytes] = {}
    for day in range(at.shape[1]):
        doors[day] = b"|".join(window[first:last].tobytes() for first, last in at[:, day])
    for slot in range(len(instance["base"])):
        own = tuple(int(instance[name][slot]) for name in HOURS)
        home = instance["abroad"][:, instance["team"][slot]].tobytes()
        keys.append((own, columns[:, slot].tobytes(), doors[int(instance["day"][slot])], home, int(apart[slot])))
    return _numbered(keys)[0]


def build_instance(
    table: Timetable,
    *,
    near: int = NEAR,
    district: bool = False,
    before: dict[VisitId, Placement] | None = None,
) -> Instance:
    """Return the arrays of a timetable. `district`: count the minimum of the whole district while routing, too."""
    problem: Problem = table.problem
    round_, visits, teams = problem.round, problem.visits, problem.teams
    wishes, limits = round_.wishes, round_.limits
    profile, window_at, window = _windows(table)
    community, communities = _codes([visit.community for visit in visits])
    township, townships = _codes([visit.township for visit in visits])
    codes = list(dict.fromkeys(visit.township for visit in visits if visit.township is not None))
    abroad = np.zeros((townships + 1, len(teams)), dtype=np.bool_)
    for number, team in enumerate(teams):
        if team.home:
            abroad[:townships, number] = [code not in team.home for code in codes]
            abroad[townships, number] = True
    slots = table.slots
    lunches = [slot.shift.lunch for slot in slots]
    team_day, _ = _numbered([(slot.team, slot.day) for slot in slots])
    paces = table.paces()
    legs = np.stack([table.seconds(pace) for pace in paces]) if len(paces) > 1 else table.seconds(paces[0])[None]
    placed = dict(before if before is not None else problem.before)
    where = {
        (teams[slot.team].id, problem.days[slot.day], slot.shift.name): number for number, slot in enumerate(slots)
    }
    at_before = [
        where.get((p.team, p.date, p.shift), -1) if (p := placed.get(visit.id)) is not None else -1 for visit in visits
    ]

    points, place, everyone = table.points(), np.array(table.place, dtype=np.int32), np.arange(len(visits))

    def slot_array(values: list[int]) -> Ints:
        return np.array(values, dtype=np.int32)

    group_by, least = _groups(table, townships, team_day, slot_array([slot.day for slot in slots]), district=district)
    arrays: dict[str, Any] = {
        "leg": legs,
        "place": place,
        "stay": np.array(table.minutes_s, dtype=np.int32),
        "vclass": np.array(table.visit_class, dtype=np.int32),
        "profile": profile,
        "community": community,
        "township": township,
        "counted": np.array([problem.counts(visit) for visit in visits], dtype=np.bool_),
        "absent": np.array([table.absent_s(number) for number in range(len(visits))], dtype=np.int64),
        "before": np.array(at_before, dtype=np.int32),
        "near": _near(points, place, legs[0], near, everyone),
        "kin": _kin(points, place, legs[0], _groups_of_kin(table)),
        "second": np.array([visit.id in problem.uncounted for visit in visits], dtype=np.bool_),
        "base": slot_array([table.base[slot.team] for slot in slots]),
        "mode": slot_array([paces.index(table.pace(number)) for number in range(len(slots))]),
        "start": slot_array([slot.shift.start_s for slot in slots]),
        "end": slot_array([slot.shift.end_s for slot in slots]),
        "lunch_from": slot_array([lunch.from_s if lunch else 0 for lunch in lunches]),
        "lunch_to": slot_array([lunch.to_s if lunch else 0 for lunch in lunches]),
        "lunch_s": slot_array([lunch.minutes * 60 if lunch else 0 for lunch in lunches]),
        "team_day": team_day,
        "day": slot_array([slot.day for slot in slots]),
        "team": slot_array([slot.team for slot in slots]),
        "night": np.array([slot.shift.night for slot in slots], dtype=np.bool_),
        "allowed": table.allowed,
        "few": few_slots(table.allowed),
        "window_at": window_at,
        "window": window,
        "abroad": abroad,
        "least": least,
    }
    twice = np.bincount(team_day, minlength=len(slots)) > 1
    apart = np.zeros(len(slots), dtype=np.int64)
    if group_by in (BY_DAY, BY_TOWNSHIP_DAY):
        apart = arrays["day"].astype(np.int64) + 1
    # Slots of a team-day with two shifts, and the last one that may hold the remainder, are told apart.
    apart = np.where(twice[team_day] if len(slots) else False, team_day + 100_000, apart)
    if group_by == BY_TEAM_DAY:
        apart = apart * 1000 + least[team_day]
    kind = _slot_kinds(arrays, table.allowed, apart)
    return Instance(
        **arrays,
        kind=kind,
        kind_at=np.searchsorted(np.sort(kind), np.arange(kind.max(initial=-1) + 2)).astype(np.int32),
        kind_slots=np.argsort(kind, kind="stable").astype(np.int32),
        days=len(problem.days),
        team_days=int(team_day.max(initial=-1)) + 1,
        communities=communities,
        townships=townships,
        kinds=int(kind.max(initial=-1)) + 1,
        apart=int(kind.max(initial=-1)) + 1 > len(set(zip(*(arrays[name].tolist() for name in HOURS), strict=True))),
        set_up_s=problem.set_up_s,
        team_day_s=round(wishes.team_day_min * 60),
        community_s=round(wishes.community_min * 60),
        township_s=round(wishes.township_min * 60),
        townships_most=limits.townships_per_team_day,
        abroad_s=round(wishes.away_min * 60),
        moved_s=round(wishes.moved_min * 60),
        uneven_pm=round(wishes.uneven * 1000),
        band_low_s=wishes.band_min[0] * 60,
        band_high_s=wishes.band_min[1] * 60,
        group_by=group_by,
        every=round_.rule.days.value == "every",
        short_s=SHORT_S,
        night_least=limits.night_visits,
    )
