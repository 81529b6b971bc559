"""Verbs of the field: simulate a round, findings, leads, call-outs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import above_zero, add_verb, print_json
from gridplan.model.words import say
from gridplan.services.terminal import make_progress

NOT_BALANCED = 5


def _simulate(args: argparse.Namespace) -> int:
    from gridplan.services.course import effort_of
    from gridplan.services.simulate import DRAFT, simulate

    told = simulate(
        args.folder,
        args.out,
        seed=args.seed,
        kinds=tuple(kind for kind in args.kinds.split(",") if kind),
        effort=effort_of(rounds=args.rounds) or DRAFT,
        progress=make_progress(),
    )
    if args.json:
        print_json(told)
    else:
        for row in told["days"]:
            print(say("leads.simulated_day", **(row | {"findings": row["findings"]["open"]})).zh)
        print(told["fact"]["zh"])
        print(say("leads.balanced" if told["balanced"] else "leads.unbalanced", count=len(told["wrong"])).zh)
        for line in told["wrong"]:
            print(f"✗ {line}")
        print(say("cli.written", out=args.out).zh)
    return 0 if told["balanced"] else NOT_BALANCED


def add_verbs(verbs: Any) -> None:
    """Add the verbs of the field."""
    play = add_verb(
        verbs,
        "simulate",
        _simulate,
        "逐日推演一轮：关门、拒绝、线索、缺员、整改、重排，每晚对账 / play a round day by day and balance its books",
        "simulate geodata/demo --out out/simulated --seed 1",
    )
    play.add_argument("folder", type=Path)
    play.add_argument("--out", type=Path, required=True)
    play.add_argument("--seed", type=int, default=1)
    play.add_argument("--kinds", default="", metavar="A,B", help="只推演这些类别 / only sites of these kinds")
    play.add_argument("--rounds", type=above_zero(int), help="首个计划的改进轮数 / effort of the first plan")
