"""Read the grid's polygons from a folder, check and mend them, and nest them: the door through which areas come in."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize

import shapely
from shapely import MultiPolygon, Polygon

from gridplan.grid.codes import CodeScheme
from gridplan.grid.nesting import Draft, nest
from gridplan.grid.polygons import OVERLAP_M2, Change, area_m2, as_polygon, mend, overlaps
from gridplan.grid.reader import SUFFIXES, Feature, read_features
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.words import Text, say

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "level": ("level", "层级", "級別", "级别"),
    "code": ("code", "编码", "代码", "區劃代碼", "区划代码"),
    "name": ("name", "名称", "名稱"),
    # A shapefile cuts names at ten bytes.
    "parent_code": ("parent_code", "parent_cod", "parent", "上级编码", "上级"),
}
LEVELS: Mapping[str, AreaLevel] = {
    **{level.value: level for level in AreaLevel},
    "区": AreaLevel.DISTRICT,
    "县区": AreaLevel.COUNTY,
    "街道": AreaLevel.TOWNSHIP,
    "乡镇": AreaLevel.TOWNSHIP,
    "街镇": AreaLevel.TOWNSHIP,
    "乡镇街道": AreaLevel.TOWNSHIP,
    "社区": AreaLevel.COMMUNITY,
    "村": AreaLevel.COMMUNITY,
    "社区(村)": AreaLevel.COMMUNITY,
    "网格": AreaLevel.CELL,
    "单元网格": AreaLevel.CELL,
}
_LISTED_OVERLAPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSet:
    """The areas of a district, widest level first and by code, what was wrong with them and what was mended in the copy."""

    areas: tuple[Area, ...]
    complaints: tuple[Complaint, ...]
    changes: tuple[Change, ...]


def read_areas(
    folder: Path,
    mapping: Mapping[str, Mapping[str, Any]] | None = None,
    scheme: Mapping[str, int] | None = None,
    district: str = "",
) -> AreaSet:
    """Read every boundary file of a folder as one grid.

    Parameters
    ----------
    folder
        The `areas/` folder with `*.geojson`, `*.json`, `*.gpkg` or `*.shp`.
    mapping
        For a file's name, the level or the column that holds it, and the columns of `code`, `name`, `parent_code`.
    scheme
        The length of the code at each level; a child's code then begins with its parent's.
    district
        The name of the district polygon that is made as the union when no file brings one.

    Raises
    ------
    InputError
        There is no file, one cannot be read, a column is missing, a code is not exact or stands twice.
    """
    mapping, lengths = mapping or {}, CodeScheme.of(scheme or {}).lengths
    paths = boundary_files(folder, mapping)
    complaints: list[Complaint] = []
    changes: list[Change] = []
    drafts: list[Draft] = []
    for path in paths:
        drafts += read_drafts(path, mapping.get(path.name, {}), complaints, changes)
    if not drafts:
        raise InputError(say("grid.nothing_usable", folder=folder.name))
    _check_codes(drafts, lengths, complaints)
    drafts = _with_district(drafts, district, lengths, complaints)
    areas = _nested(drafts, lengths, complaints)
    complaints += _overlap_complaints(areas, {draft.code: draft for draft in drafts})
    return AreaSet(areas=areas, complaints=tuple(complaints), changes=tuple(changes))


def boundary_files(folder: Path, mapping: Mapping[str, Mapping[str, Any]]) -> list[Path]:
    """Return the boundary files of a folder by name; InputError when there are none or the mapping names another."""
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES) if folder.is_dir() else []
    if not paths:
        raise InputError(say("grid.no_files", folder=folder.name))
    _check_mapping(mapping, [path.name for path in paths])
    return paths


def read_drafts(
    path: Path, mapping: Mapping[str, Any], complaints: list[Complaint], changes: list[Change]
) -> list[Draft]:
    """Read the areas of one file, codes unchecked; what is wrong or was mended is added to `complaints` and `changes`."""
    made = (_draft(f, values, complaints, changes) for f, values in _columns(path.name, read_features(path), mapping))
    return [draft for draft in made if draft is not None]


def _check_mapping(mapping: Mapping[str, Mapping[str, Any]], files: Sequence[str]) -> None:
    for file, columns in mapping.items():
        if file not in files:
            raise InputError(say("grid.mapped_file", file=file, files="、".join(files)))
        for key in columns:
            if key not in COLUMNS and key != "parent":
                nearest = difflib.get_close_matches(key, COLUMNS, n=1, cutoff=0.0)[0]
                raise InputError(say("grid.mapped_key", file=file, word=key, nearest=nearest))


def _plain(header: str) -> str:
    return "".join(normalize("NFKC", header).lower().split())


def _columns(
    file: str, features: Sequence[Feature], mapping: Mapping[str, Any]
) -> list[tuple[Feature, dict[str, str]]]:
    """Give each feature with its level, code, name and parent_code, wherever the file keeps them."""
    headers: dict[str, None] = {}
    for feature in features:
        headers |= dict.fromkeys(feature.values)
    chosen: dict[str, str] = {}
    level = str(mapping.get("level", ""))
    constant = level if level in {item.value for item in AreaLevel} else ""
    for noun, names in COLUMNS.items():
        wanted = mapping.get(noun, mapping.get("parent") if noun == "parent_code" else None)
        if noun == "level" and constant:
            continue
        options = [str(wanted)] if wanted is not None else list(names)
        found = [header for name in options for header in headers if _plain(header) == _plain(name)]
        if found:
            chosen[noun] = found[0]
        elif wanted is not None or noun != "parent_code":
            raise InputError(
                say(
                    "grid.missing_column",
                    file=file,
                    column=wanted if wanted is not None else noun,
                    found="、".join(headers) or "—",
                )
            )
    return [
        (
            feature,
            {noun: feature.values.get(header, "") for noun, header in chosen.items()}
            | ({"level": constant} if constant else {}),
        )
        for feature in features
    ]


def _complaint(
    feature: Feature | Draft, column: str, value: str, code: str, severity: Severity, text: Text
) -> Complaint:
    return Complaint(
        file=feature.file, row=feature.row, column=column, value=value, code=code, severity=severity, text=text
    )


def _draft(
    feature: Feature, values: Mapping[str, str], complaints: list[Complaint], changes: list[Change]
) -> Draft | None:
    """Turn a feature into an area without parent; None, with a complaint, when it cannot be one."""

    def left_out(column: str, value: str, key: str) -> None:
        text = say(key, file=feature.file, row=feature.row, value=value)
        complaints.append(_complaint(feature, column, value, key, Severity.ERROR, text))

    code, name = values["code"], normalize("NFKC", values["name"])
    level = LEVELS.get(_plain(values["level"]))
    if level is None:
        left_out("level", values["level"], "grid.unknown_level")
        return None
    if not code:
        left_out("code", name, "grid.no_code")
        return None
    polygon = as_polygon(feature.geometry)
    if polygon is None:
        left_out("geometry", name or code, "grid.no_polygon")
        return None
    if not polygon.is_valid:
        mended = mend(polygon)
        if mended is None:
            left_out("geometry", name or code, "grid.no_polygon")
            return None
        before, after = round(area_m2(polygon)), round(area_m2(mended[0]))
        polygon = mended[0]
        change = Change(
            code=code,
            name=name or code,
            file=feature.file,
            row=feature.row,
            before_m2=before,
            after_m2=after,
            fault=mended[1],
        )
        changes.append(change)
        text = say(
            "grid.mended",
            file=feature.file,
            row=feature.row,
            name=change.name,
            code=code,
            before=before,
            after=after,
            change=f"{after - before:+d}",
        )
        complaints.append(_complaint(feature, "geometry", change.name, "grid.mended", Severity.WARNING, text))
    if not name:
        text = say("grid.no_name", file=feature.file, row=feature.row, code=code)
        complaints.append(_complaint(feature, "name", "", "grid.no_name", Severity.WARNING, text))
    return Draft(
        file=feature.file,
        row=feature.row,
        level=level,
        code=AreaCode(code),
        name=name or code,
        parent=values.get("parent_code", ""),
        polygon=polygon,
    )


def _check_codes(drafts: Sequence[Draft], lengths: Mapping[AreaLevel, int], complaints: list[Complaint]) -> None:
    seen: dict[AreaCode, Draft] = {}
    for draft in drafts:
        first = seen.setdefault(draft.code, draft)
        if first is not draft:
            raise InputError(
                say(
                    "grid.code_twice",
                    code=draft.code,
                    one=f"{first.file} #{first.row} {first.name}",
                    other=f"{draft.file} #{draft.row} {draft.name}",
                )
            )
        length = lengths.get(draft.level)
        if length is not None and len(draft.code) != length:
            text = say("grid.code_length", name=draft.name, code=draft.code, length=length, found=len(draft.code))
            complaints.append(_complaint(draft, "code", draft.code, "grid.code_length", Severity.WARNING, text))


def _with_district(
    drafts: list[Draft], district: str, lengths: Mapping[AreaLevel, int], complaints: list[Complaint]
) -> list[Draft]:
    """Add the union of the widest level as the district when no file brings one. A county is never taken for it."""
    if any(draft.level is AreaLevel.DISTRICT for draft in drafts):
        return drafts
    widest = min((draft.level for draft in drafts), key=lambda level: level.depth)
    top = [draft for draft in drafts if draft.level is widest]
    union = shapely.union_all([draft.polygon for draft in top])
    parts = [part for part in shapely.get_parts(union) if isinstance(part, Polygon)]
    code = _district_code(top, {draft.code for draft in drafts}, lengths)
    made = Draft(
        file=top[0].file,
        row=0,
        level=AreaLevel.DISTRICT,
        code=code,
        name=district or code,
        parent="",
        polygon=parts[0] if len(parts) == 1 else MultiPolygon(parts),
    )
    text = say("grid.district_made", name=made.name, code=code, count=len(top), level=say(f"glossary.{widest.value}"))
    complaints.append(_complaint(made, "level", made.name, "grid.district_made", Severity.INFO, text))
    return [made, *drafts]


def _district_code(top: Sequence[Draft], taken: set[AreaCode], lengths: Mapping[AreaLevel, int]) -> AreaCode:
    """The parent that all areas name, else what all codes begin with (six digits of a statistical code), else a word."""
    named = {draft.parent for draft in top}
    if len(named) == 1 and (parent := AreaCode(named.pop())) and parent not in taken:
        return parent
    first, last = min(draft.code for draft in top), max(draft.code for draft in top)
    common = first[: next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]
    length = lengths.get(AreaLevel.DISTRICT, 6 if all(len(draft.code) >= 9 for draft in top) else len(common))
    code = AreaCode(common[:length])
    return code if len(code) > 1 and code not in taken else AreaCode("district")


def _nested(drafts: Sequence[Draft], lengths: Mapping[AreaLevel, int], complaints: list[Complaint]) -> tuple[Area, ...]:
    nesting = nest(drafts, lengths)
    names = {draft.code: draft.name for draft in drafts}
    for draft in nesting.orphans:
        parent = nesting.parents[draft.code]
        instead = names[parent] if parent is not None else "—"
        text = say("grid.orphan", name=draft.name, code=draft.code, parent=draft.parent, instead=instead)
        complaints.append(_complaint(draft, "parent_code", draft.parent, "grid.orphan", Severity.WARNING, text))
    for draft, parent in nesting.strayed:
        text = say("grid.strayed", name=draft.name, code=draft.code, parent=names[parent])
        complaints.append(_complaint(draft, "geometry", draft.name, "grid.strayed", Severity.WARNING, text))
    return tuple(
        Area(
            code=draft.code,
            level=draft.level,
            name=draft.name,
            parent_code=nesting.parents[draft.code],
            polygon=draft.polygon,
        )
        for draft in sorted(drafts, key=lambda draft: (draft.level.depth, draft.code))
    )


def _overlap_complaints(areas: Sequence[Area], drafts: Mapping[AreaCode, Draft]) -> list[Complaint]:
    """Overlaps at each level: the large ones by name, slivers and whatever is beyond the list in one line."""
    complaints = []
    for level in AreaLevel:
        found = overlaps([area for area in areas if area.level is level])
        listed = [item for item in found if item.area_m2 >= OVERLAP_M2][:_LISTED_OVERLAPS]
        for item in listed:
            text = say("grid.overlap", one=item.one.name, other=item.other.name, area_m2=round(item.area_m2))
            draft = drafts[item.one.code]
            complaints.append(_complaint(draft, "geometry", item.other.name, "grid.overlap", Severity.WARNING, text))
        rest = found[len(listed) :]
        if rest:
            total = round(sum(item.area_m2 for item in rest))
            if total:
                text = say("grid.slivers", level=say(f"glossary.{level.value}"), count=len(rest), area_m2=total)
                file = drafts[rest[0].one.code].file
                complaints.append(
                    Complaint(
                        file=file,
                        row=0,
                        column="geometry",
                        value="",
                        code="grid.slivers",
                        severity=Severity.INFO,
                        text=text,
                    )
                )
    return complaints
