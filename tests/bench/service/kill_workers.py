"""kill -9 of workers, a hundred times, while fifty jobs wait and run: none is lost, each ends once, what a dead worker had is soon
taken over. Then: how long a cancel takes.

`sqlite` is one machine: SQLite with its queue in a file. `redis` is many machines: PostgreSQL with its queue in Redis. A job that was
cut short five times is given up by design (it probably kills its worker), so that a job's last try is not shot at.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

from sqlalchemy import text

from gridplan.jobs.queue import Queue
from gridplan.jobs.rows import MAX_ATTEMPTS, Jobs
from gridplan.model.record import Job, JobState
from gridplan.store.repositories import Store
from tests.bench.figures import Figure, at_most, plain
from tests.bench.service import _office as office

CASES = ("sqlite", "redis")
JOBS, WORKERS, STEPS = 50, 4, 30
LOOK_S = 0.05
LONGEST_S = 60
# Counts how often a job ends, in the database itself: a job that ended twice would be overwritten, and look as if it had once.
ENDED = "('done', 'failed', 'cancelled')"
COUNTERS = {
    "sqlite": (
        "CREATE TABLE ended (job TEXT)",
        f"CREATE TRIGGER ends AFTER UPDATE OF state ON job WHEN new.state IN {ENDED} BEGIN INSERT INTO ended VALUES (new.id); END",
    ),
    "redis": (
        "CREATE TABLE ended (job TEXT)",
        "CREATE FUNCTION ends() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ended VALUES (NEW.id); RETURN NEW; END $$",
        f"CREATE TRIGGER ends AFTER UPDATE OF state ON job FOR EACH ROW WHEN (NEW.state IN {ENDED}) EXECUTE FUNCTION ends()",
    ),
}


class Crew:
    """The workers, each replaced as soon as it was killed."""

    def __init__(self, url: str, address: str) -> None:
        self._command = [sys.executable, "-m", "tests.bench.service._worker", url, address]
        self._running = [self._new() for _ in range(WORKERS)]

    def _new(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, cwd=office.ROOT, stderr=subprocess.DEVNULL)

    def kill(self, pid: int) -> bool:
        """Kill a worker and start another; False when it is none of ours (any more)."""
        for number, worker in enumerate(self._running):
            if worker.pid == pid:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                self._running[number] = self._new()
                return True
        return False

    def stop(self) -> None:
        """Stop them all."""
        for worker in self._running:
            worker.kill()
            worker.wait()


def _holders(store: Store) -> dict[str, tuple[str, int]]:
    """Return worker and attempt of each running job."""
    with store.reading() as t:
        rows = t.connection.execute(text("SELECT id, worker, attempts FROM job WHERE state = 'running'"))
        return {row.id: (row.worker, row.attempts) for row in rows}


def _taken_over(store: Store, jobs: Jobs, job: str, before: tuple[str, int]) -> bool:
    now = _holders(store).get(job)
    return (now is not None and now != before) or jobs.get(job).state.final  # type: ignore[arg-type]


def measure(case: str) -> Iterator[Figure]:
    """Kill workers over one database and queue."""
    kills = 5 if office.short() else 100
    with ExitStack() as stack:
        url = stack.enter_context(office.database("sqlite" if case == "sqlite" else "postgres"))
        address = stack.enter_context(office.redis()) if case == "redis" else ""
        store = stack.enter_context(Store.open(url, create=True))
        with store.transaction() as t:
            for line in COUNTERS[case]:
                t.connection.exec_driver_sql(line)
        jobs, queue = Jobs(store), Queue(store, address)
        stack.callback(queue.close)
        asked = [queue.enqueue("walk", {"steps": STEPS}, by="bench") for _ in range(JOBS)]
        crew = Crew(url, address)
        stack.callback(crew.stop)
        dice, took, killed = random.Random(1), [], 0
        while killed < kills:
            # Fifty stand or wait at every moment.
            live = len(jobs.list(live=True, limit=JOBS))
            asked += [queue.enqueue("walk", {"steps": STEPS}, by="bench") for _ in range(JOBS - live)]
            time.sleep(dice.uniform(0.1, 1.0))
            targets = [(job, held) for job, held in _holders(store).items() if held[1] < MAX_ATTEMPTS]
            if not targets:
                continue
            job, held = dice.choice(targets)
            if not crew.kill(int(held[0].rsplit("-", 2)[1])):
                time.sleep(LOOK_S)  # its worker is dead already, nobody has noticed yet
                continue
            killed += 1
            began = time.monotonic()
            while not _taken_over(store, jobs, job, held):
                if time.monotonic() - began > LONGEST_S:
                    break
                time.sleep(LOOK_S)
            took.append(time.monotonic() - began)
        rows = _wait(jobs, asked)
        with store.reading() as t:
            ends = [row[0] for row in t.connection.execute(text("SELECT job FROM ended"))]
        cancels = [_cancel(jobs, queue) for _ in range(3 if office.short() else 20)]
    name = f"{kills} kills, {len(asked)} jobs"
    lost = sum(row.state is not JobState.DONE or row.result is None for row in rows)
    yield at_most(f"{name}: lost", lost, "jobs", 0)
    yield at_most(f"{name}: ended more than once", len(ends) - len(set(ends)), "jobs", 0)
    yield at_most(f"{name}: taken over after at most", max(took), "s", 10)
    yield plain(f"{name}: taken over after, in the middle", sorted(took)[len(took) // 2], "s")
    yield plain(f"{name}: tries of the most troubled job", max(row.attempts for row in rows), "times")
    yield at_most(f"{len(cancels)} cancels: ended after at most", max(cancels), "s", 1)


def _wait(jobs: Jobs, asked: list[str]) -> list[Job]:
    deadline = time.monotonic() + 60 + len(asked) * STEPS * 0.15
    while time.monotonic() < deadline and jobs.list(live=True, limit=1):
        time.sleep(0.2)
    return [jobs.get(job) for job in asked]  # type: ignore[arg-type]


def _cancel(jobs: Jobs, queue: Queue) -> float:
    """Return how long a job that runs takes to end once it is cancelled (s)."""
    job = queue.enqueue("walk", {"steps": 10_000}, by="bench")
    while jobs.get(job).state is not JobState.RUNNING or not jobs.get(job).stage:
        time.sleep(0.02)
    began = time.monotonic()
    jobs.request_cancel(job, by="bench")
    while not jobs.get(job).state.final:
        time.sleep(0.01)
    return time.monotonic() - began
