"""`make bench-extras`: what is promised beside the table of peers; appends figures, resumes, prints a table.

    python -m tests.bench.extras [--only hidden,outlook] [--cases N] [--cpu S] [--again] [--table] --json OUT

The measures: `hidden` (ten visits for every active team-day), `communities` (whole communities), `outlook` (the diagnosis),
`replan`, `first` (first plan and memory), `district` (whole folders), `gap` (proven gaps). Each case is a fresh process with one
thread; each figure is one line of OUT, `{"what","value","unit","target","met"}`, where `what` begins with the case; a line with
`machine` goes before them. `--cpu` changes the effort of a case and is part of its name then; the table shows cases of one effort. What OUT has is not run again, but
with `--again`; of two equal figures the later counts. `--cases` limits how many cases of each measure are run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gridplan.routing.solve import draft_plan
from tests.bench.figures import Figure
from tests.bench.mission import mission
from tests.bench.planning import PACKAGES, append, machine

MEASURES: Mapping[str, str] = {
    "hidden": "hidden",
    "communities": "communities",
    "outlook": "outlook",
    "replan": "replans",
    "first": "first",
    "district": "district",
    "gap": "gaps",
}
"""The measure and the module that holds its `cases`, `measure` and `verdict`."""


def module(name: str) -> Any:
    """Return the module of a measure."""
    return importlib.import_module(f"tests.bench.{MEASURES[name]}")


def head() -> dict[str, Any]:
    """Return the line that goes before figures: machine and versions."""
    return {
        "machine": machine(),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
    }


def _effort(cpu_s: float | None) -> str:
    """Return what the name of a case says of an effort that is not its usual one."""
    return f" ({cpu_s:g} CPU s)" if cpu_s else ""


def of_effort(figures: Iterable[Figure], cpu_s: float | None) -> list[Figure]:
    """Return the figures of cases that were measured with this effort, under their plain names."""
    mark = _effort(cpu_s)
    found = []
    for one in figures:
        case, colon, rest = one.what.partition(": ")
        if case.endswith(" CPU s)") == bool(mark) and case.endswith(mark):
            found.append(replace(one, what=case.removesuffix(mark) + colon + rest))
    return found


def read_figures(path: Path) -> tuple[dict[str, Any] | None, dict[str, Figure]]:
    """Return the last header and the figures by name, the latest of equal ones."""
    last, figures = None, {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        row = json.loads(line)
        if "machine" in row:
            last = row
        else:
            figures[row["what"]] = Figure(**row)
    return last, figures


def run_apart(case: str, cpu_s: float | None) -> list[Figure]:
    """Measure one case in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.extras", "--one", case, *(["--cpu", str(cpu_s)] if cpu_s else [])]
    alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | alone)
    if done.returncode != 0:
        raise RuntimeError(f"{case}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return [Figure(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def run_missing(path: Path, names: Sequence[str], most: int | None, cpu_s: float | None, *, again: bool) -> list[str]:
    """Measure what the file does not have yet; return what failed, in words."""
    failed = []
    for name in names:
        for case in module(name).cases()[:most]:
            last, known = read_figures(path)
            label = case + _effort(cpu_s)
            if not again and any(what.startswith(f"{label}: ") for what in known):
                continue
            try:
                figures = run_apart(case, cpu_s)
            except RuntimeError as error:
                failed.append(str(error))
                print(error, file=sys.stderr, flush=True)
                continue
            if last != (now := head()):
                append(path, now)
            for figure in figures:
                row = asdict(replace(figure, what=f"{label}: {figure.what}"))
                append(path, row)
                print(json.dumps(row, ensure_ascii=False), file=sys.stderr, flush=True)
    return failed


def print_table(last: Mapping[str, Any] | None, figures: Sequence[Figure]) -> None:
    """Print machine, versions and every figure beside its target."""
    if last:
        print(", ".join(f"{key} {value}" for key, value in (last["machine"] | last["versions"]).items()))
    for one in figures:
        met = "" if one.met is None else "met" if one.met else "NOT MET"
        value = f"{one.value:g}" if isinstance(one.value, (int, float)) else one.value
        print(f"{one.what:<62} {value:>10} {one.unit:<10} {one.target or '':<8} {met}".rstrip())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is missing and print the table; exit code 1 when a case failed."""
    parser = argparse.ArgumentParser(prog="tests.bench.extras", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default=",".join(MEASURES))
    parser.add_argument("--cases", type=int, metavar="N", help="at most so many cases of each measure")
    parser.add_argument("--cpu", type=float, metavar="S", help="CPU seconds of a case (default: by measure)")
    parser.add_argument("--again", action="store_true", help="measure again what the file has")
    parser.add_argument("--table", action="store_true", help="print the table alone")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        draft_plan(mission(20), seed=1, tries=0)  # compiling stays out of the figures
        measured = module(asked.one.split()[0]).measure(asked.one, asked.cpu)
        print(json.dumps([asdict(figure) for figure in measured], ensure_ascii=False))
        return 0
    names = asked.only.split(",")
    if unknown := set(names) - set(MEASURES):
        parser.error(f"no measure {', '.join(sorted(unknown))}: choose from {', '.join(MEASURES)}")
    if asked.json is None:
        parser.error("--json OUT is needed")
    failed = [] if asked.table else run_missing(asked.json, names, asked.cases, asked.cpu, again=asked.again)
    last, known = read_figures(asked.json)
    shown = [one for one in of_effort(known.values(), asked.cpu) if one.what.split()[0] in names]
    print_table(last, [*shown, *(one for name in names for one in module(name).verdict(shown))])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
