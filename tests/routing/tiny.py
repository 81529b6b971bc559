"""Tiny rounds drawn from a seed: up to eight visits with everything a round may ask for, joint visits apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from gridplan.model.crew import Lunch, Shift, Team, TravelMode
from gridplan.model.place import AreaCode, LonLat
from gridplan.model.plan import Placement, Plan, PlanSite
from gridplan.model.round import (
    PRESETS,
    Counts,
    Limits,
    Pin,
    Purpose,
    RoundRule,
    RuleDays,
    RuleUnit,
    Tail,
    Visit,
    Wishes,
    WishPreset,
)
from gridplan.model.site import VisitMode
from gridplan.rounds.rule import judge_round
from gridplan.routing.problem import Draft, Problem
from tests.builders import MONDAY, crew, point, round_, team, visit
from tests.routing.mission import Crow
from tests.routing.plans import plan_of, plan_site

DAY = Shift(name="day", start_s=30600, end_s=61200, lunch=Lunch(from_s=41400, to_s=46800, minutes=60))
MORNING = Shift(name="morning", start_s=28800, end_s=43200)
NIGHT = Shift(name="night", start_s=64800, end_s=75600)
LATE = Shift(name="late", start_s=50400, end_s=72000, lunch=Lunch(from_s=61200, to_s=64800, minutes=30))
OPEN = (
    *[None] * 6,
    "Mo-Su 09:00-11:30,14:00-17:00",
    "Mo-Su 18:30-20:45",
    "Mo,We 08:00-18:00; Tu 13:00-20:00",
    "Mo-Fr 09:00-10:30,12:00-13:30,19:00-21:00",
)
TOWNS = (AreaCode("990101000000"), AreaCode("990102000000"), AreaCode("990103000000"), None)


def tiny_round(seed: int, *, visits: int = 0) -> Problem:
    """One round, the same for the same seed; with a number of visits as many, in two weeks."""
    random = Random(seed)
    hard = random.choice((0.2, 0.2, 0.5, 1.0))
    days = tuple(MONDAY + timedelta(days=n) for n in range(14 if visits else random.randint(1, 3)))
    teams = [_team(random, hard, number, days) for number in range(random.randint(1, 3))]
    count = visits or random.choice((3, 4, 5, 5, 6, 6, 7, 7, 8))
    made: list[Visit] = []
    for number in range(count):
        made.append(_visit(random, hard, number, days, teams, made))
    rule = RoundRule(
        min_per_day=random.choice((0, 1, 1, 2, 2, 3, 4)),
        max_days=len(days),
        unit=random.choice(list(RuleUnit)),
        days=random.choice((RuleDays.ACTIVE, RuleDays.ACTIVE, RuleDays.ACTIVE, RuleDays.EVERY)),
        counts=random.choice(list(Counts)),
        tail=random.choice(list(Tail)),
    )
    limits = Limits(
        townships_per_team_day=random.choice((0, 0, 0, 1, 2)), night_visits=random.choice((0, 0, 0, 0, 1, 2, 3))
    )
    asked = Problem(
        round=round_(rule=rule, wishes=_wishes(random), limits=limits),
        days=days,
        visits=tuple(made),
        teams=tuple(teams),
        travel=Crow(),
        set_up_s=300,
        before=_before(random, made, teams, days) if random.random() < 0.3 else {},
    )
    judged = judge_round(rule, days, made, teams, set_up_min=5)
    return replace(asked, rule_impossible=None if judged.possible else judged.text, rule_waived=judged.waived)


def _place(random: Random) -> LonLat:
    return point(random.randrange(0, 9000), random.randrange(0, 9000))


def _team(random: Random, hard: float, number: int, days: tuple[date, ...]) -> Team:
    shifts = random.choice(((DAY,), (DAY,), (DAY, NIGHT), (DAY, NIGHT), (DAY, NIGHT), (MORNING, LATE), (NIGHT,)))
    if random.random() < 0.300 * hard:
        shifts = (replace(shifts[0], weekdays=(0, 2)), *shifts[1:])
    members = crew(random.choice((0, 2, 2, 2)), department=random.choice(("education", "fire")), plain=1)
    if random.random() < 0.300 * hard:
        members = tuple(replace(one, cert_until=days[0]) for one in members)
    made = team(
        f"T{number + 1}",
        base=_place(random),
        shifts=shifts,
        members=members,
        off=[random.choice(days)] if random.random() < 0.300 * hard else (),
        mode=random.choice((TravelMode.CAR, TravelMode.CAR, TravelMode.EBIKE)),
        home=random.sample(TOWNS[:3], random.randint(1, 2)) if random.random() < 0.5 else (),
    )
    return replace(made, on=frozenset(days[:2])) if random.random() < 0.224 * hard else made


def _visit(
    random: Random, hard: float, number: int, days: tuple[date, ...], teams: list[Team], others: list[Visit]
) -> Visit:
    """`hard`: share of the hurdles that may stand against it."""
    more: dict[str, Any] = {}
    if others and random.random() < 0.3:
        more["at"] = random.choice(others).place
    elif random.random() < 0.1:
        more["at"] = random.choice(teams).base
    else:
        more["at"] = _place(random)
    if random.random() < 0.224 * hard:
        more["earliest"] = random.choice(days)
    if random.random() < 0.224 * hard:
        more["due"] = random.choice(days)
    if random.random() < 0.224 * hard:
        more["closed"] = frozenset([random.choice(days)])
    if random.random() < 0.224 * hard:
        more["taken"] = frozenset([random.choice(days)])
    able = random.choice(teams)
    if random.random() < 0.300 * hard:
        more["departments"] = frozenset(random.sample(sorted(able.departments), 1))
    if random.random() < 0.300 * hard and any(
        one.certified_on(day) > 1 for one in [able] for day in days if one.shifts_on(day)
    ):
        more["mode"] = VisitMode.INSPECTION
    if random.random() < 0.224 * hard:
        pin = Pin(
            team=random.choice((None, able.id)),
            day=random.choice((None, *days)),
            shift=random.choice((None, *(shift.name for shift in able.shifts))),
        )
        more["pin"] = pin
    draw = random.random()
    if draw < 0.15:
        more["purpose"] = Purpose.SAMPLE
    elif draw < 0.35:
        more["purpose"] = random.choice((Purpose.FOLLOW_UP, Purpose.LEAD))
        if random.random() < 0.3:
            more["also"] = (Purpose.ROUTINE,)
    return visit(
        f"v{number}",
        minutes=random.choice((15, 20, 35, 50, 75, 110)),
        open=random.choice(OPEN) if random.random() < 0.3 + hard / 2 else None,
        priority=random.choice((0, 0, 0, 1, 2)),
        township=random.choice(TOWNS),
        community=random.choice((None, *(AreaCode(f"99010100{n}000") for n in range(1, 4)))),
        **more,
    )


def _wishes(random: Random) -> Wishes:
    preset = random.choice(list(WishPreset))
    wishes = PRESETS[preset]
    if preset is WishPreset.MOST_EVEN:
        low = random.choice((0, 120, 300))
        wishes = replace(wishes, uneven=random.choice((0.25, 0.5, 1.0)), band_min=(low, low + random.choice((0, 90))))
    for name, weights in (
        ("township_min", (4.0, 10.0)),
        ("community_min", (2.0, 5.5)),
        ("away_min", (3.0, 15.0)),
        ("moved_min", (2.0, 20.0)),
    ):
        if random.random() < 0.3:
            wishes = replace(wishes, **{name: random.choice(weights)})
    return wishes


def _before(random: Random, visits: list[Visit], teams: list[Team], days: tuple[date, ...]) -> dict[Any, Placement]:
    """Where some visits lay; now and then with a team or on a day that is there no more."""
    found = {}
    for one in visits:
        if random.random() < 0.7:
            was = random.choice(teams)
            found[one.id] = Placement(
                team=random.choice((was.id, was.id, was.id, team("gone").id)),
                date=random.choice((*days, days[0] - timedelta(days=1))),
                shift=random.choice(was.shifts).name,
            )
    return found


def as_plan(asked: Problem, draft: Draft) -> Plan:
    """The draft with all that the judge looks at."""
    left = {item.visit for item in draft.unplanned}
    return plan_of(
        asked.visits,
        draft.routes,
        teams=asked.teams,
        rule=asked.round.rule,
        days=asked.days,
        unplanned=[one for one in asked.visits if one.id in left],
        wishes=draft.wishes,
        limits=asked.round.limits,
        appointments=draft.appointments,
        before=asked.before,
        sites=routine_sites(asked.visits),
    )


def routine_sites(visits: Sequence[Visit]) -> tuple[PlanSite, ...]:
    """The sites that have their routine visit: of a follow-up, a lead or a sample alone the round does not know the site."""
    return tuple(plan_site(one) for one in visits if Purpose.ROUTINE in (one.purpose, *one.also))
