"""Why a stop lies where it does, and why a visit is left out."""

from __future__ import annotations

import pytest

from gridplan.model.errors import InputError
from gridplan.model.site import VisitMode
from gridplan.routing.judge.check import check_plan
from gridplan.routing.replan.moving import move
from gridplan.routing.replan.why import find_visit, why_here, why_unplanned
from tests.builders import crew, point, team, visit
from tests.routing.plans import DAYS, full_plan, plan_of, route_of
from tests.routing.plans import ENGINE as STRAIGHT
from tests.routing.published import ENGINE, published


def test_the_next_best_costs_what_a_move_there_really_costs():
    plan = published(40, 3, 3)
    for one in plan.visits[::9]:
        why = why_here(plan, ENGINE, one.id)
        moved = move(plan, ENGINE, one.id, why.next.place, why.next.position)
        assert check_plan(moved.plan, ENGINE) == []
        assert moved.plan.figures.cost - plan.figures.cost == pytest.approx(why.next_more_min, abs=0.11)


def test_a_site_may_be_asked_about_by_its_own_id():
    plan = published()
    assert find_visit(plan, plan.visits[3].site) == plan.visits[3]
    with pytest.raises(InputError):
        find_visit(plan, "nowhere")


def test_of_every_other_team_it_says_the_cost_or_the_first_promise_against_it():
    teams = [
        team("T1"),
        team("T2", base=point(800)),
        team("T3", members=crew(2, department="fire")),
        team("T4", off=DAYS),
    ]
    here = [visit(f"v{n}", at=point(300 * n), departments=frozenset({"education"})) for n in range(3)]
    plan = plan_of(here, [route_of(here, of=teams[0])], teams=teams)
    why = why_here(plan, STRAIGHT, here[1].id)
    others = {one.team: one for one in why.others}
    assert others["T2"].extra_min > 0
    assert others["T3"].extra_min is None and "缺 education" in others["T3"].text.zh
    assert "不出勤" in others["T4"].text.zh
    assert 30 < why.minutes < why.day_min


def test_where_nothing_else_is_possible_it_says_so():
    one = visit("a", due=DAYS[0])
    why = why_here(plan_of([one], [route_of([one])]), STRAIGHT, one.id)
    assert why.next is None and "没有别处" in why.text.zh


def test_each_promise_against_a_visit_left_out_is_counted():
    teams = [team(f"T{n}", members=crew(2, department="fire")) for n in (1, 2, 3)] + [team("T4"), team("T5")]
    full = [visit(f"v{n}", minutes=200) for n in range(8)]
    out = visit("x", minutes=120, departments=frozenset({"education"}), open="Mo-Tu 09:00-17:00")
    routes = [
        route_of(full[number * 4 + day * 2 :][:2], of=one, day=DAYS[day])
        for number, one in enumerate(teams[3:])
        for day in (0, 1)
    ]
    plan = plan_of([*full, out], routes, teams=teams, unplanned=[out])
    why = why_unplanned(plan, STRAIGHT, out.id)
    zh, en = why.text
    assert "3 个组缺 education" in zh and "1 天在班时关门" in zh and "4 个组日没有时间了（最少还差" in zh
    assert "3 teams lack education" in en and "on 4 team-days no time is left" in en
    assert why.fits == () and len(why.reasons) == 3


def test_the_missing_minutes_are_enough_and_no_less():
    full = [visit("a", minutes=200), visit("b", minutes=220)]
    out = visit("x", minutes=60)
    plan = plan_of([*full, out], [route_of(full)], days=DAYS[:1], unplanned=[out])
    said = why_unplanned(plan, STRAIGHT, out.id).reasons[0].zh
    # 8:30–17:30 with an hour of lunch holds 480 minutes; one set-up of 5 and visits of 200 + 220 + 60 take 485.
    assert "还差 5 分钟" in said


def test_a_visit_that_would_fit_is_told_to_fit():
    out = visit("x", mode=VisitMode.INSPECTION)
    plan = plan_of([visit(), out], [route_of([visit()])], unplanned=[out])
    why = why_unplanned(plan, STRAIGHT, out.id)
    assert len(why.fits) == 3 and "其实排得下" in why.text.zh


def test_joint_visits_and_mistaken_questions_are_answered_by_name():
    plan = full_plan()
    with pytest.raises(InputError, match="会合"):
        why_here(plan, STRAIGHT, "j")
    with pytest.raises(InputError, match="已排"):
        why_unplanned(plan, STRAIGHT, "a0")
    left = visit("x")
    with pytest.raises(InputError, match="不在任何路线"):
        why_here(plan_of([left], [], unplanned=[left]), STRAIGHT, left.id)
