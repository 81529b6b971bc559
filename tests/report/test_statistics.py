"""Every total of the books agrees with its rows, over days and over areas, whatever happened on the street."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.finding import Finding, NoticeKind
from gridplan.model.place import AreaCode
from gridplan.model.result import Outcome, VisitResult, first_results
from gridplan.model.words import catalogue
from gridplan.report.ledger import cover, ledger
from gridplan.report.statistics import STATISTICS, Books, count, rows_of
from gridplan.report.tally import tally
from tests.builders import MONDAY
from tests.report.books import EVENING, LATER, books, finding, paper
from tests.report.plans import TUESDAY, areas, at, plan, result

SITES = ("s1", "s2", "s3", "s4", "s5", "s6", "s1x")


@st.composite
def _happened(draw: st.DrawFn) -> Books:
    results, findings, papers = [], [], []
    for number, (site, outcome, day, minutes) in enumerate(
        draw(
            st.lists(
                st.tuples(
                    st.sampled_from(SITES),
                    st.sampled_from(list(Outcome)),
                    st.integers(0, 9),
                    st.integers(0, 500),
                ),
                max_size=20,
            )
        )
    ):
        one: VisitResult = result(site, MONDAY + timedelta(days=day), outcome, minutes=minutes)
        results.append(replace(one, key=f"k{number}"))
        if draw(st.booleans()):
            closed = one.at + timedelta(days=draw(st.integers(0, 5))) if draw(st.booleans()) else None
            due = draw(st.sampled_from((None, MONDAY, TUESDAY + timedelta(days=9))))
            made: Finding = finding(f"F{number}", site.removesuffix("x"), one.at, closed=closed, due=due)
            findings.append(made)
            if draw(st.booleans()):
                papers.append(paper(f"2026-{number:04d}", made, draw(st.sampled_from(list(NoticeKind)))))
    return books(results, findings=tuple(findings), notices=tuple(papers))


@settings(max_examples=60, deadline=None)
@given(_happened())
def test_each_statistic_is_the_sum_of_its_days_and_of_the_areas_side_by_side(of: Books):
    days = [MONDAY + timedelta(days=n) for n in range(-1, 40)]
    for one in STATISTICS:
        whole = count(rows_of(of, one.key, None, None))
        if not one.now:
            by_day = sum(count(rows_of(of, one.key, lambda day, d=d: day == d, None)) for d in days)
            assert by_day == whole, one.key
        parts = [count(rows_of(of, one.key, None, AreaCode(code))) for code in ("T1", "T2")]
        if one.adds_up:
            assert sum(parts) == whole, one.key
        else:
            assert max(parts) <= whole <= sum(parts), one.key


@settings(max_examples=60, deadline=None)
@given(_happened())
def test_the_parts_of_a_statistic_add_up_to_it(of: Books):
    value = {one.key: count(rows_of(of, one.key, None, None)) for one in STATISTICS}
    assert value["visits"] == value["first"] + value["follow_up"] + value["lead_visits"] + value["sample"]
    assert value["found_ever"] == value["struck_ever"] + value["open"]
    assert value["notices"] == sum(value[f"notice_{kind}"] for kind in NoticeKind)
    assert value["promised"] == value["first"] + value["overdue"] + value["unplanned"]  # nothing lies ahead in the end
    failed = sum(value[key] for key in ("closed", "refused", "moved", "not_found"))
    assert failed + value["visits"] == len({one.visit for one in of.results})
    out = {tuple(fact.id.split("|")) for fact in of.facts["team_days"]}
    members = {
        (member.id, day) for team in of.plan.teams for id, day in out if id == team.id for member in team.members
    }
    assert value["people"] == len(members)


@settings(max_examples=60, deadline=None)
@given(_happened(), st.integers(0, 12))
def test_the_columns_count_as_the_tally_does(of: Books, day: int):
    moment = EVENING + timedelta(days=day)
    wanted = tally(of.plan, of.areas, of.owners, of.results, moment)
    done = {visit: one.at for visit, one in first_results(of.results, moment).items()}
    lines = cover(ledger(of.plan, of.areas), done.items(), moment, owners=of.owners)
    for key in (
        "level",
        "code",
        "name",
        "parent",
        "owner",
        "promised",
        "done",
        "ahead",
        "overdue",
        "unplanned",
        "review",
    ):
        assert [getattr(one, key) for one in lines] == [getattr(one, key) for one in wanted], key


def test_a_shut_door_is_no_visit_and_a_second_try_that_works_is_one():
    of = books([result("s1", MONDAY, Outcome.CLOSED), result("s1", TUESDAY)])
    assert [fact.day for fact in rows_of(of, "visits", None, None)] == [TUESDAY]
    assert not rows_of(of, "closed", None, None)


def test_people_who_go_to_two_townships_on_one_day_count_once():
    of = books([result("s3", TUESDAY), result("s5", TUESDAY)])  # one route through west and east
    assert [count(rows_of(of, "people", None, AreaCode(code))) for code in ("T1", "T2")] == [3, 3]
    assert count(rows_of(of, "people", None, None)) == 3


def test_a_report_as_of_an_evening_does_not_know_what_came_later():
    done = [result("s1", MONDAY), result("s2", TUESDAY)]
    late = finding("F1", "s1", at(MONDAY, 60), closed=at(TUESDAY, 60))
    of = replace(books(done), as_of=EVENING)
    assert count(rows_of(of, "first", None, None)) == 1
    of = books(done, findings=(late,))
    assert count(rows_of(of, "struck", lambda day: day == date(2026, 12, 1), None)) == 1


@pytest.mark.parametrize("one", STATISTICS, ids=lambda one: one.key)
def test_every_statistic_has_a_name_a_definition_and_a_unit(one):
    words = catalogue()
    assert all(
        words[key][0] and words[key][1]
        for key in (f"books.stat_{one.key}", f"books.def_{one.key}", f"books.unit_{one.unit}")
    )


def test_a_site_whose_area_was_split_is_counted_where_it_lies_now():
    east = next(area for area in areas() if area.code == "T1")
    west, south, right, north = east.polygon.bounds
    from tests.builders import area

    middle = (south + north) / 2
    halves = (
        area("T3", east.level, "东南街道", west=west, south=south, east=right, north=middle, parent="D"),
        area("T4", east.level, "东北街道", west=west, south=middle, east=right, north=north, parent="D"),
    )
    now = tuple(one for one in areas() if one.code not in ("T1", "C1")) + halves
    lines = {line.code: line for line in cover(ledger(plan(), now), [], LATER)}
    assert (lines["T3"].promised, lines["T4"].promised) == (1, 2)
    assert "T1" not in lines
    assert lines["*"].promised == 6
