"""A thousand inspectors, each with a connection and a session of their own, send a result every 0-10 s for ten minutes.

Sent is what the phone's page sends; since a site is done once, most tell of a closed door. Every inspector has logged in through the
page; their passwords are hashed as cheaply as Argon2 can. One result in fifty is sent twice, as a phone does whose answer got lost. The
generator runs on the same machine as the server and the database. What was acknowledged must be stored, and stored once.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from gridplan.model.release import now_in_china
from gridplan.services.desk import Desk
from tests.bench.figures import Figure, at_most, plain
from tests.bench.service import _office as office

CASES = ("sqlite", "postgres")
SERVER = "granian"
TARGET_MS = {"sqlite": 150, "postgres": 60}
INSPECTORS, STOPS = 1000, 6
PERIOD_S = 10.0
MINUTES = "GRIDPLAN_BENCH_MINUTES"
TWICE = 0.02
WARM_S = 10.0
ATTEMPTS = 5
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")
END = b"\r\n\r\n"


class Line(asyncio.Protocol):
    """One inspector's connection, opened anew when it breaks. Below asyncio's streams: the generator has a part of the cores only."""

    def __init__(self, port: int, who: office.Ticket) -> None:
        self._port = port
        self._head = (
            f"POST /field/results HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {office.BROWSER}\r\n"
            f"Cookie: {who.cookie}\r\nX-CSRFToken: {who.token}\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()
        self._way: asyncio.Transport | None = None
        self._answer: asyncio.Future[bytes] | None = None
        self._read = b""

    async def post(self, body: bytes) -> str:
        """Send one result and return what became of it: a state, or the status where it was refused."""
        loop = asyncio.get_running_loop()
        try:
            if self._way is None:
                self._way, _ = await loop.create_connection(lambda: self, "127.0.0.1", self._port)
            self._read, self._answer = b"", loop.create_future()
            self._way.write(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))
            told = await self._answer
        except BaseException:
            if self._way is not None:
                self._way.abort()
            self._way = None
            raise
        return str(json.loads(told.partition(END)[2])["state"]) if told[9:12] == b"200" else told[9:12].decode()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer; the whole one is what `post` waits for."""
        self._read += data
        head, end, body = self._read.partition(END)
        if end and self._answer is not None and not self._answer.done():
            length = LENGTH.search(head + end)
            assert length
            if len(body) >= int(length[1]):
                self._answer.set_result(self._read)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server closed: what was on its way was not acknowledged."""
        self._way = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())


def _result(visit: str, key: str) -> bytes:
    at = f"{now_in_china():%Y-%m-%dT%H:%M:%S}"
    told = {"key": key, "visit": visit, "outcome": "closed", "at": at, "note": "", "answers": [], "findings": []}
    return json.dumps(told).encode()


async def _inspector(
    number: int,
    port: int,
    who: office.Ticket,
    until: float,
    from_: float,
    told: list[float],
    kept: list[str],
    errors: list[str],
) -> None:
    """Send results until the end; a result that was not acknowledged is sent again under its key."""
    line, dice = Line(port, who), random.Random(number)
    while True:
        await asyncio.sleep(dice.uniform(0, PERIOD_S))
        if time.perf_counter() > until:
            return
        visit, key = f"V{number}-{dice.randrange(STOPS)}", str(uuid.UUID(int=dice.getrandbits(128), version=4))
        body = _result(visit, key)
        sends = 2 if dice.random() < TWICE else 1
        for attempt in range(ATTEMPTS):
            began = time.perf_counter()
            try:
                async with asyncio.timeout(30):
                    state = await line.post(body)
            except (OSError, TimeoutError) as error:
                errors.append(type(error).__name__)
                await asyncio.sleep(0.5 * 2**attempt)
                continue
            if began > from_:
                told.append(time.perf_counter() - began)
            if state not in ("applied", "duplicate"):
                errors.append(state)
                continue
            kept.append(key)
            sends -= 1
            if not sends:
                break


async def _all(port: int, tickets: Sequence[office.Ticket], seconds: float) -> dict[str, list[object]]:
    told: list[float] = []
    kept: list[str] = []
    errors: list[str] = []
    began = time.perf_counter()
    await asyncio.gather(
        *(
            _inspector(n, port, who, began + WARM_S + seconds, began + WARM_S, told, kept, errors)
            for n, who in enumerate(tickets)
        )
    )
    return {"told": list(told), "kept": list(kept), "errors": list(errors)}


def measure(case: str) -> Iterator[Figure]:
    """Measure one engine with its server."""
    minutes = 0.5 if office.short() else float(os.environ.get(MINUTES, "10"))
    with office.database(case) as url:
        desk = Desk.open(url, create=True)
        office.add_people(desk, INSPECTORS)
        (head,) = office.add_drafts(desk, "load", 1, routes=INSPECTORS, stops=STOPS)
        with desk.store.transaction() as t:
            t.plans.publish(head.id, version=1, by="planner")
            for number in range(INSPECTORS):
                t.assignments.set(head.id, f"R{number + 1}", [f"i{number}"], by="planner")
        app = office.application(desk)
        tickets = [office.ticket(app, f"i{number}") for number in range(INSPECTORS)]
        with office.served(SERVER, url) as (_, port), tempfile.TemporaryDirectory() as folder:
            given = Path(folder) / "tickets.json"
            given.write_text(json.dumps([asdict(one) for one in tickets]))
            # A process of its own, so that the figures are not those of this one's threads.
            command = [sys.executable, "-m", "tests.bench.service.load", str(port), str(given), str(60 * minutes)]
            done = subprocess.run(command, cwd=office.ROOT, stdout=subprocess.PIPE, check=True)
        found = json.loads(done.stdout)
        with desk.store.reading() as t:
            stored = [result.key for result in t.results.list(head.round_id)]
        desk.close()
    told, kept = sorted(found["told"]), set(found["kept"])
    name = f"{INSPECTORS} inspectors, {minutes:g} min, {SERVER}"
    yield at_most(f"{name}: p99", 1000 * told[int(0.99 * len(told))], "ms", TARGET_MS[case])
    yield plain(f"{name}: p50", 1000 * statistics.median(told), "ms")
    yield plain(f"{name}: longest", 1000 * told[-1], "ms")
    yield plain(f"{name}: results a second", len(told) / (60 * minutes), "1/s")
    yield at_most(f"{name}: acknowledged but lost", len(kept - set(stored)), "results", 0)
    yield at_most(f"{name}: stored twice", len(stored) - len(set(stored)), "results", 0)
    yield at_most(f"{name}: stored though never sent", len(set(stored) - kept), "results", 0)
    yield plain(f"{name}: refused or broken off, and sent again", len(found["errors"]), "times")


if __name__ == "__main__":
    given = [office.Ticket(**row) for row in json.loads(Path(sys.argv[2]).read_text())]
    print(json.dumps(asyncio.run(_all(int(sys.argv[1]), given, float(sys.argv[3])))))
