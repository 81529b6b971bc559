"""What the documents say is true: their commands exist and the pages are in both languages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from gridplan.cli import parser

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    path
    for path in (
        ROOT / "README.md",
        ROOT / "README.zh-CN.md",
        *sorted(ROOT.glob("docs/**/*.md")),
        ROOT / "geodata/README.md",
    )
    if path.exists()
]


def commands(prefix: str) -> list[tuple[Path, str]]:
    """Return every command of the documents that begins so."""
    found = []
    for path in DOCUMENTS:
        for line in re.findall(r"^\s*(?:\$ )?(\S.*)$", path.read_text("utf-8"), re.M):
            if line.startswith(prefix):
                found.append((path, line))
    return found


@pytest.mark.parametrize(("path", "line"), commands(".venv/bin/gridplan"))
def test_every_gridplan_command_of_the_documents_is_understood(path, line):
    parser().parse_args(shlex.split(line)[1:])


@pytest.mark.parametrize(("path", "line"), commands("make "))
def test_every_make_target_of_the_documents_exists(path, line):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    for target in shlex.split(line.split("#")[0])[1:]:
        assert "=" in target or target in targets, f"{path.name}: {target}"


def test_both_readmes_show_the_same_commands():
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    assert re.findall(r"```\n(.*?)```", english, re.S) == re.findall(r"```\n(.*?)```", chinese, re.S)


def test_every_picture_is_there():
    for path in DOCUMENTS:
        for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", path.read_text("utf-8")):
            assert (path.parent / picture).exists(), f"{path.name}: {picture}"
