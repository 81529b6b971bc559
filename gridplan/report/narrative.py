"""Puts the daily and weekly report of an area, and a round's summary, together and seals it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from gridplan.model.books import (
    CoverLine,
    DayLine,
    Figure,
    Report,
    Span,
)
from gridplan.model.moment import local
from gridplan.model.words import say
from gridplan.report.counting import Counter
from gridplan.report.spans import below
from gridplan.report.statistics import BY_KEY, Books
from gridplan.report.sums import sums
from gridplan.report.telling import Teller


def build_report(
    books: Books,
    lines: Mapping[str, CoverLine],
    days: Sequence[DayLine],
    span: Span,
    *,
    area: str | None = None,
    language: str = "zh",
    typed: Mapping[tuple[str, str], str] | None = None,
) -> Report:
    """Return the report of an area. `lines` are its coverage and that of the areas below, by code, with "" for itself.

    `typed`: (area code, "reason" | "measure") → what the head wrote.
    """
    children = below(books.areas, area)
    counter = Counter(books, area, span, (one.code for one in children), language)
    name = next((one.name for one in books.areas if one.code == area), books.plan.round.district)
    teller = Teller(counter, children, lines, days, name, typed or {})
    sections = teller.sections()
    checks = sums(counter, lines.get(""), teller.level)
    figures = counter.figures
    names: dict[str, str] = {one.code: one.name for one in children}
    as_of = local(books.as_of)
    made = Report(
        kind=span.kind,
        language=language,
        title=counter.word(f"books.title_{span.kind.value}", round=books.plan.round.name),
        subtitle=teller.subtitle(),
        area=area or "",
        span=span,
        as_of=as_of,
        sections=sections,
        figures=figures,
        definitions=definitions(figures, language),
        names=names,
        checks=checks,
        source=counter.word(
            "books.source",
            round=books.plan.round.name,
            plan=books.plan_number,
            as_of=f"{as_of:%Y-%m-%d %H:%M}",
        ),
        office=counter.word("books.office", district=books.plan.round.district),
    )
    return replace(made, sha256=seal(made))


def seal(report: Report) -> str:
    """Return the hash of all that a report says, its numbers, their rows and its words."""
    plain = json.dumps(asdict(report), ensure_ascii=False, default=_plain, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def definitions(figures: Mapping[str, Figure], language: str) -> tuple[tuple[str, str, str], ...]:
    """Return (name, unit, definition) of each statistic among the figures, in a fixed order."""
    used = dict.fromkeys(figure.statistic.split("-", 1)[0] for figure in figures.values())
    order = [key for key in BY_KEY if key in used] + [key for key in used if key not in BY_KEY]
    return tuple(
        (say(f"books.stat_{key}").of(language), unit_of(key, language), say(f"books.def_{key}").of(language))
        for key in order
    )


def unit_of(key: str, language: str) -> str:
    """Return the unit of a figure."""
    key = key.split("-", 1)[0]
    if key in BY_KEY:
        unit = BY_KEY[key].unit
    elif key in ("coverage", "rate"):
        unit = "share"
    else:
        unit = (
            "days"
            if key in ("days_over", "days_short", "plan_short")
            else "areas"
            if key in ("late_areas", "unowned")
            else "findings"
            if key == "category"
            else "sites"
        )
    return say(f"books.unit_{unit}").of(language)
