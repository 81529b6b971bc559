"""What the measures share: databases of either engine, a private Redis, an office of a thousand inspectors, a served application."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from gridplan.model.document import plan_to_json
from gridplan.model.record import PlanHead, Role, User
from gridplan.services.desk import Desk
from tests import postgres
from tests.builders import round_
from tests.store.stored import plan
from web import create_app

ROOT = Path(__file__).resolve().parents[3]
SHORT = "GRIDPLAN_BENCH_SHORT"
WAIT_S = 60
# What is started here ends with what started it, even when that is killed.
WITH_US = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
PASSWORD = "a-long-bench-password"
BROWSER = "gridplan-bench"
"""A session belongs to its browser: who logs in and who sends must be the same one."""
Server = subprocess.Popen[bytes]


def short() -> bool:
    """Whether this is only a try."""
    return bool(os.environ.get(SHORT))


@contextmanager
def database(engine: str, *, safe: bool = True) -> Iterator[str]:
    """Give the address of an empty database: `sqlite` in a folder on the disk, or `postgres` of a private server.

    `safe`: PostgreSQL waits for the disk as it does in an office; the tests' server does not.
    """
    if engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="gridplan-bench-") as folder:
            yield f"sqlite:///{folder}/bench.db"
        return
    if reason := postgres.missing():
        raise SystemExit(reason)
    unsafe = dict(postgres.SETTINGS)
    if safe:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            postgres.SETTINGS.pop(name, None)
    try:
        with tempfile.TemporaryDirectory(prefix="gridplan-bench-") as folder, postgres.Server() as server:
            os.environ["GRIDPLAN_VAR"] = folder  # queue and key of this office are its own
            yield server.fresh("ready")
    finally:
        postgres.SETTINGS.update(unsafe)
        os.environ.pop("GRIDPLAN_VAR", None)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def redis() -> Iterator[str]:
    """Give the address of a private Redis with a password, gone at the end."""
    program = shutil.which("redis-server")
    if program is None:
        raise SystemExit("redis-server is missing: apt-get install redis-server")
    port, password = free_port(), secrets.token_urlsafe(12)
    with tempfile.TemporaryDirectory(prefix="gridplan-redis-") as folder:
        settings = Path(folder) / "redis.conf"
        # In a file of our own: a password among the arguments could be read by anybody on the machine.
        settings.touch(0o600)
        settings.write_text(f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {folder}\nsave ''\nlogfile ''\n")
        server = subprocess.Popen([*WITH_US, program, str(settings)], stdout=subprocess.DEVNULL)
        try:
            wait_for_port(port)
            yield f"redis://:{password}@127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def wait_for_port(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Return as soon as somebody listens on a port of this machine."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"nobody listens on {port}")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a log-in's browser would hold: the cookie and the token of forms."""

    login: str
    cookie: str
    token: str


def ticket(app: Flask, login: str) -> Ticket:
    """Log in through the application's own page, and return what the browser holds then."""
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = BROWSER
    form = {"login": login, "password": PASSWORD, "csrf_token": _token(client)}
    assert client.post("/login", data=form).status_code == 302
    token = _token(client)  # made anew after the log-in, and kept in the cookie
    cookie = client.get_cookie("gridplan")
    assert cookie is not None
    return Ticket(login, f"gridplan={cookie.value}", token)


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found
    return found[1]


def add_people(desk: Desk, inspectors: int) -> None:
    """Add a planner and inspectors. Their passwords are hashed as cheaply as Argon2 can: a thousand log-ins in seconds."""
    hash_ = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with desk.store.transaction() as t:
        t.users.add(User(login="planner", name="计划员", role=Role.PLANNER), hash_, by="bench")
        for number in range(inspectors):
            t.users.add(User(login=f"i{number}", name=f"检查员{number}", role=Role.INSPECTOR), hash_, by="bench")


def add_drafts(desk: Desk, name: str, drafts: int, *, routes: int, stops: int) -> list[PlanHead]:
    """Add a round with drafts of so many routes and stops each; its routes are yesterday's, so that all may be seen."""
    made = plan(*(tuple(f"V{route}-{stop}" for stop in range(stops)) for route in range(routes)))
    gone = datetime.now().replace(microsecond=0) - timedelta(days=1)
    dated = [replace(one, date=gone.date(), depart=gone, back=gone + timedelta(hours=1)) for one in made.routes]
    made = replace(made, routes=tuple(dated))
    text = json.dumps(plan_to_json(made), ensure_ascii=False)
    with desk.store.transaction() as t:
        stored = t.rounds.add(replace(round_(), name=name), by="planner")
        return [
            t.plans.add_draft(stored.id, made, document=text, certificate="{}", by="planner") for _ in range(drafts)
        ]


@contextmanager
def served(server: str, url: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Serve a database with `waitress` as `python -m web` does, or with `granian`; gone at the end."""
    process, port = start(server, url)
    try:
        wait_for_port(port, process)
        yield process, port
    finally:
        process.terminate()
        process.wait(30)


def start(server: str, url: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server and return it with its port, before it listens."""
    port = free_port()
    env = os.environ | {"GRIDPLAN_DB": url, "GRIDPLAN_LOG": "warning"}
    # As `gridplan units --server granian` starts it. More threads than these only take the interpreter from one another.
    if server == "waitress":
        command = [sys.executable, "-m", "web", "--no-worker", "--port", str(port)]
    else:
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "web.wsgi:application", "--host", "127.0.0.1",
            "--port", str(port), "--workers", "2", "--blocking-threads", "2", "--runtime-mode", "st", "--backlog", "2048", "--no-ws", "--log-level", "warning",
        ]  # fmt: skip
    # A session of its own: granian's processes must be killed together.
    return subprocess.Popen(
        [*WITH_US, *command], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True
    ), port


def post(connection: http.client.HTTPConnection, path: str, who: Ticket, form: str) -> int:
    """Send a form and return the status."""
    connection.request(
        "POST",
        path,
        form,
        {"Cookie": who.cookie, "X-CSRFToken": who.token, "Content-Type": "application/x-www-form-urlencoded"},
    )
    answer = connection.getresponse()
    answer.read()
    return answer.status


def application(desk: Desk) -> Flask:
    """Return the application over a desk, to sign sessions with its key."""
    return create_app(desk, testing=True)
