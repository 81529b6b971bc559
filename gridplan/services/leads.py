"""Leads: typed in, placed and compared with the register, offered the best slots, inserted with least change, answered upward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from gridplan.grid.locate import AreaIndex
from gridplan.intake.doubles import find_doubles
from gridplan.model.errors import Conflict, InputError
from gridplan.model.lead import Complainant, Lead, LeadChannel, LeadId, LeadState
from gridplan.model.place import Fix, FixLevel, LonLat
from gridplan.model.plan import Plan, PlanSite
from gridplan.model.record import PlanHead, RoundId
from gridplan.model.round import Pin, Purpose, Visit, VisitId
from gridplan.model.site import PlacedSite, Site, SiteId, SiteKind, SiteStatus, SourceRow
from gridplan.model.words import Text, say
from gridplan.routing.replan.slots import Offer, Offers, best_slots
from gridplan.routing.replan.worked import News
from gridplan.services import publishing
from gridplan.services.desk import Desk
from gridplan.services.evening import hand_over
from gridplan.services.placing import place_sites
from gridplan.services.planning import plan_sites
from gridplan.services.replanner import replan_round
from gridplan.services.replanning import new_visit, team_of
from gridplan.store.repositories import Transaction

NEAR_DEGREES = 0.02
"""Sites within about two kilometres are compared with a lead; so a register of any size answers at once."""
OFFERS = 3
MOST_MATCHES = 5


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
        return t.leads.add(lead, told)


# ---- where it is -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A site of the register that may be meant: how much speaks for it (0…1) and why."""

    site: SiteId
    name: str
    address: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where a lead lies as far as its words say, and which sites of the register may be meant, the likeliest first."""

    lead: Lead
    placed: PlacedSite
    matches: tuple[Match, ...]


def locate_lead(desk: Desk, lead_id: int, *, name: str = "", point: LonLat | None = None) -> Located:
    """Look up where a lead lies, nothing is kept. A place as wide as a township is allowed: leads are imprecise.

    `name`: what the site is called, where the lead says so. `point`: where a person says that it is (WGS-84).
    """
    settings = replace(desk.settings(), min_fix=FixLevel.TOWNSHIP)
    with desk.store.reading() as t:
        lead = t.leads.get(LeadId(lead_id))
        areas, gazetteer, decisions = t.areas.list(), t.gazetteer.list(), t.decisions.by_key()
        register = t.sites.placed()
    site = Site(
        id=SiteId(f"L{lead.id:04d}"),
        name=name.strip() or lead.where[:40],
        kind=SiteKind.INSTITUTION,
        address=lead.where,
        rows=(SourceRow(file=f"lead/{lead.id}", row=0),),
    )
    if point is not None:
        cells = AreaIndex(areas).locate([point])[0]
        fix = Fix(point=point, level=FixLevel.EXACT, score=1.0, gap=1.0, confident=True, reason="")
        placed = PlacedSite(site=site, fix=fix, status=SiteStatus.LOCATED if cells else SiteStatus.REVIEW, areas=cells)
    else:
        found = place_sites(settings, (site,), areas, gazetteer, decisions=decisions)
        placed = next(iter((*found.sites, *found.rejected)))
    return Located(lead=lead, placed=placed, matches=_matches(placed, register))


def _matches(placed: PlacedSite, register: Sequence[PlacedSite]) -> tuple[Match, ...]:
    """Return the sites that may be meant: alike as the register's doubles are, or named in what was told."""
    point, told = placed.fix.point, placed.site.address
    near = [
        one
        for one in register
        if one.fix.point is not None
        and point is not None
        and abs(one.fix.point.lon - point.lon) < NEAR_DEGREES
        and abs(one.fix.point.lat - point.lat) < NEAR_DEGREES
    ]
    found: dict[SiteId, Match] = {}
    for one in register:
        if len(one.site.name) >= 3 and (one.site.name in told or one.site.name == placed.site.name):
            found[one.site.id] = _match(one, 1.0, ("leads.named",))
        elif one.site.address and one.site.address == told:
            found[one.site.id] = _match(one, 0.8, ("leads.same_address",))
    by_id = {one.site.id: one for one in near}
    for pair in find_doubles([*near, placed]) if point is not None else ():
        other = pair.one if pair.other == placed.site.id else pair.other
        if placed.site.id in (pair.one, pair.other) and other in by_id and other not in found:
            found[other] = _match(by_id[other], pair.score, tuple(f"doubles.{reason}" for reason in pair.reasons))
    return tuple(sorted(found.values(), key=lambda one: (-one.score, one.site))[:MOST_MATCHES])


def _match(one: PlacedSite, score: float, reasons: tuple[str, ...]) -> Match:
    return Match(site=one.site.id, name=one.site.name, address=one.site.address, score=round(score, 2), reasons=reasons)


def choose_site(
    desk: Desk, lead_id: int, *, by: str, site: str = "", name: str = "", point: LonLat | None = None
) -> Lead:
    """Say which site a lead means: one of the register, or (with `site` "") a new one where the lead was placed.

    Raises
    ------
    NotFound
        The register has no such placed site.
    InputError
        The lead has no place yet: a person must give a point.
    """
    found = locate_lead(desk, lead_id, name=name, point=point) if not site else None
    with desk.store.transaction() as t:
        lead = t.leads.get(LeadId(lead_id))
        if lead.visit is not None:
            raise Conflict(say("leads.planned_already", lead=lead.id))
        if site:
            known = t.sites.get(SiteId(site))
            if known.fix.point is None:
                raise InputError(say("replan.no_point", site=known.site.name))
        elif found is not None:
            known = found.placed
            if known.fix.point is None or not known.areas:
                raise InputError(say("leads.no_place", where=lead.where))
            known = replace(known, status=SiteStatus.LOCATED, fix=replace(known.fix, confident=True, reason=""))
            known = replace(known, site=replace(known.site, id=_free_id(t, known.site.id)))
            t.sites.add(known)
        return t.leads.change(
            replace(lead, site=known.site.id, point=known.fix.point, state=LeadState.PLACED), by=by, what="lead.site"
        )


def _free_id(t: Transaction, wanted: SiteId) -> SiteId:
    taken, number = {one.id for one in t.sites.list()}, 1
    while (id := SiteId(wanted if number == 1 else f"{wanted}-{number}")) in taken:
        number += 1
    return id


# ---- when it is visited ----------------------------------------------------------------------------------------------


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
    return replace(visit, priority=max(visit.priority, 3 if lead.urgent else 1)), sites


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
        lead = t.leads.get(LeadId(lead_id))
        if lead.state is LeadState.ANSWERED:
            raise Conflict(say("leads.answered_already", lead=lead.id, by=lead.answered_by))
        done = replace(lead, answer=answer.strip(), answered_at=at, answered_by=by, state=LeadState.ANSWERED)
        return t.leads.change(done, by=by, what="lead.answer")


def complainant_of(desk: Desk, lead_id: int, *, by: str) -> Complainant:
    """Return who complained to the person who typed it in, and write the look down; raises NotFound for everybody else."""
    with desk.store.transaction() as t:
        return t.leads.complainant(LeadId(lead_id), by=by)


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
        return t.leads.entrusted(LeadId(lead_id), by)
