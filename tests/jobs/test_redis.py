"""The queue on Redis: the same jobs with the same promises, for workers on many machines."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gridplan.jobs.queue import Queue
from gridplan.jobs.rows import Jobs
from gridplan.model.errors import InputError
from gridplan.model.record import JobState
from gridplan.store.repositories import Store

ROOT = Path(__file__).resolve().parents[2]
HANG_S = 60
pytest.importorskip("redis", reason="the driver of Redis is not installed")


@pytest.fixture(scope="module")
def redis():
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    from tests.bench.service._office import redis

    with redis() as address:
        yield address


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/a.db", create=True) as opened:
        yield opened


@pytest.fixture
def queue(store, redis):
    opened = Queue(store, redis)
    opened._huey.storage.flush_queue()
    yield opened
    opened.close()


@pytest.fixture
def worker(tmp_path, redis):
    """A function that starts a worker."""
    started = []

    def start():
        command = [sys.executable, "-m", "tests.jobs.worker", f"sqlite:///{tmp_path}/a.db", redis]
        started.append(subprocess.Popen(command, cwd=ROOT))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait(store, job, until):
    deadline = time.monotonic() + HANG_S
    while not until(row := Jobs(store).get(job)):
        assert time.monotonic() < deadline, row
        time.sleep(0.05)
    return row


def test_workers_do_what_comes_through_redis(store, queue, worker):
    jobs = [queue.enqueue("add_up", {"numbers": [n]}, by="lin") for n in range(4)]
    worker()
    worker()
    assert [wait(store, job, lambda row: row.state.final).result for job in jobs] == [{"sum": n} for n in range(4)]


def test_a_killed_workers_job_is_done_by_another(store, queue, worker):
    job = queue.enqueue("stumble", {}, by="lin")
    first = worker()
    wait(store, job, lambda row: row.state is JobState.RUNNING and row.stage)
    first.send_signal(signal.SIGKILL)
    worker()
    assert wait(store, job, lambda row: row.state.final).result == {"attempt": 2}


def test_only_ids_travel_through_redis(store, queue):
    job = queue.enqueue("add_up", {"numbers": [4711]}, by="lin")
    (data,) = queue._huey.storage.enqueued_items()
    assert job.encode() in data and b"4711" not in data and queue.pending() == 1


def test_a_redis_that_is_away_loses_no_job(store):
    queue = Queue(store, "redis://:geheim@127.0.0.1:1/0")
    job = queue.enqueue("add_up", {"numbers": [1]}, by="lin")
    assert Jobs(store).get(job).state is JobState.QUEUED


@pytest.mark.parametrize("address", ["http://host/0", "redis.example", "redis://host:port/0"])
def test_an_address_that_is_none_of_redis_is_refused_without_telling_it(store, address):
    with pytest.raises(InputError, match="GRIDPLAN_QUEUE") as caught:
        Queue(store, address)
    assert address not in str(caught.value)
