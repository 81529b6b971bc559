"""Log-in: how often one may fail, sessions that end, what the log says of it and what it does not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gridplan.model.place import AreaCode
from gridplan.model.record import Role, User
from gridplan.services.accounts import people
from gridplan.services.accounts.log_in import ABSOLUTE, IDLE, IDLE_DESK, TRIES, WAIT
from gridplan.services.desk import Desk
from web import create_app

PASSWORD = "a-long-test-password"


class Door:
    """An office of three log-ins whose clock a test moves."""

    def __init__(self, path: Path) -> None:
        self.desk = Desk.open(f"sqlite:///{path / 'door.db'}", create=True)
        self.time = datetime(2026, 11, 30, 1, tzinfo=UTC)
        self.desk.now = lambda: self.time
        for login, role in (("he", Role.ADMINISTRATOR), ("lin", Role.PLANNER), ("zhou", Role.INSPECTOR)):
            self.desk.add_person(User(login=login, name=f"某{login}", role=role), PASSWORD, by="test")
        self.app = create_app(self.desk, testing=True)

    def browser(self, address="127.0.0.1"):
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return client

    def log_in(self, client, login, password=PASSWORD):
        return client.post("/login", data={"login": login, "password": password, "csrf_token": csrf(client)})

    def inside(self, client, path="/me"):
        return client.get(path).status_code == 200

    def log(self):
        with self.desk.store.reading() as t:
            return t.audit.list()


def csrf(client, path="/login"):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]


@pytest.fixture
def door(tmp_path):
    made = Door(tmp_path)
    yield made
    made.desk.close()


def test_it_says_how_many_tries_are_left_and_then_how_long_to_wait(door):
    client = door.browser()
    for left in range(TRIES - 1, 0, -1):
        answer = door.log_in(client, "lin", "wrong")
        assert answer.status_code == 401 and f"还可以试 {left} 次" in answer.text
    answer = door.log_in(client, "lin", "wrong")
    assert answer.status_code == 429 and "请等 5 分钟" in answer.text and answer.headers["Retry-After"] == "300"


def test_a_locked_log_in_stays_shut_for_the_right_password_until_its_time(door):
    client = door.browser()
    for _ in range(TRIES):
        door.log_in(client, "lin", "wrong")
    assert door.log_in(client, "lin").status_code == 429
    door.time += WAIT
    assert door.log_in(client, "lin").status_code == 302


def test_a_stranger_elsewhere_does_not_lock_the_person_out(door):
    for _ in range(TRIES):
        door.log_in(door.browser("10.9.9.9"), "lin", "wrong")
    assert door.log_in(door.browser(), "lin").status_code == 302


def test_slow_guessing_from_many_addresses_is_stopped_too(door):
    answers = [door.log_in(door.browser(f"10.0.0.{n}"), "lin", "wrong").status_code for n in range(52)]
    assert answers[0] == 401 and answers[-1] == 429


def test_unknown_names_are_answered_like_known_ones(door):
    def tries(login):
        client = door.browser()
        texts = [door.log_in(client, login, "wrong").text for _ in range(TRIES + 1)]
        return [re.search(r'role="alert">([^<]+)<', text)[1] for text in texts]

    assert tries("lin") == tries("nobody")


def test_the_right_password_forgets_the_failures(door):
    client = door.browser()
    for _ in range(TRIES - 1):
        door.log_in(client, "lin", "wrong")
    assert door.log_in(client, "lin").status_code == 302
    assert f"还可以试 {TRIES - 1} 次" in door.log_in(door.browser(), "lin", "wrong").text


def test_the_log_names_no_password_no_address_and_nothing_typed_by_mistake(door):
    client = door.browser("10.1.2.3")
    door.log_in(client, "my-secret-typed-as-name", "x")
    door.log_in(client, "lin", "wrong-secret")
    door.log_in(client, "lin")
    client.post("/logout", data={"csrf_token": csrf(client, "/me")})
    assert [entry.what for entry in door.log() if entry.what.startswith("log_")] == [
        "log_out",
        "log_in",
        "log_in.failed",
    ]
    assert not [word for word in ("secret", "10.1.2.3", PASSWORD) if word in str(door.log())]
    path = door.desk.store.path
    assert path is not None and b"10.1.2.3" not in path.read_bytes()


@pytest.mark.parametrize(("login", "idle"), [("lin", IDLE_DESK), ("zhou", IDLE[Role.INSPECTOR])])
def test_a_session_ends_when_nobody_is_there(door, login, idle):
    client = door.browser()
    door.log_in(client, login)
    door.time += idle - timedelta(minutes=1)
    assert door.inside(client)
    door.time += idle
    assert not door.inside(client)
    assert "登录已过期" in client.get("/login").text


def test_a_session_ends_after_a_working_day_however_busy(door):
    client = door.browser()
    door.log_in(client, "lin")
    for _ in range(int(ABSOLUTE / timedelta(hours=1)) - 1):
        door.time += timedelta(hours=1)
        assert door.inside(client)
    door.time += timedelta(hours=1)
    assert not door.inside(client)


def test_a_cookie_that_was_copied_is_worth_nothing_after_the_log_out(door):
    client, thief = door.browser(), door.browser()
    door.log_in(client, "lin")
    thief.set_cookie("gridplan", client.get_cookie("gridplan").value)
    assert door.inside(thief)
    client.post("/logout", data={"csrf_token": csrf(client, "/me")})
    assert not door.inside(thief)


def test_each_log_in_has_a_new_token_and_the_database_holds_none(door):
    client = door.browser()
    door.log_in(client, "lin")
    with client.session_transaction() as session:
        first = session["_user_id"]
    door.log_in(client, "lin")
    with client.session_transaction() as session:
        second = session["_user_id"]
    assert first != second and len(first) > 40
    content = door.desk.store.path.read_bytes()
    assert first.encode() not in content and second.encode() not in content
    with door.desk.store.reading() as t:
        assert t.sessions.count() == {"lin": 1}  # the one before was ended


@pytest.mark.parametrize(
    "change",
    [
        lambda desk: people.close(desk, "lin", by="he"),
        lambda desk: people.reset_password(desk, "lin", by="he"),
        lambda desk: people.end_sessions(desk, "lin", by="he"),
        lambda desk: people.change(desk, "lin", by="he", name="某lin", role=Role.HEAD, area=None),
    ],
    ids=["closed", "new password", "ended", "another role"],
)
def test_what_an_administrator_does_ends_the_sessions_at_once(door, change):
    client = door.browser()
    door.log_in(client, "lin")
    assert door.inside(client, "/rounds")
    change(door.desk)
    assert client.get("/rounds").location.startswith("/login")


def test_a_new_own_password_ends_the_other_sessions_and_keeps_this_one(door):
    here, elsewhere = door.browser(), door.browser()
    for client in (here, elsewhere):
        door.log_in(client, "lin")
    new = "river-stone-lantern"
    form = {"old": PASSWORD, "new": new, "again": new, "csrf_token": csrf(here, "/me")}
    assert here.post("/me/password", data=form).status_code == 302
    assert door.inside(here) and not door.inside(elsewhere)
    assert door.log_in(door.browser(), "lin").status_code == 401
    assert door.log_in(door.browser(), "lin", new).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        ("wrong", "river-stone-lantern", "river-stone-lantern", "现在的密码不对"),
        (PASSWORD, "river-stone-lantern", "river-stone-lamp", "不一样"),
        (PASSWORD, "short", "short", "至少 8 个"),
        (PASSWORD, "12345678", "12345678", "太容易猜"),
        (PASSWORD, "Password2026!", "Password2026!", "太容易猜"),
        (PASSWORD, PASSWORD, PASSWORD, "和原来的一样"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_words(door, old, new, again, words):
    client = door.browser()
    door.log_in(client, "lin")
    form = {"old": old, "new": new, "again": again, "csrf_token": csrf(client, "/me")}
    answer = client.post("/me/password", data=form)
    assert answer.status_code in (400, 403) and words in answer.text
    assert door.log_in(door.browser(), "lin").status_code == 302


def test_a_one_time_password_opens_nothing_but_the_page_that_changes_it(door):
    once = people.reset_password(door.desk, "lin", by="he")
    client = door.browser()
    door.log_in(client, "lin", once)
    assert [client.get(path).location for path in ("/", "/rounds", "/coverage", "/basemap.json")] == ["/me"] * 4
    assert "一次性密码" in client.get("/me").text
    new = "river-stone-lantern"
    client.post("/me/password", data={"old": once, "new": new, "again": new, "csrf_token": csrf(client, "/me")})
    assert client.get("/rounds").status_code == 200


def test_an_area_given_now_holds_at_the_next_request(door):
    client = door.browser()
    door.log_in(client, "lin")
    with door.desk.store.transaction() as t:
        user = t.users.get("lin")
        t.users.change(
            User(login="lin", name="某lin", role=Role.PLANNER, area=AreaCode("99"), version=user.version), by="test"
        )
    page = client.get("/rounds").text
    assert "没有" in page or "No rounds" in page
    assert door.inside(client)
