"""Verbs over the lists of sites: sites preview, show, duplicates, same, different, pairs, forget-pair, undo."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import WHO, add_verb, desk_of, print_json, tell
from gridplan.model.words import say


def _preview(args: argparse.Namespace) -> int:
    from gridplan.services.folders.preview import preview

    found = preview(args.where, save=args.save)
    if args.json:
        print_json(found)
        return 0
    for one in found["lists"]:
        print(say("lists.list", file=one["file"], rows=one["rows"]).zh)
        for column in one["columns"]:
            why = say(f"lists.why_{column['why'] or 'kept'}", share=f"{column['share']:.0%}").zh
            samples = "、".join(column["samples"])
            print(
                say("lists.column", header=column["header"], label=column["label"] or "—", why=why, samples=samples).zh
            )
        for key in one["missing"]:
            print(say(f"lists.missing_{key}").zh)
        for key, texts in one["unknown"].items():
            if texts:
                print(say(f"lists.unknown_{key}", texts="、".join(texts)).zh)
    print(say("lists.saved", count=found["saved"]).zh if args.save else say("lists.save_hint").zh)
    return 0


def _show(args: argparse.Namespace) -> int:
    from gridplan.services.registry.card import show_site

    return tell(args, show_site(desk_of(args), args.site))


def _duplicates(args: argparse.Namespace) -> int:
    from gridplan.services.registry.duplicates import duplicates

    found = duplicates(desk_of(args), args.out)
    if args.json:
        print_json({"duplicates": found})
        return 0
    for row in found:
        print(say("doubles.row", **row).zh)
    print(say("doubles.count", count=len(found)).zh)
    return 0


def _pair(args: argparse.Namespace) -> int:
    from gridplan.services.registry.duplicates import decide_pair

    return tell(args, decide_pair(desk_of(args), args.one, args.other, same=args.same, by=WHO))


def _pairs(args: argparse.Namespace) -> int:
    from gridplan.services.registry.duplicates import pair_decisions

    return tell(args, {"pairs": pair_decisions(desk_of(args))})


def _forget_pair(args: argparse.Namespace) -> int:
    from gridplan.services.registry.duplicates import forget_pair

    return tell(args, forget_pair(desk_of(args), args.decision, by=WHO))


def _undo(args: argparse.Namespace) -> int:
    from gridplan.services.registry.register import undo_sites

    found = undo_sites(desk_of(args), by=WHO, dry=args.dry_run)
    if args.json:
        return tell(args, found)
    what = say(f"desk.undone_{found['undone']}")
    print(say("desk.undone" if found["done"] else "desk.would_undo", **(found | {"what": what})).zh)
    return 0


def add_verbs(sites: Any) -> None:
    """Add the verbs to the group `sites`."""
    look = add_verb(
        sites,
        "preview",
        _preview,
        "导入前看每一列会当作什么；--save 记进 mapping.toml / what each column would be read as",
        "sites preview geodata/demo",
    )
    look.add_argument("where", type=Path, help="输入文件夹或一个名单 / input folder or one list")
    look.add_argument(
        "--save", action="store_true", help="把建议写进 mapping.toml / write the proposals into mapping.toml"
    )
    show = add_verb(
        sites,
        "show",
        _show,
        "一户一档：每个值出自哪里 / a site's card: where each value comes from",
        "sites show S0007",
    )
    show.add_argument("site", metavar="SITE_ID")
    pairs = add_verb(
        sites,
        "duplicates",
        _duplicates,
        "列出疑似重复的点位 / list pairs that may be one site",
        "sites duplicates --out out/duplicates.csv",
    )
    pairs.add_argument("--out", type=Path, help="另存为 CSV / also write this CSV file")
    for name, same, words in (
        ("same", True, "两个点位是同一家，立即合并，以后照此 / two sites are one: merge them, now and ever after"),
        ("different", False, "两个点位不是同一家，以后不再问 / two sites are two: do not ask again"),
    ):
        verb = add_verb(sites, name, _pair, words, f"sites {name} S0007 S0012")
        verb.add_argument("one", metavar="SITE_ID")
        verb.add_argument("other", metavar="SITE_ID")
        verb.set_defaults(same=same)
    add_verb(sites, "pairs", _pairs, "列出关于重复的决定 / list what was decided about pairs", "sites pairs")
    back = add_verb(
        sites, "forget-pair", _forget_pair, "收回一个关于重复的决定 / take such a decision back", "sites forget-pair 2"
    )
    back.add_argument("decision", type=int)
    undo = add_verb(
        sites,
        "undo",
        _undo,
        "撤销最近一次导入或合并，再撤一次即恢复 / take the last import or merger back; again restores it",
        "sites undo",
    )
    undo.add_argument("--dry-run", action="store_true", help="只说会怎样，不动台账 / only say what it would do")
