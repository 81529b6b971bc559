"""What the street reported changes the next plan: follow-ups, revisits and newcomers are planned with least change, published, told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gridplan.model.errors import Conflict
from gridplan.model.finding import FindingState
from gridplan.model.plan import PlanSite
from gridplan.model.progress import Progress, silent
from gridplan.model.record import PlanHead, RoundId
from gridplan.model.result import COUNTS_AS_DONE
from gridplan.model.rights import Right
from gridplan.model.round import Purpose, VisitId
from gridplan.model.words import Text, say
from gridplan.routing.replan.replan import Replanned
from gridplan.routing.replan.worked import News
from gridplan.routing.search.improve import Effort
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.field.leads import mark_planned, waiting_leads
from gridplan.services.plans import publishing
from gridplan.services.plans.handing import hand_over
from gridplan.services.plans.replanner import replan_round
from gridplan.services.plans.settling import follow_up_visits

AHEAD_DAYS = 3
"""Findings that fall due within so many days of the new plan's first day get their follow-up now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPlan:
    """The plan that goes on from `as_of`. `head` is None where none could be published: the one before goes on then.

    `follow_ups` and `newcomers` are the visits that are new in it, `left_out` those for which there was no room. `short`: not all
    that the round promised can be kept any more.
    """

    as_of: date
    head: PlanHead | None
    found: Replanned
    follow_ups: tuple[VisitId, ...]
    newcomers: tuple[VisitId, ...]
    left_out: tuple[VisitId, ...]
    told: int
    short: bool
    text: Text


def next_plan(
    desk: Desk,
    round_id: int,
    *,
    as_of: date,
    by: str,
    news: News | None = None,
    sites: Sequence[PlanSite] = (),
    dial: str = "little",
    effort: Effort | None = None,
    seed: int | None = None,
    knowing: bool = False,
    progress: Progress = silent,
) -> NextPlan:
    """Replan the rest of a round, publish the plan and tell those whose routes change.

    Refused and shut sites come back, findings that are overdue or fall due soon get a follow-up, and leads of the round that had
    no room yet, and what `news` brings, find their place. Where not everything fits, newcomers and follow-ups stay out before anybody else does, then more may move. Where
    even that falls short of coverage or the daily minimum, the plan is published only with `knowing`; else `head` is None.

    Raises
    ------
    Conflict
        The round has no published plan.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(RoundId(round_id)), hidden=True)
        head = t.plans.published(RoundId(round_id))
        plan = t.plans.plan(head.id) if head else None
        results = t.results.list(RoundId(round_id))
        findings = t.findings.list(state=FindingState.OPEN)
    if head is None or plan is None:
        raise Conflict(say("replan.not_published", round=round_id))
    news = news or News()
    leads = waiting_leads(desk, round_id, plan, as_of)
    sites = (*sites, *(site for _, _, more in leads for site in more))
    news = replace(news, visits=(*news.visits, *(visit for _, visit, _ in leads)))
    done = {result.visit for result in results if result.outcome in COUNTS_AS_DONE}
    old = {visit.id for visit in plan.visits if visit.purpose is Purpose.FOLLOW_UP and visit.id not in done}
    # A follow-up that missed its days is asked for anew, with new ones.
    dropped = {visit.id for visit in plan.visits if visit.id in old and visit.due is not None and visit.due < as_of}
    kept = tuple(visit for visit in plan.visits if visit.id not in dropped)
    # What is asked for already counts as known, so that no two visits get one name.
    whole = replace(plan, visits=(*kept, *news.visits), sites=(*plan.sites, *sites))
    until = min(as_of + timedelta(days=AHEAD_DAYS), plan.round.workdays[-1])
    due = follow_up_visits(whole, findings, results, as_of, until)
    wanted, left_out, missed = (*news.visits, *due), set[VisitId](), set(dropped)

    def again(much: str) -> tuple[PlanHead, Replanned]:
        return replan_round(
            desk,
            round_id,
            by=by,
            as_of=as_of,
            news=replace(news, visits=tuple(visit for visit in wanted if visit.id not in left_out)),
            sites=sites,
            drop=dropped,
            dial=much,
            effort=effort,
            seed=seed,
            progress=progress,
        )

    made, found = again(dial)
    if not found.plan.can_publish:
        homeless = {item.visit for item in found.plan.unplanned}
        left_out |= homeless & {visit.id for visit in wanted}
        # A follow-up without a place waits for the next round with its finding, which stays open and grows late.
        dropped |= homeless & old
        if left_out or dropped != missed:
            made, found = again(dial)
    if not found.plan.can_publish and dial in ("none", "little", "some"):
        better, other = again("best")
        if other.plan.can_publish:
            made, found = better, other
    wanted = tuple(visit for visit in wanted if visit.id not in left_out)
    follow_ups = tuple(visit.id for visit in due if visit in wanted)
    newcomers = tuple(visit.id for visit in news.visits if visit in wanted)
    published, told = None, 0
    short = not found.plan.can_publish
    if not short or (knowing and found.plan.falls_short):
        published = publishing.publish(desk, made.id, by=by, knowing=knowing)
        told = hand_over(desk, head.id, published.id, found.changes, by=by)
        placed = {visit.id for visit in wanted}
        mark_planned(desk, [(lead, visit.id) for lead, visit, _ in leads if visit.id in placed], published, by=by)
    text = say(
        "leads.next_plan" if published else "leads.no_next_plan",
        day=as_of,
        follow_ups=len(follow_ups),
        new=len(newcomers),
        back=len(found.back),
        left=len(left_out | (dropped - missed)),
        changes=found.changes.text,
    )
    return NextPlan(
        as_of=as_of,
        head=published,
        found=found,
        follow_ups=follow_ups,
        newcomers=newcomers,
        left_out=tuple(sorted(left_out | (dropped - missed))),
        told=told,
        short=short,
        text=text,
    )
