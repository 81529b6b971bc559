"""Real input: 100,000 points on Beijing's streets lie where a plain `contains` says (acceptance, on data beside the checkout)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from gridplan.grid.locate import AreaIndex
from gridplan.model.place import Area, AreaCode, AreaLevel, LonLat

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "beijing_subdistricts"


@pytest.mark.acceptance
@pytest.mark.skipif(not DATA.is_dir(), reason="the streets of Beijing are not beside the checkout")
def test_points_get_the_same_street_as_a_plain_contains():
    streets: dict[str, Area] = {}
    for path in sorted(DATA.glob("*-all.geojson")):
        for feature in json.loads(path.read_text("utf-8"))["features"]:
            polygon = shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"])))
            code, name = str(feature["properties"]["code"]), str(feature["properties"]["Name"])
            area = Area(code=AreaCode(code), level=AreaLevel.TOWNSHIP, name=name, parent_code=None, polygon=polygon)
            streets.setdefault(code, area)
    areas = sorted(streets.values(), key=lambda area: area.code)
    west, south, east, north = shapely.total_bounds([area.polygon for area in areas])
    random = np.random.default_rng(7)
    points = [LonLat(*p) for p in random.uniform((west, south), (east, north), (100_000, 2))]
    found = AreaIndex(areas).locate(points)
    inside = 0
    for index in random.choice(len(points), 2_000, replace=False):
        at = shapely.Point(points[index])
        plain = next((area.code for area in areas if area.polygon.contains(at)), None)
        assert found[index].get(AreaLevel.TOWNSHIP) == plain
        inside += plain is not None
    assert inside > 500
