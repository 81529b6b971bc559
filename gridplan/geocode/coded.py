"""The noun of this room: a site with its address taken apart and its fix."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.model.errors import Complaint
from gridplan.model.place import Address, Fix, LonLat
from gridplan.model.site import Site, SiteStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A site with its address taken apart, its fix in WGS-84, its status and what was odd about it."""

    site: Site
    address: Address
    fix: Fix
    status: SiteStatus
    complaints: tuple[Complaint, ...] = ()
    by_text: LonLat | None = None
    """Where the gazetteer surely knows the name or address to be, beside a given point."""
    text_fix: Fix | None = None
    """What name and address alone say, beside a given point."""
    by_point: bool = False
    """Whether the fix is the list's own point, sure or not."""
