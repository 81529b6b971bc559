"""Verbs of the books: report daily and weekly, the ledger, and routes for other programs."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from gridplan.cli.shared import add_verb, desk_of, tell


def _write(out: Path, content: bytes) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)


def _report(args: argparse.Namespace) -> int:
    from gridplan.services.reporting.reports import kind_of, make_report, report_file

    desk = desk_of(args)
    made = make_report(
        desk,
        kind_of(args.kind),
        args.day,
        area=args.area,
        language="en" if args.english else "zh",
        round_id=args.round,
    )
    content, _, _ = report_file(made.report, args.out.suffix.lstrip(".").lower())
    _write(args.out, content)
    sums = [check.text for check in made.report.checks if not check.agrees]
    return tell(
        args,
        {
            "file": str(args.out),
            "as_of": made.report.as_of.isoformat(),
            "sha256": made.report.sha256,
            "sums_differ": sums,
        },
    )


def _ledger(args: argparse.Namespace) -> int:
    from gridplan.services.reporting.timeline import ledger_file

    content, _, _ = ledger_file(desk_of(args))
    _write(args.out, content)
    return tell(args, {"file": str(args.out)})


def _routes(args: argparse.Namespace) -> int:
    from gridplan.services.reporting.exports import routes_file

    kind = args.out.name.split(".", 1)[-1] if args.out.name.count(".") > 1 else args.out.suffix.lstrip(".")
    kind = f"platform.{kind}" if kind in ("csv", "xlsx") else kind
    content, _, _ = routes_file(desk_of(args), args.plan, kind)
    _write(args.out, content)
    return tell(args, {"file": str(args.out)})


def add_verbs(report: Any) -> None:
    """Add daily, weekly, ledger and routes to the group report."""
    for kind, words in (
        ("daily", "日报 / daily report"),
        ("weekly", "周报 / weekly report"),
        ("round", "总结 / summary of a round"),
    ):
        verb = add_verb(report, kind, _report, f"{words}：.html .docx .pdf .xlsx", f"report {kind} --out {kind}.docx")
        verb.set_defaults(kind=kind)
        verb.add_argument("--day", type=date.fromisoformat, help="哪一天，默认今天 / the day, today where not said")
        verb.add_argument(
            "--area", help="哪个地区的编码，默认全区 / code of the area, the whole district where not said"
        )
        verb.add_argument(
            "--round", type=int, help="哪一轮，默认最新发布的 / the round, the newest published where not said"
        )
        verb.add_argument("--english", action="store_true", help="英文 / in English")
        verb.add_argument(
            "--out", type=Path, required=True, help="文件，格式看后缀 / the file; its suffix is the format"
        )
    ledger = add_verb(report, "ledger", _ledger, "台账 / the ledger of all sites", "report ledger --out ledger.xlsx")
    ledger.add_argument("--out", type=Path, required=True)
    routes = add_verb(
        report,
        "routes",
        _routes,
        "路线：.ics .gpx .gpkg，或国家平台计划清单 .csv .xlsx / routes for other programs",
        "report routes 1 --out week.ics",
    )
    routes.add_argument("plan", type=int)
    routes.add_argument("--out", type=Path, required=True)
