"""A real worker with small jobs, run as a process by the tests: `python -m tests.jobs.worker URL [QUEUE]`."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

from gridplan.jobs.queue import Queue
from gridplan.jobs.work import run_worker
from gridplan.model.errors import InputError
from gridplan.model.progress import Progress
from gridplan.model.record import Job
from gridplan.model.words import Text
from gridplan.store.repositories import Store


def add_up(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Add the numbers of the payload."""
    numbers = job.payload["numbers"]
    for done in range(len(numbers)):
        progress("read", done, len(numbers))
    return {"sum": sum(numbers)}


def forever(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Never end unless told to."""
    while True:
        progress("tours", 3, 10, Text("第三步", "step three"))
        time.sleep(0.02)


def stumble(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Never end the first time, end at once the second."""
    return forever(job, progress) if job.attempts == 1 else {"attempt": job.attempts}


def broken(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Break as only a fault in the program does."""
    raise ZeroDivisionError("secret detail")


def refuse(job: Job, progress: Progress) -> Mapping[str, Any]:
    """End with an error for people."""
    raise InputError(Text("没有检查组", "there are no teams"))


def unspeakable(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Return what no JSON can hold."""
    return {"thing": object()}


HANDLERS = {handler.__name__: handler for handler in (add_up, forever, stumble, broken, refuse, unspeakable)}

if __name__ == "__main__":
    with Store.open(sys.argv[1]) as store:
        run_worker(store, Queue(store, *sys.argv[2:]), HANDLERS, lease_s=2, sweep_s=0.3)
