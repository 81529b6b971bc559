"""Real workers in processes of their own: jobs run, tell their progress, stop when asked and survive kill -9."""

from __future__ import annotations

import pickle
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gridplan.jobs.queue import IdSerializer, Queue
from gridplan.jobs.rows import Jobs
from gridplan.model.errors import InputError
from gridplan.model.record import Job, JobId, JobState
from gridplan.store.repositories import Store

ROOT = Path(__file__).resolve().parents[2]
HANG_S = 60
"""Only a guard: nothing here is timed."""
Worker = subprocess.Popen[bytes]


class Office:
    """A store with its queue, and as many workers as a test starts."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.store = Store.open(url, create=True)
        self.jobs, self.queue = Jobs(self.store), Queue(self.store)
        self.queue_file = self.store.side_file(".queue")
        assert self.queue_file
        self.workers: list[Worker] = []

    def worker(self) -> Worker:
        """Start a worker."""
        self.workers.append(subprocess.Popen([sys.executable, "-m", "tests.jobs.worker", self.url], cwd=ROOT))
        return self.workers[-1]

    def wait(self, job: JobId, until: Callable[[Job], bool]) -> Job:
        """Return the job's row as soon as it is as wanted."""
        deadline = time.monotonic() + HANG_S
        while not until(row := self.jobs.get(job)):
            assert time.monotonic() < deadline, row
            time.sleep(0.05)
        return row

    def close(self) -> None:
        """Stop what still runs."""
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.queue.close()
        self.store.close()


@pytest.fixture
def office(database, tmp_path, monkeypatch) -> Iterator[Office]:
    monkeypatch.setenv("GRIDPLAN_VAR", str(tmp_path))
    opened = Office(database)
    yield opened
    opened.close()


def final(job: Job) -> bool:
    return job.state.final


def running(job: Job) -> bool:
    return job.state is JobState.RUNNING and job.stage == "tours"


def test_a_worker_does_what_waits_and_what_comes(office):
    before = [office.queue.enqueue("add_up", {"numbers": [n, n]}, by="lin") for n in range(5)]
    office.worker()
    office.worker()
    after = office.queue.enqueue("add_up", {"numbers": [7]}, by="lin")
    rows = [office.wait(job, final) for job in (*before, after)]
    assert [row.result for row in rows] == [*({"sum": 2 * n} for n in range(5)), {"sum": 7}]
    assert {row.attempts for row in rows} == {1}


def test_a_job_that_nobody_was_told_of_is_found_by_the_sweep(office):
    job = office.jobs.add("add_up", {"numbers": [1]}, by="lin")
    office.worker()
    assert office.wait(job, final).result == {"sum": 1}


def test_progress_is_seen_and_a_cancel_is_heard(office):
    job = office.queue.enqueue("forever", {}, by="lin")
    office.worker()
    row = office.wait(job, running)
    assert (row.done, row.total, row.text) == (3, 10, ("第三步", "step three"))
    office.jobs.request_cancel(job, by="lin")
    assert office.wait(job, final).state is JobState.CANCELLED
    following = office.queue.enqueue("add_up", {"numbers": [1]}, by="lin")
    assert office.wait(following, final).state is JobState.DONE


def test_a_worker_that_is_killed_loses_nothing(office):
    job = office.queue.enqueue("stumble", {}, by="lin")
    first = office.worker()
    office.wait(job, running)
    first.send_signal(signal.SIGKILL)
    first.wait()
    office.worker()
    row = office.wait(job, final)
    assert (row.state, row.result) == (JobState.DONE, {"attempt": 2})


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_worker_told_to_stop_gives_its_job_back_and_ends_well(office, order):
    job = office.queue.enqueue("forever", {}, by="lin")
    worker = office.worker()
    office.wait(job, running)
    worker.send_signal(order)
    assert worker.wait(HANG_S) == 0
    assert (office.jobs.get(job).state, office.jobs.get(job).attempts) == (JobState.QUEUED, 0)


def test_a_job_longer_than_its_lease_is_not_taken_away(office):
    job = office.queue.enqueue("forever", {}, by="lin")
    office.worker()
    office.worker()
    office.wait(job, running)
    time.sleep(3)  # one and a half leases
    row = office.jobs.get(job)
    assert (row.state, row.attempts) == (JobState.RUNNING, 1)


def test_only_the_owner_may_read_the_queue(office):
    office.queue.wake(JobId("0" * 32))
    assert stat.S_IMODE(office.queue_file.stat().st_mode) == 0o600


def test_only_ids_travel_through_the_queue(office):
    job = office.queue.enqueue("add_up", {"numbers": [4711]}, by="lin")
    with sqlite3.connect(office.queue_file) as connection:
        ((data,),) = connection.execute("SELECT data FROM task").fetchall()
        assert connection.execute("PRAGMA journal_mode").fetchone() != ("wal",)
    connection.close()
    assert job.encode() in data and b"4711" not in data


class Bomb:
    """Tells when it is unpickled."""

    exploded = False

    def __reduce__(self) -> tuple[object, ...]:
        return (setattr, (Bomb, "exploded", True))


@pytest.mark.parametrize("data", [b"\x80\x04", b'{"id": "x", "job": "../../etc"}', b'{"id": "x", "job": 7}', b"[]"])
def test_what_is_no_job_id_is_refused(data):
    with pytest.raises((ValueError, TypeError)):
        IdSerializer().deserialize(data)


def test_nothing_is_ever_unpickled():
    with pytest.raises(ValueError):
        IdSerializer().deserialize(pickle.dumps(Bomb()))
    assert not Bomb.exploded


def test_rubbish_in_the_queue_does_not_stop_the_worker(office):
    with sqlite3.connect(office.queue_file) as connection:
        connection.execute("INSERT INTO task (queue, data) VALUES ('gridplan', ?)", (pickle.dumps(Bomb()),))
    connection.close()
    job = office.queue.enqueue("add_up", {"numbers": [1]}, by="lin")
    office.worker()
    assert office.wait(job, final).state is JobState.DONE


def test_a_database_in_memory_has_no_queue():
    with Store.open("sqlite://", create=True) as store, pytest.raises(InputError, match="内存"):
        Queue(store)


def test_the_worker_keeps_the_password_of_a_server_it_cannot_reach_to_itself():
    command = [sys.executable, "-m", "gridplan.worker", "--db", "postgresql+psycopg://lin:s3cret@127.0.0.1:1/gridplan"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=HANG_S)
    assert done.returncode == 2
    assert "127.0.0.1:1/gridplan" in done.stderr and "s3cret" not in done.stderr + done.stdout


def test_the_worker_says_which_database_is_missing(tmp_path):
    command = [sys.executable, "-m", "gridplan.worker", "--db", f"sqlite:///{tmp_path}/none.db"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=HANG_S)
    assert done.returncode == 2
    assert "none.db" in done.stderr and "Traceback" not in done.stderr
