"""What it takes to check and mend a district of 600 communities and 10,000 cells, and how exactly mending keeps its ground."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import shapely
from shapely.geometry import box

from gridplan.grid.boundaries import read_areas
from gridplan.grid.cells import make_cells
from gridplan.grid.codes import CodeScheme
from gridplan.grid.faults import check_areas
from gridplan.grid.mending import mend_areas
from gridplan.model.place import LonLat
from tests.bench.figures import Figure, at_most, plain

ROWS, COLUMNS, SIDE_DEG = 20, 30, 0.01
CELLS_EACH = 17
SCHEME = {"district": 6, "township": 9, "community": 12, "cell": 15}


def measure() -> Iterator[Figure]:
    """Check, mend and part a made district of squares."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder)
        began = time.process_time()
        checked = check_areas(folder, {}, SCHEME)
        yield plain("check of 600 communities and their cells, reading included", time.process_time() - began, "CPU s")
        yield plain("areas checked", len(checked.areas), "areas")
        areas = read_areas(folder, {}, SCHEME).areas
        began = time.process_time()
        mended = mend_areas(areas)
        yield plain("mending the same", time.process_time() - began, "CPU s")
        border_m = sum(area.polygon.length for area in areas) * 111_320
        yield at_most("ground lost in mending, by metre of border", mended.drift_m2 / border_m, "m²/m", 0.011)
        community = next(area for area in areas if area.level.value == "community")
        west, south, _, _ = community.polygon.bounds
        points = [LonLat(west + (i % 100) / 1e4, south + (i // 100) / 1e4) for i in range(3000)]
        began = time.process_time()
        cells = make_cells(community, points, 30, CodeScheme.of(SCHEME))
        yield plain(f"{len(cells)} cells of one community of 3,000 sites", time.process_time() - began, "CPU s")


def _write(folder: Path) -> None:
    features = []

    def add(level: str, code: str, west: float, south: float, east: float, north: float) -> None:
        shape = json.loads(shapely.to_geojson(box(west, south, east, north)))
        features.append(
            {"type": "Feature", "properties": {"level": level, "code": code, "name": code}, "geometry": shape}
        )

    for row in range(ROWS):
        south, town = 39 + row * SIDE_DEG, f"110101{row + 1:03d}"
        add("township", town, 116, south, 116 + COLUMNS * SIDE_DEG, south + SIDE_DEG)
        for column in range(COLUMNS):
            west, code = 116 + column * SIDE_DEG, f"{town}{column + 1:03d}"
            add("community", code, west, south, west + SIDE_DEG, south + SIDE_DEG)
            step = SIDE_DEG / CELLS_EACH
            for cell in range(CELLS_EACH):
                east = west + SIDE_DEG if cell + 1 == CELLS_EACH else west + (cell + 1) * step
                add("cell", f"{code}{cell + 1:03d}", west + cell * step, south, east, south + SIDE_DEG)
    data = {"type": "FeatureCollection", "features": features}
    (folder / "areas.geojson").write_text(json.dumps(data), "utf-8")
