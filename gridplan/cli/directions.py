"""The verb that tells the way: directions along one route of a plan."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import add_verb, print_json


def _directions(args: argparse.Namespace) -> int:
    from gridplan.services.folders.directions import folder_directions

    told = folder_directions(args.out, args.route, args.stop)
    if args.json:
        print_json(told)
        return 0
    for leg in told["legs"]:
        print(leg["head"]["zh"])
        for number, step in enumerate(leg["steps"], 1):
            print(f"  {number}. {step['zh']}")
    return 0


def add_verbs(verbs: Any) -> None:
    """Add the verb `directions`."""
    verb = add_verb(
        verbs,
        "directions",
        _directions,
        "一条路线怎么走，逐站写明转弯与街道 / how to go along a route: each turn and street, stop by stop",
        "directions out/demo T01-2026-11-30-day --stop 1",
    )
    verb.add_argument("out", type=Path, help="gridplan run 的输出文件夹 / a folder that gridplan run wrote")
    verb.add_argument("route", metavar="ROUTE_ID", help="路线编号，见 plan.json 的 routes / its id in plan.json")
    verb.add_argument("--stop", type=int, help="只看到第几站 / only the way to this stop")
