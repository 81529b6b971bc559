"""Why a plan is as it is: why a stop lies with this team on this day and what the next best would cost, or why a visit is left out."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.model.crew import TeamId
from gridplan.model.errors import InputError
from gridplan.model.plan import Placement, Plan
from gridplan.model.round import Visit, VisitId
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.routing.replan.hurdles import Hurdle, hurdles, joined, sentences
from gridplan.routing.replan.slots import Offer, offer_at, price_at, takes_two
from gridplan.routing.replan.standing import ASKED, Standing, best_places, breaks_minimum, placements, stand
from gridplan.routing.search.state import NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTeam:
    """Another team: what it would cost more there, or, with no `extra_min`, the first promise that stands against it."""

    team: TeamId
    extra_min: float | None
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a planned visit lies where it does.

    `here_min` is what the visit costs in its place by the round's wishes, `minutes` how much of the team's day it takes
    (legs, set-up and visit), `day_min` the whole day of the team. `next` is the cheapest place on another team-day and
    `next_more_min` what it costs more than here; None when there is none without moving others.
    """

    visit: VisitId
    place: Placement
    here_min: float
    minutes: float
    day_min: float
    next: Offer | None
    next_more_min: float | None
    others: tuple[OtherTeam, ...]
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a visit is in no route: a sentence for each promise that stands against it somewhere.

    `fits` are places where it would fit as the plan stands: none in a plan that left it out rightly.
    """

    visit: VisitId
    fits: tuple[Placement, ...]
    reasons: tuple[Text, ...]
    text: Text


def find_visit(plan: Plan, name: str) -> Visit:
    """Return the visit with that id, or the first one of the site with that id; raises InputError when there is none."""
    for visit in plan.visits:
        if visit.id == name:
            return visit
    for visit in plan.visits:
        if visit.site == name:
            return visit
    raise InputError(say("replan.no_visit", visit=name))


def why_here(plan: Plan, engine: TravelEngine, visit: VisitId) -> Why:
    """Return why a planned visit lies with its team on its day.

    Every other place is priced in the plan as it stands, without the visit; nobody else is moved.

    Raises
    ------
    InputError
        The visit is unknown, in no route, or one that two teams make together.
    """
    noun = find_visit(plan, visit)
    places = placements(plan).get(noun.id, ())
    if not places:
        raise InputError(say("replan.not_planned", visit=noun.id))
    if len(places) > 1 or noun.id in plan.appointments:
        raise InputError(say("replan.joint_here", visit=noun.id))
    ground = stand(plan, engine, noun)
    if ground.at is None:
        raise InputError(say("replan.not_lawful", visit=noun.id))
    slot, stop = ground.at
    here_s = price_at(ground, slot, stop)
    name = next(site.name for site in plan.sites if site.id == noun.site) if plan.sites else noun.site
    teams = {team.id: team for team in plan.teams}
    place = places[0]
    found = _offers(ground)
    elsewhere = [item for item in found if ground.team_day(item[1]) != ground.team_day(slot)]
    following = None
    more_min = None
    if elsewhere:
        price, other, stop_there = elsewhere[0]
        following = offer_at(ground, engine, other, stop_there, noun)
        more_min = round((price - here_s) / 60, 1)
    minutes, day_min = _share(plan, place, noun.id)
    text = say(
        "replan.why_here",
        name=name,
        team=teams[place.team].name,
        day=f"{place.date.month}/{place.date.day}",
        cost=f"{here_s / 60:.1f}",
        minutes=f"{minutes:.0f}",
        all=f"{day_min:.0f}",
        next=say("replan.why_next", place=following.text, more=f"{more_min:+.1f}")
        if following is not None
        else say("replan.why_no_next"),
    )
    return Why(
        visit=noun.id,
        place=place,
        here_min=round(here_s / 60, 1),
        minutes=minutes,
        day_min=day_min,
        next=following,
        next_more_min=more_min,
        others=_others(ground, found, here_s, place.team),
        text=text,
    )


def _share(plan: Plan, place: Placement, visit: VisitId) -> tuple[float, float]:
    """Return the minutes that the visit takes with its set-up and the leg to it, and those of its team's whole day."""
    routes = [route for route in plan.routes if (route.team, route.date) == (place.team, place.date)]
    stop = next(stop for route in routes for stop in route.stops if stop.visit == visit)
    day_min = sum((route.back - route.depart).total_seconds() for route in routes) / 60
    return round((stop.travel_s + stop.set_up_s) / 60 + stop.minutes, 1), round(day_min, 1)


def _offers(ground: Standing) -> list[tuple[int, int, int]]:
    """Return (price in seconds, slot, stop before) of the best place in every slot where the visit fits, cheapest first."""
    price, stop_at = best_places(ground.inst, ground.st, ASKED)
    found = []
    for slot in range(len(price)):
        if price[slot] < NEVER and not breaks_minimum(ground.inst, ground.st, ASKED, slot):
            stop = int(stop_at[slot])
            found.append((price_at(ground, slot, stop), slot, stop))
    return sorted(found)


def _others(ground: Standing, found: list[tuple[int, int, int]], here_s: int, mine: TeamId) -> tuple[OtherTeam, ...]:
    """Return for each other team its best place, or what stands against it."""
    table = ground.table
    teams = table.problem.teams
    against = hurdles(table, ground.inst, ground.st, ASKED, late=ground.late)
    result = []
    for number, team in enumerate(teams):
        if team.id == mine:
            continue
        best = next((item for item in found if table.slots[item[1]].team == number), None)
        if best is not None:
            price, slot, _ = best
            day = table.problem.days[table.slots[slot].day]
            more = round((price - here_s) / 60, 1)
            text = say("replan.other_fits", team=team.name, day=f"{day.month}/{day.day}", more=f"{more:+.1f}")
            result.append(OtherTeam(team=team.id, extra_min=more, text=text))
            continue
        own: list[Hurdle] = [one for one in against if table.slots[one.slot].team == number and one.name]
        reasons = list(sentences(table, ASKED, own).values())
        why = reasons[0] if reasons else say("replan.never_works")
        result.append(OtherTeam(team=team.id, extra_min=None, text=say("replan.other_cannot", team=team.name, why=why)))
    return tuple(result)


def why_unplanned(plan: Plan, engine: TravelEngine, visit: VisitId) -> WhyNot:
    """Return each promise that stands against a visit that is in no route, counted over teams, days or team-days.

    Raises
    ------
    InputError
        The visit is unknown or planned.
    """
    noun = find_visit(plan, visit)
    if noun.id in placements(plan):
        raise InputError(say("replan.is_planned", visit=noun.id))
    if takes_two(plan, noun):
        text = say("replan.takes_two")
        return WhyNot(visit=noun.id, fits=(), reasons=(text,), text=text)
    ground = stand(plan, engine, noun)
    against = hurdles(ground.table, ground.inst, ground.st, ASKED, late=ground.late)
    said = list(sentences(ground.table, ASKED, against).values())
    fits = tuple(ground.placement(one.slot) for one in against if not one.name)
    if fits:
        said.append(say("replan.fits", count=len(fits)))
    name = next((site.name for site in plan.sites if site.id == noun.site), noun.site)
    return WhyNot(
        visit=noun.id,
        fits=fits,
        reasons=tuple(said),
        text=say("replan.why_not", name=name, why=joined(said) if said else say("replan.no_slots")),
    )
