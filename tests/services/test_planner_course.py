"""A long draft as a job: its course is told, a cancel keeps the best plan, and a killed worker's plan is gone on with."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from gridplan.model.plan import Verdict
from gridplan.model.record import Job, JobId, JobState
from gridplan.routing.names import Kept
from gridplan.routing.search.improve import Effort
from gridplan.routing.solve import draft_plan
from gridplan.services.folders.course import MOST_POINTS, Point, effort_of, orders_from_json, orders_to_json, thinned
from gridplan.services.rounds import drafting, round_page
from tests.routing.mission import mission
from tests.services.drafting import ENDLESS, DraftOffice


@pytest.fixture
def office(database, tmp_path, monkeypatch) -> Iterator[DraftOffice]:
    monkeypatch.setenv("GRIDPLAN_VAR", str(tmp_path))
    opened = DraftOffice(tmp_path, database)
    yield opened
    opened.close()


def bounded(job: Job) -> bool:
    """Whether cost, bound and gap are known and the search is told of: the course is written by a thread of its own."""
    return bool(job.course) and job.course[-1][2] is not None and job.stage == "improve"


def begin(office: DraftOffice) -> JobId:
    """Queue a draft that would go on for days."""
    return drafting.start_draft(office.desk, office.round, by="lin", rounds=ENDLESS)


def test_the_course_tells_cost_bound_and_gap_in_both_languages(office):
    job = begin(office)
    office.worker()
    office.wait(job, bounded)
    view = round_page.job_view(office.desk, job, "en")
    costs = [cost for _, cost, *_ in view["course"]]
    assert costs == sorted(costs, reverse=True)
    seconds, cost, bound, gap, planned, team_days = view["course"][-1]
    assert planned == 30 and 0 < team_days <= 30
    bounds = [bound for _, _, bound, *_ in view["course"] if bound is not None]
    assert bounds == sorted(bounds)
    assert seconds >= 0 and 0 < bound <= cost and 0 <= gap < 1
    assert f"bound {bound:,.0f} min, gap ≤ {gap:.1%}" in view["course_text"]
    assert "下界" in round_page.job_view(office.desk, job, "zh")["course_text"]
    assert "best so far" in view["text"] and view["total"] == 100


def test_a_cancel_keeps_the_best_plan_and_says_so(office):
    job = begin(office)
    office.worker()
    searching = office.wait(job, bounded)
    drafting.cancel_job(office.desk, job, by="lin")
    assert searching.done < searching.total / 100  # it is stopped long before its effort is spent
    row = office.wait(job, lambda job: job.state.final)
    assert row.state is JobState.DONE and row.result and row.result["stopped"]
    with office.desk.store.reading() as t:
        plan = t.plans.plan(row.result["plan_id"])
    assert plan.verdict is Verdict.KEPT and plan.violations == () and plan.figures.planned == 30
    assert any("stopped early" in note.en for note in plan.notes)
    assert drafting.check(office.desk, row.result["plan_id"]) == ()
    assert "kept" in round_page.job_view(office.desk, job, "en")["text"]
    assert office.jobs.checkpoint(job) is None


def test_the_next_worker_goes_on_where_a_killed_one_was(office):
    job = begin(office)
    first = office.worker()
    before = office.wait(job, bounded)
    first.send_signal(signal.SIGKILL)
    first.wait()
    before = office.jobs.get(job)
    left = office.jobs.checkpoint(job)
    assert left and left["orders"]
    office.worker()
    after = office.wait(job, lambda job: job.attempts == 2 and len(job.course) > len(before.course))
    new = after.course[len(before.course)]
    assert new[1] <= before.course[-1][1] and new[0] >= before.course[-1][0]
    now = office.jobs.checkpoint(job)
    assert now and now["price"] <= left["price"]


def test_orders_survive_as_plain_values():
    told: list[Kept] = []
    draft_plan(mission(30, teams=2), seed=1, effort=Effort(rounds=2000), keep=told.append, tries=0)
    assert orders_from_json(orders_to_json(told[0].orders)) == told[0].orders


def test_a_long_course_is_thinned_and_keeps_both_ends():
    points = [Point(float(n), float(5000 - n)) for n in range(MOST_POINTS + 1)]
    few = thinned(points)
    assert len(few) <= MOST_POINTS and (few[0], few[-1]) == (points[0], points[-1])


def test_minutes_are_processor_seconds_and_nothing_said_is_the_usual_effort():
    assert effort_of(minutes=2) == Effort(cpu_s=120)
    assert effort_of(rounds=7) == Effort(rounds=7)
    assert effort_of() is None
