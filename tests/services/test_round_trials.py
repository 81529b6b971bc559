"""A change tried in earnest leaves no plan; a draft that is thrown away leaves none either."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from gridplan.model.errors import Conflict
from gridplan.model.record import JobState
from gridplan.model.words import Text
from gridplan.rounds.visits import make_visits
from gridplan.services.rounds import drafting, trial_job, trying
from gridplan.services.rounds.round_form import form_of
from tests.services.drafting import ENDLESS, DraftOffice

LABEL = Text("加 1 个组", "1 more team")


@pytest.fixture
def office(tmp_path) -> Iterator[DraftOffice]:
    opened = DraftOffice(tmp_path, f"sqlite:///{tmp_path / 'office.db'}")
    yield opened
    opened.close()


def plans(office: DraftOffice) -> int:
    with office.desk.store.reading() as t:
        return len(t.plans.list(office.round))


def form(office: DraftOffice, **more: object) -> dict[str, object]:
    with office.desk.store.reading() as t:
        return form_of(t.rounds.get(office.round).round) | more


def test_a_remedy_is_tried_as_a_job_and_shows_its_figures(office):
    job = trial_job.start_trial(office.desk, office.round, form(office, copies=1), label=LABEL, by="lin")
    with pytest.raises(Conflict):
        trial_job.start_trial(office.desk, office.round, form(office), label=LABEL, by="lin")
    office.worker()
    row = office.wait(job, lambda job: job.state.final)
    assert row.state is JobState.DONE and row.result and row.result["visits"] == 30
    (shown,) = trial_job.trials(office.desk, office.round)
    assert shown["label"] == LABEL and shown["tone"] == "yes" and "30 家全部排入" in shown["text"].zh
    assert plans(office) == 0


def test_a_draft_is_thrown_away_when_asked(office):
    job = drafting.start_draft(office.desk, office.round, by="lin", rounds=ENDLESS)
    office.worker()
    office.wait(job, lambda job: bool(job.course))
    drafting.cancel_job(office.desk, job, by="lin", discard=True)
    while not (row := office.jobs.get(job)).state.final:  # a job that is thrown away ends with its reason
        time.sleep(0.05)
    assert row.state is JobState.CANCELLED and plans(office) == 0


def test_the_estimate_and_the_diagnosis_see_the_same_round(office):
    trial = trying.open_trial(office.desk, form(office), round_id=office.round)
    quick, careful = trying.answer(trial), trying.careful_answer(trial)
    assert quick["figures"]["visits"] == careful["figures"]["visits"] == 30
    # What the diagnosis learnt of travel holds for the next count.
    again = trying.answer(trying.open_trial(office.desk, form(office), round_id=office.round))
    assert abs(again["verdict"]["use"] - careful["verdict"]["use"]) < 0.02


def test_the_visits_of_a_trial_are_those_that_are_drafted(office):
    wanted = form(office, minutes={"childcare": 45})
    trial = trying.open_trial(office.desk, wanted, round_id=office.round)
    made = make_visits(trial.round, trial.register.sites, trial.asked.extra, trial.crews)
    assert trying.visits_of(trial).visits == made.visits
    assert {visit.minutes for visit in made.visits} == {45}


def test_a_register_that_changed_is_read_again(office):
    before = trying.open_trial(office.desk, form(office), round_id=office.round)
    with office.desk.store.transaction() as t:
        t.sites.replace(list(t.sites.list())[:10])
        t.audit.add("test", "sites.test", "sites")
    after = trying.open_trial(office.desk, form(office), round_id=office.round)
    assert len(before.register.sites) == 30 and len(after.register.sites) == 0  # none of them is placed any more
