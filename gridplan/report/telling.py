"""Writes the sections of a report one after the other, every number counted from rows that are kept with it."""

from __future__ import annotations

from gridplan.model.books import (
    DayLine,
    Fact,
    Grid,
    Line,
    Part,
    Period,
    Picture,
    ReportKind,
    Section,
)
from gridplan.model.finding import NoticeKind
from gridplan.model.site import SiteKind
from gridplan.model.words import say
from gridplan.report.counting import percent
from gridplan.report.draw import MapWords, cover_map
from gridplan.report.lacking import Lacking
from gridplan.report.ledger import LAST_DAYS

_OF_NOTICE = {
    NoticeKind.RECTIFY: ("ordered_sites", "p_ordered"),
    NoticeKind.STOP: ("stopped_sites", "p_stopped"),
    NoticeKind.SEAL: ("sealed_sites", "p_sealed"),
    NoticeKind.SUSPEND: ("suspended_sites", "p_suspended"),
}


class Teller(Lacking):
    """Writes all sections of a report."""

    def subtitle(self) -> str:
        """Return the line under the title."""
        span, workdays = self.c.span, sorted(self.books.plan.round.workdays)
        if span.kind is not ReportKind.DAILY:
            return self.c.word(
                "books.subtitle_weekly",
                area=self.name,
                round=self.books.plan.round.name,
                first=self.day(span.first),
                last=self.day(span.last),
            )
        number = sum(day <= span.first for day in workdays)
        told = {
            "area": self.name,
            "round": self.books.plan.round.name,
            "day": self.day(span.first),
            "weekday": self.c.word(f"books.weekday_{span.first.weekday()}"),
        }
        return (
            self.c.word("books.subtitle_daily", number=number, **told)
            if number
            else self.c.word("books.subtitle_early", **told)
        )

    def sections(self) -> tuple[Section, ...]:
        """Return all sections."""
        c = self.c
        found = [Section(heading=self._heading("h_all"), lines=(self._span_line(), *self._whole()))]
        if self.children:
            found.append(
                Section(
                    heading=self._heading("h_progress"),
                    picture=self._map(),
                    grid=self._progress(),
                )
            )
        found += [
            Section(heading=self._heading("h_findings"), lines=(self._findings(),)),
            self._late(),
            Section(heading=self._heading("h_blind"), lines=self._blind()),
        ]
        if c.span.kind is not ReportKind.DAILY:
            found.append(Section(heading=self._heading("h_days"), grid=self._by_day()))
        if c.span.kind is ReportKind.ROUND:
            found.append(Section(heading=c.word("books.h_next"), lines=self._next()))
        return tuple(found)

    def _span_line(self) -> Line:
        c, span = self.c, Period.SPAN
        first = c.line(
            "books.p_span",
            span=self.when,
            **{key: c.number(key, span) for key in ("team_days", "people", "visits", "first")},
        )
        extra = [
            c.line(f"books.p_{key}", n=c.number(key, span))
            for key in ("follow_up", "lead_visits", "sample")
            if c.value(key, span)
        ]
        more = c.line("books.p_extra", what=c.listed(extra)) if extra else ()
        stop = Part("。" if c.language == "zh" else ". ")
        promised, done = c.figure("promised"), c.figure("first", Period.ROUND)
        cover = c.line(
            "books.p_cover",
            promised=c.of(promised),
            first=c.of(done),
            coverage=c.share("coverage", done, promised),
            behind=self._behind(),
        )
        return (*first, *more, stop, *cover)

    def _whole(self) -> tuple[Line, ...]:
        return tuple(line for line in (self._ever(), self.c.joined(self._minimum(), self._finish())) if line)

    def _ever(self) -> Line:
        """Return the paragraph officials write: 累计摸排……检查……出动……责令……."""
        c, ever = self.c, Period.ROUND
        swept: list[Line] = []
        for kind in (SiteKind.COMMUNITY, SiteKind.COMPOUND, SiteKind.OFFICE):
            if c.value(f"first_{kind}", ever):
                what = c.word(f"books.kind_{kind}")
                swept.append(c.line("books.p_swept", what=what, n=c.number(f"first_{kind}", ever)))
        swept_line = c.listed(swept)
        comma = "，" if c.language == "zh" else ", "
        first = (*swept_line, Part(comma)) if swept else c.line("books.p_swept_sites", n=c.number("promised"))
        checked: list[Part] = []
        for kind in (SiteKind.CHILDCARE, SiteKind.INSTITUTION):
            if c.value(f"first_{kind}", ever):
                what = c.word(f"books.kind_{kind}")
                checked += c.line("books.p_checked", what=what, n=c.number(f"first_{kind}", ever))
        kinds = [
            c.line("books.p_notice", name=c.word(f"books.stat_notice_{one}"), n=c.number(f"notice_{one}", ever))
            for one in NoticeKind
            if c.value(f"notice_{one}", ever)
        ]
        line = c.line(
            "books.p_ever",
            swept=first,
            checked=tuple(checked),
            people=c.number("people", ever),
            notices=c.number("notices", ever),
            kinds=self._brackets(c.listed(kinds)),
        )
        found, struck = c.figure("found_ever"), c.figure("struck_ever")
        if found.value:
            rate = c.share("rate", struck, found)
            line += c.line("books.p_ever_found", found=c.of(found), struck=c.of(struck), rate=rate)
        else:
            line += c.line("books.p_ever_clean")
        orders = []
        for paper, (key, sentence) in _OF_NOTICE.items():
            facts = c.figure(f"notice_{paper}", ever).facts
            if facts:
                rows = (_as_site(fact) for fact in facts)
                orders.append(c.line(f"books.{sentence}", n=c.of(c.given(key, rows, ever))))
        if orders:
            comma, stop = ("，", "。") if c.language == "zh" else (", ", ".")
            line = c.joined(line, (*c.listed(orders, mark=comma), Part(stop)))
        return line

    def _minimum(self) -> Line:
        c, rule = self.c, self.books.plan.round.rule
        if c.area is not None:  # the rule is the round's; a part of it is not judged
            return ()
        judged = [day for day in self.days if day.kept is not None]
        if not judged:
            return ()
        over = c.given("days_over", (self._day_fact(day) for day in judged))
        missed = [day for day in judged if not day.kept]
        if missed:
            short = c.given("days_short", (self._day_fact(day) for day in missed))
            names = self._names([c.word("books.month_day", month=d.day.month, day=d.day.day) for d in missed])
            line = c.line("books.p_minimum_broken", min=rule.min_per_day, n=c.of(over), short=c.of(short), days=names)
        else:
            line = c.line("books.p_minimum_kept", min=rule.min_per_day, n=c.of(over))
        planned = [day for day in self.days if day.plan_kept is False]
        if planned:
            figure = c.given("plan_short", (self._day_fact(day) for day in planned))
            line = c.joined(line, c.line("books.p_minimum_plan", short=c.of(figure)))
        return line

    def _day_fact(self, day: DayLine) -> Fact:
        text = f"{self.c.word('books.col_planned')} {day.planned}，{self.c.word('glossary.done')} {day.done}"
        return Fact(id=day.day.isoformat(), day=day.day, name=self.day(day.day), text=text)

    def _finish(self) -> Line:
        c, line = self.c, self.lines.get("")
        if line is None:
            return ()
        if line.promised == line.done:
            return c.line("books.p_finish_done")
        if line.finish is not None:
            return c.line("books.p_finish", days=LAST_DAYS, day=self.day(line.finish))
        if line.days_late is not None:
            return c.line("books.p_finish_late", days=LAST_DAYS, late=line.days_late)
        return c.line("books.p_finish_unknown") if line.speed is not None else ()

    def _map(self) -> Picture | None:
        shares = [self.lines[one.code].coverage for one in self.children if one.code in self.lines]
        label = self.c.word(
            "books.map_label",
            area=self.name,
            level=self.level,
            low=percent(min(shares, default=0)),
            high=percent(max(shares, default=0)),
        )
        words = MapWords(label=label, coverage=self.c.word("glossary.coverage"), late=self.c.word("books.map_late"))
        svg = cover_map(self.children, self.lines, words, height=330)
        return Picture(svg=svg, label=label)

    def _progress(self) -> Grid:
        c = self.c
        header = (
            c.word("books.col_area", level=self.level),
            *(c.word(f"glossary.{key}") for key in ("owner", "promised")),
            self.when,
            *(c.word(f"books.{key}") for key in ("col_ever", "stat_coverage", "col_behind")),
            *(c.word(f"books.stat_{key}") for key in ("overdue", "unplanned", "open")),
        )
        ordered = sorted(
            self.children,
            key=lambda one: (-self.lines[one.code].behind if one.code in self.lines else 0, one.code),
        )
        rows = [self._progress_row(one.code, one.name, self._owner(one.code)) for one in ordered]
        covered = {one.code for one in self.children}
        outside = [fact for fact in c.figure("promised").facts if not covered & set(fact.codes)]
        if outside:
            figure = c.given("outside", outside)
            blank = ((Part(""),),) * 7
            rows.append(((Part(say("glossary.outside").of(c.language)),), (Part(""),), (c.of(figure),), *blank))
        rows.append(self._progress_row("", c.word("books.total"), ""))
        return Grid(header=header, rows=tuple(rows), numbers=frozenset(range(2, 10)), total=True)

    def _owner(self, code: str) -> str:
        line = self.lines.get(code)
        return line.owner if line and line.owner else "—"

    def _progress_row(self, code: str, name: str, owner: str) -> tuple[Line, ...]:
        c = self.c
        promised, done = c.figure("promised", area=code), c.figure("first", Period.ROUND, code)
        behind = c.behind(code)
        moved = -int(behind.value)
        sign = f"+{moved}" if moved > 0 else f"−{-moved}" if moved < 0 else "0"
        return (
            (Part(name),),
            (Part(owner),),
            (c.of(promised),),
            (c.number("first", Period.SPAN, code),),
            (c.of(done),),
            (c.share("coverage", done, promised, code),),
            (Part(sign, behind.key),),
            *((c.number(key, area=code),) for key in ("overdue", "unplanned", "open")),
        )

    def _findings(self) -> Line:
        c, span = self.c, Period.SPAN
        found = c.figure("found", span)
        line: Line = ()
        if found.value:
            groups: dict[str, list[Fact]] = {}
            for fact in found.facts:
                groups.setdefault(fact.text.split("：", 1)[0], []).append(fact)
            kinds = []
            for number, (name, facts) in enumerate(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))):
                kinds.append(c.line("books.p_category", name=name, n=c.of(c.given(f"category-{number}", facts, span))))
            colon = "：" if c.language == "zh" else ": "
            line += c.line("books.p_found", span=self.when, n=c.of(found), what=(Part(colon), *c.listed(kinds)))
        else:
            line += c.line("books.p_found_none", span=self.when)
        if c.value("notices", span):
            kinds = [
                c.line("books.p_notice", name=c.word(f"books.stat_notice_{kind}"), n=c.number(f"notice_{kind}", span))
                for kind in NoticeKind
                if c.value(f"notice_{kind}", span)
            ]
            line += c.line("books.p_notices", n=c.number("notices", span), what=self._brackets(c.listed(kinds)))
        line += c.line(
            "books.p_struck", struck=c.number("struck", span), open=c.number("open"), late=c.number("open_overdue")
        )
        failed = [
            c.line("books.p_failed_kind", name=c.word(f"books.stat_{key}"), n=c.number(key, span))
            for key in ("closed", "refused", "moved", "not_found")
            if c.value(key, span)
        ]
        if failed:
            line += c.line("books.p_failed", span=self.when, what=c.listed(failed))
        if c.value("leads", span) or c.value("answered", span):
            line += c.line("books.p_leads", leads=c.number("leads", span), answered=c.number("answered", span))
        return line

    def _by_day(self) -> Grid:
        c = self.c
        header = (
            c.word("books.col_day"),
            c.word("books.col_planned"),
            c.word("glossary.done"),
            c.word("books.stat_team_days"),
            c.word("books.col_minimum"),
        )
        rows: list[tuple[Line, ...]] = []
        for day in self.days:
            if not c.span.holds(day.day) or day.day > self.today:
                continue
            state = "not_over" if day.kept is None else "minimum_kept" if day.kept else "minimum_broken"
            planned = [f for f in c.figure("planned", Period.SPAN).facts if f.day == day.day]
            done = [f for f in c.figure("first", Period.SPAN).facts if f.day == day.day]
            out = [f for f in c.figure("team_days", Period.SPAN).facts if f.day == day.day]
            cells = [
                c.of(c.given(f"{key}-{day.day:%m%d}", facts, Period.SPAN))
                for key, facts in (("planned", planned), ("first", done), ("team_days", out))
            ]
            name = c.word("books.month_day", month=day.day.month, day=day.day.day)
            rows.append(((Part(name),), *((cell,) for cell in cells), (Part(c.word(f"books.{state}")),)))
        total = tuple((c.number(key, Period.SPAN),) for key in ("planned", "first", "team_days"))
        rows.append(((Part(c.word("books.total")),), *total, (Part(""),)))
        return Grid(header=header, rows=tuple(rows), numbers=frozenset({1, 2, 3}), total=True)


def _as_site(fact: Fact) -> Fact:
    return Fact(
        id=fact.site, day=fact.day, site=fact.site, name=fact.name, codes=fact.codes, who=fact.who, text=fact.text
    )
