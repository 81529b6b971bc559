"""The real worker with a short lease, run as a process by the tests: `python -m tests.services.worker URL`."""

from __future__ import annotations

import sys

from gridplan.jobs.work import run_worker
from gridplan.services.desk import Desk
from gridplan.worker import handlers

if __name__ == "__main__":
    desk = Desk.open(sys.argv[1])
    run_worker(desk.store, desk.queue, handlers(desk), lease_s=2, sweep_s=0.3)
