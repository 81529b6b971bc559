"""Where a lead lies: looked up as imprecisely as it was told, compared with the register, and given a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gridplan.grid.locate import AreaIndex
from gridplan.intake.doubles import find_doubles
from gridplan.model.errors import Conflict, InputError
from gridplan.model.lead import Lead, LeadId, LeadState
from gridplan.model.place import Fix, FixLevel, LonLat
from gridplan.model.rights import Right
from gridplan.model.site import PlacedSite, Site, SiteId, SiteKind, SiteStatus, SourceRow
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.placing import place_sites
from gridplan.store.repositories import Transaction

NEAR_DEGREES = 0.02
"""Sites within about two kilometres are compared with a lead; so a register of any size answers at once."""
MOST_MATCHES = 5


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


def located_json(found: Located) -> dict[str, Any]:
    """Return where a lead lies and which sites may be meant as plain values."""
    fix = found.placed.fix
    return {
        "lead": found.lead.id,
        "status": found.placed.status.value,
        "level": fix.level.value,
        "lon": fix.point.lon if fix.point else None,
        "lat": fix.point.lat if fix.point else None,
        "areas": {level.value: code for level, code in found.placed.areas.items()},
        "matches": [
            {
                "site": one.site,
                "name": one.name,
                "address": one.address,
                "score": one.score,
                "zh": "、".join(say(reason).zh for reason in one.reasons),
                "en": ", ".join(say(reason).en for reason in one.reasons),
            }
            for one in found.matches
        ],
    }


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
        ask(t, by, Right.PLAN, whole=True)
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
