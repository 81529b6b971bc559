"""What a prepared import would do, told before anything is written: columns, doubts in groups, duplicates, the line of sums."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.geocode.decided import with_decision
from gridplan.grid.locate import AreaIndex
from gridplan.intake.clean import clean_text, fold_name, hide
from gridplan.intake.doubles import find_doubles
from gridplan.intake.lists import SITE_COLUMNS
from gridplan.intake.merge import SameSites, pair_key, site_key
from gridplan.intake.recognise import read_recogniser
from gridplan.intake.register import LISTS, OWN_WORDS, Register, read_sites
from gridplan.intake.sheet import read_table
from gridplan.intake.tables import Table, column_letter
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.place import Area, Datum, GazetteerEntry
from gridplan.model.record import Decision
from gridplan.model.release import CHINA
from gridplan.model.round import Round
from gridplan.model.site import PlacedSite, SiteKind, SiteStatus
from gridplan.model.words import Text, catalogue, say
from gridplan.services.desk import Desk
from gridplan.services.folders.datum_doubt import ListGuess, evidence_of, guess_lists, street_pieces
from gridplan.services.folders.placing import code_sites, extent_of
from gridplan.services.folders.preview import look_at
from gridplan.services.registry.duplicates import said_of
from gridplan.services.registry.importing import job_of, lists_of, mapping_of, name_of, running, staying
from gridplan.services.registry.importing_join import join_sites
from gridplan.store.intake import IntakeDraft, IntakeDrafts, SiteLines

SHOWN_ROWS = 300
"""So many rows of a preview are shown; the downloaded table has them all."""
MOST_PLACED = 8_000
"""Lists of more sites are not located for the preview: pairs that may be one are then told after the import."""
_PREVIEW = ("name", "uscc", "address", "lon", "lat", "kind", "permit", "licence")
_LEAVES = {"unknown_kind": "value", "dropped_value": "column", "contradiction": "column"}
"""Groups that are parted further: what is to be done differs by value or column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Basis:
    """What the register knows that lists are read against."""

    round: Round
    areas: tuple[Area, ...]
    gazetteer: tuple[GazetteerEntry, ...]
    said: SameSites
    decisions: Mapping[str, Decision]


_Seen = tuple[Register, _Basis, list[PlacedSite], dict[str, ListGuess]]
_SEEN: dict[tuple[str, str, int, str], _Seen] = {}
_LOCK = threading.Lock()
_REMEMBERED = 3


def _draft_pairs(settings: Mapping[str, Any], said: SameSites) -> SameSites:
    """Return what people said of pairs, with what is said in this import."""
    pairs = [((one["keys"][0], one["keys"][1]), bool(one["same"])) for one in settings.get("pairs", ())]
    return SameSites(
        same=said.same | {keys for keys, same in pairs if same},
        different=said.different | {keys for keys, same in pairs if not same},
    )


def read_draft(desk: Desk, draft: IntakeDraft, *, row_by_row: bool = False) -> tuple[Register, _Basis]:
    """Read the lists of a prepared import as they are to be imported."""
    settings = desk.settings()
    with desk.store.reading() as t:
        basis = _Basis(
            round=settings,
            areas=t.areas.list(),
            gazetteer=t.gazetteer.list(),
            said=_draft_pairs(draft.settings, said_of(t)),
            decisions=t.decisions.by_key(),
        )
        with lists_of(t, draft) as folder:
            extent = extent_of(basis.areas) if basis.areas else None
            mapping = mapping_of(draft.settings)
            register = read_sites(folder, mapping, settings, extent, basis.said, row_by_row=row_by_row)
        stay = staying(draft)
        # Decoding a register takes time: only where something of it stays.
        sites = [site for site in t.sites.list() if any(row.file in stay for row in site.rows)] if stay else []
    return join_sites(register, sites, basis.said), basis


def look(desk: Desk, draft_id: str, *, shown: str = "", everything: bool = False) -> dict[str, Any]:
    """Return what the page of a prepared import shows. `shown` names the group of doubts whose rows are wanted."""
    with desk.store.reading() as t:
        drafts = IntakeDrafts(t.connection)
        draft = drafts.get(draft_id)
        mark, last = drafts.mark(), drafts.newest_run()
        with lists_of(t, draft) as folder:
            words = read_recogniser(folder / OWN_WORDS)
            mapping = mapping_of(draft.settings)
            seen = [look_at(folder / LISTS / name, mapping, words) for name, _ in draft.files]
            tables = {name: _table(folder / LISTS / name, draft.settings["files"][name]) for name, _ in draft.files}
    job = job_of(desk, draft)
    view: dict[str, Any] = {
        "id": draft.id,
        "district": desk.district(),
        "version": draft.version,
        "by": name_of(desk, draft.by),
        "login": draft.by,
        "base": mark,
        "moved": None
        if draft.base == mark or last is None
        else {"by": name_of(desk, last[0]), "at": last[1].astimezone(CHINA).strftime("%m-%d %H:%M")},
        "state": "running" if running(desk, draft) else ("done" if draft.state == "done" else "open"),
        "failed": job.error if job and draft.state != "done" and job.state.final else None,
        "result": draft.result,
        "sums": None,
        "doubts": [],
        "pairs": [],
        "after": None,
        "rows": [],
        "all_rows": everything,
        "shown": shown,
    }
    missing = [key for one in seen for key in one["missing"]]
    register = None
    guesses: dict[str, ListGuess] = {}
    problem: Text | None = None
    if not missing:
        try:
            register, basis, placed, guesses = _read_once(desk, draft, mark)
        except InputError as error:
            problem = error.text
    complaints = register.complaints if register else ()
    if register:
        view["pairs"] = _pairs(draft, placed, basis.said, register)
        view["sums"] = sums(register)
        view["after"] = _after(desk, register, placed)
    with desk.store.reading() as t:
        in_register = SiteLines(t.connection).files()
    own = {name for name, _ in draft.files}
    view["stay"] = [
        {"name": name, "sites": count, "stays": name in draft.settings.get("stay", ())}
        for name, count in in_register.items()
        if name not in own
    ]
    files = [
        _file(number, one, draft.settings["files"][one["file"]], tables[one["file"]], complaints, guesses)
        for number, one in enumerate(seen)
    ]
    view["files"] = files
    view["problem"] = problem
    view["doubts"] = _doubts(files, complaints, view["pairs"], register)
    view["blocked"] = sum(doubt["blocks"] for doubt in view["doubts"])
    view["can_run"] = register is not None and not view["blocked"]
    rows = _rows(tables, files, complaints, register)
    wanted = next((doubt["at"] for doubt in view["doubts"] if doubt["id"] == shown), None)
    doubtful = [row for row in rows if row["doubtful"]]
    chosen = rows if everything else doubtful
    if wanted is not None:
        chosen = [row for row in rows if (row["file"], row["row"]) in wanted]
    view |= {"rows": chosen[:SHOWN_ROWS], "found_rows": len(chosen), "doubtful": len(doubtful), "lines": len(rows)}
    view["several"] = len(files) > 1
    return view


def _read_once(desk: Desk, draft: IntakeDraft, mark: str) -> _Seen:
    """Read and locate the lists, or remember what came of it: a page is looked at several times between two changes."""
    key = (desk.url, draft.id, draft.version, mark)
    with _LOCK:
        if key in _SEEN:
            return _SEEN[key]
    register, basis = read_draft(desk, draft, row_by_row=True)
    seen = (register, basis, *_placed(desk, register, basis))
    with _LOCK:
        _SEEN[key] = seen
        while len(_SEEN) > _REMEMBERED:
            _SEEN.pop(next(iter(_SEEN)))
    return seen


def sums(register: Register) -> dict[str, int]:
    """Return the line of sums: total = kept + merged + waiting + skipped."""
    return {
        "total": register.rows + register.skipped,
        "kept": register.rows - register.merged - len(register.rejected),
        "merged": register.merged,
        "waiting": len(register.rejected),
        "skipped": register.skipped,
    }


def _table(path: Path, one: Mapping[str, Any]) -> Table:
    return read_table(path, SITE_COLUMNS.foreign(one.get("columns", {}), one.get("unread", ())))


def _placed(desk: Desk, register: Register, basis: _Basis) -> tuple[list[PlacedSite], dict[str, ListGuess]]:
    """Return where the sites would be placed, and how the points of each list seem to be meant."""
    if not basis.areas:
        return [], {}
    sites = register.sites[:MOST_PLACED]
    index = AreaIndex(basis.areas)
    coded = code_sites(basis.round, sites, basis.areas, basis.gazetteer, index)
    guesses = {one.file: one for one in guess_lists(coded, basis.areas, street_pieces(desk.network()))}
    if len(register.sites) > MOST_PLACED:
        return [], guesses
    coded = [with_decision(item, basis.decisions) for item in coded]
    found = iter(index.locate([item.fix.point for item in coded if item.fix.point]))
    placed = []
    for item in coded:
        areas = next(found) if item.fix.point else {}
        lost = item.status is SiteStatus.LOCATED and not areas
        status = SiteStatus.REVIEW if lost else item.status
        placed.append(PlacedSite(site=item.site, fix=item.fix, status=status, areas=areas))
    return placed, guesses


def _after(desk: Desk, register: Register, placed: Sequence[PlacedSite]) -> dict[str, Any]:
    """Return how the register would differ from the one of now, and how many sites would wait for review."""
    with desk.store.reading() as t:
        outline = t.sites.outline()
        files = SiteLines(t.connection).files()
    now = Counter(site_key_of(name, address) for name, address, _ in outline)
    then = Counter(site_key(site) for site in register.sites)
    lists = {row.file for site in register.sites for row in site.rows}
    return {
        "before": len(outline),
        "now": len(register.sites),
        "new": (then - now).total(),
        "gone": (now - then).total(),
        "left": sorted(name for name in files if name not in lists),
        "located": sum(one.status is SiteStatus.LOCATED for one in placed) if placed else None,
        "review": sum(one.status is SiteStatus.REVIEW for one in placed) if placed else None,
        "rejected": sum(one.status is SiteStatus.REJECTED for one in placed) if placed else None,
    }


def site_key_of(name: str, address: str) -> str:
    """Return by what a site of this name and address is known again."""
    return f"{fold_name(name)}|{fold_name(address)}"


def _pairs(
    draft: IntakeDraft, placed: Sequence[PlacedSite], said: SameSites, register: Register
) -> list[dict[str, Any]]:
    """Return the pairs that may be one site, those that were decided here first."""
    by_id = {one.site.id: one.site for one in placed}
    told = [
        {"names": one["names"], "where": one["where"], "keys": one["keys"], "same": one["same"], "reasons": ""}
        for one in draft.settings.get("pairs", ())
    ]
    decided = {tuple(one["keys"]) for one in draft.settings.get("pairs", ())}
    for pair in find_doubles(placed, said)[:200]:
        one, other = by_id[pair.one], by_id[pair.other]
        keys = pair_key(one, other)
        if keys in decided:
            continue
        told.append(
            {
                "names": [one.name, other.name],
                "where": [f"{site.rows[0].file} {site.rows[0].row}" for site in (one, other)],
                "addresses": [one.address, other.address],
                "keys": list(keys),
                "same": None,
                "reasons": "、".join(say(f"doubles.{reason}").zh for reason in pair.reasons),
            }
        )
    return told


def _file(
    number: int,
    one: Mapping[str, Any],
    own: Mapping[str, Any],
    table: Table,
    complaints: Sequence[Complaint],
    guesses: Mapping[str, ListGuess],
) -> dict[str, Any]:
    """Return what the table of columns shows of one list."""
    doubts: dict[str, Counter[str]] = defaultdict(Counter)
    for complaint in complaints:
        if complaint.file == one["file"] and complaint.column:
            doubts[complaint.column][complaint.code.partition(".")[2]] += 1
    columns = []
    for at, column in enumerate(one["columns"]):
        key = next((key for key, header in own["columns"].items() if header == column["header"]), "")
        said = [
            {"code": code, "count": count, "bad": code in ("unknown_kind", "no_name", "no_place")}
            for code, count in doubts[column["header"]].most_common(2)
            if f"importing.cell_{code}" in catalogue()
        ]
        empty = one["rows"] - column["filled"]
        if key in ("name", "address") and empty:
            said.append({"code": "empty", "count": empty, "bad": False})
        columns.append(
            {
                "number": at,
                "letter": column_letter(at),
                "header": column["header"],
                "samples": column["samples"],
                "key": key,
                "why": column["why"],
                "share": column["filled"] / max(one["rows"], 1),
                "doubts": said,
            }
        )
    guess = guesses.get(one["file"])
    likely = guess.guess.likely.datum if guess and guess.guess.likely else None
    asked = bool(one["points"]) and not one["datum"]
    return {
        "number": number,
        "name": one["file"],
        "rows": one["rows"],
        "skipped": one["skipped"],
        "columns": columns,
        "found": sum(bool(column["key"]) for column in columns),
        "missing": one["missing"],
        "known": own.get("known", False),
        "date": own.get("date", ""),
        "kind": own.get("kind", ""),
        "no_kind": "kind" not in own["columns"],
        "datum": {
            "asked": asked,
            "value": own.get("datum", ""),
            "proved": one["datum"],
            "likely": likely.value if likely else "",
            "evidence": evidence_of(guess) if guess and asked else None,
            "points": guess.guess.points if guess else 0,
        },
    }


def _doubts(
    files: Sequence[Mapping[str, Any]],
    complaints: Sequence[Complaint],
    pairs: Sequence[Mapping[str, Any]],
    register: Register | None,
) -> list[dict[str, Any]]:
    """Return the doubts in groups, what blocks first: how many rows, what becomes of them, what may be done."""
    groups: list[dict[str, Any]] = []
    for one in files:
        for key in one["missing"]:
            groups.append(_group(f"missing_{key}", "error", one["rows"], file=one, blocks=True))
        if one["datum"]["asked"] and not one["datum"]["value"] and not one["missing"] and register:
            groups.append(_group("datum", "error", one["datum"]["points"], file=one, blocks=True))
    found: dict[tuple[str, str, str], list[Complaint]] = defaultdict(list)
    for complaint in complaints:
        code = complaint.code.partition(".")[2]
        leaf = getattr(complaint, _LEAVES[code]) if code in _LEAVES else ""
        found[code, leaf, complaint.file if code in ("unknown_kind", "no_kind_column") else ""].append(complaint)
    order = {severity: number for number, severity in enumerate(Severity)}
    told = sorted(found.items(), key=lambda item: (order[item[1][0].severity], -len(item[1])))
    by_name = {one["name"]: one for one in files}
    for (code, leaf, file), items in told:
        if code == "merged_row":
            continue
        rows = {(one.file, one.row) for one in items if one.row}
        group = _group(code, items[0].severity.value, len(rows), file=by_name.get(file), value=leaf)
        group |= {"at": rows, "first": items[0], "rows": sorted({row for _, row in rows})[:4]}
        if code == "contradiction" and f"intake.field_{leaf}" in catalogue():
            group["value"] = say(f"intake.field_{leaf}").zh
        groups.append(group)
    open_pairs = [pair for pair in pairs if pair["same"] is None]
    if register and register.merged:
        merged = {(one.file, one.row) for one in complaints if one.code == "sites.merged_row"}
        groups.append(_group("merged", "info", register.merged) | {"at": merged})
    if open_pairs:
        groups.append(_group("pairs", "warning", len(open_pairs)))
    if register and register.skipped:
        groups.append(_group("skipped", "info", register.skipped))
    for number, group in enumerate(groups):
        group["id"] = f"d{number}"
        group["known"] = f"importing.doubt_{group['code']}" in catalogue()
    return groups


def _group(
    code: str,
    severity: str,
    count: int,
    *,
    file: Mapping[str, Any] | None = None,
    value: str = "",
    blocks: bool = False,
) -> dict[str, Any]:
    return {
        "code": code,
        "severity": severity,
        "count": count,
        "file": file,
        "value": value,
        "blocks": blocks,
        "at": None,
        "first": None,
        "rows": [],
    }


def _rows(
    tables: Mapping[str, Table],
    files: Sequence[Mapping[str, Any]],
    complaints: Sequence[Complaint],
    register: Register | None,
) -> list[dict[str, Any]]:
    """Return the rows of all lists as the preview shows them: what counts of each, which cells are doubtful and why."""
    marks: dict[tuple[str, int], list[Complaint]] = defaultdict(list)
    for complaint in complaints:
        if complaint.row:
            marks[complaint.file, complaint.row].append(complaint)
    waiting = {(row.source.file, row.source.row) for row in register.rejected} if register else set()
    merged = {(one.file, one.row) for one in complaints if one.code == "sites.merged_row"}
    rows = []
    for one in files:
        header = {column["key"]: column["header"] for column in one["columns"] if column["key"]}
        keys = [key for key in _PREVIEW if key in header]
        for row in tables[one["name"]].rows:
            at = (one["name"], row.number)
            said = marks.get(at, [])
            flags = {item.column: item for item in said if item.severity is not Severity.INFO}
            cells = []
            for key in keys:
                flag = flags.get(header[key]) or (flags.get(header.get("lon", "")) if key == "lat" else None)
                text = clean_text(row.values.get(header[key], ""))
                cells.append(
                    {
                        "key": key,
                        "text": hide(key, text),
                        "flag": flag.severity.value if flag else "",
                        "why": flag.text if flag else None,
                    }
                )
            rows.append(
                {
                    "file": one["name"],
                    "row": row.number,
                    "cells": {cell["key"]: cell for cell in cells},
                    "state": "waiting" if at in waiting else ("merged" if at in merged else "kept"),
                    "doubtful": bool(flags) or at in waiting,
                    "why": [item.text for item in said],
                }
            )
    return rows


def preview_columns(view: Mapping[str, Any]) -> list[str]:
    """Return the columns of the preview: those that any list has."""
    held = {column["key"] for one in view["files"] for column in one["columns"]}
    return [key for key in _PREVIEW if key in held]


TARGETS = tuple(SITE_COLUMNS.names)
"""What a column may be taken for."""
DATUMS = (Datum.WGS84, Datum.GCJ02, Datum.BD09, Datum.CGCS2000)
KINDS = tuple(SiteKind)


def decide(settings: Mapping[str, Any], pair: Mapping[str, Any], same: bool | None) -> dict[str, Any]:
    """Return the settings with what was said of a pair; None takes it back."""
    rest = [one for one in settings.get("pairs", ()) if one["keys"] != pair["keys"]]
    said = {"keys": pair["keys"], "names": pair["names"], "where": pair["where"], "same": same}
    return {**settings, "pairs": rest if same is None else [*rest, said]}


def complaints(desk: Desk, draft_id: str) -> tuple[Complaint, ...]:
    """Return all that is to be told of the lists, row by row."""
    with desk.store.reading() as t:
        draft = IntakeDrafts(t.connection).get(draft_id)
    return read_draft(desk, draft, row_by_row=True)[0].complaints
