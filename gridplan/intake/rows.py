"""Reads the rows of one list of sites: each row becomes a site, or a rejected row with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from stdnum.cn import uscc as stdnum_uscc

from gridplan.intake.clean import (
    clean_text,
    code_text,
    fold,
    parse_day,
    parse_days,
    parse_flag,
    parse_whole,
    split_list,
)
from gridplan.intake.columns import Columns, Found
from gridplan.intake.lists import MODES
from gridplan.intake.points import Extent, judge_point, read_point
from gridplan.intake.recognise import Recogniser
from gridplan.intake.tables import Row, Table
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.hours import OpeningHours, parse_hours
from gridplan.model.place import Datum, LonLat
from gridplan.model.site import Site, SiteId, SiteKind, SourceRow
from gridplan.model.words import say

T = TypeVar("T")
KINDS = {
    **{kind.value: kind for kind in SiteKind},
    **dict.fromkeys(("培训机构", "机构", "校外培训机构"), SiteKind.INSTITUTION),
    **dict.fromkeys(("托管", "托管机构", "小饭桌"), SiteKind.CHILDCARE),
    **dict.fromkeys(("小区", "住宅小区", "居民小区"), SiteKind.COMPOUND),
    **dict.fromkeys(("商务楼宇", "楼宇"), SiteKind.OFFICE),
    **dict.fromkeys(("社区(村)", "社区", "村"), SiteKind.COMMUNITY),
}
_FORMS = {"permit": "flag", "licence": "flag"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that cannot be used, with the complaint that says why."""

    source: SourceRow
    name: str
    complaint: Complaint


@lru_cache(maxsize=1 << 18)  # asked of a row when it is read, when rows are merged and when doubles are looked for
def valid_uscc(text: str) -> bool:
    """Whether this is a unified social credit code with a right check digit."""
    return bool(text) and bool(stdnum_uscc.is_valid(text))


@dataclass(slots=True, kw_only=True)
class RowReader:
    """Where the rows of one list are read and what is said about them is kept."""

    table: Table
    found: Found
    kinds: Mapping[str, SiteKind]
    defaults: Mapping[str, str]
    datum: Datum
    extent: Extent | None
    recogniser: Recogniser
    date: dt.date | None = None
    complaints: list[Complaint] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    given_ids: dict[SourceRow, str] = field(default_factory=dict)

    def tell(self, code: str, severity: Severity, row: int, key: str, value: str, **fields: object) -> Complaint:
        """Keep a complaint about one cell; the words are `intake.<code>`."""
        column = self.found.headers.get(key, key)
        complaint = Complaint(
            file=self.table.file,
            row=row,
            column=column,
            value=value,
            code=f"sites.{code}",
            severity=severity,
            text=say(f"intake.{code}", row=row, column=column, value=value, **fields),
        )
        self.complaints.append(complaint)
        return complaint

    def tell_columns(self, columns: Columns) -> None:
        """Say what was assumed about the columns of the whole list."""
        if "kind" not in self.found.headers and "kind" not in self.defaults:
            self.tell("no_kind_column", Severity.WARNING, 0, "kind", "")
        for key, names in self.found.doubles.items():
            self.tell("two_columns", Severity.WARNING, 0, key, "、".join(names))
        if self.table.has_points and not self.table.datum and self.datum in (Datum.GCJ02, Datum.BD09):
            self.tell("datum_doubt", Severity.WARNING, 0, "geometry", self.datum.value)

    def read(self, row: Row) -> Site | None:
        """Return the site of one row, None when the row had to be rejected."""
        raw = {key: row.values.get(header, "") for key, header in self.found.headers.items()}
        cells = {key: clean_text(text) for key, text in raw.items()}
        for key, text in self.defaults.items():
            cells[key] = cells.get(key) or text
        source = SourceRow(file=self.table.file, row=row.number, date=self.date)
        point, datum = self._point(row, cells)
        kind = self._kind(cells)
        name = cells["name"]
        address = cells.get("address", "")
        if row.beyond:
            self._reject(source, name, "too_many_cells", "name", "、".join(row.beyond))
            return None
        if not name:
            self._reject(source, name, "no_name", "name", "")
            return None
        if kind is None:
            self._reject(source, name, "unknown_kind", "kind", cells["kind"])
            return None
        if not address and point is None:
            self._reject(source, name, "no_place", "address", "")
            return None
        if "".join(name.split()) != "".join(raw["name"].split()):
            self.tell("cleaned_name", Severity.INFO, row.number, "name", name)
        uscc = code_text(cells.get("uscc", "")).upper()
        if uscc and not valid_uscc(uscc):
            self.tell("bad_uscc", Severity.WARNING, row.number, "uscc", uscc)
        if own := code_text(cells.get("id", "")):
            self.given_ids[source] = own
        return Site(
            id=SiteId(""),
            name=name,
            kind=kind,
            address=address,
            rows=(source,),
            uscc=uscc,
            given=point,
            datum_in=datum,
            township=cells.get("township", ""),
            community=cells.get("community", ""),
            minutes=self._value(row, cells, "minutes", lambda text: parse_whole(text, low=1, high=600, unit="分钟")),
            opening=self._value(row, cells, "open", _hours),
            permit=self._value(row, cells, "permit", parse_flag),
            licence=self._value(row, cells, "licence", parse_flag),
            state=cells.get("status", ""),
            standing=self.recogniser.standing(cells.get("status", "")),
            competent=self.recogniser.competent(
                kind, cells.get("subject", ""), cells.get("kind", ""), name, cells.get("status", "")
            ),
            subject=cells.get("subject", ""),
            mode=self._value(row, cells, "mode", lambda text: MODES.get(fold(text))),
            departments=split_list(cells.get("departments", "")),
            priority=self._value(row, cells, "priority", lambda text: parse_whole(text, low=0, high=9)) or 0,
            due=self._value(row, cells, "due", parse_day),
            phone=cells.get("phone", ""),
            size=self._value(row, cells, "size", lambda text: parse_whole(text, low=0, high=1_000_000, unit="人")),
            closed=self._value(row, cells, "closed", parse_days) or (),
            extra={name: text for name in self.found.others if (text := row.values.get(name, ""))},
        )

    def _reject(self, source: SourceRow, name: str, code: str, key: str, value: str) -> None:
        complaint = self.tell(code, Severity.ERROR, source.row, key, value)
        self.rejected.append(RejectedRow(source=source, name=name, complaint=complaint))

    def _kind(self, cells: Mapping[str, str]) -> SiteKind | None:
        if "kind" not in cells:
            return SiteKind.INSTITUTION
        value = fold(cells["kind"])
        foreign = {fold(text): kind for text, kind in self.kinds.items()}
        return foreign.get(value) or foreign.get("*") or KINDS.get(value)

    def _point(self, row: Row, cells: Mapping[str, str]) -> tuple[LonLat | None, Datum]:
        if row.point:
            point, notes = judge_point(row.point, self.extent)
            datum = self.table.datum or self.datum
        else:
            point, notes = read_point(cells.get("lon", ""), cells.get("lat", ""), self.extent)
            datum = self.found.datum or self.datum
        for note in notes:
            self.tell(note.code, note.severity, row.number, "geometry" if row.point else "lon", note.value)
        return point, datum

    def _value(self, row: Row, cells: Mapping[str, str], key: str, parse: Callable[[str], T | None]) -> T | None:
        """Return the value of a cell; one that cannot be read is dropped and told."""
        text = cells.get(key, "")
        if not text:
            return None
        value = parse(text)
        if value is None:
            self.tell(
                "dropped_value",
                Severity.WARNING,
                row.number,
                key,
                text,
                want=say(f"intake.form_{_FORMS.get(key, key)}"),
            )
        return value


@lru_cache(maxsize=1 << 12)  # a list has few kinds of hours
def _hours(text: str) -> OpeningHours | None:
    try:
        return parse_hours(text)
    except InputError:
        return None
