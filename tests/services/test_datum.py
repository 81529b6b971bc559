"""A list in another datum than it says is asked about with evidence, is never converted by itself, and the planner decides."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geodata.make_demo import make_demo
from gridplan.cli import main
from gridplan.geocode.datum_readings import Reading, written_in
from gridplan.intake.settings import read_mapping, read_round
from gridplan.model.place import Datum
from gridplan.services.desk import Desk
from gridplan.services.folders.course import effort_of
from gridplan.services.folders.folder import run_folder
from gridplan.services.folders.placing import place_sites, read_inputs
from gridplan.services.registry.register import complaints_of, datum_notes

NOISE_M = 40.0
Make = Callable[..., Path]


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented district without its list."""
    folder = tmp_path_factory.mktemp("datum") / "in"
    make_demo(folder, seed=3)
    (folder / "sites.xlsx").unlink()
    return folder


@pytest.fixture
def made(district: Path, tmp_path: Path) -> Make:
    """Copy the district and write 400 sites at doors of its gazetteer, 40 m off, as a list of some reading has them."""

    def make(
        reading: Reading,
        *,
        addresses: str = "township",
        columns: tuple[str, str] = ("经度", "纬度"),
        moved: float = 0.0,
    ) -> Path:
        folder = tmp_path / "in"
        shutil.copytree(district, folder)
        with (folder / "gazetteer.csv").open(encoding="utf-8-sig", newline="") as file:
            doors = [row for row in csv.DictReader(file) if row["number"]]
        rng = np.random.default_rng(5)
        rows = [doors[n] for n in rng.choice(len(doors), 400, replace=False)]
        true = np.array([(float(row["lon"]), float(row["lat"])) for row in rows])
        true += rng.normal(0, NOISE_M, true.shape) / (93_000.0, 111_000.0) + (moved / 93_000.0, 0.0)
        points = written_in(true, reading)
        with (folder / "sites.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["名称", "类别", "地址", *columns])
            for n, (row, point) in enumerate(zip(rows, points.tolist(), strict=True)):
                text = {
                    "none": f"某处{n}",
                    "township": f"云汀区{row['township']}{row['community']}",
                    "full": f"云汀区{row['township']}{row['community']}{row['road']}{row['number']}",
                }[addresses]
                out.writerow([f"某培训{n}", "培训机构", text, *(f"{x:.6f}" for x in point)])
        return folder

    return make


def judged(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    code = main(["sites", "datum", str(folder), *words, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out.splitlines()[-1]) if code == 0 else said.err.splitlines()[0]


@pytest.mark.parametrize("reading", [Reading.GCJ02, Reading.BD09, Reading.PSEUDO])
@pytest.mark.parametrize("addresses", ["none", "township"])
def test_streets_tell_another_datum_with_and_without_the_help_of_addresses(made, capsys, reading, addresses):
    (one,) = judged(made(reading, addresses=addresses), capsys)[1]["lists"]
    assert (one["said"], one["likely"], one["sure"], one["agrees"]) == ("wgs84", reading.value, True, False)
    assert [e["kind"] for e in one["evidence"]] == ["streets"] if addresses == "none" else ["streets", "areas"]


def test_areas_alone_tell_it_where_there_are_no_streets(made, capsys):
    folder = made(Reading.BD09)
    (folder / "roads.osm.pbf").unlink()
    (one,) = judged(folder, capsys)[1]["lists"]
    assert [(e["kind"], e["sure"]) for e in one["evidence"]] == [("areas", True)]
    assert one["likely"] == "bd09"


def test_a_list_that_is_right_is_left_in_peace(made, capsys):
    folder = made(Reading.WGS84, addresses="full")
    code, found = judged(folder, capsys, "--write")
    assert code == 0 and found["lists"][0]["agrees"] and found["lists"][0]["advice"]["zh"] == "不用改"
    assert read_round(folder / "round.toml").datum is Datum.WGS84
    placement = placed(folder)
    assert placement.notes == () and not [c for c in placement.complaints if c.code == "geocode.datum"]


def test_too_few_points_say_nothing(made, capsys):
    folder = made(Reading.GCJ02, addresses="none")
    lines = (folder / "sites.csv").read_text("utf-8").splitlines()
    (folder / "sites.csv").write_text("\n".join(lines[:60]) + "\n", "utf-8")
    (one,) = judged(folder, capsys)[1]["lists"]
    assert not one["sure"] and "看不出" in one["text"]["zh"] and "问清" in one["advice"]["zh"]
    code, said = judged(folder, capsys, "--write")
    assert code == 2 and "没有改动" in said


def placed(folder: Path) -> Any:
    inputs = read_inputs(folder)
    return place_sites(inputs.round, inputs.register.sites, inputs.areas, inputs.gazetteer, network=inputs.network)


def test_a_run_asks_in_a_complaint_and_a_note_and_converts_nothing(made):
    folder = made(Reading.GCJ02)
    placement = placed(folder)
    (complaint,) = [c for c in placement.complaints if c.code == "geocode.datum"]
    assert placement.notes == (complaint.text,)
    assert "GCJ-02" in complaint.text.zh and "米" in complaint.text.zh and "未作转换" in complaint.text.zh
    located = next(site for site in placement.sites if site.fix.confident)
    assert located.site.given is not None and located.fix.point is not None
    assert abs(located.fix.point.lon - located.site.given.lon) < 1e-6


def test_the_gazetteer_is_not_converted_for_the_sake_of_the_list(made, capsys):
    folder = made(Reading.GCJ02)
    code, found = judged(folder, capsys, "--write")
    assert code == 0 and "mapping.toml" in found["written"]["zh"]
    assert read_round(folder / "round.toml").datum is Datum.WGS84
    assert read_mapping(folder / "mapping.toml").sources["sites.csv"].datum is Datum.GCJ02
    (one,) = judged(folder, capsys)[1]["lists"]
    assert (one["said"], one["agrees"]) == ("gcj02", True)
    assert placed(folder).notes == ()


def test_without_a_gazetteer_round_toml_is_changed_and_its_comments_stay(made, capsys):
    folder = made(Reading.BD09)
    (folder / "gazetteer.csv").unlink()
    before = (folder / "round.toml").read_text("utf-8")
    assert judged(folder, capsys, "--write")[0] == 0
    after = (folder / "round.toml").read_text("utf-8")
    assert after == before.replace('datum = "wgs84"', 'datum = "bd09"')


def test_a_datum_named_in_the_headers_is_left_to_the_planner(made, capsys):
    folder = made(Reading.WGS84, columns=("经度_gcj02", "纬度_gcj02"))
    (one,) = judged(folder, capsys)[1]["lists"]
    assert (one["said"], one["likely"]) == ("gcj02", "wgs84") and "列名" in one["advice"]["zh"]
    code, said = judged(folder, capsys, "--write")
    assert code == 2 and "列名" in said


def test_pseudo_wgs84_cannot_be_set_and_its_points_are_written_converted(made, capsys, tmp_path):
    folder = made(Reading.PSEUDO)
    code, said = judged(folder, capsys, "--write")
    assert code == 2 and "没有哪个 datum" in said
    found = judged(folder, capsys, "--out", str(tmp_path / "out"))[1]
    assert "原始坐标" in found["lists"][0]["advice"]["zh"] and found["files"] == ["map.html", "points.csv"]
    with (tmp_path / "out" / "points.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 400
    there = [float(rows[0][name]) for name in ("原经度", "原纬度")]
    back = [float(rows[0][name]) for name in ("经度_wgs84", "纬度_wgs84")]
    assert written_in(np.array([back]), Reading.PSEUDO)[0].tolist() == pytest.approx(there, abs=1e-6)
    page = (tmp_path / "out" / "map.html").read_text("utf-8")
    assert (
        "伪 WGS-84：400 个点（最像）" in page and "<script" not in page and "http:" not in page and "https:" not in page
    )


def test_a_list_moved_as_a_whole_is_told_with_the_metres(made, capsys):
    (one,) = judged(made(Reading.WGS84, addresses="full", moved=-400.0), capsys)[1]["lists"]
    assert one["likely"] == "shifted" and one["shift_m"][0] == pytest.approx(400, abs=25)
    assert one["shift_m"][1] == pytest.approx(0, abs=25)


def test_the_verb_prints_a_table_a_planner_can_read(made, capsys):
    assert main(["sites", "datum", str(made(Reading.GCJ02))]) == 0
    said = capsys.readouterr().out
    assert "读作" in said and "GCJ-02" in said and "→ 请核对后" in said


def test_the_question_stands_in_the_plan_and_in_complaints_csv(made, tmp_path):
    folder = made(Reading.GCJ02)
    lines = (folder / "sites.csv").read_text("utf-8").splitlines()
    (folder / "sites.csv").write_text("\n".join(lines[:60]) + "\n", "utf-8")  # areas alone are enough
    result = run_folder(folder, tmp_path / "out", effort=effort_of(rounds=1))
    (note,) = [note.zh for note in result.notes if "GCJ-02" in note.zh]
    notes = json.loads((tmp_path / "out" / "plan.json").read_text("utf-8"))["notes"]
    assert note in [one["zh"] for one in notes]
    with (tmp_path / "out" / "complaints.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["code"] == "geocode.datum"]
    assert (row["file"], row["row"], row["zh"]) == ("sites.csv", "0", note)


def test_the_register_keeps_the_question_for_the_plans_that_are_drafted_from_it(made, database, capsys):
    folder = made(Reading.BD09)
    for part in ("areas", "sites", "roads"):
        assert main(["--db", database, part, "import", str(folder)]) == 0
    assert main(["--db", database, "sites", "locate"]) == 0
    desk = Desk.open(database)
    (note,) = datum_notes(desk)
    assert "BD-09" in note.zh and "round.toml" in note.zh
    assert note in [one.text for one in complaints_of(desk)]
    desk.close()
