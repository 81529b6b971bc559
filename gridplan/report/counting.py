"""The numbers of one report: each is counted once from its rows, and words that hold it keep its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

from gridplan.model.books import Fact, Figure, Line, Part, Period, Reckoned, Span
from gridplan.model.words import say
from gridplan.report.statistics import BY_KEY, Books, count, period_of, rows_of

_MARK = re.compile("\ue000(.*?)\ue001", re.DOTALL)


class Counter:
    """Counts for one report, over an area (None = all of the plan) and the areas next below it."""

    def __init__(self, books: Books, area: str | None, span: Span, below: Iterable[str], language: str) -> None:
        self.books, self.area, self.span, self.language = books, area, span, language
        self.below = tuple(below)
        self.figures: dict[str, Figure] = {}

    # ---- numbers ---------------------------------------------------------------------------------------------------

    def number(self, key: str, period: Period = Period.NOW, area: str = "") -> Part:
        """Return the number of a statistic, ready for a sentence; `area` is one of those below, "" all."""
        return self._part(self.figure(key, period, area))

    def value(self, key: str, period: Period = Period.NOW, area: str = "") -> int:
        """Return the number itself."""
        return int(self.figure(key, period, area).value)

    def figure(self, key: str, period: Period = Period.NOW, area: str = "") -> Figure:
        """Return the figure of a statistic, counting it when it is first asked for."""
        period = period_of(key, period) if key in BY_KEY else period
        name = f"{key}.{period.value}.{area}"
        if name not in self.figures:
            whole = self.figures.get(f"{key}.{period.value}.")
            if whole is None:
                holds: Callable[[date], bool] | None = self.span.holds if period is Period.SPAN else None
                whole = self.given(key, rows_of(self.books, key, holds, self.area), period)
            if area:
                self.figures[name] = Figure(key=name, value=count(of_area(whole.facts, area)))
        return self.figures[name]

    def given(self, key: str, facts: Iterable[Fact], period: Period = Period.NOW) -> Figure:
        """Keep a figure whose rows are given."""
        rows = tuple(facts)
        figure = Figure(key=f"{key}.{period.value}.", value=count(rows), facts=rows)
        self.figures[figure.key] = figure
        return figure

    def of(self, figure: Figure) -> Part:
        """Return a kept figure's number."""
        return self._part(figure)

    def difference(self, key: str, left: Figure, right: Figure, area: str = "") -> Figure:
        """Keep left − right as a figure."""
        name = f"{key}.{Period.NOW.value}.{area}"
        made = Figure(
            key=name,
            value=left.value - right.value,
            reckoned=Reckoned.DIFFERENCE,
            left=left.key,
            right=right.key,
        )
        return self.figures.setdefault(name, made)

    def share(self, key: str, left: Figure, right: Figure, area: str = "") -> Part:
        """Keep left / right as a figure and return it in per cent; "—" where the right one is 0."""
        name = f"{key}.{Period.NOW.value}.{area}"
        if not right.value:
            return Part("—")
        made = Figure(key=name, value=left.value / right.value, reckoned=Reckoned.SHARE, left=left.key, right=right.key)
        self.figures.setdefault(name, made)
        return Part(percent(made.value), name)

    def behind(self, area: str = "") -> Figure:
        """Return how far behind its plan an area is, below 0 when it is ahead."""
        return self.difference("behind", self.figure("due", area=area), self.figure("first", Period.ROUND, area), area)

    def _part(self, figure: Figure) -> Part:
        return Part(f"{int(figure.value)}", figure.key)

    # ---- sentences -------------------------------------------------------------------------------------------------

    def word(self, key: str, **fields: object) -> str:
        """Return a word in the report's language."""
        return say(key, **fields).of(self.language)

    def line(self, key: str, **fields: Part | Line | str | int) -> Line:
        """Return a sentence whose numbers keep the names of their figures."""
        parts: list[Line] = []

        def mark(value: Part | Line | str | int) -> str:
            if isinstance(value, (str, int)):
                return str(value)
            parts.append((value,) if isinstance(value, Part) else value)
            return f"\ue000{len(parts) - 1}\ue001"

        text = self.word(key, **{name: mark(value) for name, value in fields.items()})
        out: list[Part] = []
        for number, piece in enumerate(_MARK.split(text)):
            if number % 2:
                out += parts[int(piece)]
            elif piece:
                # Official papers set no space between 汉字 and figures.
                out.append(Part(piece.replace(" ", "") if self.language == "zh" else piece))
        return tuple(out)

    def joined(self, *lines: Line) -> Line:
        """Return sentences one after the other."""
        return self.listed((line for line in lines if line), mark="" if self.language == "zh" else " ")

    def listed(self, lines: Iterable[Line], *, mark: str | None = None) -> Line:
        """Return sentences joined as a list."""
        between = mark if mark is not None else ("、" if self.language == "zh" else ", ")
        out: list[Part] = []
        for number, line in enumerate(lines):
            if number and between:
                out.append(Part(between))
            out += line
        return tuple(out)


def of_area(facts: Iterable[Fact], area: str) -> tuple[Fact, ...]:
    """Return the rows that lie in an area, "" = all of them."""
    return tuple(fact for fact in facts if not area or area in fact.codes)


def rows(figures: dict[str, Figure], key: str) -> tuple[Fact, ...]:
    """Return the rows behind a figure that is counted, each id once."""
    figure = figures[key]
    whole = figures[f"{figure.statistic}.{figure.period.value}."]
    return tuple({fact.id: fact for fact in reversed(of_area(whole.facts, figure.area))}.values())[::-1]


def percent(share: float) -> str:
    """Return a share as an office writes it; what is not all is never rounded up to it."""
    tenth = round(1000 * share)
    if tenth == 1000 and share < 1:
        tenth = 999
    return f"{tenth / 10:.1f}%"


def text_of(line: Line) -> str:
    """Return a sentence as plain text."""
    return "".join(part.text for part in line)
