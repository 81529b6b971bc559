"""Real input: 578 institutions of Taipei, planned without roads and teams (acceptance, on data beside the checkout)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.folder import run_folder

SHARED = Path(__file__).resolve().parents[3] / "shared"
DATA, EXAMPLE = SHARED / "data" / "taipei", SHARED / "design" / "example" / "taipei"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data of Taipei is not beside the checkout"),
]


def folder(tmp_path: Path, *, points: bool) -> Path:
    """Assemble the input folder; without points the geometry of every feature is taken away."""
    made = tmp_path / "in"
    (made / "areas").mkdir(parents=True)
    for file in EXAMPLE.iterdir():
        shutil.copyfile(file, made / file.name)
    shutil.copyfile(DATA / "taipei_town.geojson", made / "areas" / "town.geojson")
    shutil.copyfile(DATA / "taipei_village.geojson", made / "areas" / "village.geojson")
    sites = json.loads((DATA / "institutions.geojson").read_text("utf-8"))
    if not points:
        for feature in sites["features"]:
            feature["geometry"] = None
    (made / "sites.geojson").write_text(json.dumps(sites, ensure_ascii=False), "utf-8")
    return made


def test_taipei_is_planned_and_kept(tmp_path):
    result = run_folder(folder(tmp_path, points=True), tmp_path / "out")
    sites = result.summary["sites"]
    assert (sites["rows"], sites["kept"], sites["merged"], sites["rejected"]) == (578, 541, 35, 2)
    assert result.verdict.value == "kept"
    assert check_folder(tmp_path / "out").differences == ()
    mended = (tmp_path / "out" / "complaints.csv").read_text("utf-8-sig")
    assert mended.count("grid.mended") == 2


def test_taipei_without_points_is_placed_by_text_or_waits(tmp_path):
    from gridplan.model.site import SiteStatus
    from gridplan.services.folders.placing import place_sites, read_inputs

    inputs = read_inputs(folder(tmp_path, points=False))
    placement = place_sites(inputs.round, inputs.register.sites, inputs.areas, inputs.gazetteer)
    towns = {area.code: area.name for area in inputs.areas if area.level.value == "township"}
    assert len(placement.sites) == 541 and len(placement.rejected) == 2
    for placed in placement.sites:
        named = [name for name in towns.values() if name in placed.site.address]
        code = placed.areas.get(next(a.level for a in inputs.areas if a.level.value == "township"))
        if placed.status is SiteStatus.LOCATED:
            assert code and towns[code] in named, placed.site.address
    located = sum(placed.status is SiteStatus.LOCATED for placed in placement.sites)
    assert 105 <= located <= 115  # some 85 name their community; the others share a door with one that does
