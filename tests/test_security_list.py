"""The list of what is kept names tests that exist, the same ones in both languages."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"`(test_\w+|tests/[\w/.]+)`")


def test_every_test_that_the_list_names_is_there():
    known = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    for page in ("security.md", "security.zh-CN.md"):
        for name in NAMED.findall((ROOT / "docs" / page).read_text("utf-8")):
            assert name in known or (ROOT / name).exists(), f"{page}: {name}"


def test_both_languages_have_the_same_lines():
    english, chinese = (
        re.findall(r"^\| (?:\*\*V\d+ [^*]+\*\* )?([\d.]+)", (ROOT / "docs" / page).read_text("utf-8"), re.M)
        for page in ("security.md", "security.zh-CN.md")
    )
    assert len(english) > 40 and english == chinese
