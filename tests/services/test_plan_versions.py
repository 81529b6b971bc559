"""Two versions side by side, who changed what, remedies tried and a team that joins, all on stored plans."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from gridplan.jobs.rows import Jobs
from gridplan.jobs.work import run_job
from gridplan.model.errors import Conflict, InputError
from gridplan.model.record import JobState
from gridplan.services.plans import plan_editing as editing
from gridplan.services.plans import plan_trials, plan_versions, publishing, replanner
from gridplan.services.rounds.drafting import check
from gridplan.worker import handlers
from tests.services.plan_office import plan_office
from tests.services.test_plan_editing import onto


@pytest.fixture
def office(tmp_path):
    made = plan_office(tmp_path)
    yield made
    made.desk.close()


def worked(desk, job):
    """Do a job here and return its row."""
    run_job(Jobs(desk.store), job, handlers(desk), worker="test", stopping=threading.Event())
    return Jobs(desk.store).get(job)


def left_out(office, count=1):
    """Save a version in which some visits are left out."""
    version, id = 0, office.head.id
    for stop in office.plan.routes[0].stops[:count]:
        now = editing.edit(office.desk, id, {"kind": "leave_out", "visit": stop.visit}, version=version, by="lin")
        version = now.copy.version
    return editing.save(office.desk, id, version=version, by="lin", with_breaches=True)


def test_each_change_is_told_with_both_places_and_a_reason(office):
    moved = editing.edit(office.desk, office.head.id, onto(office, 0), version=0, by="lin")
    head = editing.save(office.desk, office.head.id, version=moved.copy.version, by="lin", with_breaches=True)
    view = plan_versions.comparison(office.desk, office.head.id, head.id, by="lin")
    (row,) = view["rows"]
    assert row["kind"] == "moved" and "第1天" in row["was"].zh and "第2天" in row["now"].zh and row["why"].zh
    assert sum(cell["n"] for team in view["matrix"]["teams"] for cell in team["cells"]) == 2
    assert view["told"]["count"] == 2 and "v2" in view["sentence"].zh
    same = plan_versions.comparison(office.desk, office.head.id, office.head.id, by="lin")
    assert same["rows"] == []


def test_a_stop_that_only_changes_its_order_is_told_once(office):
    route = office.plan.routes[0]
    step = {"kind": "move", "visit": route.stops[4].visit, "team": route.team, "date": route.date.isoformat()}
    editing.edit(office.desk, office.head.id, step | {"shift": route.shift, "position": 1}, version=0, by="lin")
    view = plan_versions.comparison(office.desk, office.head.id, office.head.id, by="lin", mine=True)
    assert [row["kind"] for row in view["rows"]] == ["order"]


def test_who_changed_what_is_told_over_all_versions(office):
    head = left_out(office)
    told = plan_versions.history(office.desk, head.id, "zh")
    assert next(one["who"] for one in told if one["version"] == 1) == "林知夏"
    assert any("撤下" in one["text"] for one in told)


def test_plans_of_two_rounds_are_not_compared(office, tmp_path):
    with pytest.raises(InputError):
        _other_round(office)


def _other_round(office):
    with office.desk.store.transaction() as t:
        stored = t.rounds.get(office.round_id)
        other = t.rounds.add(replace(stored.round, name="另一轮"), by="lin")
        document, certificate = t.plans.document(office.head.id), t.plans.certificate(office.head.id)
        head = t.plans.add_draft(other.id, office.plan, document=document, certificate=certificate, by="lin")
    plan_versions.comparison(office.desk, office.head.id, head.id, by="lin")


def test_a_remedy_is_tried_and_kept_only_when_asked(office):
    head = left_out(office, 2)
    job = plan_trials.start_trial(office.desk, head.id, "teams", 1, by="lin")
    with pytest.raises(Conflict):
        plan_trials.start_trial(office.desk, head.id, "days", 1, by="lin")
    row = worked(office.desk, job)
    assert row.state is JobState.DONE and row.result["unplanned"] == [2, 0]
    assert "增 1 组" in plan_trials.job_told(office.desk, job, "zh")["text"]
    with office.desk.store.reading() as t:
        assert len(t.plans.list(office.round_id)) == 2
    kept = worked(office.desk, plan_trials.start_trial(office.desk, head.id, "teams", 1, by="lin", keep=True))
    assert check(office.desk, kept.result["plan_id"]) == ()


def test_a_trial_takes_what_is_not_saved_yet(office):
    step = {"kind": "leave_out", "visit": office.plan.visits[0].id}
    editing.edit(office.desk, office.head.id, step, version=0, by="lin")
    row = worked(office.desk, plan_trials.start_trial(office.desk, office.head.id, "teams", 1, by="lin"))
    assert row.result["unplanned"] == [1, 0]
    other = worked(office.desk, plan_trials.start_trial(office.desk, office.head.id, "teams", 1, by="gao"))
    assert other.result["unplanned"] == [0, 0]


@pytest.mark.parametrize(("kind", "change"), [("days", 1), ("minutes_per_day", 30), ("shift", 1), ("tail", 1)])
def test_every_remedy_of_the_page_can_be_tried(office, kind, change):
    head = left_out(office)
    row = worked(office.desk, plan_trials.start_trial(office.desk, head.id, kind, change, by="lin"))
    assert row.state is JobState.DONE, row.error


@pytest.mark.parametrize(("kind", "change"), [("filter", 1), ("nonsense", 1), ("teams", 0), ("teams", 999)])
def test_what_cannot_be_tried_is_refused(office, kind, change):
    with pytest.raises(InputError):
        plan_trials.start_trial(office.desk, office.head.id, kind, change, by="lin")


def test_a_team_that_joins_takes_part_in_a_replan(office):
    publishing.publish(office.desk, office.head.id, by="lin")
    first = office.plan.round.workdays[0]
    job = replanner.start_replan(
        office.desk, office.round_id, by="lin", as_of=first, without=["T2"], joined=["T1"], dial="best"
    )
    row = worked(office.desk, job)
    assert row.state is JobState.DONE, row.error
    plan = editing.working(office.desk, row.result["plan_id"], by="lin").plan
    assert "T1+1" in {team.id for team in plan.teams}
    assert "T2" not in {route.team for route in plan.routes}
    assert check(office.desk, row.result["plan_id"]) == ()
