"""What round.toml says of travel reaches the plan, its check and the directions: profiles, busy hours, engines elsewhere."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from gridplan.cli import main
from gridplan.intake.settings import read_round
from gridplan.model.errors import InputError
from gridplan.roads.profiles import usual_profiles
from gridplan.services.desk import Desk
from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.directions import folder_directions
from gridplan.services.folders.folder import run_folder
from gridplan.services.folders.streets import profiles_of
from gridplan.services.registry import register
from gridplan.services.rounds import drafting
from tests.roads.mini_roads import write_mini_roads

MINI = Path(__file__).parents[1] / "data" / "mini"
RUSH = 'factors = [{ from = "07:30", to = "09:00", factor = 1.5 }]'
SLOW = 'profiles = "slow.toml"'
PROFILE = "[car.kmh]\nsecondary = 3\nresidential = 2\n"


def folder_with(tmp_path: Path, *lines: str, roads: bool = True) -> Path:
    """Return the mini folder with roads and such lines in its [travel]."""
    folder = tmp_path / "in"
    shutil.copytree(MINI, folder)
    (folder / "slow.toml").write_text(PROFILE, "utf-8")
    if roads:
        write_mini_roads(folder / "roads.osm.pbf")
    text = (folder / "round.toml").read_text("utf-8")
    (folder / "round.toml").write_text(text.replace("[travel]\n", "\n".join(["[travel]", *lines, ""])), "utf-8")
    return folder


def planned(tmp_path: Path, *lines: str, name: str = "out") -> dict[str, Any]:
    out = tmp_path / name
    run_folder(folder_with(tmp_path / name / "of", *lines), out)
    plan: dict[str, Any] = json.loads((out / "plan.json").read_text("utf-8"))
    return plan


def test_a_folders_profiles_slow_its_streets_and_the_check_knows_them(tmp_path):
    usual, slow = planned(tmp_path, name="a"), planned(tmp_path, SLOW, name="b")
    assert slow["figures"]["travel_min"] > 1.2 * usual["figures"]["travel_min"]
    assert slow["travel"]["profiles"] == {"car": {"kmh": {"residential": 2, "secondary": 3}}}
    assert "profiles" not in usual["travel"] and "factors" not in usual["travel"]
    assert check_folder(tmp_path / "b").differences == ()


def test_profiles_may_stand_in_round_toml_itself(tmp_path):
    inline = planned(tmp_path, "profiles.car.kmh = { secondary = 3, residential = 2 }", name="a")
    assert inline["routes"] == planned(tmp_path, SLOW, name="b")["routes"]


def test_busy_hours_stretch_the_legs_are_told_and_checked(tmp_path):
    usual, busy = planned(tmp_path, name="a"), planned(tmp_path, RUSH, name="b")
    assert busy["figures"]["travel_min"] == pytest.approx(1.5 * usual["figures"]["travel_min"], rel=0.02)
    assert busy["travel"]["factors"] == [{"from": "07:30", "to": "09:00", "factor": 1.5, "modes": []}]
    assert any("1.5" in note["zh"] and "高峰" in note["zh"] for note in busy["notes"])
    assert check_folder(tmp_path / "b").differences == ()
    route = busy["routes"][0]
    leg = folder_directions(tmp_path / "b", route["id"], 1)["legs"][0]
    assert leg["time_s"] == round(route["stops"][0]["travel_min"] * 60)


def test_a_plan_whose_busy_hours_were_taken_out_does_not_pass_the_check(tmp_path):
    plan = planned(tmp_path, RUSH)
    del plan["travel"]["factors"]
    (tmp_path / "out" / "plan.json").write_text(json.dumps(plan, ensure_ascii=False), "utf-8")
    assert check_folder(tmp_path / "out").differences


def test_the_desk_plans_and_checks_by_the_same_settings(database, tmp_path):
    folder = folder_with(tmp_path, SLOW, RUSH)
    desk = Desk.open(database, create=True)
    for part in ("areas", "sites", "teams", "roads"):
        register.IMPORTS[part](desk, folder, by="lin")
    register.locate_sites(desk, by="lin")
    round_id = drafting.create_round(desk, folder, by="lin").id
    head, plan = drafting.draft(desk, round_id, by="lin")
    assert plan.travel.factors and "residential" in plan.travel.profiles
    assert drafting.check(desk, head.id) == ()
    run_folder(folder, tmp_path / "out")
    assert [route["id"] for route in json.loads((tmp_path / "out" / "plan.json").read_text("utf-8"))["routes"]] == [
        route.id for route in plan.routes
    ]
    desk.close()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('profiles = "missing.toml"', "missing.toml"),
        ('profiles = "../slow.toml"', "profiles"),
        ("profiles = 3", "profiles"),
        ('factors = [{ from = "09:00", to = "07:30", factor = 1.5 }]', "to"),
        ('factors = [{ from = "07:30", to = "09:00", factor = 0.5 }]', "factor"),
        ('factors = [{ from = "07:30", to = "09:00", factor = nan }]', "factor"),
        ('factors = [{ from = "07:30", to = "09:00", factors = 2 }]', "factor"),
        ('factors = [{ from = "7点半", to = "09:00", factor = 2 }]', "7点半"),
        ('factors = [{ from = "07:30", to = "09:00", factor = 2, modes = ["bus"] }]', "modes"),
        ('engine = "osrm"', "url"),
        ('url = "http://a"', "engine"),
        ('engine = "osmr"\nurl = "http://a"', "osrm"),
        ('engine = "osrm"\nurl = "file:///etc/passwd"', "http"),
        ('engine = "osrm"\nurl = "http://user:secret@host"', "http"),
        ('engine = "osrm"\nurl = "http://a b"', "http"),
        ('engine = "osrm"\nurl = { cars = "http://a" }', "car"),
    ],
)
def test_what_is_wrong_in_travel_is_told_by_file_and_key(tmp_path, line, told):
    with pytest.raises(InputError, match=told):
        read_round(folder_with(tmp_path, line, roads=False) / "round.toml")


def test_a_wrong_key_in_the_profiles_ends_with_its_sentence(tmp_path, capsys):
    folder = folder_with(tmp_path, SLOW)
    (folder / "slow.toml").write_text("[car.kmh]\nresidental = 3\n", "utf-8")
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "car.kmh.residental" in told and "residential" in told


@pytest.mark.parametrize("guide", ["roads.md", "roads.zh-CN.md"])
def test_the_settings_that_the_guide_shows_are_understood(tmp_path, guide):
    text = (Path(__file__).parents[2] / "docs" / "ground" / guide).read_text("utf-8")
    blocks = re.findall(r"```\n(\[.*?)```", text, re.S)
    assert len(blocks) == 3
    for number, block in enumerate(blocks):
        folder = folder_with(tmp_path / str(number), roads=False)
        if "[travel]" in block:
            (folder / "profiles.toml").write_text(next(one for one in blocks if "[travel]" not in one), "utf-8")
            settings = (folder / "round.toml").read_text("utf-8")
            settings = re.sub(r"\[travel\]\n(?:[^\[\n].*\n|\n)*", block + "\n", settings)
            (folder / "round.toml").write_text(settings, "utf-8")
            travel = read_round(folder / "round.toml").travel
            assert travel.urls or (travel.factors and profiles_of(travel.profiles).digest != usual_profiles().digest)
