"""`make bench-books`: coverage of 100,000 sites as of any time, and a 600-community district's reports in four formats.

    python -m tests.bench.books [--only NAME,…] [--again] --json OUT

Each measure runs in a process of its own. Each figure is one line of OUT, `{"what","value","unit","target","met"}`, after a line
with `machine`; what OUT has is not measured again but with `--again`. Targets are judged in CPU seconds: the machine is shared.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from gridplan.services.folders.planning import versions
from tests.bench.books._measures import MEASURES, run
from tests.bench.extras import print_table, read_figures
from tests.bench.planning import append, machine


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is wanted and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.books")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--only", default=",".join(MEASURES))
    parser.add_argument("--again", action="store_true")
    args = parser.parse_args(argv)
    _, known = read_figures(args.json)
    if not args.json.exists():
        append(args.json, {"machine": machine(), "versions": versions()})
    context = multiprocessing.get_context("spawn")
    for name in args.only.split(","):
        if not args.again and any(what.startswith(f"{name}:") for what in known):
            continue
        with context.Pool(1) as pool:
            for figure in pool.apply(run, (name,)):
                append(args.json, asdict(figure))
                print(json.dumps(asdict(figure), ensure_ascii=False), flush=True)
    last, known = read_figures(args.json)
    print_table(last, list(known.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
