"""The queue that wakes workers: huey on a SQLite file of its own beside the database. Only job ids travel through it."""

from __future__ import annotations

import json
import logging
import re
import signal
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from huey import SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer

from gridplan.jobs.rows import Jobs
from gridplan.model.errors import InputError
from gridplan.model.record import JobId
from gridplan.model.words import say
from gridplan.store.engine import private_file
from gridplan.store.repositories import Store

TASK = "run"
log = logging.getLogger(__name__)
_JOB_ID = re.compile(r"[0-9a-f]{32}")


class IdSerializer(Serializer):
    """Writes a message as JSON that holds nothing but a job's id. huey's own would unpickle whatever stands in the file."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps({"id": data.id, "job": data.args[0]}).encode()

    def _deserialize(self, data: bytes) -> Message:
        values = json.loads(bytes(data))
        job = values["job"]
        if not isinstance(job, str) or not _JOB_ID.fullmatch(job):
            raise ValueError("the queue holds something that is no job's id")
        return Message(id=str(values["id"]), name=f"{__name__}.{TASK}", args=(job,), kwargs={})


class Queue:
    """The queue of a store, in a private file beside the database. `enqueue` for those who ask for work, `consumer` for workers."""

    def __init__(self, store: Store) -> None:
        path = store.side_file(".queue")
        if path is None:
            raise InputError(say("jobs.in_memory"))
        self._jobs = Jobs(store)
        private_file(path)
        # huey opens its file with the standard library's SQLite, whose WAL may lose data: TRUNCATE.
        self._huey = SqliteHuey(
            "gridplan", filename=str(path), journal_mode="truncate", results=False, serializer=IdSerializer()
        )
        self._run: Callable[[JobId], None] | None = None

        def run(job_id: str) -> None:
            if self._run is not None:
                self._run(JobId(job_id))

        run.__module__ = __name__
        self._task = self._huey.task(name=TASK)(run)

    def enqueue(self, kind: str, payload: Mapping[str, Any], *, by: str) -> JobId:
        """Write down a job, wake a worker and return the job's id. Should the call be lost, a worker's sweep finds the job."""
        job_id = self._jobs.add(kind, payload, by=by)
        try:
            self.wake(job_id)
        except sqlite3.OperationalError:
            log.exception("job %s: could not wake a worker, the next sweep will", job_id)
        return job_id

    def wake(self, job_id: JobId) -> None:
        """Tell a worker that a job waits. Too many calls do no harm: a job is claimed once."""
        self._task(job_id)

    def pending(self) -> int:
        """Return how many wake-up calls nobody has answered yet."""
        return int(self._huey.pending_count())

    def consumer(self, run: Callable[[JobId], None], *, poll_s: float, stop_s: float) -> Consumer:
        """Return huey's consumer: one thread that calls `run` for each job. SIGTERM stops it within `stop_s` seconds."""
        self._run = run
        consumer = self._huey.create_consumer(
            workers=1,
            periodic=False,
            initial_delay=poll_s,
            max_delay=poll_s,
            scheduler_interval=60,
            graceful_signal="TERM",
            shutdown_timeout=stop_s,
        )
        # huey would start itself anew when its terminal is closed, and live on unseen.
        consumer._signal_actions[signal.SIGHUP] = consumer._signal_actions[signal.SIGTERM]
        return consumer

    def close(self) -> None:
        """Close the file."""
        self._huey.storage.close()
