"""Check and mend as verbs: files appear, the input stays untouched, the map asks for nothing."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import shapely

from gridplan.cli import main
from gridplan.grid.boundaries import read_areas
from gridplan.model.place import AreaLevel
from tests.grid.test_boundaries import BOW_TIE, MINI, B, write

DATA = Path(__file__).parents[1] / "data"
SHARED = Path(__file__).resolve().parents[3] / "shared"
TAIPEI, EXAMPLE = SHARED / "data" / "taipei", SHARED / "design" / "example" / "taipei"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "areas").mkdir(parents=True)
    write(folder / "areas", (MINI[0], ("community", "110000001001", "甲<b>社区", BOW_TIE), MINI[2]))
    return folder


def test_check_writes_the_faults_and_an_offline_map(broken, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["areas", "check", str(broken), "--out", str(out), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["areas"] == 3 and summary["kinds"]["grid.mended"] == 1
    rows = list(csv.reader((out / "faults.csv").read_text("utf-8-sig").splitlines()))
    assert len(rows) == 1 + summary["error"] + summary["warning"] + summary["info"]
    page = (out / "map.html").read_text("utf-8")
    assert "甲&lt;b&gt;社区" in page and "<b>" not in page and "<script" not in page and "http:" not in page
    assert 'class="mark"' in page


def test_check_prints_chinese_first(broken, tmp_path, capsys):
    main(["areas", "check", str(broken), "--out", str(tmp_path / "out")])
    assert capsys.readouterr().out.startswith("共 3 个区域")


def test_mend_leaves_the_input_alone_and_its_output_is_sound(broken, tmp_path, capsys):
    before = (broken / "areas" / "areas.geojson").read_bytes()
    out = tmp_path / "out"
    assert main(["areas", "mend", str(broken), "--out", str(out), "--json"]) == 0
    assert (broken / "areas" / "areas.geojson").read_bytes() == before
    features = json.loads((out / "areas.geojson").read_text("utf-8"))["features"]
    shapes = {f["properties"]["code"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in features}
    assert all(shape.is_valid for shape in shapes.values())
    assert shapes["110000001002"].symmetric_difference(B).area < 1e-9
    changes = list(csv.DictReader((out / "changes.csv").read_text("utf-8-sig").splitlines()))
    assert [row["处理"] for row in changes if row["编码"] == "110000001001"] == ["修正自相交"]


def test_the_output_may_not_lie_in_the_input(broken, capsys):
    assert main(["areas", "mend", str(broken), "--out", str(broken / "out")]) == 2


def test_owners_are_inherited_and_blind_spots_are_told(database, tmp_path, capsys):
    folder = tmp_path / "mini"
    shutil.copytree(DATA / "mini", folder)

    def run(*words: str) -> Any:
        assert main(["--db", database, *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    run("areas", "import", str(folder))
    run("sites", "import", str(folder))
    run("sites", "locate")
    nobody = run("areas", "owners", "--missing")
    everything = run("areas", "owners")
    assert len(nobody["areas"]) == len(everything["areas"]) > 1 and len(nobody["sites_without_owner"]) >= 6
    top = everything["areas"][0]["code"]
    (folder / "owners.csv").write_text(f"area_code,person,role\n{top},张三,区长\n", "utf-8")
    run("areas", "import", str(folder))
    rows = run("areas", "owners")["areas"]
    assert rows[0]["inherited_from"] == "" and all(row["inherited_from"] == top for row in rows[1:])
    assert all(row["owners"] == ["张三（区长）"] for row in rows)
    assert run("areas", "owners", "--missing")["areas"] == []


def test_cells_are_made_and_read_back(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["areas", "make-cells", str(DATA / "mini"), "--out", str(out), "--sites", "2", "--json"]) == 0
    made = json.loads(capsys.readouterr().out.splitlines()[-1])
    areas = read_areas(out).areas
    assert sum(area.level is AreaLevel.CELL for area in areas) == made["cells"] >= made["communities"]


@pytest.mark.acceptance
@pytest.mark.skipif(not TAIPEI.is_dir(), reason="the real data of Taipei is not beside the checkout")
def test_the_two_invalid_polygons_of_taipei_are_reported_and_mended(tmp_path, capsys):
    folder = tmp_path / "in"
    (folder / "areas").mkdir(parents=True)
    shutil.copyfile(EXAMPLE / "mapping.toml", folder / "mapping.toml")
    shutil.copyfile(TAIPEI / "taipei_town.geojson", folder / "areas" / "town.geojson")
    shutil.copyfile(TAIPEI / "taipei_village.geojson", folder / "areas" / "village.geojson")
    assert main(["areas", "check", str(folder), "--out", str(tmp_path / "check"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["kinds"]["grid.mended"] == 2
    assert main(["areas", "mend", str(folder), "--out", str(tmp_path / "mend"), "--json"]) == 0
    features = json.loads((tmp_path / "mend" / "areas.geojson").read_text("utf-8"))["features"]
    assert all(shapely.from_geojson(json.dumps(f["geometry"])).is_valid for f in features)
