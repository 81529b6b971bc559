"""kill -9 of the server while a planner publishes and inspectors submit, a hundred times on each engine, with a full check after each.

Lost is what the server acknowledged and the database does not hold. Half-published is a round with none or two published plans, a
version that does not count its publications, or one without its line in the log of who did what.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gridplan.model.record import PlanHead, PlanId, PlanState, RoundId
from gridplan.services.desk import Desk
from gridplan.services.operation.upkeep import look_over
from tests.bench.figures import Figure, at_most, plain
from tests.bench.service import _office as office

CASES = ("sqlite", "postgres")
SERVERS = {"sqlite": "waitress", "postgres": "granian"}
INSPECTORS, STOPS, DRAFTS = 4, 4, 40


@dataclass
class Told:
    """What the server acknowledged, of all its lives."""

    results: list[str] = field(default_factory=list)
    plans: list[int] = field(default_factory=list)
    other: Counter[str] = field(default_factory=Counter)


def _until_it_breaks(stop: threading.Event, step: Callable[[http.client.HTTPConnection], None], port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        while not stop.is_set():
            step(connection)
    except (OSError, http.client.HTTPException):
        pass  # the server was killed
    finally:
        connection.close()


def _submit(told: Told, who: office.Ticket, number: int) -> Callable[[http.client.HTTPConnection], None]:
    dice = random.Random(f"{number} {time.time()}")

    def step(connection: http.client.HTTPConnection) -> None:
        key = str(uuid.UUID(int=dice.getrandbits(128), version=4))
        visit = f"V{number}-{dice.randrange(STOPS)}"
        status = office.post(connection, f"/stops/{visit}", who, f"outcome=done&note=&key={key}")
        if status == 302:
            told.results.append(key)
        else:
            told.other[f"submit {status}"] += 1

    return step


def _publish(
    told: Told, who: office.Ticket, drafts: list[PlanHead], version: int, stop: threading.Event
) -> Callable[[http.client.HTTPConnection], None]:
    left, seen = list(drafts), [version]

    def step(connection: http.client.HTTPConnection) -> None:
        if not left:
            stop.wait(0.05)
            return
        plan = left.pop(0).id
        status = office.post(connection, f"/plans/{plan}/publish", who, f"version={seen[0]}")
        if status == 302:
            told.plans.append(plan)
            seen[0] += 1
        else:
            told.other[f"publish {status}"] += 1

    return step


def _version(desk: Desk, round_id: RoundId) -> int:
    with desk.store.reading() as t:
        return t.rounds.get(round_id).version


def _wrongs(desk: Desk, told: Told, rounds: list[RoundId], submitted: RoundId) -> tuple[int, int, int]:
    """Return how much was lost, how many rounds are half-published, and how much else a full check finds wrong."""
    with desk.store.reading() as t:
        stored = {result.key for result in t.results.list(submitted)}
        lost = len(set(told.results) - stored)
        half = 0
        published = Counter(
            entry.detail["round"] for entry in t.audit.list(limit=1_000_000) if entry.what == "plan.publish"
        )
        for round_id in rounds:
            heads = t.plans.list(round_id)
            done = sum(head.state is not PlanState.DRAFT for head in heads)
            now = sum(head.state is PlanState.PUBLISHED for head in heads)
            whole = now == (done > 0) and t.rounds.get(round_id).version == 1 + done == 1 + published[round_id]
            half += not whole
        lost += sum(t.plans.get(PlanId(plan)).state is PlanState.DRAFT for plan in told.plans)
    _, wrong = look_over(desk)
    return lost, half, len(wrong)


def measure(case: str) -> Iterator[Figure]:
    """Kill the server over one engine."""
    kills, dice, told = 4 if office.short() else 100, random.Random(1), Told()
    lost = half = wrong = 0
    with office.database(case) as url:
        desk = Desk.open(url, create=True)
        office.add_people(desk, INSPECTORS)
        (head,) = office.add_drafts(desk, "submit", 1, routes=INSPECTORS, stops=STOPS)
        with desk.store.transaction() as t:
            t.plans.publish(head.id, version=1, by="planner")
            for number in range(INSPECTORS):
                t.assignments.set(head.id, f"R{number + 1}", [f"i{number}"], by="planner")
        app = office.application(desk)
        crew = [office.ticket(app, f"i{number}") for number in range(INSPECTORS)]
        planner, rounds = office.ticket(app, "planner"), [head.round_id]
        for life in range(kills):
            drafts = office.add_drafts(desk, f"publish {life}", DRAFTS, routes=3, stops=4)
            rounds.append(drafts[0].round_id)
            server, port = office.start(SERVERS[case], url)
            office.wait_for_port(port, server)
            stop = threading.Event()
            steps = [_submit(told, who, number) for number, who in enumerate(crew)]
            steps.append(_publish(told, planner, drafts, _version(desk, drafts[0].round_id), stop))
            threads = [threading.Thread(target=_until_it_breaks, args=(stop, step, port)) for step in steps]
            for thread in threads:
                thread.start()
            time.sleep(dice.uniform(0.05, 1.5))
            _kill(server)
            stop.set()
            for thread in threads:
                thread.join()
            found = _wrongs(desk, told, rounds, head.round_id)
            lost, half, wrong = max(lost, found[0]), max(half, found[1]), max(wrong, found[2])
        desk.close()
    name = f"{kills} kills, {SERVERS[case]}"
    yield at_most(f"{name}: acknowledged but lost", lost, "things", 0)
    yield at_most(f"{name}: half-published", half, "rounds", 0)
    yield at_most(f"{name}: else wrong in a full check", wrong, "things", 0)
    yield plain(f"{name}: results acknowledged", len(told.results), "results")
    yield plain(f"{name}: publications acknowledged", len(told.plans), "plans")
    yield plain(f"{name}: answers of another kind", str(dict(told.other)) if told.other else "none", "")


def _kill(server: office.Server) -> None:
    """Kill a server with all its processes at once."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
