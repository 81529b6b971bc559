"""Boundary files of a folder: check them, or mend a copy, with tables and maps of what was found. No database is needed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridplan.grid.boundaries import read_areas
from gridplan.grid.faults import check_areas
from gridplan.grid.mending import GAP_M, mend_areas
from gridplan.intake.extras import read_owners
from gridplan.intake.settings import read_mapping
from gridplan.maps.plainmap import write_plain_map
from gridplan.model.errors import Severity
from gridplan.model.place import Area
from gridplan.model.words import say
from gridplan.report.files import write_csv
from gridplan.services.folders.folder import check_out, dump, folder_at_once
from gridplan.services.folders.placing import scheme_of

_LISTED = 500


def check_folder_areas(folder: Path, out: Path) -> dict[str, Any]:
    """Check the boundary files in `folder/areas` and write faults.csv, faults.geojson and map.html into `out`.

    Raises
    ------
    InputError
        There are no boundary files, or mapping.toml cannot be used.
    """
    check_out(folder, out)
    mapping = read_mapping(folder / "mapping.toml")
    owners, complaints = read_owners(folder)
    owned = {owner.area_code for owner in owners} if owners or complaints else None
    checked = check_areas(folder / "areas", mapping.areas, scheme_of(mapping), owned)
    faults = checked.faults
    by_severity = {s.value: sum(f.severity is s for f in faults) for s in Severity}
    summary: dict[str, Any] = {
        "areas": len(checked.areas),
        **by_severity,
        "kinds": dict(sorted(Counter(f.kind for f in faults).items())),
        "files": ["faults.csv", "faults.geojson", "map.html"],
    }
    marks = _collection((f.place, {"kind": f.kind, "code": f.code, "text": f.text.zh}) for f in faults)
    with folder_at_once(out) as made:
        header = ("severity", "kind", "file", "row", "code", "name", "text")
        rows = [
            (f.severity.value, f.kind.removeprefix("grid."), f.file, str(f.row), f.code, f.name, f.text.zh)
            for f in faults
        ]
        write_csv(made / "faults.csv", [say(f"grid.head_{name}").zh for name in header], rows)
        (made / "faults.geojson").write_bytes(dump(marks))
        lines = [f.text.zh for f in faults[:_LISTED]]
        write_plain_map(made / "map.html", say("grid.map_faults").zh, areas_geojson(checked.areas), marks, lines)
    return summary


def mend_folder_areas(folder: Path, out: Path, *, gap_m: float = GAP_M) -> dict[str, Any]:
    """Write a mended copy of the boundary files: areas.geojson, changes.csv, difference.geojson, map.html.

    Raises
    ------
    InputError
        The areas cannot be read as one grid; the text says what to correct first.
    Conflict
        Mending would take an area away.
    """
    check_out(folder, out)
    mapping = read_mapping(folder / "mapping.toml")
    found = read_areas(folder / "areas", mapping.areas, scheme_of(mapping))
    made_up = {c.value for c in found.complaints if c.code == "grid.district_made"}
    areas = [a for a in found.areas if not (a.parent_code is None and a.name in made_up)]
    mended = mend_areas(areas, gap_m=gap_m)
    repaired = {change.code: change for change in found.changes}
    rows, changed = [], 0
    for change in mended.changes:
        raw = repaired.get(change.code)
        done = [say("grid.done_validity").zh] if raw else []
        done += [say("grid.done_border").zh] if change.difference is not None else []
        changed += bool(done)
        before = raw.before_m2 if raw else change.before_m2
        rows.append(
            (
                change.code,
                change.name,
                f"{before:.1f}",
                f"{change.after_m2:.1f}",
                "；".join(done) or say("grid.done_nothing").zh,
            )
        )
    marks = _collection(
        (c.difference, {"code": c.code, "text": f"{c.name} {c.before_m2:.0f} → {c.after_m2:.0f} m²"})
        for c in mended.changes
    )
    with folder_at_once(out) as made:
        (made / "areas.geojson").write_bytes(dump(areas_geojson(mended.areas)))
        header = [say(f"grid.head_{name}").zh for name in ("code", "name", "before_m2", "after_m2", "done")]
        write_csv(made / "changes.csv", header, rows)
        (made / "difference.geojson").write_bytes(dump(marks))
        lines = [say_line["properties"]["text"] for say_line in marks["features"][:_LISTED]]
        write_plain_map(made / "map.html", say("grid.map_mended").zh, areas_geojson(mended.areas), marks, lines)
    return {
        "areas": len(mended.areas),
        "changed": changed,
        "gaps_m2": round(mended.gaps_m2, 1),
        "overlaps_m2": round(mended.overlaps_m2, 1),
        "drift_m2": round(mended.drift_m2, 3),
        "files": ["areas.geojson", "changes.csv", "difference.geojson", "map.html"],
    }


def areas_geojson(areas: Sequence[Area]) -> dict[str, Any]:
    """Return areas as GeoJSON that is read back as a boundary file."""
    return _collection(
        (
            area.polygon,
            {
                "level": area.level.value,
                "code": area.code,
                "name": area.name,
                "parent_code": area.parent_code or "",
                "text": f"{area.name} {area.code}",
            },
        )
        for area in areas
    )


def _collection(items: Iterable[tuple[BaseGeometry | None, Mapping[str, Any]]]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
        for shape, properties in items
        if shape is not None and not shape.is_empty
    ]
    return {"type": "FeatureCollection", "features": features}
