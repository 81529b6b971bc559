"""What is looked at during a visit, item by item, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gridplan.model.words import Text


class Reply(StrEnum):
    """What an item of a checklist is answered with; `no` opens a finding."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One thing to look at: `minutes` it takes, `category` of the finding on "no".

    `kinds` and `standings` say at which sites it is asked (`SiteKind`, `Standing` values); () = at all.
    """

    key: str
    text: Text
    minutes: float
    category: str
    kinds: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()

    def asked(self, kind: str, standing: str) -> bool:
        """Whether the item is asked at a site of that kind and standing."""
        return (not self.kinds or kind in self.kinds) and (not self.standings or standing in self.standings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """The items in their order. `version` names exactly this list for ever: a result says which one it answered."""

    version: str
    items: tuple[ChecklistItem, ...]

    def of(self, kind: str, standing: str) -> tuple[ChecklistItem, ...]:
        """Return what is asked at a site of that kind and standing."""
        return tuple(item for item in self.items if item.asked(kind, standing))

    def minutes(self, kind: str, standing: str) -> int:
        """Return the minutes that the items of such a site take together, rounded up."""
        return int(-(-sum(item.minutes for item in self.of(kind, standing)) // 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered to one item."""

    item: str
    reply: Reply
    note: str = ""
