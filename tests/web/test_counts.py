"""The limits count every request once, however many ask at the same time, and forget what is over."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits import parse
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from gridplan.services.desk import Desk
from web.api import create_api, limiter
from web.counts import COUNTS, Counts

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
    monkeypatch.setattr("web.counts.time.time", lambda: now[0])
    return now


def ask_at_once(storage: Storage) -> tuple[int, list[Exception]]:
    """Return how many of all who asked at once were let through, and what broke."""
    limits, most = FixedWindowRateLimiter(storage), parse("1000/minute")
    let: list[bool] = []
    broke: list[Exception] = []
    start = threading.Barrier(ASKING)

    def ask() -> None:
        start.wait()
        for _ in range(EACH):
            try:
                let.append(limits.hit(most, "someone"))
            except Exception as error:
                broke.append(error)

    threads = [threading.Thread(target=ask) for _ in range(ASKING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(let), broke


@pytest.mark.usefixtures("hurried")
def test_of_many_who_ask_at_once_exactly_as_many_as_allowed_get_through_and_nothing_breaks() -> None:
    assert ask_at_once(storage_from_string(COUNTS)) == (1000, [])


def test_a_count_begins_anew_when_its_time_is_over(clock: list[float]) -> None:
    limits, most = FixedWindowRateLimiter(counts := Counts()), parse("2/minute")
    assert [limits.hit(most, "a") for _ in range(3)] == [True, True, False]
    assert limits.get_window_stats(most, "a") == (1060.0, 0)
    clock[0] += 59.9
    assert not limits.hit(most, "a") and limits.hit(most, "b")
    clock[0] += 0.1
    assert counts.get(most.key_for("a")) == 0 and limits.test(most, "a")
    assert limits.hit(most, "a")


def test_who_does_not_come_back_is_forgotten(clock: list[float]) -> None:
    counts = Counts()
    for number in range(1000):
        counts.incr(f"caller {number}", 30)
    clock[0] += 61
    counts.incr("one more", 30)
    assert counts.reset() == 1 and counts.reset() == 0


def test_one_caller_can_be_let_in_again_and_the_others_stay_counted() -> None:
    limits, most = FixedWindowRateLimiter(Counts()), parse("1/minute")
    assert limits.hit(most, "a") and limits.hit(most, "b")
    limits.clear(most, "a")
    assert limits.hit(most, "a") and not limits.hit(most, "b")


def test_a_program_that_asks_without_end_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk.open(f"sqlite:///{tmp_path / 'office.db'}", create=True)
    # What limits is one for all offices of a process, and off in tests.
    monkeypatch.setattr(limiter, "enabled", False)
    client = create_api(desk).test_client()
    answers = [client.get("/sites").status_code for _ in range(1201)]
    assert answers[:1200] == [401] * 1200 and answers[1200] == 429
    assert client.get("/sites", environ_base={"REMOTE_ADDR": "10.9.9.9"}).status_code == 401
    desk.close()
