"""Coverage: how far a round has come, for one area, as of one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gridplan.model.place import AreaCode, AreaLevel


class VisitState(StrEnum):
    """Each promised site is exactly one of these as of a time T."""

    DONE = "done"
    AHEAD = "ahead"
    OVERDUE = "overdue"
    UNPLANNED = "unplanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """The tally of one area. `level` None = outside all areas (with code "") or the grand total (code "*").

    promised = planned + unplanned = done + ahead + overdue + unplanned; `review` stands apart.
    """

    level: AreaLevel | None
    code: AreaCode
    name: str
    parent: str
    owner: str
    promised: int
    planned: int
    unplanned: int
    review: int
    done: int
    ahead: int
    overdue: int
    first_day: date | None
    last_day: date | None
    teams: tuple[str, ...]

    @property
    def coverage(self) -> float:
        """done / promised, 0…1; 1 when nothing is promised."""
        return self.done / self.promised if self.promised else 1.0
