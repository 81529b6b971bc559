"""Writes the daily and weekly report of an area as an office does, every number counted from rows that are kept with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

from gridplan.model.books import (
    CoverLine,
    DayLine,
    Fact,
    Figure,
    Grid,
    Line,
    Part,
    Period,
    Picture,
    Report,
    ReportKind,
    Section,
    Span,
)
from gridplan.model.errors import InputError
from gridplan.model.finding import NoticeKind
from gridplan.model.place import Area, AreaLevel
from gridplan.model.site import SiteKind, SiteStatus
from gridplan.model.words import catalogue, say
from gridplan.report.counting import Counter, percent
from gridplan.report.draw import MapWords, cover_map
from gridplan.report.ledger import LAGGARD_SHARE, LAGGARD_SITES
from gridplan.report.pace import LAST_DAYS
from gridplan.report.states import local
from gridplan.report.statistics import BY_KEY, Books
from gridplan.report.sums import sums

_WHEN = {ReportKind.DAILY: "today", ReportKind.WEEKLY: "this_week", ReportKind.ROUND: "this_round"}
_NAMED = 6
"""So many names are written out, then 等."""
_OF_NOTICE = {
    NoticeKind.RECTIFY: ("ordered_sites", "p_ordered"),
    NoticeKind.STOP: ("stopped_sites", "p_stopped"),
    NoticeKind.SEAL: ("sealed_sites", "p_sealed"),
    NoticeKind.SUSPEND: ("suspended_sites", "p_suspended"),
}


def span_of(kind: ReportKind, day: date, workdays: Sequence[date] = ()) -> Span:
    """Return the days that a report on a day tells of; a round's summary tells of its working days."""
    if kind is ReportKind.ROUND:
        return Span(kind=kind, first=min(workdays, default=day), last=max(workdays, default=day))
    if kind is ReportKind.DAILY:
        return Span(kind=kind, first=day, last=day)
    monday = day - timedelta(days=day.weekday())
    return Span(kind=kind, first=monday, last=monday + timedelta(days=6))


def below(areas: Sequence[Area], area: str | None) -> tuple[Area, ...]:
    """Return the areas next below one; for None those below the one that holds all, or all that lie in none.

    Raises
    ------
    InputError
        There is no such area.
    """
    if area is not None and all(one.code != area for one in areas):
        raise InputError(say("books.no_area", area=area))
    known = {one.code for one in areas}
    top = [one for one in areas if (one.parent_code or "") not in known]
    if area is None:
        if len(top) != 1:
            return tuple(top)
        area = top[0].code
    return tuple(one for one in areas if one.parent_code == area)


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
    teller = _Teller(counter, children, lines, days, name, typed or {})
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


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


class _Teller:
    """Writes the sections one after the other."""

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
        return self.c.word(
            "books.subtitle_daily",
            area=self.name,
            round=self.books.plan.round.name,
            number=sum(day <= span.first for day in workdays),
            day=self.day(span.first),
            weekday=self.c.word(f"books.weekday_{span.first.weekday()}"),
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

    def _heading(self, key: str) -> str:
        """Return a heading; a summary has its own."""
        own = f"books.{key}_round"
        summary = self.c.span.kind is ReportKind.ROUND and own in catalogue()
        return self.c.word(own if summary else f"books.{key}", level=self.level)

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

    # ---- 一 --------------------------------------------------------------------------------------------------------

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

    def _behind(self, area: str = "") -> Line:
        figure = self.c.behind(area)
        if not figure.value:
            return self.c.line("books.as_planned")
        key = "books.behind" if figure.value > 0 else "books.ahead_of"
        return self.c.line(key, n=Part(f"{abs(int(figure.value))}", figure.key))

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

    def _brackets(self, line: Line) -> Line:
        if not line:
            return ()
        left, right = ("（", "）") if self.c.language == "zh" else (" (", ")")
        return (Part(left), *line, Part(right))

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

    # ---- 二 --------------------------------------------------------------------------------------------------------

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

    # ---- 三 --------------------------------------------------------------------------------------------------------

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

    # ---- 四 --------------------------------------------------------------------------------------------------------

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

    # ---- 五 --------------------------------------------------------------------------------------------------------

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

    def _full(self, area: Area) -> str:
        """Return the name of an area; that of a cell says little without its community's."""
        if area.level is not AreaLevel.CELL:
            return area.name
        parent = next((one.name for one in self.books.areas if one.code == area.parent_code), "")
        return f"{parent}{area.name}"

    def _names(self, names: Sequence[str]) -> str:
        between = "、" if self.c.language == "zh" else ", "
        text = between.join(names[:_NAMED])
        return self.c.word("books.and_more", names=text) if len(names) > _NAMED else text

    # ---- 六 --------------------------------------------------------------------------------------------------------

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


def _inside(areas: Sequence[Area], top: str | None) -> tuple[Area, ...]:
    if top is None:
        return tuple(areas)
    found = {top}
    for area in sorted(areas, key=lambda one: one.level.depth):
        if area.parent_code in found:
            found.add(area.code)
    return tuple(area for area in areas if area.code in found)


def moment_of(span: Span, now: datetime) -> datetime:
    """Return the moment that a report is made as of: the end of its last day, or now while that is to come."""
    end = datetime(span.last.year, span.last.month, span.last.day) + timedelta(days=1)
    return min(end, local(now))
