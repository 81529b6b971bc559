"""Who stands for what: white and black lists of sites with their dates, leaders of areas."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from gridplan.model.errors import InputError
from gridplan.model.lead import LeaderLink, ListFlag, ListKind
from gridplan.model.place import AreaCode
from gridplan.model.rights import Right
from gridplan.model.site import SiteId
from gridplan.model.words import say
from gridplan.report.files import write_csv
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk

LIST_HEAD = ("site", "name", "address", "list", "since", "until", "reason")
NAMED = 5
"""So many sites of one name are told apart by their numbers."""


def site_meant(desk: Desk, text: str) -> str:
    """Return the site that somebody typed: by its number, its name, or a part of the name that only one has.

    Raises
    ------
    InputError
        Nothing was typed, no site is called so, or several are: then they are listed.
    """
    wanted = text.strip()
    if not wanted:
        raise InputError(say("standing.no_site_said"))
    with desk.store.reading() as t:
        found = t.sites.named(wanted, NAMED)
    if not found:
        raise InputError(say("store.no_site", site=wanted))
    if len(found) > 1:
        names = "、".join(f"{name}（{id}）" for id, name in found)
        raise InputError(say("leads.many_sites", site=wanted, names=names))
    return str(found[0][0])


# ---- leaders ---------------------------------------------------------------------------------------------------------


def link_leader(desk: Desk, area: str, person: str, title: str, *, by: str) -> LeaderLink:
    """Say which leader stands for an area (包保)."""
    if not person.strip():
        raise InputError(say("leads.nobody"))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        if area not in {one.code for one in t.areas.list()}:
            raise InputError(say("leads.no_area", area=area))
        return t.leaders.add(AreaCode(area), person.strip(), title.strip(), by=by)


def unlink_leader(desk: Desk, link: int, *, by: str) -> None:
    """Undo a link."""
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        t.leaders.remove(link, by=by)


def leaders(desk: Desk) -> list[dict[str, Any]]:
    """Return the leaders by area, and the townships that have none."""
    with desk.store.reading() as t:
        links, areas = t.leaders.list(), t.areas.list()
    names = {one.code: (one.name, one.level) for one in areas}
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "area": one.area,
            "area_name": names[one.area][0] if one.area in names else one.area,
            "person": one.person,
            "title": one.title,
        }
        for one in links
    ]
    linked = {one.area for one in links}
    rows += [
        {"id": None, "area": one.code, "area_name": one.name, "person": "", "title": ""}
        for one in areas
        if one.level.value == "township" and one.code not in linked
    ]
    return rows


# ---- white and black lists -------------------------------------------------------------------------------------------


def put_on_list(
    desk: Desk,
    site: str,
    kind: str,
    *,
    since: date,
    until: date | None,
    reason: str,
    public: bool,
    by: str,
) -> ListFlag:
    """Put a site on the white or the black list; a site is never on both at once.

    Raises
    ------
    InputError
        The list is unknown, the dates lie the wrong way round, a black entry has no reason, or the site is on the other list.
    """
    if kind not in {one.value for one in ListKind}:
        raise InputError(say("leads.no_list", list=kind))
    wanted = ListKind(kind)
    if until is not None and until < since:
        raise InputError(say("leads.list_backwards"))
    if wanted is ListKind.BLACK and not reason.strip():
        raise InputError(say("leads.why_black"))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        if site not in {one.id for one in t.sites.list()}:
            raise InputError(say("store.no_site", site=site))
        for one in t.list_flags.list(site=SiteId(site)):
            if (until is None or one.since <= until) and (one.until is None or since <= one.until):
                raise InputError(say("leads.on_list", site=site, list=say(f"leads.list_{one.list.value}")))
        return t.list_flags.add(
            ListFlag(
                id=0,
                site=SiteId(site),
                list=wanted,
                since=since,
                until=until,
                reason=reason.strip(),
                public=public,
                by=by,
            )
        )


def list_rows(desk: Desk, *, day: date, kind: str = "", public: bool = False) -> list[dict[str, Any]]:
    """Return who stands on the lists on `day`; with `public` what may be published, and nothing of who decided."""
    with desk.store.reading() as t:
        flags = t.list_flags.list(kind=ListKind(kind) if kind else None)
        sites = {one.id: one for one in t.sites.list()}
    return [
        {
            "id": one.id,
            "site": one.site,
            "name": sites[one.site].name if one.site in sites else one.site,
            "address": sites[one.site].address if one.site in sites else "",
            "list": one.list.value,
            "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else "",
            "reason": one.reason,
        }
        | ({} if public else {"public": one.public, "by": one.by})
        for one in flags
        if one.holds(day) and (one.public or not public)
    ]


def publish_list(desk: Desk, kind: str, out: Path, *, day: date) -> int:
    """Write the list as it may be published, as a sheet that any office reads; return how many sites it names."""
    rows = list_rows(desk, day=day, kind=kind, public=True)
    head = [say(f"leads.head_{key}").zh for key in LIST_HEAD]
    cells = [
        [say(f"leads.list_{row['list']}").zh if key == "list" else str(row[key]) for key in LIST_HEAD] for row in rows
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    write_csv(out, head, cells)
    return len(rows)


def public_list(desk: Desk, kind: str, *, day: date) -> bytes:
    """Return the same sheet as bytes that any office program reads as Chinese."""
    if kind not in {one.value for one in ListKind}:
        raise InputError(say("leads.no_list", list=kind))
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        path = Path(folder) / "list.csv"
        publish_list(desk, kind, path, day=day)
        return path.read_bytes()


def take_off_list(desk: Desk, flag: int, until: date, *, by: str) -> ListFlag:
    """Let an entry end after `until`; it stays in the books.

    Raises
    ------
    InputError
        It would end before it began.
    NotFound
        There is no such entry.
    """
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        now = next((one for one in t.list_flags.list() if one.id == flag), None)
        if now is not None and until < now.since:
            raise InputError(say("leads.list_backwards"))
        return t.list_flags.end(flag, until, by=by)


def lists_view(desk: Desk, *, kind: str, today: date) -> dict[str, Any]:
    """Return what the page shows: the entries that hold, those to come and those that are over, newest first."""
    with desk.store.reading() as t:
        flags = t.list_flags.list(kind=ListKind(kind) if kind else None)
        sites = {one.id: one for one in t.sites.list()}
        people = {user.login: user.name for user in t.users.list()}
    rows = [
        {
            "id": one.id,
            "site": one.site,
            "name": sites[one.site].name if one.site in sites else one.site,
            "address": sites[one.site].address if one.site in sites else "",
            "list": one.list.value,
            "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else "",
            "reason": one.reason,
            "public": one.public,
            "by": people.get(one.by, one.by),
            "state": "holds" if one.holds(today) else "ahead" if one.since > today else "over",
        }
        for one in reversed(flags)
    ]
    order = {"holds": 0, "ahead": 1, "over": 2}
    counts = Counter(row["list"] for row in rows if row["state"] == "holds")
    return {
        "kind": kind,
        "kinds": [one.value for one in ListKind],
        "rows": sorted(rows, key=lambda row: order[str(row["state"])]),
        "counts": {one.value: counts[one.value] for one in ListKind},
        "public": sum(row["public"] and row["state"] == "holds" for row in rows),
        "today": today.isoformat(),
    }


def leaders_view(desk: Desk) -> dict[str, Any]:
    """Return what the page shows: the links by area, the townships without a leader, and the areas to choose from."""
    rows = leaders(desk)
    with desk.store.reading() as t:
        areas = t.areas.list()
    depth = {one.code: one.level.depth for one in areas}
    return {
        "rows": sorted(rows, key=lambda row: (depth.get(row["area"], 9), row["area"], row["id"] or 0)),
        "linked": sum(row["id"] is not None for row in rows),
        "bare": sum(row["id"] is None for row in rows),
        "areas": [
            (one.code, one.name, one.level.value)
            for one in sorted(areas, key=lambda one: (one.level.depth, one.code))
            if one.level.depth <= 3
        ],
    }
