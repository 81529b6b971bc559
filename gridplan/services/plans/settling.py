"""What the next plan takes from the street: follow-ups that are due, sites that are gone, and the planner's word on those that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from gridplan.fieldwork.findings import followups, for_the_planner
from gridplan.model.errors import Conflict, NotFound
from gridplan.model.finding import Finding, FindingState
from gridplan.model.plan import Plan
from gridplan.model.record import RoundId
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.rights import Right
from gridplan.model.round import ExtraVisit, Purpose, Visit, VisitId
from gridplan.model.site import SiteId, Standing
from gridplan.model.words import say
from gridplan.rounds.sample import draw_sample
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.replanning import new_visit
from gridplan.store.repositories import Transaction

AGAIN = "visit.again"


# ---- what feeds the next plan ----------------------------------------------------------------------------------------


def follow_up_visits(
    plan: Plan, findings: Sequence[Finding], results: Sequence[VisitResult], as_of: date, until: date
) -> tuple[Visit, ...]:
    """Return the follow-ups (回头看) that a plan lacks: one for each site with a finding overdue or due by `until`."""
    done = {result.visit for result in results if result.outcome in (Outcome.DONE, Outcome.CLOSED_FOR_GOOD)}
    here = {site.id for site in plan.sites}
    waiting = {
        visit.site
        for visit in plan.visits
        if Purpose.FOLLOW_UP in (visit.purpose, *visit.also) and visit.id not in done
    }
    # A visit that the plan gave up has its name for ever: what was reported of it is not said of the new one.
    known = {visit.id for visit in plan.visits}
    ghosts = [replace(plan.visits[0], id=id) for id in sorted({one.visit for one in results} - known)]
    whole, last = replace(plan, visits=(*plan.visits, *ghosts)), plan.round.workdays[-1]
    made = []
    for one in followups([item for item in findings if item.site in here], as_of, until, waiting=waiting):
        visit = new_visit(
            whole,
            one.visit.site_id,
            purpose=Purpose.FOLLOW_UP,
            earliest=one.visit.earliest,
            due=min(one.visit.due, last) if one.visit.due else None,
            minutes=one.visit.minutes,
        )
        days = [day for day in plan.round.workdays if visit.earliest is None or day >= visit.earliest]
        if not any(visit.windows(day) for day in days if visit.due is None or day <= visit.due):
            visit = replace(visit, due=last)  # its doors are shut on all days of grace
        made.append(visit)
    return tuple(made)


def extra_visits(desk: Desk, as_of: date, until: date, *, sample: float = 0.0, seed: int = 1) -> tuple[ExtraVisit, ...]:
    """Return what findings and closed-down sites ask of a round from `as_of` to `until`, as rows of visits.csv.

    `sample`: which share of the sites that are gone (已关停, 已注销) is drawn for a random recheck (重出江湖).
    """
    with desk.store.reading() as t:
        found = t.findings.list(state=FindingState.OPEN)
        gone = _gone(t)
    due = [one.visit for one in followups(found, as_of, until)]
    drawn = draw_sample(gone, -int(-sample * len(gone) // 1), seed).drawn if sample else ()
    return (*due, *(ExtraVisit(site_id=site, purpose=Purpose.SAMPLE) for site in drawn))


def _gone(t: Transaction) -> list[SiteId]:
    """Return the sites that the list or the latest result calls gone."""
    gone = {site.id for site in t.sites.list() if site.standing in (Standing.CLOSED, Standing.DEREGISTERED)}
    for stored in t.rounds.list():
        head = t.plans.published(stored.id)
        if head is None:
            continue
        shut = {result.visit for result in t.results.list(stored.id) if result.outcome is Outcome.CLOSED_FOR_GOOD}
        if shut:
            gone |= {visit.site for visit in t.plans.plan(head.id).visits if visit.id in shut}
    return sorted(gone)


# ---- moved, not found: the planner's word ----------------------------------------------------------------------------


def sent_again(t: Transaction, round_id: RoundId) -> dict[VisitId, datetime]:
    """Return the visits that the planner sent out again, and the moment of the result that he answered."""
    entries = t.audit.list(object=f"round/{round_id}/again", limit=100_000)
    return {VisitId(one.detail["visit"]): datetime.fromisoformat(one.detail["answers"]) for one in reversed(entries)}


def to_settle(desk: Desk, round_id: int) -> list[dict[str, Any]]:
    """Return the sites that moved or were not found and of which nobody has said yet what to do."""
    with desk.store.reading() as t:
        waiting = for_the_planner(t.results.list(RoundId(round_id)), _answered(t, RoundId(round_id)))
        head = t.plans.published(RoundId(round_id))
        plan = t.plans.plan(head.id) if head else None
    sites = {site.id: site for site in plan.sites} if plan else {}
    of = {visit.id: visit.site for visit in plan.visits} if plan else {}
    return [
        {
            "visit": one.visit,
            "site": of.get(one.visit, ""),
            "name": sites[of[one.visit]].name if one.visit in of else one.visit,
            "address": sites[of[one.visit]].address if one.visit in of else "",
            "outcome": one.outcome.value,
            "note": one.note,
            "by": one.by,
            "at": one.at.isoformat(timespec="minutes"),
        }
        for one in waiting
    ]


def _answered(t: Transaction, round_id: RoundId) -> Mapping[VisitId, datetime]:
    # A result that was answered is over; a later one of the same visit waits again.
    return {visit: at + timedelta(microseconds=1) for visit, at in sent_again(t, round_id).items()}


def settle(desk: Desk, round_id: int, visit: str, *, gone: bool, at: datetime, by: str, note: str = "") -> None:
    """Say what becomes of a site that moved or was not found: it is `gone`, or the crew is sent again with the next plan.

    Raises
    ------
    NotFound
        No such visit waits for the planner.
    Conflict
        The round has no published plan any more.
    """
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(RoundId(round_id)), hidden=True)
        waiting = {
            one.visit: one
            for one in for_the_planner(t.results.list(RoundId(round_id)), _answered(t, RoundId(round_id)))
        }
        one = waiting.get(VisitId(visit))
        if one is None:
            raise NotFound(say("findings.not_waiting", visit=visit))
        if gone:
            head = t.plans.published(RoundId(round_id))
            if head is None:
                raise Conflict(say("replan.not_published", round=round_id))
            t.results.add(
                head.id,
                VisitResult(
                    key=f"settled-{one.key}"[:64],
                    visit=one.visit,
                    outcome=Outcome.CLOSED_FOR_GOOD,
                    note=note,
                    by=by,
                    at=max(at, one.at),
                ),
            )
            t.audit.add(by, "visit.gone", f"round/{round_id}", {"visit": visit})
        else:
            t.audit.add(by, AGAIN, f"round/{round_id}/again", {"visit": visit, "answers": one.at.isoformat()})


def held_back(t: Transaction, round_id: RoundId) -> frozenset[VisitId]:
    """Return the visits that no plan may take up again before the planner has spoken."""
    return frozenset(one.visit for one in for_the_planner(t.results.list(round_id), _answered(t, round_id)))
