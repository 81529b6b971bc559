"""Sites of a folder's lists that may be one, told beside the lists; the register's own pairs are decided in `duplicates`."""

from __future__ import annotations

from collections.abc import Sequence

from gridplan.intake.doubles import find_doubles
from gridplan.model.errors import Complaint, Severity
from gridplan.model.site import PlacedSite
from gridplan.model.words import say

_TOLD = 500
"""So many pairs are told of one list: more would bury what else is told."""


def maybe_same(placed: Sequence[PlacedSite]) -> list[Complaint]:
    """Tell the pairs of a list that may be one site, each at its later row; a person decides, nothing is merged."""
    by_id = {one.site.id: one.site for one in placed}
    told = []
    for pair in find_doubles(placed)[:_TOLD]:
        one, other = by_id[pair.one], by_id[pair.other]
        row, first = other.rows[0], one.rows[0]
        reasons = "、".join(say(f"doubles.{reason}").zh for reason in pair.reasons)
        text = say("doubles.maybe", name=other.name, row=first.row, file=first.file, other=one.name, reasons=reasons)
        told.append(
            Complaint(
                file=row.file,
                row=row.row,
                column="name",
                value=other.name,
                code="sites.maybe_same",
                severity=Severity.WARNING,
                text=text,
            )
        )
    return told
