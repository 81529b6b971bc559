"""Verbs of the office's findings: list, notice, recheck, close, reopen, settle."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.dated import dated, day_or_none, now, today
from gridplan.cli.shared import WHO, add_group, add_verb, desk_of, print_json, tell
from gridplan.model.words import say


def _findings_list(args: argparse.Namespace) -> int:
    from gridplan.services.field import findings

    day = today(args)
    rows = findings.finding_list(
        desk_of(args), day=day, state=args.state, category=args.category, round_id=args.round, site=args.site
    )
    counts = findings.finding_counts(desk_of(args), day=day, round_id=args.round)
    if args.json:
        print_json({"findings": rows, "counts": counts})
        return 0
    for row in rows:
        print(
            say(
                "findings.line",
                **(
                    row
                    | {
                        "category": row["category_zh"],
                        "due": row["due"] or "-",
                        "state": say(f"findings.{row['state']}").zh,
                    }
                ),
            ).zh
        )
    print(say("findings.counts", **counts).zh)
    return 0


def _findings_show(args: argparse.Namespace) -> int:
    from gridplan.services.field import findings

    return tell(args, findings.finding_history(desk_of(args), args.finding, day=today(args)))


def _findings_notice(args: argparse.Namespace) -> int:
    from gridplan.services.field import findings

    notice = findings.give_notice(
        desk_of(args),
        args.finding,
        args.kind,
        due=day_or_none(args.due),
        to=args.to,
        at=now(args),
        by=WHO,
        number=args.number,
    )
    return tell(args, {"number": notice.number, "kind": notice.kind.value, "due": str(notice.due or "")})


def _findings_recheck(args: argparse.Namespace) -> int:
    from gridplan.services.field import findings

    found = findings.recheck_finding(
        desk_of(args), args.finding, passed=args.passed, at=now(args), by=WHO, note=args.note, due=day_or_none(args.due)
    )
    return tell(args, {"finding": found.id, "state": found.state.value, "due": str(found.due or "")})


def _findings_close(args: argparse.Namespace) -> int:
    from gridplan.services.field import findings

    found = findings.close_finding(desk_of(args), args.finding, at=now(args), by=WHO, note=args.note)
    return tell(args, {"finding": found.id, "state": found.state.value})


def _findings_reopen(args: argparse.Namespace) -> int:
    from gridplan.services.field import findings

    found = findings.reopen_finding(
        desk_of(args), args.finding, at=now(args), by=WHO, note=args.note, due=day_or_none(args.due)
    )
    return tell(args, {"finding": found.id, "state": found.state.value})


def _findings_settle(args: argparse.Namespace) -> int:
    from gridplan.services.plans import settling

    desk = desk_of(args)
    if args.visit:
        settling.settle(desk, args.round, args.visit, gone=args.gone, at=now(args), by=WHO, note=args.note)
    return tell(args, {"waiting": settling.to_settle(desk, args.round)})


def _findings_import(args: argparse.Namespace) -> int:
    from gridplan.services.field import checklists

    return tell(args, dict(checklists.import_field(desk_of(args), args.folder, by=WHO)))


def add_verbs(verbs: Any) -> None:
    """Add the verbs of findings."""
    group = add_group(verbs, "findings", "问题：列表、文书、复查、销号 / findings")
    show = dated(
        add_verb(group, "list", _findings_list, "问题列表，逾期在前 / list them", "findings list --state overdue")
    )
    show.add_argument("--state", default="", choices=["", "open", "overdue", "due", "closed"])
    show.add_argument("--category", default="")
    show.add_argument("--round", type=int)
    show.add_argument("--site", default="")
    for name, call, words in (
        ("show", _findings_show, "一条问题的经过 / its history"),
        ("notice", _findings_notice, "记下开出的文书 / record a notice"),
        ("recheck", _findings_recheck, "记下复查 / record a recheck"),
        ("close", _findings_close, "不经复查销号 / close it without a recheck"),
        ("reopen", _findings_reopen, "重新立项 / open it again"),
    ):
        verb = dated(add_verb(group, name, call, words, f"findings {name} ID"))
        verb.add_argument("finding")
        if name == "notice":
            verb.add_argument("kind", help="rectify stop inform copy seal suspend")
            verb.add_argument("--to", default="")
            verb.add_argument("--number", default="")
        if name == "recheck":
            how = verb.add_mutually_exclusive_group(required=True)
            how.add_argument("--passed", action="store_true")
            how.add_argument("--failed", action="store_true")
        if name in ("notice", "recheck", "reopen"):
            verb.add_argument("--due", metavar="DATE")
        if name in ("recheck", "close", "reopen"):
            verb.add_argument("--note", default="")
    settle = dated(
        add_verb(group, "settle", _findings_settle, "已搬、未找到的点位 / sites that moved", "findings settle 1")
    )
    settle.add_argument("round", type=int)
    settle.add_argument("visit", nargs="?", default="")
    settle.add_argument("--gone", action="store_true", help="确已不在；不写就是再派人去 / it is gone; else go again")
    settle.add_argument("--note", default="")
    own = add_verb(
        group, "import", _findings_import, "换用自己的检查清单与类别 / own checklist", "findings import FOLDER"
    )
    own.add_argument("folder", type=Path)
