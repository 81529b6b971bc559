"""Verbs of the field: simulate a round, findings, leads, call-outs."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gridplan.cli.shared import WHO, above_zero, add_group, add_verb, desk_of, print_json, tell
from gridplan.model.words import say
from gridplan.services.terminal import make_progress

NOT_BALANCED = 5


def _simulate(args: argparse.Namespace) -> int:
    from gridplan.services.course import effort_of
    from gridplan.services.simulate import DRAFT, simulate

    told = simulate(
        args.folder,
        args.out,
        seed=args.seed,
        kinds=tuple(kind for kind in args.kinds.split(",") if kind),
        effort=effort_of(rounds=args.rounds) or DRAFT,
        progress=make_progress(),
    )
    if args.json:
        print_json(told)
    else:
        for row in told["days"]:
            print(say("leads.simulated_day", **(row | {"findings": row["findings"]["open"]})).zh)
        print(told["fact"]["zh"])
        print(say("leads.balanced" if told["balanced"] else "leads.unbalanced", count=len(told["wrong"])).zh)
        for line in told["wrong"]:
            print(f"✗ {line}")
        print(say("cli.written", out=args.out).zh)
    return 0 if told["balanced"] else NOT_BALANCED


def _today(args: argparse.Namespace) -> date:
    from gridplan.services.replanning import day_of

    return day_of(args.today) if args.today else date.today()


def _day(text: str | None) -> date | None:
    from gridplan.services.replanning import day_of

    return day_of(text) if text else None


def _now(args: argparse.Namespace) -> datetime:
    now = datetime.now().replace(microsecond=0)
    return datetime.combine(_today(args), now.time())


# ---- findings --------------------------------------------------------------------------------------------------------


def _findings_list(args: argparse.Namespace) -> int:
    from gridplan.services import findings

    day = _today(args)
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
    from gridplan.services import findings

    return tell(args, findings.finding_history(desk_of(args), args.finding, day=_today(args)))


def _findings_notice(args: argparse.Namespace) -> int:
    from gridplan.services import findings

    notice = findings.give_notice(
        desk_of(args),
        args.finding,
        args.kind,
        due=_day(args.due),
        to=args.to,
        at=_now(args),
        by=WHO,
        number=args.number,
    )
    return tell(args, {"number": notice.number, "kind": notice.kind.value, "due": str(notice.due or "")})


def _findings_recheck(args: argparse.Namespace) -> int:
    from gridplan.services import findings

    found = findings.recheck_finding(
        desk_of(args), args.finding, passed=args.passed, at=_now(args), by=WHO, note=args.note, due=_day(args.due)
    )
    return tell(args, {"finding": found.id, "state": found.state.value, "due": str(found.due or "")})


def _findings_close(args: argparse.Namespace) -> int:
    from gridplan.services import findings

    found = findings.close_finding(desk_of(args), args.finding, at=_now(args), by=WHO, note=args.note)
    return tell(args, {"finding": found.id, "state": found.state.value})


def _findings_reopen(args: argparse.Namespace) -> int:
    from gridplan.services import findings

    found = findings.reopen_finding(
        desk_of(args), args.finding, at=_now(args), by=WHO, note=args.note, due=_day(args.due)
    )
    return tell(args, {"finding": found.id, "state": found.state.value})


def _findings_settle(args: argparse.Namespace) -> int:
    from gridplan.services import findings

    desk = desk_of(args)
    if args.visit:
        findings.settle(desk, args.round, args.visit, gone=args.gone, at=_now(args), by=WHO, note=args.note)
    return tell(args, {"waiting": findings.to_settle(desk, args.round)})


def _findings_import(args: argparse.Namespace) -> int:
    from gridplan.services import findings

    return tell(args, dict(findings.import_field(desk_of(args), args.folder, by=WHO)))


def _evening(args: argparse.Namespace) -> int:
    from gridplan.services.evening import next_plan
    from gridplan.services.replanning import day_of

    done = next_plan(desk_of(args), args.round, as_of=day_of(args.as_of), by=WHO, dial=args.dial, knowing=args.knowing)
    tell(
        args,
        {
            "zh": done.text.zh,
            "en": done.text.en,
            "plan": done.head.id if done.head else None,
            "short": done.short,
            "follow_ups": list(done.follow_ups),
            "left_out": list(done.left_out),
            "told": done.told,
        },
    )
    return 0 if done.head else 4


# ---- leads -----------------------------------------------------------------------------------------------------------


def _leads_add(args: argparse.Namespace) -> int:
    from gridplan.services import leads

    lead = leads.add_lead(
        desk_of(args),
        channel=args.channel,
        what=args.what,
        where=args.where,
        urgent=args.urgent,
        at=_now(args),
        by=WHO,
        due=_day(args.due),
        number=args.number,
        round_id=args.round,
    )
    return tell(args, leads.lead_json(lead, day=_today(args)))


def _leads_list(args: argparse.Namespace) -> int:
    from gridplan.services import leads

    return tell(
        args, {"leads": leads.lead_list(desk_of(args), day=_today(args), round_id=args.round, state=args.state)}
    )


def _leads_locate(args: argparse.Namespace) -> int:
    from gridplan.services import leads

    return tell(args, leads.located_json(leads.locate_lead(desk_of(args), args.lead, name=args.name)))


def _leads_site(args: argparse.Namespace) -> int:
    from gridplan.services import leads

    lead = leads.choose_site(desk_of(args), args.lead, by=WHO, site=args.site, name=args.name)
    return tell(args, leads.lead_json(lead, day=_today(args)))


def _leads_offers(args: argparse.Namespace) -> int:
    from gridplan.services import leads
    from gridplan.services.replanning import offers_json

    return tell(args, offers_json(leads.lead_offers(desk_of(args), args.lead, args.round, today=_today(args))))


def _leads_plan(args: argparse.Namespace) -> int:
    from gridplan.services import leads

    put = leads.plan_lead(
        desk_of(args),
        args.lead,
        args.round,
        today=_today(args),
        by=WHO,
        team=args.team,
        day=_day(args.day),
        shift=args.shift,
    )
    return tell(
        args,
        {"plan": put.head.id, "visit": put.lead.visit, "same": put.same, "others": put.others, "told": put.told}
        | {"zh": put.text.zh, "en": put.text.en},
    )


def _leads_answer(args: argparse.Namespace) -> int:
    from gridplan.services import leads

    lead = leads.answer_lead(desk_of(args), args.lead, args.answer, at=_now(args), by=WHO)
    return tell(args, leads.lead_json(lead, day=_today(args)))


# ---- call-outs -------------------------------------------------------------------------------------------------------


def _call_add(args: argparse.Namespace) -> int:
    from gridplan.services import call_outs
    from gridplan.services.replanning import day_of

    call = call_outs.add_call_out(
        desk_of(args),
        args.round,
        township=args.township,
        site=args.site,
        at=call_outs.moment(day_of(args.day), args.time),
        minutes=args.minutes,
        units=args.units.replace("，", ",").split(","),
        text=args.text,
        by=WHO,
    )
    return tell(args, {"call_out": call.id})


def _call_list(args: argparse.Namespace) -> int:
    from gridplan.services import call_outs

    return tell(args, {"call_outs": call_outs.call_out_list(desk_of(args), args.round)})


def _call_plan(args: argparse.Namespace) -> int:
    from gridplan.services import call_outs

    desk, day = desk_of(args), _today(args)
    if args.dry:
        offered = call_outs.propose(desk, args.call, today=day)
        return tell(args, {"teams": list(offered.teams), "zh": offered.text.zh, "en": offered.text.en})
    call, head, text = call_outs.plan_call_out(desk, args.call, today=day, by=WHO)
    return tell(args, {"call_out": call.id, "plan": head.id, "zh": text.zh, "en": text.en})


def _call_report(args: argparse.Namespace) -> int:
    from gridplan.services import call_outs
    from gridplan.services.replanning import day_of

    at = call_outs.moment(day_of(args.day), args.time)
    call = call_outs.report_in(desk_of(args), args.call, unit=args.unit, person=args.person, at=at, by=WHO)
    return tell(args, {"call_out": call.id, "state": call.state.value})


def _dated(verb: Any) -> Any:
    verb.add_argument("--today", metavar="DATE", help="按这一天算，默认今天 / as of this day, by default today")
    return verb


def add_verbs(verbs: Any) -> None:
    """Add the verbs of the field."""
    play = add_verb(
        verbs,
        "simulate",
        _simulate,
        "逐日推演一轮：关门、拒绝、线索、缺员、整改、重排，每晚对账 / play a round day by day and balance its books",
        "simulate geodata/demo --out out/simulated --seed 1",
    )
    play.add_argument("folder", type=Path)
    play.add_argument("--out", type=Path, required=True)
    play.add_argument("--seed", type=int, default=1)
    play.add_argument("--kinds", default="", metavar="A,B", help="只推演这些类别 / only sites of these kinds")
    play.add_argument("--rounds", type=above_zero(int), help="首个计划的改进轮数 / effort of the first plan")
    evening = add_verb(
        verbs,
        "evening",
        _evening,
        "收工后：逾期与到期的问题排回头看，重排、发布、通知 / after work: follow-ups, replan, publish, tell",
        "evening 1 --as-of 2026-12-03",
    )
    evening.add_argument("round", type=int)
    evening.add_argument("--as-of", required=True, metavar="DATE")
    evening.add_argument("--dial", default="little")
    evening.add_argument("--knowing", action="store_true", help="守不全也发布 / publish though it falls short")
    _finding_verbs(add_group(verbs, "findings", "问题：列表、文书、复查、销号 / findings"))
    _lead_verbs(add_group(verbs, "leads", "线索：登记、定位、插入、答复 / leads"))
    _call_verbs(add_group(verbs, "callouts", "吹哨：登记、派人、报到 / call-outs"))


def _finding_verbs(group: Any) -> None:
    show = _dated(
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
        verb = _dated(add_verb(group, name, call, words, f"findings {name} ID"))
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
    settle = _dated(
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


def _lead_verbs(group: Any) -> None:
    add = _dated(
        add_verb(
            group,
            "add",
            _leads_add,
            "登记一条线索 / type in a lead",
            "leads add hotline 夜间补课 东街道甲社区 --urgent --due 2026-12-04",
        )
    )
    add.add_argument("channel", help="hotline letter visit superior department web patrol")
    add.add_argument("what")
    add.add_argument("where")
    add.add_argument("--urgent", action="store_true")
    add.add_argument("--due", metavar="DATE")
    add.add_argument("--number", default="")
    add.add_argument("--round", type=int)
    show = _dated(add_verb(group, "list", _leads_list, "线索列表 / list them", "leads list --state new"))
    show.add_argument("--state", default="")
    show.add_argument("--round", type=int)
    locate = add_verb(group, "locate", _leads_locate, "在哪里、是不是台账里的 / where it lies", "leads locate 1")
    site = _dated(add_verb(group, "site", _leads_site, "定点位 / say which site it is", "leads site 1 --site S0007"))
    site.add_argument("--site", default="", help="台账里的点位；不写就新建 / of the register, else a new one")
    offers = _dated(add_verb(group, "offers", _leads_offers, "三个最好的去处 / three places", "leads offers 1 1"))
    plan = _dated(add_verb(group, "plan", _leads_plan, "插入并发布 / insert and publish", "leads plan 1 1"))
    answer = _dated(add_verb(group, "answer", _leads_answer, "答复 / answer it", "leads answer 1 已核查"))
    for verb in (locate, site, offers, plan, answer):
        verb.add_argument("lead", type=int)
    for verb in (locate, site):
        verb.add_argument("--name", default="")
    for verb in (offers, plan):
        verb.add_argument("round", type=int)
    plan.add_argument("--team", default="")
    plan.add_argument("--day", metavar="DATE")
    plan.add_argument("--shift", default="")
    answer.add_argument("answer")


def _call_verbs(group: Any) -> None:
    add = add_verb(
        group,
        "add",
        _call_add,
        "乡镇吹哨 / a township calls out",
        "callouts add 1 110000001 S0007 2026-12-03 09:30 --units education,market --minutes 40",
    )
    add.add_argument("round", type=int)
    add.add_argument("township")
    add.add_argument("site")
    add.add_argument("day")
    add.add_argument("time")
    add.add_argument("--units", required=True, metavar="A,B")
    add.add_argument("--minutes", type=int, default=40)
    add.add_argument("--text", default="")
    show = add_verb(group, "list", _call_list, "吹哨与报到 / list them", "callouts list --round 1")
    show.add_argument("--round", type=int)
    plan = _dated(add_verb(group, "plan", _call_plan, "谁能去，排入并发布 / plan it", "callouts plan 1 --dry"))
    plan.add_argument("call", type=int)
    plan.add_argument("--dry", action="store_true", help="只看谁能去 / only say who can come")
    report = add_verb(
        group, "report", _call_report, "报到 / report in", "callouts report 1 education 甲 2026-12-03 09:25"
    )
    report.add_argument("call", type=int)
    report.add_argument("unit")
    report.add_argument("person")
    report.add_argument("day")
    report.add_argument("time")
