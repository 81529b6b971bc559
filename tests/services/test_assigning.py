"""Routes are handed out in bulk and in advance; who would be in two places, or was changed meanwhile, is told first."""

from __future__ import annotations

import pytest

from gridplan.model.crew import TeamId
from gridplan.model.errors import Conflict, InputError
from gridplan.model.record import Role, User
from gridplan.services.plans import assigning, publishing
from gridplan.services.plans.assigning import Filters, Refused
from tests.services.plan_office import PASSWORD, plan_office


@pytest.fixture
def office(tmp_path):
    made = plan_office(tmp_path)
    publishing.publish(made.desk, made.head.id, by="lin")
    yield made
    made.desk.close()


def walkers(office):
    view = assigning.assign_view(office.desk, office.head.id, Filters())
    return {row["id"]: row["people"] for row in view["rows"]}


def test_a_draft_is_handed_to_nobody(tmp_path):
    made = plan_office(tmp_path)
    with pytest.raises(Conflict):
        assigning.assign_many(made.desk, made.head.id, [made.plan.routes[0].id], ["zhou"], {}, by="lin")
    assert assigning.assign_view(made.desk, None, Filters())["plan"] is None
    made.desk.close()


def test_the_days_of_a_team_are_handed_out_at_once(office):
    ids = [route.id for route in office.plan.routes if route.team == "T1"]
    given = assigning.assign_many(office.desk, office.head.id, ids, ["zhou"], {}, by="lin")
    assert given.done == len(ids) == 2 and not given.refused
    assert [walkers(office)[id] for id in ids] == [["周敏"], ["周敏"]]


def test_nobody_is_in_two_places_and_nothing_is_written_before_that_is_settled(office):
    ids = [route.id for route in office.plan.routes]
    with pytest.raises(Refused) as refused:
        assigning.assign_many(office.desk, office.head.id, ids, ["zhou"], {}, by="lin")
    # One of the two routes of each of both days.
    assert len(refused.value.reasons) == 2
    assert all(people == [] for people in walkers(office).values())
    given = assigning.assign_many(office.desk, office.head.id, ids, ["zhou"], {}, by="lin", skip=True)
    assert (given.done, len(given.refused)) == (2, 2)


def test_what_another_planner_assigned_meanwhile_is_not_overwritten(office):
    id = office.plan.routes[0].id
    assigning.assign_many(office.desk, office.head.id, [id], ["zhou"], {id: ""}, by="gao")
    with pytest.raises(Refused):
        assigning.assign_many(office.desk, office.head.id, [id], ["lu"], {id: ""}, by="lin")
    assert walkers(office)[id] == ["周敏"]
    assigning.assign_many(office.desk, office.head.id, [id], [], {id: "zhou"}, by="lin")
    assert walkers(office)[id] == []


def test_each_team_gets_its_own_members(office):
    linked = User(login="chen", name="陈安", role=Role.INSPECTOR, team=TeamId("T2"))
    office.desk.add_person(linked, PASSWORD, by="test")
    ids = [route.id for route in office.plan.routes]
    given = assigning.assign_many(office.desk, office.head.id, ids, [assigning.OWN], {}, by="lin", skip=True)
    assert given.done == sum(route.team == "T2" for route in office.plan.routes)
    assert {name for people in walkers(office).values() for name in people} == {"陈安"}


def test_the_list_is_filtered_by_team_day_and_whether_it_is_free(office):
    def rows(**filters):
        return [row["id"] for row in assigning.assign_view(office.desk, office.head.id, Filters(**filters))["rows"]]

    route = office.plan.routes[0]
    assigning.assign_many(office.desk, office.head.id, [route.id], ["zhou"], {}, by="lin")
    assert len(rows()) == 4 and len(rows(team="T1")) == 2 and len(rows(free=True)) == 3
    assert route.id in rows(day=route.date.isoformat()) and len(rows(day=route.date.isoformat())) == 2
    town = assigning.assign_view(office.desk, None, Filters())["areas"][0][0]
    assert rows(area=town) and rows(area="elsewhere") == []


def test_strangers_and_empty_choices_are_refused_by_name(office):
    with pytest.raises(InputError):
        assigning.assign_many(office.desk, office.head.id, [], ["zhou"], {}, by="lin")
    with pytest.raises(InputError):
        assigning.assign_many(office.desk, office.head.id, [office.plan.routes[0].id], ["nobody"], {}, by="lin")
