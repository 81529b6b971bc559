"""Sites that stay in the register beside lists that are imported: joined where they are one, with ids and sources kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gridplan.intake.merge import SameSites, group_rows, merge_rows
from gridplan.intake.register import Register
from gridplan.intake.rows import valid_uscc
from gridplan.model.site import Site, SiteId


def join_sites(register: Register, stay: Sequence[Site], said: SameSites) -> Register:
    """Return the register with the sites that stay. Where one of them is also in a list the list counts, being newer.

    The lines of the lists still add up: rows = kept + merged + rejected, where a row that is a site which stays is merged.
    """
    if not stay:
        return register
    everything = [*register.sites, *stay]
    groups = group_rows(everything, [valid_uscc(site.uscc) for site in everything], said)
    staying = {id(site) for site in stay}
    sites, complaints, joined = [], list(register.complaints), 0
    for group in groups:
        if len(group) == 1:
            sites.append(group[0])
            continue
        site, told = merge_rows(group)
        complaints += told
        sites.append(_with_past(site, group))
        old = sum(id(one) in staying for one in group)
        joined += len(group) - old if old else len(group) - 1
    # A site that stays keeps its id, alone or joined; a new one keeps what its list calls it, unless that is taken.
    ids = {row: site.id for site in stay for row in site.rows}
    fixed = {id(site): next((ids[row] for row in site.rows if row in ids), None) for site in sites}
    taken = {id_ for id_ in fixed.values() if id_}
    named = []
    for site in sites:
        own, count = fixed[id(site)] or site.id, 1
        while fixed[id(site)] is None and own in taken:
            count += 1
            own = SiteId(f"{site.id}-{count}")
        taken.add(own)
        named.append(replace(site, id=own))
    return replace(register, sites=tuple(named), merged=register.merged + joined, complaints=tuple(complaints))


def _with_past(site: Site, group: Sequence[Site]) -> Site:
    """Return a merged site with what its parts knew of sources and other values."""
    sources, others = dict(site.sources), {key: tuple(items) for key, items in site.others.items()}
    for part in group:
        for key, source in part.sources.items():
            if sources.get(key, site.rows[0]) == part.rows[0]:
                sources[key] = source
        for key, items in part.others.items():
            others[key] = (*others.get(key, ()), *(item for item in items if item not in others.get(key, ())))
    return replace(site, sources=sources, others=others)
