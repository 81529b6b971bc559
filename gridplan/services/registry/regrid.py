"""Areas of the stored grid split and merged where the workload asks for it, and what they were before."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridplan.grid.cells import along_line, part_evenly
from gridplan.grid.codes import CodeScheme
from gridplan.grid.locate import AreaIndex
from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.record import AreaChange, AreaChangeKind
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.cells import barriers_of
from gridplan.store.repositories import Transaction


def split_area(
    desk: Desk, code: str, *, by: str, into: int = 2, along: Path | None = None, codes: Sequence[str] = ()
) -> dict[str, Any]:
    """Part an area of the stored grid, evenly by its sites along streets and water, or along a line drawn in a GeoJSON file.

    Its owners answer for every part, its sites are placed in them; plans made before keep the old area. `codes` are the codes
    of the parts, west to east and then north to south; else the next free ones.

    Raises
    ------
    NotFound
        There is no such area.
    InputError, Conflict
        It has areas below it, cannot be parted so, or its codes are in no order and none were given.
    """
    with desk.store.reading() as t:
        areas, placed = t.areas.list(), t.sites.placed()
    area = _leaf(areas, code)
    if along is not None:
        pieces = along_line(area.polygon, _line(along))
    else:
        points = [
            site.fix.point for site in placed if site.areas.get(area.level) == code and site.fix.point is not None
        ]
        with desk.file("roads") as path:
            pieces = part_evenly(area.polygon, points, into, barriers_of(path, areas))
    if len(pieces) < 2:
        raise Conflict(say("grid.not_parted", code=code, name=area.name))
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_AREAS, within=_above([area]))
        used = set(t.areas.codes_ever())
        parts = []
        for number, piece in enumerate(pieces, 1):
            fresh = _code(codes, number - 1, len(pieces), area, used)
            used.add(fresh)
            parts.append(replace(area, code=fresh, name=f"{area.name}-{number}", polygon=piece))
        change = _put(t, AreaChangeKind.SPLIT, [area], parts, by)
    return _told(change, parts)


def merge_areas(desk: Desk, codes: Sequence[str], *, by: str, name: str = "", code: str = "") -> dict[str, Any]:
    """Make one area of several neighbours of the stored grid; the owners of each answer for it.

    Raises
    ------
    NotFound
        There is no such area.
    InputError, Conflict
        They are fewer than two, differ in level or parent, have areas below them, or would not be in one piece.
    """
    with desk.store.reading() as t:
        areas = t.areas.list()
    members = [_leaf(areas, one) for one in dict.fromkeys(codes)]
    if len(members) < 2 or len({(area.level, area.parent_code) for area in members}) > 1:
        raise InputError(say("grid.merge_what"))
    first = members[0]
    whole = shapely.union_all([area.polygon for area in members])
    parts = max(len(shapely.get_parts(area.polygon)) for area in members)
    if not isinstance(whole, Polygon | MultiPolygon) or len(shapely.get_parts(whole)) > parts:
        raise Conflict(say("grid.merge_apart", names="、".join(area.name for area in members)))
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_AREAS, within=_above(members))
        fresh = _code([code] if code else (), 0, 1, first, set(t.areas.codes_ever()))
        title = name.strip() or "、".join(area.name for area in members)
        merged = replace(first, code=fresh, name=title, polygon=whole)
        change = _put(t, AreaChangeKind.MERGE, members, [merged], by)
    return _told(change, [merged])


def _above(members: Sequence[Area]) -> list[AreaCode]:
    """Return the areas above: who parts the area that a log-in is bound to parts more than the own."""
    return [area.parent_code for area in members if area.parent_code is not None]


def undo_area_change(desk: Desk, *, by: str, seen: int | None = None) -> dict[str, Any]:
    """Take the newest split or merger back; owners and sites go with it. `seen`: the change that was looked at, and no other.

    Raises
    ------
    Conflict
        The newest change of the grid is none of these.
    """
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_AREAS, whole=True)
        newest = next(iter(t.areas.history()), None)
        if seen is not None and (newest is None or newest.id != seen):
            raise Conflict(say("grid.changed_meanwhile"))
        change = t.areas.take_back(newest.id if newest else 0, by=by)
        restored = [area for area in t.areas.list() if area.code in change.after]
        _follow(t, [code for code, _ in change.before], restored)
    return _told(change, restored)


def area_history(desk: Desk, code: str = "") -> list[dict[str, Any]]:
    """Return the changes of the grid, the newest first; with `code` those from which or by which that area came."""
    with desk.store.reading() as t:
        changes = t.areas.history()
    return [
        {
            "id": change.id,
            "at": change.at.isoformat(timespec="seconds"),
            "by": change.by,
            "kind": change.kind.value,
            "before": [{"code": old, "name": name} for old, name in change.before],
            "after": list(change.after),
        }
        for change in changes
        if not code or code in change.after or code in dict(change.before)
    ]


def _leaf(areas: Sequence[Area], code: str) -> Area:
    area = next((area for area in areas if area.code == code), None)
    if area is None:
        raise NotFound(say("grid.no_area", code=code))
    if any(other.parent_code == code for other in areas):
        raise Conflict(say("grid.has_areas_below", code=code, name=area.name))
    return area


def _line(path: Path) -> BaseGeometry:
    try:
        features = json.loads(path.read_text("utf-8-sig"))
        features = features.get("features", [features])
        shapes = [shapely.from_geojson(json.dumps(feature.get("geometry", feature))) for feature in features]
        line = shapely.union_all(shapes)
    except (OSError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise InputError(say("grid.no_line", file=path.name)) from error
    if not line.length or line.area:
        raise InputError(say("grid.no_line", file=path.name))
    return line


def _code(codes: Sequence[str], at: int, count: int, area: Area, used: Collection[str]) -> AreaCode:
    """Return the code of the part at this place: the one that was given, else the next free one of its parent."""
    if codes and (len(codes) != count or len(set(codes)) != count):
        raise InputError(say("grid.codes_count", count=count, given=len(codes)))
    if codes:
        if codes[at] in used:
            raise Conflict(say("grid.code_taken", code=codes[at]))
        return AreaCode(codes[at])
    parent = area.parent_code
    if parent is None or not area.code.startswith(parent) or not area.code[len(parent) :].isdecimal():
        raise InputError(say("grid.give_codes", code=area.code))
    wider = AreaLevel.DISTRICT if area.level is not AreaLevel.DISTRICT else AreaLevel.COUNTY
    return CodeScheme({wider: len(parent), area.level: len(area.code)}).next(parent, area.level, used)


def _put(t: Transaction, kind: AreaChangeKind, old: Sequence[Area], new: Sequence[Area], by: str) -> AreaChange:
    now = {area.code: area for area in t.areas.list()}
    if any(now.get(area.code) != area for area in old):
        raise Conflict(say("grid.changed_meanwhile"))
    change = t.areas.change(kind, old, new, by=by)
    _follow(t, [area.code for area in old], new)
    return change


def _follow(t: Transaction, old: Sequence[AreaCode], new: Sequence[Area]) -> None:
    """Let owners and sites of the old areas follow to the new ones."""
    owners = t.owners.list()
    people = dict.fromkeys((person, role) for code, person, role in owners if code in old)
    kept = [owner for owner in owners if owner[0] not in {area.code for area in new}]
    t.owners.replace([*kept, *((area.code, *who) for area in new for who in people)])
    level = new[0].level
    moved = [site for site in t.sites.placed() if site.areas.get(level) in old and site.fix.point is not None]
    found = AreaIndex(t.areas.list()).locate([site.fix.point for site in moved if site.fix.point is not None])
    t.sites.place(replace(site, areas=areas) for site, areas in zip(moved, found, strict=True))


def _told(change: AreaChange, areas: Sequence[Area]) -> dict[str, Any]:
    return {
        "change": change.id,
        "kind": change.kind.value,
        "before": [{"code": code, "name": name} for code, name in change.before],
        "after": [{"code": area.code, "name": area.name} for area in areas],
    }
