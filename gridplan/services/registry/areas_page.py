"""The areas as their page shows them: one node with those below it, who answers for each, what nobody answers for, faults."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gridplan.grid.faults import check_areas
from gridplan.intake.extras import read_owners
from gridplan.maps.features import area_features
from gridplan.model.errors import Complaint, Conflict, InputError, NotFound
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.record import User
from gridplan.model.release import CHINA
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask, own_areas, own_names, sees
from gridplan.services.desk import Desk
from gridplan.services.folders.folder import dump
from gridplan.services.folders.grids import areas_geojson
from gridplan.services.registry.importing import name_of
from gridplan.services.registry.regrid import area_history
from gridplan.store.intake import IntakeDrafts, SiteLines
from gridplan.store.repositories import Transaction

OWNERS = "owners"
TABS = ("below", "vacant", "blind", "checks", "history")
_LISTED = 1000
Owned = dict[AreaCode, list[tuple[str, str]]]


def _owned(t: Transaction) -> Owned:
    own: Owned = defaultdict(list)
    for code, person, role in t.owners.list():
        own[code].append((person, role))
    return own


def _seen(owners: Sequence[tuple[str, str]]) -> str:
    """Return what stands for the owners of a node as a page showed them."""
    return hashlib.sha256(json.dumps([list(one) for one in owners], ensure_ascii=False).encode()).hexdigest()[:16]


def _shown(owners: Sequence[tuple[str, str]]) -> str:
    return "、".join(f"{person}（{role}）" if role else person for person, role in owners)


class _Tree:
    """The areas with what is known of each: who answers, how many sites."""

    def __init__(self, desk: Desk, reader: User | None = None) -> None:
        with desk.store.reading() as t:
            everywhere = t.areas.list()
            self.own = _owned(t)
            self.lines = SiteLines(t.connection).list()
        # Who is bound to an area sees what lies in it, and who answers from above.
        self.areas = own_areas(everywhere, reader)
        self.by_code = {area.code: area for area in everywhere}
        self.top = AreaCode(reader.area) if reader is not None and reader.area is not None else None
        if reader is not None and reader.area is not None:
            names = own_names(everywhere, reader)
            self.lines = [line for line in self.lines if sees(reader, line["areas"].values(), line["named"], names)]
        self.below: dict[str, list[Area]] = defaultdict(list)
        for area in self.areas:
            self.below[area.parent_code or ""].append(area)
        self.sites = Counter(code for line in self.lines for code in line["areas"].values())
        self.review = Counter(
            code for line in self.lines if line["status"] == "review" for code in line["areas"].values()
        )
        self.vacant_below = self._vacant_below()

    def answering(self, code: str | None) -> str | None:
        """Return the nearest node from `code` upwards that has an owner of its own."""
        at = self.by_code.get(AreaCode(code)) if code else None
        while at is not None and not self.own.get(at.code):
            at = self.by_code.get(at.parent_code) if at.parent_code else None
        return at.code if at else None

    def _vacant_below(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for area in self.areas:
            if self.own.get(area.code):
                continue
            at = area.parent_code
            while at:
                found[at] += 1
                parent = self.by_code.get(at)
                at = parent.parent_code if parent else None
        return found

    def path(self, area: Area | None) -> list[Area]:
        """Return the nodes from the widest down to this one."""
        found: list[Area] = []
        while area is not None:
            found.insert(0, area)
            if area.code == self.top:
                break
            area = self.by_code.get(area.parent_code) if area.parent_code else None
        return found

    def row(self, area: Area) -> dict[str, Any]:
        """Return a line for one node."""
        source = self.answering(area.code)
        own = self.own.get(area.code, [])
        return {
            "code": area.code,
            "name": area.name,
            "level": area.level.value,
            "own": _shown(own),
            "inherited": "" if own or source is None else _shown(self.own[AreaCode(source)]),
            "inherited_from": "" if own or source is None else self.by_code[AreaCode(source)].name,
            "sites": self.sites[area.code],
            "review": self.review[area.code],
            "vacant": self.vacant_below[area.code],
            "leaf": area.code not in self.below,
        }


def area_list(desk: Desk) -> list[dict[str, Any]]:
    """Return every area with its owners, the nearest area above whose owners answer where it has none, and its sites.

    `mark` stands for the owners as they are; a change asks for it.
    """
    tree = _Tree(desk)
    return [
        {
            "code": area.code,
            "name": area.name,
            "level": area.level.value,
            "parent": area.parent_code,
            "owners": [{"person": person, "role": role} for person, role in tree.own.get(area.code, [])],
            "answered_by": tree.answering(area.code),
            "sites": tree.sites[area.code],
            "review": tree.review[area.code],
            "mark": _seen(tree.own.get(area.code, [])),
        }
        for area in tree.areas
    ]


def areas_view(desk: Desk, code: str, tab: str, *, reader: User | None = None) -> dict[str, Any]:
    """Return what the page shows of the reader's areas: the node asked for (else the widest), those below it, one of the lists.

    Raises
    ------
    NotFound
        There is no such node.
    """
    tree = _Tree(desk, reader)
    view: dict[str, Any] = {
        "district": desk.district(),
        "total": len(tree.areas),
        "whole": tree.top is None,
        "tab": tab if tab in TABS else "below",
    }
    if not tree.areas:
        return view
    roots = tree.below[""] or [min(tree.areas, key=lambda area: area.level.depth)]
    shown = {area.code: area for area in tree.areas}
    node = shown.get(AreaCode(code)) if code else roots[0] if tree.top is None else shown.get(tree.top)
    if node is None:
        raise NotFound(say("grid.no_area", code=code))
    vacant = [area for area in tree.areas if not tree.own.get(area.code)]
    # Who is another district's is nobody's blind spot here.
    ours = [line for line in tree.lines if line["status"] != "rejected"]
    blind = [line for line in ours if not any(tree.answering(area) for area in line["areas"].values())]
    own = tree.own.get(node.code, [])
    view |= {
        "node": tree.row(node)
        | {"owners": [{"person": person, "role": role} for person, role in own], "seen": _seen(own)},
        "path": [(area.code, area.name) for area in tree.path(node)],
        "below": [tree.row(area) for area in tree.below.get(node.code, [])],
        "levels": [(level.value, sum(area.level is level for area in tree.areas)) for level in AreaLevel],
        "vacant": len(vacant),
        "blind": len(blind),
        "people": len({person for area in tree.areas for person, _ in tree.own.get(area.code, ())}),
    }
    match view["tab"]:
        case "vacant":
            view["rows"] = [tree.row(area) | {"path": _path(tree, area)} for area in vacant[:_LISTED]]
        case "blind":
            view["rows"] = [
                {"id": line["id"], "name": line["name"], "address": line["address"]} for line in blind[:_LISTED]
            ]
        case "checks":
            # The widest of the own areas stands alone: what is above it is none of these faults.
            alone = [replace(area, parent_code=None) if area.code == tree.top else area for area in tree.areas]
            view["rows"] = checks(desk, alone, frozenset(tree.own))
        case "history":
            view["rows"] = [
                change
                | {
                    "by": name_of(desk, change["by"]) or "—",
                    "at": f"{datetime.fromisoformat(change['at']).astimezone(CHINA):%Y-%m-%d %H:%M}",
                }
                for change in area_history(desk)[:_LISTED]
                if tree.top is None or set(change["after"]) <= set(shown)
            ]
    return view


def _path(tree: _Tree, area: Area) -> str:
    return " / ".join(one.name for one in tree.path(area)[:-1])


def checks(desk: Desk, areas: Sequence[Area], owned: frozenset[AreaCode]) -> list[dict[str, Any]]:
    """Return every fault of the stored grid: overlaps, gaps, slivers, codes out of order, nodes without owner."""
    with tempfile.TemporaryDirectory(prefix="gridplan-") as name:
        folder = Path(name) / "areas"
        folder.mkdir()
        (folder / "areas.geojson").write_bytes(dump(areas_geojson(areas)))
        found = check_areas(folder, {}, _scheme(areas), owned or None)
    return [
        {
            "severity": fault.severity.value,
            "code": fault.code,
            "name": fault.name,
            "text": fault.text,
        }
        for fault in found.faults[:_LISTED]
    ]


def _scheme(areas: Sequence[Area]) -> dict[str, int]:
    """Return the length of the codes at each level where they keep to one; else nothing is asked of them."""
    lengths = {level: {len(area.code) for area in areas if area.level is level} for level in AreaLevel}
    told = {level: next(iter(found)) for level, found in lengths.items() if len(found) == 1}
    order = list(told.values())
    if any(len(found) > 1 for found in lengths.values()) or order != sorted(set(order)):
        return {}
    return {level.value: length for level, length in told.items()}


def areas_json(desk: Desk, *, reader: User | None = None) -> bytes:
    """Return the reader's areas for the map, each with whether somebody answers for it: `own`, `inherited` or `vacant`."""
    tree = _Tree(desk, reader)
    made = area_features(tree.areas)
    for feature in made["features"]:
        code = feature["properties"]["code"]
        own = bool(tree.own.get(code))
        feature["properties"]["owner"] = "own" if own else ("inherited" if tree.answering(code) else "vacant")
        feature["properties"]["sites"] = tree.sites[code]
    return dump(made)


def change_owner(desk: Desk, code: str, person: str, role: str, *, remove: bool, seen: str, by: str) -> None:
    """Add an owner to a node, or take one away. `seen` stands for the owners that the page showed.

    Raises
    ------
    NotFound, InputError, Conflict
        There is no such node or owner; the name is empty or too long; somebody changed the owners since, or the person is one.
    """
    who = (" ".join(person.split()), " ".join(role.split()))
    if not who[0] or max(map(len, who)) > 100:
        raise InputError(say("areas.no_person"))
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_AREAS)
        area = next((area for area in t.areas.list() if area.code == code), None)
        if area is None:
            raise NotFound(say("grid.no_area", code=code))
        ask(t, by, Right.CHANGE_AREAS, within=[area.code], hidden=True)
        rows = list(t.owners.list())
        here = [(name, duty) for at, name, duty in rows if at == code]
        if _seen(here) != seen:
            raise Conflict(say("areas.owners_moved", name=area.name, owners=_shown(here) or "—"))
        if remove:
            if who not in here:
                raise NotFound(say("areas.no_owner", name=area.name, person=who[0]))
            rows.remove((AreaCode(code), *who))
        else:
            if who in here:
                raise Conflict(say("areas.owner_twice", name=area.name, person=who[0]))
            rows.append((AreaCode(code), *who))
        t.owners.replace(rows)
        t.audit.add(by, "owner.remove" if remove else "owner.add", f"area/{code}", {"person": who[0], "role": who[1]})


def put_owners_aside(desk: Desk, content: bytes, *, by: str) -> str:
    """Put an owners.csv aside to be looked at before it counts, and return its id."""
    with desk.store.reading() as t:
        ask(t, by, Right.CHANGE_AREAS, whole=True)
    if not content:
        raise InputError(say("importing.no_files"))
    with tempfile.TemporaryDirectory(prefix="gridplan-") as name:
        (Path(name) / "owners.csv").write_bytes(content)
        read_owners(Path(name))  # what cannot be read is told before anything is kept
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_AREAS, whole=True)
        drafts = IntakeDrafts(t.connection)
        drafts.sweep()
        draft = drafts.add(OWNERS, by=by, base=_mark(t))
        drafts.put_file(draft, "owners.csv", content)
    return draft


def _mark(t: Transaction) -> str:
    rows = [[code, person, role] for code, person, role in t.owners.list()]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _read(t: Transaction, draft: str) -> tuple[list[tuple[AreaCode, str, str]], list[Complaint], list[str]]:
    """Return the owners of a list that was put aside, its complaints, and codes that no area has."""
    with tempfile.TemporaryDirectory(prefix="gridplan-") as name:
        (Path(name) / "owners.csv").write_bytes(IntakeDrafts(t.connection).content(draft, "owners.csv"))
        owners, complaints = read_owners(Path(name))
    codes = {area.code for area in t.areas.list()}
    known = list(dict.fromkeys((o.area_code, o.person, o.role) for o in owners if o.area_code in codes))
    return known, list(complaints), sorted({o.area_code for o in owners if o.area_code not in codes})


def owners_look(desk: Desk, draft: str) -> dict[str, Any]:
    """Return what an owners.csv that was put aside would change."""
    with desk.store.reading() as t:
        head = IntakeDrafts(t.connection).get(draft)
        new, complaints, strangers = _read(t, draft)
        now = list(t.owners.list())
        names = {area.code: area.name for area in t.areas.list()}
        mark = _mark(t)
    before, after = set(now), set(new)
    return {
        "id": draft,
        "district": desk.district(),
        "base": mark,
        "done": head.state == "done",
        "rows": len(new) + len(complaints) + len(strangers),
        "kept": len(before & after),
        "added": [_line(one, names) for one in new if one not in before][:_LISTED],
        "removed": [_line(one, names) for one in now if one not in after][:_LISTED],
        "complaints": complaints,
        "strangers": strangers,
    }


def _line(one: tuple[AreaCode, str, str], names: dict[AreaCode, str]) -> dict[str, str]:
    return {"code": one[0], "name": names.get(one[0], ""), "person": one[1], "role": one[2]}


def take_owners(desk: Desk, draft: str, *, base: str, by: str) -> int:
    """Let an owners.csv that was put aside count instead of all owners of now, and return how many there are.

    Raises
    ------
    Conflict
        It counts already, or somebody changed the owners since the page was shown.
    """
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_AREAS, whole=True)
        drafts = IntakeDrafts(t.connection)
        if drafts.get(draft).state == "done":
            raise Conflict(say("importing.done_already"))
        if _mark(t) != base:
            raise Conflict(say("areas.owners_changed"))
        new, complaints, _ = _read(t, draft)
        t.owners.replace(new)
        counts = {"owners": len(new), "complaints": len(complaints)}
        t.imports.add(OWNERS, "owners.csv", by=by, counts=counts, complaints=complaints)
        drafts.drop(draft, by=by)
    return len(new)
