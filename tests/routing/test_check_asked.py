"""What only some rounds ask for: joint visits, limits, tiers, samples and wishes, each with its tiny plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gridplan.model.crew import Team, TeamId
from gridplan.model.place import AreaCode
from gridplan.model.plan import Placement, Plan, Promise, Verdict
from gridplan.model.round import Counts, Limits, Pin, Purpose, RoundRule, RuleUnit, Visit, VisitId, Wishes
from gridplan.model.site import SiteId, SiteKind, VisitMode
from gridplan.routing.judge.check import check_plan, compute_figures, verdict_of
from tests.builders import DAY, MONDAY, NIGHT, crew, point, team, visit
from tests.routing.plans import DAYS, ENGINE, drawn, one_day, plan_of, route_of

TEN = datetime(2026, 11, 30, 10, 0)
EDUCATION = team("T1", members=crew(2))
FIRE = team("T2", base=point(3000), members=crew(2, department="fire"))
BOTH = frozenset({"education", "fire"})
JOINT = visit("j", at=point(1500), departments=BOTH)


def breaches(plan: Plan) -> list[tuple[Promise, float, str]]:
    return [(violation.promise, violation.by, violation.unit) for violation in check_plan(plan, ENGINE)]


def words(plan: Plan) -> list[str]:
    return [violation.text.en for violation in check_plan(plan, ENGINE)]


# ---- joint visits ----------------------------------------------------------------------------------------------------


def meeting(
    *,
    at: datetime | None = TEN,
    joint: Visit = JOINT,
    first: Team = EDUCATION,
    second: Team | None = FIRE,
    before: tuple[Visit, ...] = (),
    day: date = MONDAY,
    **more: Any,
) -> Plan:
    """Two teams, one visit; the second team has `before` to do first."""
    meetings = {joint.id: at} if at else {}
    routes = [route_of([joint], of=first, appointments=meetings)]
    if second:
        routes.append(route_of([*before, joint], of=second, day=day, appointments=meetings))
    teams = list(dict.fromkeys([EDUCATION, FIRE, first, *([second] if second else [])]))
    return plan_of([joint, *before], routes, teams=teams, appointments=meetings, **more)


def test_two_teams_meet_at_a_visit_that_neither_can_make_alone() -> None:
    plan = meeting()
    assert check_plan(plan, ENGINE) == []
    assert [route.stops[0].start for route in plan.routes] == [TEN, TEN]
    assert plan.figures.planned == 1


def test_a_team_may_be_five_minutes_late_at_an_appointment() -> None:
    long = visit("l", at=point(2000), minutes=80)
    late = meeting(before=(long,))
    start = late.routes[1].stops[1].start
    assert start > TEN
    assert check_plan(late, ENGINE) == [] and start - TEN <= timedelta(minutes=5)
    sooner = TEN - timedelta(minutes=5)
    off = (start - sooner).total_seconds() / 60 - 5
    assert breaches(meeting(at=sooner, before=(long,))) == [(Promise.JOINT, pytest.approx(off, abs=0.01), "min")]


def test_one_team_alone_at_a_joint_visit_is_one_short() -> None:
    plan = meeting(at=None, second=None)
    assert {(Promise.JOINT, 1, "teams"), (Promise.DEPARTMENTS, 1, "departments")} == set(breaches(plan))


def test_the_same_team_twice_is_no_joint_visit() -> None:
    meetings = {JOINT.id: TEN}
    both = team("T1", shifts=[DAY, NIGHT])
    routes = [route_of([JOINT], of=both, shift=shift, appointments=meetings) for shift in ("day", "night")]
    plan = plan_of([JOINT], routes, teams=[both, FIRE], appointments=meetings)
    assert "joint visit j has T1 twice; it takes two different teams" in words(plan)


def test_teams_on_different_days_do_not_meet() -> None:
    assert "the teams of joint visit j come 1 days apart" in words(meeting(day=DAYS[1]))


def test_a_joint_visit_without_appointment_is_named() -> None:
    assert words(meeting(at=None)) == ["joint visit j has no appointment"]


def test_an_appointment_where_nobody_meets_is_named() -> None:
    plain = one_day(visit("a"))
    assert breaches(replace(plain, appointments={VisitId("b"): TEN})) == [(Promise.JOINT, 1, "appointments")]


def test_two_stops_of_a_visit_that_one_team_can_make_are_one_too_many() -> None:
    whole = team("T3", members=(*crew(1), *crew(1, department="fire")))
    plan = replace(meeting(), teams=(EDUCATION, FIRE, whole))
    assert (Promise.COVERAGE, 1, "visits") in breaches(plan)
    alone = route_of([JOINT], of=whole)
    assert breaches(plan_of([JOINT], [alone], teams=[EDUCATION, FIRE, whole])) == []


def test_three_teams_at_one_visit_are_one_too_many() -> None:
    third = team("T3", members=crew(2))
    meetings = {JOINT.id: TEN}
    routes = [route_of([JOINT], of=one, appointments=meetings) for one in (EDUCATION, FIRE, third)]
    plan = plan_of([JOINT], routes, teams=[EDUCATION, FIRE, third], appointments=meetings)
    assert breaches(plan) == [(Promise.COVERAGE, 2, "visits")]


def test_two_teams_have_two_officers_together() -> None:
    one, two = team("T1", members=crew(1)), team("T2", members=crew(1))
    joint = visit("j", at=point(1500), mode=VisitMode.INSPECTION)
    meetings = {joint.id: TEN}
    routes = [route_of([joint], of=those, appointments=meetings) for those in (one, two)]
    assert breaches(plan_of([joint], routes, teams=[one, two], appointments=meetings)) == []


def test_a_pair_that_lacks_a_department_is_told_together() -> None:
    police = team("T3", members=crew(2, department="police"))
    plan = meeting(second=police)
    assert words(plan) == [f"{plan.routes[0].id}/j: nobody of fire is in T1组 + T3组"]


def test_a_pin_holds_for_one_of_the_two_teams() -> None:
    assert breaches(meeting(joint=replace(JOINT, pin=Pin(team=TeamId("T2"), day=MONDAY)))) == []
    assert breaches(meeting(joint=replace(JOINT, pin=Pin(day=DAYS[1])))) == [(Promise.PINS, 1, "visits")]


def test_a_joint_visit_counts_once_for_the_district_and_for_each_of_its_teams() -> None:
    others = [visit(f"v{n}") for n in range(3)]
    meetings = {JOINT.id: TEN}

    def plan(unit: RuleUnit) -> Plan:
        routes = [
            route_of([those, JOINT], of=one, appointments=meetings)
            for those, one in zip(others[:2], [EDUCATION, FIRE], strict=True)
        ]
        routes.append(route_of(others[2:], of=EDUCATION, day=DAYS[1]))
        rule = (
            RoundRule(min_per_day=4, max_days=3)
            if unit is RuleUnit.DISTRICT
            else RoundRule(min_per_day=2, max_days=3, unit=unit)
        )
        return plan_of([JOINT, *others], routes, teams=[EDUCATION, FIRE], rule=rule, appointments=meetings)

    short = [(violation.where, violation.by) for violation in check_plan(plan(RuleUnit.DISTRICT), ENGINE)]
    assert short == [(str(MONDAY), 1), (str(DAYS[1]), 3)]
    assert [(v.where, v.by) for v in check_plan(plan(RuleUnit.TEAM), ENGINE)] == [(f"T1 {DAYS[1]}", 1)]


# ---- closed days, shifts ---------------------------------------------------------------------------------------------


def test_a_closed_date_shuts_the_doors_whatever_the_week_says() -> None:
    assert breaches(one_day(visit("a", closed=frozenset({MONDAY})))) == [(Promise.OPENING, 30, "min")]
    assert breaches(one_day(visit("a", closed=frozenset({DAYS[1]})))) == []


def test_a_shift_is_worked_on_its_weekdays_only() -> None:
    weekend = team(shifts=[replace(DAY, weekdays=(5, 6))])
    assert breaches(one_day(visit("a"), of=weekend)) == [(Promise.AVAILABLE, 1, "days")]
    assert breaches(one_day(visit("a"), of=team(shifts=[replace(DAY, weekdays=(0,))]))) == []


def test_a_team_that_works_on_given_dates_is_away_on_all_others() -> None:
    assert breaches(one_day(visit("a"), of=replace(team(), on=frozenset({DAYS[1]})))) == [
        (Promise.AVAILABLE, 1, "days")
    ]
    assert breaches(one_day(visit("a"), of=replace(team(), on=frozenset({MONDAY})))) == []


# ---- limits ----------------------------------------------------------------------------------------------------------


def test_a_team_day_in_too_many_townships_is_named() -> None:
    both = team("T1", shifts=[DAY, NIGHT])
    visits = [visit(f"v{n}", township=AreaCode(code)) for n, code in enumerate(["east", "west", "east", "north"])]
    routes = [route_of(visits[:3], of=both), route_of(visits[3:], of=both, shift="night")]

    def plan(most: int) -> Plan:
        return plan_of(visits, routes, teams=[both], limits=Limits(townships_per_team_day=most))

    assert words(plan(2)) == ["T1 2026-11-30: 3 townships, 2 at most: 1 too many"]
    assert words(plan(3)) == words(plan(0)) == []


def test_too_few_night_visits_are_counted() -> None:
    both = team("T1", shifts=[DAY, NIGHT])
    visits = [visit("a"), visit("b")]
    routes = [route_of(visits[:1], of=both), route_of(visits[1:], of=both, shift="night")]

    def plan(least: int) -> Plan:
        return plan_of(visits, routes, teams=[both], limits=Limits(night_visits=least))

    assert breaches(plan(1)) == []
    assert words(plan(3)) == ["round “示例轮次”: 1 night visits, 3 needed: 2 short"]
    assert verdict_of(replace(plan(3), verdict=Verdict.INFEASIBLE), {Promise.NIGHT}) is Verdict.INFEASIBLE


CAP = Limits(yearly_cap={SiteKind.INSTITUTION: 2})
IN_YEAR = (date(2026, 3, 1), date(2026, 6, 1))


def inspected(plan: Plan, *days: date) -> Plan:
    return replace(plan, sites=tuple(replace(site, inspected=days) for site in plan.sites))


@pytest.mark.parametrize(
    ("changes", "days", "over"),
    [
        ({}, IN_YEAR, [1]),
        ({}, (*IN_YEAR, date(2026, 7, 1)), [1]),
        ({}, IN_YEAR[:1], []),
        ({}, (date(2025, 3, 1), date(2025, 6, 1)), []),
        ({"mode": VisitMode.PATROL}, IN_YEAR, []),
        ({"purpose": Purpose.SAMPLE}, IN_YEAR, [1]),
        ({"purpose": Purpose.LEAD}, IN_YEAR, []),
        ({"purpose": Purpose.FOLLOW_UP}, IN_YEAR, []),
        ({"purpose": Purpose.LEAD, "also": (Purpose.SAMPLE,)}, IN_YEAR, [1]),
    ],
)
def test_a_site_is_not_inspected_more_often_than_the_year_allows(
    changes: dict[str, Any], days: tuple[date, ...], over: list[int]
) -> None:
    plan = inspected(one_day(visit("a", **({"mode": VisitMode.INSPECTION} | changes)), limits=CAP), *days)
    assert [by for promise, by, _ in breaches(plan) if promise is Promise.CAP] == over


def test_a_site_that_reached_its_cap_needs_no_routine_visit() -> None:
    plan = plan_of([visit("a"), visit("b")], [route_of([visit("a")])], limits=CAP)
    spent = replace(plan, visits=plan.visits[:1])
    assert breaches(spent) == [(Promise.COVERAGE, 1, "sites")]
    assert breaches(inspected(spent, *IN_YEAR)) == []
    assert breaches(inspected(replace(spent, round=replace(spent.round, limits=Limits())), *IN_YEAR)) != []


def test_a_day_that_another_tier_took_is_named() -> None:
    assert breaches(one_day(visit("a", taken=frozenset({MONDAY})))) == [(Promise.TIERS, 1, "days")]
    assert breaches(one_day(visit("a", taken=frozenset({DAYS[1]})))) == []


# ---- samples ---------------------------------------------------------------------------------------------------------


def sampled() -> Plan:
    """Six sites with a routine visit each; two of them are drawn and visited a second time."""
    routine = [visit(f"v{n}", at=point(200 * n)) for n in range(6)]
    draw = drawn([one.site for one in routine], 2)
    places = {one.site: one.place for one in routine}
    samples = [replace(visit(f"s-{site}", at=places[site], purpose=Purpose.SAMPLE), site=site) for site in draw.drawn]
    routes = [route_of(routine), route_of(samples, day=DAYS[1])]
    rule = RoundRule(min_per_day=1, max_days=3, counts=Counts.ALL)
    return plan_of([*routine, *samples], routes, samples=[draw], rule=rule)


def redrawn(plan: Plan, **changes: Any) -> Plan:
    return replace(plan, samples=(replace(plan.samples[0], **changes),))


def test_a_sample_that_was_drawn_as_it_says_is_kept() -> None:
    assert breaches(sampled()) == []


def test_a_sample_with_other_seed_list_or_sites_is_caught() -> None:
    plan = sampled()
    draw = plan.samples[0]
    other = next(site for site in draw.population if site not in draw.drawn)
    assert words(redrawn(plan, seed=8))[0].startswith("sample 1: drawn again from seed 8, ")
    assert {promise for promise, _, _ in breaches(redrawn(plan, list_sha256="0" * 64))} == {Promise.SAMPLE}
    assert "sites differ" in words(redrawn(plan, drawn=(draw.drawn[0], other)))[0]
    assert "sites differ" in words(redrawn(plan, drawn=draw.drawn[::-1]))[0]
    assert "its list says" in words(redrawn(plan, population=draw.population[::-1]))[0]
    grown = redrawn(plan, population=(*draw.population, SiteId("zz")))
    assert "sample 1: 1 sites of its list are not located in the plan, zz for one" in words(grown)


def test_sample_visits_are_those_of_the_drawn_sites() -> None:
    plan = sampled()
    one, two = plan.visits[-2:]
    without = replace(plan, visits=plan.visits[:-1], routes=(plan.routes[0], route_of([one], day=DAYS[1])))
    assert words(without) == [f"site {two.site} was drawn but has no sample visit"]
    other = next(site for site in plan.samples[0].population if site not in plan.samples[0].drawn)
    moved = replace(two, site=other, place=next(v.place for v in plan.visits if v.site == other))
    swapped = replace(
        plan, visits=(*plan.visits[:-1], moved), routes=(plan.routes[0], route_of([one, moved], day=DAYS[1]))
    )
    assert set(words(swapped)) == {
        f"site {two.site} was drawn but has no sample visit",
        f"site {other} was not drawn but has a sample visit",
    }


def test_samples_that_nobody_drew_may_be_visited() -> None:
    sample = replace(visit("s", purpose=Purpose.SAMPLE), site=SiteId("site-a"))
    assert breaches(one_day(visit("a"), sample)) == []


# ---- wishes ----------------------------------------------------------------------------------------------------------


def figures(**more: Any) -> Any:
    """Two teams at home in the east; three visits of 30 minutes at their base, set-up 5 once a place."""
    both = team("T1", home=["east"])
    east, west = AreaCode("east"), AreaCode("west")
    visits = [
        visit("a", township=east, community=AreaCode("east-1")),
        visit("b", township=west, community=AreaCode("west-1")),
        visit("c", township=east, community=AreaCode("east-1")),
    ]
    routes = [route_of(visits[:2], of=both), route_of(visits[2:], of=both, day=DAYS[1])]
    return compute_figures(plan_of(visits, routes, teams=[both], **more))


def test_every_figure_of_the_wishes_is_counted() -> None:
    counted = figures(wishes=Wishes(band_min=(40, 60)))
    assert (counted.community_team_days, counted.township_team_days, counted.away_stops) == (3, 3, 1)
    # 65 minutes at work on the first day, 35 on the second.
    assert (counted.uneven_min, counted.night_visits, counted.moved) == (10.0, 0, 0)


@pytest.mark.parametrize(
    ("wishes", "cost"),
    [
        (Wishes(), 60),
        (Wishes(team_day_min=1), 2),
        (Wishes(team_day_min=0, community_min=2), 6),
        (Wishes(team_day_min=0, township_min=10), 30),
        (Wishes(team_day_min=0, away_min=7), 7),
        (Wishes(team_day_min=0, uneven=0.5, band_min=(40, 60)), 5),
    ],
)
def test_each_wish_weighs_its_figure(wishes: Wishes, cost: float) -> None:
    assert figures(wishes=wishes).cost == cost


def test_moves_against_the_plan_before_are_counted() -> None:
    def at(team: str, day: date, shift: str = "day") -> Placement:
        return Placement(team=TeamId(team), date=day, shift=shift)

    before = {
        VisitId("a"): at("T1", MONDAY),
        VisitId("b"): at("T1", DAYS[1]),
        VisitId("c"): at("T1", DAYS[1], "night"),
        VisitId("gone"): at("T1", MONDAY),
    }
    counted = figures(before=before, wishes=Wishes(team_day_min=0, moved_min=3))
    assert (counted.moved, counted.cost) == (2, 6)


def test_work_leaves_out_waiting_and_lunch() -> None:
    plan = one_day(visit("a", open="14:00-16:00"), wishes=Wishes(band_min=(0, 0)))
    assert plan.routes[0].lunch is not None and plan.figures.uneven_min == 35
