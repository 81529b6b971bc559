"""Verbs that work on a run's folder: replan, where, why, move."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import add_verb, print_json
from gridplan.model.plan import Verdict
from gridplan.model.words import say
from gridplan.services.folders.terminal import make_progress


def _replan(args: argparse.Namespace) -> int:
    from gridplan.services.folders.replanning import day_of, dial_of, replan_folder

    result = replan_folder(
        args.run,
        args.out,
        as_of=day_of(args.as_of),
        done=args.done,
        leads=args.lead,
        without=args.without,
        lost=args.lost,
        dial=dial_of(args.dial),
        folder=args.folder,
        seed=args.seed,
        progress=make_progress(),
    )
    if args.json:
        print_json(result.summary)
    else:
        print(say("replan.head", day=args.as_of, **{key: result.summary[key] for key in ("done", "back")}).zh)
        plan = result.summary["plan"]
        print(say("cli.plan", **(plan | {"verdict": say(f"glossary.{plan['verdict']}").zh})).zh)
        print(result.changes.text.zh)
        for item in result.changes.items:
            print(f"· {item.text.zh}")
        if result.choices:
            print(say("replan.ways").zh)
        for choice in result.choices:
            print(f"· {choice.text.zh}")
        print(say("cli.written", out=args.out).zh)
    return result.verdict.exit_code


def _where(args: argparse.Namespace) -> int:
    from gridplan.services.folders.replanning import day_of, offers_json, where_in_folder

    found = where_in_folder(
        args.run,
        args.site,
        due=day_of(args.due) if args.due else None,
        earliest=day_of(args.earliest) if args.earliest else None,
        minutes=args.minutes,
        departments=args.departments.split(",") if args.departments else None,
    )
    if args.json:
        print_json(offers_json(found))
    else:
        for offer in found.offers:
            print(f"· {offer.text.zh}")
        if found.reason:
            print(f"✗ {found.reason.zh}")
    return 0 if found.offers else Verdict.BROKEN.exit_code


def _why(args: argparse.Namespace) -> int:
    from gridplan.services.folders.replanning import why_in_folder, why_json

    found = why_json(why_in_folder(args.run, args.visit))
    if args.json:
        print_json(found)
    else:
        print(found["zh"])
        for other in found.get("others", ()):
            print(f"· {other['zh']}")
    return 0


def _move(args: argparse.Namespace) -> int:
    from gridplan.services.folders.replanning import day_of, move_in_folder, moved_json

    moved = move_in_folder(args.run, args.visit, args.team, day_of(args.date), args.shift, args.position)
    found = moved_json(moved)
    if args.json:
        print_json(found)
    else:
        for route in found["routes"]:
            print(f"{route['id']} {route['depart'][11:16]}–{route['back'][11:16]}")
            for stop in route["stops"]:
                print(say("replan.stop_line", **(stop | {n: stop[n][11:16] for n in ("start", "leave")})).zh)
        for one in found["violations"]:
            print(f"✗ {one['zh']}")
        if not found["violations"]:
            print(say("replan.still_kept").zh)
        print(say("replan.dry_run").zh)
    return moved.plan.verdict.exit_code


def news_options(verb: Any) -> None:
    """Add what both verbs of replanning ask: from when on, what is new, and how much else may change."""
    verb.add_argument("--as-of", required=True, metavar="DATE", help="从这天起重排 / the first day planned again")
    verb.add_argument("--lead", action="append", default=[], metavar="SITE[,DUE]", help="新线索 / a new lead")
    verb.add_argument(
        "--without", action="append", default=[], metavar="TEAM[:DATE]", help="缺席的组 / a team that falls out"
    )
    verb.add_argument("--lost", action="append", default=[], metavar="DATE", help="全体停工日 / a day nobody works")
    verb.add_argument(
        "--dial", default="little", metavar="none|little|some|best|0…1", help="别的可动多少 / how much else may change"
    )
    verb.add_argument("--seed", type=int)


def add_verbs(verbs: Any) -> None:
    """Add the verbs that work on a run's folder: replan, where, why and move."""
    again = add_verb(
        verbs,
        "replan",
        _replan,
        "重排已执行一部分的计划 / replan a partly worked round",
        "replan out/demo --as-of 2026-12-03 --done results.csv --lead S0007,2026-12-04 --out out/demo2",
    )
    again.add_argument("run", type=Path, metavar="OUT")
    again.add_argument("--done", type=Path, metavar="CSV", help="结果：site_id,date,outcome / what came back")
    news_options(again)
    again.add_argument("--folder", type=Path, help="输入文件夹：网格与责任人 / the input folder: areas and owners")
    again.add_argument("--out", type=Path, required=True, metavar="OUT2")
    where = add_verb(
        verbs,
        "where",
        _where,
        "再查一次排在哪里最好：三个去处 / where one more visit fits best: three places",
        "where out/demo S0007 --due 2026-12-04",
    )
    where.add_argument("run", type=Path, metavar="OUT")
    where.add_argument("site", metavar="SITE_ID")
    where.add_argument("--due", metavar="DATE")
    where.add_argument("--earliest", metavar="DATE")
    where.add_argument("--minutes", type=int)
    where.add_argument("--departments", metavar="A,B", help="到场部门 / departments that must be present")
    why = add_verb(
        verbs,
        "why",
        _why,
        "为何排在这里，或为何未排 / why it lies where it does, or nowhere",
        "why out/demo S0007",
    )
    why.add_argument("run", type=Path, metavar="OUT")
    why.add_argument("visit", metavar="VISIT_OR_SITE")
    moved = add_verb(
        verbs,
        "move",
        _move,
        "试移一个点位：新的时间与违反 / try to move a stop: new times and breaches",
        "move out/demo V-S0007 T1 2026-12-03 day 2",
    )
    moved.add_argument("run", type=Path, metavar="OUT")
    moved.add_argument("visit", metavar="VISIT_OR_SITE")
    moved.add_argument("team")
    moved.add_argument("date")
    moved.add_argument("shift")
    moved.add_argument("position", type=int, nargs="?", help="第几站，默认最省时 / which stop, by default the quickest")
