"""One change of a plan by hand: a visit moved, left out, pinned, released or swapped; plain values, so that it can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gridplan.model.crew import TeamId
from gridplan.model.days import read_day
from gridplan.model.errors import InputError
from gridplan.model.plan import Placement
from gridplan.model.round import VisitId
from gridplan.model.words import say


class EditKind(StrEnum):
    """What a hand may do to a plan."""

    MOVE = "move"
    LEAVE_OUT = "leave_out"
    PIN = "pin"
    RELEASE = "release"
    SWAP = "swap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """`to` and `position` (from 1; None = the best one) are those of a move; `other` is the visit of a swap."""

    kind: EditKind
    visit: VisitId
    to: Placement | None = None
    position: int | None = None
    other: VisitId | None = None


def edit_to_json(edit: Edit) -> dict[str, Any]:
    """Return an edit as plain values; what it does not have is left out."""
    found: dict[str, Any] = {"kind": edit.kind.value, "visit": edit.visit}
    if edit.to is not None:
        found |= {"team": edit.to.team, "date": edit.to.date.isoformat(), "shift": edit.to.shift}
    if edit.position is not None:
        found["position"] = edit.position
    if edit.other is not None:
        found["other"] = edit.other
    return found


def edit_from_json(data: object) -> Edit:
    """Read an edit from outside; raises InputError that names the field."""
    if not isinstance(data, Mapping):
        raise InputError(say("edit.bad_edit", field="edit", value=type(data).__name__))

    def bad(field: str) -> InputError:
        return InputError(say("edit.bad_edit", field=field, value=str(data.get(field))[:80]))

    def text(field: str) -> str:
        value = data.get(field)
        if not isinstance(value, str) or not 0 < len(value) <= 300:
            raise bad(field)
        return value

    if data.get("kind") not in set(EditKind):
        raise bad("kind")
    kind, visit = EditKind(data["kind"]), VisitId(text("visit"))
    if kind is EditKind.SWAP:
        return Edit(kind=kind, visit=visit, other=VisitId(text("other")))
    if kind is not EditKind.MOVE:
        return Edit(kind=kind, visit=visit)
    try:
        day = read_day(text("date"))
    except ValueError:
        raise bad("date") from None
    position = data.get("position")
    if position is not None and (not isinstance(position, int) or isinstance(position, bool) or position < 1):
        raise bad("position")
    to = Placement(team=TeamId(text("team")), date=day, shift=text("shift"))
    return Edit(kind=kind, visit=visit, to=to, position=position)
