"""Where a visit would fit best into a plan that stands: a few team-days with what each costs and the times it would get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from gridplan.model.plan import Placement, Plan
from gridplan.model.round import Visit
from gridplan.model.site import VisitMode
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say, shift_word
from gridplan.routing.replan.hurdles import hurdles, joined, sentences
from gridplan.routing.replan.moving import retimed
from gridplan.routing.replan.standing import (
    ASKED,
    NEAR_PLACES,
    Standing,
    best_places,
    breaks_minimum,
    free_of_minimum,
    stand,
)
from gridplan.routing.search.state import NEVER, detour, surcharge, uneven_change
from gridplan.routing.timeline import OFFICERS_AT_INSPECTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A place for a visit: as stop number `position` (from 1), with its times there.

    `extra_min` are minutes of travel more, `cost_min` the whole price by the round's wishes. `opens`: the team is not out
    on that day yet.
    """

    place: Placement
    position: int
    extra_min: float
    cost_min: float
    arrive: datetime
    start: datetime
    leave: datetime
    opens: bool
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """The cheapest places on different team-days, the best first; with none, `reason` says what stands against it."""

    visit: Visit
    offers: tuple[Offer, ...]
    reason: Text | None = None


def best_slots(plan: Plan, engine: TravelEngine, visit: Visit, k: int = 3) -> Offers:
    """Return up to `k` places for a visit in the plan as it stands; nothing else is moved, only times after it shift.

    A visit that the plan holds already is looked at as if it were not planned. Every place keeps all promises, the daily
    minimum included.
    """
    if takes_two(plan, visit):
        return Offers(visit=visit, offers=(), reason=say("replan.takes_two"))
    ground = stand(plan, engine, visit, roomy=True, most=NEAR_PLACES)
    found = _best(ground, k)
    if len(found) < k:
        ground = stand(plan, engine, visit, roomy=True)
        found = _best(ground, k)
    if not found:
        ground = stand(plan, engine, visit)
        against = sentences(ground.table, ASKED, hurdles(ground.table, ground.inst, ground.st, ASKED, late=ground.late))
        reason = joined(list(against.values())) if against else say("replan.no_slots")
        return Offers(visit=visit, offers=(), reason=reason)
    return Offers(visit=visit, offers=tuple(offer_at(ground, engine, slot, stop, visit) for _, slot, stop in found))


def takes_two(plan: Plan, visit: Visit) -> bool:
    """Whether no team of the plan can make the visit alone on any day, but two together can."""

    def able(*teams: int) -> bool:
        crew = [plan.teams[number] for number in teams]
        return any(
            visit.departments <= frozenset[str]().union(*(team.departments_on(day) for team in crew))
            and (
                visit.mode is not VisitMode.INSPECTION
                or sum(team.certified_on(day) for team in crew) >= OFFICERS_AT_INSPECTION
            )
            for day in plan.round.workdays
        )

    numbers = range(len(plan.teams))
    return not any(able(one) for one in numbers) and any(able(*pair) for pair in combinations(numbers, 2))


def _best(ground: Standing, k: int) -> list[tuple[int, int, int]]:
    """Return (price in seconds, slot, stop before) of the best place of each of the `k` cheapest team-days."""
    price, stop_at = best_places(ground.inst, ground.st, ASKED)
    found: dict[tuple[int, int], tuple[int, int, int]] = {}
    for slot in range(len(price)):
        if price[slot] >= NEVER:
            continue
        if breaks_minimum(ground.inst, ground.st, ASKED, slot):
            continue
        stop = int(stop_at[slot])
        item = (price_at(ground, slot, stop), slot, stop)
        found[ground.team_day(slot)] = min(found.get(ground.team_day(slot), item), item)
    return sorted(found.values())[:k]


def price_at(ground: Standing, slot: int, stop: int) -> int:
    """Return what the visit costs after stop number `stop` of a slot, in seconds, the daily minimum left out."""
    free, st = free_of_minimum(ground.inst), ground.st
    way = int(detour(free, st, slot, stop, ASKED))
    return way + int(surcharge(free, st, ASKED, slot)) + int(uneven_change(free, st, slot, stop, ASKED, way))


def offer_at(ground: Standing, engine: TravelEngine, slot: int, stop: int, visit: Visit) -> Offer:
    """Return a place in the words and times of the plan."""
    place = ground.placement(slot)
    route = retimed(ground.plan, engine, place, visit, stop + 1)
    mine = next(one for one in route.stops if one.visit == visit.id)
    way_min = round(int(detour(ground.inst, ground.st, slot, stop, ASKED)) / 60, 1)
    cost_min = round(price_at(ground, slot, stop) / 60, 1)
    team = next(team for team in ground.plan.teams if team.id == place.team)
    opens = int(ground.st.td_routes[ground.inst.team_day[slot]]) == 0
    text = say(
        "replan.offer_opens" if opens else "replan.offer",
        team=team.name,
        day=f"{place.date.month}/{place.date.day}",
        shift=shift_word(place.shift),
        position=stop + 1,
        start=f"{mine.start:%H:%M}",
        leave=f"{mine.leave:%H:%M}",
        extra=f"{way_min:g}",
        cost=f"{cost_min:g}",
    )
    return Offer(
        place=place,
        position=stop + 1,
        extra_min=way_min,
        cost_min=cost_min,
        arrive=mine.arrive,
        start=mine.start,
        leave=mine.leave,
        opens=opens,
        text=text,
    )
