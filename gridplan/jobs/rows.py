"""The job row: who has a job, until when, how far it is and how it ended. A worker holds a job by a lease it must renew."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, literal, or_, select, update

from gridplan.model.errors import Conflict, NotFound
from gridplan.model.record import Job, JobId, JobState
from gridplan.model.words import Text, say
from gridplan.store.repositories import Store
from gridplan.store.tables import checkpoint, job_file
from gridplan.store.tables import job as table

MAX_ATTEMPTS = 5
"""A job that was cut short so often probably kills its worker: it is given up."""
BLOCKED_S = 2.0
"""Who waited so long for the database knows nothing of leases: nobody could renew one meanwhile."""
KEPT_DAYS = 7
"""So long the files of a job are kept."""
IN, OUT = "in", "out"
"""The two kinds of files of a job: what it reads, what it made."""
_LIVE = [state.value for state in JobState if not state.final]
_FINAL = [state.value for state in JobState if state.final]


class Jobs:
    """The jobs of a store. What a worker says of a job counts only while it holds it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self,
        kind: str,
        payload: Mapping[str, Any],
        *,
        by: str,
        files: Mapping[str, bytes] | None = None,
        alone: Collection[str] = (),
    ) -> JobId:
        """Write down a job that waits for a worker, with the files it is to read, and return its id.

        Raises
        ------
        Conflict
            A job of one of the kinds `alone` is under way.
        """
        with self._store.transaction(beside=not alone) as tx:
            run = tx.connection.execute
            if alone and run(select(table.c.id).where(table.c.kind.in_(alone), table.c.state.in_(_LIVE))).first():
                raise Conflict(say("jobs.busy"))
            job_id = _add(tx.connection, kind, payload, by)
            for name, content in (files or {}).items():
                run(insert(job_file).values(job_id=job_id, side=IN, name=name, content=content))
            tx.audit.add(by, "job.add", f"job/{job_id}", {"kind": kind})
        return job_id

    def again(self, job_id: JobId, *, by: str) -> JobId:
        """Write down a job that failed or was cancelled once more, as a new one, and return its id.

        Asked twice, the job that waits or runs already is meant.

        Raises
        ------
        Conflict
            The job is under way, or is done.
        """
        with self._store.transaction() as tx:
            run = tx.connection.execute
            job = _get(tx.connection, job_id)
            if job.state not in (JobState.FAILED, JobState.CANCELLED):
                raise Conflict(say("jobs.not_again"))
            same = select(table).where(table.c.kind == job.kind, table.c.state.in_(_LIVE))
            for other in run(same):
                if other.payload == job.payload:
                    return JobId(other.id)
            new = _add(tx.connection, job.kind, job.payload, by)
            kept = select(literal(str(new)), job_file.c.side, job_file.c.name, job_file.c.content)
            given = kept.where(job_file.c.job_id == job_id, job_file.c.side == IN)
            run(insert(job_file).from_select(["job_id", "side", "name", "content"], given))
            tx.audit.add(by, "job.again", f"job/{new}", {"of": job_id})
        return new

    def get(self, job_id: JobId) -> Job:
        """Return a job, or raise `NotFound`."""
        with self._store.reading() as tx:
            return _get(tx.connection, job_id)

    def list(
        self, *, kind: str | None = None, limit: int = 50, skip: int = 0, live: bool | None = None
    ) -> tuple[Job, ...]:
        """Return the newest jobs first: of one kind, only those under way (`live`) or only those that ended, where asked."""
        query = select(table).order_by(table.c.created.desc(), table.c.id).limit(limit).offset(skip)
        if kind is not None:
            query = query.where(table.c.kind == kind)
        if live is not None:
            query = query.where(table.c.state.in_(_LIVE if live else _FINAL))
        with self._store.reading() as tx:
            return tuple(_job(row) for row in tx.connection.execute(query))

    def claim(self, job_id: JobId, worker: str, *, lease_s: float) -> Job | None:
        """Take a waiting job for `lease_s` seconds; None when it is not waiting (any more)."""
        with self._store.transaction(beside=True) as tx:
            return _claim(tx.connection, table.c.id == job_id, worker, lease_s)

    def claim_next(self, worker: str, *, lease_s: float) -> Job | None:
        """Take the job that has waited longest for `lease_s` seconds; None when none waits."""
        # Of those who ask at once each gets another job, where the database can tell them apart (PostgreSQL).
        first = (
            select(table.c.id)
            .where(table.c.state == JobState.QUEUED.value)
            .order_by(table.c.created, table.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._store.reading() as tx:
            if not _waiting_ids(tx.connection):
                return None  # asked often and mostly in vain: that should keep no writer waiting
        with self._store.transaction(beside=True) as tx:
            return _claim(tx.connection, table.c.id == first.scalar_subquery(), worker, lease_s)

    def cancel_asked(self, job_id: JobId, worker: str) -> bool | None:
        """Return whether somebody asked to stop the job; None when `worker` has lost it."""
        with self._store.reading() as tx:
            return tx.connection.execute(select(table.c.cancel).where(*_held(job_id, worker))).scalar()

    def beat(
        self, job_id: JobId, worker: str, *, lease_s: float, stage: str, done: int, total: int, text: Text | None
    ) -> bool | None:
        """Renew the lease and write the progress. Return as `cancel_asked` does."""
        with self._store.transaction(beside=True) as tx:
            return tx.connection.execute(
                update(table)
                .where(*_held(job_id, worker))
                .values(
                    lease_until=_now(tx.connection) + timedelta(seconds=lease_s),
                    stage=stage,
                    done=done,
                    total=total,
                    text=list(text) if text else None,
                )
                .returning(table.c.cancel)
            ).scalar()

    def keep(self, job_id: JobId, worker: str, state: Mapping[str, Any], course: Sequence[Any]) -> bool:
        """Keep a checkpoint (plain JSON values) from which the job can go on, in place of the one before, and its course.

        False when `worker` has lost the job: nothing is kept then.
        """
        with self._store.transaction(beside=True) as tx:
            run = tx.connection.execute
            held = run(update(table).where(*_held(job_id, worker)).values(course=list(course)).returning(table.c.id))
            if held.first() is None:
                return False
            run(delete(checkpoint).where(checkpoint.c.job_id == job_id))
            run(insert(checkpoint).values(job_id=job_id, state=dict(state), at=datetime.now(UTC)))
            return True

    def checkpoint(self, job_id: JobId) -> Mapping[str, Any] | None:
        """Return the checkpoint that a worker left, or None; a job that has ended has none."""
        with self._store.reading() as tx:
            state = tx.connection.execute(select(checkpoint.c.state).where(checkpoint.c.job_id == job_id)).scalar()
        return dict(state) if state is not None else None

    def put_file(self, job_id: JobId, worker: str, name: str, content: bytes) -> bool:
        """Keep a file that a job made, in place of one of that name. False when `worker` has lost the job."""
        with self._store.transaction(beside=True) as tx:
            run = tx.connection.execute
            held = run(select(table.c.id).where(*_held(job_id, worker)).with_for_update()).first()
            if held is None:
                return False
            run(delete(job_file).where(*_file(job_id, OUT), job_file.c.name == name))
            run(insert(job_file).values(job_id=job_id, side=OUT, name=name, content=content))
            return True

    def files(self, job_id: JobId, side: str) -> dict[str, bytes]:
        """Return the files that a job reads (`IN`) or made (`OUT`), by name; they are kept for `KEPT_DAYS`."""
        query = select(job_file.c.name, job_file.c.content).where(*_file(job_id, side)).order_by(job_file.c.name)
        with self._store.reading() as tx:
            return {row.name: row.content for row in tx.connection.execute(query)}

    def request_cancel(self, job_id: JobId, *, by: str, discard: bool = False) -> Job:
        """Ask to stop a job and return it: a waiting one ends at once, a running one soon, a finished one stays as it is.

        `discard` notes in its payload that nothing of its work is wanted.
        """
        with self._store.transaction(beside=True) as tx:
            job = _get(tx.connection, job_id, lock=True)
            if not job.state.final:
                waiting = job.state is JobState.QUEUED
                values = _end(JobState.CANCELLED, error=say("jobs.cancelled")) if waiting else {}
                if discard:
                    values["payload"] = {**job.payload, "discard": True}
                tx.connection.execute(update(table).where(table.c.id == job_id).values(cancel=True, **values))
                tx.audit.add(by, "job.cancel", f"job/{job_id}")
                _forget(tx.connection)
            return _get(tx.connection, job_id)

    def finish(self, job_id: JobId, worker: str, result: Mapping[str, Any]) -> bool:
        """End a job with its result. False when `worker` has lost it: the result is not kept then."""
        return self._end_held(job_id, worker, _end(JobState.DONE, result=result))

    def fail(self, job_id: JobId, worker: str, error: Text) -> bool:
        """End a job with an error that a person reads. False when `worker` has lost it."""
        return self._end_held(job_id, worker, _end(JobState.FAILED, error=error))

    def cancelled(self, job_id: JobId, worker: str) -> bool:
        """End a job that stopped on request. False when `worker` has lost it."""
        return self._end_held(job_id, worker, _end(JobState.CANCELLED, error=say("jobs.cancelled")))

    def put_back(self, job_id: JobId, worker: str) -> bool:
        """Give a job back because the worker stops; it does not count as an attempt. False when `worker` has lost it."""
        values = _waiting() | {"attempts": table.c.attempts - 1}
        return self._end_held(job_id, worker, values)

    def sweep(self) -> tuple[JobId, ...]:
        """Put back the jobs whose lease has run out, and return all that wait, oldest first.

        One that was to be cancelled is cancelled; one that was cut short `MAX_ATTEMPTS` times has failed.
        """
        with self._store.reading() as tx:
            expired = (table.c.state == JobState.RUNNING.value, table.c.lease_until < _now(tx.connection))
            lost = tx.connection.execute(select(table.c.id).where(*expired)).first()
            waiting = _waiting_ids(tx.connection)
        if lost is None:
            return waiting
        asked = time.monotonic()
        with self._store.transaction(beside=True) as tx:
            run = tx.connection.execute
            if time.monotonic() - asked > BLOCKED_S:
                return waiting  # a long import held the database: those who live renew their leases first
            run(
                update(table)
                .where(*expired, table.c.cancel)
                .values(_end(JobState.CANCELLED, error=say("jobs.cancelled")))
            )
            gave_up = _end(JobState.FAILED, error=say("jobs.gave_up", attempts=MAX_ATTEMPTS))
            run(update(table).where(*expired, table.c.attempts >= MAX_ATTEMPTS).values(gave_up))
            run(update(table).where(*expired).values(_waiting()))
            _forget(tx.connection)
            return _waiting_ids(tx.connection)

    def _end_held(self, job_id: JobId, worker: str, values: Mapping[str, Any]) -> bool:
        with self._store.transaction(beside=True) as tx:
            ended = tx.connection.execute(
                update(table).where(*_held(job_id, worker)).values(**values).returning(table.c.id)
            ).first()
            _forget(tx.connection)
            return ended is not None


def _now(connection: Connection) -> datetime:
    """Return the moment by which leases are measured: the server's clock where machines share one, else this machine's."""
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    told = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return cast(datetime, told).astimezone(UTC)


def _add(connection: Connection, kind: str, payload: Mapping[str, Any], by: str) -> JobId:
    job_id = JobId(uuid.uuid4().hex)
    connection.execute(
        insert(table).values(
            id=job_id,
            kind=kind,
            state=JobState.QUEUED.value,
            stage="",
            done=0,
            total=0,
            cancel=False,
            attempts=0,
            worker="",
            payload=dict(payload),
            created_by=by,
            created=_now(connection),
        )
    )
    return job_id


def _claim(connection: Connection, which: ColumnElement[bool], worker: str, lease_s: float) -> Job | None:
    now = _now(connection)
    row = connection.execute(
        update(table)
        .where(which, table.c.state == JobState.QUEUED.value)
        .values(
            state=JobState.RUNNING.value,
            worker=worker,
            lease_until=now + timedelta(seconds=lease_s),
            attempts=table.c.attempts + 1,
            started=now,
        )
        .returning(*table.c)
    ).first()
    return _job(row) if row else None


def _file(job_id: JobId, side: str) -> tuple[Any, ...]:
    return (job_file.c.job_id == job_id, job_file.c.side == side)


def _held(job_id: JobId, worker: str) -> tuple[Any, ...]:
    return (table.c.id == job_id, table.c.worker == worker, table.c.state == JobState.RUNNING.value)


def _forget(connection: Connection) -> None:
    """Throw away the checkpoints of jobs that have ended, what jobs that are done have read, and files that nobody fetched."""
    final = select(table.c.id).where(table.c.id == checkpoint.c.job_id, table.c.state.in_(_FINAL))
    connection.execute(delete(checkpoint).where(final.exists()))
    mine = select(table.c.id).where(table.c.id == job_file.c.job_id)
    read = mine.where(table.c.state == JobState.DONE.value, job_file.c.side == IN)
    old = mine.where(table.c.finished < datetime.now(UTC) - timedelta(days=KEPT_DAYS))
    connection.execute(delete(job_file).where(or_(read.exists(), old.exists())))


def _waiting() -> dict[str, Any]:
    return {"state": JobState.QUEUED.value, "worker": "", "lease_until": None}


def _end(state: JobState, *, result: Mapping[str, Any] | None = None, error: Text | None = None) -> dict[str, Any]:
    return {
        "state": state.value,
        "worker": "",
        "lease_until": None,
        "result": dict(result) if result is not None else None,
        "error": list(error) if error else None,
        "finished": datetime.now(UTC),
    }


def _waiting_ids(connection: Connection) -> tuple[JobId, ...]:
    query = select(table.c.id).where(table.c.state == JobState.QUEUED.value).order_by(table.c.created, table.c.id)
    return tuple(JobId(found) for found in connection.execute(query).scalars())


def _get(connection: Connection, job_id: JobId, *, lock: bool = False) -> Job:
    """Return a job; with `lock` its worker cannot end it before the transaction does."""
    query = select(table).where(table.c.id == job_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound(say("jobs.no_job", job=job_id))
    return _job(row)


def _job(row: Row[Any]) -> Job:
    return Job(
        id=JobId(row.id),
        kind=row.kind,
        state=JobState(row.state),
        stage=row.stage,
        done=row.done,
        total=row.total,
        text=Text(*row.text) if row.text else None,
        cancel=row.cancel,
        attempts=row.attempts,
        payload=row.payload,
        result=row.result,
        error=Text(*row.error) if row.error else None,
        created_by=row.created_by,
        created=row.created,
        started=row.started,
        finished=row.finished,
        course=tuple(row.course or ()),
    )
