"""Screening a business register for off-campus training: what was found, why, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gridplan.model.site import SourceRow


class Trade(StrEnum):
    """What a business seems to do."""

    TUTORING = "tutoring"
    CHILDCARE = "childcare"
    ART = "art"
    SPORT = "sport"
    TECH = "tech"


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """One row of a business register as it stands there; absent text is ""."""

    row: SourceRow
    name: str
    address: str
    scope: str = ""
    industry: str = ""
    status: str = ""
    uscc: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One rule that spoke: on which word of which field, with how many points."""

    rule: str
    field: str
    word: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A business with its points by trade and every rule that gave or took them; `trade` is None where none suffices."""

    business: Business
    points: Mapping[Trade, float]
    hits: tuple[Hit, ...]
    trade: Trade | None
    merged: tuple[SourceRow, ...] = ()

    @property
    def score(self) -> float:
        """The points of its best trade."""
        return max(self.points.values(), default=0.0)
