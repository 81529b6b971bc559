"""The rules of the house, read from the imports: doors on services, services on stages, stages on the nouns."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

from gridplan.model.words import catalogue

ROOT = Path(__file__).resolve().parents[1]
STAGES = {"intake", "geocode", "grid", "roads", "rounds", "routing", "fieldwork", "report", "maps"}
TABLES = {"intake", "grid", "roads", "report"}


def imports_of(path: Path) -> set[str]:
    """Return the dotted names a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def modules(folder: str) -> list[Path]:
    """Return the modules below a folder."""
    return sorted((ROOT / folder).rglob("*.py"))


def rooms(names: set[str]) -> set[str]:
    """Return the rooms of gridplan among imported names."""
    return {name.split(".")[1] for name in names if name.startswith("gridplan.") and name.count(".")}


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_imports_only_the_nouns_and_itself(stage):
    for path in modules(f"gridplan/{stage}"):
        assert rooms(imports_of(path)) <= {"model", stage}, path


def test_the_nouns_know_no_sql_no_pandas_no_web():
    for path in modules("gridplan/model"):
        names = imports_of(path)
        assert rooms(names) <= {"model"}, path
        assert not {n.split(".")[0] for n in names} & {"sqlalchemy", "pandas", "geopandas", "flask", "ortools"}, path


def test_the_library_knows_no_web():
    for path in modules("gridplan"):
        assert not {n.split(".")[0] for n in imports_of(path)} & {"flask", "web", "waitress"}, path


def test_only_services_and_doors_know_services():
    for path in modules("gridplan"):
        room = path.relative_to(ROOT / "gridplan").parts[0]
        if room not in {"services", "cli", "worker.py", "__init__.py"}:
            assert "services" not in rooms(imports_of(path)), path


def test_the_pages_ask_services_only():
    for path in modules("web"):
        assert rooms(imports_of(path)) <= {"services", "model"}, path


def test_tables_stay_in_their_rooms():
    for path in modules("gridplan"):
        room = path.relative_to(ROOT / "gridplan").parts[0]
        if {n.split(".")[0] for n in imports_of(path)} & {"pandas", "geopandas"}:
            assert room in TABLES, path


def test_the_checker_loads_no_solver():
    code = "import sys, gridplan.routing.judge.check; sys.exit(any(m.split('.')[0] == 'ortools' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


ENGINES = (
    "ortools.sat.python.cp_model",
    "ortools.constraint_solver.pywrapcp",
    "osmium",
    "scipy.sparse.csgraph",
    "geopandas",
    "pyogrio",
)


@pytest.mark.parametrize("pair", list(permutations(ENGINES, 2)), ids="-".join)
def test_every_engine_imports_beside_every_other(pair):
    code = f"import {pair[0]}, {pair[1]}"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


FLOORS = (
    "pace",
    "problem",
    "timeline",
    "bounds",
    "judge",
    "search",
    "diagnosis",
    "names",
    "solve",
    "replan",
    "assume",
    "warm",
)
"""Planning from the ground up: what stands first knows nothing of what stands after it."""


def test_in_planning_imports_point_down():
    for path in modules("gridplan/routing"):
        floor = path.relative_to(ROOT / "gridplan" / "routing").parts[0].removesuffix(".py")
        below = {name.split(".")[2] for name in imports_of(path) if name.startswith("gridplan.routing.")}
        assert floor == "__init__" or below <= set(FLOORS[: FLOORS.index(floor) + 1]), path


DESK_FLOORS = ("folders", "desk", "accounts", "registry", "rounds", "plans", "field", "reporting", "operation")
"""Services from the ground up: folders need no database, and what is published is looked at by what comes after it."""


def test_in_services_imports_point_down():
    for path in modules("gridplan/services"):
        floor = path.relative_to(ROOT / "gridplan" / "services").parts[0].removesuffix(".py")
        below = {name.split(".")[2] for name in imports_of(path) if name.startswith("gridplan.services.")}
        assert floor == "__init__" or below <= set(DESK_FLOORS[: DESK_FLOORS.index(floor) + 1]), path


def test_the_judge_shares_no_code_with_the_search():
    for path in modules("gridplan/routing/judge"):
        below = {name.split(".")[2] for name in imports_of(path) if name.startswith("gridplan.routing.")}
        assert below <= {"judge", "bounds"}, path


def test_every_word_that_a_page_or_a_module_says_is_in_the_catalogue():
    files = [*ROOT.glob("web/**/*.html"), *ROOT.glob("web/**/*.py"), *ROOT.glob("gridplan/**/*.py")]
    said = {
        (key, path.name)
        for path in files
        for key in re.findall(r"""\b(?:word|say)\(\s*["']([a-z_]+\.[a-z_0-9]+)["']\s*[,)]""", path.read_text("utf-8"))
    }
    assert len(said) > 500
    assert [pair for pair in sorted(said) if pair[0] not in catalogue()] == []
