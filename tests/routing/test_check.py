"""The judge: a lawful plan has no breach, and whatever is wrong with a plan is caught and named by its promise."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.crew import Shift, TeamId
from gridplan.model.place import AreaCode
from gridplan.model.plan import Plan, Promise, Verdict
from gridplan.model.round import Counts, Pin, Purpose, RoundRule, RuleDays, RuleUnit, Tail, Unlocated, VisitId
from gridplan.model.site import SiteId, SiteStatus, VisitMode
from gridplan.model.travel import UNREACHABLE
from gridplan.routing.judge.check import certify, check_plan, compute_figures, differences, minimum_breaches
from tests.builders import DAY, MONDAY, NIGHT, crew, point, team, visit
from tests.routing.plans import (
    DAYS,
    ENGINE,
    change,
    change_stop,
    kept_plan,
    one_day,
    plan_of,
    plan_site,
    route_of,
)

KEPT = kept_plan()
MINUTE = timedelta(minutes=1)


def broken(plan: Plan) -> set[Promise]:
    return {violation.promise for violation in check_plan(plan, ENGINE)}


def words(plan: Plan) -> list[str]:
    return [violation.text.en for violation in check_plan(plan, ENGINE)]


def shortfalls(plan: Plan) -> list[tuple[str, float, str]]:
    return [(violation.where, violation.by, violation.unit) for violation in check_plan(plan, ENGINE)]


def test_a_lawful_plan_has_no_breach() -> None:
    assert check_plan(KEPT, ENGINE) == []


# ---- tampering with a kept plan --------------------------------------------------------------------------------------


def test_a_dropped_stop_is_a_missing_visit() -> None:
    route = KEPT.routes[0]
    assert "visit v2 is gone: neither on a route nor listed as unplanned" in words(
        change(KEPT, 0, stops=route.stops[:-1])
    )


def test_a_visit_dropped_altogether_leaves_its_site_without_one() -> None:
    gone = replace(KEPT, visits=KEPT.visits[:-1])
    gone = change(gone, 2, stops=KEPT.routes[2].stops[:-1])
    assert "site site-v10 (点位v10) is located but has no routine visit" in words(gone)


def test_a_doubled_stop_is_named() -> None:
    stops = KEPT.routes[0].stops
    assert "visit v0 appears 2 times" in words(change(KEPT, 1, stops=(*KEPT.routes[1].stops, stops[0])))


def test_a_stop_moved_to_another_route_is_caught() -> None:
    stop = KEPT.routes[0].stops[-1]
    moved = change(KEPT, 0, stops=KEPT.routes[0].stops[:-1])
    moved = change(moved, 1, stops=(*KEPT.routes[1].stops, replace(stop, seq=5)))
    assert {Promise.TRAVEL, Promise.TIMES} <= broken(moved)


def test_a_swapped_order_is_caught() -> None:
    a, b, *rest = KEPT.routes[1].stops
    assert {Promise.TRAVEL, Promise.TIMES} <= broken(change(KEPT, 1, stops=(b, a, *rest)))


@pytest.mark.parametrize("what", ["arrive", "start", "leave"])
def test_a_shifted_time_is_named(what: str) -> None:
    stop = KEPT.routes[0].stops[1]
    moved = change_stop(KEPT, 0, 1, {what: getattr(stop, what) + 5 * MINUTE})
    (violation,) = check_plan(moved, ENGINE)
    assert (violation.promise, violation.where, violation.by, violation.unit) == (
        Promise.TIMES,
        f"{KEPT.routes[0].id}/{stop.visit}",
        300,
        "s",
    )


@pytest.mark.parametrize(
    ("changes", "promise"),
    [
        ({"minutes": 29}, Promise.TIMES),
        ({"seq": 7}, Promise.TIMES),
        ({"set_up_s": 0}, Promise.TIMES),
        ({"travel_s": 1}, Promise.TRAVEL),
        ({"travel_m": 1}, Promise.TRAVEL),
        ({"site": SiteId("site-v9")}, Promise.COVERAGE),
        ({"visit": VisitId("v99")}, Promise.COVERAGE),
    ],
)
def test_a_changed_stop_is_caught(changes: dict[str, Any], promise: Promise) -> None:
    assert promise in broken(change_stop(KEPT, 0, 0, changes))


@pytest.mark.parametrize(
    ("changes", "promise"),
    [
        ({"day": 2}, Promise.HORIZON),
        ({"day": -2}, Promise.HORIZON),
        ({"date": date(2026, 12, 25)}, Promise.HORIZON),
        ({"team": TeamId("T9")}, Promise.AVAILABLE),
        ({"shift": "night"}, Promise.AVAILABLE),
        ({"team": TeamId("T2")}, Promise.AVAILABLE),
        ({"id": KEPT.routes[1].id}, Promise.AVAILABLE),
        ({"depart": datetime(2026, 11, 30, 8, 0)}, Promise.TIMES),
        ({"back": datetime(2026, 11, 30, 10, 0)}, Promise.TIMES),
        ({"distance_m": 0}, Promise.TRAVEL),
        ({"travel_s": 0}, Promise.TRAVEL),
        ({"back_m": 0}, Promise.TRAVEL),
        ({"lunch": (datetime(2026, 11, 30, 11, 30), datetime(2026, 11, 30, 12, 30))}, Promise.SHIFT),
        ({"stops": ()}, Promise.COVERAGE),
    ],
)
def test_a_changed_route_is_caught(changes: dict[str, Any], promise: Promise) -> None:
    assert promise in broken(change(KEPT, 0, **changes))


@settings(max_examples=60, deadline=None)
@given(
    number=st.integers(0, 2),
    stop=st.integers(0, 3),
    name=st.sampled_from(["arrive", "start", "leave"]),
    seconds=st.integers(2, 80_000),
    sign=st.sampled_from([-1, 1]),
)
def test_any_stop_time_moved_by_more_than_a_second_is_caught(
    number: int, stop: int, name: str, seconds: int, sign: int
) -> None:
    moment = getattr(KEPT.routes[number].stops[stop], name) + timedelta(seconds=sign * seconds)
    assert broken(change_stop(KEPT, number, stop, {name: moment})) == {Promise.TIMES}


@settings(max_examples=60, deadline=None)
@given(orders=st.permutations(range(12)), cut=st.tuples(st.integers(0, 12), st.integers(0, 12)))
def test_any_other_distribution_under_the_old_times_is_caught(orders: list[int], cut: tuple[int, int]) -> None:
    stops = [stop for route in KEPT.routes for stop in route.stops]
    first, second = sorted(cut)
    parts = [orders[:first], orders[first:second], orders[second:]]
    plan = KEPT
    for number, part in enumerate(parts):
        plan = change(plan, number, stops=tuple(replace(stops[n], seq=i) for i, n in enumerate(part, 1)))
    same = all(
        [stop.visit for stop in a.stops] == [stop.visit for stop in b.stops]
        for a, b in zip(plan.routes, KEPT.routes, strict=True)
    )
    assert (check_plan(plan, ENGINE) == []) == same


def test_a_dropped_lunch_is_named() -> None:
    plan = one_day(*(visit(f"v{n}", at=point(500 * n), minutes=60) for n in range(6)))
    assert broken(plan) == set()
    assert f"route {plan.routes[0].id} lacks its lunch of 60 min" in words(change(plan, 0, lunch=None))


def test_a_horizon_made_longer_or_begun_elsewhere_is_caught() -> None:
    longer = replace(KEPT.round, workdays=(*DAYS, DAYS[-1] + timedelta(days=1)))
    assert broken(replace(KEPT, round=longer)) == {Promise.HORIZON}
    assert broken(replace(KEPT, round=replace(KEPT.round, start=DAYS[1]))) == {Promise.HORIZON}


def test_a_plan_made_with_another_engine_is_told_so() -> None:
    assert broken(replace(KEPT, travel=replace(KEPT.travel, engine="roads"))) == {Promise.TRAVEL}


# ---- each promise ----------------------------------------------------------------------------------------------------


def test_an_unplanned_visit_breaks_coverage_unless_it_is_a_sample() -> None:
    visits = [visit("a"), visit("b")]
    assert broken(plan_of(visits, [route_of(visits[:1])], unplanned=visits[1:])) == {Promise.COVERAGE}
    sample = visit("x", purpose=Purpose.SAMPLE)
    assert broken(plan_of([visits[0], sample], [route_of(visits[:1])], unplanned=[sample], sites=())) == set()


def test_a_site_without_place_breaks_the_round_only_when_nobody_may_be_left_out() -> None:
    plan = one_day(visit("a"))
    waiting = replace(plan, sites=(*plan.sites, plan_site(visit("b"), status=SiteStatus.REVIEW)))
    assert broken(waiting) == set()
    strict = replace(waiting, round=replace(plan.round, unlocated=Unlocated.FAIL))
    assert words(strict) == ["site site-b (点位b) has no place, and the round leaves nobody out"]


def test_a_closed_door_is_named_with_the_minutes_missed() -> None:
    plan = one_day(visit("a", at=point(5000), minutes=60, open="08:00-09:40"))
    assert broken(plan) == {Promise.OPENING}
    assert shortfalls(plan)[0][1:] == (pytest.approx(11.2, abs=0.05), "min")


def test_a_site_closed_on_that_date_is_named() -> None:
    assert "no window on 2026-11-30 is long enough" in words(one_day(visit("a", open="Tu 09:00-12:00")))[0]


def test_a_team_back_late_is_named_with_the_minutes() -> None:
    plan = one_day(*(visit(f"v{n}", at=point(0, 10 * n), minutes=60) for n in range(8)))
    assert broken(plan) == {Promise.SHIFT}
    assert shortfalls(plan)[0][2] == "min"


def test_dates_are_kept() -> None:
    early = visit("a", earliest=MONDAY + timedelta(days=2))
    late = visit("b", due=MONDAY - timedelta(days=1))
    assert [by for _, by, _ in shortfalls(one_day(early, late))] == [2, 1]
    assert broken(one_day(early, late)) == {Promise.DATES}


def test_a_missing_department_is_named() -> None:
    plan = one_day(visit("a", departments=frozenset({"education", "fire"})))
    assert words(plan) == [f"{plan.routes[0].id}/a: nobody of fire is in T1组"]


def test_an_inspection_with_one_officer_or_an_expired_certificate_is_one_short() -> None:
    inspection = visit("a", mode=VisitMode.INSPECTION)
    assert broken(one_day(inspection)) == set()
    assert shortfalls(one_day(inspection, of=team(members=crew(1, plain=3))))[0][1:] == (1, "officers")
    first, second = crew(2)
    expired = team(members=(first, replace(second, cert_until=MONDAY - timedelta(days=1))))
    assert broken(one_day(inspection, of=expired)) == {Promise.OFFICERS}
    last_day = team(members=(first, replace(second, cert_until=MONDAY)))
    assert broken(one_day(inspection, of=last_day)) == set()


@pytest.mark.parametrize("pin", [Pin(team=TeamId("T2")), Pin(day=DAYS[1]), Pin(shift="night")])
def test_a_moved_pin_is_named(pin: Pin) -> None:
    assert broken(one_day(visit("a", pin=pin))) == {Promise.PINS}
    assert broken(one_day(visit("a", pin=Pin(team=TeamId("T1"), day=MONDAY, shift="day")))) == set()


def test_a_pinned_visit_that_is_left_out_breaks_its_pin() -> None:
    pinned = visit("a", pin=Pin(day=MONDAY))
    other = visit("b")
    assert broken(plan_of([pinned, other], [route_of([other])], unplanned=[pinned])) == {Promise.PINS, Promise.COVERAGE}


def test_a_leg_without_a_way_is_named() -> None:
    class River:
        name = "straight"
        paths = ENGINE.paths

        def matrix(self, origins: Any, destinations: Any, mode: Any) -> Any:
            legs = ENGINE.matrix(origins, destinations, mode)
            far = legs.time_s > 300
            return replace(legs, time_s=legs.time_s + far * UNREACHABLE)

    found = check_plan(one_day(visit("a", at=point(5000))), River())
    assert any(violation.text.en.startswith("there is no way to") for violation in found)


def test_a_team_on_its_day_off_is_named() -> None:
    plan = one_day(visit("a"), of=team(off=[MONDAY]))
    assert broken(plan) == {Promise.AVAILABLE}


def test_a_team_cannot_be_in_two_places_but_may_work_day_and_night() -> None:
    both = team(shifts=[DAY, NIGHT, Shift(name="late", start_s=61200, end_s=72000)])
    visits = [visit("a"), visit("b")]
    day, night = route_of(visits[:1], of=both), route_of(visits[1:], of=both, shift="night")
    assert broken(plan_of(visits, [day, night], teams=[both])) == set()
    late = route_of(visits[1:], of=both, shift="late")
    assert broken(plan_of(visits, [day, late], teams=[both])) == {Promise.AVAILABLE}


# ---- the daily minimum -----------------------------------------------------------------------------------------------


def days_of(*counts: int, rule: RoundRule) -> Plan:
    """One team visits so many sites on each day."""
    visits = [visit(f"v{n}", at=point(100 * n)) for n in range(sum(counts))]
    routes, first = [], 0
    for day, count in zip(DAYS, counts, strict=True):
        if count:
            routes.append(route_of(visits[first : first + count], day=day))
        first += count
    return plan_of(visits, routes, rule=rule)


def rule(least: int = 3, **more: Any) -> RoundRule:
    return RoundRule(min_per_day=least, max_days=3, **more)


@pytest.mark.parametrize(
    ("counts", "days", "tail", "where"),
    [
        ((3, 0, 3), RuleDays.ACTIVE, Tail.STRICT, []),
        ((3, 0, 2), RuleDays.ACTIVE, Tail.STRICT, ["2026-12-02"]),
        ((3, 0, 2), RuleDays.ACTIVE, Tail.REMAINDER, []),
        ((2, 0, 3), RuleDays.ACTIVE, Tail.REMAINDER, ["2026-11-30"]),
        ((3, 0, 3), RuleDays.EVERY, Tail.STRICT, ["2026-12-01"]),
        ((3, 3, 1), RuleDays.EVERY, Tail.REMAINDER, []),
        ((4, 3, 0), RuleDays.EVERY, Tail.REMAINDER, ["2026-12-02"]),
        ((1, 1, 0), RuleDays.ACTIVE, Tail.STRICT, []),
    ],
)
def test_the_minimum_of_a_district(counts: tuple[int, int, int], days: RuleDays, tail: Tail, where: list[str]) -> None:
    plan = days_of(*counts, rule=rule(days=days, tail=tail))
    assert [violation.where for violation in check_plan(plan, ENGINE)] == where


def test_a_minimum_for_each_team_counts_the_day_and_the_night_of_a_team_together() -> None:
    both = team("T1", shifts=[DAY, NIGHT])
    other = team("T2")
    visits = [visit(f"v{n}") for n in range(5)]
    routes = [
        route_of(visits[:2], of=both),
        route_of(visits[2:3], of=both, shift="night"),
        route_of(visits[3:], of=other),
    ]
    plan = plan_of(visits, routes, teams=[both, other], rule=rule(unit=RuleUnit.TEAM))
    assert shortfalls(plan) == [("T2 2026-11-30", 1, "visits")]


def test_every_day_for_each_team_asks_idle_teams_too() -> None:
    visits = [visit(f"v{n}") for n in range(3)]
    made = rule(unit=RuleUnit.TEAM, days=RuleDays.EVERY)
    plan = plan_of(visits, [route_of(visits)], teams=[team("T1"), team("T2")], rule=made)
    assert len(check_plan(plan, ENGINE)) == 5


def test_a_minimum_for_each_township_looks_where_the_sites_are() -> None:
    visits = [visit(f"v{n}", township=AreaCode("west" if n < 3 else "east")) for n in range(6)]
    routes = [route_of(visits[2:]), route_of(visits[:2], day=DAYS[1])]
    plan = plan_of(visits, routes, rule=rule(unit=RuleUnit.TOWNSHIP))
    assert shortfalls(plan) == [("west 2026-11-30", 2, "visits"), ("west 2026-12-01", 1, "visits")]


@pytest.mark.parametrize("days", RuleDays)
def test_a_township_with_fewer_sites_than_the_minimum_is_not_asked_for_it(days: RuleDays) -> None:
    visits = [visit(f"v{n}", township=AreaCode("east" if n else "west")) for n in range(4)]
    made = RoundRule(min_per_day=3, max_days=1, unit=RuleUnit.TOWNSHIP, days=days)
    assert broken(plan_of(visits, [route_of(visits)], rule=made, days=DAYS[:1])) == set()


def test_follow_ups_count_only_when_all_visits_count() -> None:
    again = replace(visit("c", purpose=Purpose.FOLLOW_UP), site=SiteId("site-a"))
    visits = [visit("a"), visit("b"), again]
    assert broken(one_day(*visits, rule=rule(2, counts=Counts.ALL))) == set()
    three = [*visits, visit("d")]
    plan = plan_of(three, [route_of(three[:2]), route_of(three[2:], day=DAYS[1])], rule=rule(2))
    assert shortfalls(plan) == [("2026-12-01", 1, "visits")]


def test_what_was_done_is_judged_by_the_same_count() -> None:
    done = {("", DAYS[0]): 3, ("", DAYS[1]): 1}
    (short,) = minimum_breaches(rule(), done, DAYS, {"": DAYS[:2]}, on_hand=20)
    assert (short.day, short.count, short.short) == (DAYS[1], 1, 2)


# ---- the certificate -------------------------------------------------------------------------------------------------


def certificate(plan: Plan, sha: str = "0" * 64) -> Any:
    return certify(plan, ENGINE, {"sites.csv": "1" * 64}, sha, {"gridplan": "0.1.0"}, 1)


def test_a_kept_plan_is_certified_and_agrees_with_itself() -> None:
    made = certificate(KEPT)
    assert made.verdict is Verdict.KEPT
    assert set(made.promises) == set(Promise) and all(count.kept for count in made.promises.values())
    assert made.promises[Promise.COVERAGE].checked == 12 and made.promises[Promise.MINIMUM].checked == 2
    assert differences(KEPT, made, certificate(KEPT)) == []


def test_a_tampered_plan_differs_from_its_certificate_by_name() -> None:
    made = certificate(KEPT)
    shifted = change_stop(KEPT, 0, 1, {"start": KEPT.routes[0].stops[1].start + MINUTE})
    found = [text.en for text in differences(shifted, made, certificate(shifted, "2" * 64))]
    assert any(text.startswith("fingerprint of the plan file") for text in found)
    assert "stored times as rebuilt: says 0/54, recomputed 1/54" in found
    assert "verdict in the plan: says kept, recomputed broken" in found


def test_a_beautified_figure_is_found() -> None:
    nicer = replace(KEPT, figures=replace(KEPT.figures, cost=1.0))
    found = [text.en for text in differences(nicer, certificate(nicer), certificate(nicer))]
    assert found == [f"cost in the plan: says 1.0, recomputed {KEPT.figures.cost}"]


def test_a_changed_input_file_is_named() -> None:
    made = certificate(KEPT)
    other = replace(made, inputs={"sites.csv": "3" * 64, "teams.toml": "4" * 64})
    assert [text.en.split(":")[0] for text in differences(KEPT, made, other)] == ["sites.csv", "teams.toml"]


def test_infeasible_is_the_planners_word_only_where_no_other_promise_is_broken() -> None:
    every = days_of(3, 0, 3, rule=rule(days=RuleDays.EVERY))
    claimed = replace(every, verdict=Verdict.INFEASIBLE)
    assert certificate(claimed).verdict is Verdict.INFEASIBLE
    assert certificate(every).verdict is Verdict.BROKEN
    assert certificate(change(claimed, 0, day=2)).verdict is Verdict.BROKEN
    assert certificate(replace(KEPT, verdict=Verdict.INFEASIBLE)).verdict is Verdict.KEPT


def test_sites_without_place_are_told_on_the_certificate() -> None:
    plan = one_day(visit("a"))
    waiting = replace(plan, sites=(*plan.sites, plan_site(visit("b"), status=SiteStatus.REVIEW)))
    assert [note.en for note in certificate(waiting).notes] == ["for 1 of 2; 1 without place"]


def test_figures_count_a_team_once_a_day_and_split_communities() -> None:
    both = team("T1", shifts=[DAY, NIGHT])
    east = AreaCode("east")
    visits = [visit("a", community=east), visit("b"), visit("c", community=east)]
    routes = [
        route_of(visits[:1], of=both),
        route_of(visits[1:2], of=both, shift="night"),
        route_of(visits[2:], of=both, day=DAYS[1]),
    ]
    figures = compute_figures(plan_of(visits, routes, teams=[both]))
    assert (figures.team_days, figures.days, figures.teams, figures.communities_split) == (2, 2, 1, 1)
    assert (figures.cost, figures.minutes_min, figures.minutes_max) == (60.0, 35, 70)


def test_the_judge_imports_no_solver() -> None:
    code = (
        "import sys, gridplan.routing.judge.check; "
        "bad = [m for m in sys.modules if m.startswith(('ortools', 'gridplan.')) and not m.startswith('gridplan.model')]; "
        "print(sorted(bad))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    rooms = {"bounds": ["bound", "forest"], "judge": ["asked", "case", "check", "promises", "retime"]}
    known = ["gridplan.routing"]
    for room, modules in rooms.items():
        known += [f"gridplan.routing.{room}", *(f"gridplan.routing.{room}.{module}" for module in modules)]
    assert out.strip() == str(known)
