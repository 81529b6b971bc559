"""The verb https: an authority and a certificate for an intranet's server."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gridplan.cli.shared import add_verb, tell


def _make(args: argparse.Namespace) -> int:
    from gridplan.services.operation.https import make_https

    return tell(args, make_https(args.out, args.host, organisation=args.organisation))


def add_verbs(verbs: Any) -> None:
    """Add the verb https."""
    verb = add_verb(
        verbs,
        "https",
        _make,
        "内网 https：自建证书机构、服务器证书、nginx 和 Caddy 设置 / https for an intranet",
        "gridplan https gridplan.example 10.0.0.5 --out tls",
    )
    verb.add_argument("host", nargs="+", help="主机名或地址 / names and addresses of the server")
    verb.add_argument("--out", type=Path, required=True, help="文件夹 / folder")
    verb.add_argument("--organisation", default="gridplan", help="单位名称 / name of the office")
