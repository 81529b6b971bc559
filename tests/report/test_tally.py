"""The tally: every promised site is exactly one of done, ahead, overdue, unplanned, at every level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.coverage import CoverageRow
from gridplan.model.place import AreaLevel
from gridplan.model.result import Outcome, VisitResult
from gridplan.report.tally import OUTSIDE, TOTAL, tally
from tests.builders import MONDAY
from tests.report.plans import EAST, TUESDAY, WEST, areas, at, plan, plan_site, result

FIGURES = ("promised", "planned", "unplanned", "review", "done", "ahead", "overdue")


def row(rows: Sequence[CoverageRow], code: str, level: AreaLevel | None = None) -> CoverageRow:
    return next(r for r in rows if r.code == code and (level is None or r.level is level))


MORNING = at(MONDAY, 0)


def count(results: Sequence[VisitResult] = (), as_of: datetime = MORNING) -> list[CoverageRow]:
    return tally(plan(), areas(), {"T1": "王主任"}, results, as_of)


def test_parents_stand_before_children_then_outside_then_the_total():
    assert [(r.level, r.code) for r in count()] == [
        (AreaLevel.DISTRICT, "D"),
        (AreaLevel.TOWNSHIP, "T1"),
        (AreaLevel.TOWNSHIP, "T2"),
        (AreaLevel.COMMUNITY, "C1"),
        (AreaLevel.COMMUNITY, ""),
        (None, ""),
        (None, "*"),
    ]


def test_only_routine_visits_are_promised_coverage():
    assert row(count(), TOTAL).promised == 6


def test_a_site_in_review_is_counted_apart():
    rows = count()
    assert (row(rows, TOTAL).review, row(rows, TOTAL).promised) == (1, 6)
    assert rows[-2].name == "区域外"
    assert rows[-2].review == 1


def test_a_done_visit_is_no_longer_ahead():
    west = row(count([result("s1", MONDAY)], at(MONDAY, 120)), "T2")
    assert (west.done, west.ahead, west.overdue) == (1, 2, 0)


def test_a_refused_visit_is_overdue_the_day_after():
    west = row(count([result("s1", MONDAY, Outcome.REFUSED)], at(TUESDAY, 0)), "T2")
    assert (west.done, west.ahead, west.overdue) == (0, 1, 2)


def test_a_site_closed_for_good_is_covered():
    assert row(count([result("s1", MONDAY, Outcome.CLOSED_FOR_GOOD)], at(TUESDAY, 0)), "T2").done == 1


def test_what_is_reported_later_is_not_known_yet():
    assert row(count([result("s1", MONDAY)], at(MONDAY, 30)), TOTAL).done == 0


def test_a_moment_of_the_store_is_read_as_utc():
    early = VisitResult(
        key="k",
        visit="v-s1",
        outcome=Outcome.DONE,
        note="",
        by="wang",
        at=datetime(2026, 11, 30, 1, 0, tzinfo=UTC),  # 09:00 in China
    )
    assert row(count([early], at(MONDAY, 29)), TOTAL).done == 0
    assert row(count([early], at(MONDAY, 30)), TOTAL).done == 1


def test_a_row_names_its_owner_days_and_teams():
    rows = count()
    assert row(rows, "T1").owner == "王主任"
    assert (row(rows, "T2").first_day, row(rows, "T2").last_day) == (MONDAY, TUESDAY)
    assert row(rows, "T1").teams == ("A组", "B组")


def test_an_area_without_sites_keeps_its_row():
    rows = tally(plan(sites=(), visits=(), routes=(), unplanned=()), areas(), {}, (), at(MONDAY, 0))
    assert [r.code for r in rows] == ["D", "T1", "T2", "C1", "*"]
    assert row(rows, "D").coverage == 1


@settings(deadline=None)
@given(
    homes=st.lists(st.sampled_from([EAST, WEST, {}, {AreaLevel.DISTRICT: "D"}]), min_size=6, max_size=6),
    reports=st.lists(
        st.tuples(st.sampled_from(["s1", "s2", "s3", "s4", "s5", "s6"]), st.sampled_from(Outcome), st.integers(0, 3000))
    ),
    now=st.integers(0, 6000),
)
def test_the_sums_agree_at_every_level(homes, reports, now):
    base = plan()
    moved = [plan_site(s.id, home, s.point) for s, home in zip(base.sites, homes, strict=False)]
    results = [result(site, MONDAY, outcome, minutes=minutes) for site, outcome, minutes in reports]
    rows = tally(plan(sites=(*moved, base.sites[-1])), areas(), {}, results, at(MONDAY, 0) + timedelta(minutes=now))
    total = rows[-1]
    for r in rows:
        assert r.promised == r.planned + r.unplanned == r.done + r.ahead + r.overdue + r.unplanned
    for level in (AreaLevel.DISTRICT, AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY):
        of_level = [r for r in rows if r.level is level or (r.level is None and r.code == OUTSIDE)]
        for name in FIGURES:
            assert sum(getattr(r, name) for r in of_level) == getattr(total, name)


def test_a_joint_visit_counts_once_and_names_both_teams():
    made = plan()
    first, second = made.routes[:2]
    other = replace(second, team=next(team.id for team in made.teams if team.id != first.team))
    joint = replace(made, routes=(first, replace(other, stops=(*other.stops, first.stops[0]))))
    total = tally(joint, areas(), {}, (), MORNING)[-1]
    assert total.planned + total.unplanned == total.promised == 6
    assert len(total.teams) == 2
