"""The command line: one verb a step. Progress goes to standard error; with --json the last line is one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.model.errors import Cancelled, GridplanError
from gridplan.model.words import Text, say

if TYPE_CHECKING:
    from gridplan.model.progress import Progress

EXAMPLES = """\
例 / examples:
  gridplan run geodata/demo --out out/demo        计划一轮检查 / plan a round
  gridplan check out/demo                         独立核对证书 / recompute the certificate
退出码 / exit codes: 0 kept · 2 bad input · 3 infeasible · 4 broken or unknown · 5 check differs"""


def make_progress() -> Progress:
    """Return a progress bar on a terminal, else silence."""
    from gridplan.model.progress import silent

    if not sys.stderr.isatty():
        return silent
    from tqdm import tqdm

    bars: dict[str, tqdm[Any]] = {}

    def show(stage: str, done: int, total: int, text: Text | None = None) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            bars.clear()
            bars[stage] = tqdm(total=total, desc=say(f"progress.{stage}").zh, leave=True, file=sys.stderr)
        bar = bars[stage]
        bar.total = total
        bar.update(done - bar.n)
        if text:
            bar.set_postfix_str(text.zh, refresh=False)
        if done >= total:
            bar.close()
            del bars[stage]

    return show


def _print_json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False))


def _run(args: argparse.Namespace) -> int:
    from gridplan.services.folder import run_folder

    result = run_folder(args.folder, args.out, seed=args.seed, progress=make_progress())
    if args.json:
        _print_json(result.summary)
    else:
        sites, plan = result.summary["sites"], result.summary["plan"]
        print(say("cli.sites", **sites).zh)
        print(say("cli.plan", **(plan | {"verdict": say(f"glossary.{plan['verdict']}").zh})).zh)
        for note in result.notes:
            print(f"· {note.zh}")
        print(say("cli.written", out=args.out).zh)
    return result.verdict.exit_code


def _check(args: argparse.Namespace) -> int:
    from gridplan.services.folder import check_folder

    result = check_folder(args.out, args.folder)
    if args.json:
        _print_json(
            {
                "verdict": result.verdict.value,
                "differences": [{"zh": text.zh, "en": text.en} for text in result.differences],
            }
        )
    elif result.differences:
        for text in result.differences:
            print(f"✗ {text.zh}")
    else:
        print(say("run.check_ok", verdict=say(f"glossary.{result.verdict.value}")).zh)
    return result.exit_code


def parser() -> argparse.ArgumentParser:
    """Return the parser of every verb."""
    top = argparse.ArgumentParser(
        prog="gridplan",
        description="网格检查计划 / inspection rounds on a grid",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    run = verbs.add_parser(
        "run",
        help="一个文件夹进，一个文件夹出 / a folder in, a folder out",
        epilog="gridplan run geodata/demo --out out/demo --json",
    )
    run.add_argument("folder", type=Path)
    run.add_argument("--out", type=Path, required=True)
    run.add_argument("--seed", type=int)
    run.add_argument("--json", action="store_true")
    run.set_defaults(call=_run)
    check = verbs.add_parser(
        "check",
        help="不用求解器，重算证书 / recompute the certificate without a solver",
        epilog="gridplan check out/demo",
    )
    check.add_argument("out", type=Path)
    check.add_argument("--folder", type=Path, help="输入文件夹，另核对输入文件 / also compare the input files")
    check.add_argument("--json", action="store_true")
    check.set_defaults(call=_check)
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
    return code


if __name__ == "__main__":
    sys.exit(main())
