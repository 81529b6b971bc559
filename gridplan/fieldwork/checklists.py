"""Reads checklists and the categories of problems: the ones that come with gridplan, or an office's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from gridplan.model.checklist import Checklist, ChecklistItem
from gridplan.model.errors import InputError
from gridplan.model.finding import Categories, Category, NoticeKind
from gridplan.model.site import SiteKind, Standing
from gridplan.model.words import Text, say

CHECKLIST, CATEGORIES = "checklists.toml", "categories.toml"
_OWN = Path(__file__).parent


@cache
def usual_checklist() -> Checklist:
    """Return the checklist that comes with gridplan."""
    return read_checklist(_OWN / CHECKLIST, usual_categories())


@cache
def usual_categories() -> Categories:
    """Return the twelve categories that come with gridplan."""
    return read_categories(_OWN / CATEGORIES)


def read_checklist(path: Path, categories: Categories) -> Checklist:
    """Read a checklist.

    Raises
    ------
    InputError
        The file cannot be read, or an item lacks a key, words or minutes, repeats a key or names what does not exist.
    """
    data = _load(path)
    version = _text(path, "version", data.get("version"))
    items: list[ChecklistItem] = []
    for number, row in enumerate(data.get("item", ()), 1):
        where = f"item {number}"
        key = _text(path, f"{where}.key", row.get("key"))
        if any(item.key == key for item in items):
            raise InputError(say("findings.twice", file=path.name, where=where, key=key))
        minutes = row.get("minutes")
        if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 < minutes <= 240:
            raise InputError(say("findings.bad_minutes", file=path.name, where=where, value=minutes))
        category = _one_of(path, f"{where}.category", row.get("category"), categories)
        items.append(
            ChecklistItem(
                key=key,
                text=Text(_text(path, f"{where}.zh", row.get("zh")), str(row.get("en") or row.get("zh"))),
                minutes=float(minutes),
                category=category,
                kinds=tuple(_one_of(path, f"{where}.kinds", one, [*SiteKind]) for one in row.get("kinds", ())),
                standings=tuple(
                    _one_of(path, f"{where}.standings", one, [*Standing]) for one in row.get("standings", ())
                ),
            )
        )
    if not items:
        raise InputError(say("findings.no_items", file=path.name))
    return Checklist(version=version, items=tuple(items))


def read_categories(path: Path) -> Categories:
    """Read the categories of problems; raises InputError where one lacks words or names an unknown notice."""
    found: dict[str, Category] = {}
    for key, row in _load(path).items():
        if not isinstance(row, Mapping):
            raise InputError(say("findings.bad_value", file=path.name, where=key, value=row))
        notice = row.get("notice")
        days = row.get("days", 7)
        if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= 366:
            raise InputError(say("findings.bad_value", file=path.name, where=f"{key}.days", value=days))
        found[key] = Category(
            key=key,
            name=Text(_text(path, f"{key}.zh", row.get("zh")), str(row.get("en") or row.get("zh"))),
            notice=NoticeKind(_one_of(path, f"{key}.notice", notice, [*NoticeKind])) if notice else None,
            days=days,
        )
    if not found:
        raise InputError(say("findings.no_items", file=path.name))
    return found


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(say("run.no_file", folder=path.parent, file=path.name)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(say("findings.bad_file", file=path.name, problem=error)) from error


def _text(path: Path, where: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(say("findings.bad_value", file=path.name, where=where, value=value))
    return value.strip()


def _one_of(path: Path, where: str, value: object, known: Mapping[str, object] | list[Any]) -> str:
    text = _text(path, where, value)
    if text not in known:
        text_known = "、".join(str(one) for one in known)
        raise InputError(say("findings.not_one_of", file=path.name, where=where, value=text, known=text_known))
    return text
