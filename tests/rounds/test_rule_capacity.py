"""How many visits a team can make on a day at most: hours, doors, dates, departments, officers, pins and other tiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.round import Pin, Visit
from gridplan.model.site import VisitMode
from gridplan.rounds.capacity import capacity, survey
from tests.builders import DAY, MONDAY, NIGHT, crew, team, visit

DAYS = tuple(MONDAY + timedelta(days=n) for n in range(3))


def counts(people: Team, *visits_: Visit) -> tuple[int, ...]:
    return capacity(visits_, [people], DAYS, set_up_min=5)[people.id]


def test_the_capacity_of_a_day_is_the_shift_without_lunch_less_a_set_up() -> None:
    assert counts(team(), *(visit(f"v{n}", minutes=35) for n in range(40))) == (13, 13, 13)


def test_each_shift_of_a_day_adds_and_a_day_off_holds_nothing() -> None:
    both = team(shifts=[DAY, NIGHT], off=[DAYS[1]])
    assert counts(both, *(visit(f"v{n}", minutes=60) for n in range(40))) == (9, 0, 9)


def test_visits_that_cannot_lie_on_a_day_are_not_counted() -> None:
    assert counts(team(), visit(open="Tu 09:00-17:00")) == (0, 1, 0)
    assert counts(team(), visit(open="Mo-Su 17:00-20:30", minutes=40)) == (0, 0, 0)
    assert counts(team(), visit(earliest=DAYS[1]), visit("v2", due=DAYS[1])) == (1, 2, 1)
    assert counts(team(), visit(pin=Pin(day=DAYS[2])), visit("v2", pin=Pin(team=TeamId("T9")))) == (0, 0, 1)
    assert counts(team(), visit(departments=frozenset({"police"}))) == (0, 0, 0)


def test_an_inspection_needs_two_officers_and_a_patrol_none() -> None:
    one = team(members=crew(1, plain=2))
    assert counts(one, visit(mode=VisitMode.INSPECTION), visit("v2")) == (1, 1, 1)


def test_no_visit_is_counted_on_a_date_on_which_it_is_closed_or_another_tier_is_at_the_site() -> None:
    assert counts(team(), visit(closed=frozenset({DAYS[0]})), visit("v2", taken=frozenset({DAYS[2]}))) == (1, 2, 1)


def test_a_shift_of_some_weekdays_holds_visits_on_those_only() -> None:
    tuesdays: Shift = replace(NIGHT, weekdays=(1,))
    both = team(shifts=[DAY, tuesdays])
    assert counts(both, *(visit(f"v{n}", minutes=60) for n in range(40))) == (7, 9, 7)


def both_counts(*visits_: Visit, teams: tuple[Team, ...]) -> list[tuple[int, ...]]:
    return list(capacity(visits_, teams, DAYS, set_up_min=5).values())


def test_a_visit_that_takes_two_teams_is_counted_with_both_and_with_no_third() -> None:
    teams = (
        team("T1"),
        team("T2", members=crew(2, department="police")),
        team("T3", members=crew(2, department="fire")),
    )
    joint = visit(departments=frozenset({"education", "police"}))
    assert both_counts(joint, teams=teams) == [(1, 1, 1), (1, 1, 1), (0, 0, 0)]
    assert both_counts(joint, teams=(teams[0], replace(teams[1], off=frozenset({DAYS[1]})))) == [(1, 0, 1), (1, 0, 1)]


def test_two_teams_with_one_officer_each_inspect_together() -> None:
    teams = (team("T1", members=crew(1)), team("T2", members=crew(1)))
    inspection = visit(mode=VisitMode.INSPECTION)
    assert both_counts(inspection, teams=teams) == [(1, 1, 1), (1, 1, 1)]
    assert both_counts(inspection, teams=teams[:1]) == [(0, 0, 0)]


def test_a_visit_that_one_team_can_make_alone_is_not_counted_with_two() -> None:
    teams = (team("T1", members=crew(1)), team("T2", members=crew(1)), team("T3"))
    assert both_counts(visit(mode=VisitMode.INSPECTION), teams=teams) == [(0, 0, 0), (0, 0, 0), (1, 1, 1)]


def test_teams_together_never_count_more_than_may_be_made_on_that_day() -> None:
    only_tuesday = [visit("v1", open="Tu 09:00-17:00"), visit("v2", open="Tu 09:00-17:00")]
    room = survey(only_tuesday, [team("T1"), team("T2"), team("T3")], DAYS, set_up_min=5)
    assert room.each_day() == (0, 2, 0)


def test_without_teams_no_day_holds_anything() -> None:
    room = survey([visit()], [], DAYS, set_up_min=5)
    assert room.each_day() == (0, 0, 0)
