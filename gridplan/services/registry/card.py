"""A site's card (一户一档): every value with its source and date, and what other lists say instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gridplan.intake.clean import hide
from gridplan.intake.lists import SITE_COLUMNS
from gridplan.model.site import Site, SiteId, SiteKind, SourceRow
from gridplan.model.words import say
from gridplan.services.desk import Desk
from gridplan.store.intake import SiteLines

_FIELDS = {"open": "opening", "status": "state", "lon": "given"}
_KIND_WORDS = {kind: f"glossary.{kind.value}" for kind in SiteKind} | {SiteKind.COMMUNITY: "glossary.community_kind"}


def show_site(desk: Desk, site_id: str) -> dict[str, Any]:
    """Return a site's card (一户一档): each value with its source and date, and what other rows say instead.

    Raises
    ------
    NotFound
        The register holds no such site.
    """
    with desk.store.reading() as t:
        site, placed = SiteLines(t.connection).find(SiteId(site_id))
    return {
        "id": site.id,
        "name": site.name,
        "kind": say(_KIND_WORDS[site.kind]).zh,
        "licence_class": say(f"glossary.licence_{site.licence_class.value}").zh,
        "standing": say(f"glossary.standing_{site.standing.value}").zh,
        "competent": site.competent,
        "rows": [_source(row) for row in site.rows],
        "values": [
            {
                "field": SITE_COLUMNS.names[key][1] if key in SITE_COLUMNS.names else key,
                "value": text,
                "source": _source(site.sources.get(_FIELDS.get(key, key), site.rows[0])),
                "others": [
                    {"value": hide(key, other.value), "source": _source(other.source)}
                    for other in site.others.get(_FIELDS.get(key, key), ())
                ],
            }
            for key, text in _texts(site)
        ],
        "status": placed.status.value if placed else "",
        "level": placed.fix.level.value if placed else "",
        "areas": {level.value: code for level, code in placed.areas.items()} if placed else {},
    }


def _source(row: SourceRow) -> str:
    dated = f"（{row.date.isoformat()}）" if row.date else ""
    return say("desk.source", file=row.file, row=row.row).zh + dated


def _texts(site: Site) -> Iterator[tuple[str, str]]:
    """Yield every value that a list gave, as text; a phone is only said to be there."""
    flags = {True: "有", False: "无", None: ""}
    values = {
        "name": site.name,
        "kind": site.kind.value,
        "address": site.address,
        "uscc": site.uscc,
        "lon": f"{site.given.lon}, {site.given.lat} ({site.datum_in.value})" if site.given else "",
        "township": site.township,
        "community": site.community,
        "permit": flags[site.permit],
        "licence": flags[site.licence],
        "status": site.state,
        "subject": site.subject,
        "minutes": str(site.minutes or ""),
        "due": site.due.isoformat() if site.due else "",
        "size": str(site.size or ""),
        "phone": hide("phone", site.phone),
    }
    yield from ((key, text) for key, text in values.items() if text)
    yield from ((key, hide(key, text)) for key, text in site.extra.items() if text)
