"""Who is away when: entered at the desk, and days off to the planner like those of teams.toml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.services.desk import Desk
from gridplan.services.plans import publishing, replanner
from gridplan.services.registry import register
from gridplan.services.rounds import crews_page, drafting

MINI = Path(__file__).parents[1] / "data" / "mini"
MONDAY = date(2026, 11, 30)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A district with its only team, and one round that is not drafted."""
    opened = Desk.open(f"sqlite:///{tmp_path / 'desk.db'}", create=True)
    for part in ("areas", "sites", "teams"):
        register.IMPORTS[part](opened, MINI, by="test")
    register.locate_sites(opened, by="test")
    drafting.create_round(opened, MINI, by="test")
    yield opened
    opened.close()


def capacity(desk: Desk) -> dict[date, int]:
    found = drafting.diagnose(desk, 1)
    return dict(zip(found.days, found.capacity, strict=True))


def away(desk: Desk, who: str = "T1|", first: date = MONDAY, last: date = MONDAY) -> str:
    return crews_page.add_absence(desk, who, first.isoformat(), last.isoformat(), "leave", by="lin")


def test_a_team_that_is_away_can_visit_nobody_that_day(desk):
    before = capacity(desk)
    assert before[MONDAY] > 0
    assert away(desk) == "一组"
    after = capacity(desk)
    assert after[MONDAY] == 0 and {**after, MONDAY: 0} == {**before, MONDAY: 0}
    told = crews_page.rounds_capacity(desk, "", MONDAY)[0]
    assert told["now"] < told["full"]


def test_without_one_of_two_officers_there_is_no_inspection_that_day(desk):
    before = capacity(desk)
    away(desk, "T1|p1")
    after = capacity(desk)
    assert 0 < after[MONDAY] < before[MONDAY]  # patrols are left


def test_a_draft_sends_nobody_out_who_is_away(desk):
    away(desk)
    _, plan = drafting.draft(desk, 1, by="lin")
    assert plan.routes and MONDAY not in {route.date for route in plan.routes}


def test_a_drafts_inspections_lie_on_days_with_both_officers(desk):
    away(desk, "T1|p2", MONDAY, date(2026, 12, 1))
    head, plan = drafting.draft(desk, 1, by="lin")
    inspections = {visit.id for visit in plan.visits if visit.mode.value == "inspection"}
    assert (
        not {stop.visit for route in plan.routes if route.date < date(2026, 12, 2) for stop in route.stops}
        & inspections
    )
    assert drafting.check(desk, head.id) == ()  # the stored plan carries who was away


def test_a_replan_takes_the_day_off_a_team_that_has_fallen_out_since(desk):
    head, plan = drafting.draft(desk, 1, by="lin")
    publishing.publish(desk, head.id, by="lin")
    day = plan.routes[0].date
    away(desk, "T1|", day, day)
    _, found = replanner.replan_round(desk, 1, by="lin", as_of=day)
    assert day not in {route.date for route in found.plan.routes}
    # What was promised for that day is planned later, or said to be left out and why.
    planned = {stop.visit for route in found.plan.routes for stop in route.stops}
    assert planned | {one.visit for one in found.plan.unplanned} == {visit.id for visit in found.plan.visits}


def test_nobody_is_away_twice_and_the_slower_of_two_planners_is_told(desk):
    away(desk)
    with pytest.raises(Conflict):
        away(desk)
    one = crews_page.crews_view(desk, "2026-11", MONDAY)["absences"][0]
    crews_page.change_absence(desk, one["id"], "2026-11-30", "2026-12-01", "duty", version=one["version"], by="zhao")
    with pytest.raises(Conflict):
        crews_page.remove_absence(desk, one["id"], version=one["version"], by="lin")
    assert crews_page.crews_view(desk, "2026-11", MONDAY)["absences"][0]["days"] == 2


@pytest.mark.parametrize(
    ("who", "first", "last", "reason", "error"),
    [
        ("T9|", "2026-11-30", "", "leave", NotFound),
        ("T1|nobody", "2026-11-30", "", "leave", NotFound),
        ("T1|", "30.11.", "", "leave", InputError),
        ("T1|", "2026-12-01", "2026-11-30", "leave", InputError),
        ("T1|", "2026-11-30", "2030-11-30", "leave", InputError),
        ("T1|", "2026-11-30", "", "broken leg", InputError),
    ],
)
def test_what_cannot_be_an_absence_is_refused(desk, who, first, last, reason, error):
    with pytest.raises(error):
        crews_page.add_absence(desk, who, first, last, reason, by="lin")
    assert crews_page.crews_view(desk, "2026-11", MONDAY)["absences"] == []


def test_a_day_off_of_the_district_is_no_day_of_a_round(desk):
    crews_page.set_office_day(desk, "2026-12-01", "off", seen="work", by="lin")
    assert date(2026, 12, 1) not in capacity(desk) and len(capacity(desk)) == 3
    with pytest.raises(Conflict):
        crews_page.set_office_day(desk, "2026-12-01", "work", seen="work", by="zhao")
    crews_page.set_office_day(desk, "2026-12-01", "calendar", seen="office_off", by="lin")
    assert date(2026, 12, 1) in capacity(desk)


def form(**more: object) -> dict[str, object]:
    shift = {"name": "day", "start": "08:30", "end": "17:30", "from": "", "to": "", "minutes": "", "days": ""}
    member = {"id": "", "name": "丙", "department": "education", "certificate": "示0003", "cert_until": ""}
    usual = {"name": "二组", "base_name": "", "lon": "116.4", "lat": "39.9", "mode": "car", "off": "", "home": []}
    return {**usual, "shifts": [shift], "members": [member], **more}


def test_a_team_is_made_changed_and_taken_away(desk):
    id_ = crews_page.save_team(desk, "", form(), version="", by="lin")
    view = crews_page.team_view(desk, id_)
    assert (view["name"], view["members"][0]["name"]) == ("二组", "丙")
    with pytest.raises(Conflict):
        crews_page.save_team(desk, "", form(), version="", by="lin")  # the name is taken
    people = [{**view["members"][0], "name": "丁"}]
    crews_page.save_team(desk, id_, form(members=people), version=view["version"], by="lin")
    with pytest.raises(Conflict):
        crews_page.save_team(desk, id_, form(), version=view["version"], by="zhao")
    crews_page.remove_team(desk, id_, version=crews_page.team_view(desk, id_)["version"], by="lin")
    with pytest.raises(NotFound):
        crews_page.team_view(desk, id_)


def test_a_members_own_days_off_outlive_a_change_of_the_team(desk):
    with desk.store.transaction() as t:
        (team,) = t.teams.plain()
        first, *rest = team.members
        t.teams.save(replace(team, members=(replace(first, off=frozenset({MONDAY})), *rest)), new=False)
    view = crews_page.team_view(desk, "T1")
    lon, lat = view["base"]
    again = form(
        id="T1", name="新名字", members=view["members"], shifts=view["shifts"], home=view["home"], lon=lon, lat=lat
    )
    crews_page.save_team(desk, "T1", again, version=view["version"], by="lin")
    with desk.store.reading() as t:
        (now,) = t.teams.plain()
    assert now.name == "新名字" and now.members[0].off == {MONDAY}


@pytest.mark.parametrize("wrong", [{"members": []}, {"lon": "here"}, {"shifts": []}, {"off": "soon"}, {"mode": "boat"}])
def test_a_team_that_could_not_go_out_is_refused(desk, wrong):
    with pytest.raises(InputError):
        crews_page.save_team(desk, "", form(**wrong), version="", by="lin")
