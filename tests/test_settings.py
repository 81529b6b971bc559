"""Every setting stands in one place, and what is written of it is what the program does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gridplan.model import settings
from gridplan.model.words import catalogue

ROOT = Path(__file__).resolve().parents[1]
CODE = [*sorted((ROOT / "gridplan").rglob("*.py")), *sorted((ROOT / "web").rglob("*.py"))]
HERE = ROOT / "gridplan" / "model" / "settings.py"


def reads_environment(path: Path) -> list[int]:
    """Return the lines of a module that read the environment."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"))
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and {"environ", "getenv"} & {a.name for a in node.names}
        )
    ]


def test_nothing_else_reads_the_environment():
    assert {str(path): lines for path in CODE if path != HERE and (lines := reads_environment(path))} == {}


def test_every_variable_that_the_code_names_is_declared():
    declared = {one.name for one in settings.SETTINGS}
    named = {name for path in CODE for name in re.findall(r"\bGRIDPLAN_[A-Z][A-Z_]*[A-Z]\b", path.read_text("utf-8"))}
    assert named <= declared, named - declared


def test_every_setting_says_what_it_means_in_both_languages():
    words = catalogue()
    for one in settings.SETTINGS:
        assert all(words[f"settings.{one.name}"])
    for file in settings.FILES:
        assert all(words[f"settings.{file.key}"])


@pytest.mark.parametrize(("name", "language"), [("settings.md", "en"), ("settings.zh-CN.md", "zh")])
def test_the_documented_settings_are_the_declared_ones(name, language):
    assert (ROOT / "docs" / name).read_text("utf-8") == settings.settings_page(language)


def test_secrets_are_never_shown():
    environ = {"GRIDPLAN_DB": "postgresql+psycopg://u:pw@h/d", "GRIDPLAN_AMAP_KEY": "k3y", "PORT": "9000"}
    shown = settings.shown_settings(environ)
    assert shown["PORT"] == "9000"
    assert "pw" not in str(shown) and "k3y" not in str(shown)


def test_a_misspelt_setting_is_noticed():
    assert settings.undeclared({"GRIDPLAN_DATABASE": "x", "GRIDPLAN_DB": "y", "HOME": "z"}) == ("GRIDPLAN_DATABASE",)
