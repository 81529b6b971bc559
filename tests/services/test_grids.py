"""Check and mend as verbs: files appear, the input stays untouched, the map asks for nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import shapely

from gridplan.cli import main
from tests.grid.test_boundaries import BOW_TIE, MINI, B, write


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
