"""Verbs over the tokens of programs: add, list, revoke."""

from __future__ import annotations

import argparse
from typing import Any

from gridplan.cli.shared import WHO, add_group, add_verb, desk_of, tell
from gridplan.model.record import Scope


def _add(args: argparse.Namespace) -> int:
    from gridplan.services.accounts.tokens import add_token

    scopes = [Scope(scope) for scope in args.scope or ["read"]]
    token, secret = add_token(desk_of(args), args.login, args.name, scopes, days=args.days, by=WHO)
    return tell(args, {"id": token.id, "token": secret, "expires": token.expires.date().isoformat()})


def _list(args: argparse.Namespace) -> int:
    with desk_of(args).store.reading() as t:
        tokens = [
            {
                "id": token.id,
                "login": token.login,
                "name": token.name,
                "scopes": sorted(token.scopes),
                "expires": token.expires.date().isoformat(),
                "used": token.used.isoformat() if token.used else None,
                "revoked": token.revoked is not None,
            }
            for token in t.tokens.list()
        ]
    return tell(args, {"tokens": tokens})


def _revoke(args: argparse.Namespace) -> int:
    with desk_of(args).store.transaction() as t:
        t.tokens.revoke(args.id, by=WHO)
    return tell(args, {"id": args.id, "revoked": True})


def add_verbs(verbs: Any) -> None:
    """Add the group tokens."""
    group = add_group(verbs, "tokens", "程序访问令牌 / tokens for programs")
    add = add_verb(
        group,
        "add",
        _add,
        "新建令牌，只显示一次 / make a token, shown once",
        "tokens add lin --name 统计系统 --scope read",
    )
    add.add_argument("login")
    add.add_argument("--name", required=True)
    add.add_argument("--scope", action="append", choices=[scope.value for scope in Scope])
    add.add_argument("--days", type=int, default=90)
    add_verb(group, "list", _list, "列出令牌 / list the tokens", "tokens list")
    add_verb(group, "revoke", _revoke, "作废令牌 / end a token", "tokens revoke 1").add_argument("id", type=int)
