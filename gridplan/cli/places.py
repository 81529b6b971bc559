"""The verb that makes a gazetteer from a road file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import add_verb, print_json
from gridplan.services.folders.terminal import make_progress


def _from_roads(args: argparse.Namespace) -> int:
    from gridplan.services.folders.gazetteer import gazetteer_from_roads

    made = gazetteer_from_roads(args.folder, args.out, progress=make_progress())
    if args.json:
        print_json(made.counts)
    else:
        for text in made.texts:
            print(text.zh)
    return 0


def add_verbs(gazetteer: Any) -> None:
    """Add `from-roads` to the verbs of the gazetteer."""
    verb = add_verb(
        gazetteer,
        "from-roads",
        _from_roads,
        "从道路文件提取地名、小区、门牌和道路，并入地名地址库 / names, compounds, doors and roads of the road file into a gazetteer",
        "gazetteer from-roads geodata/demo --out gazetteer.csv",
    )
    verb.add_argument("folder", type=Path, help="输入文件夹 / an input folder with areas/ and roads.osm.pbf")
    verb.add_argument(
        "--out", type=Path, required=True, help="写入的 .csv；已有的行全部保留 / the .csv to write; its rows stay"
    )
