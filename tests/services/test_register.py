"""The same stages as verbs over a stored register, on the mini folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gridplan.cli import main
from gridplan.services.folders.checking import check_folder

MINI = Path(__file__).parents[1] / "data" / "mini"


@pytest.fixture
def gridplan(database: str, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run one verb over a database of its own and return its exit code and JSON."""

    def run(*words: str) -> tuple[int, Any]:
        code = main(["--db", database, *words, "--json"])
        lines = capsys.readouterr().out.strip().splitlines()
        return code, json.loads(lines[-1]) if lines else None

    return run


def _drafted(gridplan: Any, folder: Path = MINI) -> None:
    for part in ("areas", "sites", "teams"):
        assert gridplan(part, "import", str(folder))[0] == 0
    gridplan("sites", "locate")
    gridplan("round", "create", str(folder))
    assert gridplan("round", "draft", "1")[0] == 0


def test_the_stored_way_gives_the_mini_answer(gridplan):
    for part in ("areas", "teams"):
        gridplan(part, "import", str(MINI))
    assert gridplan("sites", "import", str(MINI))[1]["rows"] == 8
    located = gridplan("sites", "locate")[1]
    assert (located["located"], located["review"], located["rejected"]) == (6, 0, 1)
    assert gridplan("round", "create", str(MINI))[1]["round"] == 1
    assert gridplan("round", "diagnose", "1")[1]["possible"] is True
    drafted = gridplan("round", "draft", "1")[1]
    assert (drafted["verdict"], drafted["planned"], drafted["team_days"]) == ("kept", 6, 1)
    assert gridplan("round", "check", "1") == (0, {"differences": []})
    assert gridplan("round", "publish", "1")[1]["state"] == "published"
    total = gridplan("report", "coverage")[1]["rows"][-1]
    assert (total["promised"], total["done"], total["unplanned"]) == (6, 0, 0)


def test_an_exported_plan_checks_like_a_run(gridplan, tmp_path):
    _drafted(gridplan)
    files = gridplan("export", "1", "--out", str(tmp_path / "out"))[1]["files"]
    assert {"plan.json", "map.html", "coverage.xlsx"} <= set(files)
    assert check_folder(tmp_path / "out").differences == ()


def test_a_plan_is_published_once(gridplan):
    _drafted(gridplan)
    assert gridplan("round", "publish", "1")[0] == 0
    assert gridplan("round", "publish", "1")[0] == 2


def test_what_is_not_there_is_said(gridplan):
    gridplan("areas", "import", str(MINI))
    assert gridplan("round", "draft", "7")[0] == 2
    assert gridplan("report", "coverage")[0] == 2
    assert gridplan("export", "1", "--out", "nowhere")[0] == 2


def test_what_was_wrong_with_lists_and_visits_stands_among_the_complaints_of_an_export(gridplan, tmp_path):
    folder = tmp_path / "in"
    shutil.copytree(MINI, folder)
    (folder / "pins.csv").write_text("id,team,date\nS0002,T9,\nS0004,,someday\n", "utf-8")
    _drafted(gridplan, folder)
    gridplan("export", "1", "--out", str(tmp_path / "out"))
    told = (tmp_path / "out" / "complaints.csv").read_text("utf-8-sig")
    assert "rounds.pin_team" in told and "pins.bad_row" in told
