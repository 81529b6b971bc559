"""Verbs over stored rounds: round, report, export."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli import books
from gridplan.cli.again import news_options
from gridplan.cli.plans import tell_diagnosis
from gridplan.cli.shared import WHO, add_group, add_verb, desk_of, effort_options, tell
from gridplan.services.folders.terminal import make_progress, stoppable


def _round_create(args: argparse.Namespace) -> int:
    from gridplan.services.rounds import drafting

    stored = drafting.create_round(desk_of(args, create=True), args.folder, by=WHO)
    return tell(args, {"round": stored.id, "name": stored.round.name})


def _round_diagnose(args: argparse.Namespace) -> int:
    from gridplan.services.rounds import drafting

    return tell_diagnosis(args, drafting.diagnose(desk_of(args), args.round))


def _round_draft(args: argparse.Namespace) -> int:
    from gridplan.services.folders.course import effort_of
    from gridplan.services.plans import publishing
    from gridplan.services.rounds import drafting

    effort = effort_of(minutes=args.minutes, rounds=args.rounds)
    desk = desk_of(args)
    with stoppable(make_progress()) as progress:
        head, plan = drafting.draft(desk, args.round, by=WHO, seed=args.seed, progress=progress, effort=effort)
    tell(args, {"plan": head.id} | publishing.summary(plan))
    return plan.verdict.exit_code


def _round_check(args: argparse.Namespace) -> int:
    from gridplan.services.rounds import drafting

    found = drafting.check(desk_of(args), args.plan)
    tell(args, {"differences": [{"zh": text.zh, "en": text.en} for text in found]})
    return 5 if found else 0


def _round_publish(args: argparse.Namespace) -> int:
    from gridplan.services.plans import publishing

    head = publishing.publish(desk_of(args), args.plan, by=WHO)
    return tell(args, {"plan": head.id, "state": head.state.value})


def _round_replan(args: argparse.Namespace) -> int:
    from gridplan.services.folders.replanning import day_of
    from gridplan.services.plans.replanner import replan_round, replanned_json

    head, found = replan_round(
        desk_of(args),
        args.round,
        by=WHO,
        as_of=day_of(args.as_of),
        leads=args.lead,
        without=args.without,
        lost=args.lost,
        dial=args.dial,
        seed=args.seed,
        progress=make_progress(),
    )
    tell(args, replanned_json(head, found))
    return found.plan.verdict.exit_code


def _coverage(args: argparse.Namespace) -> int:
    from gridplan.services.reporting.report import coverage_json

    return tell(args, coverage_json(desk_of(args), args.round, args.as_of))


def _export(args: argparse.Namespace) -> int:
    from gridplan.services.reporting.report import export

    return tell(args, {"files": export(desk_of(args), args.round, args.out)})


def add_verbs(verbs: Any) -> None:
    """Add the groups round and report, and export."""
    rounds = add_group(verbs, "round", "轮次：建立、诊断、拟定、核对、发布 / rounds")
    create = add_verb(
        rounds,
        "create",
        _round_create,
        "按 round.toml 建一轮 / make a round from round.toml",
        "round create geodata/demo",
    )
    create.add_argument("folder", type=Path)
    diagnose = add_verb(rounds, "diagnose", _round_diagnose, "规则能否守住 / can the rule be kept", "round diagnose 1")
    draft = add_verb(rounds, "draft", _round_draft, "拟定计划 / draft a plan", "round draft 1")
    draft.add_argument("--seed", type=int)
    effort_options(draft)
    for verb in (diagnose, draft):
        verb.add_argument("round", type=int)
    for name, call, words in (
        ("check", _round_check, "重算证书 / recompute the certificate"),
        ("publish", _round_publish, "发布计划 / publish a plan"),
    ):
        add_verb(rounds, name, call, words, f"round {name} 1").add_argument("plan", type=int)
    replan = add_verb(
        rounds,
        "replan",
        _round_replan,
        "按已有结果重排已发布的计划 / replan the published plan by its results",
        "round replan 1 --as-of 2026-12-03 --without T2",
    )
    replan.add_argument("round", type=int)
    news_options(replan)
    report = add_group(verbs, "report", "报表 / reports")
    coverage = add_verb(report, "coverage", _coverage, "各级覆盖率 / coverage at every level", "report coverage --json")
    coverage.add_argument("round", type=int, nargs="?")
    coverage.add_argument(
        "--as-of", default="", help="截至，如 2026-09-20T17:00，默认现在 / the moment, now where not said"
    )
    books.add_verbs(report)
    export = add_verb(verbs, "export", _export, "导出一轮的文件 / write a round's files", "export 1 --out out/round1")
    export.add_argument("round", type=int)
    export.add_argument("--out", type=Path, required=True)
