"""Verbs over boundary files: check them, mend a copy."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import above_zero, add_verb, print_json
from gridplan.model.words import say


def _told(args: argparse.Namespace, summary: dict[str, Any], key: str) -> int:
    if args.json:
        print_json(summary)
    else:
        text = say(key, out=args.out, **{name: value for name, value in summary.items() if name != "files"})
        print(f"{text.zh}\n{text.en}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from gridplan.services.grids import check_folder_areas

    return _told(args, check_folder_areas(args.folder, args.out), "grid.check_summary")


def _mend(args: argparse.Namespace) -> int:
    from gridplan.services.grids import mend_folder_areas

    return _told(args, mend_folder_areas(args.folder, args.out, gap_m=args.gap_m), "grid.mend_summary")


def add_verbs(areas: Any) -> None:
    """Add check and mend to the group `areas`."""
    check = add_verb(
        areas,
        "check",
        _check,
        "检查边界文件，列出全部问题并画在图上 / find every fault of the boundary files",
        "areas check geodata/demo --out out/areas-check",
    )
    mend = add_verb(
        areas,
        "mend",
        _mend,
        "在副本中修补边界，并列出改动 / mend a copy of the boundary files and show the difference",
        "areas mend geodata/demo --out out/areas-mended",
    )
    for verb in (check, mend):
        verb.add_argument("folder", type=Path, help="输入文件夹（内有 areas/） / input folder with areas/")
        verb.add_argument("--out", type=Path, required=True, help="写到哪个文件夹 / folder to write into")
    mend.add_argument(
        "--gap-m",
        type=above_zero(float),
        default=5.0,
        help="补上窄于几米的缝，默认 5 / close gaps narrower than so many metres, 5 unless said",
    )
