"""Opening hours are read as offices write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.model.errors import InputError
from gridplan.model.hours import OpeningHours, parse_hours

MONDAY, SATURDAY, SUNDAY = date(2026, 11, 30), date(2026, 12, 5), date(2026, 12, 6)


def test_weekdays_and_saturday_have_their_own_windows():
    hours = parse_hours("Mo-Fr 14:00-20:30; Sa 09:00-17:00")
    assert hours.on(MONDAY) == ((50400, 73800),)
    assert hours.on(SATURDAY) == ((32400, 61200),)
    assert hours.on(SUNDAY) == ()


def test_chinese_days_and_full_width_signs_are_read():
    assert parse_hours("周一至周五 14：00—20：30；周六，周日 9：00～17：00") == parse_hours(
        "Mo-Fr 14:00-20:30; Sa-Su 09:00-17:00"
    )


def test_times_without_days_mean_every_day():
    assert parse_hours("08:00-20:30") == parse_hours("Mo-Su 08:00-20:30")


@pytest.mark.parametrize(
    "text", ["", "open", "Mo 20:00-08:00", "Mo 8-25:00", "Xx 08:00-09:00", "Mo 08:00-10:00,09:00-11:00"]
)
def test_what_cannot_be_read_is_an_error_that_quotes_it(text):
    with pytest.raises(InputError, match=r"营业时间|时间"):
        parse_hours(text)


@st.composite
def weeks(draw: st.DrawFn) -> OpeningHours:
    """Weeks with at least one window."""
    week = []
    for _ in range(7):
        ends = sorted(draw(st.lists(st.integers(0, 1440), unique=True, max_size=4)))
        week.append(tuple((a * 60, b * 60) for a, b in zip(ends[::2], ends[1::2], strict=False)))
    if not any(week):
        week[0] = ((0, 60),)
    return OpeningHours(tuple(week))


@given(weeks())
def test_written_hours_read_back_the_same(hours):
    assert parse_hours(str(hours)) == hours
