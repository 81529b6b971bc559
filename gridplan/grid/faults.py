"""Every fault of a folder's boundary files at once, each with its file, row and place: nothing stops at the first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridplan.grid.boundaries import boundary_files, read_drafts
from gridplan.grid.codes import CodeScheme
from gridplan.grid.nesting import Draft, Nesting, nest
from gridplan.grid.polygons import METRES_PER_DEGREE, OVERLAP_M2, Change, area_m2, overlaps
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.words import Text, say

SLIVER_M = 5.0
"""Gaps narrower than this are borders drawn twice, not ground that was forgotten."""
_NOISE_M2 = 0.5
_ODD = 200.0
_FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: `kind` is a key of words/grid, `row` 0 for a file as a whole, `place` where it shows (WGS-84)."""

    kind: str
    severity: Severity
    file: str
    row: int
    code: str
    name: str
    text: Text
    place: BaseGeometry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The areas that could be read (a second one of the same code left out), and all faults, gravest first."""

    areas: tuple[Area, ...]
    faults: tuple[Fault, ...]


def check_areas(
    folder: Path,
    mapping: Mapping[str, Mapping[str, Any]],
    scheme: Mapping[str, int],
    owned: Collection[AreaCode] | None = None,
) -> Checked:
    """Read the boundary files of a folder and collect every fault.

    `owned` are the codes with an owner; None where the folder names no owners at all.

    Raises
    ------
    InputError
        There is no boundary file, or the mapping or scheme cannot be used.
    """
    codes = CodeScheme.of(scheme)
    drafts: list[Draft] = []
    complaints: list[Complaint] = []
    faults: list[Fault] = []
    changes: list[Change] = []
    for path in boundary_files(folder, mapping):
        try:
            drafts += read_drafts(path, mapping.get(path.name, {}), complaints, changes)
        except InputError as error:
            faults.append(_file_fault(path.name, error.text))
    by_row = {(draft.file, draft.row): draft for draft in drafts}
    faults += [_from_complaint(complaint, by_row.get((complaint.file, complaint.row))) for complaint in complaints]
    kept: dict[AreaCode, Draft] = {}
    for draft in drafts:
        first = kept.setdefault(draft.code, draft)
        if first is not draft:
            one, other = (f"{d.file} #{d.row} {d.name}" for d in (first, draft))
            faults.append(_fault(draft, "grid.code_twice", Severity.ERROR, code=draft.code, one=one, other=other))
    faults += _judge(list(kept.values()), codes, owned)
    order = list(Severity)
    faults.sort(key=lambda f: (order.index(f.severity), f.kind, f.file, f.row, f.code))
    parents = nest(list(kept.values()), codes.lengths).parents if kept else {}
    return Checked(areas=_areas(list(kept.values()), parents), faults=tuple(faults))


def _file_fault(file: str, text: Text) -> Fault:
    return Fault(
        kind="grid.unreadable",
        severity=Severity.ERROR,
        file=file,
        row=0,
        code="",
        name="",
        text=say("grid.unreadable", problem=text),
        place=None,
    )


def _from_complaint(complaint: Complaint, draft: Draft | None) -> Fault:
    return Fault(
        kind=complaint.code,
        severity=complaint.severity,
        file=complaint.file,
        row=complaint.row,
        code=draft.code if draft else "",
        name=draft.name if draft else complaint.value,
        text=complaint.text,
        place=draft.polygon if draft else None,
    )


def _fault(
    draft: Draft, kind: str, severity: Severity, place: BaseGeometry | None = None, /, **fields: object
) -> Fault:
    return Fault(
        kind=kind,
        severity=severity,
        file=draft.file,
        row=draft.row,
        code=draft.code,
        name=draft.name,
        text=say(kind, **fields),
        place=draft.polygon if place is None else place,
    )


def _areas(drafts: Sequence[Draft], parents: Mapping[AreaCode, AreaCode | None]) -> tuple[Area, ...]:
    return tuple(
        Area(code=d.code, level=d.level, name=d.name, parent_code=parents[d.code], polygon=d.polygon)
        for d in sorted(drafts, key=lambda d: (d.level.depth, d.code))
    )


def _judge(drafts: Sequence[Draft], codes: CodeScheme, owned: Collection[AreaCode] | None) -> Iterator[Fault]:
    if not drafts:
        return
    nesting = nest(drafts, codes.lengths)
    by_code = {draft.code: draft for draft in drafts}
    yield from _codes(drafts, codes, nesting, by_code)
    yield from _family(drafts, nesting, by_code)
    yield from _overlaps(drafts, nesting, by_code)
    yield from _gaps(drafts, nesting, by_code)
    yield from _sizes(drafts)
    if owned is not None:
        yield from _ownerless(drafts, nesting, owned)


def _codes(
    drafts: Sequence[Draft], codes: CodeScheme, nesting: Nesting, by_code: Mapping[AreaCode, Draft]
) -> Iterator[Fault]:
    for draft in drafts:
        wrong = codes.fault(draft.code, draft.level)
        if wrong is not None:
            kind = "grid.code_long" if len(draft.code) != codes.lengths[draft.level] else "grid.code_digits"
            length = codes.lengths[draft.level]
            yield _fault(draft, kind, Severity.WARNING, code=draft.code, length=length, found=len(draft.code))
            continue
        parent = nesting.parents[draft.code]
        named = codes.parent(draft.code)
        if parent is not None and named is not None and len(parent) == len(named) and parent != named:
            yield _fault(
                draft,
                "grid.code_prefix",
                Severity.WARNING,
                code=draft.code,
                parent=by_code[parent].name,
                prefix=parent,
            )


def _family(drafts: Sequence[Draft], nesting: Nesting, by_code: Mapping[AreaCode, Draft]) -> Iterator[Fault]:
    """Orphans, children outside their parent, names that stand twice under one parent."""
    for draft in nesting.orphans:
        parent = nesting.parents[draft.code]
        instead = by_code[parent].name if parent is not None else "—"
        yield _fault(
            draft,
            "grid.orphan",
            Severity.WARNING,
            name=draft.name,
            code=draft.code,
            parent=draft.parent,
            instead=instead,
        )
    names: dict[tuple[AreaCode | None, AreaLevel, str], Draft] = {}
    for draft in drafts:
        parent = nesting.parents[draft.code]
        first = names.setdefault((parent, draft.level, draft.name), draft)
        if first is not draft:
            above = by_code[parent].name if parent is not None else "—"
            yield _fault(
                draft,
                "grid.name_twice",
                Severity.WARNING,
                parent=above,
                name=draft.name,
                one=first.code,
                other=draft.code,
            )
        if parent is None:
            continue
        outside = shapely.difference(draft.polygon, by_code[parent].polygon)
        area = area_m2(outside)
        if area >= OVERLAP_M2 and _width_m(outside) >= SLIVER_M:
            yield _fault(
                draft,
                "grid.outside",
                Severity.WARNING,
                outside,
                name=draft.name,
                code=draft.code,
                parent=by_code[parent].name,
                area_m2=round(area),
            )


def _overlaps(drafts: Sequence[Draft], nesting: Nesting, by_code: Mapping[AreaCode, Draft]) -> Iterator[Fault]:
    for level in AreaLevel:
        same = [draft for draft in drafts if draft.level is level]
        for item in overlaps(_areas(same, nesting.parents)) if same else ():
            if item.area_m2 < _NOISE_M2:
                continue
            shared = shapely.intersection(item.one.polygon, item.other.polygon)
            large = item.area_m2 >= OVERLAP_M2
            yield _fault(
                by_code[item.one.code],
                "grid.overlap" if large else "grid.overlap_sliver",
                Severity.WARNING if large else Severity.INFO,
                shared,
                one=item.one.name,
                other=item.other.name,
                area_m2=round(item.area_m2),
            )


def _gaps(drafts: Sequence[Draft], nesting: Nesting, by_code: Mapping[AreaCode, Draft]) -> Iterator[Fault]:
    """Ground of a parent that no child holds, holes among areas without parent, and parents without any child."""
    levels = sorted({draft.level for draft in drafts}, key=lambda level: level.depth)
    children: dict[AreaCode | None, list[Draft]] = defaultdict(list)
    for draft in drafts:
        children[nesting.parents[draft.code]].append(draft)
    finer = dict(pairwise(levels))
    for parent, ground in [(d, d.polygon) for d in drafts if d.level in finer]:
        if not children[parent.code]:
            level = say(f"glossary.{finer[parent.level].value}")
            yield _fault(parent, "grid.no_children", Severity.WARNING, name=parent.name, code=parent.code, level=level)
            continue
        yield from _holes(parent, ground, children[parent.code], parent.name)
    tops = children[None]
    if len(tops) > 1:
        union = shapely.union_all([draft.polygon for draft in tops])
        filled = MultiPolygon(
            [Polygon(part.exterior) for part in shapely.get_parts(union) if isinstance(part, Polygon)]
        )
        yield from _holes(tops[0], shapely.make_valid(filled), tops, tops[0].file)


def _holes(at: Draft, ground: BaseGeometry, held: Sequence[Draft], name: str) -> Iterator[Fault]:
    left = shapely.difference(ground, shapely.union_all([draft.polygon for draft in held]))
    level = say(f"glossary.{held[0].level.value}")
    for part in shapely.get_parts(left):
        area, width = area_m2(part), _width_m(part)
        if not isinstance(part, Polygon) or area < _NOISE_M2:
            continue
        sliver = width < SLIVER_M
        yield _fault(
            at,
            "grid.gap_sliver" if sliver else "grid.gap",
            Severity.INFO if sliver else Severity.WARNING,
            part,
            parent=name,
            area_m2=round(area),
            width_m=round(width, 1),
            level=level,
        )


def _width_m(geometry: BaseGeometry) -> float:
    """The mean width of a narrow shape: twice its area by its border, in metres (longitudes shortened)."""
    if geometry.is_empty:
        return 0.0
    _, south, _, north = geometry.bounds
    shorter = float(np.cos(np.radians((south + north) / 2)))
    border = shapely.length(shapely.transform(geometry, lambda p: p * [shorter, 1.0])) * METRES_PER_DEGREE
    return float(2 * area_m2(geometry) / border) if border else 0.0


def _sizes(drafts: Sequence[Draft]) -> Iterator[Fault]:
    for level in AreaLevel:
        same = [draft for draft in drafts if draft.level is level]
        if len(same) < _FEW:
            continue
        areas = [area_m2(draft.polygon) for draft in same]
        median = float(np.median(areas))
        for draft, area in zip(same, areas, strict=True):
            if not median / _ODD <= area <= median * _ODD:
                yield _fault(
                    draft,
                    "grid.odd_size",
                    Severity.INFO,
                    name=draft.name,
                    code=draft.code,
                    area_m2=round(area),
                    median_m2=round(median),
                )


def _ownerless(drafts: Sequence[Draft], nesting: Nesting, owned: Collection[AreaCode]) -> Iterator[Fault]:
    for draft in drafts:
        at: AreaCode | None = draft.code
        while at is not None and at not in owned:
            at = nesting.parents[at]
        if at is None:
            yield _fault(draft, "grid.no_owner", Severity.INFO, name=draft.name, code=draft.code)
