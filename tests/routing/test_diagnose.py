"""What is said before any search: why a visit fits nowhere, and what is proven."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gridplan.model.crew import TeamId
from gridplan.model.errors import InputError
from gridplan.model.round import PRESETS, Pin, Purpose, RoundRule, RuleUnit, Visit, WishPreset
from gridplan.model.site import VisitMode
from gridplan.routing.diagnose import possible_slots
from gridplan.routing.problem import Problem
from gridplan.routing.solve import draft_plan
from gridplan.routing.timeline import Timetable
from tests.builders import MONDAY, NIGHT, crew, point, round_, team, visit
from tests.routing.mission import problem

TUESDAY = MONDAY + timedelta(days=1)
CASES = {
    "pin_impossible": visit(pin=Pin(team=TeamId("T9"))),
    "outside_dates": visit(due=date(2026, 11, 1)),
    "no_department": visit(departments=frozenset({"fire"})),
    "no_officers": visit(mode=VisitMode.INSPECTION),
    "closed_all_days": visit(open="Sa,Su 09:00-17:00"),
    "no_time": visit(at=point(60_000, 0), minutes=120, open="Mo-Su 08:30-11:00"),
}


def _asked(one: Visit) -> Problem:
    return problem([one], [team(members=crew(1))], days=3)


@pytest.mark.parametrize("reason", CASES)
def test_a_visit_that_fits_nowhere_is_left_out_with_its_reason_and_a_proof(reason: str) -> None:
    draft = draft_plan(_asked(CASES[reason]), seed=1)
    assert [item.reason for item in draft.unplanned] == [reason]
    assert draft.unplanned[0].text.zh
    assert draft.unplanned[0].remedy.en
    assert CASES[reason].site in draft.infeasible[0].zh


def test_without_teams_nothing_can_be_planned() -> None:
    draft = draft_plan(problem([visit()], []), seed=1)
    assert [item.reason for item in draft.unplanned] == ["no_team"]


def test_a_sample_that_fits_nowhere_proves_nothing() -> None:
    draft = draft_plan(_asked(visit(open="Sa 09:00-17:00", purpose=Purpose.SAMPLE)), seed=1)
    assert draft.unplanned
    assert not draft.infeasible


def test_an_inspection_may_lie_on_the_days_on_which_two_certificates_are_valid() -> None:
    one, two = crew(2)
    members = (one, replace(two, cert_until=TUESDAY))
    table = Timetable(problem([visit(mode=VisitMode.INSPECTION)], [team(members=members)], days=4))
    found = possible_slots(table, 0)
    assert [table.slots[slot].day for slot in found] == [0, 1]


def test_days_off_make_no_slots() -> None:
    table = Timetable(problem([visit()], [team(off=[TUESDAY])], days=3))
    assert [slot.day for slot in table.slots] == [0, 2]


def test_more_minutes_than_all_shifts_have_is_a_proof() -> None:
    draft = draft_plan(problem([visit(f"v{n}", minutes=60) for n in range(30)], [team()], days=3), seed=1)
    assert "1805" in draft.infeasible[0].en, "30 × 60 minutes and one set-up, against 3 × 480"
    assert "365" in draft.infeasible[0].zh


def test_evening_only_visits_are_weighed_against_the_evening_shifts_alone() -> None:
    evening = [visit(f"v{n}", minutes=50, open="Mo-Su 18:00-20:30") for n in range(10)]
    teams = [team(shifts=(*team().shifts, NIGHT), off=[TUESDAY])]
    assert draft_plan(problem(evening, teams, days=3), seed=1).infeasible
    assert not draft_plan(problem(evening[:4], teams, days=3), seed=1).infeasible


def test_what_cannot_be_planned_yet_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="township"):
        draft_plan(problem([visit()], [team()], rule=RoundRule(unit=RuleUnit.TOWNSHIP)), seed=1)
    asked = problem([visit()], [team()])
    with pytest.raises(InputError, match="most_even"):
        draft_plan(replace(asked, round=round_(wishes=PRESETS[WishPreset.MOST_EVEN])), seed=1)
    night = replace(NIGHT, start_s=17 * 3600)
    with pytest.raises(InputError, match="night"):
        draft_plan(problem([visit()], [team(shifts=(*team().shifts, night))]), seed=1)
