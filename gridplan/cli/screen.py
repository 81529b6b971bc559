"""The verb that screens a business register: screen."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import add_verb, print_json
from gridplan.model.words import say
from gridplan.services.folders.terminal import make_progress


def _screen(args: argparse.Namespace) -> int:
    from gridplan.services.folders.screening import screen_register, write_default_rules

    if args.write_rules:
        write_default_rules(args.write_rules)
        print(say("cli.written", out=args.write_rules).zh)
        return 0
    if args.register is None or args.out is None:
        args.usage()
    found = screen_register(
        args.register, args.out, rules=args.rules, folder=args.folder, seed=args.seed, progress=make_progress()
    )
    if args.json:
        print_json(found)
        return 0
    print(say("screen.told", **(found | {"areas": len(found["areas"])})).zh)
    for trade, count in found["trades"].items():
        print(f"· {say(f'screen.trade_{trade}').zh} {count}")
    print(say("cli.written", out=args.out).zh)
    return 0


def add_verbs(verbs: Any) -> None:
    """Add the verb."""
    verb = add_verb(
        verbs,
        "screen",
        _screen,
        "筛选市场主体名册：候选、理由、按区域交办 / screen a business register: candidates, reasons, hand-over lists",
        "screen 名册.xlsx --out out/screen",
    )
    verb.add_argument("register", type=Path, nargs="?", metavar="REGISTER")
    verb.add_argument("--out", type=Path)
    verb.add_argument("--rules", type=Path, help="自己的规则 / rules of one's own")
    verb.add_argument("--write-rules", type=Path, metavar="FILE", help="写出默认规则以便修改 / write the default rules")
    verb.add_argument("--folder", type=Path, help="输入文件夹：按其乡镇分 / an input folder: split by its townships")
    verb.add_argument("--seed", type=int, default=1, help="抽查用 / of the sample")
    verb.set_defaults(usage=lambda: verb.error("REGISTER --out OUT"))
