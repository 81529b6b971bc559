"""Completes a mapping.toml: what the file says already, comments and order stay as the user wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from gridplan.intake.broken import broken_toml
from gridplan.intake.files import read_text
from gridplan.model.errors import InputError
from gridplan.model.words import say


def save_columns(path: Path, columns: Mapping[str, Mapping[str, str]]) -> int:
    """Write which header of a list holds which column, and return how many were written; what is named already stays.

    `columns`: list's file name, "" for the only list of the folder → our column → its header. The file appears whole.

    Raises
    ------
    InputError
        mapping.toml cannot be read or written.
    """
    text = read_text(path, "TOML") if path.is_file() and path.stat().st_size else ""
    try:
        document: Any = tomlkit.parse(text)
    except TOMLKitError as error:
        raise broken_toml(path.name, text, error) from None
    written = 0
    for name, wanted in columns.items():
        table = _table(document, ("sites", "columns") if not name else ("sources", name, "columns"))
        for key, header in wanted.items():
            if key not in table:
                table[key] = header
                written += 1
    if written:
        made = path.with_name(f".{path.name}.new")
        try:
            made.write_text(tomlkit.dumps(document), encoding="utf-8", newline="\n")
            made.replace(path)
        except OSError as error:
            raise InputError(say("intake.cannot_write", file=path.name, why=error.strerror)) from None
    return written


def _table(document: Any, names: tuple[str, ...]) -> Any:
    at = document
    for name in names:
        if name not in at:
            at[name] = tomlkit.table(is_super_table=name != names[-1])
        at = at[name]
    return at
