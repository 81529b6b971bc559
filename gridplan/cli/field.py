"""Verbs that close the loop: simulate a round day by day, and the evening after a day's work."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import WHO, above_zero, add_verb, desk_of, print_json, tell
from gridplan.model.words import say
from gridplan.services.folders.terminal import make_progress

NOT_BALANCED = 5


def _simulate(args: argparse.Namespace) -> int:
    from gridplan.services.folders.course import effort_of
    from gridplan.services.reporting.simulate import DRAFT, simulate

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
        for line in told["fact"]["why_short"]:
            print(f"· {line}")
        for one in told["fact"]["left"]:
            tries = "、".join(f"{try_['day'][5:]} {say('web.outcome_' + try_['outcome']).zh}" for try_ in one["tries"])
            print(f"· {say('leads.left_over', site=one['name'], tries=tries or '-').zh}")
        print(say("leads.balanced" if told["balanced"] else "leads.unbalanced", count=len(told["wrong"])).zh)
        for line in told["wrong"]:
            print(f"✗ {line}")
        print(say("cli.written", out=args.out).zh)
    return 0 if told["balanced"] else NOT_BALANCED


def _evening(args: argparse.Namespace) -> int:
    from gridplan.services.field.absence import news_of
    from gridplan.services.field.evening import next_plan
    from gridplan.services.folders.replanning import day_of

    desk = desk_of(args)
    done = next_plan(
        desk,
        args.round,
        as_of=day_of(args.as_of),
        by=WHO,
        news=news_of(desk, args.round, absent=args.absent, lost=args.lost, joins=args.join),
        dial=args.dial,
        knowing=args.knowing,
    )
    tell(
        args,
        {
            "zh": done.text.zh,
            "en": done.text.en,
            "plan": done.head.id if done.head else None,
            "short": done.short,
            "follow_ups": list(done.follow_ups),
            "left_out": list(done.left_out),
            "told": done.told,
        },
    )
    return 0 if done.head else 4


def add_verbs(verbs: Any) -> None:
    """Add simulate and evening."""
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
    evening = add_verb(
        verbs,
        "evening",
        _evening,
        "收工后：逾期与到期的问题排回头看，重排、发布、通知 / after work: follow-ups, replan, publish, tell",
        "evening 1 --as-of 2026-12-03",
    )
    evening.add_argument("round", type=int)
    evening.add_argument("--as-of", required=True, metavar="DATE")
    evening.add_argument("--dial", default="little")
    evening.add_argument(
        "--absent",
        action="append",
        default=[],
        metavar="TEAM:DATE[..DATE]",
        help="缺席的组与日期 / who is missing when",
    )
    evening.add_argument("--lost", action="append", default=[], metavar="DATE", help="全体停工日 / a day nobody works")
    evening.add_argument("--join", action="append", default=[], metavar="TEAM", help="新加入的组 / a team that joins")
    evening.add_argument("--knowing", action="store_true", help="守不全也发布 / publish though it falls short")
