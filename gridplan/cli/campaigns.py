"""Verbs of campaigns, white and black lists, and leaders of areas."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.dated import dated, day_or_none, today
from gridplan.cli.shared import WHO, add_group, add_verb, desk_of, tell


def _campaign_create(args: argparse.Namespace) -> int:
    from gridplan.services.field import campaigns
    from gridplan.services.folders.replanning import day_of

    checks = (day_of(args.self_check[0]), day_of(args.self_check[1])) if args.self_check else None
    made = campaigns.create_campaign(
        desk_of(args), args.name, tier=args.tier, rounds=args.round, self_check=checks, by=WHO
    )
    return tell(args, {"campaign": made.id, "rounds": list(made.rounds)})


def _campaign_show(args: argparse.Namespace) -> int:
    from gridplan.services.field import campaigns

    return tell(args, campaigns.campaign_view(desk_of(args), args.campaign, today(args)))


def _campaign_check(args: argparse.Namespace) -> int:
    from gridplan.services.field import campaigns

    desk, day = desk_of(args), today(args)
    campaigns.keep_self_check(desk, args.campaign, args.site, day=day, problems=args.problems, note=args.note, by=WHO)
    return tell(args, campaigns.campaign_view(desk, args.campaign, day))


def _campaign_apart(args: argparse.Namespace) -> int:
    from gridplan.services.field import campaigns

    stored = campaigns.take_from_other_tier(desk_of(args), args.round, args.other, by=WHO)
    return tell(args, {"round": stored.id, "taken": len(stored.round.taken), "version": stored.version})


def _list_add(args: argparse.Namespace) -> int:
    from gridplan.services.field import standing

    flag = standing.put_on_list(
        desk_of(args),
        args.site,
        args.list,
        since=today(args),
        until=day_or_none(args.until),
        reason=args.reason,
        public=args.public,
        by=WHO,
    )
    return tell(args, {"entry": flag.id, "site": flag.site, "list": flag.list.value})


def _list_show(args: argparse.Namespace) -> int:
    from gridplan.services.field import standing

    return tell(args, {"entries": standing.list_rows(desk_of(args), day=today(args), kind=args.list)})


def _list_publish(args: argparse.Namespace) -> int:
    from gridplan.services.field import standing

    count = standing.publish_list(desk_of(args), args.list, args.out, day=today(args))
    return tell(args, {"sites": count, "file": str(args.out)})


def _leader_add(args: argparse.Namespace) -> int:
    from gridplan.services.field import standing

    link = standing.link_leader(desk_of(args), args.area, args.person, args.title, by=WHO)
    return tell(args, {"link": link.id})


def _leader_list(args: argparse.Namespace) -> int:
    from gridplan.services.field import standing

    return tell(args, {"leaders": standing.leaders(desk_of(args))})


def add_verbs(verbs: Any) -> None:
    """Add the verbs of campaigns, lists and leaders."""
    group = add_group(verbs, "campaigns", "专项行动：自查与各轮 / campaigns")
    make = add_verb(
        group,
        "create",
        _campaign_create,
        "自查在前，各轮相接 / rounds in sequence, self-checks before them",
        "campaigns create 攻坚年 --tier 县级 --round 1 --self-check 2026-11-16 2026-11-27",
    )
    make.add_argument("name")
    make.add_argument("--tier", default="")
    make.add_argument("--round", type=int, action="append", default=[])
    make.add_argument("--self-check", nargs=2, metavar=("FROM", "UNTIL"))
    show = dated(add_verb(group, "show", _campaign_show, "到哪一步了 / where it stands", "campaigns show 1"))
    show.add_argument("campaign", type=int)
    check = dated(
        add_verb(
            group, "self-check", _campaign_check, "收到一份自查 / a self-check came in", "campaigns self-check 1 S0007"
        )
    )
    check.add_argument("campaign", type=int)
    check.add_argument("site")
    check.add_argument("--problems", type=int, default=0)
    check.add_argument("--note", default="")
    apart = add_verb(
        group,
        "apart",
        _campaign_apart,
        "避开另一级已发布的日子 / keep clear of the other tier's days",
        "campaigns apart 2 1",
    )
    apart.add_argument("round", type=int)
    apart.add_argument("other", type=int)
    lists = add_group(verbs, "lists", "白名单、黑名单 / white and black lists")
    add = dated(
        add_verb(lists, "add", _list_add, "列入名单 / put on a list", "lists add S0007 black --reason 无证 --public")
    )
    add.add_argument("site")
    add.add_argument("list", choices=["white", "black"])
    add.add_argument("--until", metavar="DATE")
    add.add_argument("--reason", default="")
    add.add_argument("--public", action="store_true", help="可以公布 / may be published")
    entries = dated(add_verb(lists, "show", _list_show, "名单 / the lists", "lists show --list black"))
    entries.add_argument("--list", default="", choices=["", "white", "black"])
    publish = dated(
        add_verb(
            lists,
            "publish",
            _list_publish,
            "写出可公布的名单 / write what may be published",
            "lists publish black OUT.csv",
        )
    )
    publish.add_argument("list", choices=["white", "black"])
    publish.add_argument("out", type=Path)
    leaders = add_group(verbs, "leaders", "包保领导 / leaders of areas")
    link = add_verb(
        leaders,
        "add",
        _leader_add,
        "谁包哪一片 / who stands for which area",
        "leaders add 110000001 郑某 --title 副局长",
    )
    link.add_argument("area")
    link.add_argument("person")
    link.add_argument("--title", default="")
    add_verb(leaders, "list", _leader_list, "包保一览，没有的也列出 / all, and areas without", "leaders list")
