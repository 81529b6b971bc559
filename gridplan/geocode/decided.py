"""What people decided about doubtful sites: the same name and address, or the same building, is placed so ever after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gridplan.geocode.coder import Coded
from gridplan.geocode.text import door_key, fold, name_key
from gridplan.model.place import Address, AreaLevel, Candidate, Fix
from gridplan.model.record import Decision
from gridplan.model.site import Site, SiteStatus


def site_key(site: Site) -> str:
    """Return what a site is known by, however often its list comes anew."""
    return named_key(site.name, site.address)


def named_key(name: str, address: str) -> str:
    """Return the `site_key` of a site with this name and address."""
    return f"site|{name_key(name)}|{fold(address)}"


def building_key(address: Address) -> str:
    """Return what a building is known by, whatever the floor and room; "" where the address names none."""
    door, compound = door_key(address.number), name_key(address.compound)
    if not compound and not (address.road and door):
        return ""
    return f"door|{address.named.get(AreaLevel.TOWNSHIP, '')}|{address.road}|{door}|{compound}"


def with_decision(coded: Coded, decisions: Mapping[str, Decision]) -> Coded:
    """Return the site as a person decided it; as the coder found it where nobody did. A decision on the site itself goes first."""
    decision = decisions.get(site_key(coded.site)) or decisions.get(building_key(coded.address))
    if decision is None:
        return coded
    return replace(coded, fix=fix_of(decision), status=status_of(decision), complaints=())


def status_of(decision: Decision) -> SiteStatus:
    """Return where a decided site stands."""
    return SiteStatus.LOCATED if decision.point else SiteStatus.REJECTED


def fix_of(decision: Decision) -> Fix:
    """Return the fix of a decided site: as sure as a person is."""
    chosen = (
        (Candidate(name=decision.place, point=decision.point, level=decision.level, score=1.0),)
        if decision.point
        else ()
    )
    return Fix(
        point=decision.point,
        level=decision.level,
        score=1.0 if decision.point else 0.0,
        gap=1.0 if decision.point else 0.0,
        confident=decision.point is not None,
        reason="" if decision.point else "geocode.decided_elsewhere",
        candidates=chosen,
    )
