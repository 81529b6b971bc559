"""Imports, locating and exports as jobs: each happens once, whatever became of the worker."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from gridplan.jobs.rows import IN, Jobs
from gridplan.jobs.work import run_job
from gridplan.model.errors import Conflict, InputError
from gridplan.model.record import JobId, JobState
from gridplan.services.desk import Desk
from gridplan.services.operation import background
from gridplan.worker import handlers

MINI = Path(__file__).parents[1] / "data" / "mini"
FILES = {str(path.relative_to(MINI)): path.read_bytes() for path in MINI.rglob("*") if path.is_file()}


@pytest.fixture
def desk(tmp_path):
    opened = Desk.open(f"sqlite:///{tmp_path}/a.db", create=True)
    yield opened
    opened.close()


def work(desk: Desk, job: JobId, worker: str = "w1") -> None:
    run_job(Jobs(desk.store), job, handlers(desk), worker=worker, stopping=threading.Event())


def sites(desk: Desk) -> int:
    with desk.store.reading() as t:
        return len(t.sites.list())


def test_an_import_and_a_locating_run_as_jobs(desk):
    jobs = Jobs(desk.store)
    job = background.start_import(desk, ("sites", "areas"), FILES, by="lin", name="九月")
    work(desk, job)
    assert jobs.get(job).state is JobState.DONE and sites(desk) == 7
    assert jobs.files(job, IN) == {}  # what was read is in the register
    located = background.start_locate(desk, by="lin")
    work(desk, located)
    assert jobs.get(located).result["counts"]["located"] == 6


def test_a_part_that_a_dead_worker_had_imported_is_not_imported_again(desk):
    jobs = Jobs(desk.store)
    work(desk, background.start_import(desk, ("areas", "sites"), FILES, by="lin"))
    job = background.start_import(desk, ("areas", "sites"), FILES, by="lin")

    class Died(BaseException):
        pass

    class Held:
        """A worker that dies after the last part was kept."""

        def given(self):
            return jobs.files(job, IN)

        def __call__(self, stage, done, total, text=None):
            if done == total:
                raise Died

    with pytest.raises(Died):
        background.run_import(desk, jobs.get(job), Held())
    with desk.store.reading() as t:
        before = t.snapshots.newest()
    work(desk, job, "w2")
    assert jobs.get(job).result["counts"]["sites"]["kept"] == 7
    with desk.store.reading() as t:
        assert t.snapshots.newest() == before  # an undo finds what was before the import, not the import


def test_a_second_import_is_refused_while_one_is_under_way(desk):
    background.start_import(desk, ("sites",), FILES, by="lin")
    with pytest.raises(Conflict, match="正在进行"):
        background.start_import(desk, ("sites",), FILES, by="zhao")
    with pytest.raises(Conflict, match="正在进行"):
        background.start_locate(desk, by="zhao")


@pytest.mark.parametrize("path", ["../evil", "/etc/passwd", "a/../../b", "..\\evil"])
def test_a_file_cannot_be_put_outside_the_folder(desk, path):
    with pytest.raises(InputError, match="不能用"):
        background.start_import(desk, ("sites",), {path: b""}, by="lin")


def test_an_import_that_failed_is_tried_again_with_its_files(desk):
    jobs = Jobs(desk.store)
    job = background.start_import(desk, ("sites",), {"sites.csv": FILES["sites.csv"]}, by="lin")
    work(desk, job)
    row = jobs.get(job)
    assert row.state is JobState.FAILED and "round.toml" in row.error.zh
    again = jobs.again(job, by="lin")
    assert jobs.files(again, IN) == {"sites.csv": FILES["sites.csv"]}
