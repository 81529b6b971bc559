"""The page of people: add, change, close, open, one-time passwords; and the last administrator stays."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gridplan.model.errors import Conflict, Forbidden, InputError
from gridplan.model.record import Role, User
from gridplan.services.accounts import people
from tests.web.conftest import PASSWORD, THERE, token


def once(page: str) -> str:
    """Return the one-time password that a page shows."""
    return re.search(r'<code id="once">([^<]+)<', page)[1]


def post(client, path, **form):
    return client.post(path, data=form | {"csrf_token": token(client)})


def test_a_new_log_in_is_shown_its_password_once_and_gets_in_with_it(office):
    admin = office.client("administrator")
    form = {"login": "zhao", "name": "赵一帆", "role": "head", "area": THERE}
    page = post(admin, "/people", **form)
    password = once(page.text)
    assert page.status_code == 200 and password not in admin.get("/people").text
    client = office.app.test_client()
    assert post(client, "/login", login="zhao", password=password).status_code == 302
    assert client.get("/coverage").location == "/me"
    with office.desk.store.reading() as t:
        assert t.users.get("zhao").area == THERE
        assert password not in str(t.audit.list())
    assert post(admin, "/people", **form).status_code == 409  # the same form sent again changes nothing


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"login": "a b"}, "不能用"),
        ({"login": "cli"}, "不能用"),
        ({"name": " "}, "不能为空"),
        ({"area": "999"}, "没有网格 999"),
        ({"role": "inspector", "area": THERE}, "不设辖区"),
        ({"member": "T9/p1"}, "没有“T9/p1”"),
    ],
)
def test_what_cannot_be_a_log_in_is_refused_in_words_and_the_form_keeps_what_was_typed(office, form, words):
    admin = office.client("administrator")
    sent = {"login": "qian", "name": "钱多多", "role": "planner"} | form
    answer = post(admin, "/people", **sent)
    assert answer.status_code == 400 and words in answer.text and f'value="{sent["login"]}"' in answer.text
    assert office.desk.person(sent["login"]) is None


def test_a_member_has_one_log_in(office):
    people.add(office.desk, User(login="mei", name="甲", role=Role.INSPECTOR, team="T1", member="p1"), by="test")
    with pytest.raises(Conflict, match="mei"):
        people.add(office.desk, User(login="mei2", name="甲", role=Role.INSPECTOR, team="T1", member="p1"), by="test")


def test_two_administrators_at_once_do_not_overwrite_each_other(office):
    people.add(office.desk, User(login="sun", name="孙", role=Role.HEAD), by="test")
    admin = office.client("administrator")
    seen = re.search(r'name="version" value="(\d+)"', admin.get("/people/sun").text)[1]
    assert post(admin, "/people/sun", name="孙一", role="head", version=seen).status_code == 302
    late = post(admin, "/people/sun", name="孙二", role="planner", version=seen)
    assert late.status_code == 409 and "没有覆盖" in late.text
    with office.desk.store.reading() as t:
        assert (t.users.get("sun").name, t.users.get("sun").role) == ("孙一", Role.HEAD)


def test_a_closed_log_in_is_out_at_once_and_gets_in_again_when_it_is_opened(office):
    office.desk.add_person(User(login="wu", name="吴", role=Role.HEAD), PASSWORD, by="test")
    client, admin = office.client("wu"), office.client("administrator")
    assert client.get("/coverage").status_code == 200
    assert post(admin, "/people/wu/close").status_code == 302
    assert client.get("/coverage").location.startswith("/login")
    assert post(office.app.test_client(), "/login", login="wu", password=PASSWORD).status_code == 401
    assert "已停" in admin.get("/people").text
    post(admin, "/people/wu/open")
    assert office.client("wu").get("/coverage").status_code == 200
    assert client.get("/coverage").location.startswith("/login")  # the old session does not come back


def test_the_last_administrator_stays(office):
    admin = office.client("administrator")
    answer = post(admin, "/people/administrator/close")
    assert answer.status_code == 409 and "最后一个管理员" in answer.text
    page = admin.get("/people/administrator").text
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert re.search(r'id="close" disabled', page)
    answer = post(admin, "/people/administrator", name="某", role="head", version=version)
    assert answer.status_code == 409
    with office.desk.store.reading() as t:
        assert t.users.get("administrator").role is Role.ADMINISTRATOR


@pytest.mark.parametrize("by", ["planner", "head", "inspector", "auditor", "planner_there"])
def test_nobody_else_keeps_log_ins_by_whatever_door(office, by):
    wanted = User(login="x1", name="x", role=Role.ADMINISTRATOR)
    for call in (
        lambda: people.add(office.desk, wanted, by=by),
        lambda: people.close(office.desk, "head", by=by),
        lambda: people.reset_password(office.desk, "head", by=by),
        lambda: people.end_sessions(office.desk, "head", by=by),
        lambda: people.change(office.desk, by, by=by, name="x", role=Role.ADMINISTRATOR, area=None),
        lambda: people.people(office.desk, by=by),
    ):
        with pytest.raises(Forbidden):
            call()
    assert office.desk.person("head") is not None and office.desk.person("x1") is None


def test_an_area_that_is_gone_is_said(office):
    with office.desk.store.transaction() as t:
        user = t.users.get("head_there")
        t.users.change(replace(user, area="110000001099"), by="test")
    try:
        assert "110000001099 已不在网格里" in office.client("administrator").get("/people").text
        # Until somebody chooses another, there is nothing of this area to see.
        assert "110000001099" in office.client("head_there").get("/coverage").text
    finally:
        with office.desk.store.transaction() as t:
            t.users.change(replace(t.users.get("head_there"), area=THERE), by="test")


def test_an_unknown_role_is_refused(office):
    answer = post(office.client("administrator"), "/people", login="yu", name="余", role="emperor")
    assert answer.status_code == 400 and office.desk.person("yu") is None


def test_an_administrator_sees_no_route_and_no_figure_of_a_plan(office):
    client = office.client("administrator")
    for path in ("/plans/1", "/coverage", "/today", f"/stops/{office.visit(0)}", "/rounds"):
        answer = client.get(path)
        assert answer.status_code == 403 and "可以找" in answer.text, path


def test_short_forms_of_a_bad_password_are_refused_for_everybody(office):
    with pytest.raises(InputError):
        office.desk.add_person(User(login="kong", name="孔", role=Role.HEAD), "qwerty123", by="test")
