"""The limits count every request once, however many ask at the same time, and forget what is over."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import web
from gridplan.services.desk import Desk
from tests.web.conftest import Office
from web import auth, people
from web.api import create_api
from web.limits import SWEEP_S, Limit

ASKING, EACH = 8, 400


@pytest.fixture
def hurried() -> Iterator[None]:
    """Let threads take turns far more often than they do by themselves."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("web.limits.time.monotonic", lambda: now[0])
    return now


@pytest.mark.usefixtures("hurried")
def test_of_many_who_ask_at_once_exactly_as_many_as_allowed_get_through() -> None:
    limit, start = Limit(1000), threading.Barrier(ASKING)
    let: list[bool] = []

    def ask() -> None:
        start.wait()
        for _ in range(EACH):
            let.append(limit.passes("someone"))

    threads = [threading.Thread(target=ask) for _ in range(ASKING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let) == ASKING * EACH and sum(let) == 1000


def test_a_count_begins_anew_when_its_time_is_over_and_each_caller_has_an_own_one(clock: list[float]) -> None:
    limit = Limit(2)
    assert [limit.passes("a") for _ in range(3)] == [True, True, False]
    clock[0] += 59.9
    assert not limit.passes("a") and limit.passes("b")
    clock[0] += 0.1
    assert limit.passes("a")


def test_who_asks_on_and_on_waits_no_longer_for_it(clock: list[float]) -> None:
    limit = Limit(1)
    assert limit.passes("a")
    for _ in range(59):
        clock[0] += 1
        assert not limit.passes("a")
    clock[0] += 1
    assert limit.passes("a")


def test_who_does_not_come_back_is_forgotten(clock: list[float]) -> None:
    limit = Limit(1, within_s=30)
    for number in range(1000):
        limit.passes(f"caller {number}")
    assert len(limit) == 1000
    clock[0] += SWEEP_S
    limit.passes("one more")
    assert len(limit) == 1


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk.open(f"sqlite:///{tmp_path / 'office.db'}", create=True)
    yield opened
    opened.close()


def test_a_program_that_asks_without_end_is_told_to_wait_and_another_is_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.api.CALLS", Limit(3))
    client = create_api(desk).test_client()
    assert [client.get("/sites").status_code for _ in range(4)] == [401, 401, 401, 429]
    assert client.get("/sites", environ_base={"REMOTE_ADDR": "10.9.9.9"}).status_code == 401
    assert client.get("/rounds").status_code == 401  # each call is counted for itself


@pytest.mark.parametrize(
    ("path", "limit", "most"), [("/login", auth.LOG_INS, 120), ("/me/password", people.PASSWORDS, 10)]
)
def test_an_address_that_tries_passwords_without_end_is_told_to_wait_and_may_still_look(
    path: str, limit: Limit, most: int, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = office.client("planner")
    for switch, value in (("LIMITED", True), ("WTF_CSRF_ENABLED", False)):
        monkeypatch.setitem(office.app.config, switch, value)
    near = {"REMOTE_ADDR": f"10.9.9.{most}"}
    for _ in range(most):
        assert limit.passes(near["REMOTE_ADDR"])
    told = client.post(path, environ_base=near)
    assert told.status_code == 429 and "试得太快了" in told.text
    assert client.get(path.removesuffix("/password"), environ_base=near).status_code == 200
    assert client.post(path).status_code in (200, 400, 401, 403)


def test_limits_are_on_in_service_and_off_in_tests_only(desk: Desk) -> None:
    assert web.create_app(desk).config["LIMITED"] and create_api(desk).config["LIMITED"]
    assert not web.create_app(desk, testing=True).config["LIMITED"]
