"""The verb that tells in which datum the points of a folder's lists are."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import add_verb, print_json
from gridplan.model.words import say
from gridplan.services.folders.terminal import make_progress

_KINDS = ("streets", "areas", "addresses")


def _datum(args: argparse.Namespace) -> int:
    from gridplan.services.folders.datum import judge_folder

    found = judge_folder(args.folder, args.out, write=args.write, progress=make_progress())
    if args.json:
        print_json(found)
        return 0
    if not found["lists"]:
        print(say("datum.none").zh)
    for one in found["lists"]:
        print(one["text"]["zh"])
        _table(one["evidence"])
        print(f"→ {one['advice']['zh']}")
    if found["written"]:
        print(found["written"]["zh"])
    if found["files"]:
        print(say("cli.written", out=args.out).zh)
    return 0


def _table(evidence: list[dict[str, Any]]) -> None:
    """Print what each reading would mean, a line a reading."""
    by_kind = {one["kind"]: one["values"] for one in evidence}
    if not by_kind:
        return
    print("  " + "　".join(say(f"datum.head_{name}").zh for name in ("reading", *_KINDS)))
    for reading in next(iter(by_kind.values())):
        shown = [
            "—" if kind not in by_kind else f"{by_kind[kind][reading]:.0%}" if kind == "areas" else f"{by_kind[kind][reading]:.0f}"
            for kind in _KINDS
        ]  # fmt: skip
        print(f"  {say(f'datum.short_{reading}').zh}　" + "　".join(shown))


def add_verbs(sites: Any) -> None:
    """Add `datum` to the group `sites`."""
    verb = add_verb(
        sites,
        "datum",
        _datum,
        "名单的坐标是哪种坐标系：列出依据和建议，不作转换 / in which datum the points of the lists are, with evidence",
        "sites datum geodata/demo --out out/datum",
    )
    verb.add_argument("folder", type=Path, help="输入文件夹 / input folder")
    verb.add_argument("--out", type=Path, help="写一张对照图和换算好的坐标 / write a map and the points converted")
    verb.add_argument(
        "--write",
        action="store_true",
        help="依据充分时改 round.toml 或 mapping.toml / change the setting where it is sure",
    )
