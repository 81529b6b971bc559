"""The command line: one verb a step. Progress goes to standard error; with --json the last line is one JSON object."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.model.errors import Cancelled, GridplanError, InputError
from gridplan.model.plan import Verdict
from gridplan.model.words import say
from gridplan.services.terminal import make_progress, stoppable

if TYPE_CHECKING:
    from gridplan.services.desk import Desk
    from gridplan.services.planning import Diagnosis

WHO = "cli"
"""Who the audit log names for what the command line does."""

EXAMPLES = """\
例 / examples:
  gridplan run geodata/demo --out out/demo        计划一轮检查 / plan a round
  gridplan check out/demo                         独立核对证书 / recompute the certificate
退出码 / exit codes: 0 kept · 2 bad input · 3 infeasible · 4 broken or unknown · 5 check differs"""


def _print_json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False))


def _run(args: argparse.Namespace) -> int:
    from gridplan.services.course import effort_of
    from gridplan.services.folder import run_folder

    effort = effort_of(minutes=args.minutes, rounds=args.rounds)
    with stoppable(make_progress()) as progress:
        result = run_folder(args.folder, args.out, seed=args.seed, progress=progress, effort=effort)
    if args.json:
        _print_json(result.summary)
    else:
        sites, plan = result.summary["sites"], result.summary["plan"]
        print(say("cli.sites", **sites).zh)
        print(say("cli.plan", **(plan | {"verdict": say(f"glossary.{plan['verdict']}").zh})).zh)
        for note in result.notes:
            print(f"· {note.zh}")
        print(say("cli.written", out=args.out).zh)
    return result.verdict.exit_code


def _province(args: argparse.Namespace) -> int:
    from gridplan.services.province import exit_code, plan_province

    summary = plan_province(
        args.folders,
        args.out,
        workers=args.workers,
        seed=args.seed,
        minutes=args.minutes,
        rounds=args.rounds,
        progress=make_progress(),
    )
    if args.json:
        _print_json(summary)
        return exit_code(summary)
    for row in summary["districts"]:
        if row["error"]:
            print(say("province.failed", district=row["district"], error=row["error"]["zh"]).zh)
        else:
            print(say("province.row", **(row | {"verdict": say(f"glossary.{row['verdict']}").zh})).zh)
    print(say("cli.written", out=args.out).zh)
    return exit_code(summary)


def _check(args: argparse.Namespace) -> int:
    from gridplan.services.checking import check_folder

    result = check_folder(args.out, args.folder)
    if args.json:
        _print_json(
            {
                "verdict": result.verdict.value,
                "differences": [{"zh": text.zh, "en": text.en} for text in result.differences],
            }
        )
    elif result.differences:
        for text in result.differences:
            print(f"✗ {text.zh}")
    else:
        print(say("run.check_ok", verdict=say(f"glossary.{result.verdict.value}")).zh)
    return result.exit_code


def _bound(args: argparse.Namespace) -> int:
    from gridplan.services.proving import prove_folder

    proven = prove_folder(args.out, cpu_s=args.minutes * 60, progress=make_progress())
    if args.json:
        _print_json(proven.summary)
    else:
        print(say("cli.bound", **(proven.summary | {"gap": f"{proven.summary['gap']:.1%}"})).zh)
        print(f"· {proven.bound.text.zh}")
    return 0


def _diagnose(args: argparse.Namespace) -> int:
    from gridplan.services.folder import diagnose_folder

    found = diagnose_folder(args.folder, progress=make_progress())
    return _tell_diagnosis(args, found)


def _tell_diagnosis(args: argparse.Namespace, found: Diagnosis) -> int:
    from gridplan.services.planning import diagnosis_to_json

    data = diagnosis_to_json(found)
    if args.json:
        _print_json(data)
    else:
        print(found.text.zh)
        print(found.outlook.text.zh)
        for text in [cause.text for cause in found.outlook.causes] + [one.text for one in found.outlook.proposals]:
            print(f"· {text.zh}")
    return 0 if data["possible"] else Verdict.INFEASIBLE.exit_code


def _replan(args: argparse.Namespace) -> int:
    from gridplan.services.replanning import day_of, dial_of, replan_folder

    result = replan_folder(
        args.run,
        args.out,
        as_of=day_of(args.as_of),
        done=args.done,
        leads=args.lead,
        without=args.without,
        lost=args.lost,
        dial=dial_of(args.dial),
        folder=args.folder,
        seed=args.seed,
        progress=make_progress(),
    )
    if args.json:
        _print_json(result.summary)
    else:
        print(say("replan.head", day=args.as_of, **{key: result.summary[key] for key in ("done", "back")}).zh)
        plan = result.summary["plan"]
        print(say("cli.plan", **(plan | {"verdict": say(f"glossary.{plan['verdict']}").zh})).zh)
        print(result.changes.text.zh)
        for item in result.changes.items:
            print(f"· {item.text.zh}")
        if result.choices:
            print(say("replan.ways").zh)
        for choice in result.choices:
            print(f"· {choice.text.zh}")
        print(say("cli.written", out=args.out).zh)
    return result.verdict.exit_code


def _where(args: argparse.Namespace) -> int:
    from gridplan.services.replanning import day_of, offers_json, where_in_folder

    found = where_in_folder(
        args.run,
        args.site,
        due=day_of(args.due) if args.due else None,
        earliest=day_of(args.earliest) if args.earliest else None,
        minutes=args.minutes,
        departments=args.departments.split(",") if args.departments else None,
    )
    if args.json:
        _print_json(offers_json(found))
    else:
        for offer in found.offers:
            print(f"· {offer.text.zh}")
        if found.reason:
            print(f"✗ {found.reason.zh}")
    return 0 if found.offers else Verdict.BROKEN.exit_code


def _why(args: argparse.Namespace) -> int:
    from gridplan.services.replanning import why_in_folder, why_json

    found = why_json(why_in_folder(args.run, args.visit))
    if args.json:
        _print_json(found)
    else:
        print(found["zh"])
        for other in found.get("others", ()):
            print(f"· {other['zh']}")
    return 0


def _move(args: argparse.Namespace) -> int:
    from gridplan.services.replanning import day_of, move_in_folder, moved_json

    moved = move_in_folder(args.run, args.visit, args.team, day_of(args.date), args.shift, args.position)
    found = moved_json(moved)
    if args.json:
        _print_json(found)
    else:
        for route in found["routes"]:
            print(f"{route['id']} {route['depart'][11:16]}–{route['back'][11:16]}")
            for stop in route["stops"]:
                print(say("replan.stop_line", **(stop | {n: stop[n][11:16] for n in ("start", "leave")})).zh)
        for one in found["violations"]:
            print(f"✗ {one['zh']}")
        if not found["violations"]:
            print(say("replan.still_kept").zh)
        print(say("replan.dry_run").zh)
    return moved.plan.verdict.exit_code


def _desk(args: argparse.Namespace, *, create: bool = False) -> Desk:
    from gridplan.services.desk import Desk

    return Desk.open(args.db, create=create)


def _tell(args: argparse.Namespace, data: dict[str, Any]) -> int:
    """Print an answer: one JSON object, or a line a value."""
    if args.json:
        _print_json(data)
    else:
        for name, value in data.items():
            shown = value if isinstance(value, (str, int, float)) else json.dumps(value, ensure_ascii=False, indent=1)
            print(f"{name}: {shown}")
    return 0


def _import(args: argparse.Namespace) -> int:
    from gridplan.services.register import IMPORTS

    return _tell(args, dict(IMPORTS[args.part](_desk(args, create=True), args.folder, by=WHO)))


def _locate(args: argparse.Namespace) -> int:
    from gridplan.services.register import locate_sites

    return _tell(args, dict(locate_sites(_desk(args), by=WHO, progress=make_progress())))


def _review(args: argparse.Namespace) -> int:
    from gridplan.services.register import review_list

    return _tell(args, {"review": review_list(_desk(args))})


def _round_create(args: argparse.Namespace) -> int:
    from gridplan.services import planner

    stored = planner.create_round(_desk(args, create=True), args.folder, by=WHO)
    return _tell(args, {"round": stored.id, "name": stored.round.name})


def _round_diagnose(args: argparse.Namespace) -> int:
    from gridplan.services import planner

    return _tell_diagnosis(args, planner.diagnose(_desk(args), args.round))


def _round_draft(args: argparse.Namespace) -> int:
    from gridplan.services import planner
    from gridplan.services.course import effort_of

    effort = effort_of(minutes=args.minutes, rounds=args.rounds)
    desk = _desk(args)
    with stoppable(make_progress()) as progress:
        head, plan = planner.draft(desk, args.round, by=WHO, seed=args.seed, progress=progress, effort=effort)
    _tell(args, {"plan": head.id} | planner.summary(plan))
    return plan.verdict.exit_code


def _round_check(args: argparse.Namespace) -> int:
    from gridplan.services import planner

    found = planner.check(_desk(args), args.plan)
    _tell(args, {"differences": [{"zh": text.zh, "en": text.en} for text in found]})
    return 5 if found else 0


def _round_publish(args: argparse.Namespace) -> int:
    from gridplan.services import planner

    head = planner.publish(_desk(args), args.plan, by=WHO)
    return _tell(args, {"plan": head.id, "state": head.state.value})


def _round_replan(args: argparse.Namespace) -> int:
    from gridplan.services.replanner import replan_round, replanned_json
    from gridplan.services.replanning import day_of

    head, found = replan_round(
        _desk(args),
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
    _tell(args, replanned_json(head, found))
    return found.plan.verdict.exit_code


def _coverage(args: argparse.Namespace) -> int:
    from gridplan.services.report import coverage_json

    return _tell(args, coverage_json(_desk(args), args.round))


def _export(args: argparse.Namespace) -> int:
    from gridplan.services.report import export

    return _tell(args, {"files": export(_desk(args), args.round, args.out)})


def _user_add(args: argparse.Namespace) -> int:
    import secrets

    from gridplan.model.record import Role, User

    password = secrets.token_urlsafe(9)
    _desk(args, create=True).add_person(User(login=args.login, name=args.name, role=Role(args.role)), password, by=WHO)
    return _tell(args, {"login": args.login, "password": password})


def _verb(verbs: Any, name: str, call: Callable[[argparse.Namespace], int], words: str, example: str) -> Any:
    """Add one verb with its help, an example and `--json`."""
    verb = verbs.add_parser(name, help=words, description=words, epilog=f"例 / example: gridplan {example}")
    verb.add_argument("--json", action="store_true", help="最后一行输出 JSON / end with one JSON object")
    verb.set_defaults(call=call)
    return verb


def _group(verbs: Any, name: str, words: str) -> Any:
    return verbs.add_parser(name, help=words, description=words).add_subparsers(required=True, metavar="VERB")


def parser() -> argparse.ArgumentParser:
    """Return the parser of every verb."""
    top = argparse.ArgumentParser(
        prog="gridplan",
        description="网格检查计划 / inspection rounds on a grid",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument(
        "--db", help="数据库，默认 GRIDPLAN_DB 或 var/gridplan.db / database, e.g. sqlite:///var/gridplan.db"
    )
    verbs = top.add_subparsers(required=True, metavar="VERB")
    run = _verb(
        verbs, "run", _run, "一个文件夹进，一个文件夹出 / a folder in, a folder out", "run geodata/demo --out out/demo"
    )
    run.add_argument("folder", type=Path)
    run.add_argument("--out", type=Path, required=True)
    run.add_argument("--seed", type=int)
    _effort_options(run)
    province = _verb(
        verbs,
        "province",
        _province,
        "多个区县并排计划，可续做 / many districts side by side, to be gone on with",
        "province in/east in/west --out out/province --workers 2",
    )
    province.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    province.add_argument("--out", type=Path, required=True)
    province.add_argument("--workers", type=_above_zero(int), default=os.cpu_count() or 1)
    province.add_argument("--seed", type=int)
    _effort_options(province)
    check = _verb(
        verbs, "check", _check, "不用求解器，重算证书 / recompute the certificate without a solver", "check out/demo"
    )
    check.add_argument("out", type=Path)
    check.add_argument("--folder", type=Path, help="输入文件夹，另核对输入文件 / also compare the input files")
    looking = _verb(
        verbs,
        "diagnose",
        _diagnose,
        "不排线先看：守不守得住、卡在哪里、怎么补 / before any plan: can the rule be kept, what stands against it, what helps",
        "diagnose geodata/demo",
    )
    looking.add_argument("folder", type=Path)
    bound = _verb(
        verbs,
        "bound",
        _bound,
        "证明一个更强的下界，写入 bound.json / prove a stronger bound, into bound.json",
        "bound out/demo --minutes 5",
    )
    bound.add_argument("out", type=Path)
    bound.add_argument("--minutes", type=float, default=5.0, help="最多几分钟 / at most so many minutes")
    _replan_verbs(verbs)
    sites = _group(verbs, "sites", "点位：导入、落点、待核 / sites: import, locate, review")
    groups = {"sites": sites} | {
        part: _group(verbs, part, f"{words}：导入 / {part}: import")
        for part, words in (("areas", "网格"), ("gazetteer", "地名地址库"), ("roads", "道路"), ("teams", "检查组"))
    }
    for part, group in groups.items():
        verb = _verb(
            group, "import", _import, "从输入文件夹导入 / import from an input folder", f"{part} import geodata/demo"
        )
        verb.add_argument("folder", type=Path)
        verb.set_defaults(part=part)
    _verb(sites, "locate", _locate, "给每个点位落点 / place every site", "sites locate")
    _verb(sites, "review", _review, "列出待核点位 / list the sites to review", "sites review")
    rounds = _group(verbs, "round", "轮次：建立、诊断、拟定、核对、发布 / rounds")
    create = _verb(
        rounds,
        "create",
        _round_create,
        "按 round.toml 建一轮 / make a round from round.toml",
        "round create geodata/demo",
    )
    create.add_argument("folder", type=Path)
    diagnose = _verb(rounds, "diagnose", _round_diagnose, "规则能否守住 / can the rule be kept", "round diagnose 1")
    draft = _verb(rounds, "draft", _round_draft, "拟定计划 / draft a plan", "round draft 1")
    draft.add_argument("--seed", type=int)
    _effort_options(draft)
    for verb in (diagnose, draft):
        verb.add_argument("round", type=int)
    for name, call, words in (
        ("check", _round_check, "重算证书 / recompute the certificate"),
        ("publish", _round_publish, "发布计划 / publish a plan"),
    ):
        _verb(rounds, name, call, words, f"round {name} 1").add_argument("plan", type=int)
    replan = _verb(
        rounds,
        "replan",
        _round_replan,
        "按已有结果重排已发布的计划 / replan the published plan by its results",
        "round replan 1 --as-of 2026-12-03 --without T2",
    )
    replan.add_argument("round", type=int)
    _news_options(replan)
    report = _group(verbs, "report", "报表 / reports")
    coverage = _verb(report, "coverage", _coverage, "各级覆盖率 / coverage at every level", "report coverage --json")
    coverage.add_argument("round", type=int, nargs="?")
    export = _verb(verbs, "export", _export, "导出一轮的文件 / write a round's files", "export 1 --out out/round1")
    export.add_argument("round", type=int)
    export.add_argument("--out", type=Path, required=True)
    users = _group(verbs, "users", "登录账号 / log-ins")
    add = _verb(
        users,
        "add",
        _user_add,
        "新建账号，打印随机密码 / add a log-in, print its random password",
        "users add lin --name 林知夏 --role planner",
    )
    add.add_argument("login")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=["planner", "inspector", "head"])
    return top


def _effort_options(verb: Any) -> None:
    """Add how long to search; Ctrl-C ends it earlier and keeps the best plan."""
    verb.add_argument("--minutes", type=_above_zero(float), help="最多改进几分钟 / improve for at most so many minutes")
    verb.add_argument(
        "--rounds", type=_above_zero(int), help="改进轮数，可重复的结果 / rounds of improvement, for equal results"
    )


def _above_zero(kind: Callable[[str], float]) -> Callable[[str], float]:
    """Return what reads a number above zero; argparse names what is none."""

    def number(text: str) -> float:
        value = kind(text)
        if not 0 < value < 1e12:
            raise ValueError(text)
        return value

    return number


def _news_options(verb: Any) -> None:
    """Add what both verbs of replanning ask: from when on, what is new, and how much else may change."""
    verb.add_argument("--as-of", required=True, metavar="DATE", help="从这天起重排 / the first day planned again")
    verb.add_argument("--lead", action="append", default=[], metavar="SITE[,DUE]", help="新线索 / a new lead")
    verb.add_argument(
        "--without", action="append", default=[], metavar="TEAM[:DATE]", help="缺席的组 / a team that falls out"
    )
    verb.add_argument("--lost", action="append", default=[], metavar="DATE", help="全体停工日 / a day nobody works")
    verb.add_argument(
        "--dial", default="little", metavar="none|little|some|best|0…1", help="别的可动多少 / how much else may change"
    )
    verb.add_argument("--seed", type=int)


def _replan_verbs(verbs: Any) -> None:
    """Add the verbs that work on a run's folder: replan, where, why and move."""
    again = _verb(
        verbs,
        "replan",
        _replan,
        "重排已执行一部分的计划 / replan a partly worked round",
        "replan out/demo --as-of 2026-12-03 --done results.csv --lead S0007,2026-12-04 --out out/demo2",
    )
    again.add_argument("run", type=Path, metavar="OUT")
    again.add_argument("--done", type=Path, metavar="CSV", help="结果：site_id,date,outcome / what came back")
    _news_options(again)
    again.add_argument("--folder", type=Path, help="输入文件夹：网格与责任人 / the input folder: areas and owners")
    again.add_argument("--out", type=Path, required=True, metavar="OUT2")
    where = _verb(
        verbs,
        "where",
        _where,
        "再查一次排在哪里最好：三个去处 / where one more visit fits best: three places",
        "where out/demo S0007 --due 2026-12-04",
    )
    where.add_argument("run", type=Path, metavar="OUT")
    where.add_argument("site", metavar="SITE_ID")
    where.add_argument("--due", metavar="DATE")
    where.add_argument("--earliest", metavar="DATE")
    where.add_argument("--minutes", type=int)
    where.add_argument("--departments", metavar="A,B", help="到场部门 / departments that must be present")
    why = _verb(
        verbs,
        "why",
        _why,
        "为何排在这里，或为何未排 / why it lies where it does, or nowhere",
        "why out/demo S0007",
    )
    why.add_argument("run", type=Path, metavar="OUT")
    why.add_argument("visit", metavar="VISIT_OR_SITE")
    moved = _verb(
        verbs,
        "move",
        _move,
        "试移一个点位：新的时间与违反 / try to move a stop: new times and breaches",
        "move out/demo V-S0007 T1 2026-12-03 day 2",
    )
    moved.add_argument("run", type=Path, metavar="OUT")
    moved.add_argument("visit", metavar="VISIT_OR_SITE")
    moved.add_argument("team")
    moved.add_argument("date")
    moved.add_argument("shift")
    moved.add_argument("position", type=int, nargs="?", help="第几站，默认最省时 / which stop, by default the quickest")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code."""
    args = parser().parse_args(argv)
    try:
        code: int = args.call(args)
    except KeyboardInterrupt:
        return Cancelled.exit_code
    except GridplanError as error:
        print(f"{error.text.zh}\n{error.text.en}", file=sys.stderr)
        return error.exit_code
    except OSError as error:  # no right, no room, a file where a folder should be: the system names it
        text = say("cli.system", path=error.filename or "-", problem=error.strerror or error)
        print(f"{text.zh}\n{text.en}", file=sys.stderr)
        return InputError.exit_code
    return code


if __name__ == "__main__":
    sys.exit(main())
