"""Three tiny districts planned by two workers; one that fails does not stop the others, and a rerun plans only what changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gridplan.cli import main
from gridplan.services.folders.checking import check_folder
from tests.services.drafting import MINI


@pytest.fixture
def districts(tmp_path: Path) -> list[Path]:
    """Three copies of the mini folder; the one in the middle has lost its areas."""
    folders = [tmp_path / name for name in ("east", "mid", "west")]
    for folder in folders:
        shutil.copytree(MINI, folder)
    shutil.rmtree(folders[1] / "areas")
    return folders


def province(out: Path, folders: list[Path]) -> tuple[int, dict[str, Any]]:
    """Plan the folders with two workers; return the exit code and the summary by district."""
    code = main(["province", *map(str, folders), "--out", str(out), "--workers", "2"])
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    return code, summary


def test_a_province_is_planned_side_by_side_and_gone_on_with(districts, tmp_path, capsys):
    out = tmp_path / "out"
    code, summary = province(out, districts)
    east, mid, west = summary["districts"]
    assert code == 2 and summary["total"] == {
        "districts": 3,
        "failed": 1,
        "visits": 12,
        "planned": 12,
        "team_days": 2,
        "cost": round(east["cost"] + west["cost"], 2),
        "bound": round(east["bound"] + west["bound"], 2),
    }
    assert (east["verdict"], west["verdict"], mid["verdict"]) == ("kept", "kept", None)
    assert "areas/" in mid["error"]["en"]
    assert check_folder(out / "west", districts[2]).differences == ()
    said = capsys.readouterr().out
    assert "east：" in said and "mid：没有计划" in said

    written = {name: (out / name / "plan.json").stat().st_mtime_ns for name in ("east", "west")}
    shutil.copytree(MINI / "areas", districts[1] / "areas")
    settings = (districts[2] / "round.toml").read_text("utf-8")
    (districts[2] / "round.toml").write_text(settings.replace("setup_min = 5", "setup_min = 6"), "utf-8")
    code, summary = province(out, districts)
    assert code == 0 and [row["verdict"] for row in summary["districts"]] == ["kept"] * 3
    assert (out / "east" / "plan.json").stat().st_mtime_ns == written["east"]
    assert (out / "west" / "plan.json").stat().st_mtime_ns > written["west"]


def test_two_folders_of_one_name_are_refused(tmp_path, capsys):
    folders = [tmp_path / "a" / "east", tmp_path / "b" / "east"]
    for folder in folders:
        folder.mkdir(parents=True)
    assert main(["province", *map(str, folders), "--out", str(tmp_path / "out")]) == 2
    assert "rename one" in capsys.readouterr().err
