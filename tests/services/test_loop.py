"""The loop closes: what the street reports changes the next plan, and each person hears of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from gridplan.model.errors import Conflict, Forbidden, InputError, NotFound
from gridplan.model.finding import FindingState, NoticeKind
from gridplan.model.record import Role, User
from gridplan.model.result import Outcome
from gridplan.model.round import Purpose
from gridplan.model.sent import SentFinding, SentRecheck
from gridplan.services.field import checklists
from gridplan.services.field import findings as service
from gridplan.services.field.evening import next_plan
from gridplan.services.plans import settling
from gridplan.services.plans.handing import mark_read, notices_for


@pytest.fixture
def office(street_office):
    return street_office


def blocked(due):
    return SentFinding(key="f1", category="fire", text="通道堵塞", notice=NoticeKind.RECTIFY, due=due, to="店主")


def first_day(office, found=(), bad=None):
    """Report the first day: all done but `bad`, with what was found at the first site; return the visits."""
    visits = office.on(office.days[0])
    for number, visit in enumerate(visits):
        outcome = bad.get(visit, Outcome.DONE) if bad else Outcome.DONE
        office.report(visit, outcome, found=found if number == 0 else ())
    return visits


def follow_ups(office):
    return [visit for visit in office.plan.visits if visit.purpose is Purpose.FOLLOW_UP]


def test_a_finding_with_a_notice_is_followed_up_by_the_next_plan_and_struck_off_by_its_recheck(office):
    visits = first_day(office, (blocked(office.days[0]),))
    done = next_plan(office.desk, office.round, as_of=office.days[1], by="lin")
    assert done.head is not None
    (again,) = follow_ups(office)
    assert again.site == next(v.site for v in office.plan.visits if v.id == visits[0])
    assert again.id in {stop.visit for route in office.plan.routes for stop in route.stops}
    office.report(again.id, rechecks=(SentRecheck(finding="f1", passed=True),))
    history = service.finding_history(office.desk, "f1", day=office.days[2])
    assert [event["action"] for event in history["events"]] == ["found", "notice", "passed", "closed"]
    assert history["state"] == "closed"
    assert [paper["number"] for paper in history["papers"]] == ["2026-0001"]


def test_a_failed_recheck_asks_for_another_follow_up(office):
    first_day(office, (blocked(office.days[0]),))
    next_plan(office.desk, office.round, as_of=office.days[1], by="lin")
    (again,) = follow_ups(office)
    day = next(route.date for route in office.plan.routes if any(stop.visit == again.id for stop in route.stops))
    office.report(again.id, rechecks=(SentRecheck(finding="f1", passed=False, due=day + timedelta(days=1)),))
    rest = [one for one in office.days if one > day]
    next_plan(office.desk, office.round, as_of=rest[0], by="lin", knowing=True)
    assert len(follow_ups(office)) == 2


def test_the_same_result_sent_twice_leaves_one_finding(office):
    first_day(office, (blocked(office.days[0]),))
    visit = office.on(office.days[0])[0]
    office.report(visit, found=(blocked(office.days[0]),))
    assert service.finding_counts(office.desk, day=office.days[0])["opened"] == 1


def test_nothing_of_a_result_is_kept_where_a_part_of_it_cannot_be(office):
    visit = office.on(office.days[0])[0]
    with pytest.raises(InputError, match="water"):
        office.report(visit, found=(SentFinding(key="f1", category="water", text="漏水"),))
    with office.desk.store.reading() as t:
        assert t.results.list(office.round) == ()
    with pytest.raises(NotFound):
        office.report(visit, rechecks=(SentRecheck(finding="nobody", passed=True),))
    assert service.finding_counts(office.desk, day=office.days[0])["opened"] == 0


def test_who_refused_is_visited_again_and_who_moved_waits_for_the_planner(office):
    refused, moved = office.on(office.days[0])[:2]
    first_day(office, bad={refused: Outcome.REFUSED, moved: Outcome.MOVED})
    next_plan(office.desk, office.round, as_of=office.days[1], by="lin", knowing=True)
    ahead = {stop.visit for route in office.plan.routes if route.date > office.days[0] for stop in route.stops}
    assert refused in ahead
    assert moved not in ahead
    assert [one["visit"] for one in settling.to_settle(office.desk, office.round)] == [moved]


def test_the_planner_sends_the_crew_again_or_says_that_the_site_is_gone(office):
    again, gone = office.on(office.days[0])[:2]
    first_day(office, bad={again: Outcome.MOVED, gone: Outcome.NOT_FOUND})
    evening = datetime.combine(office.days[0], time(20))
    settling.settle(office.desk, office.round, again, gone=False, at=evening, by="lin")
    settling.settle(office.desk, office.round, gone, gone=True, at=evening, by="lin", note="房东证实")
    assert settling.to_settle(office.desk, office.round) == []
    with pytest.raises(NotFound):
        settling.settle(office.desk, office.round, gone, gone=True, at=evening, by="lin")
    next_plan(office.desk, office.round, as_of=office.days[1], by="lin", knowing=True)
    ahead = {stop.visit for route in office.plan.routes if route.date > office.days[0] for stop in route.stops}
    assert again in ahead
    assert gone not in ahead
    with office.desk.store.reading() as t:
        assert [r.outcome for r in t.results.list(office.round) if r.visit == gone][-1] is Outcome.CLOSED_FOR_GOOD


def test_each_person_is_told_once_what_changes_and_of_days_ahead_no_names(office):
    refused = office.on(office.days[0])[0]
    first_day(office, bad={refused: Outcome.REFUSED})
    done = next_plan(office.desk, office.round, as_of=office.days[1], by="lin", knowing=True)
    assert done.told > 0
    told = notices_for(office.desk, "wang", office.days[0])
    assert told
    assert not any("家托管" in str(one["text"]) for one in told)
    day = office.days[
        office.days.index(min(route.date for route in office.plan.routes if refused in {s.visit for s in route.stops}))
    ]
    assert any("家托管" in str(one["text"]) for one in notices_for(office.desk, "wang", day))
    for one in told:
        mark_read(office.desk, one["id"], "somebody else")
    assert len(notices_for(office.desk, "wang", office.days[0])) == len(told)
    for one in told:
        mark_read(office.desk, one["id"], "wang")
    assert notices_for(office.desk, "wang", office.days[0]) == []


def test_the_people_of_the_old_plan_walk_the_routes_of_the_new_one(office):
    first_day(office)
    next_plan(office.desk, office.round, as_of=office.days[1], by="lin")
    with office.desk.store.reading() as t:
        head = t.plans.published(office.round)
        walked = {one.route for one in t.assignments.list(head.id)}
    assert walked == {route.id for route in office.plan.routes}


def test_a_notice_a_due_day_and_a_reason_are_asked_for_at_the_desk(office):
    visits = office.on(office.days[0])
    site = next(visit.site for visit in office.plan.visits if visit.id == visits[0])
    at = datetime.combine(office.days[0], time(15))
    found = service.open_finding(office.desk, office.round, site, category="adverts", text="招牌", at=at, by="lin")
    with pytest.raises(InputError, match="早于发现日期"):
        service.give_notice(
            office.desk, found.id, "rectify", due=office.days[0] - timedelta(days=1), to="店主", at=at, by="lin"
        )
    notice = service.give_notice(office.desk, found.id, "stop", due=office.days[2], to="店主", at=at, by="lin")
    rows = service.finding_list(office.desk, day=office.days[3], state="overdue")
    assert [(row["id"], row["notices"], row["days_late"]) for row in rows] == [(found.id, [notice.number], 1)]
    with pytest.raises(InputError, match="理由"):
        service.close_finding(office.desk, found.id, at=at, by="lin", note=" ")
    closed = service.close_finding(office.desk, found.id, at=at, by="lin", note="店已关停")
    assert closed.state is FindingState.CLOSED
    with pytest.raises(Conflict, match="已经销号"):
        service.give_notice(office.desk, found.id, "seal", due=None, to="", at=at, by="lin")


def test_an_office_uses_its_own_checklist_and_results_name_its_version(office, tmp_path):
    (tmp_path / "checklists.toml").write_text(
        'version = "own-1"\n[[item]]\nkey = "k"\nzh = "看"\nminutes = 2\ncategory = "fire"\n', "utf-8"
    )
    assert checklists.desk_checklist(office.desk).version == "2026-1"
    assert checklists.import_field(office.desk, tmp_path, by="lin") == {"categories": 0, "items": 1}
    assert checklists.desk_checklist(office.desk).version == "own-1"
    assert checklists.checklist_of(office.desk, "2026-1") is not None


def test_overdue_findings_and_a_sample_of_sites_that_are_gone_are_asked_of_the_next_round(office):
    gone = office.on(office.days[0])[-1]
    first_day(office, (blocked(office.days[0]),), bad={gone: Outcome.CLOSED_FOR_GOOD})
    asked = settling.extra_visits(office.desk, office.days[-1], office.days[-1] + timedelta(days=9), sample=0.5, seed=3)
    assert [one.purpose for one in asked] == [Purpose.FOLLOW_UP, Purpose.SAMPLE]
    assert asked == settling.extra_visits(
        office.desk, office.days[-1], office.days[-1] + timedelta(days=9), sample=0.5, seed=3
    )


def test_who_may_not_plan_takes_no_step_and_settles_nothing(office):
    visits = first_day(office, (blocked(office.days[0]),))
    office.desk.add_person(User(login="zheng", name="郑", role=Role.HEAD), "a-long-password", by="cli")
    at = datetime.combine(office.days[0], time(20))
    for act in (
        lambda: service.recheck_finding(office.desk, "f1", passed=True, at=at, by="zheng"),
        lambda: service.close_finding(office.desk, "f1", at=at, by="zheng", note="x"),
        lambda: service.give_notice(office.desk, "f1", "seal", due=None, to="", at=at, by="zheng"),
        lambda: settling.settle(office.desk, office.round, visits[0], gone=True, at=at, by="zheng"),
        lambda: next_plan(office.desk, office.round, as_of=office.days[1], by="zheng"),
    ):
        with pytest.raises(Forbidden):
            act()
    assert service.finding_counts(office.desk, day=office.days[0])["open"] == 1
