"""What a monitoring program asks for, as Prometheus' text: jobs, workers, the queue, room on the disk. No names, no places."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from gridplan.jobs.rows import Jobs
from gridplan.jobs.workers import Workers
from gridplan.model.errors import GridplanError
from gridplan.model.record import JobState
from gridplan.services.desk import Desk

Labels = Mapping[str, str]


def metric(name: str, kind: str, words: str, samples: Iterable[tuple[Labels, float]], ending: str = "") -> str:
    """Return one metric in Prometheus' text format; label values are escaped as it wants."""
    lines = [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]
    lines += [sample(name + ending, labels, value) for labels, value in samples]
    return "\n".join(lines) + "\n"


def sample(name: str, labels: Labels, value: float) -> str:
    """Return one line of a metric."""
    inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def healthy(desk: Desk) -> bool:
    """Whether the database answers."""
    try:
        desk.district()
    except (SQLAlchemyError, GridplanError, OSError):
        return False
    return True


def desk_metrics(desk: Desk) -> str:
    """Return what the database and the machine tell."""
    jobs = Jobs(desk.store)
    live = jobs.list(live=True, limit=10_000)
    states = Counter(job.state for job in live)
    waiting = [job.created for job in live if job.state is JobState.QUEUED]
    oldest = (datetime.now(UTC) - min(waiting)).total_seconds() if waiting else 0.0
    folder = desk.store.path.parent if desk.store.path else Path()
    return "".join(
        (
            metric(
                "gridplan_jobs",
                "gauge",
                "Jobs that wait or run.",
                [({"state": state.value}, states[state]) for state in (JobState.QUEUED, JobState.RUNNING)],
            ),
            metric("gridplan_job_oldest_wait_seconds", "gauge", "How long the oldest job has waited.", [({}, oldest)]),
            metric(
                "gridplan_workers",
                "gauge",
                "Workers that spoke a short while ago.",
                [({}, sum(worker.alive for worker in Workers(desk.store).list()))],
            ),
            metric(
                "gridplan_disk_free_bytes",
                "gauge",
                "Room left where the database is.",
                [({}, shutil.disk_usage(folder or ".").free)],
            ),
        )
    )
