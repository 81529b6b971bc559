"""The strong bound: its prices prove what no lawful plan can cost less than, and anybody can check them without a solver."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from random import Random

import pytest

from gridplan.model.crew import Inspector, Lunch, Shift, Team
from gridplan.model.errors import Cancelled, InputError
from gridplan.model.plan import Plan
from gridplan.model.proof import ProvenBound, proof_from_json, proof_to_json
from gridplan.model.round import Visit
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.bounds.proof import check_proof
from gridplan.routing.bounds.prove import prove_bound
from gridplan.routing.judge.retime import rebuild
from tests.builders import NIGHT, crew, point, team, visit
from tests.geodata.test_schema import faults, schema
from tests.routing.cheapest import NEVER, cheapest_cost
from tests.routing.mission import Crow, mission
from tests.routing.plans import DAYS, ENGINE, plan_of, route_of
from tests.routing.test_bound import Crooked

NOON = Shift(name="day", start_s=30600, end_s=43200, lunch=Lunch(from_s=39600, to_s=41400, minutes=30))


def badly_planned(visits: Sequence[Visit], teams: Sequence[Team], days: Sequence[date], engine: TravelEngine) -> Plan:
    """A plan that holds all visits, however late: a bound is about the visits, not about their order."""
    of = next(one for one in teams if one.shifts_on(days[0]))
    route = rebuild(visits, team=of, day=days[0], number=1, shift=of.shifts_on(days[0])[0], engine=engine, set_up_s=300)
    return plan_of(visits, [route], teams=teams, days=days)


def small_round(seed: int) -> tuple[list[Visit], list[Team], tuple[date, ...]]:
    """Up to five visits, some at one place, some with windows, closed days or two departments; one to three teams."""
    draw = Random(seed)
    days = DAYS[: draw.choice([1, 1, 2])]
    visits = [
        visit(
            f"v{n}",
            at=point(700 * draw.randrange(4)),
            minutes=draw.choice([15, 40, 80]),
            open=draw.choice([None, None, "Mo-Su 08:30-10:30", "Mo-Su 09:00-09:50,11:00-20:00", "Mo-Su 18:00-20:30"]),
            departments=frozenset({"market"}) if draw.random() < 0.2 else frozenset(),
            due=days[0] if draw.random() < 0.2 else None,
            closed=frozenset(days[:1]) if draw.random() < 0.1 else frozenset(),
        )
        for n in range(draw.randrange(1, 6))
    ]
    teams = [team("T1", shifts=[NOON, NIGHT] if draw.random() < 0.5 else [NOON], members=_people())]
    if draw.random() < 0.6:
        teams.append(team("T2", base=draw.choice([point(), point(900, 900)]), shifts=[NOON]))
    return visits, teams, days


def _people() -> tuple[Inspector, ...]:
    """Officers of two departments."""
    return (*crew(2), *(replace(one, id=f"m{one.id}") for one in crew(1, department="market")))


@pytest.mark.parametrize("seed", range(40))
def test_no_lawful_plan_costs_less_than_either_bound(seed: int) -> None:
    visits, teams, days = small_round(seed)
    engine = Crooked(seed)
    best = cheapest_cost(visits, teams, days, engine)
    plan = badly_planned(visits, teams, days, engine)
    quick, strong = lower_bound(plan, engine), prove_bound(plan, engine, cpu_s=20)
    if best < NEVER:
        assert quick.cost <= strong.cost <= best + 1e-6
    assert check_proof(plan, engine, strong) == strong.cost


def test_a_round_that_no_team_can_do_is_bound_in_a_moment() -> None:
    one = visit("a", open="Mo-Su 20:00-21:00")
    plan = badly_planned([one], [team("T1", shifts=[NOON])], DAYS, Crow())
    proof = prove_bound(plan, Crow())
    assert proof.cost >= lower_bound(plan, Crow()).cost
    assert check_proof(plan, Crow(), proof) == proof.cost


def test_two_teams_must_come_to_a_joint_visit() -> None:
    both = visit("a", at=point(5000), departments=frozenset({"education", "market"}))
    teams = [team("T1"), team("T2", base=point(9000), members=crew(2, department="market"))]
    plan = plan_of(
        [both],
        [route_of([both], of=one) for one in teams],
        teams=teams,
        appointments={both.id: datetime.combine(DAYS[0], time(9))},
    )
    cost = plan.figures.cost
    assert (plan.bound.team_days, prove_bound(plan, ENGINE).team_days) == (2, 2)
    assert plan.bound.cost <= prove_bound(plan, ENGINE).cost <= cost + 1e-6
    assert prove_bound(plan, ENGINE).cost == pytest.approx(cost, rel=0.2)


def a_mission(sites: int = 40) -> tuple[Plan, Crow]:
    """Sites around ten townships, one route for each ten of them, however long."""
    made = mission(sites, teams=2)
    routes = [
        rebuild(
            made.visits[first : first + 10],
            team=made.teams[0],
            day=made.days[number],
            number=number + 1,
            shift=made.teams[0].shifts[0],
            engine=made.travel,
            set_up_s=300,
        )
        for number, first in enumerate(range(0, sites, 10))
    ]
    return plan_of(made.visits, routes, teams=made.teams, days=made.days), Crow()


@pytest.fixture(scope="module")
def proven() -> tuple[Plan, Crow, ProvenBound]:
    plan, engine = a_mission()
    return plan, engine, prove_bound(plan, engine, cpu_s=60)


def test_the_strong_bound_is_much_higher_than_the_quick_one(proven: tuple[Plan, Crow, ProvenBound]) -> None:
    plan, engine, proof = proven
    assert proof.converged
    assert proof.cost > 1.1 * lower_bound(plan, engine).cost


def test_a_checker_comes_to_the_same_bound(proven: tuple[Plan, Crow, ProvenBound]) -> None:
    plan, engine, proof = proven
    assert check_proof(plan, engine, proof) == proof.cost


def test_the_same_round_gets_the_same_proof(proven: tuple[Plan, Crow, ProvenBound]) -> None:
    plan, engine, proof = proven
    assert prove_bound(plan, engine, cpu_s=60) == proof


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.02, 1.1, 3.0])
def test_other_prices_prove_no_more(proven: tuple[Plan, Crow, ProvenBound], factor: float) -> None:
    plan, engine, proof = proven
    other = replace(proof, prices={id: int(price * factor) for id, price in proof.prices.items()})
    assert check_proof(plan, engine, other) < proof.cost


def test_one_price_raised_for_show_proves_no_more(proven: tuple[Plan, Crow, ProvenBound]) -> None:
    plan, engine, proof = proven
    first = next(iter(proof.prices))
    other = replace(proof, prices={**proof.prices, first: proof.prices[first] + 10**6})
    assert check_proof(plan, engine, other) <= proof.cost
    unknown = replace(proof, prices={**proof.prices, "stranger": 10**9})  # type: ignore[dict-item]
    assert check_proof(plan, engine, unknown) == proof.cost


def test_floors_are_not_trusted(proven: tuple[Plan, Crow, ProvenBound]) -> None:
    plan, engine, proof = proven
    lifted = replace(proof, floors=tuple(0 for _ in proof.floors))
    assert check_proof(plan, engine, lifted) <= proof.cost + 0.5
    with pytest.raises(InputError):
        check_proof(plan, engine, replace(proof, floors=(*proof.floors, 0)))


def test_a_proof_comes_back_from_its_document(proven: tuple[Plan, Crow, ProvenBound]) -> None:
    _, _, proof = proven
    assert proof_from_json(proof_to_json(proof, "abc")) == (proof, "abc")
    for broken in ({}, [], {"schema": "gridplan.bound/1"}, proof_to_json(proof, "") | {"floors": ["1"]}):
        with pytest.raises(InputError):
            proof_from_json(broken)


def test_the_document_fits_its_schema(proven: tuple[Plan, Crow, ProvenBound]) -> None:
    _, _, proof = proven
    rule = schema("bound")
    assert list(faults(proof_to_json(proof, "abc"), rule, rule)) == []
    assert list(faults(proof_to_json(proof, "abc") | {"floors": ["1"]}, rule, rule)) != []


def test_the_proof_says_what_it_leaves_out(proven: tuple[Plan, Crow, ProvenBound]) -> None:
    _, _, proof = proven
    assert "开门时段" in proof.text.zh and "午餐" in proof.text.zh
    assert "opening hours" in proof.text.en and f"{proof.team_days} team-days" in proof.text.en


def test_an_improvers_routes_are_welcome_but_not_needed(proven: tuple[Plan, Crow, ProvenBound]) -> None:
    plan, engine, proof = proven
    order = [one.id for one in plan.visits[:4]]
    helped = prove_bound(plan, engine, pool=[order, order[:2], [order[0], order[0]], []], cpu_s=60)
    assert helped.cost == pytest.approx(proof.cost, rel=0.01)


def test_a_cancelled_search_keeps_the_bound_so_far() -> None:
    plan, engine = a_mission()

    def impatient(stage: str, done: int, total: int, text: Text | None = None) -> None:
        if text is not None:
            raise Cancelled(say("bound.nothing"))

    early = prove_bound(plan, engine, progress=impatient)
    assert not early.converged
    assert lower_bound(plan, engine).cost <= early.cost
    assert check_proof(plan, engine, early) == early.cost


def test_checking_a_proof_loads_no_solver() -> None:
    code = (
        "import sys, gridplan.routing.bounds.proof;"
        "sys.exit(any(m.split('.')[0] in ('ortools', 'pyvrp', 'highspy') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
