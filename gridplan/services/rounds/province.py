"""A province: the folders of many districts, each a job of a queue of its own, planned side by side by the queue's workers."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gridplan.jobs.rows import Jobs
from gridplan.jobs.work import Held
from gridplan.model.errors import InputError
from gridplan.model.plan import Verdict
from gridplan.model.progress import Progress, silent
from gridplan.model.record import Job, JobId, JobState
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.course import Course, effort_of
from gridplan.services.folders.folder import dump, run_folder
from gridplan.services.folders.parcels import packed, plain_paths, unpack
from gridplan.services.folders.placing import hash_folder
from gridplan.services.folders.planning import versions

DISTRICT = "district"
DATABASE = "province.db"
LOOK_S = 0.2
FIGURES = ("verdict", "visits", "planned", "unplanned", "team_days", "travel_min", "cost", "bound", "gap")
MOST_JOBS = 1_000_000


def plan_province(
    folders: Sequence[Path],
    out: Path,
    *,
    workers: int,
    seed: int | None = None,
    minutes: float | None = None,
    rounds: int | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Plan each folder into a folder of its name in `out`, `workers` processes side by side; return and write the summary.

    A district that fails does not stop the others. One whose inputs, seed and effort are as when it was planned is not planned
    again; one that was cut short is gone on with. Interrupted, the workers give their jobs back.
    """
    names = [folder.resolve().name for folder in folders]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(say("province.same_name", name=doubled[0]))
    for folder in folders:
        if not folder.is_dir():
            raise InputError(say("run.no_folder", folder=folder))
    url = f"sqlite:///{out.resolve() / DATABASE}"
    desk = Desk.open(url, create=True)
    try:
        jobs = Jobs(desk.store)
        effort = {"seed": seed, "minutes": minutes, "rounds": rounds}
        wanted = {
            name: _job_for(desk, jobs, folder.resolve(), out.resolve() / name, effort)
            for name, folder in zip(names, folders, strict=True)
        }
        _work(jobs, list(wanted.values()), url, workers, progress)
        rows = [_row(name, jobs.get(job)) for name, job in wanted.items()]
    finally:
        desk.close()
    summary = {"districts": rows, "total": _total(rows)}
    (out / "summary.json").write_bytes(dump(summary))
    return summary


def exit_code(summary: dict[str, Any]) -> int:
    """Return the gravest exit code of the districts: 2 where one failed, else 3, 4 or 0."""
    rows = summary["districts"]
    if any(row["verdict"] is None for row in rows):
        return InputError.exit_code
    codes = {Verdict(row["verdict"]).exit_code for row in rows}
    return 3 if 3 in codes else max(codes, default=0)


def start_district(
    desk: Desk,
    name: str,
    files: Mapping[str, bytes],
    *,
    by: str,
    seed: int | None = None,
    minutes: float | None = None,
    rounds: int | None = None,
) -> JobId:
    """Queue a district whose input folder travels with the job (`files` by their paths in it), for workers on other machines.

    The output folder comes back as one zip file of the job.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, whole=True)
    payload = {"name": name, "seed": seed, "minutes": minutes, "rounds": rounds}
    return desk.queue.enqueue(DISTRICT, payload, by=by, files=plain_paths(files))


def run_district(desk: Desk, job: Job, held: Held) -> dict[str, Any]:
    """Do the work of a district's job: its folder in, its output folder out; both travel with the job where it names none."""
    asked = job.payload
    if "folder" in asked:
        return _plan_district(desk, job, held, Path(asked["folder"]), Path(asked["out"]))
    with tempfile.TemporaryDirectory(prefix="gridplan-") as work:
        folder, out = Path(work) / "in", Path(work) / "out"
        unpack(held.given(), folder)
        figures = _plan_district(desk, job, held, folder, out)
        held.hand_over(f"{asked['name']}.zip", packed(out))
    return figures | {"file": f"{asked['name']}.zip"}


def _plan_district(desk: Desk, job: Job, held: Held, folder: Path, out: Path) -> dict[str, Any]:
    asked = job.payload
    course = Course(Jobs(desk.store), job, held)
    result = run_folder(
        folder,
        out,
        seed=asked["seed"],
        progress=held,
        effort=effort_of(minutes=asked["minutes"], rounds=asked["rounds"]),
        resume=course.resume,
        keep=course.keep,
    )
    return dict(result.summary["plan"])


def _job_for(desk: Desk, jobs: Jobs, folder: Path, out: Path, effort: dict[str, Any]) -> JobId:
    """Return the job that plans a folder as it is now: one that is done or under way, else a new one."""
    named = {"inputs": hash_folder(folder), "effort": effort, "gridplan": versions()["gridplan"]}
    digest = hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()
    payload = {"folder": str(folder), "out": str(out), "digest": digest} | effort
    same: JobId | None = None
    for job in jobs.list(kind=DISTRICT, limit=MOST_JOBS):
        if job.payload["out"] != str(out):
            continue
        whole = job.state is JobState.DONE and (out / "summary.json").is_file()
        if job.payload["digest"] == digest and (whole or not job.state.final):
            same = same or job.id
        elif not job.state.final:
            jobs.request_cancel(job.id, by=DISTRICT)
        if job.state is JobState.DONE:
            break  # what was written before that was written over
    return same or desk.queue.enqueue(DISTRICT, payload, by=DISTRICT)


def _work(jobs: Jobs, wanted: Sequence[JobId], url: str, workers: int, progress: Progress) -> None:
    """Keep worker processes at work until every job has ended."""
    command = [sys.executable, "-m", "gridplan.worker", "--db", url]
    running: list[subprocess.Popen[bytes]] = []
    try:
        while (open_ := sum(not jobs.get(job).state.final for job in wanted)) > 0:
            progress("districts", len(wanted) - open_, len(wanted))
            running = [worker for worker in running if worker.poll() is None]
            while len(running) < min(workers, open_):
                # Their words go nowhere: what went wrong stands in the job's row.
                running.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
            time.sleep(LOOK_S)
        progress("districts", len(wanted), len(wanted))
    finally:
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait()


def _row(name: str, job: Job) -> dict[str, Any]:
    """Return a district's line of the table; figures are None and the error says why where there is no plan."""
    result = job.result or {}
    error = {"zh": job.error.zh, "en": job.error.en} if job.error else None
    return {"district": name} | {key: result.get(key) for key in FIGURES} | {"error": error}


def _total(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    planned = [row for row in rows if row["verdict"]]
    sums = {
        key: round(sum(row[key] for row in planned), 2) for key in ("visits", "planned", "team_days", "cost", "bound")
    }
    return {"districts": len(rows), "failed": len(rows) - len(planned)} | sums
