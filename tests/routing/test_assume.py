"""Teams made up where none are given."""

from __future__ import annotations

from dataclasses import replace

from gridplan.model.place import AreaCode
from gridplan.model.round import RoundRule
from gridplan.model.site import VisitMode
from gridplan.routing.assume import fewest_teams, first_guess
from tests.builders import point, round_, visit
from tests.routing.mission import broken, mission, problem

CENTRES = [(AreaCode("e"), "东街道", point()), (AreaCode("w"), "西街道", point(20_000, 0))]


def test_the_fewest_teams_that_reach_every_site_are_assumed() -> None:
    asked = problem([visit(f"v{n}", at=point(300 * n, 0), minutes=60) for n in range(20)], [], days=2)
    solved, draft = fewest_teams(asked, CENTRES, lambda tried: tried, seed=1)
    assert len(solved.teams) == 2, "20 × 60 minutes exceed one team's 2 × 480"
    assert all(one.assumed and one.certified_on(asked.days[0]) == 2 for one in solved.teams)
    assert not draft.unplanned
    assert broken(solved, draft) == set()


def test_teams_stand_where_the_work_is() -> None:
    visits = [replace(visit(f"v{n}", minutes=100), township=AreaCode("w")) for n in range(5)]
    teams = first_guess(round_(), visits, problem(visits, []).days, CENTRES)
    assert [one.base_name for one in teams] == ["西街道"]


def test_an_evening_shift_is_assumed_only_where_doors_open_only_then() -> None:
    day, night = visit("a"), visit("b", open="Mo-Su 18:00-20:30")
    days = problem([], []).days
    assert [len(first_guess(round_(), visits, days, CENTRES)[0].shifts) for visits in ([day], [day, night])] == [1, 2]


def test_all_departments_that_visits_need_are_assumed() -> None:
    one = visit(mode=VisitMode.INSPECTION, departments=frozenset({"fire", "education", "police"}))
    solved, draft = fewest_teams(problem([one], [], days=1), CENTRES, lambda tried: tried, seed=1)
    assert solved.teams[0].departments == one.departments
    assert not draft.unplanned


def test_a_site_whose_doors_are_never_open_does_not_call_for_more_teams() -> None:
    visits = [visit("a"), visit("b", open="Su 09:00-10:00")]
    asked = problem(visits, [], days=2, rule=RoundRule(min_per_day=1, max_days=2))
    solved, draft = fewest_teams(asked, CENTRES, lambda tried: tried, seed=1)
    assert len(solved.teams) == 1
    assert [item.reason for item in draft.unplanned] == ["closed_all_days"]


def test_a_whole_district_without_teams_is_kept() -> None:
    asked = replace(mission(90, days=4), teams=())
    solved, draft = fewest_teams(asked, CENTRES, lambda tried: tried, seed=1)
    assert broken(solved, draft) == set()
