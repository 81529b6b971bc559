"""The verb that asks an engine on the network for doubtful sites: what would be sent is told first."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from gridplan.cli.shared import WHO, above_zero, add_verb, desk_of, print_json
from gridplan.model.words import say
from gridplan.services.folders.terminal import make_progress, stoppable


def _online(args: argparse.Namespace) -> int:
    from gridplan.services.registry.online import ask_online, open_engine, plan_online

    engine = open_engine(args.engine, url=args.url, per_second=args.per_second)
    desk = desk_of(args)
    plan = plan_online(desk, engine, limit=args.limit)
    told = {
        "engine": engine.engine.value,
        "host": engine.host,
        "review": plan.review,
        "send": plan.send,
        "known": len(plan.known),
        "skipped": plan.skipped,
        "long": plan.long,
    }
    print(plan.text.zh, file=sys.stderr if args.json else sys.stdout)
    if not args.yes and not _confirmed(plan.send):
        if args.json:
            print_json(told | {"sent": False})
        else:
            print(say("online.not_sent").zh)
        return 0
    with stoppable(make_progress(), "online.stopping") as progress:
        result = ask_online(desk, engine, by=WHO, limit=args.limit, accept=args.accept, progress=progress)
    if args.json:
        error = {"zh": result.error.zh, "en": result.error.en} if result.error else None
        print_json(told | {"sent": True, **result.counts, "error": error})
    else:
        print(result.text.zh)
    if result.error:
        print(f"{result.error.zh}\n{result.error.en}", file=sys.stderr)
    return 2 if result.error else 0


def _confirmed(send: int) -> bool:
    """Ask a person at a terminal; nobody there is a no. What the cache knows alone may be taken without asking."""
    if not send:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(say("online.confirm").zh, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")


def add_verbs(sites: Any) -> None:
    """Add `online` to the group `sites`."""
    verb = add_verb(
        sites,
        "online",
        _online,
        "待核点位的地址发给网上的引擎查询，结果作为候选 / ask an engine on the network for doubtful sites",
        "sites online --engine amap --limit 100 --yes",
    )
    verb.add_argument("--engine", required=True, metavar="NAME", help="amap|baidu|tianditu|nominatim|photon|pelias")
    verb.add_argument("--yes", action="store_true", help="确认发送 / send without asking")
    verb.add_argument("--limit", type=above_zero(int), help="最多发几个新地址 / at most so many new addresses")
    verb.add_argument("--url", default="", help="引擎地址，如内网的 Nominatim / the engine's own address")
    verb.add_argument("--per-second", type=above_zero(float), help="每秒最多几次 / at most so many requests a second")
    verb.add_argument(
        "--accept",
        action="store_true",
        help="门牌或楼宇级、落在地址所写社区内的结果直接采用 / take doors and buildings inside the community named",
    )
