"""What the street reported changes the next plan: follow-ups, revisits and newcomers are planned with least change, published, told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gridplan.model.errors import Conflict
from gridplan.model.finding import FindingState
from gridplan.model.lead import LeadId
from gridplan.model.plan import Plan, PlanSite, Promise
from gridplan.model.progress import Progress, silent
from gridplan.model.record import PlanHead, PlanId, RoundId
from gridplan.model.result import COUNTS_AS_DONE, VisitResult, first_done
from gridplan.model.rights import Right
from gridplan.model.round import Purpose, VisitId
from gridplan.model.words import Text, say
from gridplan.routing.replan.care import Care, open_days, spare_for
from gridplan.routing.replan.comparing import Changes
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

SAID = 4
AMPLE = 0.5
"""Teams have time enough for a reserve on the last day when so much of the days before it could hold all that is left."""
DISSOLVED = 4
"""So many days with too few are tried to be done without."""
AHEAD_DAYS = 3
"""Findings that fall due within so many days of the new plan's first day get their follow-up now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPlan:
    """The plan that goes on from `as_of`. `head` is None where none was published: the one `before` goes on then.

    `made` is the plan itself as it was kept. `follow_ups` and `newcomers` are the visits that are new in it, `left_out` those for
    which there was no room, `leads` the leads that find their visit in it. `short`: not all that the round promised can be kept
    any more; `why` says which day lacks how many, and who has no place.
    """

    as_of: date
    before: PlanId
    made: PlanHead
    head: PlanHead | None
    found: Replanned
    follow_ups: tuple[VisitId, ...]
    newcomers: tuple[VisitId, ...]
    left_out: tuple[VisitId, ...]
    told: int
    short: bool
    why: tuple[Text, ...]
    leads: tuple[tuple[LeadId, VisitId], ...]
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
    publish: bool = True,
    careful: bool = True,
    progress: Progress = silent,
) -> NextPlan:
    """Replan the rest of a round, publish the plan and tell those whose routes change; without `publish` it stays a draft.

    Refused and shut sites come back, findings that are overdue or fall due soon get a follow-up, and leads of the round that had
    no room yet, and what `news` brings, find their place. Where `careful`, each day that is worked gets some visits more than the
    minimum, and the last one a reserve, as far as that can be had: some will be refused; else as little changes as can be. Where not everything fits, newcomers and follow-ups stay
    out before anybody else does, then more may move. Where even that falls short of coverage or the daily minimum, the plan is
    published only with `knowing`; else `head` is None.

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
    wanted, missed = (*news.visits, *due), set(dropped)
    ahead = [day for day in plan.round.workdays if day >= as_of]
    # Whose doors are shut on all days that are left waits for the next round.
    left_out = {visit.id for visit in wanted if not open_days(visit, ahead)}
    care = _care(plan, results, as_of) if careful else Care()

    def again(much: str, how: Care) -> tuple[PlanHead, Replanned]:
        return replan_round(
            desk,
            round_id,
            by=by,
            as_of=as_of,
            news=replace(news, visits=tuple(visit for visit in wanted if visit.id not in left_out)),
            sites=sites,
            drop=dropped,
            care=how,
            dial=much,
            effort=effort,
            seed=seed,
            progress=progress,
        )

    made, found = again(dial, care)
    if not found.plan.can_publish and (care.reserve or care.again):
        # What was kept for later may be what has no place now.
        care = replace(care, reserve=False, again=False)
        made, found = again(dial, care)
    if not found.plan.can_publish:
        homeless = {item.visit for item in found.plan.unplanned}
        left_out |= homeless & {visit.id for visit in wanted}
        # A follow-up without a place waits for the next round with its finding, which stays open and grows late.
        dropped |= homeless & old
        if homeless & {visit.id for visit in wanted} or dropped != missed:
            made, found = again(dial, care)
    if not found.plan.can_publish and dial in ("none", "little", "some"):
        better, other = again("best", care)
        if other.plan.can_publish:
            made, found = better, other
    tried: set[date] = set()
    while not found.plan.can_publish and len(tried) < DISSOLVED and _short_days(found.plan):
        # Two days with too few may be one with enough: one is not worked, the emptiest first.
        day = next((day for day in _by_load(found.plan) if day not in tried), None)
        if day is None:
            break
        tried.add(day)
        how = replace(care, idle=care.idle | {day})
        better, other = again("some", how)
        if not other.plan.can_publish and not _short_days(other.plan):
            # Only newcomers stand against it: they wait, as they do elsewhere.
            out = {item.visit for item in other.plan.unplanned}
            kept_out, kept_dropped = set(left_out), set(dropped)
            left_out |= out & {visit.id for visit in wanted}
            dropped |= out & old
            if left_out != kept_out or dropped != kept_dropped:
                better, other = again("some", how)
            if not other.plan.can_publish:
                left_out, dropped = kept_out, kept_dropped
        if _harm(other.plan) < _harm(found.plan):
            made, found, care = better, other, how
    if not found.plan.can_publish and care.spare:
        better, other = again("best", Care())
        if _harm(other.plan) < _harm(found.plan):
            made, found = better, other
    wanted = tuple(visit for visit in wanted if visit.id not in left_out)
    follow_ups = tuple(visit.id for visit in due if visit in wanted)
    newcomers = tuple(visit.id for visit in news.visits if visit in wanted)
    placed = {visit.id for visit in wanted}
    marks = tuple((lead.id, visit.id) for lead, visit, _ in leads if visit.id in placed)
    published, told = None, 0
    short = not found.plan.can_publish
    if publish and (not short or (knowing and found.plan.falls_short)):
        published, told = take_over(desk, made.id, head.id, found.changes, marks, by=by, knowing=knowing)
    why = why_short(found.plan) if short else ()
    text = say(
        "leads.next_plan" if published else "leads.made_plan" if not publish else "leads.no_next_plan",
        day=as_of,
        follow_ups=len(follow_ups),
        new=len(newcomers),
        back=len(found.back),
        left=len(left_out | (dropped - missed)),
        changes=found.changes.text,
    )
    if why:
        text = say("leads.and_short", text=text, why=listed(why))
    return NextPlan(
        as_of=as_of,
        before=head.id,
        made=made,
        head=published,
        found=found,
        follow_ups=follow_ups,
        newcomers=newcomers,
        left_out=tuple(sorted(left_out | (dropped - missed))),
        told=told,
        short=short,
        why=why,
        leads=marks,
        text=text,
    )


def take_over(
    desk: Desk,
    made: PlanId,
    before: PlanId,
    changes: Changes,
    leads: Sequence[tuple[LeadId, VisitId]],
    *,
    by: str,
    knowing: bool,
    version: int | None = None,
) -> tuple[PlanHead, int]:
    """Publish a plan in the place of another, give its routes to those who walk them, and tell them; return how many were told.

    `version` is that of the round which the planner saw (None = as it is now).
    """
    published = publishing.publish(desk, made, by=by, version=version, knowing=knowing)
    told = hand_over(desk, before, published.id, changes, by=by)
    mark_planned(desk, leads, published, by=by)
    return published, told


def why_short(plan: Plan) -> tuple[Text, ...]:
    """Say what a plan cannot keep any more: each day with too few by its number, then who has no place and what stands against it."""
    names = {site.id: site.name for site in plan.sites}
    days = [one.text for one in plan.ahead if one.promise is Promise.MINIMUM]
    out = [say("leads.left_place", site=names.get(one.site, one.site), why=one.text) for one in plan.unplanned]
    rest = [one.text for one in plan.ahead if one.promise not in (Promise.MINIMUM, Promise.COVERAGE)]
    return (*days, *out, *rest)


def listed(texts: Sequence[Text]) -> Text:
    """Return sentences in one, the first few of them."""
    shown = texts[:SAID]
    zh, en = "；".join(one.zh for one in shown), "; ".join(one.en for one in shown)
    return Text(zh, en) if len(texts) <= SAID else say("leads.and_more", text=Text(zh, en), count=len(texts) - SAID)


def _care(plan: Plan, results: Sequence[VisitResult], as_of: date) -> Care:
    """Return how much room the plan leaves for refusals, by what was refused so far.

    The last day keeps a reserve only where the teams have time enough before it: else what is put off may never be made.
    """
    told = {result.visit for result in results}
    done = first_done(results)
    before_last = [day for day in plan.round.workdays[:-1] if day >= as_of]
    team_days = sum(bool(team.shifts_on(day)) for team in plan.teams for day in before_last)
    stops = [len(route.stops) for route in plan.routes]
    room = team_days * sum(stops) / max(1, len(stops))
    return Care(
        spare=spare_for(plan.round.rule.min_per_day, len(told), len(told - done.keys())),
        reserve=room * AMPLE >= sum(visit.id not in done for visit in plan.visits),
        again=True,
    )


def _load(plan: Plan) -> Counter[date]:
    """Return the visits that count on each day ahead that is worked."""
    counted = {visit.id for visit in plan.visits if visit.counts(plan.round.rule.counts)}
    load: Counter[date] = Counter()
    for route in plan.routes:
        if plan.as_of is None or route.date >= plan.as_of:
            load[route.date] += sum(stop.visit in counted for stop in route.stops)
    return load


def _by_load(plan: Plan) -> list[date]:
    """Return the days ahead, the emptiest first."""
    load = _load(plan)
    return sorted(load, key=lambda day: (load[day], day))


def _short_days(plan: Plan) -> list[date]:
    """Return the days ahead with too few visits that count, the emptiest first."""
    load = _load(plan)
    return [day for day in _by_load(plan) if load[day] < plan.round.rule.min_per_day]


def _harm(plan: Plan) -> tuple[int, int]:
    """Return how far a plan falls short of what can be kept yet: days with too few, then visits left out."""
    short = sum(one.promise is Promise.MINIMUM for one in plan.ahead)
    return int(not plan.can_publish) * (short + len(plan.unplanned)), len(plan.unplanned)
