"""Long work beside drafts as jobs of the queue: import a part of the register, locate its sites, export a plan's books."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridplan.jobs.rows import OUT, Jobs
from gridplan.jobs.work import Held
from gridplan.model.errors import InputError, NotFound
from gridplan.model.progress import to_the_end
from gridplan.model.record import Job, JobId, PlanId
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.parcels import packed, plain_paths, unpack
from gridplan.services.registry import register
from gridplan.services.reporting.report import export_plan

IMPORT, LOCATE, EXPORT = "import", "locate", "export"
_NEEDS = {"areas": Right.CHANGE_AREAS, "teams": Right.CHANGE_CREWS}
"""What somebody must be allowed to do to import a part; every other is of the sites."""


def start_import(desk: Desk, parts: tuple[str, ...], files: Mapping[str, bytes], *, by: str, name: str = "") -> JobId:
    """Queue the import of parts of the register (`areas`, `sites`, …) from the files of an input folder, by their paths in it.

    `name` is what the folder is called where people read of the import.

    Raises
    ------
    InputError
        There is no such part, or a path leads out of the folder.
    Conflict
        An import or a locating is under way.
    """
    if unknown := [part for part in parts if part not in register.IMPORTS]:
        raise InputError(say("jobs.no_part", part=unknown[0], known="、".join(register.IMPORTS)))
    with desk.store.reading() as t:
        for part in parts:
            ask(t, by, _NEEDS.get(part, Right.CHANGE_SITES), whole=True)
    payload = {"parts": [part for part in register.IMPORTS if part in parts], "name": name.replace("/", "_")[:80]}
    return desk.queue.enqueue(IMPORT, payload, by=by, files=plain_paths(files), alone=(IMPORT, LOCATE))


def start_locate(desk: Desk, *, by: str) -> JobId:
    """Queue the locating of every site of the register; Conflict while an import or a locating is under way."""
    with desk.store.reading() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
    return desk.queue.enqueue(LOCATE, {}, by=by, alone=(IMPORT, LOCATE))


def start_export(desk: Desk, plan_id: int, *, by: str) -> JobId:
    """Queue the books of a stored plan (tables, routes, map) as one zip file; one that is under way already is meant again."""
    with desk.store.reading() as t:
        head = t.plans.get(PlanId(plan_id))
        ask(t, by, Right.PLAN, stored=t.rounds.get(head.round_id), hidden=True)
    for job in Jobs(desk.store).list(kind=EXPORT, live=True):
        if job.payload["plan_id"] == plan_id and job.created_by == by:
            return job.id
    return desk.queue.enqueue(EXPORT, {"plan_id": plan_id}, by=by)


def run_import(desk: Desk, job: Job, held: Held) -> dict[str, Any]:
    """Do the work of an import job. A part that was kept before its worker died is not imported again: an undo must find what
    was before.
    """
    parts: list[str] = job.payload["parts"]
    counts: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="gridplan-") as work:
        # The folder's name goes into the list of imports, in the transaction of the import: by it an attempt before is known.
        folder = Path(work) / (f"{job.payload['name']} #{job.id[:8]}".strip())
        unpack(held.given(), folder)
        for number, part in enumerate(parts):
            held("read", number, len(parts), say(f"jobs.part_{part}"))
            with desk.store.reading() as t:
                latest = t.imports.latest(part)
            kept = latest is not None and latest.file == folder.name
            counts[part] = dict(
                latest.counts if kept and latest else register.IMPORTS[part](desk, folder, by=job.created_by)
            )
    to_the_end(held)("read", len(parts), len(parts))
    return {"counts": counts}


def run_locate(desk: Desk, job: Job, held: Held) -> dict[str, Any]:
    """Do the work of a locating job; run twice it leaves the same."""
    return {"counts": register.locate_sites(desk, by=job.created_by, progress=held)}


def run_export(desk: Desk, job: Job, held: Held) -> dict[str, Any]:
    """Do the work of an export job: the plan, its certificate and what people read, in one zip file that goes with the job."""
    plan_id = PlanId(job.payload["plan_id"])
    held("write", 0, 2)
    with desk.store.reading() as t:
        head = t.plans.get(plan_id)
    with tempfile.TemporaryDirectory(prefix="gridplan-") as work:
        out = Path(work) / "out"
        export_plan(desk, plan_id, out, by=job.created_by)
        held("write", 1, 2)
        body = packed(out)
    file = f"plan-{head.round_id}-v{head.number}.zip"
    held.hand_over(file, body)
    to_the_end(held)("write", 2, 2)
    return {"file": file, "bytes": len(body)}


def fetch_file(desk: Desk, job_id: str, *, by: str) -> tuple[str, bytes]:
    """Return name and content of the file that a job made for `by`; that it was fetched is written down.

    Raises
    ------
    NotFound
        There is no such job, it made no file, it was somebody else's, or the file is gone after a week.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN)
    jobs = Jobs(desk.store)
    job = jobs.get(JobId(job_id))
    made = jobs.files(job.id, OUT) if job.created_by == by and job.result else {}
    if not made:
        raise NotFound(say("jobs.no_file"))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN)
        t.audit.add(by, "job.fetch", f"job/{job.id}", {"kind": job.kind})
    return next(iter(made.items()))
