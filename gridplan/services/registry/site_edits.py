"""What a person sets of a site by hand: a source of its own, which outlives the list that the site came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gridplan.intake.clean import code_text, parse_day, parse_flag, parse_whole
from gridplan.intake.merge import site_key
from gridplan.intake.recognise import read_recogniser
from gridplan.intake.rows import valid_uscc
from gridplan.model.errors import Conflict, InputError
from gridplan.model.hours import parse_hours
from gridplan.model.rights import Right
from gridplan.model.site import OtherValue, Site, SiteId, SiteKind, SourceRow
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import ask, ask_site
from gridplan.services.desk import Desk
from gridplan.store.intake import SiteEdit, SiteEdits, SiteLines

BY_HAND = "手工"
"""The source that a card names for what was set by hand; its row is the number of the edit."""


def _kind(text: str) -> SiteKind:
    return SiteKind(text)


def _flag(text: str) -> bool | None:
    found = parse_flag(text) if text else None
    if text and found is None:
        raise ValueError
    return found


def _whole(text: str) -> int | None:
    found = parse_whole(text, low=1, high=600, unit="分钟") if text else None
    if text and found is None:
        raise ValueError
    return found


def _uscc(text: str) -> str:
    code = code_text(text).upper()
    if code and not valid_uscc(code):
        raise ValueError
    return code


def _due(text: str) -> Any:
    found = parse_day(text) if text else None
    if text and found is None:
        raise ValueError
    return found


FIELDS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "kind": ("kind", _kind),
    "uscc": ("uscc", _uscc),
    "permit": ("permit", _flag),
    "licence": ("licence", _flag),
    "status": ("state", str),
    "subject": ("subject", str),
    "minutes": ("minutes", _whole),
    "open": ("opening", lambda text: parse_hours(text) if text else None),
    "due": ("due", _due),
    "phone": ("phone", str),
}
"""What may be set by hand → the site's own field and how the text is read. Name and address are by what a site is known again."""


def text_of(site: Site, field: str) -> str:
    """Return a value of a site as a person would write it."""
    value = getattr(site, FIELDS[field][0])
    if value is None:
        return ""
    if isinstance(value, bool):
        return "有" if value else "无"
    return str(value.value if isinstance(value, SiteKind) else value)


def _read(field: str, text: str) -> Any:
    try:
        return FIELDS[field][1](text)
    except (ValueError, InputError) as error:
        label = say(f"sites.field_{field}")
        raise InputError(say("sites.bad_value", field=label, value=text)) from error


def with_edits(sites: Sequence[Site], edits: Sequence[SiteEdit]) -> list[Site]:
    """Return the sites with what was set by hand; what their lists say instead stays among the other values."""
    by_key: dict[str, list[SiteEdit]] = {}
    for edit in edits:
        by_key.setdefault(edit.key, []).append(edit)
    if not by_key:
        return list(sites)
    words = read_recogniser(Path())
    done = []
    for site in sites:
        for edit in by_key.get(site_key(site), ()):
            site = _edited(site, edit, words)
        done.append(site)
    return done


def _edited(site: Site, edit: SiteEdit, words: Any) -> Site:
    name = FIELDS[edit.field][0]
    before, source = text_of(site, edit.field), SourceRow(file=BY_HAND, row=edit.id, date=edit.at.date())
    others = {key: tuple(items) for key, items in site.others.items()}
    told = site.sources.get(name, site.rows[0])
    if before and before != edit.value and told.file != BY_HAND:
        others[name] = (*others.get(name, ()), OtherValue(value=before, source=told))
    values: dict[str, Any] = {name: _read(edit.field, edit.value)}
    if edit.field == "status":
        values["standing"] = words.standing(edit.value)
    return replace(site, **values, sources={**site.sources, name: source}, others=others)


def values_of(desk: Desk, site_id: str) -> dict[str, str]:
    """Return what may be set of a site as it stands, as a person would write it; its telephone is not told.

    Raises
    ------
    NotFound
        The register holds no such site.
    """
    with desk.store.reading() as t:
        site, _ = SiteLines(t.connection).find(SiteId(site_id))
    return {field: text_of(site, field) for field in FIELDS if field != "phone"}


def edit_site(desk: Desk, site_id: str, values: Mapping[str, str], seen: Mapping[str, str], *, by: str) -> int:
    """Set values of a site by hand and return how many changed. `seen` is what the page showed of each before.

    Raises
    ------
    NotFound, InputError, Conflict
        There is no such site, a value cannot be read, or somebody changed it since the page was shown.
    """
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES)
        site, placed = SiteLines(t.connection).find(SiteId(site_id))
        ask_site(t, by, Right.CHANGE_SITES, site, placed)
        edits = SiteEdits(t.connection)
        changed: dict[str, list[str]] = {}
        words = read_recogniser(Path())
        for field in FIELDS:
            wanted = values.get(field, seen.get(field, "")).strip()
            if field not in values or wanted == seen.get(field, ""):
                continue
            now = text_of(site, field)
            if now != seen.get(field, ""):
                raise Conflict(say("sites.edited_meanwhile", field=say(f"sites.field_{field}"), value=now or "—"))
            read = _read(field, wanted)
            if isinstance(read, str):
                wanted = read
            edit = edits.put(site_key(site), site.name, field, wanted, by=by)
            site = _edited(site, edit, words)
            # A phone is a person's: that it changed is written down, not what it was.
            changed[field] = ["•", "•"] if field == "phone" else [now, wanted]
        if changed:
            SiteLines(t.connection).keep(site)
            t.audit.add(by, "site.edit", f"site/{site_id}", changed)
    return len(changed)


def told(field: str) -> Text:
    """Return how a field is called."""
    return say(f"sites.field_{field}")
