"""Verbs over log-ins: users list, add, change, close, open, password, sessions."""

from __future__ import annotations

import argparse
from typing import Any

from gridplan.cli.shared import WHO, add_group, add_verb, desk_of, tell
from gridplan.model.crew import TeamId
from gridplan.model.place import AreaCode
from gridplan.model.record import Role, User


def _list(args: argparse.Namespace) -> int:
    from gridplan.services.accounts.people import people

    rows = [
        {
            "login": line.user.login,
            "name": line.user.name,
            "role": line.user.role.value,
            "area": line.user.area,
            "crew": line.crew,
            "active": line.user.active,
            "sessions": line.sessions,
        }
        for line in people(desk_of(args), by=WHO)
    ]
    return tell(args, {"users": rows})


def _member(args: argparse.Namespace) -> tuple[TeamId | None, str | None]:
    team, _, member = (args.member or "").partition("/")
    return (TeamId(team) if team else None), member or None


def _add(args: argparse.Namespace) -> int:
    from gridplan.services.accounts.people import add

    team, member = _member(args)
    area = AreaCode(args.area) if args.area else None
    user = User(login=args.login, name=args.name, role=Role(args.role), area=area, team=team, member=member)
    password = add(desk_of(args, create=True), user, by=WHO)
    return tell(args, {"login": args.login, "password": password})


def _change(args: argparse.Namespace) -> int:
    from gridplan.services.accounts.people import change, people

    desk = desk_of(args)
    known = next((line.user for line in people(desk, by=WHO) if line.user.login == args.login), None)
    team, member = (known.team, known.member) if known and args.member is None else _member(args)
    after = change(
        desk,
        args.login,
        by=WHO,
        name=args.name or (known.name if known else ""),
        role=Role(args.role) if args.role else (known.role if known else Role.INSPECTOR),
        area=(known.area if known else None) if args.area is None else args.area,
        team=team,
        member=member,
    )
    return tell(args, {"login": after.login, "role": after.role.value, "area": after.area or ""})


def _close(args: argparse.Namespace) -> int:
    from gridplan.services.accounts.people import close

    close(desk_of(args), args.login, by=WHO)
    return tell(args, {"login": args.login, "active": False})


def _open(args: argparse.Namespace) -> int:
    from gridplan.services.accounts.people import reopen

    reopen(desk_of(args), args.login, by=WHO)
    return tell(args, {"login": args.login, "active": True})


def _password(args: argparse.Namespace) -> int:
    from gridplan.services.accounts.people import reset_password

    return tell(args, {"login": args.login, "password": reset_password(desk_of(args), args.login, by=WHO)})


def _sessions(args: argparse.Namespace) -> int:
    from gridplan.services.accounts.people import end_sessions

    return tell(args, {"login": args.login, "ended": end_sessions(desk_of(args), args.login, by=WHO)})


def add_verbs(verbs: Any) -> None:
    """Add the group users."""
    users = add_group(verbs, "users", "登录账号 / log-ins")
    add_verb(users, "list", _list, "列出账号 / list the log-ins", "users list")
    add = add_verb(
        users,
        "add",
        _add,
        "新建账号，打印一次性密码 / add a log-in, print its one-time password",
        "users add lin --name 林知夏 --role planner",
    )
    change = add_verb(
        users, "change", _change, "改姓名、角色、辖区、对应组员 / change a log-in", "users change lin --area 110000001"
    )
    for name, call, words in (
        ("close", _close, "停用账号，立即退出 / close a log-in, at once"),
        ("open", _open, "重新启用 / open it again"),
        ("password", _password, "重置密码，打印一次性密码 / give a new one-time password"),
        ("sessions", _sessions, "结束全部登录 / end all its sessions"),
    ):
        add_verb(users, name, call, words, f"users {name} lin").add_argument("login")
    for verb in (add, change):
        new = verb is add
        verb.add_argument("login")
        verb.add_argument("--name", required=new)
        verb.add_argument("--role", required=new, choices=[role.value for role in Role])
        verb.add_argument(
            "--area", metavar="CODE", help="只管这一片及其下级，空为全区 / bound to this area, empty = all"
        )
        verb.add_argument("--member", metavar="TEAM/MEMBER", help="对应的检查组成员 / the crew member it is")
