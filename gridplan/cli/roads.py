"""The verb over the road file: check it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import add_verb, print_json
from gridplan.model.words import say
from gridplan.services.folders.terminal import make_progress


def _check(args: argparse.Namespace) -> int:
    from gridplan.services.folders.roads import check_folder_roads

    out = args.out or Path("out") / "roads-check"
    summary = check_folder_roads(args.folder, out, every_mode=args.every_mode, progress=make_progress())
    if args.json:
        print_json(summary)
    else:
        text = say("roads.check_summary", out=out, **{key: value for key, value in summary.items() if key != "files"})
        print(f"{text.zh}\n{text.en}")
    return 0


def add_verbs(roads: Any) -> None:
    """Add `check` to the verbs of the roads."""
    verb = add_verb(
        roads,
        "check",
        _check,
        "检查道路文件：孤岛、能进不能出、标签有误、离路太远的点位 / islands, pockets, odd tags, sites far from streets",
        "roads check geodata/demo --out out/roads-check",
    )
    verb.add_argument("folder", type=Path, help="输入文件夹（内有 roads.osm.pbf） / input folder with roads.osm.pbf")
    verb.add_argument("--out", type=Path, help="写到哪个文件夹，默认 out/roads-check / folder to write into")
    verb.add_argument(
        "--every-mode",
        action="store_true",
        help="汽车、电动自行车、步行都查，默认只查本轮用到的 / all modes, not only those of the round",
    )
