"""The worker: `python -m gridplan.worker [--db URL]` does the queue's jobs until it is told to stop. Run as many as you like."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from functools import partial

from gridplan.jobs.work import Handler, run_worker
from gridplan.model.errors import GridplanError
from gridplan.services.desk import Desk
from gridplan.services.field import changing
from gridplan.services.operation import background
from gridplan.services.operation.logs import start_log
from gridplan.services.plans import plan_trials, replanner
from gridplan.services.registry import importing, importing_run
from gridplan.services.rounds import drafting, province, trial_job


def handlers(desk: Desk) -> Mapping[str, Handler]:
    """Return what does each kind of job."""
    return {
        drafting.DRAFT: partial(drafting.run_draft, desk),
        replanner.REPLAN: partial(replanner.run_replan, desk),
        changing.CHANGE: partial(changing.run_change, desk),
        plan_trials.TRIAL: partial(plan_trials.run_trial, desk),
        importing.IMPORT: partial(importing_run.run_import, desk),
        province.DISTRICT: partial(province.run_district, desk),
        trial_job.TRIAL: partial(trial_job.run_trial, desk),
        background.IMPORT: partial(background.run_import, desk),
        background.LOCATE: partial(background.run_locate, desk),
        background.EXPORT: partial(background.run_export, desk),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Work until SIGTERM or Ctrl-C; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gridplan.worker", description=__doc__)
    parser.add_argument("--db", metavar="URL", help="the database (default: GRIDPLAN_DB, else var/gridplan.db)")
    options = parser.parse_args(arguments)
    start_log()
    try:
        desk = Desk.open(options.db)
    except GridplanError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    try:
        run_worker(desk.store, desk.queue, handlers(desk))
    finally:
        desk.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
