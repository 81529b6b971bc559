"""What the verbs share: the register they work on, how they answer, and how they are added with help and an example."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridplan.services.desk import Desk

WHO = "cli"
"""Who the audit log names for what the command line does."""


def print_json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False))


def desk_of(args: argparse.Namespace, *, create: bool = False) -> Desk:
    from gridplan.services.desk import Desk

    desk = Desk.open(args.db, create=create)
    args.desks = [*getattr(args, "desks", ()), desk]  # `main` closes them
    return desk


def tell(args: argparse.Namespace, data: dict[str, Any]) -> int:
    """Print an answer: one JSON object, or a line a value."""
    if args.json:
        print_json(data)
    else:
        for name, value in data.items():
            shown = value if isinstance(value, (str, int, float)) else json.dumps(value, ensure_ascii=False, indent=1)
            print(f"{name}: {shown}")
    return 0


def add_verb(verbs: Any, name: str, call: Callable[[argparse.Namespace], int], words: str, example: str) -> Any:
    """Add one verb with its help, an example and `--json`."""
    verb = verbs.add_parser(name, help=words, description=words, epilog=f"例 / example: gridplan {example}")
    verb.add_argument("--json", action="store_true", help="最后一行输出 JSON / end with one JSON object")
    verb.set_defaults(call=call)
    return verb


def add_group(verbs: Any, name: str, words: str) -> Any:
    return verbs.add_parser(name, help=words, description=words).add_subparsers(required=True, metavar="VERB")


def effort_options(verb: Any) -> None:
    """Add how long to search; Ctrl-C ends it earlier and keeps the best plan."""
    verb.add_argument("--minutes", type=above_zero(float), help="最多改进几分钟 / improve for at most so many minutes")
    verb.add_argument(
        "--rounds", type=above_zero(int), help="改进轮数，可重复的结果 / rounds of improvement, for equal results"
    )


def above_zero(kind: Callable[[str], float]) -> Callable[[str], float]:
    """Return what reads a number above zero; argparse names what is none."""

    def number(text: str) -> float:
        value = kind(text)
        if not 0 < value < 1e12:
            raise ValueError(text)
        return value

    return number
