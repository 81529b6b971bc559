"""Reads the lists beside the register: gazetteer, extra visits, history, days taken, pins and who answers for areas."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from gridplan.intake.clean import clean_text, code_text, fold, parse_day, parse_whole
from gridplan.intake.columns import Columns, find_columns
from gridplan.intake.files import find_file
from gridplan.intake.lists import (
    GAZETTEER_COLUMNS,
    HISTORY_COLUMNS,
    MODES,
    OWNER_COLUMNS,
    PIN_COLUMNS,
    TAKEN_COLUMNS,
    VISIT_COLUMNS,
)
from gridplan.intake.settings import ColumnMapping
from gridplan.intake.sheet import read_table
from gridplan.intake.tables import table_complaint
from gridplan.model.crew import TeamId
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.place import AreaCode, GazetteerEntry, GazetteerKind, LonLat
from gridplan.model.result import Outcome
from gridplan.model.round import ExtraVisit, PastVisit, Pin, PinWish, Purpose, TakenDay
from gridplan.model.site import SiteId
from gridplan.model.words import Text, say

T = TypeVar("T")
_PURPOSES = {
    "follow_up": Purpose.FOLLOW_UP,
    "回头看": Purpose.FOLLOW_UP,
    "lead": Purpose.LEAD,
    "线索": Purpose.LEAD,
    "sample": Purpose.SAMPLE,
    "抽查": Purpose.SAMPLE,
}
_OUTCOMES = {
    "done": Outcome.DONE,
    "已查": Outcome.DONE,
    "closed": Outcome.CLOSED,
    "关门": Outcome.CLOSED,
    "closed_for_good": Outcome.CLOSED_FOR_GOOD,
    "已关停": Outcome.CLOSED_FOR_GOOD,
    "refused": Outcome.REFUSED,
    "拒绝": Outcome.REFUSED,
    "moved": Outcome.MOVED,
    "已搬": Outcome.MOVED,
    "not_found": Outcome.NOT_FOUND,
    "未找到": Outcome.NOT_FOUND,
}
_ENTRY_KINDS = {
    "poi": GazetteerKind.POI,
    "兴趣点": GazetteerKind.POI,
    "compound": GazetteerKind.COMPOUND,
    "小区": GazetteerKind.COMPOUND,
    "door": GazetteerKind.DOOR,
    "门牌": GazetteerKind.DOOR,
    "road": GazetteerKind.ROAD,
    "道路": GazetteerKind.ROAD,
    "crossing": GazetteerKind.CROSSING,
    "路口": GazetteerKind.CROSSING,
    "alias": GazetteerKind.ALIAS,
    "别名": GazetteerKind.ALIAS,
}

_STROKE = re.compile("[/／]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A person who answers for an area (责任人)."""

    area_code: AreaCode
    person: str
    role: str = ""


class _Unusable(Exception):
    """A row cannot be used: its column and why."""

    def __init__(self, key: str, word: str, **fields: object) -> None:
        super().__init__(word)
        self.key, self.word, self.fields = key, word, fields

    def why(self, header: str) -> Text:
        """Say why, with the column as the list itself calls it."""
        return say(f"intake.{self.word}", column=header, **self.fields)


def _read(
    folder: Path, stem: str, columns: Columns, make: Callable[[Mapping[str, str], int], T]
) -> tuple[tuple[T, ...], tuple[Complaint, ...]]:
    """Read `stem.csv` row by row; a row that cannot be used is a complaint, an absent file is no rows."""
    path = find_file(folder, stem, (".csv",))
    if path is None:
        return (), ()
    table = read_table(path, columns)
    found = find_columns(table.file, table.header, columns)
    if found.datum:
        raise InputError(say("intake.datum_here", file=table.file, header=found.headers["lon"]))
    complaints = list(table.complaints)
    complaints += [table_complaint(table.file, 0, name, "", "unknown_column", Severity.INFO) for name in found.others]
    items = []
    for row in table.rows:
        cells = {key: clean_text(row.values.get(header, "")) for key, header in found.headers.items()}
        try:
            if row.beyond:
                raise _Unusable("", "too_many_cells", value="、".join(row.beyond))
            items.append(make(cells, row.number))
        except _Unusable as bad:
            header = found.headers.get(bad.key, bad.key)
            complaints.append(
                Complaint(
                    file=table.file,
                    row=row.number,
                    column=header,
                    value=cells.get(bad.key, ""),
                    code=f"{stem}.bad_row",
                    severity=Severity.ERROR,
                    text=say("intake.row_left_out", row=row.number, why=bad.why(header)),
                )
            )
    return tuple(items), tuple(complaints)


def _need(cells: Mapping[str, str], key: str) -> str:
    if not cells[key]:
        raise _Unusable(key, "empty_cell")
    return cells[key]


def _pick(cells: Mapping[str, str], key: str, options: Mapping[str, T]) -> T:
    value = options.get(fold(_need(cells, key)))
    if value is None:
        raise _Unusable(key, "unknown_value", value=cells[key], known="、".join(options))
    return value


def _day(cells: Mapping[str, str], key: str) -> date | None:
    if not cells.get(key):
        return None
    day = parse_day(cells[key])
    if day is None:
        raise _Unusable(key, "bad_day", value=cells[key])
    return day


def read_extra_visits(folder: Path) -> tuple[tuple[ExtraVisit, ...], tuple[Complaint, ...]]:
    """Read visits.csv: follow-ups, leads and samples."""

    def visit(cells: Mapping[str, str], row: int) -> ExtraVisit:
        earliest, due, minutes = _day(cells, "earliest"), _day(cells, "due"), None
        if earliest and due and earliest > due:
            raise _Unusable("due", "due_before", earliest=earliest, due=due)
        if cells.get("minutes"):
            minutes = parse_whole(cells["minutes"], low=1, high=600, unit="分钟")
            if minutes is None:
                raise _Unusable("minutes", "bad_minutes", value=cells["minutes"])
        return ExtraVisit(
            site_id=SiteId(code_text(_need(cells, "site_id"))),
            purpose=_pick(cells, "purpose", _PURPOSES),
            earliest=earliest,
            due=due,
            minutes=minutes,
            row=row,
        )

    return _read(folder, "visits", VISIT_COLUMNS, visit)


def read_history(folder: Path, stem: str = "history") -> tuple[tuple[PastVisit, ...], tuple[Complaint, ...]]:
    """Read history.csv, or another list like it: what earlier visits found."""

    def past(cells: Mapping[str, str], row: int) -> PastVisit:
        _need(cells, "date")
        day = _day(cells, "date")
        assert day is not None
        return PastVisit(
            site_id=SiteId(code_text(_need(cells, "site_id"))),
            day=day,
            outcome=_pick(cells, "outcome", _OUTCOMES).value,
            mode=_pick(cells, "mode", MODES) if cells.get("mode") else None,
        )

    return _read(folder, stem, HISTORY_COLUMNS, past)


def read_taken(folder: Path) -> tuple[tuple[TakenDay, ...], tuple[Complaint, ...]]:
    """Read taken.csv: on which days another tier is at a site."""

    def taken(cells: Mapping[str, str], row: int) -> TakenDay:
        _need(cells, "date")
        day = _day(cells, "date")
        assert day is not None
        site = SiteId(code_text(_need(cells, "site_id")))
        return TakenDay(site_id=site, day=day, tier=cells.get("tier", ""), row=row)

    return _read(folder, "taken", TAKEN_COLUMNS, taken)


def read_pins(folder: Path) -> tuple[tuple[PinWish, ...], tuple[Complaint, ...]]:
    """Read pins.csv: which site or visit must stay with a team, on a day or in a shift."""

    def pin(cells: Mapping[str, str], row: int) -> PinWish:
        target, team, shift = code_text(_need(cells, "id")), cells.get("team"), cells.get("shift")
        day = _day(cells, "date")
        if not (team or shift or day):
            raise _Unusable("id", "pin_of_nothing")
        return PinWish(
            target=target, pin=Pin(team=TeamId(team) if team else None, day=day, shift=shift or None), row=row
        )

    return _read(folder, "pins", PIN_COLUMNS, pin)


def read_owners(
    folder: Path, areas: Collection[AreaCode] | None = None
) -> tuple[tuple[Owner, ...], tuple[Complaint, ...]]:
    """Read owners.csv: who answers for which area. A row of an area that is not among `areas` is left out and told."""

    def owner(cells: Mapping[str, str], row: int) -> Owner:
        code = AreaCode(code_text(_need(cells, "area_code")))
        if areas is not None and code not in areas:
            raise _Unusable("area_code", "unknown_area", value=code)
        return Owner(area_code=code, person=_need(cells, "person"), role=cells.get("role", ""))

    return _read(folder, "owners", OWNER_COLUMNS, owner)


def read_gazetteer(folder: Path, mapping: ColumnMapping) -> tuple[tuple[GazetteerEntry, ...], tuple[Complaint, ...]]:
    """Read gazetteer.csv; points stay in the datum of the round."""

    def entry(cells: Mapping[str, str], row: int) -> GazetteerEntry:
        kind = _pick(cells, "kind", _ENTRY_KINDS)
        road, number = cells.get("road", ""), cells.get("number", "")
        name = cells["name"] or (road + number if kind is GazetteerKind.DOOR else road)
        if not name:
            raise _Unusable("name", "empty_cell")
        if kind is GazetteerKind.CROSSING and sum(map(bool, map(str.strip, _STROKE.split(road)))) != 2:
            raise _Unusable("road", "no_crossing", value=road)
        return GazetteerEntry(
            name=name,
            kind=kind,
            road="/".join(map(str.strip, _STROKE.split(road))) if kind is GazetteerKind.CROSSING else road,
            number=number,
            township=cells.get("township", ""),
            community=cells.get("community", ""),
            point=LonLat(_degrees(cells, "lon", 180), _degrees(cells, "lat", 90)),
        )

    return _read(folder, "gazetteer", GAZETTEER_COLUMNS.foreign(mapping.gazetteer), entry)


def _degrees(cells: Mapping[str, str], key: str, limit: int) -> float:
    try:
        value = float(cells[key])
    except ValueError:
        value = math.nan
    if not abs(value) <= limit:
        raise _Unusable(key, "bad_coordinate", value=cells[key])
    return value
