"""Measure the field: `python -m tests.bench.field [--results 500] [--seed 1] [--only speed|results|lead] --json OUT`.

Each figure is one line of OUT, `{"what","value","unit","target","met"}`; a table is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.field.lead import lead
from tests.bench.field.office import open_office
from tests.bench.field.phones import five_hundred
from tests.bench.field.speed import speed
from tests.browser.setup import FLAGS, chromium_path
from tests.serving import serving
from web import create_app


def main() -> int:
    """Measure, print, and say by the exit code whether all targets were met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.field", description=__doc__)
    parser.add_argument("--results", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("speed", "results", "lead"))
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    met = True
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        desk, head, plan = open_office(Path(work), args.results)
        with serving(create_app(desk, testing=True)) as base:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
            measures = {
                "speed": lambda: speed(browser, base, "p01"),
                "results": lambda: five_hundred(browser, base, desk, head, plan, args.seed),
                "lead": lambda: lead(Path(work)),
            }
            for name, measure in measures.items():
                if args.only not in (None, name):
                    continue
                for figure in measure():
                    met = met and figure.met is not False
                    target = figure.target or ""
                    print(f"{figure.what:<52}{figure.value!s:>12} {figure.unit:<8} {target:<8} {figure.met}")
                    if args.json:
                        with args.json.open("a", encoding="utf-8") as file:
                            file.write(json.dumps(asdict(figure), ensure_ascii=False) + "\n")
            browser.close()
        desk.close()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
