"""The days of a round: make-up days, the round's own calendar, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from gridplan.model.errors import InputError
from gridplan.model.round import DayKind, Round, RoundRule
from gridplan.rounds.workdays import horizon
from tests.builders import round_


def days_of(start: date, days: int, day_kind: DayKind = DayKind.WORKING, **more: Any) -> list[str]:
    return [day.isoformat()[5:] for day in horizon(plan(start, days, day_kind, **more))]


def plan(start: date, days: int = 3, day_kind: DayKind = DayKind.WORKING, **more: Any) -> Round:
    return round_(start=start, rule=RoundRule(max_days=days, day_kind=day_kind), **more)


def test_weekends_are_left_out() -> None:
    assert days_of(date(2026, 12, 3), 4) == ["12-03", "12-04", "12-07", "12-08"]


def test_national_day_is_off_and_its_make_up_saturday_is_worked() -> None:
    assert days_of(date(2026, 9, 30), 4) == ["09-30", "10-08", "10-09", "10-10"]


def test_the_round_overrides_the_table_both_ways() -> None:
    own = {"workdays": frozenset({date(2026, 12, 5)}), "holidays": frozenset({date(2026, 12, 7)})}
    assert days_of(date(2026, 12, 4), 3, **own) == ["12-04", "12-05", "12-08"]


def test_calendar_days_follow_each_other_from_any_day() -> None:
    assert days_of(date(2026, 12, 5), 3, DayKind.CALENDAR) == ["12-05", "12-06", "12-07"]


def test_a_start_on_a_holiday_is_refused_and_not_moved() -> None:
    with pytest.raises(InputError, match="2026-10-01 不是工作日"):
        horizon(plan(date(2026, 10, 1)))


def test_a_year_beyond_the_table_is_refused_by_name_even_in_the_middle_of_a_round() -> None:
    with pytest.raises(InputError, match="2027"):
        horizon(plan(date(2026, 12, 30), 5))


def test_a_year_beyond_the_table_is_taken_from_the_round() -> None:
    new_year = {"holidays": frozenset({date(2027, 1, 1)})}
    assert days_of(date(2026, 12, 30), 4, **new_year) == ["12-30", "12-31", "01-04", "01-05"]


def test_calendar_days_need_no_table() -> None:
    assert len(horizon(plan(date(2031, 5, 1), 3, DayKind.CALENDAR))) == 3


def test_a_calendar_round_cannot_skip_a_listed_holiday() -> None:
    with pytest.raises(InputError, match="2026-12-06"):
        horizon(plan(date(2026, 12, 5), 3, DayKind.CALENDAR, holidays=frozenset({date(2026, 12, 6)})))


def test_a_date_listed_as_both_is_refused() -> None:
    both = frozenset({date(2026, 12, 2)})
    with pytest.raises(InputError, match="workdays"):
        horizon(plan(date(2026, 12, 1), 3, workdays=both, holidays=both))


def test_the_horizon_has_max_days_days_in_order() -> None:
    days = horizon(plan(date(2026, 11, 30), 10))
    assert len(days) == 10 and list(days) == sorted(set(days)) and days[-1] - days[0] == timedelta(days=11)
