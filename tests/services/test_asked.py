"""A folder that asks for all a round may ask for is planned, certified and checked again without the solver."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.folder import run_folder

MINI = Path(__file__).parents[1] / "data" / "mini"
ASKED = """
[limits]
townships_per_team_day = 1
night_visits = 1
yearly_cap = 2
[sample]
size = 2
seed = 5
"""
EVENING = """
[shifts.evening]
start = "18:00"
end = "21:00"
days = "Mo-Fr"
"""
Json = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini folder with limits, a sample, an evening shift, history, days taken, a pin and a lead."""
    folder = tmp_path_factory.mktemp("asked") / "in"
    shutil.copytree(MINI, folder)
    settings = (
        (folder / "round.toml").read_text("utf-8").replace("seed = 1\n", 'seed = 1\nmerge = true\ntier = "县级"\n', 1)
    )
    settings = settings.replace('preset = "fewest_team_days"', 'preset = "town_by_town"\nmoved_min = 5')
    settings = settings.replace('counts = "coverage"', 'counts = "all"').replace("min_per_day = 3", "min_per_day = 1")
    (folder / "round.toml").write_text(settings + ASKED, "utf-8")
    teams = (folder / "teams.toml").read_text("utf-8").replace('shifts = ["day"]', 'shifts = ["day", "evening"]')
    (folder / "teams.toml").write_text(EVENING + teams, "utf-8")
    (folder / "history.csv").write_text("site_id,date,outcome\nS0002,2026-03-02,done\nS0002,2026-06-01,done\n", "utf-8")
    (folder / "taken.csv").write_text("site_id,date,tier\nS0004,2026-11-30,乡镇街道\n", "utf-8")
    (folder / "pins.csv").write_text("id,team,date,shift\nS0007,一组,2026-12-01,evening\n", "utf-8")
    (folder / "visits.csv").write_text("site_id,purpose,due\nS0005,lead,2026-12-01\nS0002,lead,\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def out(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asked") / "out"
    run_folder(folder, path)
    return path


def load(out: Path, name: str) -> Json:
    data: Json = json.loads((out / name).read_text("utf-8"))
    return data


def test_every_site_is_known_by_the_id_that_the_lists_use(folder, out):
    assert {"S0002", "S0004", "S0005", "S0007"} <= {site["id"] for site in load(out, "plan.json")["sites"]}
    unread = [line for line in (out / "complaints.csv").read_text("utf-8").splitlines() if "bad_row" in line]
    assert unread == []


def test_the_plan_keeps_all_that_was_asked_for(out):
    plan, certificate = load(out, "plan.json"), load(out, "certificate.json")
    assert (plan["verdict"], plan["violations"], plan["unplanned"]) == ("kept", [], [])
    assert all(count["kept"] for count in certificate["promises"].values())
    assert certificate["limits"] == plan["round"]["limits"] and plan["figures"]["night_visits"] >= 1
    assert plan["round"]["wishes"]["township_min"] == 10 and plan["round"]["wishes"]["moved_min"] == 5


def test_a_spent_site_has_its_lead_but_no_routine_visit_and_the_plan_says_so(out):
    plan = load(out, "plan.json")
    assert [visit["purpose"] for visit in plan["visits"] if visit["site"] == "S0002"] == ["lead"]
    assert any("inspected as often as the year allows" in note["en"] for note in plan["notes"])


def test_a_pin_a_day_taken_and_a_lead_move_the_visits(out):
    plan = load(out, "plan.json")
    lies = {stop["site"]: route for route in plan["routes"] for stop in route["stops"]}
    assert (lies["S0007"]["date"], lies["S0007"]["shift"]) == ("2026-12-01", "evening")
    assert lies["S0004"]["date"] == "2026-12-01"
    (merged,) = [visit for visit in plan["visits"] if visit["site"] == "S0005"]
    assert "lead" in merged["also"] and merged["due"] == "2026-12-01"


def test_the_sample_stands_in_the_certificate(out):
    plan, certificate = load(out, "plan.json"), load(out, "certificate.json")
    (draw,) = certificate["samples"]
    sampled = {visit["site"] for visit in plan["visits"] if "sample" in (visit["purpose"], *visit["also"])}
    assert draw["seed"] == 5 and len(draw["drawn"]) == 2 and sampled == set(draw["drawn"])


def test_the_checker_agrees_and_finds_a_changed_sample(folder, out, tmp_path):
    assert check_folder(out, folder).differences == ()
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    plan = load(copy, "plan.json")
    plan["samples"][0]["seed"] = 6
    (copy / "plan.json").write_text(json.dumps(plan), "utf-8")
    found = " ".join(text.en for text in check_folder(copy).differences)
    assert "drawn again from seed 6" in found
