"""One small fault at a time in an input folder: each gets its own sentence in Chinese, and nothing is lost or half-done.

`tests/data/faults/NAME` holds what the mini folder has instead; `tests/golden/faults.csv` what is said of it.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from gridplan.cli import main

TESTS = Path(__file__).resolve().parents[1]
FAULTS, MINI, TABLE = TESTS / "data" / "faults", TESTS / "data" / "mini", TESTS / "golden" / "faults.csv"
NAMES = sorted(path.name for path in FAULTS.iterdir())


def table() -> dict[str, tuple[int, str]]:
    """Return exit code and sentences of each fault."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["fault"]: (int(row["exit"]), row["said"]) for row in csv.DictReader(file)}


def faulty(fault: str, folder: Path) -> Path:
    """Return the mini folder with one fault."""
    shutil.copytree(MINI, folder)
    names = {path.name.split(".")[0] for path in (FAULTS / fault).iterdir()}
    if "sites" in names:
        (folder / "sites.csv").unlink()
    if "areas" in names:
        shutil.rmtree(folder / "areas")
    shutil.copytree(FAULTS / fault, folder, dirs_exist_ok=True)
    return folder


def complaints(out: Path) -> list[str]:
    """Return what complaints.csv says in Chinese."""
    with (out / "complaints.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row["zh"] for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What is said of the mini folder itself."""
    out = tmp_path_factory.mktemp("usual") / "out"
    assert main(["run", str(MINI), "--out", str(out)]) == 0
    return set(complaints(out))


def said_of(fault: str, folder: Path, usual: set[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Return the exit code and the sentences: the error's, else those of complaints.csv that the mini folder does not have."""
    out = folder.with_name("out")
    code = main(["run", str(faulty(fault, folder)), "--out", str(out)])
    error = capsys.readouterr().err
    assert "Traceback" not in error
    if code == 2:
        assert not out.exists()
        lines = [line for line in error.splitlines() if line.strip()]
        return code, lines[-2].strip()  # the last two lines are the sentence in Chinese and in English
    return code, " / ".join(dict.fromkeys(text for text in complaints(out) if text not in usual))


def test_there_are_sixty_faults_and_each_has_its_sentence() -> None:
    assert len(NAMES) >= 60 and set(NAMES) == set(table())
    assert all(said for _, said in table().values())


@pytest.mark.parametrize("fault", NAMES)
def test_each_fault_is_said(fault, tmp_path, usual, capsys) -> None:
    assert said_of(fault, tmp_path / "in", usual, capsys) == table()[fault]
