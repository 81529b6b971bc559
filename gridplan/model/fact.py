"""The daily minimum, judged day by day: on the days that a plan gives its visits, or on those on which they were really made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gridplan.model.words import Text

DISTRICT = ""
"""The unit of a rule that holds for the whole district."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDay:
    """One day of one unit: a township's code, a team's id, "" for the district.

    `count`: visits that count for the rule on that day. `enough`: whether they are as many as the day needs (`least`); None where
    the rule asks nothing of the day, or the day is not over.
    """

    day: date
    unit: str
    count: int
    least: int
    enough: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactVerdict:
    """The rule on plan or on fact.

    `minimum`: each day that was judged has enough. `missing`: mandatory visits that were not made within the days. `waived`:
    fewer visits exist than the daily minimum. `ended`: all days are over, so that what is missing is missing for good.
    """

    days: tuple[FactDay, ...]
    minimum: bool
    missing: int
    waived: bool
    ended: bool
    text: Text

    @property
    def covered(self) -> bool:
        """Whether all mandatory visits were made."""
        return not self.missing

    @property
    def kept(self) -> bool:
        """Whether the rule was kept, to the last visit."""
        return self.minimum and self.covered

    @property
    def broken(self) -> bool:
        """Whether the rule can no longer be kept, whatever is still done."""
        return not self.minimum or (self.ended and not self.covered)

    @property
    def state(self) -> str:
        """`kept`, `broken`, or `open` while work goes on and nothing is broken yet."""
        return "kept" if self.kept else "broken" if self.broken else "open"

    @property
    def short(self) -> tuple[FactDay, ...]:
        """The days with too few."""
        return tuple(row for row in self.days if row.enough is False)

    def on(self, day: date) -> bool | None:
        """Whether the minimum was kept on a day by every unit that was asked; None where none was."""
        asked = [row.enough for row in self.days if row.day == day and row.enough is not None]
        return all(asked) if asked else None

    def made(self, day: date) -> int:
        """Visits of all units on a day; where teams are the unit, a joint visit is one of each of its teams."""
        return sum(row.count for row in self.days if row.day == day)
