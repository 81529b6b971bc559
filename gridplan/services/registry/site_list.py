"""The register as its page shows it: filtered, counted, exported, and one site's card."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gridplan.intake.clean import fold
from gridplan.intake.lists import SITE_COLUMNS
from gridplan.model.errors import Complaint
from gridplan.model.place import AreaLevel
from gridplan.model.record import ImportRun, User
from gridplan.model.release import CHINA
from gridplan.model.rights import Right
from gridplan.model.site import LicenceClass, SiteId, SiteKind, SiteStatus
from gridplan.model.words import say
from gridplan.report.files import Book, fit
from gridplan.services.accounts.rights import ask, ask_site, own_names, sees
from gridplan.services.desk import Desk
from gridplan.services.registry.card import show_site
from gridplan.services.registry.importing import name_of
from gridplan.services.registry.site_edits import FIELDS, text_of
from gridplan.store.intake import SiteLines

MOST = 20_000
"""So many sites are sent to the page at once; a filter makes them fewer."""
FILTERS = ("kind", "township", "community", "status", "licence", "source", "text")
_COLUMNS = ("id", "name", "kind", "township", "community", "address", "uscc", "licence", "standing", "status")
_WIDTHS = (10, 30, 12, 14, 18, 40, 22, 12, 10, 10)
Filters = Mapping[str, str]


def kind_word(kind: str) -> str:
    """Return the key of the word for a kind."""
    return "glossary.community_kind" if kind == SiteKind.COMMUNITY.value else f"glossary.{kind}"


def column_label(key: str) -> str:
    """Return how a column of a list is called in Chinese."""
    return SITE_COLUMNS.names[key][1]


def _licence(line: Mapping[str, Any]) -> str:
    permit, licence = line["permit"], line["licence"]
    if permit is None or licence is None:
        return LicenceClass.UNKNOWN.value
    if permit:
        return LicenceClass.BOTH.value if licence else LicenceClass.PERMIT_ONLY.value
    return LicenceClass.LICENCE_ONLY.value if licence else LicenceClass.NONE.value


def _lines(desk: Desk, filters: Filters, reader: User | None) -> tuple[list[dict[str, Any]], int]:
    """Return the reader's lines that the filters leave, each with the names of its areas, and how many there are at all."""
    with desk.store.reading() as t:
        lines = SiteLines(t.connection).list()
        areas = t.areas.list()
    names = {area.code: area.name for area in areas if area.level is not AreaLevel.CELL}
    if reader is not None and reader.area is not None:
        own = own_names(areas, reader)
        lines = [line for line in lines if sees(reader, line["areas"].values(), line["named"], own)]
    words = fold(filters.get("text", "")).split()
    kept = []
    for line in lines:
        line["licence_class"] = _licence(line)
        # A site that was never located waits like one whose place is doubtful.
        line["place"] = line["status"] or "new"
        line["township_name"] = names.get(line["township"], "")
        line["community_name"] = names.get(line["community"], "")
        if _fits(line, filters, words):
            kept.append(line)
    return kept, len(lines)


def _fits(line: Mapping[str, Any], filters: Filters, words: Sequence[str]) -> bool:
    wanted = (
        ("kind", line["kind"]),
        ("township", line["township"]),
        ("community", line["community"]),
        ("status", line["place"]),
        ("licence", line["licence_class"]),
    )
    if any(filters.get(key) and filters[key] != value for key, value in wanted):
        return False
    if filters.get("source") and filters["source"] not in line["files"]:
        return False
    text = fold(f"{line['id']} {line['name']} {line['address']} {line['uscc']}")
    return all(word in text for word in words)


def index_view(desk: Desk, *, reader: User | None = None) -> dict[str, Any]:
    """Return the head of the page: counts, what may be filtered by, and the last import, which concerns the whole district."""
    lines, total = _lines(desk, {}, reader)
    whole = reader is None or reader.area is None
    with desk.store.reading() as t:
        townships = [area for area in t.areas.list() if area.level is AreaLevel.TOWNSHIP]
        last, snapshot = (t.imports.latest("sites"), t.snapshots.newest()) if whole else (None, None)
        ready = bool(t.areas.list())
    status = Counter(line["place"] for line in lines)
    return {
        "district": desk.district(),
        "whole": whole,
        "ready": ready and bool(desk.district()),
        "total": total,
        "located": status[SiteStatus.LOCATED.value],
        "review": status[SiteStatus.REVIEW.value],
        "rejected": status[SiteStatus.REJECTED.value],
        "new": status["new"],
        "kinds": [(kind, count) for kind, count in Counter(line["kind"] for line in lines).most_common()],
        "townships": [
            (area.code, area.name, count)
            for area in sorted(townships, key=lambda area: area.code)
            if (count := sum(line["township"] == area.code for line in lines))
        ],
        "statuses": [(name, status[name]) for name in ("located", "review", "rejected", "new") if status[name]],
        "licences": [
            (name.value, count)
            for name in LicenceClass
            if (count := sum(line["licence_class"] == name.value for line in lines))
        ],
        "sources": sorted({file for line in lines for file in line["files"]}),
        "last": _run(desk, last),
        "undo": snapshot.what if snapshot else "",
    }


def _run(desk: Desk, run: ImportRun | None) -> dict[str, Any] | None:
    if run is None or not run.file:
        return None
    return {
        "file": run.file,
        "by": name_of(desk, run.by),
        "at": run.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
        "counts": run.counts,
        "complaints": len(run.complaints),
    }


def rows_json(desk: Desk, filters: Filters, language: str, *, reader: User | None = None) -> bytes:
    """Return the reader's lines for the page's table and map, as JSON bytes."""
    lines, total = _lines(desk, filters, reader)
    kinds = {kind.value: say(kind_word(kind.value)).of(language) for kind in SiteKind}
    rows = [
        [
            line["id"],
            line["name"],
            kinds[line["kind"]],
            line["township_name"],
            line["community_name"],
            line["address"],
            line["place"],
            say(f"glossary.licence_{line['licence_class']}").of(language),
            line["lon"],
            line["lat"],
            line["sources"],
            line["others"],
        ]
        for line in lines[:MOST]
    ]
    states = ("located", "review", "rejected", "new")
    words = {state: say(f"sites.status_{state}").of(language) for state in states}
    answer = {"total": total, "found": len(lines), "rows": rows, "words": words}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def export_xlsx(desk: Desk, filters: Filters, *, by: str) -> bytes:
    """Return the lines that the filters leave as a workbook; phones are left out. That it was made is written down."""
    with desk.store.reading() as t:
        ask(t, by, Right.CHANGE_SITES)
        reader = t.users.get(by)
    lines, _ = _lines(desk, filters, reader)
    rows = [
        [
            line["id"],
            line["name"],
            say(kind_word(line["kind"])).zh,
            line["township_name"],
            line["community_name"],
            line["address"],
            line["uscc"],
            say(f"glossary.licence_{line['licence_class']}").zh,
            say(f"glossary.standing_{line['standing']}").zh,
            say(f"sites.status_{line['place']}").zh,
        ]
        for line in lines
    ]
    with desk.store.transaction() as t:
        t.audit.add(
            by, "site.export", "sites", {"sites": len(rows), "filters": {k: v for k, v in filters.items() if v}}
        )
    return workbook("sites.sheet", [say(f"sites.head_{name}").zh for name in _COLUMNS], _WIDTHS, rows)


def workbook(sheet: str, header: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return one sheet of texts and whole numbers as a workbook."""
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        path = Path(folder) / "out.xlsx"
        book = Book(path)
        page = book.sheet(sheet, header, widths)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    page.write_number(number, column, cell, book.plain)
                else:
                    page.write_string(number, column, fit(str(cell)), book.wrapped)
        book.close()
        return path.read_bytes()


def complaints_xlsx(complaints: Sequence[Complaint]) -> bytes:
    """Return complaints as a workbook: list, row, field, value, how grave, what is wrong in both languages."""
    rows = [
        [
            one.file,
            one.row,
            field_label(one.column),
            one.value,
            say(f"importing.severity_{one.severity.value}").zh,
            one.text.zh,
            one.text.en,
        ]
        for one in complaints
    ]
    names = ("file", "row", "column", "value", "severity", "text", "english")
    header = [say(f"importing.head_{name}").zh for name in names]
    return workbook("importing.sheet", header, (28, 8, 18, 26, 10, 60, 60), rows)


def field_label(column: str) -> str:
    """Return how a field is called in Chinese, or the column as the list itself calls it."""
    return SITE_COLUMNS.names[column][1] if column in SITE_COLUMNS.names else column


def _plain(text: str) -> str:
    """Return a stored value as a person reads it."""
    if text in ("True", "False"):
        return "有" if text == "True" else "无"
    return say(kind_word(text)).zh if text in {kind.value for kind in SiteKind} else text


def import_complaints(desk: Desk) -> dict[str, Any]:
    """Return what the last import, and the locating after it, complained about."""
    with desk.store.reading() as t:
        runs = [t.imports.latest("sites"), t.imports.latest("locate")]
    order = {"error": 0, "warning": 1, "info": 2}
    complaints = [one for run in runs if run for one in run.complaints]
    complaints.sort(key=lambda one: (order[one.severity.value], one.file, one.row))
    return {"last": _run(desk, runs[0]), "complaints": complaints, "district": desk.district()}


def site_view(desk: Desk, site_id: str, *, reader: User | None = None) -> dict[str, Any]:
    """Return a site's card with what may be set by hand; raises `NotFound` where it is not the reader's."""
    with desk.store.reading() as t:
        site, placed = SiteLines(t.connection).find(SiteId(site_id))
        if reader is not None:
            ask_site(t, reader.login, Right.CHANGE_SITES, site, placed)
    card = show_site(desk, site_id)
    with desk.store.reading() as t:
        names = {area.code: area.name for area in t.areas.list()}
        audit = t.audit.list(object=f"site/{site_id}", limit=20)
    values = [
        value
        | {
            "field": say("sites.point").zh if value["field"] == field_label("lon") else value["field"],
            "value": _plain(value["value"]),
            "others": [other | {"value": _plain(other["value"])} for other in value["others"]],
        }
        for value in card["values"]
    ]
    return card | {
        "values": values,
        "district": desk.district(),
        "area_names": [names.get(code, code) for code in card["areas"].values()],
        "point": [placed.fix.point.lon, placed.fix.point.lat] if placed and placed.fix.point else None,
        "fields": [{"key": field, "value": text_of(site, field)} for field in FIELDS],
        "kind_value": site.kind.value,
        "edits": [
            {
                "at": entry.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
                "by": name_of(desk, entry.who),
                "changes": [
                    (say(f"sites.field_{field}"), before or "—", after or "—")
                    for field, (before, after) in entry.detail.items()
                ],
            }
            for entry in audit
            if entry.what == "site.edit"
        ],
    }
