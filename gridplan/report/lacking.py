"""The sections of a report on what is lacking: who is late, where nobody answers, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from gridplan.model.books import (
    Fact,
    Grid,
    Line,
    Part,
    Period,
    Section,
)
from gridplan.model.place import Area, AreaLevel
from gridplan.model.site import SiteStatus
from gridplan.report.ledger import LAGGARD_SHARE, LAGGARD_SITES
from gridplan.report.voice import Voice


class Lacking(Voice):
    """Writes these sections."""

    def _late(self) -> Section:
        c = self.c
        late = [one for one in self.children if one.code in self.lines and self.lines[one.code].laggard]
        late.sort(key=lambda one: (-self.lines[one.code].behind, one.code))
        heading = self._heading("h_late")
        if not late:
            return Section(heading=heading, lines=(c.line("books.p_no_late", level=self.level),))
        facts = [
            Fact(
                id=one.code,
                name=one.name,
                codes=(one.code,),
                text=f"{c.word('books.col_late')} {self.lines[one.code].behind}",
            )
            for one in late
        ]
        idle = [one.name for one in late if not self.lines[one.code].started]
        sentence = c.line(
            "books.p_late",
            n=c.of(c.given("late_areas", facts)),
            level=self.level,
            sites=LAGGARD_SITES,
            share=round(100 * LAGGARD_SHARE),
            idle=c.word("books.p_idle", names=self._names(idle)) if idle else "",
        )
        rows = tuple(
            (
                (Part(one.name),),
                (self.c.of(c.behind(one.code)),),
                (Part(self.typed.get((one.code, "reason"), "")),),
                (Part(self.typed.get((one.code, "measure"), "")),),
            )
            for one in late
        )
        header = (self.level, *(c.word(f"books.col_{key}") for key in ("late", "reason", "measure")))
        grid = Grid(
            header=header,
            rows=rows,
            numbers=frozenset({1}),
            codes=tuple(one.code for one in late),
            typed=("", "", "reason", "measure"),
        )
        return Section(heading=heading, lines=(sentence,), grid=grid)

    def _blind(self) -> tuple[Line, ...]:
        c, books = self.c, self.books
        inside = _inside(books.areas, c.area)
        bare = [one for one in inside if not books.owners.get(one.code)]
        parts: list[Line] = []
        levels = sorted({one.level for one in bare}, key=lambda one: one.depth)
        if bare:
            c.given("unowned", [Fact(id=one.code, name=one.name, codes=(one.code,)) for one in bare])
        for level in levels:
            here = [one for one in bare if one.level is level]
            facts = [Fact(id=one.code, name=one.name, codes=(one.code,)) for one in here]
            figure = c.given(f"unowned-{level.value}", facts)
            names = self._names([self._full(one) for one in here])
            parts.append(
                c.line("books.p_blind_level", level=c.word(f"glossary.{level.value}"), n=c.of(figure), names=names)
            )
        lines = [c.line("books.p_blind", what=c.listed(parts)) if parts else c.line("books.p_owned")]
        more: list[Part] = []
        blind = {one.code for one in bare}
        sites = [fact for fact in c.figure("promised").facts if fact.codes and fact.codes[-1] in blind]
        if sites:
            deepest = max((one.level for one in inside), key=lambda one: one.depth, default=AreaLevel.CELL)
            level_word = c.word(f"glossary.{deepest.value}")
            more += c.line("books.p_blind_sites", n=c.of(c.given("unowned_sites", sites)), level=level_word)
        outside = [fact for fact in c.figure("promised").facts if not fact.codes]
        if outside:
            more += c.line("books.p_outside", n=c.of(c.given("outside-all", outside)))
        waiting = [
            Fact(
                id=site.id,
                site=site.id,
                name=site.name,
                codes=books.codes.get(site.id, ()),
                text=site.reason.of(c.language),
            )
            for site in books.plan.sites
            if site.status is SiteStatus.REVIEW and (c.area is None or c.area in books.codes.get(site.id, ()))
        ]
        if waiting:
            more += c.line("books.p_review", n=c.of(c.given("review", waiting)))
        if more:
            lines.append(tuple(more))
        return tuple(lines)

    def _next(self) -> tuple[Line, ...]:
        """Return what is left to do after the round, as the books show it: 一是……二是……."""
        c = self.c
        points: list[Line] = []
        left = c.value("promised") - c.value("first", Period.ROUND)
        if c.value("open"):
            points.append(c.line("books.next_open", n=c.number("open"), late=c.number("open_overdue")))
        missed = c.figure("overdue")
        if missed.value or c.value("unplanned"):
            points.append(c.line("books.next_left", n=c.of(missed), unplanned=c.number("unplanned")))
        failed = [
            c.line("books.p_failed_kind", name=c.word(f"books.stat_{key}"), n=c.number(key, Period.ROUND))
            for key in ("closed", "refused", "moved", "not_found")
            if c.value(key, Period.ROUND)
        ]
        if failed:
            points.append(c.line("books.next_failed", what=c.listed(failed)))
        if "unowned.now." in c.figures:
            points.append(c.line("books.next_owner", n=c.of(c.figures["unowned.now."])))
        points.append(c.line("books.next_go_on" if left <= 0 else "books.next_finish"))
        ordinals = [c.word(f"books.point_{n}") for n in range(1, len(points) + 1)]
        return tuple((Part(ordinal), *point) for ordinal, point in zip(ordinals, points, strict=True))


def _inside(areas: Sequence[Area], top: str | None) -> tuple[Area, ...]:
    if top is None:
        return tuple(areas)
    found = {top}
    for area in sorted(areas, key=lambda one: one.level.depth):
        if area.parent_code in found:
            found.add(area.code)
    return tuple(area for area in areas if area.code in found)
