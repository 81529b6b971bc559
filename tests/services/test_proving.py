"""The diagnosis before a plan and the strong bound after it, on the mini folder, as a user calls them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gridplan.cli import main
from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.folder import run_folder

MINI = Path(__file__).resolve().parents[1] / "data" / "mini"


@pytest.fixture
def planned(tmp_path: Path) -> Path:
    run_folder(MINI, tmp_path / "out")
    return tmp_path / "out"


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    answer: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return answer


def test_a_strong_bound_is_proven_kept_beside_the_plan_and_checked(planned, capsys):
    assert main(["bound", str(planned), "--minutes", "0.2", "--json"]) == 0
    told = _json(capsys)
    assert 0 < told["bound"] <= told["cost"]
    assert told["least_team_days"] == told["team_days"] == 1
    assert check_folder(planned).differences == ()


def test_a_bound_that_was_raised_by_hand_is_found_out(planned):
    assert main(["bound", str(planned), "--minutes", "0.2"]) == 0
    document = json.loads((planned / "bound.json").read_text("utf-8"))
    document["cost"] += 5
    (planned / "bound.json").write_text(json.dumps(document), "utf-8")
    assert main(["check", str(planned)]) == 5
    assert "下界" in check_folder(planned).differences[0].zh


def test_the_diagnosis_says_that_the_round_can_be_kept_without_planning_it(capsys):
    assert main(["diagnose", str(MINI), "--json"]) == 0
    told = _json(capsys)
    assert (told["possible"], told["prospect"], told["causes"]) == (True, "possible", [])
    assert len(told["days"]) == 3


def test_the_diagnosis_names_what_is_missing_and_what_would_help(tmp_path, capsys):
    folder = tmp_path / "short"
    shutil.copytree(MINI, folder)
    text = (folder / "round.toml").read_text("utf-8").replace("max_days = 3", "max_days = 1")
    text = text.replace("minutes = 35", "minutes = 240").replace("minutes = 30", "minutes = 240")
    (folder / "round.toml").write_text(text, "utf-8")
    assert main(["diagnose", str(folder), "--json"]) == 3
    told = _json(capsys)
    assert not told["possible"]
    assert {"teams", "days"} <= {one["kind"] for one in told["proposals"]}
    assert all(one["zh"] and one["en"] for one in [*told["causes"], *told["proposals"]])
