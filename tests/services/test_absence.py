"""A team that is missing, a day that is lost and a team that joins change the plan and reach those concerned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridplan.model.crew import TeamId
from gridplan.model.errors import Conflict, InputError
from gridplan.model.plan import Promise, Verdict, Violation
from gridplan.model.words import Text
from gridplan.services.field.absence import news_of
from gridplan.services.field.evening import next_plan
from gridplan.services.plans import publishing
from gridplan.services.plans.handing import notices_for
from gridplan.services.plans.replanner import replan_round


@pytest.fixture
def office(street_office):
    return street_office


def test_what_a_missing_team_had_is_made_on_another_day_and_it_is_told(office):
    first, team = office.days[0], office.plan.teams[0]
    visits = set(office.on(first))
    news = news_of(office.desk, office.round, absent=[f"{team.name}:{first}"])
    done = next_plan(office.desk, office.round, as_of=first, by="lin", news=news)
    assert done.head is not None
    assert office.on(first) == []
    assert visits <= {stop.visit for route in office.plan.routes for stop in route.stops}
    assert any(str(first.day) in str(one["text"]) for one in notices_for(office.desk, "wang", first))


def test_nothing_lies_on_a_lost_day(office):
    first = office.days[0]
    news = news_of(office.desk, office.round, lost=[first.isoformat()])
    assert next_plan(office.desk, office.round, as_of=first, by="lin", news=news).head is not None
    assert office.on(first) == []


def test_a_new_team_may_take_what_a_missing_one_had(office):
    first, team = office.days[0], office.plan.teams[0]
    other = replace(team, id=TeamId("T9"), name="九组", members=tuple(replace(m, id=f"{m.id}-9") for m in team.members))
    with office.desk.store.transaction() as t:
        t.teams.replace([team, other])
    span = f"{office.plan.round.workdays[0]}..{office.plan.round.workdays[-1]}"
    news = news_of(office.desk, office.round, absent=[f"T1:{span}"], joins=["九组"])
    assert next_plan(office.desk, office.round, as_of=first, by="lin", news=news).head is not None
    assert {route.team for route in office.plan.routes} == {"T9"}
    with pytest.raises(InputError):
        news_of(office.desk, office.round, joins=["九组"])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"absent": ["T1"]}, "看不懂"),
        ({"absent": ["T7:2026-12-03"]}, "T7"),
        ({"absent": ["T1:2027-01-01"]}, "不在本轮"),
        ({"lost": ["2026-12-05"]}, "不在本轮"),
        ({"joins": ["T7"]}, "T7"),
    ],
)
def test_what_cannot_be_meant_is_said(office, asked, told):
    with pytest.raises(InputError, match=told):
        news_of(office.desk, office.round, **asked)


def test_a_plan_that_falls_short_is_published_only_knowingly_and_the_log_says_by_how_much(office):
    days = office.plan.round.workdays
    news = news_of(office.desk, office.round, lost=[day.isoformat() for day in days])
    made, found = replan_round(office.desk, office.round, by="lin", as_of=office.days[0], news=news)
    assert found.plan.unplanned
    with pytest.raises(Conflict):
        publishing.publish(office.desk, made.id, by="lin")
    publishing.publish(office.desk, made.id, by="lin", knowing=True)
    with office.desk.store.reading() as t:
        short = next(entry for entry in t.audit.list() if entry.what == "plan.short")
    assert short.detail["unplanned"] == len(found.plan.unplanned)


def test_a_plan_that_breaks_anything_else_is_never_published(office):
    with office.desk.store.reading() as t:
        head = t.plans.published(office.round)
        plan = t.plans.plan(head.id)
    broken = replace(
        plan,
        as_of=office.days[0],
        verdict=Verdict.BROKEN,
        violations=(Violation(promise=Promise.OPENING, where="V-1", by=1, unit="min", text=Text("没开门", "shut")),),
    )
    assert not broken.falls_short
