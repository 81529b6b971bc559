"""Verbs that plan a folder: run, province, check, diagnose, bound."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.cli.shared import above_zero, add_verb, effort_options, print_json
from gridplan.model.plan import Verdict
from gridplan.model.words import say
from gridplan.services.folders.terminal import make_progress, stoppable

if TYPE_CHECKING:
    from gridplan.services.folders.planning import Diagnosis


def _run(args: argparse.Namespace) -> int:
    from gridplan.services.folders.course import effort_of
    from gridplan.services.folders.folder import run_folder

    effort = effort_of(minutes=args.minutes, rounds=args.rounds)
    with stoppable(make_progress()) as progress:
        result = run_folder(args.folder, args.out, seed=args.seed, progress=progress, effort=effort)
    if args.json:
        print_json(result.summary)
    else:
        sites, plan = result.summary["sites"], result.summary["plan"]
        print(say("cli.sites", **sites).zh)
        print(say("cli.plan", **(plan | {"verdict": say(f"glossary.{plan['verdict']}").zh})).zh)
        for note in result.notes:
            print(f"· {note.zh}")
        print(say("cli.written", out=args.out).zh)
    return result.verdict.exit_code


def _province(args: argparse.Namespace) -> int:
    from gridplan.services.rounds.province import exit_code, plan_province

    summary = plan_province(
        args.folders,
        args.out,
        workers=args.workers,
        seed=args.seed,
        minutes=args.minutes,
        rounds=args.rounds,
        progress=make_progress(),
    )
    if args.json:
        print_json(summary)
        return exit_code(summary)
    for row in summary["districts"]:
        if row["error"]:
            print(say("province.failed", district=row["district"], error=row["error"]["zh"]).zh)
        else:
            print(say("province.row", **(row | {"verdict": say(f"glossary.{row['verdict']}").zh})).zh)
    print(say("cli.written", out=args.out).zh)
    return exit_code(summary)


def _check(args: argparse.Namespace) -> int:
    from gridplan.services.folders.checking import check_folder

    result = check_folder(args.out, args.folder)
    if args.json:
        print_json(
            {
                "verdict": result.verdict.value,
                "differences": [{"zh": text.zh, "en": text.en} for text in result.differences],
                "notes": [{"zh": text.zh, "en": text.en} for text in result.notes],
            }
        )
    elif result.differences:
        for text in result.differences:
            print(f"✗ {text.zh}")
    else:
        print(say("run.check_ok", verdict=say(f"glossary.{result.verdict.value}")).zh)
    if not args.json:
        for text in result.notes:
            print(f"· {text.zh}")
    return result.exit_code


def _bound(args: argparse.Namespace) -> int:
    from gridplan.services.folders.proving import prove_folder

    proven = prove_folder(args.out, cpu_s=args.minutes * 60, progress=make_progress())
    if args.json:
        print_json(proven.summary)
    else:
        print(say("cli.bound", **(proven.summary | {"gap": f"{proven.summary['gap']:.1%}"})).zh)
        print(f"· {proven.bound.text.zh}")
    return 0


def _diagnose(args: argparse.Namespace) -> int:
    from gridplan.services.folders.folder import diagnose_folder

    found = diagnose_folder(args.folder, progress=make_progress())
    return tell_diagnosis(args, found)


def tell_diagnosis(args: argparse.Namespace, found: Diagnosis) -> int:
    from gridplan.services.folders.planning import diagnosis_to_json

    data = diagnosis_to_json(found)
    if args.json:
        print_json(data)
    else:
        print(found.text.zh)
        print(found.outlook.text.zh)
        for text in [cause.text for cause in found.outlook.causes] + [one.text for one in found.outlook.proposals]:
            print(f"· {text.zh}")
    return 0 if data["possible"] else Verdict.INFEASIBLE.exit_code


def add_verbs(verbs: Any) -> None:
    """Add the verbs that plan a folder."""
    run = add_verb(
        verbs, "run", _run, "一个文件夹进，一个文件夹出 / a folder in, a folder out", "run geodata/demo --out out/demo"
    )
    run.add_argument("folder", type=Path)
    run.add_argument("--out", type=Path, required=True)
    run.add_argument("--seed", type=int)
    effort_options(run)
    province = add_verb(
        verbs,
        "province",
        _province,
        "多个区县并排计划，可续做 / many districts side by side, to be gone on with",
        "province in/east in/west --out out/province --workers 2",
    )
    province.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    province.add_argument("--out", type=Path, required=True)
    province.add_argument("--workers", type=above_zero(int), default=os.cpu_count() or 1)
    province.add_argument("--seed", type=int)
    effort_options(province)
    check = add_verb(
        verbs, "check", _check, "不用求解器，重算证书 / recompute the certificate without a solver", "check out/demo"
    )
    check.add_argument("out", type=Path)
    check.add_argument("--folder", type=Path, help="输入文件夹，另核对输入文件 / also compare the input files")
    looking = add_verb(
        verbs,
        "diagnose",
        _diagnose,
        "不排线先看：守不守得住、卡在哪里、怎么补 / before any plan: can the rule be kept, what stands against it, what helps",
        "diagnose geodata/demo",
    )
    looking.add_argument("folder", type=Path)
    bound = add_verb(
        verbs,
        "bound",
        _bound,
        "证明一个更强的下界，写入 bound.json / prove a stronger bound, into bound.json",
        "bound out/demo --minutes 5",
    )
    bound.add_argument("out", type=Path)
    bound.add_argument("--minutes", type=float, default=5.0, help="最多几分钟 / at most so many minutes")
