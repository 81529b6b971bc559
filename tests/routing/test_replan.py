"""A worked round is planned again: what was done stays, what came back or is new is planned, and little else moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.model.errors import Cancelled, InputError
from gridplan.model.plan import Placement, Promise, Verdict
from gridplan.model.result import Outcome
from gridplan.model.round import VisitId
from gridplan.routing.judge.check import check_plan
from gridplan.routing.judge.retime import rebuild
from gridplan.routing.replan.choices import choices
from gridplan.routing.replan.comparing import ChangeKind, compare
from gridplan.routing.replan.replan import Dial, moved_min, replan
from gridplan.routing.replan.standing import placements
from gridplan.routing.replan.worked import News
from tests.builders import DAY, NIGHT, crew, point, team, visit
from tests.routing.mission import problem
from tests.routing.plans import DAYS, full_plan, plan_of, route_of
from tests.routing.plans import ENGINE as STRAIGHT
from tests.routing.published import ENGINE, QUICK, lead, planned, published, result, where, worked


def again(plan, *, as_of=None, **more):
    """The round replanned with little effort, from its third day on."""
    return replan(plan, ENGINE, as_of=as_of or plan.round.workdays[2], **{"effort": QUICK} | more)


def test_done_visits_never_move():
    plan = published()
    results = worked(plan, plan.round.workdays[2])
    for dial in Dial:
        found = again(plan, results=results, dial=dial)
        assert {one.visit: where(found.plan)[one.visit] for one in results} == {
            one.visit: where(plan)[one.visit] for one in results
        }
        assert found.plan.verdict is Verdict.KEPT


def test_with_nothing_new_and_nothing_missed_nothing_changes():
    plan = published()
    found = again(plan, results=worked(plan, plan.round.workdays[2]), dial=Dial.NONE)
    assert found.changes.items == () and found.plan.routes == plan.routes and found.plan.figures.moved == 0


def test_with_change_nothing_else_nothing_published_moves():
    plan = published()
    shut = {plan.routes[0].stops[0].visit: Outcome.CLOSED, plan.routes[1].stops[1].visit: Outcome.REFUSED}
    news = News(visits=(lead(plan.visits[7], plan.round.workdays[3]),))
    found = again(plan, results=worked(plan, plan.round.workdays[2], shut), news=news, dial=Dial.NONE)
    kept = {id: place for id, place in where(plan).items() if id not in shut}
    assert {id: where(found.plan).get(id) for id in kept} == kept
    assert found.plan.figures.moved == 0 and found.back == set(shut)


def test_what_was_refused_shut_or_missed_is_planned_again_later():
    plan, day = published(), published().round.workdays[2]
    first, second, third = (stop.visit for stop in plan.routes[0].stops[:3])
    results = [one for one in worked(plan, day, {first: Outcome.CLOSED, second: Outcome.REFUSED}) if one.visit != third]
    found = again(plan, results=results)
    assert found.back == {first, second, third}
    assert all(where(found.plan)[id][0].date >= day for id in (first, second, third))
    assert found.plan.verdict is Verdict.KEPT


def test_what_was_closed_for_good_is_done():
    plan = published()
    gone = plan.routes[0].stops[0].visit
    found = again(plan, results=worked(plan, plan.round.workdays[2], {gone: Outcome.CLOSED_FOR_GOOD}))
    assert gone in found.done and where(found.plan)[gone] == where(plan)[gone]


def test_an_office_may_count_a_refusal_as_done():
    plan = published()
    shut = plan.routes[0].stops[0].visit
    results = worked(plan, plan.round.workdays[2], {shut: Outcome.REFUSED})
    assert again(plan, results=results, counts={Outcome.DONE, Outcome.REFUSED}).back == frozenset()


@pytest.mark.parametrize("dial", list(Dial))
def test_an_urgent_lead_is_planned_by_its_due_day(dial):
    plan, days = published(), published().round.workdays
    urgent = lead(plan.visits[11], days[2])
    found = again(plan, results=worked(plan, days[2]), news=News(visits=(urgent,)), dial=dial)
    assert where(found.plan)[urgent.id][0].date == days[2]
    assert [item.visit for item in found.changes.items if item.kind is ChangeKind.ADDED] == [urgent.id]


def test_a_team_that_falls_out_has_no_stops_after():
    plan, days = published(50, 3), published(50, 3).round.workdays
    out = plan.routes[-1].team
    found = again(plan, results=worked(plan, days[2]), news=News(out={out: days[2]}))
    assert not [route for route in found.plan.routes if route.team == out and route.date >= days[2]]
    assert [route for route in found.plan.routes if route.team == out and route.date < days[2]]
    assert Promise.AVAILABLE not in {one.promise for one in found.plan.violations}


def test_what_a_team_did_before_it_fell_ill_stays_with_it():
    plan, days = published(50, 3), published(50, 3).round.workdays
    route = next(route for route in plan.routes if route.date == days[2])
    morning = [result(route.stops[0].visit, day=days[2])]
    found = again(plan, results=[*worked(plan, days[2]), *morning], news=News(out={route.team: days[2]}))
    there = [one for one in found.plan.routes if (one.team, one.date) == (route.team, days[2])]
    assert [[stop.visit for stop in one.stops] for one in there] == [[route.stops[0].visit]]
    assert Promise.AVAILABLE not in {one.promise for one in found.plan.violations}


def test_a_route_under_way_is_left_as_it_is_but_for_what_came_back():
    plan, days = published(), published().round.workdays
    route = next(route for route in plan.routes if route.date == days[2])
    shut = route.stops[1].visit
    today = [result(route.stops[0].visit, day=days[2]), result(shut, Outcome.CLOSED, days[2])]
    found = again(plan, results=[*worked(plan, days[2]), *today], dial=Dial.BEST)
    now = next(one for one in found.plan.routes if one.id == route.id)
    assert [stop.visit for stop in now.stops] == [stop.visit for stop in route.stops if stop.visit != shut]
    assert where(found.plan)[shut][0].date > days[2]


def test_a_team_that_joins_takes_what_does_not_fit_otherwise():
    plan, days = published(60, 2), published(60, 2).round.workdays
    out = {plan.teams[0].id: days[2]}
    alone = again(plan, results=worked(plan, days[2]), news=News(out=out))
    helper = team("H", base=plan.teams[0].base)
    both = again(plan, results=worked(plan, days[2]), news=News(out=out, joined=(helper,)))
    assert len(alone.plan.unplanned) > len(both.plan.unplanned)
    assert {route.date >= days[2] for route in both.plan.routes if route.team == helper.id} == {True}


def test_on_a_lost_day_nobody_goes_out():
    plan, days = published(40, 2), published(40, 2).round.workdays
    found = again(plan, results=worked(plan, days[2]), news=News(lost_days=frozenset({days[3]})))
    assert days[3] not in {route.date for route in found.plan.routes}
    assert not found.plan.unplanned and found.plan.verdict is Verdict.KEPT


def test_a_lost_shift_takes_nothing_in():
    crews = [team("T1", shifts=(DAY, NIGHT)), team("T2", base=point(900))]
    visits = [visit(f"v{n:02d}", at=point(500 * (n % 5), 400 * (n // 5))) for n in range(20)]
    visits += [visit("late", at=point(700), minutes=20, open="Mo-Su 18:00-20:30")]
    plan = planned(problem(visits, crews, days=2))
    lies = where(plan)[VisitId("late")][0]
    found = again(plan, as_of=plan.round.workdays[0], news=News(lost_shifts=frozenset({lies})))
    moved = where(found.plan)[VisitId("late")][0]
    assert moved != lies and moved.shift == "night"


def test_the_dial_trades_moves_for_cost():
    plan, days = published(60, 2), published(60, 2).round.workdays
    shut = {stop.visit: Outcome.CLOSED for stop in plan.routes[0].stops[:3]}
    runs = {dial: again(plan, results=worked(plan, days[2], shut), dial=dial) for dial in Dial}
    moved = [found.plan.figures.moved for found in runs.values()]
    assert moved[0] == 0 and moved == sorted(moved)
    assert [moved_min(dial) for dial in Dial] == [10, 5, 2, 0]
    assert moved_min(0.5) == 3.5


def test_nothing_is_left_out_that_would_fit_somewhere():
    plan, days = published(60, 2), published(60, 2).round.workdays
    extra = tuple(lead(one, minutes=25) for one in plan.visits)
    for dial in (Dial.NONE, Dial.LITTLE):
        found = again(plan, results=worked(plan, days[2]), news=News(visits=extra), dial=dial).plan
        assert found.unplanned
        nouns = {one.id: one for one in found.visits}
        for item in found.unplanned:
            assert not fits_somewhere(found, nouns[item.visit], days[2:]), item.visit


def fits_somewhere(plan, one, days):
    """Whether some place of some route, or an empty one, takes the visit in: every place is tried by the judge's clock."""
    nouns = {visit.id: visit for visit in plan.visits}
    routes = {(route.team, route.date, route.shift): route for route in plan.routes}
    for crew_ in plan.teams:
        for day in days:
            for shift in crew_.shifts_on(day):
                route = routes.get((crew_.id, day, shift.name))
                order = [nouns[stop.visit] for stop in route.stops] if route else []
                for at in range(len(order) + 1):
                    longer = rebuild(
                        [*order[:at], one, *order[at:]],
                        team=crew_,
                        day=day,
                        number=plan.round.workdays.index(day) + 1,
                        shift=shift,
                        engine=ENGINE,
                        set_up_s=300,
                    )
                    trial = replace(
                        plan,
                        routes=(*(other for other in plan.routes if other is not route), longer),
                        unplanned=tuple(item for item in plan.unplanned if item.visit != one.id),
                    )
                    new = {(v.promise, v.where) for v in check_plan(trial, ENGINE)}
                    if new <= {(v.promise, v.where) for v in plan.violations}:
                        return True
    return False


def test_what_does_not_fit_says_what_stands_against_it():
    plan, days = published(60, 2), published(60, 2).round.workdays
    extra = tuple(lead(one) for one in plan.visits[:40])
    found = again(plan, results=worked(plan, days[2]), news=News(visits=extra), dial=Dial.NONE)
    assert all("没有时间了" in item.text.zh for item in found.plan.unplanned)


def test_what_a_first_replan_placed_stands_in_the_second_though_its_old_result_is_known():
    plan, days = published(), published().round.workdays
    shut = plan.routes[0].stops[0].visit
    results = worked(plan, days[1], {shut: Outcome.REFUSED})
    first = again(plan, as_of=days[1], results=results, dial=Dial.NONE).plan
    results += [one for one in worked(first, days[2]) if one.at.date() == days[1]]
    second = again(first, as_of=days[2], results=results, dial=Dial.NONE)
    assert where(first)[shut][0].date >= days[1] and second.changes.items == ()


@pytest.mark.parametrize("dial", list(Dial))
def test_a_published_visit_is_kept_rather_than_a_new_one(dial):
    old = [visit(f"v{n}", at=point(300 * n), minutes=100) for n in range(4)]
    plan = planned(problem(old, [team()], days=1))
    new = visit("lead", at=point(100), minutes=100)
    found = again(plan, as_of=DAYS[0], news=News(visits=(new,)), dial=dial)
    assert [item.visit for item in found.plan.unplanned] == [new.id]


def test_a_short_past_day_is_told_apart_from_what_lies_ahead():
    plan = published(60, 2, least=8)
    days = plan.round.workdays
    first = [route for route in plan.routes if route.date == days[0]]
    shut = {stop.visit: Outcome.CLOSED for route in first for stop in route.stops[1:]}
    found = again(plan, as_of=days[1], results=worked(plan, days[1], shut))
    assert found.plan.verdict is Verdict.BROKEN and Promise.MINIMUM not in {one.promise for one in found.ahead}
    assert any("不能补救" in note.zh for note in found.plan.notes)
    assert found.plan.can_publish == (not found.ahead and not found.plan.unplanned)


def test_what_lacks_on_days_gone_by_alone_does_not_keep_a_replan_from_being_published():
    plan = published(60, 3, least=2)
    days = plan.round.workdays
    first = [route for route in plan.routes if route.date == days[0]]
    shut = {stop.visit: Outcome.CLOSED for route in first for stop in route.stops}
    shut.pop(first[0].stops[0].visit)
    found = again(plan, as_of=days[1], results=worked(plan, days[1], shut))
    assert found.plan.verdict is Verdict.BROKEN and not found.ahead and found.plan.can_publish
    assert not replace(found.plan, as_of=None).can_publish and not replace(found.plan, as_of=days[0]).can_publish


def test_everything_a_round_may_hold_survives_a_replan():
    plan = full_plan()
    for dial in Dial:
        found = replan(plan, STRAIGHT, as_of=DAYS[0], dial=dial, effort=QUICK)
        assert found.plan.violations == () and found.plan.appointments == plan.appointments


def test_a_joint_visit_that_was_refused_is_met_again():
    crews = [team("T1"), team("T2", base=point(2000), members=crew(2, department="fire"))]
    joint = visit("j", at=point(900, 500), departments=frozenset({"education", "fire"}))
    meetings = {joint.id: datetime.combine(DAYS[0], time(9, 30))}
    routes = [route_of([joint], of=one, appointments=meetings) for one in crews]
    plan = plan_of([joint], routes, teams=crews, appointments=meetings)
    refused = [result("j", Outcome.REFUSED, DAYS[0])]
    found = replan(plan, STRAIGHT, as_of=DAYS[1], results=refused, effort=QUICK).plan
    assert found.violations == () and found.appointments[joint.id].date() >= DAYS[1]
    assert len(where(found)[joint.id]) == 2


def test_a_new_joint_visit_leaves_the_teams_alone_that_have_an_appointment_already():
    both = frozenset({"education", "fire"})
    crews = [team("T1"), team("T2", base=point(2000), members=crew(2, department="fire"))]
    joint = visit("j", at=point(900, 500), minutes=60, departments=both)
    meetings = {joint.id: datetime.combine(DAYS[0], time(9, 30))}
    routes = [route_of([joint], of=one, appointments=meetings) for one in crews]
    plan = plan_of([joint], routes, teams=crews, appointments=meetings)
    new = visit("lead", at=point(900, 500), minutes=60, departments=both)
    found = replan(plan, STRAIGHT, as_of=DAYS[0], news=News(visits=(new,)), effort=QUICK).plan
    assert found.violations == () and found.unplanned == ()
    assert found.appointments[joint.id] == meetings[joint.id]
    assert found.appointments[new.id].date() != DAYS[0]


def test_the_changes_are_counted_by_team_and_by_day():
    plan, days = published(50, 3), published(50, 3).round.workdays
    out = plan.routes[-1].team
    found = again(plan, results=worked(plan, days[2]), news=News(out={out: days[2]}))
    mine = sum(len(route.stops) for route in plan.routes if route.team == out and route.date >= days[2])
    assert found.changes.by_team[out].less == mine and found.changes.by_team[out].more == 0
    assert sum(one.more for one in found.changes.by_day.values()) >= found.changes.count(ChangeKind.MOVED) - mine


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_changes_name_exactly_the_differences_between_two_plans(data):
    plan = published(50, 3)
    days, nouns = plan.round.workdays, {one.id: one for one in plan.visits}
    places = [Placement(team=one.id, date=day, shift="day") for one in plan.teams for day in days]
    moved = data.draw(st.dictionaries(st.sampled_from(sorted(nouns)), st.sampled_from([*places, None]), max_size=8))
    orders = {place: [id for id in where(plan) if where(plan)[id] == (place,) and id not in moved] for place in places}
    for id, place in moved.items():
        if place is not None:
            orders[place].append(id)
    routes = [
        route_of(
            [nouns[id] for id in ids],
            of=next(one for one in plan.teams if one.id == place.team),
            day=place.date,
            days=days,
        )
        for place, ids in orders.items()
        if ids
    ]
    other = replace(plan, routes=tuple(routes))
    changed = {item.visit: item for item in compare(plan, other).items}
    before, after = placements(plan), placements(other)
    assert set(changed) == {id for id in nouns if before.get(id) != after.get(id)}
    names = {site.id: site.name for site in plan.sites}
    for id, item in changed.items():
        assert (item.was, item.now) == (before.get(id, ()), after.get(id, ()))
        assert names[nouns[id].site] in item.text.zh and names[nouns[id].site] in item.text.en


def test_the_same_seed_gives_the_same_plan():
    plan, days = published(), published().round.workdays
    shut = {plan.routes[0].stops[0].visit: Outcome.CLOSED}
    one, two = (again(plan, results=worked(plan, days[2], shut), seed=3) for _ in range(2))
    assert one == two


def test_a_cancelled_replan_is_the_best_plan_till_then():
    plan, days = published(), published().round.workdays
    shut = {plan.routes[0].stops[0].visit: Outcome.CLOSED}

    def stop(stage, done, total, text=None):
        raise Cancelled(text)

    found = again(plan, results=worked(plan, days[2], shut), progress=stop)
    assert found.stopped and found.plan.verdict is Verdict.KEPT


def test_the_choices_of_an_office_where_not_everything_fits():
    plan, days = published(60, 2), published(60, 2).round.workdays
    news = News(out={plan.teams[0].id: days[2]})
    rows = choices(plan, ENGINE, as_of=days[2], results=worked(plan, days[2]), news=news, effort=QUICK)
    nobody, little, overtime, shifts = rows
    assert nobody.result.plan.figures.moved <= little.result.plan.figures.moved
    assert nobody.left_out >= little.left_out > max(overtime.left_out, shifts.left_out)
    assert overtime.overtime_min > 0 == shifts.overtime_min
    assert {one.promise for row in rows for one in row.result.plan.violations} == {Promise.COVERAGE}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"as_of": DAYS[0].replace(year=2025)}, "不在本轮"),
        ({"results": [result("nobody")]}, "nobody"),
        ({"news": News(out={"T9": DAYS[0]})}, "T9"),
        ({"news": News(joined=(team("T1"),))}, "T1"),
        ({"news": News(visits=(visit("v0000"),))}, "v0000"),
        ({"dial": 1.5}, "1.5"),
    ],
)
def test_a_call_that_cannot_be_meant_is_refused_by_name(more, said):
    with pytest.raises(InputError) as refused:
        again(published(), **more)
    assert said in refused.value.text.zh
