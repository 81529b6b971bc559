"""The queue that wakes workers: huey on a SQLite file beside the database, or on Redis. Only job ids travel through it."""

from __future__ import annotations

import json
import logging
import re
import signal
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from huey import Huey, SqliteHuey
from huey.consumer import Consumer
from huey.exceptions import ConfigurationError
from huey.registry import Message
from huey.serializer import Serializer

from gridplan.jobs.rows import Jobs
from gridplan.model.errors import InputError
from gridplan.model.record import JobId
from gridplan.model.words import say
from gridplan.store.engine import private_file
from gridplan.store.repositories import Store

TASK = "run"
NAME = "gridplan"
REDIS = ("redis", "rediss", "unix")
REDIS_WAIT_S = 3
"""How long a page waits for a Redis that does not answer; the job is in the database by then."""
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
    """The queue of a store: `enqueue` for those who ask for work, `consumer` for workers.

    `address` is that of a Redis (`redis://:password@host:6379/0`), which workers on many machines can reach. Without one the queue
    is a file beside the database; workers on other machines then find their jobs by looking into the database.
    """

    def __init__(self, store: Store, address: str = "") -> None:
        self._jobs = Jobs(store)
        self.redis = bool(address)
        """Whether the queue is in a Redis; where it is not, `path` is its file."""
        self.path: Path | None = None
        if self.redis:
            self._huey = _in_redis(address)
        else:
            self.path = _beside(store)
            self._huey = _in_file(self.path)
        self._run: Callable[[JobId], None] | None = None

        def run(job_id: str) -> None:
            if self._run is not None:
                self._run(JobId(job_id))

        run.__module__ = __name__
        self._task = self._huey.task(name=TASK)(run)

    def enqueue(
        self,
        kind: str,
        payload: Mapping[str, Any],
        *,
        by: str,
        files: Mapping[str, bytes] | None = None,
        alone: Collection[str] = (),
    ) -> JobId:
        """Write down a job as `Jobs.add` does, wake a worker and return the job's id.

        Should the call be lost, a worker's sweep finds the job.
        """
        job_id = self._jobs.add(kind, payload, by=by, files=files, alone=alone)
        self.wake(job_id)
        return job_id

    def wake(self, job_id: JobId) -> None:
        """Tell a worker that a job waits. Too many calls do no harm: a job is claimed once. Nor does one that gets lost."""
        try:
            self._task(job_id)
        except Exception:  # of SQLite, of Redis, of the network: the job stands in the database, which is what counts
            log.exception("job %s: could not wake a worker, the next sweep will", job_id)

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
        """Close the file, or the connections."""
        if self.redis:
            self._huey.storage.pool.disconnect()
        else:
            self._huey.storage.close()


def _beside(store: Store) -> Path:
    path = store.side_file(".queue")
    if path is None:
        raise InputError(say("jobs.in_memory"))
    return path


def _in_file(path: Path) -> Huey:
    private_file(path)
    # huey opens its file with the standard library's SQLite, whose WAL may lose data: TRUNCATE.
    return SqliteHuey(NAME, filename=str(path), journal_mode="truncate", results=False, serializer=IdSerializer())


def _in_redis(address: str) -> Huey:
    parts = urlsplit(address)
    if parts.scheme not in REDIS:
        raise InputError(say("jobs.bad_queue", known="、".join(f"{scheme}://" for scheme in REDIS)))
    try:
        from huey import RedisHuey

        # A Redis that hangs must not hang the page that asks for work.
        waits = {"socket_timeout": str(REDIS_WAIT_S), "socket_connect_timeout": str(REDIS_WAIT_S)}
        query = urlencode(waits | dict(parse_qsl(parts.query)))
        return RedisHuey(NAME, url=urlunsplit(parts._replace(query=query)), results=False, serializer=IdSerializer())
    except (ImportError, ConfigurationError) as error:
        raise InputError(say("jobs.no_redis")) from error
    except ValueError as error:
        raise InputError(say("jobs.bad_queue", known="、".join(f"{scheme}://" for scheme in REDIS))) from error
