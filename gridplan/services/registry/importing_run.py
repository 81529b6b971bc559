"""The import as a job: lists read, sites located, and the register replaced in one transaction, whole or not at all."""

from __future__ import annotations

from typing import Any

from gridplan.jobs.rows import Jobs
from gridplan.jobs.work import Held
from gridplan.model.errors import Conflict
from gridplan.model.record import Job, JobId, JobState
from gridplan.model.release import CHINA
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.placing import place_sites
from gridplan.services.registry.importing import job_of, start
from gridplan.services.registry.importing_look import look, read_draft, sums
from gridplan.services.registry.register import keep_places
from gridplan.services.registry.site_edits import with_edits
from gridplan.store.intake import IntakeDrafts, SiteEdits


def start_import(desk: Desk, draft_id: str, *, version: int, base: str, by: str) -> JobId:
    """Queue the import when nothing must be settled first. Raises `Conflict` as `importing.start` does."""
    with desk.store.reading() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
    if not look(desk, draft_id)["can_run"]:
        raise Conflict(say("importing.blocked"))
    return start(desk, draft_id, version=version, base=base, by=by)


def run_import(desk: Desk, job: Job, held: Held) -> dict[str, Any]:
    """Do the work of an import job; run twice, or cut short anywhere, it leaves one import or none.

    Raises
    ------
    Conflict
        The register was changed since the planner saw the sums; nothing was written.
    """
    with desk.store.reading() as t:
        draft = IntakeDrafts(t.connection).get(str(job.payload["draft"]))
        edits = SiteEdits(t.connection).list()
    if draft.state == "done":  # a worker was cut short after it had written all
        return dict(draft.result or {})
    held("read", 0, 2)
    register, basis = read_draft(desk, draft)
    held("read", 1, 2)
    sites = tuple(with_edits(register.sites, edits))
    network = desk.network()
    held("read", 2, 2)
    placement = place_sites(basis.round, sites, basis.areas, basis.gazetteer, held, basis.decisions, network)
    held("write", 0, 1)
    counts = {
        "rows": register.rows,
        "kept": len(register.sites),
        "merged": register.merged,
        "rejected": len(register.rejected),
        "complaints": len(register.complaints),
    }
    names = "、".join(name for name, _ in draft.files)
    with desk.store.transaction() as t:
        ask(t, job.created_by, Right.CHANGE_SITES, whole=True)
        drafts = IntakeDrafts(t.connection)
        if drafts.mark() != job.payload["base"]:
            last = drafts.newest_run()
            by = last[0] if last else ""
            at = last[1].astimezone(CHINA).strftime("%m-%d %H:%M") if last else "—"
            raise Conflict(say("importing.register_moved", by=by, at=at))
        t.snapshots.take("import", by=job.created_by)
        t.sites.replace(sites)
        known = {pair.keys for pair in t.pairs.list()}
        for one in draft.settings.get("pairs", ()):
            keys = (one["keys"][0], one["keys"][1])
            if keys not in known:
                t.pairs.add(keys, (one["names"][0], one["names"][1]), bool(one["same"]), by=job.created_by)
        t.imports.add("sites", names[:300], by=job.created_by, counts=counts, complaints=register.complaints)
        placed = keep_places(t, placement, by=job.created_by)
        located = {key: placed[key] for key in ("located", "review", "rejected")}
        result = {**sums(register), "register": len(sites), **{f"place_{key}": count for key, count in located.items()}}
        drafts.change(draft.id, state="done", result=result, job=job.id)
        drafts.sweep()
    return result


def progress(desk: Desk, draft_id: str, language: str) -> dict[str, Any]:
    """Return how far the import is, in the reader's language."""
    with desk.store.reading() as t:
        draft = IntakeDrafts(t.connection).get(draft_id)
    job = job_of(desk, draft)
    if job is None:
        return {"state": "none", "done": 0, "total": 0, "text": ""}
    stage = say(f"progress.{job.stage}").of(language) if job.stage else ""
    text = f"{stage} {job.done:,} / {job.total:,}" if stage else say(f"jobs.{job.state.value}").of(language)
    if job.state is JobState.RUNNING and job.cancel:
        text = say("importing.stopping").of(language)
    if job.error:
        text = job.error.of(language)
    return {"state": job.state.value, "done": job.done, "total": job.total, "text": text}


def cancel(desk: Desk, draft_id: str, *, by: str) -> None:
    """Ask the import to stop; nothing of it is written then."""
    with desk.store.reading() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        draft = IntakeDrafts(t.connection).get(draft_id)
    if draft.job:
        Jobs(desk.store).request_cancel(JobId(draft.job), by=by)
