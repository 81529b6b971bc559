"""What is wrong with the points of a whole list is said once, with its rows, and not row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gridplan.intake.points import Extent
from gridplan.intake.projected import map_grids_of
from gridplan.model.errors import Complaint, rows_in_words
from gridplan.model.words import Text, say

_AT_ONCE = 5
"""So many rows with one fault are told as one."""
_CODES = ("swapped_lonlat", "projected_point", "zero_point", "split_degrees", "degrees_minutes", "far_point")
_ASKED = 200


def told_at_once(complaints: Sequence[Complaint], extent: Extent | None) -> list[Complaint]:
    """Return the complaints about one list with those about the points of many rows put together, where the first stood.

    Points in metres get the name of the map grid that they seem to be of.
    """
    result = list(complaints)
    for code in _CODES:
        rows = [one for one in result if one.code == f"sites.{code}"]
        hint: Text | None = None
        if code == "projected_point" and rows:
            grids = map_grids_of([pair for one in rows[:_ASKED] if (pair := _pair(one.value))], extent)
            hint = say("intake.map_grid", grids="、".join(grids)) if grids else say("intake.no_map_grid")
            named = {id(one): _with(one, hint) for one in rows}
            result = [named.get(id(one), one) for one in result]
            rows = list(named.values())
        if len(rows) < _AT_ONCE:
            continue
        text = say(
            f"intake.many_{code}", count=len(rows), rows=rows_in_words(one.row for one in rows), value=rows[0].value
        )
        whole = replace(rows[0], text=text)
        if hint is not None:
            whole = _with(whole, hint)
        first = result.index(rows[0])
        gone = {id(one) for one in rows}
        result = [whole if n == first else one for n, one in enumerate(result) if n == first or id(one) not in gone]
    return result


def _with(complaint: Complaint, hint: Text) -> Complaint:
    text = Text(f"{complaint.text.zh}；{hint.zh}", f"{complaint.text.en}; {hint.en}")
    return replace(complaint, text=text)


def _pair(value: str) -> tuple[float, float] | None:
    parts = value.replace("，", ",").split(",")
    try:
        one, other = (float(part) for part in parts)
    except ValueError:
        return None
    return one, other
