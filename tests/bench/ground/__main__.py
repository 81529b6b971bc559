"""`make bench-ground`: measures the ground on made data, appends figures, prints a table.

    python -m tests.bench.ground [--only NAME,…] [--again] [--table] --json OUT

Each measure is a module of this folder with `measure() -> Iterable[Figure]`, run in a process of its own, so that its peak
memory is its own. Each figure is one line of OUT, `{"what","value","unit","target","met"}`, where `what` begins with the
measure; a line with `machine` goes before them. What OUT has is not measured again, but with `--again`; of two equal figures the
later counts.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.extras import print_table, read_figures
from tests.bench.figures import Figure
from tests.bench.planning import append, machine

MEASURES: Sequence[str] = tuple(
    sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
)
PACKAGES = (
    "gridplan",
    "shapely",
    "scipy",
    "rapidfuzz",
    "osmium",
    "geopandas",
    "numpy",
    "networkx",
    "cpca",
    "addressparser",
    "jionlp",
    "openpyxl",
    "pandas",
    "networkit",
)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def measured(name: str) -> list[Figure]:
    """Run one measure in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.ground", "--one", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{name}: exit code {done.returncode}")
    return [Figure(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def _one(name: str) -> int:
    found: Iterable[Figure] = importlib.import_module(f"tests.bench.ground.{name}").measure()
    print(json.dumps([asdict(figure) for figure in found], ensure_ascii=False))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is missing and print the table; exit code 1 when a measure failed."""
    parser = argparse.ArgumentParser(prog="tests.bench.ground", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default=",".join(MEASURES))
    parser.add_argument("--again", action="store_true", help="measure again what the file has")
    parser.add_argument("--table", action="store_true", help="print the table alone")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--one", choices=MEASURES, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        return _one(asked.one)
    names = asked.only.split(",")
    if unknown := set(names) - set(MEASURES):
        parser.error(f"no measure {', '.join(sorted(unknown))}: choose from {', '.join(MEASURES)}")
    if asked.json is None:
        parser.error("--json OUT is needed")
    failed = False
    for name in [] if asked.table else names:
        last, known = read_figures(asked.json)
        if not asked.again and any(what.startswith(f"{name}: ") for what in known):
            continue
        try:
            figures = measured(name)
        except RuntimeError as error:
            print(error, file=sys.stderr)
            failed = True
            continue
        now = {"machine": machine(), "versions": _versions()}
        if last != now:
            append(asked.json, now)
        for figure in figures:
            append(asked.json, asdict(replace(figure, what=f"{name}: {figure.what}")))
    last, known = read_figures(asked.json)
    print_table(last, [one for one in known.values() if one.what.split(":")[0] in names])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
