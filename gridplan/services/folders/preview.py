"""What a list would be read as before it is imported, and the mapping that remembers how a foreign list names its columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gridplan.intake.clean import clean_text, fold, hide
from gridplan.intake.columns import Columns, Found, find_columns
from gridplan.intake.guess import guess_columns
from gridplan.intake.lists import SITE_COLUMNS
from gridplan.intake.mapping import save_columns
from gridplan.intake.recognise import Recogniser, read_recogniser
from gridplan.intake.register import LISTS, OWN_WORDS, list_files
from gridplan.intake.rows import KINDS
from gridplan.intake.settings import ColumnMapping, SourceSettings, read_mapping
from gridplan.intake.sheet import read_table
from gridplan.intake.tables import Table
from gridplan.model.errors import InputError
from gridplan.model.site import Standing

MAPPING = "mapping.toml"
_SAMPLES = 3
_UNKNOWN = 20


def preview(where: Path, *, save: bool = False) -> dict[str, Any]:
    """Tell for each list of an input folder, or for one file, what each column is taken for and why.

    `why`: `mapping` (mapping.toml says so), `name` (its header is known), `header` (its header holds a known one), `cells` (its
    cells look so), "" (kept as it is). Only the first two count at import; with `save` the others are written into mapping.toml
    and count from then on. `unknown`: kinds and statuses of the list that nobody knows; a row of such a kind would be rejected.

    Raises
    ------
    InputError
        There is no list, or one cannot be read.
    """
    folder = where if where.is_dir() else where.parent
    if folder.name == LISTS and not where.is_dir():
        folder = folder.parent
    mapping = read_mapping(folder / MAPPING)
    paths = list_files(where) if where.is_dir() else [where]
    words = read_recogniser(folder / OWN_WORDS)
    lists = [look_at(path, mapping, words) for path in paths]
    saved = 0
    if save:
        several = len(paths) > 1 or paths[0].parent.name == LISTS or (folder / LISTS).is_dir()
        wanted = {one["file"] if several else "": _proposed(one) for one in lists}
        if several:
            # A list with columns of its own no longer follows [sites.columns]: what it took from there goes along.
            for one in lists:
                if wanted[one["file"]] and not mapping.sources.get(one["file"], SourceSettings()).columns:
                    wanted[one["file"]] |= _proposed(one, ("mapping",))
        saved = save_columns(folder / MAPPING, {name: columns for name, columns in wanted.items() if columns})
        lists = [look_at(path, read_mapping(folder / MAPPING), words) for path in paths]
    return {"lists": lists, "saved": saved}


def _proposed(one: dict[str, Any], why: tuple[str, ...] = ("header", "cells")) -> dict[str, str]:
    return {column["key"]: column["header"] for column in one["columns"] if column["why"] in why}


def look_at(path: Path, mapping: ColumnMapping, words: Recogniser) -> dict[str, Any]:
    """Tell of one list what each column is taken for, as `preview` does, and whether its points say their own datum."""
    own = mapping.sources.get(path.name, SourceSettings())
    told = own.columns or mapping.columns
    columns = SITE_COLUMNS.foreign(told, own.unread)
    table = read_table(path, columns)
    loose = Columns(names=columns.names, ignored=columns.ignored, unread=columns.unread)
    found = _found(table, loose)
    guesses = guess_columns(table, found, loose)
    by_header: dict[str, tuple[str, str, float]] = {
        header: (key, "mapping" if key in told else "name", 1.0) for key, header in found.headers.items()
    } | {guess.header: (guess.key, guess.why, guess.share) for guess in guesses}
    kinds = {fold(text) for text in (*mapping.kinds, *own.kinds)} | KINDS.keys()
    known: dict[str, Callable[[str], bool]] = {
        "kind": lambda text: fold(text) in kinds,
        "status": lambda text: words.standing(text) is not Standing.UNKNOWN,
    }
    keys = {key for key, _, _ in by_header.values()}
    missing = [key for key in ("name",) if key not in keys]
    if not table.has_points and not keys & {"address", "lon"}:
        missing.append("address")
    return {
        "file": path.name,
        "rows": len(table.rows),
        "columns": [_column(table, header, *by_header.get(header, ("", "", 0.0))) for header in table.header],
        "missing": missing,
        "unknown": {
            key: _unknown(table, header, known[key])
            for header, (key, _, _) in by_header.items()
            if key in known and not (key == "kind" and "*" in kinds)
        },
        "dated": own.date.isoformat() if own.date else "",
        "skipped": table.skipped,
        "points": table.has_points or "lon" in keys,
        "datum": proved.value if (proved := table.datum or found.datum) else "",
    }


def _unknown(table: Table, header: str, known: Callable[[str], bool]) -> list[str]:
    texts = dict.fromkeys(clean_text(row.values.get(header, "")) for row in table.rows)
    return [text for text in texts if text and not known(text)][:_UNKNOWN]


def _found(table: Table, columns: Columns) -> Found:
    """As at import, but half a point or two datums are left to the proposals."""
    try:
        return find_columns(table.file, table.header, columns)
    except InputError:
        names = {key: names for key, names in columns.names.items() if key not in ("lon", "lat")}
        return find_columns(
            table.file, table.header, Columns(names=names, ignored=columns.ignored, unread=columns.unread)
        )


def _column(table: Table, header: str, key: str, why: str, share: float) -> dict[str, Any]:
    filled = [text for row in table.rows if (text := row.values.get(header, ""))]
    samples = list(dict.fromkeys(hide(header, hide(key, text)) for text in filled[:50]))[:_SAMPLES]
    return {
        "header": header,
        "key": key,
        "label": SITE_COLUMNS.names[key][1] if key else "",
        "why": why,
        "share": share,
        "filled": len(filled),
        "samples": samples,
    }
