"""The way of a finding: open, notice, due, recheck, closed; and what it asks of the next plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.fieldwork.findings import after, followups, for_the_planner, latest, recheck, stood_at
from gridplan.model.errors import Conflict, InputError
from gridplan.model.finding import Finding, FindingAction, FindingEvent, FindingId, FindingState
from gridplan.model.record import RoundId
from gridplan.model.result import Outcome
from gridplan.model.round import Purpose, VisitId
from gridplan.model.site import SiteId
from tests.builders import MONDAY
from tests.report.plans import result

NINE = datetime(2026, 11, 30, 9)
THURSDAY = MONDAY + timedelta(days=3)


def finding(id: str = "f1", site: str = "s1", due: date | None = THURSDAY, **more: object) -> Finding:
    """An open finding of Monday, nine o'clock."""
    return Finding(
        **(
            {
                "id": FindingId(id),
                "round": RoundId(1),
                "site": SiteId(site),
                "visit": VisitId(f"V-{site}"),
                "category": "fire",
                "text": "通道堵塞",
                "by": "wang",
                "at": NINE,
                "due": due,
            }
            | more
        )  # type: ignore[arg-type]
    )


def step(action: FindingAction, hours: int = 1, due: date | None = None) -> FindingEvent:
    """A step so many hours after it was found."""
    return FindingEvent(finding=FindingId("f1"), at=NINE + timedelta(hours=hours), by="lin", action=action, due=due)


def test_a_passed_recheck_strikes_a_finding_off():
    steps = recheck(finding(), passed=True, at=NINE + timedelta(days=3), by="wang")
    closed = finding()
    for one in steps:
        closed = after(closed, one)
    assert [one.action for one in steps] == [FindingAction.PASSED, FindingAction.CLOSED]
    assert (closed.state, closed.closed_at) == (FindingState.CLOSED, NINE + timedelta(days=3))


def test_a_failed_recheck_leaves_it_open_with_a_new_last_day():
    (failed,) = recheck(finding(), passed=False, at=NINE + timedelta(days=3), by="wang", due=date(2026, 12, 8))
    still = after(finding(), failed)
    assert (still.state, still.due, still.reopened) == (FindingState.OPEN, date(2026, 12, 8), 0)


def test_a_failed_recheck_of_a_closed_finding_opens_it_again():
    closed = after(finding(), step(FindingAction.CLOSED))
    (failed,) = recheck(closed, passed=False, at=NINE + timedelta(days=9), by="wang", due=date(2026, 12, 12))
    again = after(closed, failed)
    assert (again.state, again.closed_at, again.reopened) == (FindingState.OPEN, None, 1)


@pytest.mark.parametrize("due", [None, MONDAY])
def test_a_failed_recheck_needs_a_day_to_put_it_right(due):
    with pytest.raises(InputError, match="新的整改期限"):
        recheck(finding(), passed=False, at=NINE, by="wang", due=due)


@pytest.mark.parametrize("action", [FindingAction.CLOSED, FindingAction.NOTICE, FindingAction.DUE])
def test_what_is_closed_takes_no_more_steps(action):
    closed = after(finding(), step(FindingAction.CLOSED))
    with pytest.raises(Conflict, match="已经销号"):
        after(closed, step(action, 2))


def test_an_open_finding_is_not_opened_again():
    with pytest.raises(Conflict, match="还没有销号"):
        after(finding(), step(FindingAction.REOPENED))


def test_no_step_lies_before_the_finding():
    with pytest.raises(InputError, match="早于发现时间"):
        after(finding(), step(FindingAction.CLOSED, -1))


def test_a_finding_is_what_its_steps_said_at_any_past_moment():
    steps = [step(FindingAction.FOUND, 0), step(FindingAction.CLOSED, 10), step(FindingAction.REOPENED, 20)]
    stood = [stood_at(finding(), steps, NINE + timedelta(hours=hours)) for hours in (-1, 0, 9, 10, 19, 20)]
    states = [one.state if one else None for one in stood]
    assert states == [None, *[FindingState.OPEN] * 2, *[FindingState.CLOSED] * 2, FindingState.OPEN]
    assert [one.reopened for one in stood if one] == [0, 0, 0, 0, 1]


def test_a_failed_recheck_opens_a_closed_finding_in_the_books_as_on_the_street():
    steps = [step(FindingAction.FOUND, 0), step(FindingAction.CLOSED, 10), step(FindingAction.FAILED, 20)]
    now = stood_at(finding(), steps, NINE + timedelta(hours=20))
    assert now is not None
    assert (now.state, now.closed_at, now.reopened) == (FindingState.OPEN, None, 1)


def test_it_is_overdue_from_the_day_after_its_last_one():
    assert not finding().overdue(THURSDAY)
    assert finding().overdue(THURSDAY + timedelta(days=1))
    assert not after(finding(), step(FindingAction.CLOSED)).overdue(THURSDAY + timedelta(days=1))


# ---- what it asks of the next plan -----------------------------------------------------------------------------------


def test_what_is_due_at_one_site_becomes_one_follow_up():
    (one,) = followups([finding("f1"), finding("f2", due=THURSDAY + timedelta(days=1))], MONDAY, date(2026, 12, 9))
    visit = one.visit
    assert (visit.purpose, visit.earliest, visit.minutes) == (Purpose.FOLLOW_UP, THURSDAY, 25)
    assert one.findings == ("f1", "f2")
    assert not one.overdue


def test_an_overdue_finding_is_rechecked_from_the_first_day_of_the_new_plan():
    (one,) = followups([finding(due=MONDAY)], THURSDAY, THURSDAY)
    assert one.overdue
    assert (one.visit.earliest, one.visit.due) == (THURSDAY, THURSDAY + timedelta(days=3))


def test_what_is_closed_or_not_due_yet_or_has_a_follow_up_waiting_asks_for_nothing():
    asked = [
        after(finding("f1", "s1"), step(FindingAction.CLOSED)),
        finding("f2", "s2", due=date(2026, 12, 24)),
        finding("f3", "s3", due=None),
        finding("f4", "s4"),
    ]
    assert followups(asked, MONDAY, date(2026, 12, 9), waiting={SiteId("s4")}) == ()


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 20), st.booleans()), max_size=12),
    st.integers(0, 10),
    st.integers(0, 10),
)
def test_each_site_is_followed_up_once_if_and_only_if_something_is_due(rows, first, span):
    found = [
        finding(
            str(number),
            f"s{site}",
            due=MONDAY + timedelta(days=due),
            state=FindingState.CLOSED if closed else FindingState.OPEN,
        )
        for number, (site, due, closed) in enumerate(rows)
    ]
    as_of, until = MONDAY + timedelta(days=first), MONDAY + timedelta(days=first + span)
    asked = followups(found, as_of, until)
    owed = {one.site for one in found if one.state is FindingState.OPEN and one.due and one.due <= until}
    assert sorted(one.visit.site_id for one in asked) == sorted(owed)
    for one in asked:
        assert one.visit.earliest is not None and one.visit.due is not None
        assert as_of <= one.visit.earliest <= one.visit.due


# ---- moved, not found ------------------------------------------------------------------------------------------------


def test_a_site_that_moved_waits_for_the_planner_until_he_has_spoken():
    moved = result("s1", MONDAY, Outcome.MOVED)
    assert for_the_planner([moved, result("s2", MONDAY, Outcome.REFUSED)], {}) == (moved,)
    assert for_the_planner([moved], {moved.visit: moved.at + timedelta(seconds=1)}) == ()
    assert for_the_planner([moved, result("s1", THURSDAY)], {}) == ()


def test_what_was_done_stays_done_whatever_is_reported_later():
    done, refused = result("s1", MONDAY), result("s1", THURSDAY, Outcome.REFUSED)
    assert latest([refused, done])[done.visit] == done
