"""What falls due at one site becomes one visit wherever one day can hold it, and stays apart where none can."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.round import Pin, Purpose, Visit
from gridplan.model.site import SiteId, VisitMode
from gridplan.rounds.merge import merge_visits, merged_minutes
from tests.builders import MONDAY, visit

DAYS = [MONDAY + timedelta(days=n) for n in range(5)]


def at(site: str, id: str, purpose: Purpose = Purpose.ROUTINE, **more: Any) -> Visit:
    return replace(visit(id, **({"open": "Mo-Fr 09:00-12:00"} | more)), site=SiteId(site), purpose=purpose)


def merged(*visits: Visit) -> list[Visit]:
    return merge_visits(visits, DAYS)[0]


def day(number: int) -> date:
    return DAYS[number]


@pytest.mark.parametrize(("minutes", "together"), [([30], 30), ([30, 20], 40), ([20, 30, 15], 50), ([60, 1], 65)])
def test_the_others_share_half_their_minutes_with_the_longest(minutes: list[int], together: int) -> None:
    assert merged_minutes(minutes) == together


def test_the_merged_visit_has_all_that_its_parts_need() -> None:
    lead = at("s", "l", Purpose.LEAD, departments=frozenset({"fire"}), due=day(2), priority=4)
    again = at("s", "f", Purpose.FOLLOW_UP, mode=VisitMode.INSPECTION, earliest=day(1))
    routine = at("s", "r", departments=frozenset({"education"}), due=day(4))
    (one,) = merged(lead, again, routine)
    assert (one.id, one.purpose, one.also) == ("r", Purpose.ROUTINE, (Purpose.LEAD, Purpose.FOLLOW_UP))
    assert (one.departments, one.mode) == ({"fire", "education"}, VisitMode.INSPECTION)
    assert (one.earliest, one.due, one.priority, one.minutes) == (day(1), day(2), 4, 60)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"due": day(1)}, {"earliest": day(2)}),
        ({"minutes": 100}, {"minutes": 170}),
        ({"earliest": day(2), "due": day(3), "closed": frozenset({day(2)})}, {"taken": frozenset({day(3)})}),
        ({"due": MONDAY}, {"open": "Tu-Fr 09:00-12:00"}),
        ({}, {"pin": Pin(day=day(2))}),
    ],
    ids=["dates apart", "too long for the doors", "closed or taken", "doors shut", "pinned"],
)
def test_visits_that_no_day_can_hold_together_stay_apart(first: dict[str, Any], second: dict[str, Any]) -> None:
    second = {"open": first.get("open", "Mo-Fr 09:00-12:00")} | second
    one, two = at("s", "r", **({"open": second["open"]} | first)), at("s", "l", Purpose.LEAD, **second)
    assert merged(one, two) == [one, two]


def test_visits_of_different_sites_stay_apart_and_in_order() -> None:
    visits = [at("s", "r"), at("t", "q"), at("s", "l", Purpose.LEAD), at("u", "p")]
    assert [one.id for one in merged(*visits)] == ["r", "q", "p"]


def test_a_sample_alone_may_be_left_out_but_not_when_it_is_owed_as_well() -> None:
    assert not at("s", "x", Purpose.SAMPLE).mandatory
    (one,) = merged(at("s", "x", Purpose.SAMPLE), at("s", "l", Purpose.LEAD))
    assert (one.purpose, one.mandatory) == (Purpose.LEAD, True)


@settings(max_examples=100, deadline=None)
@given(
    wishes=st.lists(
        st.tuples(
            st.sampled_from("stu"), st.sampled_from(Purpose), st.integers(0, 4), st.integers(0, 4), st.integers(5, 90)
        ),
        max_size=8,
    )
)
def test_every_visit_is_in_one_that_keeps_its_dates(wishes: list[tuple[str, Purpose, int, int, int]]) -> None:
    visits = [
        at(site, f"v{n}", purpose, earliest=day(min(a, b)), due=day(max(a, b)), minutes=minutes)
        for n, (site, purpose, a, b, minutes) in enumerate(wishes)
    ]
    made, held = merge_visits(visits, DAYS)
    by_id = {one.id: one for one in made}
    assert len(by_id) == len(made) and set(held) == {one.id for one in visits} and set(held.values()) == set(by_id)
    for one in visits:
        whole = by_id[held[one.id]]
        assert whole.site == one.site and one.purpose in (whole.purpose, *whole.also) and whole.minutes >= one.minutes
        assert whole.earliest and whole.due and one.earliest and one.due
        assert one.earliest <= whole.earliest <= whole.due <= one.due
