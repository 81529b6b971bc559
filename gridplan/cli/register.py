"""Verbs over the stored register: sites, areas, gazetteer, roads, teams."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import WHO, add_group, add_verb, desk_of, tell
from gridplan.services.folders.terminal import make_progress


def _import(args: argparse.Namespace) -> int:
    from gridplan.services.registry.register import IMPORTS

    return tell(args, dict(IMPORTS[args.part](desk_of(args, create=True), args.folder, by=WHO)))


def _locate(args: argparse.Namespace) -> int:
    from gridplan.services.registry.register import locate_sites

    return tell(args, dict(locate_sites(desk_of(args), by=WHO, progress=make_progress())))


def add_verbs(verbs: Any) -> dict[str, Any]:
    """Add the groups sites, areas, gazetteer, roads and teams, and return them by name for the modules that add to them."""
    sites = add_group(verbs, "sites", "点位：导入、落点、待核 / sites: import, locate, review")
    groups = {"sites": sites} | {
        part: add_group(verbs, part, f"{words}：导入 / {part}: import")
        for part, words in (("areas", "网格"), ("gazetteer", "地名地址库"), ("roads", "道路"), ("teams", "检查组"))
    }
    for part, group in groups.items():
        verb = add_verb(
            group, "import", _import, "从输入文件夹导入 / import from an input folder", f"{part} import geodata/demo"
        )
        verb.add_argument("folder", type=Path)
        verb.set_defaults(part=part)
    add_verb(sites, "locate", _locate, "给每个点位落点 / place every site", "sites locate")
    return groups
