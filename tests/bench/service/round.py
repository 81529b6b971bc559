"""The round page with 5,000 sites: the server's time for its answers while sliding, by counting and with the linear program.

`python -m tests.bench.service.round` prints a JSON line for each figure. Nothing here is a test; what is made is thrown away.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import product
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from flask.testing import FlaskClient

from gridplan.model.record import Role, User
from gridplan.services.desk import Desk
from gridplan.services.rounds.round_form import form_of
from tests.bench.figures import Figure, at_most, plain
from tests.services.large import fill
from web import create_app

SITES, PASSWORD = 5_000, "a-long-bench-password"
QUICK_MS, CAREFUL_MS, READY_MS = 50.0, 500.0, 1_000.0


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found
    return found[1]


def _moves(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return forms as a planner slides through them: teams, days, minutes, hours and kinds."""
    for days, copies in product(range(7, 14), (0, 1, 4)):
        yield {**form, "copies": copies, "rule": {**form["rule"], "max_days": days}}
    for minutes in (10, 14, 18, 22):
        yield {**form, "minutes": dict.fromkeys(form["minutes"], minutes)}
    for kinds in (["institution"], ["childcare", "office"]):
        yield {**form, "scope": {**form["scope"], "kinds": kinds}}
    for overtime in (-60, 30, 90):
        yield {**form, "overtime_min": overtime}


def measure() -> Iterable[Figure]:
    """Yield the server's processor time an answer, which is its time by the clock where nobody else wants the processor."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.open(f"sqlite:///{Path(folder) / 'office.db'}", create=True)
        fill(desk, SITES)
        with desk.store.transaction() as t:
            stored = t.rounds.add(replace(desk.settings(), name="第 1 轮"), by="bench")
        desk.add_person(User(login="lin", name="林知夏", role=Role.PLANNER), PASSWORD, by="bench")
        client = create_app(desk, testing=True).test_client()
        client.post("/login", data={"login": "lin", "password": PASSWORD, "csrf_token": _token(client)})
        headers = {"X-CSRFToken": _token(client), "Accept": "application/json"}

        def ask(form: dict[str, Any], *, careful: bool) -> tuple[float, float]:
            began, worked = time.perf_counter(), time.process_time()
            answer = client.post(f"/rounds/{stored.id}/try", json={"form": form, "careful": careful}, headers=headers)
            assert answer.status_code == 200, answer.text
            return 1000 * (time.process_time() - worked), 1000 * (time.perf_counter() - began)

        def page() -> float:
            began = time.perf_counter()
            assert client.get(f"/rounds/{stored.id}").status_code == 200
            return 1000 * (time.perf_counter() - began)

        form = form_of(stored.round)
        yield plain(f"round page of {SITES} sites, first reading of the register", page(), "ms")
        yield at_most("round page, every later one, median", median(page() for _ in range(5)), "ms", READY_MS)
        for name, careful, most in (("by counting", False, QUICK_MS), ("with the linear program", True, CAREFUL_MS)):
            spent = [ask(form, careful=careful) for form in _moves(form)]
            cpu, wall = [one for one, _ in spent], [one for _, one in spent]
            yield at_most(
                f"an answer while sliding, {name}, p95 of {len(cpu)}", quantiles(cpu, n=20)[-1], "CPU ms", most
            )
            yield plain(f"an answer while sliding, {name}, median", median(cpu), "CPU ms")
            yield plain(f"an answer while sliding, {name}, median by the clock", median(wall), "ms")
        desk.close()


def main() -> int:
    """Print the figures."""
    for figure in measure():
        print(json.dumps(asdict(figure), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
