"""Verbs over boundary files: check them, mend a copy, make cells, list owners."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import WHO, above_zero, add_verb, desk_of, print_json, tell
from gridplan.model.words import say
from gridplan.services.folders.terminal import make_progress


def _told(args: argparse.Namespace, summary: dict[str, Any], key: str) -> int:
    if args.json:
        print_json(summary)
    else:
        text = say(key, out=args.out, **{name: value for name, value in summary.items() if name != "files"})
        print(f"{text.zh}\n{text.en}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from gridplan.services.folders.grids import check_folder_areas

    return _told(args, check_folder_areas(args.folder, args.out), "grid.check_summary")


def _mend(args: argparse.Namespace) -> int:
    from gridplan.services.folders.grids import mend_folder_areas

    return _told(args, mend_folder_areas(args.folder, args.out, gap_m=args.gap_m), "grid.mend_summary")


def _make_cells(args: argparse.Namespace) -> int:
    from gridplan.services.folders.cells import make_folder_cells

    summary = make_folder_cells(args.folder, args.out, sites=args.sites, progress=make_progress())
    return _told(args, summary, "grid.cells_summary")


def _owners(args: argparse.Namespace) -> int:
    from gridplan.services.registry.territory import owners_of

    return tell(args, owners_of(desk_of(args), missing=args.missing))


def _changed(args: argparse.Namespace, summary: dict[str, Any]) -> int:
    if args.json:
        print_json(summary)
    else:
        sides = {side: "、".join(f"{a['name']} {a['code']}" for a in summary[side]) for side in ("before", "after")}
        text = say("grid.changed", **sides)
        print(f"{text.zh}\n{text.en}")
    return 0


def _split(args: argparse.Namespace) -> int:
    from gridplan.services.registry.regrid import split_area

    desk = desk_of(args)
    return _changed(args, split_area(desk, args.code, by=WHO, into=args.into, along=args.along, codes=args.codes or ()))


def _merge(args: argparse.Namespace) -> int:
    from gridplan.services.registry.regrid import merge_areas

    return _changed(args, merge_areas(desk_of(args), args.codes, by=WHO, name=args.name, code=args.code))


def _undo(args: argparse.Namespace) -> int:
    from gridplan.services.registry.regrid import undo_area_change

    return _changed(args, undo_area_change(desk_of(args), by=WHO))


def _history(args: argparse.Namespace) -> int:
    from gridplan.services.registry.regrid import area_history

    return tell(args, {"changes": area_history(desk_of(args), args.code)})


def add_verbs(areas: Any) -> None:
    """Add check, mend, make-cells, owners, split, merge, undo and history to the group `areas`."""
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
    cells = add_verb(
        areas,
        "make-cells",
        _make_cells,
        "没有单元网格时按点位数划分 / part communities into cells by their sites",
        "areas make-cells geodata/demo --out out/cells --sites 30",
    )
    cells.add_argument(
        "--sites", type=above_zero(int), default=30, help="每格约几个点位，默认 30 / sites a cell, about"
    )
    owners = add_verb(
        areas,
        "owners",
        _owners,
        "列出各级包干责任人和无人负责的点位 / owners of every area, and sites nobody answers for",
        "areas owners --missing",
    )
    owners.add_argument("--missing", action="store_true", help="只列无人负责的区域 / only areas without any owner")
    split = add_verb(
        areas,
        "split",
        _split,
        "把一个网格拆成几块，旧编码留档 / part an area of the grid; the old one is kept in its history",
        "areas split 110101001002003 --into 2",
    )
    split.add_argument("code", help="网格编码 / code of the area")
    split.add_argument(
        "--into", type=above_zero(int), default=2, help="拆成几块，默认 2 / so many parts, 2 unless said"
    )
    split.add_argument("--along", type=Path, help="沿此线拆（GeoJSON）/ part it along this line")
    split.add_argument(
        "--codes", nargs="+", help="各块的编码，先西后东、先北后南 / codes of the parts in reading order"
    )
    merge = add_verb(
        areas,
        "merge",
        _merge,
        "把相邻的几个网格并成一个，旧编码留档 / make one area of several neighbours",
        "areas merge 110101001002003 110101001002004",
    )
    merge.add_argument("codes", nargs="+", help="网格编码 / codes of the areas")
    merge.add_argument("--name", default="", help="新名称 / its name")
    merge.add_argument("--code", default="", help="新编码 / its code")
    add_verb(areas, "undo", _undo, "撤销最近一次拆分或合并 / take the newest split or merger back", "areas undo")
    history = add_verb(
        areas, "history", _history, "网格何时被谁改过 / who changed the grid when", "areas history 110101001002003"
    )
    history.add_argument("code", nargs="?", default="", help="只看这个编码 / this area only")
    for verb in (check, mend, cells):
        verb.add_argument("folder", type=Path, help="输入文件夹（内有 areas/） / input folder with areas/")
        verb.add_argument("--out", type=Path, required=True, help="写到哪个文件夹 / folder to write into")
    mend.add_argument(
        "--gap-m",
        type=above_zero(float),
        default=5.0,
        help="补上窄于几米的缝，默认 5 / close gaps narrower than so many metres, 5 unless said",
    )
