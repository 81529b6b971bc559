"""A real worker with jobs of a few seconds that go on where a killed worker was: `python -m tests.bench.service._worker URL QUEUE`."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from gridplan.jobs.queue import Queue
from gridplan.jobs.rows import Jobs
from gridplan.jobs.work import Held, run_worker
from gridplan.model.record import Job
from gridplan.store.repositories import Store

STEP_S = 0.1


def walk(jobs: Jobs, job: Job, held: Held) -> Mapping[str, Any]:
    """Take the steps of the payload that were not taken before."""
    before = jobs.checkpoint(job.id) or {"step": 0}
    for step in range(int(before["step"]), job.payload["steps"]):
        held("improve", step, job.payload["steps"])
        time.sleep(STEP_S)
        held.keep({"step": step + 1}, [])
    return {"steps": job.payload["steps"], "attempt": job.attempts}


if __name__ == "__main__":
    with Store.open(sys.argv[1]) as store:
        run_worker(store, Queue(store, sys.argv[2]), {"walk": partial(walk, Jobs(store))})
