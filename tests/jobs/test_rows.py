"""The job row is the truth: one holder at a time, and every job ends once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gridplan.jobs.rows import MAX_ATTEMPTS, Jobs
from gridplan.jobs.work import run_job
from gridplan.model.errors import NotFound
from gridplan.model.record import JobId, JobState
from gridplan.store.repositories import Store
from tests.jobs.worker import HANDLERS

EXPIRED_S = -1.0


@pytest.fixture
def jobs(database) -> Iterator[Jobs]:
    with Store.open(database, create=True) as store:
        yield Jobs(store)


@pytest.fixture
def job(jobs: Jobs) -> JobId:
    """A job that waits."""
    return jobs.add("add_up", {"numbers": [1, 2]}, by="lin")


def run(jobs: Jobs, job: JobId) -> None:
    """Do a job here and now."""
    run_job(jobs, job, HANDLERS, worker="w1", stopping=threading.Event())


def test_a_job_waits_until_somebody_takes_it(jobs, job):
    row = jobs.get(job)
    assert (row.state, row.payload, row.created_by, row.attempts) == (JobState.QUEUED, {"numbers": [1, 2]}, "lin", 0)
    assert jobs.list(kind="add_up") == (row,)
    assert jobs.list(kind="draft") == ()


def test_a_job_is_claimed_once(jobs, job):
    assert jobs.claim(job, "w1", lease_s=30) is not None
    assert jobs.claim(job, "w2", lease_s=30) is None


def test_a_job_that_ran_has_its_result(jobs, job):
    run(jobs, job)
    row = jobs.get(job)
    assert (row.state, row.result, row.error) == (JobState.DONE, {"sum": 3}, None)
    assert row.started is not None and row.finished is not None and row.started <= row.finished


def test_an_expired_lease_puts_the_job_back_and_the_first_worker_keeps_nothing(jobs, job):
    jobs.claim(job, "w1", lease_s=EXPIRED_S)
    assert jobs.sweep() == (job,)
    jobs.claim(job, "w2", lease_s=30)
    assert not jobs.finish(job, "w1", {"sum": 1})
    assert jobs.cancel_asked(job, "w1") is None
    assert jobs.beat(job, "w1", lease_s=30, stage="read", done=1, total=2, text=None) is None
    assert jobs.finish(job, "w2", {"sum": 2})
    assert not jobs.finish(job, "w2", {"sum": 3})
    assert jobs.get(job).result == {"sum": 2}


def test_a_lease_that_holds_is_left_alone(jobs, job):
    jobs.claim(job, "w1", lease_s=30)
    assert jobs.sweep() == ()
    assert jobs.get(job).state is JobState.RUNNING


def test_a_beat_renews_the_lease(jobs, job):
    jobs.claim(job, "w1", lease_s=EXPIRED_S)
    assert jobs.beat(job, "w1", lease_s=30, stage="read", done=1, total=2, text=None) is False
    assert jobs.sweep() == ()


def test_a_job_that_kills_its_workers_is_given_up(jobs, job):
    for _ in range(MAX_ATTEMPTS):
        assert jobs.claim(job, "w1", lease_s=EXPIRED_S) is not None
        waiting = jobs.sweep()
    assert waiting == ()
    row = jobs.get(job)
    assert row.state is JobState.FAILED
    assert row.error is not None and f"中断了 {MAX_ATTEMPTS} 次" in row.error.zh


def test_a_job_given_back_is_not_counted_as_tried(jobs, job):
    jobs.claim(job, "w1", lease_s=30)
    assert jobs.put_back(job, "w1")
    assert (jobs.get(job).state, jobs.get(job).attempts) == (JobState.QUEUED, 0)


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(jobs, job):
    assert jobs.request_cancel(job, by="lin").state is JobState.CANCELLED
    run(jobs, job)
    assert jobs.get(job).state is JobState.CANCELLED


def test_a_job_to_be_cancelled_whose_worker_died_is_cancelled(jobs, job):
    jobs.claim(job, "w1", lease_s=EXPIRED_S)
    assert jobs.request_cancel(job, by="lin").state is JobState.RUNNING
    assert jobs.sweep() == ()
    assert jobs.get(job).state is JobState.CANCELLED


def test_a_finished_job_cannot_be_cancelled_any_more(jobs, job):
    run(jobs, job)
    assert jobs.request_cancel(job, by="lin").state is JobState.DONE


def test_a_fault_in_the_program_tells_no_details(jobs):
    for kind in ("broken", "unspeakable"):
        job = jobs.add(kind, {}, by="lin")
        run(jobs, job)
        row = jobs.get(job)
        assert row.state is JobState.FAILED
        assert row.error is not None and job in row.error.zh and "secret" not in row.error.en


def test_an_error_for_people_is_told_as_it_is(jobs):
    job = jobs.add("refuse", {}, by="lin")
    run(jobs, job)
    assert jobs.get(job).error == ("没有检查组", "there are no teams")


def test_a_kind_that_nobody_can_do_is_refused_by_name(jobs):
    job = jobs.add("dance", {}, by="lin")
    run(jobs, job)
    row = jobs.get(job)
    assert row.state is JobState.FAILED
    assert row.error is not None and "dance" in row.error.zh


def test_a_job_that_does_not_exist_is_not_found(jobs):
    with pytest.raises(NotFound):
        jobs.get(JobId("0" * 32))
    with pytest.raises(NotFound):
        jobs.request_cancel(JobId("0" * 32), by="lin")


def test_a_job_that_ends_while_somebody_cancels_it_stays_as_it_ended(jobs):
    for n in range(10):
        job = jobs.add("add_up", {"numbers": [n]}, by="lin")
        jobs.claim(job, "w1", lease_s=30)
        start = threading.Barrier(2)

        def finish(job: JobId = job, start: threading.Barrier = start) -> bool:
            start.wait()
            return jobs.finish(job, "w1", {"sum": 1})

        def cancel(job: JobId = job, start: threading.Barrier = start) -> None:
            start.wait()
            jobs.request_cancel(job, by="lin")

        with ThreadPoolExecutor(2) as pool:
            kept, asked = pool.submit(finish), pool.submit(cancel)
            asked.result(timeout=60)
            assert kept.result(timeout=60)
        assert (jobs.get(job).state, jobs.get(job).result) == (JobState.DONE, {"sum": 1})


def test_of_many_workers_one_gets_the_job(jobs, job):
    start = threading.Barrier(6)

    def claim(number: int) -> bool:
        start.wait()
        return jobs.claim(job, f"w{number}", lease_s=30) is not None

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(claim, range(6))) == 1
    assert jobs.get(job).attempts == 1


def test_sweepers_at_once_put_a_job_back_once(jobs):
    lost = [jobs.add("add_up", {"numbers": [n]}, by="lin") for n in range(5)]
    for job in lost:
        jobs.claim(job, "w1", lease_s=EXPIRED_S)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: jobs.sweep(), range(4)))
    assert all(set(waiting) == set(lost) for waiting in found)
    assert {jobs.get(job).attempts for job in lost} == {1}
