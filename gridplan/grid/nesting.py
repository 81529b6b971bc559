"""Who lies in whom: each area's parent by column, by code, else by the ground they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from gridplan.model.place import AreaCode, AreaLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An area as its file gives it, before it has a parent. `parent` is a code or a name, "" when the file says nothing."""

    file: str
    row: int
    level: AreaLevel
    code: AreaCode
    name: str
    parent: str
    polygon: Polygon | MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Nesting:
    """The parents found; `orphans` name a parent that is not there; `strayed` lie mostly outside the parent their code names."""

    parents: Mapping[AreaCode, AreaCode | None]
    orphans: tuple[Draft, ...]
    strayed: tuple[tuple[Draft, AreaCode], ...]


def nest(drafts: Sequence[Draft], scheme: Mapping[AreaLevel, int]) -> Nesting:
    """Find the parent of every area among the wider levels.

    `scheme` gives the length of the code at each level; without it the longest code that begins the child's code is its parent.
    """
    by_code = {draft.code: draft for draft in drafts}
    parents: dict[AreaCode, AreaCode | None] = {}
    orphans, unplaced = [], []
    for draft in drafts:
        wider = _named(draft, drafts, by_code) if draft.parent else None
        if draft.parent and wider is None:
            orphans.append(draft)
        parent = wider or _by_prefix(draft, by_code, scheme)
        if parent:
            parents[draft.code] = parent
        else:
            unplaced.append(draft)
    parents |= _by_ground(unplaced, drafts)
    strayed = [(d, p) for d in drafts if (p := parents[d.code]) is not None and _strays(d, by_code[p])]
    return Nesting(parents=parents, orphans=tuple(orphans), strayed=tuple(strayed))


def _named(draft: Draft, drafts: Sequence[Draft], by_code: Mapping[AreaCode, Draft]) -> AreaCode | None:
    """The parent that the file names by code, else by a name only one wider area bears."""
    known = by_code.get(AreaCode(draft.parent))
    if known is not None and known.level.depth < draft.level.depth:
        return known.code
    same = [d.code for d in drafts if d.name == draft.parent and d.level.depth < draft.level.depth]
    return same[0] if len(same) == 1 else None


def _by_prefix(draft: Draft, by_code: Mapping[AreaCode, Draft], scheme: Mapping[AreaLevel, int]) -> AreaCode | None:
    lengths = [scheme[level] for level in AreaLevel if level in scheme and level.depth < draft.level.depth]
    for length in reversed(lengths) if scheme else range(len(draft.code) - 1, 1, -1):
        wider = by_code.get(AreaCode(draft.code[:length]))
        if wider is not None and wider.level.depth < draft.level.depth:
            return wider.code
    return None


def _by_ground(unplaced: Sequence[Draft], drafts: Sequence[Draft]) -> dict[AreaCode, AreaCode | None]:
    """The area of the nearest wider level with which a draft shares most ground (ties: the lowest code)."""
    found: dict[AreaCode, AreaCode | None] = {}
    for level in AreaLevel:
        children = [d for d in unplaced if d.level is level]
        depths = {d.level.depth for d in drafts if d.level.depth < level.depth}
        wider = sorted((d for d in drafts if depths and d.level.depth == max(depths)), key=lambda d: d.code)
        if not children or not wider:
            found |= dict.fromkeys((d.code for d in children), None)
            continue
        polygons = np.array([d.polygon for d in wider], dtype=object)
        tree = shapely.STRtree(polygons)
        for child in children:
            near = np.sort(tree.query(child.polygon, predicate="intersects"))
            shared = shapely.area(shapely.intersection(polygons[near], child.polygon))
            found[child.code] = wider[near[int(np.argmax(shared))]].code if shared.any() else None
    return found


def _strays(child: Draft, parent: Draft) -> bool:
    """Whether less than half of the child lies in its parent; the point inside it is asked first, being cheap."""
    if parent.polygon.contains(child.polygon.representative_point()):
        return False
    return child.polygon.intersection(parent.polygon).area < child.polygon.area / 2
