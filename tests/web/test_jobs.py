"""The page of jobs: what is seen, cancelled, tried again and fetched."""

from __future__ import annotations

import re
import threading
import zipfile
from io import BytesIO

import pytest

from gridplan.jobs.rows import Jobs
from gridplan.jobs.work import run_job
from gridplan.model.record import JobId, JobState
from gridplan.model.words import say
from gridplan.services.operation import background
from gridplan.worker import handlers
from tests.web.conftest import Office, token


@pytest.fixture
def jobs(office: Office) -> Jobs:
    return Jobs(office.desk.store)


def work(office: Office, job: JobId) -> None:
    """Do a job here and now."""
    run_job(Jobs(office.desk.store), job, handlers(office.desk), worker="w", stopping=threading.Event())


def post(client, path: str):
    """Send a form of one button."""
    return client.post(path, data={"csrf_token": token(client)})


def row_of(page: str, job: JobId) -> str:
    """Return the row of a job in the tables."""
    found = re.search(rf'<tr data-job="{job}">.*?</tr>', page, re.S)
    assert found, job
    return found[0]


def test_a_waiting_job_is_seen_and_cancelled(office, jobs):
    client = office.client("planner")
    job = jobs.add("locate", {}, by="planner")
    assert "排队中" in row_of(client.get("/jobs").text, job)
    assert post(client, f"/jobs/{job}/stop").location == "/jobs"
    assert "已取消" in row_of(client.get("/jobs").text, job)


def test_a_job_that_failed_says_why_and_its_number_and_is_tried_again_once(office, jobs):
    client = office.client("planner")
    job = jobs.add("locate", {"this": "one"}, by="planner")
    jobs.claim(job, "w", lease_s=30)
    jobs.fail(job, "w", say("jobs.broke", job=job))
    row = row_of(client.get("/jobs").text, job)
    assert "程序内部出错" in row and job[:8] in row and "重试" in row
    for _ in range(2):
        assert post(client, f"/jobs/{job}/again").status_code == 302
    again = [one for one in jobs.list(kind="locate", live=True) if one.payload == {"this": "one"}]
    assert len(again) == 1
    assert jobs.get(job).state is JobState.FAILED
    jobs.request_cancel(again[0].id, by="planner")


def test_a_job_that_is_done_is_not_done_again(office, jobs):
    job = jobs.add("locate", {"that": "one"}, by="planner")
    jobs.claim(job, "w", lease_s=30)
    jobs.finish(job, "w", {})
    assert post(office.client("planner"), f"/jobs/{job}/again").status_code == 409


def test_progress_is_told_in_the_readers_language(office, jobs):
    client = office.client("planner")
    job = jobs.add("locate", {}, by="planner")
    jobs.claim(job, "w", lease_s=30)
    jobs.beat(job, "w", lease_s=30, stage="locate", done=3, total=7, text=None)
    row = row_of(client.get("/jobs/table").text, job)
    assert "落点 3/7" in row and 'max="7" value="3"' in row
    client.post("/language/en", data={"csrf_token": token(client)})
    assert "locating 3/7" in row_of(client.get("/jobs/table").text, job)
    jobs.cancelled(job, "w")


def test_tables_in_which_nothing_changed_are_not_sent_again(office, jobs):
    client = office.client("planner")
    first = client.get("/jobs/table")
    asked = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/jobs/table", headers=asked).status_code == 304
    job = jobs.add("locate", {}, by="planner")
    assert client.get("/jobs/table", headers=asked).status_code == 200
    jobs.request_cancel(job, by="planner")


def test_it_is_said_that_no_worker_runs(office):
    assert "没有工作进程在运行" in office.client("planner").get("/jobs").text


def test_an_export_is_fetched_by_who_asked_for_it_only(office, jobs):
    client = office.client("planner")
    for _ in range(2):  # a second click is the same export
        assert post(client, f"/plans/{office.head.id}/export").location == "/jobs"
    (job,) = jobs.list(kind="export", live=True)
    work(office, job.id)
    link = re.search(r'href="(/jobs/[0-9a-f]+/file)"', row_of(client.get("/jobs").text, job.id))
    assert link
    answer = client.get(link[1])
    with office.desk.store.reading() as t:
        document = t.plans.document(office.head.id)
        assert t.audit.list(object=f"job/{job.id}")[0].what == "job.fetch"
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert {"plan.json", "certificate.json", "plan.xlsx", "routes.geojson", "map.html"} <= set(archive.namelist())
        assert archive.read("plan.json").decode() == document
    with pytest.raises(Exception, match="不是您要的"):
        background.fetch_file(office.desk, job.id, by="somebody")


def test_names_on_the_page_run_no_script(office, jobs):
    job = jobs.add("import", {"parts": ["sites"], "name": "<script>alert(1)</script>"}, by="<b>x</b>")
    page = office.client("planner").get("/jobs").text
    assert "<script>alert(1)" not in page and "<b>x</b>" not in page
    jobs.request_cancel(job, by="planner")
