"""Verbs of leads and call-outs."""

from __future__ import annotations

import argparse
from typing import Any

from gridplan.cli.dated import dated, day_or_none, now, today
from gridplan.cli.shared import WHO, add_group, add_verb, desk_of, tell


def _leads_add(args: argparse.Namespace) -> int:
    from gridplan.services.field import leads

    lead = leads.add_lead(
        desk_of(args),
        channel=args.channel,
        what=args.what,
        where=args.where,
        urgent=args.urgent,
        at=now(args),
        by=WHO,
        due=day_or_none(args.due),
        number=args.number,
        round_id=args.round,
    )
    return tell(args, leads.lead_json(lead, day=today(args)))


def _leads_list(args: argparse.Namespace) -> int:
    from gridplan.services.field import leads

    return tell(args, {"leads": leads.lead_list(desk_of(args), day=today(args), round_id=args.round, state=args.state)})


def _leads_locate(args: argparse.Namespace) -> int:
    from gridplan.services.field import lead_places

    return tell(args, lead_places.located_json(lead_places.locate_lead(desk_of(args), args.lead, name=args.name)))


def _leads_site(args: argparse.Namespace) -> int:
    from gridplan.services.field import lead_places, leads

    lead = lead_places.choose_site(desk_of(args), args.lead, by=WHO, site=args.site, name=args.name)
    return tell(args, leads.lead_json(lead, day=today(args)))


def _leads_offers(args: argparse.Namespace) -> int:
    from gridplan.services.field import leads
    from gridplan.services.folders.replanning import offers_json

    return tell(args, offers_json(leads.lead_offers(desk_of(args), args.lead, args.round, today=today(args))))


def _leads_plan(args: argparse.Namespace) -> int:
    from gridplan.services.field import leads

    put = leads.plan_lead(
        desk_of(args),
        args.lead,
        args.round,
        today=today(args),
        by=WHO,
        team=args.team,
        day=day_or_none(args.day),
        shift=args.shift,
    )
    return tell(
        args,
        {"plan": put.head.id, "visit": put.lead.visit, "same": put.same, "others": put.others, "told": put.told}
        | {"zh": put.text.zh, "en": put.text.en},
    )


def _leads_answer(args: argparse.Namespace) -> int:
    from gridplan.services.field import leads

    lead = leads.answer_lead(desk_of(args), args.lead, args.answer, at=now(args), by=WHO)
    return tell(args, leads.lead_json(lead, day=today(args)))


def _call_add(args: argparse.Namespace) -> int:
    from gridplan.services.field import call_outs
    from gridplan.services.folders.replanning import day_of

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
    from gridplan.services.field import call_outs

    return tell(args, {"call_outs": call_outs.call_out_list(desk_of(args), args.round)})


def _call_plan(args: argparse.Namespace) -> int:
    from gridplan.services.field import call_outs

    desk, day = desk_of(args), today(args)
    if args.dry:
        offered = call_outs.propose(desk, args.call, today=day)
        return tell(args, {"teams": list(offered.teams), "zh": offered.text.zh, "en": offered.text.en})
    call, head, text = call_outs.plan_call_out(desk, args.call, today=day, by=WHO)
    return tell(args, {"call_out": call.id, "plan": head.id, "zh": text.zh, "en": text.en})


def _call_report(args: argparse.Namespace) -> int:
    from gridplan.services.field import call_outs
    from gridplan.services.folders.replanning import day_of

    at = call_outs.moment(day_of(args.day), args.time)
    call = call_outs.report_in(desk_of(args), args.call, unit=args.unit, person=args.person, at=at, by=WHO)
    return tell(args, {"call_out": call.id, "state": call.state.value})


def add_verbs(verbs: Any) -> None:
    """Add the verbs of leads and call-outs."""
    _lead_verbs(add_group(verbs, "leads", "线索：登记、定位、插入、答复 / leads"))
    _call_verbs(add_group(verbs, "callouts", "吹哨：登记、派人、报到 / call-outs"))


def _lead_verbs(group: Any) -> None:
    add = dated(
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
    show = dated(add_verb(group, "list", _leads_list, "线索列表 / list them", "leads list --state new"))
    show.add_argument("--state", default="")
    show.add_argument("--round", type=int)
    locate = add_verb(group, "locate", _leads_locate, "在哪里、是不是台账里的 / where it lies", "leads locate 1")
    site = dated(add_verb(group, "site", _leads_site, "定点位 / say which site it is", "leads site 1 --site S0007"))
    site.add_argument("--site", default="", help="台账里的点位；不写就新建 / of the register, else a new one")
    offers = dated(add_verb(group, "offers", _leads_offers, "三个最好的去处 / three places", "leads offers 1 1"))
    plan = dated(add_verb(group, "plan", _leads_plan, "插入并发布 / insert and publish", "leads plan 1 1"))
    answer = dated(add_verb(group, "answer", _leads_answer, "答复 / answer it", "leads answer 1 已核查"))
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
    plan = dated(add_verb(group, "plan", _call_plan, "谁能去，排入并发布 / plan it", "callouts plan 1 --dry"))
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
