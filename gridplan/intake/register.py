"""Reads the lists of sites into one register (台账): rows that mean one site are merged, each value with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gridplan.intake.columns import find_columns, missing
from gridplan.intake.files import READABLE, find_file, find_files
from gridplan.intake.lists import SITE_COLUMNS
from gridplan.intake.merge import NOTHING_SAID, SameSites, group_rows, merge_rows, name_sites
from gridplan.intake.points import Extent
from gridplan.intake.recognise import Recogniser, read_recogniser
from gridplan.intake.rows import RejectedRow, RowReader, valid_uscc
from gridplan.intake.settings import ColumnMapping, SourceSettings
from gridplan.intake.sheet import read_table
from gridplan.intake.toml import nearest
from gridplan.intake.whole_columns import told_at_once
from gridplan.model.errors import Complaint, InputError
from gridplan.model.round import Round
from gridplan.model.site import Site, SiteId
from gridplan.model.words import say

LISTS = "sites"
"""The folder of an input folder that holds several lists."""
OWN_WORDS = "recognise.toml"
"""The file of an input folder that adds words of its own."""

__all__ = ["LISTS", "OWN_WORDS", "Register", "RejectedRow", "list_files", "read_sites"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The lists as read: rows = len(sites) + merged + len(rejected). `ids`: every id the lists give → the site it now is.

    `skipped` are lines that are no rows: sums, repeated heads and blank ones between.
    """

    rows: int
    sites: tuple[Site, ...]
    merged: int
    complaints: tuple[Complaint, ...]
    rejected: tuple[RejectedRow, ...]
    ids: Mapping[str, SiteId] = field(default_factory=dict)
    skipped: int = 0


def list_files(folder: Path) -> list[Path]:
    """Return the lists of an input folder: sites.xlsx|csv|geojson|gpkg, then every such file of its folder sites/ by name.

    Raises
    ------
    InputError
        There is none, two files are called sites, or one is of a kind that is not read.
    """
    single = find_file(folder, LISTS)
    found = [*([single] if single else []), *(find_files(folder / LISTS) if (folder / LISTS).is_dir() else [])]
    if len({path.name for path in found}) < len(found):
        raise InputError(say("intake.two_files", files=f"{found[0].name}、{LISTS}/{found[0].name}"))
    if not found:
        raise InputError(say("intake.no_file", file=" / ".join(f"sites{suffix}" for suffix in READABLE)))
    return found


def read_sites(
    folder: Path,
    mapping: ColumnMapping,
    round_: Round,
    extent: Extent | None,
    same: SameSites = NOTHING_SAID,
    *,
    row_by_row: bool = False,
) -> Register:
    """Read all lists of a folder into one register.

    Where two lists differ the newer one counts (`date` in mapping.toml; a list without date is older than any with one), then
    the one read first; what it leaves empty the others fill. `extent` (west, south, east, north) tells swapped and far points.
    Points stay in the datum they are written in. `same` holds what people said of pairs of sites. With `row_by_row` a fault that
    many points share is not told once for all of them.

    Raises
    ------
    InputError
        There is no list, one cannot be read, or a column that must be there is missing.
    """
    paths = list_files(folder)
    names = [path.name for path in paths]
    if unknown := next((name for name in mapping.sources if name not in names), None):
        near = nearest(unknown, names)
        raise InputError(say("intake.unknown_source", name=unknown, nearest=near))
    recogniser = read_recogniser(folder / OWN_WORDS)
    readers = [_read(path, mapping, round_, extent, recogniser) for path in paths]
    read = [site for reader, sites in readers for site in sites]
    rows = sum(len(reader.table.rows) for reader, _ in readers)
    complaints = [
        said
        for reader, _ in readers
        for said in (
            *reader.table.complaints,
            *(reader.complaints if row_by_row else told_at_once(reader.complaints, extent)),
        )
    ]
    given = {source: id_ for reader, _ in readers for source, id_ in reader.given_ids.items()}
    merged: list[Site] = []
    for group in group_rows(read, [valid_uscc(site.uscc) for site in read], same):
        site, told = merge_rows(_newest_first(group))
        merged.append(site)
        complaints += told
    sites, told = name_sites(merged, given)
    complaints += told
    by_row = {row: site.id for site in sites for row in site.rows}
    ids: dict[str, SiteId] = {}
    for row, text in given.items():
        ids.setdefault(text, by_row[row])
    return Register(
        rows=rows,
        sites=tuple(sites),
        merged=len(read) - len(sites),
        complaints=tuple(complaints),
        rejected=tuple(row for reader, _ in readers for row in reader.rejected),
        ids=ids,
        skipped=sum(reader.table.skipped for reader, _ in readers),
    )


def _newest_first(group: Sequence[Site]) -> list[Site]:
    """Newest list first; of one date in the order read."""
    return sorted(group, key=lambda site: -(site.rows[0].date.toordinal() if site.rows[0].date else 0))


def _read(
    path: Path, mapping: ColumnMapping, round_: Round, extent: Extent | None, recogniser: Recogniser
) -> tuple[RowReader, list[Site]]:
    own = mapping.sources.get(path.name, SourceSettings())
    columns = SITE_COLUMNS.foreign(own.columns or mapping.columns, own.unread)
    table = read_table(path, columns)
    if not table.rows:
        raise InputError(say("intake.no_rows", file=table.file))
    found = find_columns(table.file, table.header, columns)
    if "address" not in found.headers and "lon" not in found.headers and not table.has_points:
        shapes = next((one.value for one in table.complaints if one.code == "table.not_a_point"), "")
        if shapes:
            raise InputError(say("intake.no_points", file=table.file, shapes=shapes))
        raise InputError(missing(table.file, "address", columns, table.header))
    reader = RowReader(
        table=table,
        found=found,
        kinds={**mapping.kinds, **own.kinds},
        defaults={**mapping.defaults, **own.defaults},
        datum=own.datum or round_.datum,
        extent=extent,
        recogniser=recogniser,
        date=own.date,
    )
    reader.tell_columns(columns)
    return reader, [site for row in table.rows if (site := reader.read(row))]
