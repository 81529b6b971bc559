"""Makes a gazetteer from the road file of a folder: the areas by geometry, repeated entries folded, what was there kept."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from gridplan.geocode.datum import from_wgs84
from gridplan.geocode.gazetteer import distance_m, moved
from gridplan.geocode.text import door_key, fold, name_key
from gridplan.grid.boundaries import read_areas
from gridplan.grid.locate import AreaIndex
from gridplan.intake.columns import Columns, find_columns
from gridplan.intake.extras import read_gazetteer
from gridplan.intake.files import read_text
from gridplan.intake.lists import GAZETTEER_COLUMNS
from gridplan.intake.settings import ColumnMapping, read_mapping, read_round
from gridplan.intake.sheet import read_table
from gridplan.model.errors import InputError
from gridplan.model.place import Area, AreaLevel, Datum, GazetteerEntry, GazetteerKind, LonLat
from gridplan.model.progress import Progress, silent
from gridplan.model.words import Text, say
from gridplan.report.files import as_text
from gridplan.roads.named import ONE_CROSSING_M, crossing_entries, read_named_ways, road_entries
from gridplan.roads.places import read_places
from gridplan.services.folders.placing import ROADS, gazetteer_in_wgs84, read_roads, scheme_of

_SAME_PLACE_M = 150.0
"""Two entries of one name as near as that are one place, mapped twice."""
_SAME_ROAD_M = 3_000.0
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))
_AT_BORDER_M = 30.0
"""A crossing as near to another area as that lies in both: roads are what areas are parted by."""
_SAME_M = {GazetteerKind.ROAD: _SAME_ROAD_M, GazetteerKind.CROSSING: ONE_CROSSING_M}
_ORDER = list(GazetteerKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class GazetteerMade:
    """What was made: `counts` by name, and the sentences that tell them."""

    counts: dict[str, int]
    texts: tuple[Text, ...]


def gazetteer_from_roads(folder: Path, out: Path, *, progress: Progress = silent) -> GazetteerMade:
    """Read names, doors, roads and crossings from the road file of an input folder and write them as a gazetteer into `out`.

    Rows of `out`, else of the folder's own gazetteer.csv, come first and stay as they are; an entry that is among them is
    not added again. Points are written in the datum of the round, as the gazetteer is read. Entries outside of all areas are
    left out and counted.

    Raises
    ------
    InputError
        The folder lacks its settings, areas or roads, one of them cannot be read, or `out` is no gazetteer.
    """
    if out.suffix.lower() != ".csv":
        raise InputError(say("places.bad_out", out=out))
    for name in ("round.toml", "areas", ROADS):
        if not (folder / name).exists():
            raise InputError(say("run.no_file", folder=folder, file=name))
    progress("roads", 0, 3)
    round_, mapping = read_round(folder / "round.toml"), read_mapping(folder / "mapping.toml")
    areas = read_areas(folder / "areas", mapping.areas, scheme_of(mapping), round_.district).areas
    read_roads(folder / ROADS, areas)  # raises where the file is not this district's
    progress("roads", 1, 3)
    places, ways = read_places(folder / ROADS), read_named_ways(folder / ROADS)
    found = [*places.entries, *places.interpolated, *road_entries(ways), *crossing_entries(ways)]
    progress("roads", 2, 3)
    inside = _in_areas(found, areas)
    kept, header, before, mark = _existing(out, folder, mapping, round_.datum)
    fresh, known, folded = _fold(inside, before)
    _write(out, kept, header, fresh, mapping, round_.datum, mark)
    progress("roads", 3, 3)
    kinds = Counter(entry.kind for entry in inside)
    counts = {
        "found": len(found),
        **{kind.value: kinds[kind] for kind in GazetteerKind},
        "interpolated": len(places.interpolated),
        "spoilt": places.spoilt,
        "outside": len(found) - len(inside),
        "folded": folded,
        "kept": len(before),
        "known": known,
        "added": len(fresh),
        "rows": len(before) + len(fresh),
    }
    texts = [say("places.told", **counts), say("places.merged", out=out, **counts)]
    if places.spoilt:
        texts.append(say("places.spoilt", count=places.spoilt))
    return GazetteerMade(counts=counts, texts=tuple(texts))


def _in_areas(entries: Sequence[GazetteerEntry], areas: Sequence[Area]) -> list[GazetteerEntry]:
    """Return the entries that lie in an area, with the names of their township and community; "" for a crossing of two."""
    names, index = {area.code: area.name for area in areas}, AreaIndex(areas)
    met = [entry for entry in entries if entry.kind is GazetteerKind.CROSSING]
    beside = iter(index.locate([point for entry in met for point in _around(entry.point)]))
    inside = []
    for entry, at in zip(entries, index.locate([entry.point for entry in entries]), strict=True):
        lies = [at, *(islice(beside, len(_SIDES)) if entry.kind is GazetteerKind.CROSSING else ())]
        if at:
            township, community = (
                names[at[level]] if level in at and len({one.get(level) for one in lies}) == 1 else ""
                for level in (AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY)
            )
            inside.append(replace(entry, township=township, community=community))
    return inside


def _around(point: LonLat) -> list[LonLat]:
    return [moved(point, x * _AT_BORDER_M, y * _AT_BORDER_M) for x, y in _SIDES]


def _fold(entries: Iterable[GazetteerEntry], before: Sequence[GazetteerEntry]) -> tuple[list[GazetteerEntry], int, int]:
    """Return (entries to add in a fixed order, how many were among those before, how many were repeated)."""
    there: dict[tuple[str, ...], list[tuple[GazetteerEntry, bool]]] = defaultdict(list)
    for entry in before:
        there[_key(entry)].append((entry, True))
    fresh: list[GazetteerEntry] = []
    known = folded = 0
    # Those that say more come first: an entry with its door is kept rather than one without.
    for entry in sorted(entries, key=_rank):
        limit_m = _SAME_M.get(entry.kind, _SAME_PLACE_M)
        same = [old for one, old in there[_key(entry)] if distance_m(one.point, entry.point) <= limit_m]
        if same:
            known += any(same)
            folded += not any(same)
            continue
        there[_key(entry)].append((entry, False))
        fresh.append(entry)
    return (
        sorted(fresh, key=lambda entry: (_ORDER.index(entry.kind), entry.name, entry.number, entry.point)),
        known,
        folded,
    )


def _key(entry: GazetteerEntry) -> tuple[str, ...]:
    if entry.kind is GazetteerKind.DOOR:
        return "door", fold(entry.road), door_key(entry.number) or fold(entry.number)
    if entry.kind is GazetteerKind.ROAD:
        return "road", fold(entry.road or entry.name), ""
    if entry.kind is GazetteerKind.CROSSING:
        return "crossing", *sorted(fold(road) for road in entry.road.split("/"))
    return "named", name_key(entry.name), ""


def _rank(entry: GazetteerEntry) -> tuple[object, ...]:
    whole = not (entry.road and entry.number)
    return _ORDER.index(entry.kind), whole, entry.name, entry.road, entry.number, entry.point


def _existing(
    out: Path, folder: Path, mapping: ColumnMapping, datum: Datum
) -> tuple[str, tuple[str, ...], tuple[GazetteerEntry, ...], str]:
    """Return text, header, entries (WGS-84) and delimiter of the gazetteer to add to; "" and no entries where there is none."""
    path = next((path for path in (out, folder / "gazetteer.csv") if path.is_file()), None)
    if path is None:
        return "", (), (), ","
    table = read_table(path, _columns(mapping))
    with tempfile.TemporaryDirectory() as held:
        text = read_text(path, "CSV")
        (Path(held) / "gazetteer.csv").write_text(text, "utf-8", newline="")
        entries, _ = read_gazetteer(Path(held), mapping)
    return text, table.header, gazetteer_in_wgs84(entries, datum), table.delimiter


def _columns(mapping: ColumnMapping) -> Columns:
    return GAZETTEER_COLUMNS.foreign(mapping.gazetteer)


def _write(
    out: Path,
    kept: str,
    header: Sequence[str],
    entries: Sequence[GazetteerEntry],
    mapping: ColumnMapping,
    datum: Datum,
    mark: str,
) -> None:
    """Write what was there and the new rows below it, in the columns of the file, at once or not at all."""
    columns = _columns(mapping)
    body = io.StringIO(newline="")
    writer = csv.writer(body, lineterminator="\n", delimiter=mark)
    if not kept:
        header = [names[0] for names in columns.names.values()]
        writer.writerow(header)
    headers = find_columns(out.name, header, columns).headers
    if missing := [key for key in ("road", "number") if key not in headers]:
        raise InputError(say("places.no_columns", file=out.name, columns="、".join(missing)))
    place = {name: key for key, name in headers.items()}
    lon, lat = np.array([entry.point for entry in entries], dtype=float).reshape(-1, 2).T
    shown = from_wgs84(lon, lat, datum)
    for entry, x, y in zip(entries, *shown, strict=True):
        cells = {
            "name": as_text(entry.name),
            "kind": entry.kind.value,
            "road": as_text(entry.road),
            "number": as_text(entry.number),
            "township": as_text(entry.township),
            "community": as_text(entry.community),
            "lon": f"{x:.7f}",
            "lat": f"{y:.7f}",
        }
        writer.writerow([cells.get(place.get(name, ""), "") for name in header])
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(prefix=f".{out.name}-", dir=out.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(kept + ("" if not kept or kept.endswith("\n") else "\n") + body.getvalue())
        Path(made).chmod(0o644)
        Path(made).replace(out)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
