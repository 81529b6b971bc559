"""The coverage page: one level within an area as of a moment, as verdict, figures, map, table and trend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from gridplan.model.books import CoverLine, DayLine
from gridplan.model.errors import InputError, NotFound
from gridplan.model.place import AreaCode, AreaLevel, name_in_full
from gridplan.model.record import User
from gridplan.model.rights import Right
from gridplan.model.round import RuleUnit
from gridplan.model.words import Text, say
from gridplan.report.draw import Bar, MapWords, course_chart, cover_map, day_chart
from gridplan.report.ledger import LAGGARD_SHARE, LAGGARD_SITES, LAST_DAYS
from gridplan.services.accounts.rights import may
from gridplan.services.desk import Desk
from gridplan.services.reporting.books import (
    Moment,
    at_moment,
    children,
    days_of,
    lines_at,
    may_see,
    moment_asked,
    nobody_answers,
    now_of,
)

ROWS = 2000
"""So many rows the table shows at once; the page says when there are more."""
MAPPED = 4000


def coverage_page(
    desk: Desk,
    *,
    level: str = "",
    area: str | None = None,
    as_of: str = "",
    round_id: int | None = None,
    reader: User | None = None,
    language: str = "zh",
    href: Callable[[str, str], str] | None = None,
) -> dict[str, Any]:
    """Return what the page shows; `href` gives the address of (area, level). Empty where nothing was published then.

    Raises
    ------
    InputError
        The level or the moment cannot be read.
    NotFound
        The area is not there, or not the reader's.
    """
    if level and level not in {item.value for item in AreaLevel}:
        raise InputError(say("desk.no_level", level=level))
    asked = moment_asked(as_of)
    empty: dict[str, Any] = {"district": desk.district(), "name": "", "rows": [], "as_of": as_of}
    try:
        moment = at_moment(desk, round_id=round_id, as_of=asked)
    except NotFound as error:
        return empty | {"why": error.text}
    bound = reader is not None and reader.area is not None
    area = area or (reader.area if reader else None)
    may_see(moment, reader, area)
    inside = moment.inside(area)
    levels = [one for one in AreaLevel if any(it.level is one for it in inside)]
    if not levels:
        return empty | {"why": say("web.nothing_published")}
    top = next((one for one in inside if one.code == area), None)
    shown = AreaLevel(level) if level and AreaLevel(level) in levels else _usual(moment, area, levels)
    lines = lines_at(moment, shown, area)
    total = moment.line(area or "*")
    assert total is not None
    days = days_of(desk, moment, reader, area)
    secret = reader is not None and area is not None and not may(reader, Right.PLAN)
    bare, orphans = nobody_answers(moment, area)
    words = MapWords(
        label=say(
            "books.map_label", area=total.name, level=say(f"glossary.{shown.value}"), **_least_and_most(lines)
        ).of(language),
        coverage=say("glossary.coverage").of(language),
        late=say("books.map_late").of(language),
    )
    mapped = [one for one in inside if one.level is shown][:MAPPED]
    deeper = _next_level(levels, shown)
    parents = {one.code: one.name for one in moment.areas}
    return {
        "district": moment.plan.round.district,
        "name": moment.plan.round.name,
        "round": int(moment.round_id),
        "plan": moment.head.number,
        "area": area or "",
        "area_name": top.name if top else moment.plan.round.district,
        "up": _up(moment, area, reader),
        "level": shown.value,
        "levels": [(one.value, sum(it.level is one for it in inside)) for one in levels],
        "deeper": deeper.value if deeper else "",
        "as_of": f"{moment.as_of:%Y-%m-%d %H:%M}",
        "asked": f"{asked:%Y-%m-%d %H:%M}" if asked else "",
        "before": f"{_evening(moment, -1):%Y-%m-%d %H:%M}",
        "after": f"{_evening(moment, 1):%Y-%m-%d %H:%M}" if _evening(moment, 1) <= now_of(desk) else "",
        "rows": lines[:ROWS],
        "more": max(0, len(lines) - ROWS),
        "parents": parents,
        "show_parent": shown in (AreaLevel.COMMUNITY, AreaLevel.CELL)
        and (top is None or top.level.depth < shown.depth - 1),
        "total": total,
        "late_levels": sum(line.laggard for line in lines),
        "overdue_areas": sum(line.overdue > 0 for line in lines),
        "idle": [_full(line, parents) for line in lines if line.promised and not line.started and line.behind > 0],
        "on_time": total.behind <= 0 and not total.days_late and not total.overdue,
        "sentence": _sentence(total, moment, secret=secret),
        "second": _second(total, moment, days, secret=secret),
        "days": days,
        "minimum": 0 if area else moment.plan.round.rule.min_per_day,
        "short": [day for day in days if day.kept is False] if not area else [],
        "plan_short": [day for day in days if day.plan_kept is False] if not area else [],
        "per_team": moment.plan.round.rule.unit is RuleUnit.TEAM,
        "map": cover_map(
            mapped,
            {line.code: line for line in lines},
            words,
            width=640,
            height=400,
            href=(lambda code: href(code, deeper.value)) if href and deeper else None,
        ),
        "chart": _days_chart(moment, days, language, part=area is not None),
        "course": _course(moment, days, total, language),
        "bare": bare[:60],
        "bare_count": len(bare),
        "orphans": orphans,
        "outside": sum(line.promised for line in moment.lines if line.code == "" and line.level is None)
        if not bound
        else 0,
        "laggard": (LAGGARD_SITES, round(100 * LAGGARD_SHARE)),
    }


def _full(line: CoverLine, parents: Mapping[AreaCode, str]) -> str:
    return name_in_full(line.level, line.name, parents.get(AreaCode(line.parent), ""))


def _usual(moment: Moment, area: str | None, levels: list[AreaLevel]) -> AreaLevel:
    below = children(moment, area)
    if below:
        return min((one.level for one in below), key=lambda one: one.depth)
    return levels[-1]


def _next_level(levels: list[AreaLevel], level: AreaLevel) -> AreaLevel | None:
    deeper = [one for one in levels if one.depth > level.depth]
    return deeper[0] if deeper else None


def _up(moment: Moment, area: str | None, reader: User | None) -> list[tuple[str, str, str]]:
    """Return (code, name, its own level below) of the areas above one, widest first, as far as the reader's own goes."""
    by_code = {one.code: one for one in moment.areas}
    found: list[tuple[str, str, str]] = []
    at = next((one for one in moment.areas if one.code == area), None)
    while at is not None and at.code != (reader.area if reader else None) and at.parent_code in by_code:
        at = by_code[at.parent_code]
        found.append((at.code, at.name, ""))
    return found[::-1]


def _evening(moment: Moment, days: int) -> datetime:
    """Return the evening of the day before or after, when the books are closed."""
    day = (moment.as_of + timedelta(days=days)).date()
    return datetime(day.year, day.month, day.day, 20)


def _least_and_most(lines: list[CoverLine]) -> dict[str, str]:
    shares = [line.coverage for line in lines if line.promised]
    return {"low": f"{100 * min(shares, default=0):.0f}%", "high": f"{100 * max(shares, default=0):.0f}%"}


def _sentence(total: CoverLine, moment: Moment, *, secret: bool) -> Text:
    if total.promised == total.done:
        return say("cover.all_done", done=total.done)
    if total.speed is None:
        return say("cover.not_begun", promised=total.promised)
    if not total.speed:
        return say("cover.stands_still", days=LAST_DAYS)
    if total.finish is None:
        return say("cover.too_slow", days=LAST_DAYS, late=total.days_late)
    planned = max((route.date for route in moment.plan.routes), default=None)
    day = say("books.month_day", month=total.finish.month, day=total.finish.day)
    if planned is None or secret or total.finish <= planned:
        return say("cover.in_time", days=LAST_DAYS, day=day)
    late = sum(planned < one <= total.finish for one in moment.plan.round.workdays)
    return say("cover.late", days=LAST_DAYS, day=day, late=late)


def _second(total: CoverLine, moment: Moment, days: tuple[DayLine, ...], *, secret: bool) -> Text:
    left = total.promised - total.done
    remaining = [day for day in moment.plan.round.workdays if day >= moment.as_of.date()]
    if not left:
        return say("cover.nothing_left", open=total.open)
    if not remaining:
        return say("cover.no_days_left", left=left)
    speed = f"{total.speed:.1f}" if total.speed is not None else "—"
    return say(
        "cover.need", left=left, days=len(remaining), need=f"{left / len(remaining):.1f}", last=LAST_DAYS, speed=speed
    )


def _days_chart(moment: Moment, days: tuple[DayLine, ...], language: str, *, part: bool) -> str:
    rule = moment.plan.round.rule
    team = rule.unit is RuleUnit.TEAM
    today = moment.as_of.date()

    def per(number: int, team_days: int) -> float | None:
        if not team:
            return float(number)
        return round(number / team_days, 1) if team_days else None

    bars = [
        Bar(
            name=f"{day.day.month}/{day.day.day}",
            value=per(day.done, day.team_days) if day.day <= today and (day.done or day.day < today) else None,
            planned=per(day.planned, day.planned_team_days) or None,
            below=day.kept is False and not part,
            planned_below=day.plan_kept is False and not part,
        )
        for day in days
    ]
    minimum = None if part else float(rule.min_per_day)
    label = say("cover.chart_label", minimum=rule.min_per_day, short=sum(day.kept is False for day in days)).of(
        language
    )
    return day_chart(bars, minimum, label, say("cover.minimum", n=rule.min_per_day).of(language))


def _course(moment: Moment, days: tuple[DayLine, ...], total: CoverLine, language: str) -> str:
    today = moment.as_of.date()
    names, planned, done = [], [], []
    sum_planned = sum_done = 0
    for day in days:
        names.append(f"{day.day.month}/{day.day.day}")
        sum_planned, sum_done = sum_planned + day.planned, sum_done + day.done
        planned.append(sum_planned)
        done.append(sum_done if day.day <= today else None)
    promised = max(total.promised, sum_planned, sum_done)
    forecast = None
    place = {day.day: number for number, day in enumerate(days)}
    if total.done < total.promised and total.finish in place:
        day_name = say("books.month_day", month=total.finish.month, day=total.finish.day)
        forecast = float(place[total.finish]), say("cover.forecast", day=day_name).of(language)
    elif total.done < total.promised and total.days_late and days:
        forecast = (
            float(len(days) - 1 + min(total.days_late, 5)),
            say("cover.forecast_late", late=total.days_late).of(language),
        )
    words = {"done": say("glossary.done").of(language)}
    label = say("cover.course_label", done=total.done, promised=total.promised).of(language)
    return course_chart(names, planned, done, promised, words, label, forecast=forecast)
