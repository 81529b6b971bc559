"""对数: the sums of a report that must agree, each written with both sides."""

from __future__ import annotations

from collections import Counter as Tally

from gridplan.model.books import Check, CoverLine, Period, ReportKind
from gridplan.model.finding import NoticeKind
from gridplan.model.site import SiteKind
from gridplan.report.counting import Counter, of_area
from gridplan.report.statistics import BY_KEY


def sums(counter: Counter, line: CoverLine | None, level: str) -> tuple[Check, ...]:
    """Return every check of a report; `line` is the coverage page's own count of the same area, `level` the word for those below."""
    c, ever, span = counter, Period.ROUND, Period.SPAN
    checks: list[Check] = []

    def check(key: str, agrees: bool, **fields: object) -> None:
        checks.append(Check(text=c.word(f"books.{key}", **fields), agrees=agrees))

    done, promised = c.value("first", ever), c.value("promised")
    by_day = sum(Tally(fact.day for fact in c.figure("first", ever).facts).values())
    check("check_days", by_day == done, a=by_day, b=done)
    for key, period in (("promised", Period.NOW), ("first", ever), ("open", Period.NOW)):
        if not c.below:
            break
        below = set(c.below)
        whole = c.figure(key, period)
        # What lies in none of them is counted as one more.
        parts = [len({fact.id for fact in of_area(whole.facts, area)}) for area in c.below]
        rest = len({fact.id for fact in whole.facts if not below & set(fact.codes)})
        total = sum(parts) + rest
        name = c.word(f"books.stat_{key}")
        check("check_areas", total == whole.value, level=level, a=total, b=int(whole.value), name=name)
    if line is not None:
        states = line.done + line.ahead + line.overdue + line.unplanned
        check(
            "check_states",
            states == promised,
            done=line.done,
            ahead=line.ahead,
            overdue=line.overdue,
            unplanned=line.unplanned,
            promised=promised,
        )
        check("check_tally", line.done == done, a=line.done, b=done)
    kinds = sum(c.value(f"promised_{kind}") for kind in SiteKind)
    check("check_kinds", kinds == promised, a=kinds, b=promised)
    visits = c.value("visits", ever)
    parts_of = [c.value(key, ever) for key in ("first", "follow_up", "lead_visits", "sample")]
    check("check_purposes", visits == sum(parts_of), a=visits, **dict(zip("bcde", parts_of, strict=True)))
    found, struck, opened = (c.value(key) for key in ("found_ever", "struck_ever", "open"))
    check("check_findings", found - struck == opened, a=found, b=struck, c=opened)
    papers, all_papers = sum(c.value(f"notice_{kind}", ever) for kind in NoticeKind), c.value("notices", ever)
    check("check_papers", papers == all_papers, a=papers, b=all_papers)
    planned = {fact.id for fact in c.figure("planned", span).facts}
    fields = {"done": len(planned & {fact.id for fact in c.figure("first", ever).facts})}
    for key in ("closed", "refused", "moved", "not_found"):
        assert key in BY_KEY
        fields[key] = len(planned & {fact.id for fact in c.figure(key, ever).facts})
    tried = {fact.id for key in ("first", *fields) if key in BY_KEY for fact in c.figure(key, ever).facts}
    fields["none"] = len(planned - tried)
    names = {ReportKind.DAILY: "today", ReportKind.WEEKLY: "this_week", ReportKind.ROUND: "this_round"}
    when = c.word(f"books.{names[c.span.kind]}")
    check("check_plan", sum(fields.values()) == len(planned), span=when, planned=len(planned), **fields)
    return tuple(checks)
