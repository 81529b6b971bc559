"""The command line: one verb a step. Progress goes to standard error; with --json the last line is one JSON object."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from gridplan.cli import (
    again,
    datum,
    directions,
    field,
    grids,
    lists,
    online,
    people,
    places,
    plans,
    register,
    review,
    roads,
    rounds,
    screen,
)
from gridplan.model.errors import Cancelled, GridplanError, InputError
from gridplan.model.words import say

EXAMPLES = """\
例 / examples:
  gridplan run geodata/demo --out out/demo        计划一轮检查 / plan a round
  gridplan check out/demo                         独立核对证书 / recompute the certificate
退出码 / exit codes: 0 kept · 2 bad input · 3 infeasible · 4 broken or unknown · 5 check differs"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of every verb."""
    top = argparse.ArgumentParser(
        prog="gridplan",
        description="网格检查计划 / inspection rounds on a grid",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument(
        "--db", help="数据库，默认 GRIDPLAN_DB 或 var/gridplan.db / database, e.g. sqlite:///var/gridplan.db"
    )
    verbs = top.add_subparsers(required=True, metavar="VERB")
    plans.add_verbs(verbs)
    screen.add_verbs(verbs)
    again.add_verbs(verbs)
    groups = register.add_verbs(verbs)
    lists.add_verbs(groups["sites"])
    review.add_verbs(groups["sites"])
    datum.add_verbs(groups["sites"])
    online.add_verbs(groups["sites"])
    grids.add_verbs(groups["areas"])
    rounds.add_verbs(verbs)
    people.add_verbs(verbs)
    field.add_verbs(verbs)
    directions.add_verbs(verbs)
    places.add_verbs(groups["gazetteer"])
    roads.add_verbs(groups["roads"])
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code."""
    args = parser().parse_args(argv)
    try:
        code: int = args.call(args)
    except KeyboardInterrupt:
        return Cancelled.exit_code
    except GridplanError as error:
        print(f"{error.text.zh}\n{error.text.en}", file=sys.stderr)
        return error.exit_code
    except OSError as error:  # no right, no room, a file where a folder should be: the system names it
        text = say("cli.system", path=error.filename or "-", problem=error.strerror or error)
        print(f"{text.zh}\n{text.en}", file=sys.stderr)
        return InputError.exit_code
    return code
