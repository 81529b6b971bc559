"""The log as people read it: who changed what, filtered, a page at a time, as a table or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from gridplan.model.days import read_day
from gridplan.model.errors import InputError
from gridplan.model.record import AuditEntry, User
from gridplan.model.release import CHINA
from gridplan.model.rights import Right
from gridplan.model.words import Text, catalogue, say
from gridplan.services.accounts import rights
from gridplan.services.desk import Desk

PAGE, MOST = 100, 10_000
KINDS = (
    *("log_in", "user", "import", "site", "team", "round", "plan", "assign"),
    *("field", "finding", "lead", "report", "job", "audit", "refused"),
)
"""The kinds of things that are logged, as one may filter by."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What of the log is asked for: one log-in, one kind, one thing, days from and to (both included), entries before one."""

    who: str = ""
    what: str = ""
    object: str = ""
    since: date | None = None
    till: date | None = None
    before: int | None = None


def filter_of(args: Mapping[str, str]) -> Filter:
    """Return the filter that an address holds.

    Raises
    ------
    InputError
        A day or number cannot be read.
    """

    def day(name: str) -> date | None:
        text = args.get(name, "").strip()
        try:
            return read_day(text) if text else None
        except ValueError:
            raise InputError(say("web.bad_day", value=text)) from None

    before = args.get("before", "").strip()
    if before and not (before.isdecimal() and len(before) < 16):
        raise InputError(say("audit.bad_number", value=before))
    what = args.get("what", "").strip()
    return Filter(
        who=args.get("who", "").strip(),
        what=what if what in KINDS or f"audit.{what}" in catalogue() else "",
        object=args.get("object", "").strip()[:200],
        since=day("since"),
        till=day("till"),
        before=int(before) if before else None,
    )


def entries(desk: Desk, wanted: Filter, *, reader: User, limit: int = PAGE) -> tuple[AuditEntry, ...]:
    """Return the newest entries that the reader may read; who is bound to an area reads what its people did."""
    with desk.store.reading() as t:
        rights.ask(t, reader.login, Right.AUDIT)
        who = rights.companions(t, reader)
        if wanted.who:
            who = frozenset({wanted.who}) if who is None else who & {wanted.who}
        return t.audit.list(
            object=wanted.object or None,
            limit=limit,
            who=who,
            what=wanted.what,
            since=_midnight(wanted.since) if wanted.since else None,
            till=_midnight(wanted.till + timedelta(days=1)) if wanted.till else None,
            before=wanted.before,
        )


def note_refused(desk: Desk, who: str, page: str) -> None:
    """Log that somebody asked for a page without the right to it, at most once a person, page and hour."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with desk.store.reading() as t:
        if t.audit.noted(who, "refused", page, since=hour):
            return
    with desk.store.transaction() as t:
        t.audit.add(who, "refused", page)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def audit_view(desk: Desk, wanted: Filter, *, reader: User) -> dict[str, Any]:
    """Return what the page of the log shows."""
    found = entries(desk, wanted, reader=reader, limit=PAGE + 1)
    with desk.store.reading() as t:
        seen, users = rights.companions(t, reader), t.users.list()
    names = {user.login: user.name for user in users}
    rows = [_row(entry, names) for entry in found[:PAGE]]
    return {
        "rows": rows,
        "next": found[PAGE - 1].id if len(found) > PAGE else None,
        "people": [(user.login, user.name) for user in users if seen is None or user.login in seen],
        "kinds": [(kind, say(f"audit.kind_{kind}")) for kind in KINDS],
    }


def _row(entry: AuditEntry, names: Mapping[str, str]) -> dict[str, Any]:
    key = f"audit.{entry.what}"
    return {
        "id": entry.id,
        "at": f"{entry.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        "who": entry.who,
        "name": names.get(entry.who, ""),
        "what": say(key) if key in catalogue() else Text(entry.what, entry.what),
        "object": entry.object,
        "thing": _thing(entry.object),
        "detail": _detail(entry.detail),
    }


def _thing(name: str) -> Text:
    """Say what an entry is about: its kind in words and its number; the long ones by their first eight letters."""
    kind, _, key = name.partition("/")
    pair = catalogue().get(f"audit.thing_{kind}")
    short = key if len(key) <= 20 else key[:8]
    return Text(*(f"{word} {short}".strip() for word in pair)) if pair else Text(name, name)


def _detail(detail: Mapping[str, Any]) -> Text:
    """Say the details in words: keys and values that the catalogue knows in both languages, others as they are."""

    def known(key: str, word: str) -> Text:
        pair = catalogue().get(f"{key}{word}")
        return Text(*pair) if pair else Text(word, word)

    def value(key: str, item: Any) -> Text:
        if isinstance(item, Mapping):
            pairs = [(known("audit.key_", str(name)), value(str(name), one)) for name, one in item.items()]
            return Text(
                "，".join(f"{name.zh} {one.zh}" for name, one in pairs),
                ", ".join(f"{name.en} {one.en}" for name, one in pairs),
            )
        if isinstance(item, list):
            each = [value(key, one) for one in item]
            return Text("、".join(one.zh for one in each) or "–", ", ".join(one.en for one in each) or "–")
        text = "–" if item is None else item if isinstance(item, str) else json.dumps(item)
        if key == "role":
            return known("people.role_", text)
        if key == "units":
            return known("report.department_", text)
        if isinstance(item, bool):
            return say(f"audit.value_{text}")
        return known(f"audit.value_{key}_", text)

    parts = [
        (known("audit.key_", str(key)), value(str(key), item)) for key, item in detail.items() if item not in ("", None)
    ]
    return Text(
        "；".join(f"{key.zh}：{text.zh}" for key, text in parts),
        "; ".join(f"{key.en}: {text.en}" for key, text in parts),
    )


def audit_csv(desk: Desk, wanted: Filter, *, reader: User) -> bytes:
    """Return the filtered log as CSV that a spreadsheet opens (at most 10,000 rows, the newest), and log that it was taken."""
    found = entries(desk, wanted, reader=reader, limit=MOST)
    with desk.store.transaction() as t:
        names = {user.login: user.name for user in t.users.list()}
        t.audit.add(reader.login, "audit.export", "audit", {"rows": len(found)})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [say(f"audit.{column}").zh for column in ("number", "at", "who", "name", "did", "object", "detail")]
    )
    for row in (_row(entry, names) for entry in found):
        writer.writerow(
            _safe([row["id"], row["at"], row["who"], row["name"], row["what"].zh, row["object"], row["detail"].zh])
        )
    return out.getvalue().encode("utf-8-sig")


def _safe(cells: Iterable[object]) -> list[str]:
    """Keep a spreadsheet from taking text for a formula."""
    return [f"'{cell}" if str(cell).startswith(_FORMULA) else str(cell) for cell in cells]
