"""Who answers for what: the owners of every area, and the sites nobody answers for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from gridplan.model.place import AreaCode
from gridplan.services.desk import Desk


def owners_of(desk: Desk, *, missing: bool = False) -> dict[str, Any]:
    """Return the owners at every area and the sites nobody answers for (盲区).

    An area without an owner of its own has the owner of the nearest area above; `inherited_from` is then that area's code.
    With `missing`, only areas without any owner.
    """
    with desk.store.reading() as t:
        areas, owners, placed = t.areas.list(), t.owners.list(), t.sites.placed()
    own: dict[AreaCode, list[str]] = defaultdict(list)
    for code, person, role in owners:
        own[code].append(f"{person}（{role}）" if role else person)
    parents = {area.code: area.parent_code for area in areas}

    def answering(code: AreaCode) -> AreaCode | None:
        at: AreaCode | None = code
        while at is not None and at not in own:
            at = parents.get(at)
        return at

    rows = []
    for area in areas:
        source = answering(area.code)
        if missing and source is not None:
            continue
        rows.append(
            {
                "level": area.level.value,
                "code": area.code,
                "name": area.name,
                "owners": own[source] if source is not None else [],
                "inherited_from": source if source is not None and source != area.code else "",
            }
        )
    blind = [
        {"id": item.site.id, "name": item.site.name, "outside": not item.areas}
        for item in placed
        if not any(answering(code) is not None for code in item.areas.values())
    ]
    return {"areas": rows, "sites_without_owner": blind}
