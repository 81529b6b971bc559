"""The whole way once, by real processes: what they wrote to their logs names nobody and no place."""

from __future__ import annotations

import csv
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from gridplan.jobs.rows import Jobs
from gridplan.model.record import Role, User
from gridplan.services.desk import Desk
from gridplan.services.operation import background
from gridplan.services.plans import publishing
from gridplan.services.rounds import drafting
from tests.bench.service._office import free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
MINI = ROOT / "tests" / "data" / "mini"
PASSWORD = "a-long-test-password"
HANG_S = 120


def private_words() -> set[str]:
    """Return every name, phone and address of the mini office's lists and crews, and what people type in this test."""
    words = {"林知夏", "周敏", "一位检查员的话13911112222", PASSWORD}
    with (MINI / "sites.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            words |= {
                value.strip()
                for key, value in row.items()
                if key and value and re.search("名|址|电话|name|address|phone", key)
            }
    words |= set(re.findall(r'name = "([^"]+)"', (MINI / "teams.toml").read_text("utf-8")))
    return {word for word in words if len(word) > 1}


class Browser:
    """A browser of few words."""

    def __init__(self, port: int) -> None:
        self._port, self._cookie = port, ""

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Send a request and return status and page."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        head = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(form or {}), head)
        answer = connection.getresponse()
        self._cookie = (answer.headers.get("Set-Cookie") or self._cookie).split(";")[0]
        page = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, page

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.send("GET", "/login")[1])
        assert found
        return found[1]

    def log_in(self, login: str, password: str = PASSWORD) -> int:
        return self.send("POST", "/login", {"login": login, "password": password, "csrf_token": self.token()})[0]


def test_the_log_of_the_whole_way_names_nobody_and_no_place(tmp_path):
    url = f"sqlite:///{tmp_path}/a.db"
    desk = Desk.open(url, create=True)
    for login, name, role in (("lin", "林知夏", Role.PLANNER), ("zhou", "周敏", Role.INSPECTOR)):
        desk.add_person(User(login=login, name=name, role=role), PASSWORD, by="test")
    env = os.environ | {"GRIDPLAN_LOG": "debug", "PYTHONUNBUFFERED": "1"}
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "web", "--db", url, "--port", str(port)],
            cwd=ROOT, env=env, stderr=file, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for_port(port, server)
            _the_whole_way(desk, port)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
            desk.close()
    text = log.read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert any("begins" in line["text"] for line in lines) and any("done" in line["text"] for line in lines)
    assert any(line.get("endpoint") == "inspector.mark" for line in lines)
    assert {word for word in private_words() if word in text} == set()


def _done(desk: Desk, job: str) -> None:
    deadline = time.monotonic() + HANG_S
    while not (row := Jobs(desk.store).get(job)).state.final:
        assert time.monotonic() < deadline, row
        time.sleep(0.1)


def _the_whole_way(desk: Desk, port: int) -> None:
    files = {str(path.relative_to(MINI)): path.read_bytes() for path in MINI.rglob("*") if path.is_file()}
    _done(desk, background.start_import(desk, ("areas", "sites", "teams"), files, by="lin", name="名册"))
    _done(desk, background.start_import(desk, ("sites",), {"sites.csv": b"\x00"}, by="lin"))  # fails, and says so
    _done(desk, background.start_locate(desk, by="lin"))
    stored = drafting.create_round(desk, MINI, by="lin")
    job = drafting.start_draft(desk, stored.id, by="lin", rounds=20)
    _done(desk, job)
    plan_id = Jobs(desk.store).get(job).result["plan_id"]
    publishing.publish(desk, plan_id, by="lin")
    with desk.store.reading() as t:
        route = t.plans.plan(plan_id).routes[0]
    publishing.assign(desk, plan_id, route.id, ["zhou"], by="lin")
    _done(desk, background.start_export(desk, plan_id, by="lin"))
    planner, inspector = Browser(port), Browser(port)
    assert planner.log_in("林知夏", "wrong") in (401, 429)
    assert planner.log_in("lin") == inspector.log_in("zhou") == 302
    for path in (
        "/rounds",
        f"/plans/{plan_id}",
        "/coverage",
        "/jobs",
        f"/rounds?name={quote('林知夏')}",
        f"/no/{quote('周敏')}",
    ):
        planner.send("GET", path)
    form = {"outcome": "done", "note": "一位检查员的话13911112222", "key": "d3b0b2a0-6f0e-4c39-9d8f-0d6f3f1d2a11"}
    inspector.send("GET", f"/today?day={route.date}")
    inspector.send("POST", f"/stops/{route.stops[0].visit}", form | {"csrf_token": inspector.token()})
    inspector.send("POST", f"/stops/{route.stops[0].visit}", form | {"key": "bad", "csrf_token": inspector.token()})


@pytest.mark.parametrize("word", ["月亮托管"])
def test_the_words_that_are_looked_for_are_those_of_the_lists(word):
    assert word in private_words()
