"""Somebody cannot come: from the phone or the desk it reaches the planner, a new plan, and those whose routes change."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest

from gridplan.jobs.rows import Jobs
from gridplan.jobs.work import run_job
from gridplan.model.record import JobId, Role, User
from gridplan.services.plans.handing import notices_for
from gridplan.worker import handlers
from tests.services.field import FieldOffice, copy_of
from tests.web.conftest import Office, token
from web import create_app

PASSWORD = "a-long-password"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("office")
    office = FieldOffice(path)
    office.desk.add_person(User(login="lin", name="林知夏", role=Role.PLANNER), PASSWORD, by="test")
    office.desk.close()
    return office, path


@pytest.fixture
def office(made, tmp_path):
    office, path = made
    office.desk = copy_of(path, tmp_path)
    early = datetime.combine(office.days[0], datetime.min.time(), UTC) - timedelta(hours=1)  # seven in the morning
    office.desk.now = lambda: early
    office.app = create_app(office.desk, testing=True)
    yield office
    office.desk.close()


def browser(office, login):
    client = office.app.test_client()
    form = {"login": login, "password": PASSWORD, "csrf_token": token(client)}
    assert client.post("/login", data=form).status_code == 302
    return client


def post(client, path, **form):
    return client.post(path, data=form | {"csrf_token": token(client)})


def say_away(office, client, **more):
    day = office.days[0].isoformat()
    sent = {"first": day, "last": day, "reason": "leave", "team": True} | more
    csrf = client.get("/field/hello.json").json["csrf"]
    return client.post("/field/away", json=sent, headers={"X-CSRFToken": csrf})


def work_off(office, answer):
    job = JobId(re.search(r"job=([0-9a-f]+)", answer.location)[1])
    run_job(Jobs(office.desk.store), job, handlers(office.desk), worker="w", stopping=threading.Event())
    return str(job)


def test_who_cannot_come_tells_it_by_phone_and_the_planner_publishes_the_way_out(office):
    first = office.days[0]
    visits = set(office.on(first))
    answer = say_away(office, browser(office, "wang"))
    assert (answer.status_code, "已告诉办公室" in answer.json["zh"]) == (200, True)
    desk = browser(office, "lin")
    page = desk.get("/changes").text
    assert "全组" in page and "请假" in page and "王" in page and f'<td class="num">{len(visits)}</td>' in page
    assert re.search(r'findings"[^>]*>[^<]*<i class="todo"[^>]*>1<', desk.get("/findings").text.replace("\n", "")), (
        "the rail counts it"
    )
    asked = post(desk, "/changes/plan", round=office.round, as_of=first.isoformat())
    job = work_off(office, asked)
    page = desk.get(asked.location).text
    assert "发布并通知相关的人" in page, re.search(r"<main.*?</main>", page, re.S)[0][:6000]
    assert office.on(first), "nothing is published before the planner says so"
    done = post(desk, f"/changes/{job}/publish")
    assert done.status_code == 302
    assert office.on(first) == []
    assert visits <= {stop.visit for route in office.plan.routes for stop in route.stops}
    assert notices_for(office.desk, "wang", first)
    page = desk.get("/changes").text
    assert "登记过的缺勤都已排进现在的计划" in page and "已发布，通知了" in page
    with office.desk.store.reading() as t:
        assert {"absence.add", "plan.publish"} <= {one.what for one in t.audit.list()}


def test_said_twice_it_is_kept_once(office):
    phone = browser(office, "wang")
    assert say_away(office, phone).status_code == 200
    again = say_away(office, phone)
    assert (again.status_code, "已" in again.json["error"]["zh"]) == (409, True)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"first": "2020-01-01"}, "日期应在"),
        ({"last": "2020-01-01"}, "日期应在"),
        ({"reason": "sleep"}, "没有"),
        ({"team": False}, "没有对应到组员"),
        ({"first": "morgen"}, "morgen"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(office, more, why):
    answer = say_away(office, browser(office, "wang"), **more)
    assert answer.status_code == 400
    assert why in answer.json["error"]["zh"]


def test_a_plan_published_meanwhile_is_not_overwritten(office):
    first = office.days[0]
    assert say_away(office, browser(office, "wang")).status_code == 200
    desk = browser(office, "lin")
    jobs = []
    for _ in range(2):
        jobs.append(work_off(office, post(desk, "/changes/plan", round=office.round, as_of=first.isoformat())))
    assert post(desk, f"/changes/{jobs[1]}/publish").status_code == 302
    late = post(desk, f"/changes/{jobs[0]}/publish")
    assert late.status_code == 409
    assert "又发布了别的计划" in late.text
    assert "已被更新的计划取代" in desk.get(f"/changes?job={jobs[0]}").text


def test_a_lost_day_is_planned_around_from_the_desk(office):
    first = office.days[0]
    desk = browser(office, "lin")
    job = work_off(
        office, post(desk, "/changes/plan", round=office.round, as_of=first.isoformat(), lost=first.isoformat())
    )
    assert post(desk, f"/changes/{job}/publish").status_code == 302
    assert office.on(first) == []


def test_an_absence_entered_at_the_desk_waits_on_the_page(office):
    desk = browser(office, "lin")
    with office.desk.store.reading() as t:
        team = t.teams.list()[0]
    member = team.members[0]
    told = post(
        desk, "/changes/away", who=f"{team.id}|{member.id}", first=office.days[0].isoformat(), reason="training"
    )
    assert told.status_code == 302
    page = desk.get("/changes").text
    assert member.name in page and "还剩" in page and "培训" in page


def test_without_a_round_under_way_the_page_says_so(office: Office):
    with office.desk.store.transaction() as t:
        t.connection.exec_driver_sql("UPDATE plan SET state = 'superseded'")
    assert "还没有正在执行的轮次" in browser(office, "lin").get("/changes").text
