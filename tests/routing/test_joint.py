"""Joint visits that two teams make together: lawful where they are planned, and planned where two teams can meet at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import combinations, pairwise
from random import Random

import pytest

from gridplan.model.crew import Lunch, Shift
from gridplan.model.plan import Promise
from gridplan.model.round import Counts, RoundRule, RuleUnit, Visit
from gridplan.model.site import VisitMode
from gridplan.routing.judge.check import check_plan
from gridplan.routing.judge.retime import rebuild
from gridplan.routing.problem import Problem
from gridplan.routing.solve import draft_plan
from tests.builders import NIGHT, crew, point, team, visit
from tests.routing.mission import problem
from tests.routing.plans import plan_of
from tests.routing.tiny import as_plan

NOON = Lunch(from_s=41400, to_s=48600, minutes=60)
DAYS = (
    Shift(name="day", start_s=30600, end_s=63000, lunch=NOON),
    Shift(name="short", start_s=32400, end_s=50400, lunch=NOON),
    Shift(name="early", start_s=28800, end_s=43200),
)
DOORS = (
    None,
    "Mo-Su 11:40-12:50",
    "Mo-Su 09:00-09:40,16:00-17:00",
    "Mo-Su 13:20-14:00",
    "Tu 08:00-20:00",
    "Mo-Su 18:30-20:00",
)


def _asked(seed: int, *, joint: int, alone: int) -> Problem:
    """Teams of one department each, so that some visits take two."""
    random = Random(seed)
    teams = [
        team(
            f"T{number}",
            base=point(random.randrange(8000), random.randrange(8000)),
            shifts=random.choice([[shift] for shift in DAYS] + [[shift, NIGHT] for shift in DAYS]),
            members=crew(random.choice((1, 2)), department=department),
        )
        for number, department in enumerate(("education", "fire", "education")[: random.choice((2, 3))])
    ]
    both = frozenset({"education", "fire"})
    visits = [
        visit(
            f"{kind}{number}",
            at=point(random.randrange(8000), random.randrange(8000)),
            minutes=random.choice((20, 30, 40, 60)),
            open=random.choice(DOORS),
            departments=both if kind == "joint" else frozenset(),
            mode=random.choice(list(VisitMode)) if kind == "joint" else VisitMode.PATROL,
        )
        for kind, many in (("joint", joint), ("alone", alone))
        for number in range(many)
    ]
    return problem(visits, teams, days=2, rule=RoundRule(min_per_day=0, max_days=2))


def _can_meet(asked: Problem, wanted: Visit) -> bool:
    """Whether some two teams can make the visit, and nothing else, at some moment of a grid of five minutes."""
    for day in asked.days:
        for pair in combinations(asked.teams, 2):
            for shifts in ((one, two) for one in pair[0].shifts_on(day) for two in pair[1].shifts_on(day)):
                begin, end = max(shift.start_s for shift in shifts), min(shift.end_s for shift in shifts)
                for at in range(begin, end, 300):
                    meeting = {wanted.id: datetime.combine(day, time()) + timedelta(seconds=at)}
                    routes = [
                        rebuild(
                            [wanted],
                            team=of,
                            day=day,
                            number=asked.days.index(day) + 1,
                            shift=shift,
                            engine=asked.travel,
                            set_up_s=asked.set_up_s,
                            appointments=meeting,
                        )
                        for of, shift in zip(pair, shifts, strict=True)
                    ]
                    if _late(routes, shifts, wanted):
                        continue
                    plan = plan_of(
                        [wanted],
                        routes,
                        teams=asked.teams,
                        rule=asked.round.rule,
                        days=asked.days,
                        appointments=meeting,
                    )
                    if not check_plan(plan, asked.travel):
                        return True
    return False


def _late(routes: list, shifts: tuple[Shift, ...], wanted: Visit) -> bool:  # type: ignore[type-arg]
    """A quick look before the judge is asked."""
    starts = [route.stops[0].start for route in routes]
    ends = [route.back.hour * 3600 + route.back.minute * 60 + route.back.second for route in routes]
    return max(starts) - min(starts) > timedelta(minutes=5) or any(
        end > shift.end_s for end, shift in zip(ends, shifts, strict=True)
    )


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_a_joint_visit_is_planned_just_when_two_teams_can_meet(first: int) -> None:
    for seed in range(first, first + 20):
        asked = _asked(seed, joint=1, alone=0)
        draft = draft_plan(asked, seed=1, tries=0)
        assert (not draft.unplanned) == _can_meet(asked, asked.visits[0]), seed


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_joint_visits_among_others_keep_every_promise_but_coverage(first: int) -> None:
    for seed in range(first, first + 20):
        asked = _asked(seed, joint=2, alone=3)
        draft = draft_plan(asked, seed=1, tries=0)
        broken = {one.promise for one in check_plan(as_plan(asked, draft), asked.travel)}
        assert broken <= {Promise.COVERAGE}, seed
        joint = {one.id for one in asked.visits if len(one.departments) == 2}
        times = [stop.visit for route in draft.routes for stop in route.stops if stop.visit in joint]
        assert sorted(times) == sorted([*draft.appointments] * 2)


def test_a_joint_visit_counts_for_each_of_its_teams_when_the_team_is_the_unit() -> None:
    both = frozenset({"education", "fire"})
    visits = [visit("j", departments=both), visit("a", departments=frozenset({"education"}))]
    visits.append(visit("f", departments=frozenset({"fire"})))
    teams = [team("T1"), team("T2", members=crew(2, department="fire"))]
    rule = RoundRule(min_per_day=2, max_days=1, unit=RuleUnit.TEAM, counts=Counts.ALL)
    asked = problem(visits, teams, days=1, rule=rule)
    draft = draft_plan(asked, seed=1, tries=0)
    assert draft.short == 0
    assert check_plan(as_plan(asked, draft), asked.travel) == []


def test_a_team_that_is_never_there_does_not_stand_in_for_two() -> None:
    both = crew(2) + tuple(replace(one, id=f"f{one.id}", department="fire") for one in crew(2))
    asked = problem(
        [visit("j", departments=frozenset({"education", "fire"}))],
        [team("T1"), team("T2", members=crew(2, department="fire"))],
        days=2,
        rule=RoundRule(min_per_day=0, max_days=2),
    )
    away = replace(team("T3", members=both), off=frozenset(asked.days))
    asked = replace(asked, teams=(*asked.teams, away))
    draft = draft_plan(asked, seed=1, tries=0)
    assert not draft.unplanned
    assert check_plan(as_plan(asked, draft), asked.travel) == []


def test_no_team_is_promised_to_two_others_at_once() -> None:
    both = frozenset({"education", "fire"})
    shift = Shift(name="day", start_s=30600, end_s=63000)
    teams = [
        team("T1", base=point(0), shifts=[shift], members=crew(2, department="fire")),
        team("T2", base=point(500), shifts=[shift], members=crew(2)),
        team("T3", base=point(9000), shifts=[shift], members=crew(2)),
    ]
    visits = [visit(f"joint{n}", at=point(9000 * (n % 2), 300 * n), minutes=45, departments=both) for n in range(14)]
    asked = problem(visits, teams, days=3)
    draft = draft_plan(asked, seed=1)
    assert not draft.unplanned and len(draft.appointments) == 14
    busy = sorted(draft.appointments.values())
    assert all(later - earlier >= timedelta(minutes=45) for earlier, later in pairwise(busy))


def test_many_joint_visits_among_others_all_keep_their_appointments_and_the_limit_of_townships() -> None:
    both = frozenset({"education", "fire"})
    teams = [
        team(f"T{n}", base=point(700 * n), members=crew(2, department="fire" if n == 1 else "education"))
        for n in range(4)
    ]
    visits = [
        visit(
            f"v{n:02}",
            at=point(300 * (n % 20), 400 * (n // 20)),
            minutes=30,
            township=f"11000000{n % 6}",
            departments=both if n % 6 < 3 and n % 5 == 0 else frozenset(),
        )
        for n in range(120)
    ]
    asked = problem(visits, teams, days=5)
    asked = replace(asked, round=replace(asked.round, limits=replace(asked.round.limits, townships_per_team_day=3)))
    draft = draft_plan(asked, seed=1)
    assert not draft.unplanned and len(draft.appointments) == 12
    assert check_plan(as_plan(asked, draft), asked.travel) == []
