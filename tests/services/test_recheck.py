"""A round with night shifts, joint visits, follow-ups and limits is certified, and checked again where there is no solver."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gridplan.services.folders.folder import run_folder
from tests.bench.thousand import check_alone, contents, write_folder


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Folder and plan of sixty sites."""
    folder = tmp_path_factory.mktemp("sixty") / "in"
    write_folder(folder, 60)
    out = folder.parent / "out"
    run_folder(folder, out)
    return folder, out


def test_the_plan_holds_all_that_makes_a_round_hard(planned: tuple[Path, Path]) -> None:
    there = contents(planned[1])
    assert there["planned"] == there["visits"] and there["violations"] == 0
    assert all(there[thing] for thing in ("night_visits", "joint_visits", "follow_ups", "leads", "samples"))


def test_its_certificate_holds_where_no_solver_can_be_imported(planned: tuple[Path, Path]) -> None:
    folder, out = planned
    checked = check_alone(out, folder)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_moved_appointment_is_found_there_too(planned: tuple[Path, Path], tmp_path: Path) -> None:
    folder, out = planned
    copy = tmp_path / "out"
    shutil.copytree(out, copy)
    plan = json.loads((copy / "plan.json").read_text("utf-8"))
    visit, moment = next(iter(plan["appointments"].items()))
    plan["appointments"][visit] = moment[:11] + "07:00:00"
    (copy / "plan.json").write_text(json.dumps(plan, ensure_ascii=False), "utf-8")
    assert check_alone(copy, folder).returncode == 5
