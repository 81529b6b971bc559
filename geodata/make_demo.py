"""Invents a district and writes it as an input folder: `python -m geodata.make_demo --out FOLDER [--seed N]`."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import shapely

if __package__ in (None, ""):  # started as a script
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geodata.district import Area, District, make_district
from geodata.ground import DISTRICT, DISTRICT_CODE, Ground
from geodata.osm import write_osm
from geodata.people import START, history_rows, owner_rows, teams_toml, visit_rows
from geodata.places import Places, Spot, make_places
from geodata.register import Entry, make_register
from geodata.roads import make_roads
from geodata.sheet import write_sheet
from geodata.streets import make_grid, make_streets
from gridplan.model.place import AreaLevel

_GAZETTEER = ("name", "kind", "road", "number", "township", "community", "lon", "lat")
_TRUTH = ("row", "id", "name", "lon", "lat", "township", "community", "cell", "rejected", "same_as", "noise")
_FIRST_ROW = 4
"""The list begins below a title and a head of two rows."""


def make_demo(out: Path, seed: int = 1, *, rows: int | None = None, start: date = START) -> None:
    """Write the input folder `out` and its truth beside it, `<out>.truth.csv`; the same bytes for the same seed.

    With `rows` the district is a small one, with about so many rows in its list. `start`, a Monday, is the round's first day.
    """
    ground, grid = Ground(seed), make_grid(seed)
    streets = make_streets(ground, grid, seed)
    district = make_district(ground, grid, seed)
    roads = make_roads(ground, streets, seed)
    places = make_places(ground, roads, district, seed)
    entries = make_register(places, district, seed)
    if rows is not None:
        entries = entries[:: max(1, len(entries) // rows)]
    (out / "areas").mkdir(parents=True, exist_ok=True)
    _write_areas(out / "areas", district)
    write_osm(out / "roads.osm.pbf", ground, roads)
    _write_csv(out / "gazetteer.csv", _GAZETTEER, _gazetteer(places, entries, district))
    write_sheet(out / "sites.xlsx", entries)
    (out / "teams.toml").write_text(teams_toml(places, district, seed, start), encoding="utf-8")
    round_text = (Path(__file__).parent / "round.toml").read_text(encoding="utf-8")
    round_text = round_text.replace("seed = 1\n", f"seed = {seed}\n").replace(f"start = {START}", f"start = {start}")
    (out / "round.toml").write_text(round_text, encoding="utf-8")
    _write_csv(out / "owners.csv", ("area_code", "person", "role"), owner_rows(district, seed))
    _write_csv(
        out / "visits.csv", ("site_id", "purpose", "earliest", "due", "minutes"), visit_rows(entries, seed, start)
    )
    _write_csv(out / "history.csv", ("site_id", "date", "outcome"), history_rows(entries, seed, start))
    _write_csv(out.with_name(out.name + ".truth.csv"), _TRUTH, _truth(entries))


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _write_areas(folder: Path, district: District) -> None:
    whole = Area(
        code=DISTRICT_CODE, level=AreaLevel.DISTRICT, name=DISTRICT, parent="",
        polygon=shapely.coverage_union_all([area.polygon for area in district.cells]),
    )  # fmt: skip
    for name, areas in (
        ("district", (whole,)),
        ("townships", district.townships),
        ("communities", district.communities),
        ("cells", district.cells),
    ):
        features = [
            {
                "type": "Feature",
                "properties": {
                    "level": str(area.level),
                    "code": area.code,
                    "name": area.name,
                    "parent_code": area.parent or (DISTRICT_CODE if area is not whole else None),
                },
                "geometry": json.loads(shapely.to_geojson(area.polygon)),
            }
            for area in areas
        ]
        lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
        text = f'{{"type": "FeatureCollection", "name": "{name}", "features": [\n{lines}\n]}}\n'
        (folder / f"{name}.geojson").write_text(text, encoding="utf-8")


def _gazetteer(places: Places, entries: list[Entry], district: District) -> Iterable[tuple[object, ...]]:
    """Yield the rows of the gazetteer: all but the places that the noise keeps out of it."""
    names = district.names
    absent = {entry.name for entry in entries if "absent" in entry.noise}

    def row(spot: Spot, name: str, kind: str) -> tuple[object, ...]:
        return (name, kind, spot.road, spot.number, names[spot.cell[:9]], names[spot.cell[:12]],
                f"{spot.lon:.7f}", f"{spot.lat:.7f}")  # fmt: skip

    for spot in (*places.roads, *places.landmarks):
        yield row(spot, spot.name, spot.kind)
    for spot in (*places.compounds, *places.offices):
        if spot.name not in absent:
            yield row(spot, spot.name, spot.kind)
    schools = [entry for entry in entries if entry.id[:1] in ("J", "T") and not entry.noise]
    for entry in schools[::2]:
        yield row(entry.spot, entry.name, "poi")
    for spot in places.doors:
        yield row(spot, f"{spot.road}{spot.number}号", spot.kind)


def _truth(entries: list[Entry]) -> Iterable[tuple[object, ...]]:
    for row, entry in enumerate(entries, _FIRST_ROW):
        spot = entry.spot
        yield (row, entry.id, entry.name, f"{spot.lon:.7f}", f"{spot.lat:.7f}", spot.cell[:9], spot.cell[:12], spot.cell,
               int("other_district" in entry.noise), entry.same_as, ";".join(entry.noise))  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the folder."""
    parser = argparse.ArgumentParser(
        description="虚构一个区,按输入格式写成文件夹 / Invent a district as an input folder"
    )
    parser.add_argument("--out", type=Path, required=True, help="输出文件夹 / folder to write")
    parser.add_argument("--seed", type=int, default=1, help="随机种子 / seed (default 1)")
    options = parser.parse_args(arguments)
    make_demo(options.out, options.seed)


if __name__ == "__main__":
    main()
