"""The days of a round: the announced Chinese calendar (调休 included), overridden by the round's own `[calendar]`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import chinese_calendar

from gridplan.model.errors import InputError
from gridplan.model.round import DayKind, Round
from gridplan.model.words import say

ONE_DAY = timedelta(days=1)


def is_workday(day: date, round_: Round) -> bool:
    """Return whether the office works on `day`.

    A date the round lists decides. Else the announced calendar; in a year it does not know, the round must list something
    for that year: then Monday to Friday are worked.

    Raises
    ------
    InputError
        The date is listed as both, or the calendar does not know its year and the round says nothing about it.
    """
    if day in round_.workdays and day in round_.holidays:
        raise InputError(say("rounds.both_listed", day=day))
    if day in round_.workdays:
        return True
    if day in round_.holidays:
        return False
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        if not any(listed.year == day.year for listed in round_.workdays | round_.holidays):
            raise InputError(say("rounds.unknown_year", year=day.year)) from None
        return day.weekday() < 5


def following(round_: Round, count: int) -> tuple[date, ...]:
    """Return up to `count` days that would follow the round's: fewer where the calendar is not announced yet."""
    first = round_.rule.max_days
    for more in range(count, 0, -1):
        try:
            return horizon(replace(round_, rule=replace(round_.rule, max_days=first + more)))[first:]
        except InputError:
            continue
    return ()


def horizon(round_: Round) -> tuple[date, ...]:
    """Return the `max_days` days of the round, the first of them its start.

    Under `day_kind = calendar` they follow each other without a gap, and any day may be the first.

    Raises
    ------
    InputError
        The start is no working day (it is never moved), a year is unknown, or a calendar round lists a day off inside its
        span (that is a team's `off`, not a day of the round).
    """
    length = round_.rule.max_days
    if round_.rule.day_kind is DayKind.CALENDAR:
        span = tuple(round_.start + ONE_DAY * number for number in range(length))
        if off := sorted(round_.holidays & set(span)):
            raise InputError(say("rounds.calendar_holiday", day=off[0]))
        return span
    if not is_workday(round_.start, round_):
        raise InputError(say("rounds.start_off", day=round_.start))
    days: list[date] = []
    day = round_.start
    while len(days) < length:
        if is_workday(day, round_):
            days.append(day)
        day += ONE_DAY
    return tuple(days)
