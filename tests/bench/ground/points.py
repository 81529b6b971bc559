"""How fast points find their community and cell, beside geopandas' spatial join."""

from __future__ import annotations

import time
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely

from gridplan.grid.locate import AreaIndex
from gridplan.model.place import Area, AreaCode, AreaLevel, LonLat
from tests.bench.figures import Figure, at_most, plain

POINTS, COMMUNITIES, CELLS = 200_000, 600, 10_000
EXTENT = (116.0, 39.0, 116.3, 39.25)


def measure() -> Iterator[Figure]:
    """Locate made points in irregular areas of two levels, and once more with a spatial join a level."""
    areas = [*made_areas(AreaLevel.COMMUNITY, COMMUNITIES), *made_areas(AreaLevel.CELL, CELLS)]
    west, south, east, north = EXTENT
    random = np.random.default_rng(1)
    degrees = np.column_stack([random.uniform(west, east, POINTS), random.uniform(south, north, POINTS)])
    points = [LonLat(*pair) for pair in degrees.tolist()]
    began = time.process_time()
    found = AreaIndex(areas).locate(points)
    yield at_most(
        f"{POINTS} points into {COMMUNITIES} communities and {CELLS} cells", time.process_time() - began, "CPU s", 1.5
    )
    began = time.process_time()
    frame = gpd.GeoDataFrame(geometry=shapely.points(degrees), crs=4326)
    joined = {
        level: gpd.sjoin(
            frame,
            gpd.GeoDataFrame(
                {"code": [area.code for area in areas if area.level is level]},
                geometry=[area.polygon for area in areas if area.level is level],
                crs=4326,
            ),
            predicate="intersects",
        )
        for level in (AreaLevel.COMMUNITY, AreaLevel.CELL)
    }
    yield plain("the same by geopandas' sjoin", time.process_time() - began, "CPU s")
    alike = sum(
        found[point].get(level) == code
        for level, table in joined.items()
        for point, code in zip(table.index.tolist(), table["code"].tolist(), strict=True)
    )
    yield plain("answers alike", alike / sum(map(len, joined.values())), "share")


def made_areas(level: AreaLevel, count: int) -> list[Area]:
    """Return irregular areas that tile EXTENT."""
    west, south, east, north = EXTENT
    random = np.random.default_rng(count)
    seeds = np.column_stack([random.uniform(west, east, count), random.uniform(south, north, count)])
    box = shapely.box(*EXTENT)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=box))
    return [
        Area(code=AreaCode(f"{level}{number:05d}"), level=level, name="", parent_code=None, polygon=polygon)
        for number, polygon in enumerate(shapely.intersection(cells, box))
    ]
