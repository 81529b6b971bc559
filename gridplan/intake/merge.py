"""Merges rows that mean one site: same name and address, same valid credit code and kind at one address, or as people said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gridplan.intake.clean import fold_name, hide
from gridplan.model.errors import Complaint, Severity
from gridplan.model.site import OtherValue, Site, SiteId, SourceRow, VisitMode
from gridplan.model.words import Text, say

_FILLED = (
    "uscc",
    "given",
    "township",
    "community",
    "minutes",
    "opening",
    "permit",
    "licence",
    "state",
    "subject",
    "mode",
    "departments",
    "priority",
    "due",
    "phone",
    "size",
    "closed",
)


@dataclass(frozen=True, slots=True)
class SameSites:
    """What people said of pairs of sites, by their `pair_key`: that they are one, or that they are two."""

    same: frozenset[tuple[str, str]] = frozenset()
    different: frozenset[tuple[str, str]] = frozenset()


NOTHING_SAID = SameSites()


def site_key(site: Site) -> str:
    """Return by what a site is known again when its list comes anew."""
    return f"{fold_name(site.name)}|{fold_name(site.address)}"


def pair_key(one: Site, other: Site) -> tuple[str, str]:
    """Return by what a pair of sites is known again, in either order."""
    first, second = sorted((site_key(one), site_key(other)))
    return first, second


def _empty(value: Any) -> bool:
    return value is None or value == "" or value == () or (value == 0 and value is not False)


def _keys(site: Site, valid_uscc: bool) -> list[tuple[str, ...]]:
    name, address = fold_name(site.name), fold_name(site.address)
    if not address:
        return [("point", name, repr(site.given))]
    keys: list[tuple[str, ...]] = [("name", name, address)]
    if valid_uscc:
        keys.append(("uscc", site.uscc, address, site.kind.value))
    return keys


def group_rows(sites: Sequence[Site], valid_uscc: Sequence[bool], said: SameSites = NOTHING_SAID) -> list[list[Site]]:
    """Return the rows of each site in the order of the lists; rows joined by any shared key, or by a person, are one site."""
    parent = list(range(len(sites)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    holder: dict[tuple[str, ...], int] = {}
    for index, (site, valid) in enumerate(zip(sites, valid_uscc, strict=True)):
        for key in _keys(site, valid):
            one, other = sorted((root(index), root(holder.setdefault(key, index))))
            parent[other] = one
    by_key: dict[str, int] = {}
    for index, site in enumerate(sites):
        by_key.setdefault(site_key(site), index)
    for here, there in sorted(said.same):
        if here in by_key and there in by_key:
            one, other = sorted((root(by_key[here]), root(by_key[there])))
            parent[other] = one
    groups: dict[int, list[Site]] = {}
    for index, site in enumerate(sites):
        groups.setdefault(root(index), []).append(site)
    return list(groups.values())


def merge_rows(group: Sequence[Site]) -> tuple[Site, list[Complaint]]:
    """Return one site from its rows: the first row counts, later rows fill what it leaves empty.

    Each merged row is told, and each value in which it contradicts what was kept.
    """
    first, complaints = group[0], []
    values: dict[str, Any] = {key: getattr(first, key) for key in _FILLED}
    extra, sources = dict(first.extra), dict[str, SourceRow]()
    others: dict[str, list[OtherValue]] = {}
    for later in group[1:]:
        row = later.rows[0]
        for key in ("name", "address"):
            if fold_name(getattr(later, key)) != fold_name(getattr(first, key)):
                others.setdefault(key, []).append(OtherValue(value=getattr(later, key), source=row))
        complaints.append(_told("merged_row", row, "", later.name, other=_row_of(first.rows[0], row), name=first.name))
        if later.kind is not first.kind:
            kept = first.kind.value
            others.setdefault("kind", []).append(OtherValue(value=later.kind.value, source=row))
            complaints.append(
                _told("contradiction", row, "kind", later.kind.value, other=_row_of(first.rows[0], row), kept=kept)
            )
        for key in _FILLED:
            value = getattr(later, key)
            if _empty(value):
                continue
            if _empty(values[key]):
                values[key], sources[key] = value, row
            elif values[key] != value:
                source = sources.get(key, first.rows[0])
                others.setdefault(key, []).append(OtherValue(value=_shown(value), source=row))
                shown, kept = hide(key, _shown(value)), hide(key, _shown(values[key]))
                complaints.append(_told("contradiction", row, key, shown, other=_row_of(source, row), kept=kept))
        for key, text in later.extra.items():
            if text and not extra.get(key):
                extra[key], sources[key] = text, row
            elif text and extra[key] != text:
                source = sources.get(key, first.rows[0])
                others.setdefault(key, []).append(OtherValue(value=text, source=row))
                shown, kept = hide(key, text), hide(key, extra[key])
                complaints.append(_told("contradiction", row, key, shown, other=_row_of(source, row), kept=kept))
    if "state" in sources:
        values["standing"] = next(site.standing for site in group if site.rows[0] == sources["state"])
    if "subject" in sources:
        values["competent"] = next(site.competent for site in group if site.rows[0] == sources["subject"])
    if "given" in sources:
        values["datum_in"] = next(site.datum_in for site in group if site.rows[0] == sources["given"])
    rows = tuple(row for site in group for row in site.rows)
    told = {key: tuple(items) for key, items in others.items()}
    return replace(first, rows=rows, extra=extra, sources=sources, others=told, **values), complaints


def _row_of(row: SourceRow, beside: SourceRow) -> Text:
    """Name a row to a reader who looks at another one: its list too where that is another."""
    return say("intake.row" if row.file == beside.file else "intake.row_elsewhere", row=row.row, file=row.file)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "有" if value else "无"
    if isinstance(value, VisitMode):
        return say(f"glossary.{value.value}").zh
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return str(value)


def _told(code: str, row: SourceRow, column: str, value: str, **fields: object) -> Complaint:
    label = say(f"intake.field_{column}") if column in ("kind", *_FILLED) else column
    return Complaint(
        file=row.file,
        row=row.row,
        column=column,
        value=value,
        code=f"sites.{code}",
        severity=Severity.INFO,
        text=say(f"intake.{code}", row=row.row, column=label, value=value, **fields),
    )


def name_sites(sites: Sequence[Site], given: Mapping[SourceRow, str]) -> tuple[list[Site], list[Complaint]]:
    """Return the sites with ids that are theirs alone: the list's own (`given`, by row), else S and the row number."""
    taken: dict[str, Site] = {}
    complaints = []
    named = []
    wanted = set(given.values())
    for site in sites:
        row = site.rows[0]
        own = next((given[source] for source in site.rows if source in given), "")
        id_, count = own or f"S{row.row:04d}", 1
        while id_ in taken or (id_ in wanted and id_ != own):
            count += 1
            id_ = f"{own or f'S{row.row:04d}'}-{count}"
        if own and id_ != own:
            complaints.append(_doubled(row, own, id_, taken[own]))
        taken[id_] = site
        named.append(replace(site, id=SiteId(id_)))
    return named, complaints


def _doubled(row: SourceRow, own: str, id_: str, holder: Site) -> Complaint:
    return Complaint(
        file=row.file,
        row=row.row,
        column="id",
        value=own,
        code="sites.doubled_id",
        severity=Severity.WARNING,
        text=say(
            "intake.doubled_id", row=row.row, value=own, id=id_, other=_row_of(holder.rows[0], row), name=holder.name
        ),
    )
