"""Who is away when: a member of a team, or the whole team; and the days on which the whole office works or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gridplan.model.crew import TeamId


class AbsenceReason(StrEnum):
    """Why somebody is away, and no more than that: illness is leave like any other."""

    LEAVE = "leave"
    TRAINING = "training"
    DUTY = "duty"
    VEHICLE = "vehicle"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A member (an `Inspector.id`), or with "" the whole team, is away from `first` to `last`, both included.

    To the planner these are days off of the member or the team, like `off` in teams.toml. `version` is the optimistic lock.
    """

    id: int
    team: TeamId
    member: str
    first: date
    last: date
    reason: AbsenceReason
    version: int
    by: str
    at: datetime

    def covers(self, day: date) -> bool:
        """Whether the day is one of it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDay:
    """A date on which the office works or not, whatever the announced calendar says."""

    day: date
    works: bool
    by: str
    at: datetime
