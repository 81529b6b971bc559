"""`gridplan roads check`: a table, a map and counts in Chinese; the input stays untouched."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from gridplan.cli import main
from tests.roads.mini_roads import write_mini_roads

MINI = Path(__file__).parents[1] / "data" / "mini"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The mini folder with roads, an island by the river and a site far from all of it."""
    path = tmp_path / "in"
    shutil.copytree(MINI, path)
    whole = write_mini_roads(tmp_path / "whole.osm.pbf")
    with osmium.SimpleWriter(str(path / "roads.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(whole)):
            writer.add(item)
        writer.add_node(Node(id=900, version=1, location=(116.41, 39.9101)))
        writer.add_node(Node(id=901, version=1, location=(116.419, 39.9101)))
        tags = {"highway": "residential", "name": "<b>孤岛路", "maxspeed": "飞快"}
        writer.add_way(Way(id=900, version=1, nodes=[900, 901], tags=tags))
    return path


def checked(folder: Path, out: Path, capsys, *more: str) -> dict:
    assert main(["roads", "check", str(folder), "--out", str(out), "--json", *more]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_the_faults_are_counted_listed_and_drawn_without_a_network(folder, tmp_path, capsys):
    before = (folder / "roads.osm.pbf").read_bytes()
    out = tmp_path / "out"
    summary = checked(folder, out, capsys)
    assert summary["kinds"]["island"] == 1 and summary["kinds"]["tag"] == 1 and summary["modes"] == ["car"]
    rows = list(csv.DictReader((out / "faults.csv").read_text("utf-8-sig").splitlines()))
    assert len(rows) == summary["error"] + summary["warning"] + summary["info"]
    island = next(row for row in rows if row["类别"] == "孤岛")
    assert (island["出行方式"], island["名称"], island["道路编号"]) == ("汽车", "<b>孤岛路", "900")
    assert float(island["纬度"]) == pytest.approx(39.9101, abs=1e-4)
    page = (out / "map.html").read_text("utf-8")
    assert "&lt;b&gt;孤岛路" in page and "<b>" not in page and "<script" not in page and "http:" not in page
    assert 'class="line"' in page and 'class="street"' in page and 'class="area"' in page
    marks = json.loads((out / "faults.geojson").read_text("utf-8"))["features"]
    assert {mark["properties"]["kind"] for mark in marks} >= {"island", "tag"}
    assert (folder / "roads.osm.pbf").read_bytes() == before


def test_a_base_that_cannot_be_reached_is_an_error_by_name(folder, tmp_path, capsys):
    summary = checked(folder, tmp_path / "out", capsys)
    assert summary["spots"] == 7  # six sites and one base
    teams = (folder / "teams.toml").read_text("utf-8")
    (folder / "teams.toml").write_text(teams.replace("base = [116.405, 39.905]", "base = [116.43, 39.905]"), "utf-8")
    summary = checked(folder, tmp_path / "far", capsys)
    assert summary["error"] == 1
    rows = list(csv.DictReader((tmp_path / "far" / "faults.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0]["程度"] == "错误" and "一组" in rows[0]["说明"]


def test_every_mode_is_looked_at_when_asked(folder, tmp_path, capsys):
    assert checked(folder, tmp_path / "out", capsys, "--every-mode")["kinds"]["island"] == 3


def test_it_is_told_in_chinese_first(folder, tmp_path, capsys):
    main(["roads", "check", str(folder), "--out", str(tmp_path / "out")])
    assert capsys.readouterr().out.splitlines()[0].count("警告") == 1


def test_a_folder_without_roads_is_refused(tmp_path, capsys):
    shutil.copytree(MINI, tmp_path / "in")
    assert main(["roads", "check", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 2
    assert "roads.osm.pbf" in capsys.readouterr().err
