"""The office's checklist and categories of problems: its own where it keeps any, else those that come with gridplan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gridplan.fieldwork.checklists import (
    CATEGORIES,
    CHECKLIST,
    read_categories,
    read_checklist,
    usual_categories,
    usual_checklist,
)
from gridplan.model.checklist import Checklist
from gridplan.model.errors import InputError
from gridplan.model.finding import Categories
from gridplan.model.rights import Right
from gridplan.model.site import Site
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk


def import_field(desk: Desk, folder: Path, *, by: str) -> dict[str, int]:
    """Keep the office's own checklist and categories of a folder; what the folder does not have stays as it is."""
    counts = {"categories": 0, "items": 0}
    found = desk_categories(desk)
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        path = folder / CATEGORIES
        if path.is_file():
            found = read_categories(path)
            t.files.put("categories", CATEGORIES, path.read_bytes())
            counts["categories"] = len(found)
        path = folder / CHECKLIST
        if path.is_file():
            checklist = read_checklist(path, found)
            t.checklists.add(checklist, by=by)
            counts["items"] = len(checklist.items)
        if not any(counts.values()):
            raise InputError(say("findings.no_files", folder=folder, files=f"{CHECKLIST}, {CATEGORIES}"))
        t.audit.add(by, "field.import", "field", counts)
    return counts


def desk_categories(desk: Desk) -> Categories:
    """Return the categories of problems that the office uses."""
    with desk.file("categories") as path:
        return read_categories(path) if path is not None else usual_categories()


def desk_checklist(desk: Desk) -> Checklist:
    """Return the checklist that is asked now: the office's own, else the one that comes with gridplan."""
    with desk.store.reading() as t:
        return t.checklists.newest() or usual_checklist()


def checklist_of(desk: Desk, version: str) -> Checklist | None:
    """Return the checklist that a result answered."""
    with desk.store.reading() as t:
        kept = t.checklists.get(version)
    return kept or (usual_checklist() if usual_checklist().version == version else None)


def checklist_json(checklist: Checklist, site: Site) -> dict[str, Any]:
    """Return what is asked at one site, by its kind and standing, with the minutes it should take."""
    kind, standing = site.kind.value, site.standing.value
    return {
        "version": checklist.version,
        "minutes": checklist.minutes(kind, standing),
        "items": [
            {
                "key": item.key,
                "zh": item.text.zh,
                "en": item.text.en,
                "minutes": item.minutes,
                "category": item.category,
            }
            for item in checklist.of(kind, standing)
        ],
    }
