"""Checks the proof of a strong bound: recomputes it from its prices by one exact search of every kind of route. No solver."""

from __future__ import annotations

from math import floor

from gridplan.model.errors import InputError
from gridplan.model.plan import Plan
from gridplan.model.progress import Progress, silent
from gridplan.model.proof import ProvenBound
from gridplan.model.travel import TravelEngine
from gridplan.model.words import say
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.bounds.pricing import UNIT
from gridplan.routing.bounds.relaxation import Pricer, prices_of, relax

MOST_MEMORY = 24


def minutes(units: int) -> float:
    """Return minutes rounded down to hundredths, so that the figure stays a bound."""
    return floor(units / (UNIT * 60) * 100) / 100


def check_proof(plan: Plan, engine: TravelEngine, proof: ProvenBound, progress: Progress = silent) -> float:
    """Return the bound (minutes) that the proof's prices and floors really prove for the plan's planned visits.

    It equals `proof.cost` for an untouched proof of this plan. Prices and floors are not trusted: a floor that some route
    undercuts is replaced by the cheapest route, so that other numbers give another bound, but never a wrong one. Raises
    InputError when the proof has not one floor for each kind of route.
    """
    quick = lower_bound(plan, engine)
    relaxation = relax(plan, engine)
    if len(proof.floors) != len(relaxation.kinds):
        raise InputError(say("bound.other_plan"))
    if not proof.prices or not relaxation.kinds or relaxation.step_s < 1:
        return quick.cost
    progress("bound", 0, 1)
    prices = prices_of(relaxation, proof.prices)
    pricer = Pricer(relaxation, min(max(1, proof.memory), MOST_MEMORY))
    found = pricer.price(prices, lambda kind, _: [proof.floors[kind]], lambda: progress("bound", 0, 1))
    floors = [min(said, one.least) for said, one in zip(proof.floors, found, strict=True)]
    cost, _ = relaxation.value(prices, floors, quick.team_days)
    progress("bound", 1, 1)
    return max(quick.cost, minutes(cost))
