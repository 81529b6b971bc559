"""The main job on the mini folder: the answer that can be worked out by hand."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gridplan.cli import main
from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.folder import run_folder

MINI = Path(__file__).parents[1] / "data" / "mini"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini folder, planned once."""
    path = tmp_path_factory.mktemp("mini") / "out"
    run_folder(MINI, path)
    return path


def changed(tmp_path: Path, old: str, new: str, file: str = "round.toml") -> Path:
    """Return a copy of the mini folder with one text changed."""
    folder = tmp_path / "in"
    shutil.copytree(MINI, folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    return folder


def load(out: Path, name: str) -> Json:
    data: Json = json.loads((out / name).read_text("utf-8"))
    return data


def test_the_rows_add_up(out):
    sites = load(out, "summary.json")["sites"]
    assert (sites["rows"], sites["kept"], sites["merged"], sites["rejected"]) == (8, 6, 1, 1)
    assert (sites["located"], sites["review"]) == (6, 0)


def test_the_round_is_kept_in_one_team_day(out):
    plan = load(out, "summary.json")["plan"]
    assert (plan["verdict"], plan["visits"], plan["planned"], plan["days"], plan["team_days"]) == ("kept", 6, 6, 1, 1)
    assert plan["violations"] == 0 and 0 < plan["bound"] <= plan["cost"]


def test_each_community_has_three_sites(out):
    sites = load(out, "plan.json")["sites"]
    names = [site["areas"]["community"]["name"] for site in sites]
    assert (names.count("甲社区"), names.count("乙社区")) == (3, 3)


def test_the_swapped_point_is_turned_back_with_a_complaint(out):
    site = next(site for site in load(out, "plan.json")["sites"] if site["name"] == "小树托管")
    assert (site["lon"], site["lat"]) == (116.413, 39.905)
    line = next(line for line in (out / "complaints.csv").read_text("utf-8-sig").splitlines() if "swapped" in line)
    assert line.startswith("sites.csv,6,")


def test_merged_rows_are_all_listed(out):
    site = next(site for site in load(out, "plan.json")["sites"] if site["name"] == "星星培训")
    assert site["rows"] == [2, 3]


def test_every_promised_file_is_written(out):
    files = load(out, "summary.json")["files"]
    assert {"plan.json", "certificate.json", "routes.geojson", "coverage.xlsx", "plan.xlsx", "map.html"} <= set(files)
    assert sorted(path.name for path in out.iterdir()) == files


def test_a_minimum_on_every_day_is_impossible_and_says_by_how_much(tmp_path):
    result = run_folder(changed(tmp_path, 'days = "active"', 'days = "every"'), tmp_path / "out")
    assert result.verdict.exit_code == 3
    said = " ".join(note.en for note in result.notes)
    assert "6 sites cannot give 3 on each of 3 days: 3 short; nobody works on 2026-12-02" in said
    assert result.summary["remedies"]


def test_an_impossible_round_says_what_the_sites_it_leaves_out_would_fill(tmp_path):
    folder = changed(tmp_path, 'days = "active"', 'days = "every"')
    settings = (folder / "round.toml").read_text("utf-8").replace("min_per_day = 3", "min_per_day = 2")
    settings = settings.replace('kinds = ["institution", "childcare"]', 'kinds = ["institution"]')
    (folder / "round.toml").write_text(settings, "utf-8")
    said = " ".join(note.en for note in run_folder(folder, tmp_path / "out").notes)
    assert (
        "3 sites cannot give 2 on each of 3 days: 3 short; the 3 childcare places would fill it; nobody works on"
        in said
    )


def test_two_runs_with_one_seed_are_identical(out, tmp_path):
    run_folder(MINI, tmp_path / "again")
    for name in ("plan.json", "certificate.json", "routes.geojson", "map.html", "coverage.xlsx", "complaints.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes(), name


def test_check_agrees(out):
    assert check_folder(out).differences == ()
    assert check_folder(out, MINI).differences == ()


def _swap_stops(plan: Json) -> None:
    stops = plan["routes"][0]["stops"]
    stops[0], stops[1] = stops[1] | {"seq": 1}, stops[0] | {"seq": 2}


def _drop(plan: Json) -> None:
    plan["routes"][0]["stops"].pop()


def _double(plan: Json) -> None:
    plan["routes"][0]["stops"].append(plan["routes"][0]["stops"][0] | {"seq": 7})


def _shift(plan: Json) -> None:
    stop = plan["routes"][0]["stops"][2]
    stop["arrive"] = stop["arrive"].replace(":", ";", 1).replace(";", ":")[:-2] + "59"


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (_swap_stops, "travel as the engine says"),
        (_drop, "every visit once"),
        (_double, "every visit once"),
        (_shift, "stored times as rebuilt"),
    ],
    ids=["moved", "dropped", "doubled", "shifted"],
)
def test_a_tampered_plan_is_caught_and_named(out, tmp_path, tamper: Callable[[Json], None], named):
    shutil.copytree(out, tmp_path / "out")
    plan = load(out, "plan.json")
    tamper(plan)
    (tmp_path / "out" / "plan.json").write_text(json.dumps(plan, ensure_ascii=False), "utf-8")
    found = check_folder(tmp_path / "out")
    assert found.exit_code == 5
    said = " ".join(text.en for text in found.differences)
    assert "SHA-256" in said
    assert named in said, said


BAD = {
    "an unknown key": ("min_per_day = 3", "min_per_days = 3", "round.toml", "min_per_day"),
    "a start on a Sunday": ("start = 2026-11-30", "start = 2026-11-29", "round.toml", "2026-11-29"),
    "an unknown year": ("start = 2026-11-30", "start = 2031-12-01", "round.toml", "2031"),
    "two teams of one name": (
        '[[team]]\nid = "T1"',
        '[[team]]\nid = "T0"\nname = "一组"\nbase = [116.4, 39.9]\nbase_name = "甲"\nshifts = ["day"]\n[[team.member]]\nid = "p9"\nname = "丙"\ndepartment = "education"\n[[team]]\nid = "T1"',
        "teams.toml",
        "一组",
    ),
    "a missing column": ("机构名称", "机构", "sites.csv", "sites.csv"),
}


@pytest.mark.parametrize("fault", BAD)
def test_bad_input_is_said_in_a_sentence_and_writes_nothing(tmp_path, capsys, fault):
    old, new, file, named = BAD[fault]
    folder = changed(tmp_path, old, new, file)
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert named in said and "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_json_is_the_last_line(tmp_path, capsys):
    assert main(["run", str(MINI), "--out", str(tmp_path / "out"), "--json"]) == 0
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert set(json.loads(last)) == {
        "sites", "licence_classes", "standings", "plan", "remedies", "seconds", "files",
    }  # fmt: skip


def test_a_hostile_name_does_no_harm(tmp_path):
    folder = changed(tmp_path, "月亮托管", "<script>alert(1)</script>", "sites.csv")
    run_folder(folder, tmp_path / "out")
    assert "<script>alert(1)" not in (tmp_path / "out" / "map.html").read_text("utf-8")


def test_check_runs_where_no_solver_is_installed(out):
    code = (
        "import sys\n"
        "for name in ('ortools', 'pyvrp'): sys.modules[name] = None\n"
        "from gridplan.cli import main\n"
        f"sys.exit(main(['check', {str(out)!r}]))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_output_that_cannot_be_made_is_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    assert main(["run", str(MINI), "--out", str(tmp_path / "file" / "out")]) == 2
    told = capsys.readouterr().err
    assert "不能读写" in told and str(tmp_path / "file") in told


@pytest.mark.parametrize("text", ["[" * 100_000, '{"schema": "gridplan.plan/1"}'])
def test_a_plan_that_cannot_be_read_is_bad_input(out, tmp_path, text):
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    (copy / "plan.json").write_text(text)
    assert main(["check", str(copy)]) == 2


def test_a_check_against_no_folder_is_bad_input(out, tmp_path):
    assert main(["check", str(out), "--folder", str(tmp_path / "gone")]) == 2


def test_a_list_without_a_site_is_never_a_kept_round(tmp_path, capsys):
    folder = tmp_path / "in"
    shutil.copytree(MINI, folder)
    header = (folder / "sites.csv").read_text("utf-8").splitlines()[0]
    (folder / "sites.csv").write_text(header + "\n", "utf-8")
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert "sites.csv" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["teams", "visits", "routes"])
def test_a_list_where_an_id_should_be_is_said_in_a_sentence(out, tmp_path, capsys, place):
    shutil.copytree(out, tmp_path / "out")
    plan = load(out, "plan.json")
    plan[place][0]["id"] = []
    (tmp_path / "out" / "plan.json").write_text(json.dumps(plan), "utf-8")
    assert main(["check", str(tmp_path / "out")]) == 2
    assert place in capsys.readouterr().err


def test_a_certificate_that_praises_itself_is_refused(out, tmp_path):
    shutil.copytree(out, tmp_path / "out")
    certificate = load(out, "certificate.json")
    certificate["promises"]["coverage_once"]["kept"] = "x"
    (tmp_path / "out" / "certificate.json").write_text(json.dumps(certificate), "utf-8")
    assert main(["check", str(tmp_path / "out")]) == 2
