"""What the sections of a report share: names, dates, headings and how a part of a sentence is put."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from gridplan.model.books import (
    CoverLine,
    DayLine,
    Line,
    Part,
    ReportKind,
)
from gridplan.model.moment import local
from gridplan.model.place import Area, AreaLevel, name_in_full
from gridplan.model.words import catalogue
from gridplan.report.counting import Counter

_WHEN = {ReportKind.DAILY: "today", ReportKind.WEEKLY: "this_week", ReportKind.ROUND: "this_round"}
_NAMED = 6
"""So many names are written out, then 等."""


class Voice:
    """Knows of which area, level and days a report tells."""

    def __init__(
        self,
        counter: Counter,
        children: Sequence[Area],
        lines: Mapping[str, CoverLine],
        days: Sequence[DayLine],
        name: str,
        typed: Mapping[tuple[str, str], str],
    ) -> None:
        self.c, self.children, self.lines, self.days, self.name, self.typed = (
            counter,
            children,
            lines,
            days,
            name,
            typed,
        )
        self.books = counter.books
        self.today = local(self.books.as_of).date()
        span = counter.span
        self.when = counter.word(f"books.{_WHEN[span.kind]}")
        levels = {one.level for one in children}
        level = min(levels, key=lambda one: one.depth) if levels else AreaLevel.CELL
        self.level = counter.word(f"glossary.{level.value}")

    def day(self, day: date) -> str:
        return self.c.word("books.date", year=day.year, month=day.month, day=day.day)

    def _heading(self, key: str) -> str:
        """Return a heading; a summary has its own."""
        own = f"books.{key}_round"
        summary = self.c.span.kind is ReportKind.ROUND and own in catalogue()
        return self.c.word(own if summary else f"books.{key}", level=self.level)

    def _names(self, names: Sequence[str]) -> str:
        between = "、" if self.c.language == "zh" else ", "
        text = between.join(names[:_NAMED])
        return self.c.word("books.and_more", names=text) if len(names) > _NAMED else text

    def _full(self, area: Area) -> str:
        parent = next((one.name for one in self.books.areas if one.code == area.parent_code), "")
        return name_in_full(area.level, area.name, parent)

    def _behind(self, area: str = "") -> Line:
        figure = self.c.behind(area)
        if not figure.value:
            return self.c.line("books.as_planned")
        key = "books.behind" if figure.value > 0 else "books.ahead_of"
        return self.c.line(key, n=Part(f"{abs(int(figure.value))}", figure.key))

    def _brackets(self, line: Line) -> Line:
        if not line:
            return ()
        left, right = ("（", "）") if self.c.language == "zh" else (" (", ")")
        return (Part(left), *line, Part(right))
