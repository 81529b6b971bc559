"""The benchmark's mission generator: an invented district of N visits, the same for every engine and every run.

30 × 30 km; ten townships at least 5 km apart, their weights lognormal(0, 0.6); 100 communities around them (σ 1.8 km; at ten
visits each beyond N = 1,000), their weights lognormal(0, 0.7); sites around the communities (σ 0.45 km). There is one team for
every hundred visits, at a township office, in proportion to the load; each works ten days of 480 minutes without lunch.
Visits take 20–60 minutes times a factor, whole minutes, so that visits and an allowance for travel fill 87 % of all team-days.
A leg is the straight line × 1.3 at 25 km/h, ± 5 % by direction, and one minute more, in whole seconds.

The variant `windows` has the same places: one visit in ten is open in the evening only (one that a night team can make within
two hours, the way there and back included), one in ten in two spans of the day, 15 % on three of the ten days, and one in ten is a
joint inspection for which every second team has both departments. Beside the day teams there are night teams (18:00–20:30), one
for two day teams, so that each shift is a team-day of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Inspector, Shift, Team, TeamId, TravelMode
from gridplan.model.hours import ALWAYS_OPEN, parse_hours
from gridplan.model.place import AreaCode, LonLat
from gridplan.model.round import Round, RoundRule, Visit, VisitId
from gridplan.model.site import SiteId, VisitMode
from gridplan.model.travel import RoutePath, TravelMatrix
from gridplan.routing.problem import Problem

VARIANTS = ("base", "windows")
WEST, SOUTH = 116.4, 39.9
M_PER_LON, M_PER_LAT = 85_400.0, 111_050.0
SIDE_M = 30_000.0
DETOUR, SPEED_MS, LEG_S = 1.3, 25 / 3.6, 60
TOWNSHIPS, APART_M = 10, 5_000.0
DAYS, DAY_MIN, FULL = 10, 480, 0.87
DAY = Shift(name="day", start_s=9 * 3600, end_s=17 * 3600)
NIGHT = Shift(name="night", start_s=18 * 3600, end_s=20 * 3600 + 1800)
EVENING_ONLY = parse_hours("Mo-Su 18:00-20:30")
EVENING_S = 2 * 3600
TWO_SPANS = parse_hours("Mo-Su 09:00-11:30,14:00-17:00")
JOINT = frozenset({"education", "market"})


class Hills:
    """A travel engine that needs no roads: straight lines, up to 5 % slower uphill than downhill."""

    name = "hills"

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        """Return all legs; blocks of rows keep the memory of a large matrix to the answer itself."""
        a, b = np.array(origins, dtype=np.float64), np.array(destinations, dtype=np.float64)
        time_s = np.empty((len(a), len(b)), dtype=np.int64)
        distance_m = np.empty((len(a), len(b)), dtype=np.int64)
        for first in range(0, len(a), 32):
            rows = slice(first, first + 32)
            time_s[rows], distance_m[rows] = _legs(a[rows], b)
        return TravelMatrix(
            origins=tuple(origins), destinations=tuple(destinations), time_s=time_s, distance_m=distance_m
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        """Return the legs along the points."""
        legs = self.matrix(points, points, mode)
        return [
            RoutePath(
                time_s=int(legs.time_s[n, n + 1]), distance_m=int(legs.distance_m[n, n + 1]), line=(a, points[n + 1])
            )
            for n, a in enumerate(points[:-1])
        ]


def _height(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a number in [0, 1) that each point has of itself, as if drawn by lot: whole numbers mixed, the same anywhere."""
    whole = np.rint(points * 1e6).astype(np.int64)
    mixed = whole[:, 0] * 0x9E3779B1 + whole[:, 1] * 0x85EBCA77
    mixed = (mixed ^ (mixed >> 15)) * 0x2C1B3C6D
    return ((mixed >> 12) % 4096) / 4096


def _legs(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return seconds and metres from each of `a` to each of `b`; equal points are 0 apart."""
    east = (b[None, :, 0] - a[:, None, 0]) * (M_PER_LON * DETOUR)
    north = (b[None, :, 1] - a[:, None, 1]) * (M_PER_LAT * DETOUR)
    east *= east
    north *= north
    east += north
    metres = np.sqrt(east, out=east)
    seconds = np.subtract((0.05 * _height(b) + 1)[None, :], (0.05 * _height(a))[:, None], out=north)
    seconds *= metres
    seconds *= 1 / SPEED_MS
    seconds += LEG_S + 0.5
    metres += 0.5
    time_s, distance_m = seconds.astype(np.int64), metres.astype(np.int64)
    time_s[distance_m == 0] = 0
    return time_s, distance_m


def travel_allowance_min(size: int) -> float:
    """Return the minutes of travel a visit that the generator allows for: what good plans were measured to need."""
    return 1.4 + 100 / size**0.5


def workdays() -> tuple[date, ...]:
    """The ten working days from Monday 2026-11-30 on."""
    monday = date(2026, 11, 30)
    return tuple(monday + timedelta(days=n) for n in range(2 * 7) if n % 7 < 5)


def mission(size: int, variant: str = "base", instance: int = 1) -> Problem:
    """Return the problem of so many visits; equal arguments give equal problems, and both variants the same places."""
    if variant not in VARIANTS:
        raise ValueError(f"no variant {variant!r}")
    random = np.random.default_rng([size, instance])
    offices = _offices(random)
    town_weight = random.lognormal(0, 0.6, TOWNSHIPS)
    communities = max(100, size // 10)
    town_of = random.choice(TOWNSHIPS, size=communities, p=town_weight / town_weight.sum())
    centres = _inside(offices[town_of] + random.normal(0, 1_800, (communities, 2)))
    weight = random.lognormal(0, 0.7, communities)
    community_of = random.choice(communities, size=size, p=weight / weight.sum())
    where = _inside(centres[community_of] + random.normal(0, 450, (size, 2)))
    teams = max(1, round(size / 100))
    minutes = _minutes(random, size, teams)
    load = np.bincount(town_of[community_of], weights=minutes, minlength=TOWNSHIPS)
    apart = _Apart()
    bases = [apart.point(*office) for office in offices]
    places = [apart.point(*place) for place in where]
    wanted: list[dict[str, Any]] = [{"opening": ALWAYS_OPEN} for _ in range(size)]
    crews = list(_crews(bases, load, teams, "T", DAY, joint=variant == "base"))
    if variant == "windows":
        night_crews = list(_crews(bases, load, (teams + 1) // 2, "N", NIGHT, joint=False))
        night_bases = [crew.base for crew in night_crews]
        out = Hills().matrix(night_bases, places, TravelMode.CAR).time_s
        back = Hills().matrix(places, night_bases, TravelMode.CAR).time_s
        near = (out + back.T).min(axis=0) + minutes * 60 <= EVENING_S
        wanted = _wanted(np.random.default_rng([size, instance, 1]), near)
        crews += night_crews
    return Problem(
        round=Round(
            name=f"{variant} {size} {instance}",
            district="示例区",
            start=workdays()[0],
            # The minimum a day is left out: no peer knows it.
            rule=RoundRule(min_per_day=1, max_days=DAYS),
        ),
        days=workdays(),
        visits=tuple(
            Visit(
                id=VisitId(f"v{n:05d}"),
                site=SiteId(f"s{n:05d}"),
                place=places[n],
                minutes=int(minutes[n]),
                township=_town(int(town_of[community_of[n]])),
                community=AreaCode(f"{_town(int(town_of[community_of[n]]))}{community_of[n]:03d}"),
                **wanted[n],
            )
            for n in range(size)
        ),
        teams=tuple(crews),
        travel=Hills(),
        set_up_s=0,
    )


def _town(number: int) -> AreaCode:
    return AreaCode(f"990101{number + 1:03d}")


def _inside(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(metres, 0, SIDE_M)


def _offices(random: np.random.Generator) -> NDArray[np.float64]:
    """Draw the township offices, anew where one lies too near another."""
    found: list[NDArray[np.float64]] = []
    while len(found) < TOWNSHIPS:
        one = random.uniform(0, SIDE_M, 2)
        if all(np.linalg.norm(one - other) >= APART_M for other in found):
            found.append(one)
    return np.array(found)


def _minutes(random: np.random.Generator, size: int, teams: int) -> NDArray[np.int64]:
    """Return whole minutes of each visit, drawn from 20–60 and scaled down to the work there is room for."""
    drawn = random.uniform(20, 60, size)
    room = FULL * teams * DAYS * DAY_MIN - travel_allowance_min(size) * size
    return np.maximum(np.rint(drawn * min(1.0, room / drawn.sum())), 5).astype(np.int64)


class _Apart:
    """Gives out points no two of which are equal: places that coincide by chance are moved by centimetres."""

    def __init__(self) -> None:
        self.taken: set[LonLat] = set()

    def point(self, east_m: float, north_m: float) -> LonLat:
        lon, lat = round(WEST + east_m / M_PER_LON, 6), round(SOUTH + north_m / M_PER_LAT, 6)
        while LonLat(lon, lat) in self.taken:
            lon = round(lon + 1e-6, 6)
        self.taken.add(LonLat(lon, lat))
        return LonLat(lon, lat)


def _crews(
    bases: Sequence[LonLat], load: NDArray[np.float64], count: int, letter: str, shift: Shift, *, joint: bool
) -> Iterator[Team]:
    """Yield `count` teams at the offices in proportion to the load (largest remainders); every second one has both departments.

    With `joint` all of them have; the first always has.
    """
    share = load / load.sum() * count
    number = np.floor(share).astype(int)
    for town in np.argsort(-(share - number), kind="stable")[: count - number.sum()]:
        number[town] += 1
    made = 0
    for town in np.argsort(-load, kind="stable"):
        for _ in range(number[town]):
            made += 1
            both = joint or made % 2 == 1
            departments = ("education", "market" if both else "education")
            yield Team(
                id=TeamId(f"{letter}{made:03d}"),
                name=f"{letter}{made:03d}",
                base=bases[town],
                base_name=_town(int(town)),
                home=(_town(int(town)),),
                shifts=(shift,),
                off=frozenset(),
                mode=TravelMode.CAR,
                members=tuple(
                    Inspector(id=f"{letter}{made:03d}-{n}", name=f"成员{n}", department=one, certificate=f"示{n:04d}")
                    for n, one in enumerate(departments, 1)
                ),
            )


def _wanted(random: np.random.Generator, near: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Return what is special about each visit of the variant `windows`: exact shares, dealt out by lot.

    `near` are the visits that may be open in the evening only.
    """
    size = len(near)
    evening, spans, three, joint = (round(size * share) for share in (0.1, 0.1, 0.15, 0.1))
    days = workdays()
    lots = random.permutation(size)
    lots = lots[np.argsort(~near[lots], kind="stable")]
    if not near[lots[:evening]].all():
        raise ValueError("too few visits are near a night team")
    late, others = lots[:evening], random.permutation(lots[evening:])
    found: list[dict[str, Any]] = [{"opening": ALWAYS_OPEN} for _ in range(size)]
    for n in late:
        found[n]["opening"] = EVENING_ONLY
    for n in others[:spans]:
        found[n]["opening"] = TWO_SPANS
    for n in others[spans : spans + three]:
        open_days = set(random.choice(DAYS, size=3, replace=False))
        found[n]["closed"] = frozenset(day for number, day in enumerate(days) if number not in open_days)
    for n in others[spans + three : spans + three + joint]:
        found[n] |= {"mode": VisitMode.INSPECTION, "departments": JOINT}
    return found
