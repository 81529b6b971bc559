"""`make bench-service` and `make soak`: measure the service under load and faults, append figures, print a table.

    python -m tests.bench.service [--only NAME,…] [--again] [--table] [--short] --json OUT

Each measure is a module of this folder with `measure() -> Iterable[Figure]`, or with `CASES` and `measure(case)`; each case runs in
a process of its own. Each figure is one line of OUT, `{"what","value","unit","target","met"}`, where `what` begins with measure and
case; a line with `machine` goes before them. What OUT has is not measured again, but with `--again`. `--short` is for trying: few
kills, half a minute of load; such figures say so.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.extras import print_table, read_figures
from tests.bench.figures import Figure
from tests.bench.planning import append, machine
from tests.bench.service._office import SHORT

MEASURES: Sequence[str] = tuple(
    sorted(
        path.stem
        for path in Path(__file__).parent.glob("*.py")
        if not path.stem.startswith("_") and "def measure(" in path.read_text("utf-8")
    )
)
PACKAGES = ("gridplan", "SQLAlchemy", "pysqlite3", "psycopg", "huey", "redis", "flask", "waitress", "granian")


def versions() -> dict[str, str]:
    """Return the versions of what carries the service."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def cases(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield measure and case; "" for a measure without cases."""
    for name in names:
        module = importlib.import_module(f"tests.bench.service.{name}")
        for case in getattr(module, "CASES", ("",)):
            yield name, case


def measured(name: str, case: str, *, short: bool) -> list[Figure]:
    """Measure one case in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.service", "--one", f"{name} {case}"]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=False, env=os.environ | ({SHORT: "1"} if short else {})
    )
    if done.returncode != 0:
        raise RuntimeError(f"{name} {case}: exit code {done.returncode}")
    return [Figure(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def _one(asked: str) -> int:
    name, _, case = asked.partition(" ")
    module = importlib.import_module(f"tests.bench.service.{name}")
    found: Iterable[Figure] = module.measure(case) if case else module.measure()
    print(json.dumps([asdict(figure) for figure in found], ensure_ascii=False))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is missing and print the table; exit code 1 when a measure failed."""
    parser = argparse.ArgumentParser(prog="tests.bench.service", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default=",".join(MEASURES))
    parser.add_argument("--again", action="store_true", help="measure again what the file has")
    parser.add_argument("--table", action="store_true", help="print the table alone")
    parser.add_argument("--short", action="store_true", help="try: few kills, half a minute of load")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        return _one(asked.one)
    names = [name.replace("-", "_") for name in asked.only.split(",")]
    if unknown := set(names) - set(MEASURES):
        parser.error(f"no measure {', '.join(sorted(unknown))}: choose from {', '.join(MEASURES)}")
    if asked.json is None:
        parser.error("--json OUT is needed")
    failed = False
    for name, case in [] if asked.table else cases(names):
        head = f"{name.replace('_', '-')}{' ' + case if case else ''}: "
        last, known = read_figures(asked.json)
        if not asked.again and any(what.startswith(head) for what in known):
            continue
        try:
            figures = measured(name, case, short=asked.short)
        except RuntimeError as error:
            print(error, file=sys.stderr)
            failed = True
            continue
        now = {"machine": machine(), "versions": versions()}
        if last != now:
            append(asked.json, now)
        for figure in figures:
            append(asked.json, asdict(replace(figure, what=head + figure.what)))
    last, known = read_figures(asked.json)
    heads = tuple(name.replace("_", "-") for name in names)
    print_table(last, [one for one in known.values() if one.what.startswith(heads)])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
