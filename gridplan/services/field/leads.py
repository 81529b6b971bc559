"""Leads: typed in, offered the best slots, inserted with least change, answered upward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from gridplan.model.errors import Conflict, InputError
from gridplan.model.lead import Complainant, Lead, LeadChannel, LeadId, LeadState
from gridplan.model.plan import Plan, PlanSite
from gridplan.model.record import PlanHead, RoundId
from gridplan.model.rights import Right
from gridplan.model.round import Pin, Purpose, Visit, VisitId
from gridplan.model.site import SiteId
from gridplan.model.words import Text, say
from gridplan.routing.replan.care import open_days
from gridplan.routing.replan.slots import Offer, Offers, best_slots
from gridplan.routing.replan.worked import News
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.planning import plan_sites
from gridplan.services.folders.replanning import new_visit, team_of
from gridplan.services.plans import publishing
from gridplan.services.plans.handing import hand_over
from gridplan.services.plans.replanner import replan_round

OFFERS = 3


def add_lead(
    desk: Desk,
    *,
    channel: str,
    what: str,
    where: str,
    urgent: bool,
    at: datetime,
    by: str,
    due: date | None = None,
    number: str = "",
    round_id: int | None = None,
    complainant: tuple[str, str, str] | None = None,
) -> Lead:
    """Keep a lead. `complainant`: (name, phone, note), kept apart and shown to `by` alone.

    Raises
    ------
    InputError
        The channel is unknown, nothing is said of what or where, or the last day lies before the lead itself.
    """
    try:
        how = LeadChannel(channel)
    except ValueError:
        raise InputError(say("leads.no_channel", channel=channel, known="、".join(LeadChannel))) from None
    if not what.strip() or not where.strip():
        raise InputError(say("leads.nothing_said"))
    if due is not None and due < at.date():
        raise InputError(say("leads.past_due", due=due, at=at.date()))
    lead = Lead(
        id=LeadId(0),
        channel=how,
        what=what.strip(),
        where=where.strip(),
        urgent=urgent,
        at=at,
        by=by,
        due=due,
        number=number.strip(),
        round=RoundId(round_id) if round_id is not None else None,
    )
    told = None
    if complainant is not None and any(part.strip() for part in complainant):
        name, phone, note = (part.strip() for part in complainant)
        told = Complainant(lead=lead.id, name=name, phone=phone, note=note, by=by, at=at)
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        return t.leads.add(lead, told)


# ---- when it is visited ----------------------------------------------------------------------------------------------


def live_rounds(desk: Desk) -> list[tuple[int, str]]:
    """Return number and name of the rounds that have a published plan, the newest first."""
    with desk.store.reading() as t:
        return [(one.id, one.round.name) for one in t.rounds.list() if t.plans.published(one.id) is not None]


def day_in_round(desk: Desk, round_id: int, today: date) -> date:
    """Return the first working day of a round from `today` on; raises Conflict when the round is over."""
    _, plan = published_plan(desk, round_id)
    left = [day for day in plan.round.workdays if day >= today]
    if not left:
        raise Conflict(say("leads.round_over", round=plan.round.name))
    return left[0]


def published_plan(desk: Desk, round_id: int) -> tuple[PlanHead, Plan]:
    """Return a round's published plan, or raise `Conflict`."""
    with desk.store.reading() as t:
        stored = t.rounds.get(RoundId(round_id))
        head = t.plans.published(stored.id)
        if head is None:
            raise Conflict(say("replan.not_published", round=stored.round.name))
        return head, t.plans.plan(head.id)


def sites_for(desk: Desk, plan: Plan, site: SiteId) -> tuple[PlanSite, ...]:
    """Return the site as a plan carries it where the plan does not have it yet."""
    if any(one.id == site for one in plan.sites):
        return ()
    with desk.store.reading() as t:
        placed, areas = t.sites.get(site), t.areas.list()
    return plan_sites([placed], {area.code: area for area in areas}, {})


def _visit(desk: Desk, lead: Lead, plan: Plan, today: date) -> tuple[Visit, tuple[PlanSite, ...]]:
    if lead.site is None:
        raise Conflict(say("leads.not_placed", lead=lead.id))
    sites = sites_for(desk, plan, lead.site)
    last = plan.round.workdays[-1]
    due = min(lead.due, last) if lead.due else (min(today, last) if lead.urgent else None)
    visit = new_visit(
        replace(plan, sites=(*plan.sites, *sites)),
        lead.site,
        purpose=Purpose.LEAD,
        earliest=today,
        due=max(due, today) if due else None,
    )
    if not open_days(visit, plan.round.workdays):  # its doors are shut till then: late is better than never
        visit = replace(visit, due=None)
    return replace(first_visit(visit, sites), priority=max(visit.priority, 3 if lead.urgent else 1)), sites


def first_visit(visit: Visit, sites: Sequence[PlanSite]) -> Visit:
    """Return the visit as it is made at a site that the round did not know: it is its routine visit, too, and promised from now on."""
    if not any(site.id == visit.site for site in sites):
        return visit
    return replace(visit, id=VisitId(f"V-{visit.site}"), purpose=Purpose.ROUTINE, also=(visit.purpose,))


def lead_offers(desk: Desk, lead_id: int, round_id: int, *, today: date) -> Offers:
    """Return the three best places for the lead's visit from `today` on; routes that are under way are left alone.

    Raises
    ------
    Conflict
        The lead has no site yet, or the round no published plan.
    """
    with desk.store.reading() as t:
        lead = t.leads.get(LeadId(lead_id))
        results = t.results.list(RoundId(round_id))
    _, plan = published_plan(desk, round_id)
    visit, sites = _visit(desk, lead, plan, today)
    plan = replace(plan, sites=(*plan.sites, *sites))
    reported = {result.visit for result in results}
    under_way = {
        (route.team, route.shift)
        for route in plan.routes
        if route.date == today and any(stop.visit in reported for stop in route.stops)
    }
    found = best_slots(plan, desk.engine(plan), visit, k=OFFERS + len(under_way))
    free = [o for o in found.offers if o.place.date != today or (o.place.team, o.place.shift) not in under_way]
    return replace(
        found, offers=tuple(free[:OFFERS]), reason=found.reason or (None if free else say("replan.no_slots"))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Inserted:
    """A lead in a published plan: where, and what else changed. `same` of `others` stops keep team, day and shift."""

    lead: Lead
    head: PlanHead
    offer: Offer | None
    same: int
    others: int
    told: int
    text: Text


def plan_lead(
    desk: Desk,
    lead_id: int,
    round_id: int,
    *,
    today: date,
    by: str,
    team: str = "",
    day: date | None = None,
    shift: str = "",
) -> Inserted:
    """Insert a lead's visit with least change and publish the plan; without a place named it takes the best one offered.

    Raises
    ------
    Conflict
        Nothing fits, or the plan would break a promise: then the published plan stays as it was and the draft says why.
    """
    head, plan = published_plan(desk, round_id)
    with desk.store.reading() as t:
        ask(t, by, Right.PUBLISH, whole=True)
        lead = t.leads.get(LeadId(lead_id))
    if lead.visit is not None:
        raise Conflict(say("leads.planned_already", lead=lead.id))
    visit, sites = _visit(desk, lead, plan, today)
    offer: Offer | None = None
    if team:
        pin = Pin(team=team_of(plan, team).id, day=day, shift=shift or None)
    else:
        offers = lead_offers(desk, lead_id, round_id, today=today)
        if not offers.offers:
            raise Conflict(offers.reason or say("replan.no_slots"))
        offer = offers.offers[0]
        pin = Pin(team=offer.place.team, day=offer.place.date, shift=offer.place.shift)
    made, found = replan_round(
        desk,
        round_id,
        by=by,
        as_of=today,
        news=News(visits=(replace(visit, pin=pin),)),
        sites=sites,
        dial="none",
    )
    if not found.plan.can_publish or any(one.visit == visit.id for one in found.plan.unplanned):
        reasons = [one.text for one in found.plan.unplanned if one.visit == visit.id]
        why = reasons or [one.text for one in found.plan.ahead[:1]]
        raise Conflict(say("leads.does_not_fit", plan=made.id, why=why[0] if why else Text("", "")))
    published = publishing.publish(desk, made.id, by=by)
    told = hand_over(desk, head.id, published.id, found.changes, by=by)
    with desk.store.transaction() as t:
        lead = t.leads.change(
            replace(lead, round=RoundId(round_id), visit=visit.id, plan=published.id, state=LeadState.PLANNED),
            by=by,
            what="lead.plan",
        )
    others = sum(len(route.stops) for route in plan.routes)
    return Inserted(
        lead=lead,
        head=published,
        offer=offer,
        same=found.changes.same,
        others=others,
        told=told,
        text=found.changes.text,
    )


def waiting_leads(desk: Desk, round_id: int, plan: Plan, as_of: date) -> list[tuple[Lead, Visit, tuple[PlanSite, ...]]]:
    """Return the leads of a round that have a site and no visit yet, each with the visit it asks for and what the plan lacks for it."""
    with desk.store.reading() as t:
        waiting = t.leads.list(round_id=RoundId(round_id), state=LeadState.PLACED)
    found: list[tuple[Lead, Visit, tuple[PlanSite, ...]]] = []
    for lead in reversed(waiting):
        visit, sites = _visit(desk, lead, plan, as_of)
        plan = replace(plan, visits=(*plan.visits, visit), sites=(*plan.sites, *sites))
        found.append((lead, visit, sites))
    return found


def mark_planned(desk: Desk, planned: Sequence[tuple[LeadId, VisitId]], head: PlanHead, *, by: str) -> None:
    """Keep that a published plan holds the visits of these leads."""
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(head.round_id), hidden=True)
        for lead, visit in planned:
            stands = replace(t.leads.get(lead), visit=visit, plan=head.id, state=LeadState.PLANNED)
            t.leads.change(stands, by=by, what="lead.plan")


def answer_lead(desk: Desk, lead_id: int, answer: str, *, at: datetime, by: str) -> Lead:
    """Keep what was answered upward; a second answer is refused.

    Raises
    ------
    InputError
        Nothing is said.
    Conflict
        The lead was answered already.
    """
    if not answer.strip():
        raise InputError(say("leads.no_answer"))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        lead = t.leads.get(LeadId(lead_id))
        if lead.state is LeadState.ANSWERED:
            raise Conflict(say("leads.answered_already", lead=lead.id, by=lead.answered_by))
        done = replace(lead, answer=answer.strip(), answered_at=at, answered_by=by, state=LeadState.ANSWERED)
        return t.leads.change(done, by=by, what="lead.answer")


def complainant_of(desk: Desk, lead_id: int, *, by: str) -> Complainant:
    """Return who complained to the person who typed it in, and write the look down; raises NotFound for everybody else."""
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        return t.leads.complainant(LeadId(lead_id), by=by)


def site_name(desk: Desk, site: SiteId) -> str:
    """Return how a site of the register is called."""
    with desk.store.reading() as t:
        return t.sites.get(site).site.name


# ---- lists -----------------------------------------------------------------------------------------------------------


def lead_json(lead: Lead, *, day: date, outcome: str = "") -> dict[str, Any]:
    """Return a lead as plain values; who complained is no part of it."""
    late = lead.due is not None and lead.state is not LeadState.ANSWERED and lead.due < day
    return {
        "id": lead.id,
        "number": lead.number,
        "channel": lead.channel.value,
        "what": lead.what,
        "where": lead.where,
        "urgent": lead.urgent,
        "at": lead.at.isoformat(timespec="minutes"),
        "by": lead.by,
        "due": lead.due.isoformat() if lead.due else None,
        "late": late,
        "site": lead.site,
        "lon": lead.point.lon if lead.point else None,
        "lat": lead.point.lat if lead.point else None,
        "state": lead.state.value,
        "round": lead.round,
        "visit": lead.visit,
        "plan": lead.plan,
        "outcome": outcome,
        "answer": lead.answer,
        "answered_at": lead.answered_at.isoformat(timespec="minutes") if lead.answered_at else None,
        "answered_by": lead.answered_by,
    }


def lead_list(desk: Desk, *, day: date, round_id: int | None = None, state: str = "") -> list[dict[str, Any]]:
    """Return the leads as rows of a list, those that are late or urgent first."""
    if state and state not in {one.value for one in LeadState}:
        raise InputError(say("leads.no_state", state=state, known="、".join(LeadState)))
    with desk.store.reading() as t:
        leads = t.leads.list(
            round_id=RoundId(round_id) if round_id is not None else None, state=LeadState(state) if state else None
        )
        outcomes: dict[tuple[int, VisitId], str] = {}
        for id in sorted({lead.round for lead in leads if lead.round is not None}):
            outcomes |= {(id, result.visit): result.outcome.value for result in t.results.list(id)}
    rows = [
        lead_json(lead, day=day, outcome=outcomes.get((lead.round, lead.visit), ""))
        if lead.round is not None and lead.visit is not None
        else lead_json(lead, day=day)
        for lead in leads
    ]
    return sorted(
        rows,
        key=lambda row: (
            row["state"] == "answered",
            not row["late"],
            not row["urgent"],
            row["due"] or "9999",
            row["id"],
        ),
    )


def lead_of(desk: Desk, lead_id: int) -> Lead:
    """Return a lead, or raise `NotFound`."""
    with desk.store.reading() as t:
        return t.leads.get(LeadId(lead_id))


def has_complainant(desk: Desk, lead_id: int, *, by: str) -> bool:
    """Whether `by` typed in who complained; nothing of it is read."""
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, whole=True)
        return t.leads.entrusted(LeadId(lead_id), by)
