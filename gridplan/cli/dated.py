"""What the verbs of the field share: on which day they are said."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from typing import Any

from gridplan.model.release import now_in_china


def today(args: argparse.Namespace) -> date:
    from gridplan.services.folders.replanning import day_of

    return day_of(args.today) if args.today else now_in_china().date()


def day_or_none(text: str | None) -> date | None:
    from gridplan.services.folders.replanning import day_of

    return day_of(text) if text else None


def now(args: argparse.Namespace) -> datetime:
    now = now_in_china()
    return datetime.combine(today(args), now.time())


def dated(verb: Any) -> Any:
    verb.add_argument("--today", metavar="DATE", help="按这一天算，默认今天 / as of this day, by default today")
    return verb
