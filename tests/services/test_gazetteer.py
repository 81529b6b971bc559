"""`gridplan gazetteer from-roads`: areas filled, repeated entries folded, existing rows kept, and the coder finds what was written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gridplan.cli import main
from gridplan.geocode.datum import to_wgs84
from gridplan.intake.extras import read_gazetteer
from gridplan.intake.settings import ColumnMapping
from gridplan.model.place import Datum, FixLevel, GazetteerKind
from gridplan.model.site import SiteStatus
from gridplan.services.folders.placing import place_sites, read_inputs
from tests.roads.mini_roads import LANES, ROADS, write_mini_roads

MINI = Path(__file__).parents[1] / "data" / "mini"
OWN = "name,kind,road,number,township,community,lon,lat\n阳光花园,compound,,,东街道,乙社区,116.4117,39.9067\n=坏行,火箭,,,,,1,2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    shutil.copytree(MINI, path)
    write_mini_roads(path / "roads.osm.pbf")
    return path


def made(folder: Path, out: Path, capsys) -> dict[str, int]:
    assert main(["gazetteer", "from-roads", str(folder), "--out", str(out), "--json"]) == 0
    counts: dict[str, int] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return counts


def entries(out: Path):
    found, complaints = read_gazetteer(out.parent, ColumnMapping())
    return found, complaints


def test_every_entry_has_the_area_it_lies_in(folder, tmp_path, capsys):
    out = tmp_path / "new" / "gazetteer.csv"
    counts = made(folder, out, capsys)
    found, complaints = entries(out)
    assert not complaints and len(found) == counts["rows"] == counts["added"]
    areas = {entry.name: (entry.township, entry.community) for entry in found}
    assert areas["星星小学"] == ("东街道", "甲社区") and areas["阳光花园"] == ("东街道", "乙社区")
    assert {entry.name for entry in found if entry.kind == "road"} == {*ROADS, *LANES}
    assert "远方" not in areas and counts["outside"] == 1
    assert counts["interpolated"] == 3 and counts["spoilt"] == 1 and counts["crossing"] == 15


def test_a_school_mapped_twice_is_one_entry_the_one_with_the_door(folder, tmp_path, capsys):
    out = tmp_path / "gazetteer.csv"
    counts = made(folder, out, capsys)
    schools = [entry for entry in entries(out)[0] if entry.name == "星星小学"]
    assert [(entry.road, entry.number) for entry in schools] == [("南一路", "5")]
    assert counts["folded"] >= 1


def test_the_counts_add_up(folder, tmp_path, capsys):
    counts = made(folder, tmp_path / "gazetteer.csv", capsys)
    inside = counts["found"] - counts["outside"]
    assert inside == sum(counts[kind] for kind in GazetteerKind)
    assert inside == counts["added"] + counts["folded"] + counts["known"]


def test_rows_that_were_there_stay_letter_by_letter_even_bad_ones(folder, tmp_path, capsys):
    out = tmp_path / "gazetteer.csv"
    out.write_text(OWN, "utf-8")
    counts = made(folder, out, capsys)
    text = out.read_text("utf-8")
    assert text.startswith(OWN) and text.count("阳光花园") == 1
    assert counts["known"] == 1


def test_twice_is_as_good_as_once(folder, tmp_path, capsys):
    out = tmp_path / "gazetteer.csv"
    made(folder, out, capsys)
    once = out.read_bytes()
    assert made(folder, out, capsys)["added"] == 0
    assert out.read_bytes() == once


def test_the_same_folder_gives_the_same_bytes(folder, tmp_path, capsys):
    for name in ("a", "b"):
        made(folder, tmp_path / name / "gazetteer.csv", capsys)
    assert (tmp_path / "a/gazetteer.csv").read_bytes() == (tmp_path / "b/gazetteer.csv").read_bytes()


def test_a_gazetteer_of_the_folder_is_added_to_but_not_changed(folder, tmp_path, capsys):
    (folder / "gazetteer.csv").write_bytes(
        "\ufeff名称,类别,道路,门牌号,经度,纬度\r\n老邮局,poi,,,116.402,39.903".encode()
    )
    out = tmp_path / "gazetteer.csv"
    made(folder, out, capsys)
    assert (folder / "gazetteer.csv").read_bytes().endswith(b"39.903")
    assert {"老邮局", "星星小学"} <= {entry.name for entry in entries(out)[0]}


def test_points_are_written_in_the_datum_of_the_round(folder, tmp_path, capsys):
    plain = tmp_path / "a" / "gazetteer.csv"
    made(folder, plain, capsys)
    settings = (folder / "round.toml").read_text("utf-8").replace('datum = "wgs84"', 'datum = "gcj02"')
    assert "gcj02" in settings
    (folder / "round.toml").write_text(settings, "utf-8")
    shifted = tmp_path / "b" / "gazetteer.csv"
    made(folder, shifted, capsys)
    one, other = ({e.name: e.point for e in entries(path)[0]} for path in (plain, shifted))
    back = to_wgs84(*map(float, other["阳光花园"]), Datum.GCJ02)
    assert back == pytest.approx(one["阳光花园"], abs=1e-6) and other["阳光花园"] != one["阳光花园"]


def test_the_coder_finds_sites_by_what_was_written(folder, tmp_path, capsys):
    made(folder, folder / "gazetteer.csv", capsys)
    sites = "机构名称,类别,地址\n花园托管,托管,示例区东街道阳光花园3栋\n门牌托管,托管,示例区东街道甲社区中心路7号\n"
    (folder / "sites.csv").write_text(sites, "utf-8")
    inputs = read_inputs(folder)
    placed = place_sites(inputs.round, inputs.register.sites, inputs.areas, inputs.gazetteer).sites
    assert [site.fix.level for site in placed] == [FixLevel.EXACT, FixLevel.ROAD_NUMBER]


@pytest.mark.parametrize(
    "address",
    [
        "示例区东街道中心路与经二街交叉口",
        "示例区东街道经二街和中心路路口",
        "中心路、经二街交汇处",
        "示例区中心路/经二街",
    ],
)
def test_a_crossing_is_found_by_its_two_roads_without_the_road_file(folder, tmp_path, capsys, address):
    made(folder, folder / "gazetteer.csv", capsys)
    (folder / "roads.osm.pbf").unlink()
    (folder / "sites.csv").write_text(f"机构名称,类别,地址\n路口托管,托管,{address}\n", "utf-8")
    inputs = read_inputs(folder)
    (site,) = place_sites(inputs.round, inputs.register.sites, inputs.areas, inputs.gazetteer).sites
    assert inputs.network is None and site.status is SiteStatus.LOCATED
    assert site.fix.point == pytest.approx((116.405, 39.905), abs=1e-6)


def test_a_crossing_on_a_border_is_of_neither_side(folder, tmp_path, capsys):
    path = folder / "areas" / "areas.geojson"
    path.write_text(path.read_text("utf-8").replace("116.41,", "116.409,"), "utf-8")  # now 经三街 parts the communities
    made(folder, tmp_path / "gazetteer.csv", capsys)
    found = {entry.road: entry for entry in entries(tmp_path / "gazetteer.csv")[0] if entry.kind == "crossing"}
    areas = {road: (entry.township, entry.community) for road, entry in found.items()}
    assert areas["中心路/经三街"] == ("东街道", "")
    assert areas["中心路/经二街"] == ("东街道", "甲社区") and areas["中心路/经四街"] == ("东街道", "乙社区")


@pytest.mark.parametrize("lost", ["roads.osm.pbf", "areas", "round.toml"])
def test_what_is_missing_is_named(folder, tmp_path, capsys, lost):
    path = folder / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert main(["gazetteer", "from-roads", str(folder), "--out", str(tmp_path / "g.csv")]) == 2
    assert lost in capsys.readouterr().err and not (tmp_path / "g.csv").exists()


def test_an_output_that_is_no_csv_or_no_gazetteer_is_refused_and_left(folder, tmp_path, capsys):
    assert main(["gazetteer", "from-roads", str(folder), "--out", str(tmp_path / "g.xlsx")]) == 2
    (tmp_path / "g.csv").write_text("a,b\n1,2\n", "utf-8")
    assert main(["gazetteer", "from-roads", str(folder), "--out", str(tmp_path / "g.csv")]) == 2
    assert (tmp_path / "g.csv").read_text("utf-8") == "a,b\n1,2\n"


def test_what_was_done_is_told_in_chinese(folder, tmp_path, capsys):
    assert main(["gazetteer", "from-roads", str(folder), "--out", str(tmp_path / "g.csv")]) == 0
    text = capsys.readouterr().out
    assert "从道路文件得到地名" in text and "新增" in text and "内插写得不清" in text


def test_rows_are_added_to_a_gazetteer_as_its_own_are_parted(folder, tmp_path, capsys):
    out = tmp_path / "gazetteer.csv"
    out.write_text(OWN.replace(",", ";"), "utf-8")
    made(folder, out, capsys)
    found, complaints = entries(out)
    assert {"阳光花园", "星星小学"} <= {entry.name for entry in found} and len(complaints) == 3
