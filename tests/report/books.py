"""The hand-made plan with findings, papers and leads, as the books read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from gridplan.model.finding import Finding, FindingId, FindingState, Notice, NoticeKind
from gridplan.model.record import RoundId
from gridplan.model.result import VisitResult, first_done, first_results
from gridplan.model.round import VisitId
from gridplan.model.site import SiteId
from gridplan.report.ledger import cover, ledger
from gridplan.report.minimum import Verdicts, day_lines
from gridplan.report.narrative import build_report
from gridplan.report.spans import moment_of
from gridplan.report.statistics import Books
from gridplan.rounds.minimum import judge_minimum
from tests.builders import MONDAY
from tests.report.plans import areas, plan

EVENING = datetime.combine(MONDAY, datetime.min.time()) + timedelta(hours=20)
LATER = EVENING + timedelta(days=30)


def finding(id: str, site: str, at: datetime, *, closed: datetime | None = None, **more: Any) -> Finding:
    """A finding on the routine visit of a site; `closed` says when it was struck off."""
    return Finding(
        **(
            {
                "id": FindingId(id),
                "round": RoundId(1),
                "site": SiteId(site),
                "visit": VisitId(f"v-{site}"),
                "category": "fire",
                "text": "",
                "by": "wang",
                "at": at,
                "state": FindingState.CLOSED if closed else FindingState.OPEN,
                "closed_at": closed,
            }
            | more
        )
    )


def paper(number: str, of: Finding, kind: NoticeKind = NoticeKind.RECTIFY) -> Notice:
    """A paper handed over with a finding."""
    return Notice(number=number, kind=kind, finding=of.id, due=None, to="", at=of.at, by="wang")


def books(results: Sequence[VisitResult] = (), **more: Any) -> Books:
    """The books of the hand-made district, all areas owned, long after the round unless said otherwise."""
    owners = {area.code: "某人" for area in areas()}
    made = {"plan": plan(), "plan_number": 1, "areas": areas(), "owners": owners, "as_of": LATER}
    made |= {"categories": {"fire": "疏散通道堵塞"}, "people": {"wang": "王晓"}}
    return Books(**(made | {"results": tuple(results)} | more))


def judged(of: Books) -> Verdicts:
    """The rule on the plan and on what was done, as the services judge it."""
    rule, days = of.plan.round.rule, of.plan.round.workdays
    stops = [(stop.visit, route.date, route.team) for route in of.plan.routes for stop in route.stops]
    today = of.as_of.date()
    done = first_done(of.results, of.as_of)
    return Verdicts(
        plan=judge_minimum(rule, days, of.plan.visits, {visit: day for visit, day, _ in stops}),
        fact=judge_minimum(rule, days, of.plan.visits, done, promised=stops, today=today),
    )


def report(of: Books, span: Any, **more: Any) -> Any:
    """The report on a span, as of its end."""
    of = replace(of, as_of=moment_of(span, of.as_of))
    done = {visit: one.at for visit, one in first_results(of.results, of.as_of).items()}
    lines = cover(ledger(of.plan, of.areas), done.items(), of.as_of, owners=of.owners)
    by_code = {str(line.code): line for line in lines}
    by_code[""] = by_code[more.get("area") or "*"]
    return build_report(of, by_code, day_lines(of.plan, of.results, of.as_of, judged(of)), span, **more)
