"""Reads the one JSON object that a phone sends of a visit; nothing in it is guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from gridplan.model.checklist import Answer, Reply
from gridplan.model.days import read_day
from gridplan.model.errors import InputError
from gridplan.model.finding import NoticeKind
from gridplan.model.place import LonLat
from gridplan.model.release import CHINA
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import VisitId
from gridplan.model.sent import Parcel, SentFinding, SentRecheck
from gridplan.model.words import say

LONGEST_TEXT = 500
MOST_FINDINGS, MOST_ANSWERS, MOST_PHOTOS = 40, 200, 20
E_ = TypeVar("E_", bound=StrEnum)
T = TypeVar("T")


def read_parcel(data: Mapping[str, Any], *, by: str) -> Parcel:
    """Read a result as `by` sent it. Times are local (China) unless they carry a zone; places are WGS-84.

    Raises
    ------
    InputError
        A field is missing, of another kind, unknown or too long; the message names it.
    """
    result = VisitResult(
        key=_key(data, "key"),
        visit=VisitId(_text(data, "visit", most=64, needed=True)),
        outcome=_word(data, "outcome", Outcome),
        note=_text(data, "note"),
        by=by,
        at=_moment(data, "at", needed=True) or datetime.min,
    )
    return Parcel(
        result=result,
        arrived_at=_moment(data, "arrived_at"),
        arrived=_place(data),
        answers=tuple(_answer(row) for row in _rows(data, "answers", MOST_ANSWERS)),
        findings=tuple(_finding(row) for row in _rows(data, "findings", MOST_FINDINGS)),
        rechecks=tuple(_recheck(row) for row in _rows(data, "rechecks", MOST_FINDINGS)),
        checklist_version=_text(data, "checklist_version", most=64),
    )


def _answer(row: Mapping[str, Any]) -> Answer:
    return Answer(
        item=_text(row, "item", most=64, needed=True), reply=_word(row, "reply", Reply), note=_text(row, "note")
    )


def _finding(row: Mapping[str, Any]) -> SentFinding:
    notice = row.get("notice")
    if notice is not None and not isinstance(notice, Mapping):
        raise _wrong("notice", notice)
    photos = row.get("photos") or []
    if not isinstance(photos, list) or len(photos) > MOST_PHOTOS:
        raise _wrong("photos", photos)
    return SentFinding(
        key=_key(row, "key"),
        category=_text(row, "category", most=64, needed=True),
        text=_text(row, "text"),
        notice=_word(notice, "kind", NoticeKind) if notice else None,
        due=_day(notice, "due") if notice else _day(row, "due"),
        to=_text(notice, "to", most=200) if notice else "",
        photos=tuple(_key({"photos": photo}, "photos") for photo in photos),
    )


def _recheck(row: Mapping[str, Any]) -> SentRecheck:
    if not isinstance(row.get("passed"), bool):
        raise _wrong("passed", row.get("passed"))
    return SentRecheck(
        finding=_text(row, "finding", most=64, needed=True),
        passed=row["passed"],
        note=_text(row, "note"),
        due=_day(row, "due"),
    )


def _wrong(name: str, value: object) -> InputError:
    return InputError(say("phone.wrong_field", name=name, value=str(value)[:60]))


def _rows(data: Mapping[str, Any], name: str, most: int) -> list[Mapping[str, Any]]:
    rows = data.get(name) or []
    if not isinstance(rows, list) or len(rows) > most or not all(isinstance(row, Mapping) for row in rows):
        raise _wrong(name, rows)
    return rows


def _key(data: Mapping[str, Any], name: str) -> str:
    try:
        return str(UUID(str(data.get(name))))
    except ValueError:
        raise _wrong(name, data.get(name)) from None


def _text(data: Mapping[str, Any], name: str, *, most: int = LONGEST_TEXT, needed: bool = False) -> str:
    value = data.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or len(value) > most or (needed and not value.strip()):
        raise _wrong(name, value)
    return value.strip()


def _word(data: Mapping[str, Any], name: str, kind: type[E_]) -> E_:
    return _read(data, name, lambda value: kind(str(value)))


def _moment(data: Mapping[str, Any], name: str, *, needed: bool = False) -> datetime | None:
    if data.get(name) is None and not needed:
        return None
    moment = _read(data, name, lambda value: datetime.fromisoformat(str(value)))
    local = moment.astimezone(CHINA) if moment.tzinfo else moment
    return local.replace(tzinfo=None, microsecond=0)


def _day(data: Mapping[str, Any], name: str) -> date | None:
    return _read(data, name, lambda value: read_day(str(value))) if data.get(name) else None


def _place(data: Mapping[str, Any]) -> LonLat | None:
    value = data.get("arrived")
    if value is None:
        return None
    if not (isinstance(value, list) and len(value) == 2 and all(_is_number(one) for one in value)):
        raise _wrong("arrived", value)
    lon, lat = float(value[0]), float(value[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise _wrong("arrived", value)
    return LonLat(lon, lat)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read(data: Mapping[str, Any], name: str, read: Callable[[object], T]) -> T:
    try:
        return read(data.get(name))
    except ValueError:
        raise _wrong(name, data.get(name)) from None
