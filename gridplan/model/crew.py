"""Who goes out: teams, their people and their shifts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NewType

from gridplan.model.place import AreaCode, LonLat

TeamId = NewType("TeamId", str)


class TravelMode(StrEnum):
    """How a team travels."""

    WALK = "walk"
    EBIKE = "ebike"
    CAR = "car"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lunch:
    """A break of `minutes` that starts within [from_s, to_s] (seconds after midnight) and interrupts no visit."""

    from_s: int
    to_s: int
    minutes: int


LATEST_S = 24 * 3600
SHORTEST_S = 3600
"""What is left of a shift at least, its lunch apart, when it ends earlier."""
NIGHT_FROM_S = 17 * 3600
"""A shift that begins no earlier is a night shift (夜查)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Working hours of one day in seconds after midnight. `weekdays` (Monday 0) are those it is worked on, () = all."""

    name: str
    start_s: int
    end_s: int
    lunch: Lunch | None = None
    weekdays: tuple[int, ...] = ()

    @property
    def night(self) -> bool:
        """Whether visits in it count as night checks."""
        return self.start_s >= NIGHT_FROM_S

    def meets(self, other: Shift) -> bool:
        """Whether both are worked on a common weekday."""
        return bool(set(self.weekdays or range(7)) & set(other.weekdays or range(7)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """A member of a team. `certificate` is "" for those who may patrol only; `off` are dates on which the person is away."""

    id: str
    name: str
    department: str
    certificate: str = ""
    cert_until: date | None = None
    off: frozenset[date] = frozenset()

    def certified_on(self, day: date) -> bool:
        """Whether the person is there on `day` with a valid enforcement certificate (no end date = valid)."""
        return bool(self.certificate) and day not in self.off and (self.cert_until is None or day <= self.cert_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A crew with its base (集合地点, WGS-84), home townships, shifts and days off. `assumed` teams were made up and said so.

    `on`: the only dates on which it works, empty = all but `off`.
    """

    id: TeamId
    name: str
    base: LonLat
    base_name: str
    home: tuple[AreaCode, ...]
    shifts: tuple[Shift, ...]
    off: frozenset[date]
    mode: TravelMode
    members: tuple[Inspector, ...]
    assumed: bool = False
    on: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """Whether the team is there on `day` at all."""
        return day not in self.off and (not self.on or day in self.on)

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts the team works on `day`, () on a day off."""
        if not self.works_on(day):
            return ()
        return tuple(shift for shift in self.shifts if not shift.weekdays or day.weekday() in shift.weekdays)

    def ends_later(self, minutes: int) -> Team:
        """The team with the last shift of each of its days so many minutes longer; shorter where they are below 0."""
        changed = []
        for shift in self.shifts:
            if not any(other.end_s > shift.end_s and shift.meets(other) for other in self.shifts):
                least = shift.start_s + SHORTEST_S + (shift.lunch.minutes * 60 if shift.lunch else 0)
                end_s = max(min(shift.end_s + minutes * 60, LATEST_S), min(least, shift.end_s))
                shift = replace(shift, end_s=end_s)
            changed.append(shift)
        return replace(self, shifts=tuple(changed))

    def certified_on(self, day: date) -> int:
        """How many members hold a valid certificate on `day`."""
        return sum(member.certified_on(day) for member in self.members)

    @property
    def departments(self) -> frozenset[str]:
        """The departments present when nobody is away."""
        return frozenset(member.department for member in self.members if member.department)

    def departments_on(self, day: date) -> frozenset[str]:
        """The departments present on `day`."""
        return frozenset(member.department for member in self.members if member.department and day not in member.off)
