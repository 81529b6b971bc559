"""The worker's loop: claims a job, runs its handler with progress, cancel and a lease, and writes down how it ended."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Protocol, Self

from gridplan.jobs.queue import Queue
from gridplan.jobs.rows import IN, Jobs
from gridplan.jobs.workers import Workers
from gridplan.model.errors import Cancelled, GridplanError
from gridplan.model.progress import Progress
from gridplan.model.record import Job, JobId
from gridplan.model.words import Text, say
from gridplan.store.repositories import Store


class Held(Progress, Protocol):
    """What a handler reports to: its progress, and now and then what it should not do again."""

    def keep(self, state: Mapping[str, Any], course: Sequence[Any]) -> None:
        """Hand over a checkpoint and the course so far (plain JSON values); they are written down soon.

        The job's next worker finds the last one with `Jobs.checkpoint`.
        """
        ...

    def given(self) -> Mapping[str, bytes]:
        """Return the files that came with the job, by name."""
        ...

    def hand_over(self, name: str, content: bytes) -> None:
        """Keep a file that the job made, for whoever asked for it."""
        ...


Handler = Callable[[Job, Held], Mapping[str, Any]]
"""Does one kind of job and returns its result as plain JSON values. It may be run again after a crash: effects once only."""

LEASE_S = 6.0
SWEEP_S = 1.0
"""What a dead worker had is taken over after a lease and a sweep at most. A lease is renewed after a third of it."""
SEEN_S = 5.0
BEAT_S = 0.5
LISTEN_S = 0.25
"""How often a worker asks whether its job was cancelled."""
STOP_S = 10.0
log = logging.getLogger(__name__)


class _Lost(BaseException):
    """The worker stops or another one has the job; no `except Exception` of a handler may swallow it."""


class _Held:
    """A claimed job: the handler's `Progress`, and a thread that renews the lease and writes the progress down."""

    def __init__(self, jobs: Jobs, job_id: JobId, worker: str, lease_s: float, stopping: threading.Event) -> None:
        self._jobs, self._job_id, self._worker, self._lease_s = jobs, job_id, worker, lease_s
        self._stopping = stopping
        self._done = threading.Event()
        self._cancel = threading.Event()
        self.lost = threading.Event()
        self._seen: tuple[str, int, int, Text | None] = ("", 0, 0, None)
        self._kept: tuple[Mapping[str, Any], Sequence[Any]] | None = None
        self._thread = threading.Thread(target=self._beat, name=f"beat-{job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        self._write_kept()

    def __call__(self, stage: str, done: int, total: int, text: Text | None = None) -> None:
        """Take note of the progress; stop the handler when somebody asked for it or the worker ends."""
        self._seen = (stage, int(done), int(total), text)
        if self._cancel.is_set():
            raise Cancelled(say("jobs.cancelled"))
        if self._stopping.is_set() or self.lost.is_set():
            raise _Lost

    def keep(self, state: Mapping[str, Any], course: Sequence[Any]) -> None:
        """Take note of a checkpoint: the thread writes it, so that the handler need not wait for the disk."""
        self._kept = (state, course)

    def given(self) -> Mapping[str, bytes]:
        """Return the files that came with the job, by name."""
        return self._jobs.files(self._job_id, IN)

    def hand_over(self, name: str, content: bytes) -> None:
        """Keep a file that the job made, in place of one of that name."""
        if not self._jobs.put_file(self._job_id, self._worker, name, content):
            raise _Lost

    def _write_kept(self) -> None:
        """Write the newest checkpoint down; what fails is tried again at the next beat, unless there is a newer one."""
        kept, self._kept = self._kept, None
        if kept is not None:
            try:
                self._jobs.keep(self._job_id, self._worker, *kept)
            except Exception:
                log.exception("job %s: could not write its checkpoint", self._job_id)
                self._kept = self._kept or kept

    def _beat(self) -> None:
        """Listen for a cancel; at most twice a second write progress where there is some; renew the lease in time."""
        written, wrote, kept = self._seen, time.monotonic(), time.monotonic()
        while not self._done.wait(LISTEN_S):
            seen, idle_s = self._seen, time.monotonic() - wrote
            try:
                if (seen != written and idle_s >= BEAT_S) or idle_s >= self._lease_s / 3:
                    stage, done, total, text = seen
                    asked = self._jobs.beat(
                        self._job_id,
                        self._worker,
                        lease_s=self._lease_s,
                        stage=stage,
                        done=done,
                        total=total,
                        text=text,
                    )
                    written, wrote = seen, time.monotonic()
                else:
                    asked = self._jobs.cancel_asked(self._job_id, self._worker)
            except Exception:
                # A busy or full disk may pass; if it does not, the lease runs out and another worker takes over.
                log.exception("job %s: could not write its progress", self._job_id)
                continue
            if asked is None:
                self.lost.set()
                return
            if asked:
                self._cancel.set()
            if time.monotonic() - kept >= BEAT_S:
                self._write_kept()
                kept = time.monotonic()


def run_job(
    jobs: Jobs,
    job_id: JobId,
    handlers: Mapping[str, Handler],
    *,
    worker: str,
    stopping: threading.Event,
    lease_s: float = LEASE_S,
) -> None:
    """Claim one job and run it to its end; nothing happens when it does not wait."""
    job = jobs.claim(job_id, worker, lease_s=lease_s)
    if job is not None:
        _run_claimed(jobs, job, handlers, worker=worker, stopping=stopping, lease_s=lease_s)


def _run_claimed(
    jobs: Jobs,
    job: Job,
    handlers: Mapping[str, Handler],
    *,
    worker: str,
    stopping: threading.Event,
    lease_s: float,
) -> None:
    job_id = job.id
    handler = handlers.get(job.kind)
    if handler is None:
        jobs.fail(job_id, worker, say("jobs.unknown_kind", kind=job.kind))
        return
    log.info("job %s: %s begins (attempt %d)", job_id, job.kind, job.attempts)
    try:
        with _Held(jobs, job_id, worker, lease_s, stopping) as held:
            result = handler(job, held)
        kept = jobs.finish(job_id, worker, result)
    except _Lost:
        jobs.put_back(job_id, worker)
    except Cancelled:
        jobs.cancelled(job_id, worker)
    except GridplanError as error:
        jobs.fail(job_id, worker, error.text)
    except Exception:
        log.exception("job %s: broke", job_id)
        jobs.fail(job_id, worker, say("jobs.broke", job=job_id))
    else:
        log.info("job %s: %s", job_id, "done" if kept else "lost to another worker, its result is dropped")


def run_worker(
    store: Store,
    queue: Queue,
    handlers: Mapping[str, Handler],
    *,
    lease_s: float = LEASE_S,
    sweep_s: float = SWEEP_S,
    stop_s: float = STOP_S,
) -> None:
    """Work until SIGTERM or SIGINT. Must run in the main thread of its process; any number of processes may work side by side.

    The running job is then put back at its next progress call; one that makes none within `stop_s` seconds is left to its
    lease.
    """
    worker = f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    jobs, stopping = Jobs(store), threading.Event()
    here = Workers(store)

    def run(_: JobId) -> None:
        # Whichever job the call was for, the one that has waited longest comes first; what a dead worker had is older.
        while not consumer.stop_flag.is_set() and (job := jobs.claim_next(worker, lease_s=lease_s)) is not None:
            _run_claimed(jobs, job, handlers, worker=worker, stopping=consumer.stop_flag, lease_s=lease_s)

    def sweep() -> None:
        seen = -SEEN_S
        while True:
            try:
                if time.monotonic() - seen >= SEEN_S:
                    here.seen(worker)
                    seen = time.monotonic()
                waiting = jobs.sweep()
                if not queue.pending():  # else somebody will come to them, and the queue need not grow
                    for job_id in waiting:
                        queue.wake(job_id)
            except Exception:
                log.exception("could not sweep")
            if stopping.wait(sweep_s):
                return

    consumer = queue.consumer(run, poll_s=LISTEN_S, stop_s=stop_s)
    sweeper = threading.Thread(target=sweep, name="sweep", daemon=True)
    sweeper.start()
    try:
        consumer.run()
        # Ctrl-C does not wait by itself; a job that hears of the end within this time is put back.
        for _, thread in consumer.worker_threads:
            thread.join(stop_s)
    finally:
        stopping.set()
        sweeper.join()
        with suppress(Exception):  # a database that is away: the worker counts as gone after a while
            here.gone(worker)
