"""Balances the books of a round: every total against the rows it is made of, at every level, as of a moment."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from gridplan.fieldwork.findings import stood_at
from gridplan.model.coverage import CoverageRow
from gridplan.model.finding import FindingEvent, FindingState
from gridplan.model.place import AreaLevel
from gridplan.model.record import RoundId
from gridplan.model.result import first_done
from gridplan.model.round import Purpose, RuleUnit
from gridplan.model.words import Text, say
from gridplan.services.desk import Desk
from gridplan.services.reporting.books import at_moment, days_of, verdicts_at
from gridplan.services.reporting.report import coverage_rows

STATES = ("promised", "done", "ahead", "overdue", "unplanned")


def balance(desk: Desk, round_id: int, as_of: datetime) -> tuple[CoverageRow, list[Text]]:
    """Return the grand total of a round as of a moment (local), and every sum that does not agree: () is a balanced book.

    promised = done + ahead + overdue + unplanned in every row; the rows of each level add up to the total; what is done is what
    the results say, site by site; each finding is as its steps say; opened = open + closed; the books as of that moment say the same, and the judge of the
    daily minimum counts on each day what they count.
    """
    plan, rows, _, results = coverage_rows(desk, round_id, as_of)
    wrong: list[Text] = []

    def same(what: str, one: int, other: int) -> None:
        if one != other:
            wrong.append(say("leads.not_balanced", what=what, one=one, other=other))

    total = next(row for row in rows if row.code == "*")
    for row in rows:
        same(f"{row.name} {row.code}", row.promised, row.done + row.ahead + row.overdue + row.unplanned)
    # The row without level (outside all areas) belongs to every level.
    outside = [row for row in rows if row.level is None and row.code == ""]
    by_level: dict[AreaLevel, list[CoverageRow]] = defaultdict(list)
    for row in rows:
        if row.level is not None:
            by_level[row.level].append(row)
    for level, mine in by_level.items():
        for state in STATES:
            same(f"{level.value} {state}", sum(getattr(row, state) for row in (*mine, *outside)), getattr(total, state))
    routine = {visit.id for visit in plan.visits if visit.purpose is Purpose.ROUTINE}
    same("done", total.done, len(first_done(results, as_of).keys() & routine))
    moment = at_moment(desk, round_id=round_id, as_of=as_of)
    books = moment.line("*")
    for state in STATES:  # the books of that evening, by the plan of then
        same(f"books {state}", getattr(books, state), getattr(total, state))
    verdicts, days = verdicts_at(desk, moment), days_of(desk, moment, None)
    for day in days:
        if plan.round.rule.unit is not RuleUnit.TEAM:
            same(f"{day.day} done", day.done, verdicts.fact.made(day.day))
    with desk.store.reading() as t:
        findings, events = t.findings.list(round_id=RoundId(round_id)), t.findings.events(round_id=RoundId(round_id))
        papers = t.findings.notices(round_id=RoundId(round_id))
    steps: dict[str, list[FindingEvent]] = defaultdict(list)
    for event in events:
        steps[event.finding].append(event)
    now = Counter(one.state for one in findings)
    same("findings", len(findings), now[FindingState.OPEN] + now[FindingState.CLOSED])
    for one in findings:
        stands = stood_at(one, steps[one.id], datetime.max)
        same(
            f"finding {one.id}",
            int(stands is None or stands.state is FindingState.OPEN),
            int(one.state is FindingState.OPEN),
        )
    same("notices", len(papers), sum(event.action.value == "notice" for event in events))
    known = {result.key for result in results}
    same("results of findings", sum(one.result in known or not one.result for one in findings), len(findings))
    return total, wrong
