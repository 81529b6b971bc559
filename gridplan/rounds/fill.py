"""What would fill a round that has too few visits: sites of kinds that it leaves out, and visits that it does not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gridplan.model.place import AreaCode, AreaLevel
from gridplan.model.round import Purpose, Round, Visit
from gridplan.model.site import PlacedSite, SiteKind, SiteStatus
from gridplan.model.words import Text, say
from gridplan.rounds.forms import Feasibility
from gridplan.rounds.visits import scope_test

Spare = Mapping[tuple[AreaCode | None, SiteKind], int]
"""How many sites of a kind a township has that could be taken in."""


def spare_sites(round_: Round, sites: Sequence[PlacedSite]) -> dict[tuple[AreaCode | None, SiteKind], int]:
    """Return the located sites that are outside the round by nothing but their kind."""
    wider, inside = scope_test(replace(round_.scope, kinds=())), scope_test(round_.scope)
    return dict(
        Counter(
            (placed.areas.get(AreaLevel.TOWNSHIP), placed.site.kind)
            for placed in sites
            if placed.status is SiteStatus.LOCATED and wider(placed) and not inside(placed)
        )
    )


def what_fills(short: int, spare: Mapping[SiteKind, int], uncounted: Sequence[Visit] = ()) -> Text | None:
    """Say what fills a gap of `short` visits: each thing that is enough alone, else all together; None if there is nothing.

    `spare` are sites of kinds outside the scope; `uncounted` are visits of the round that only `counts = all` counts.
    """
    options = [(say("rounds.the_sites", what=_many(kind, count)), count) for kind, count in spare.items() if count]
    if uncounted:
        purposes = Counter(visit.purpose for visit in uncounted)
        what = _put([_many(purpose, count) for purpose, count in sorted(purposes.items())], "、", " and ")
        options.append((say("rounds.the_visits", what=what), len(uncounted)))
    if not options:
        return None
    if enough := [text for text, count in options if count >= short]:
        return say("rounds.would_fill", what=_put(enough, "或", " or "))
    everything = _put([text for text, _ in options], "、", " and ")
    left = short - sum(count for _, count in options)
    if left <= 0:
        return say("rounds.together_fill", what=everything)
    return say("rounds.would_not_fill", what=everything, left=left)


def with_filling(found: Feasibility, spare: Mapping[SiteKind, int], uncounted: Sequence[Visit]) -> Feasibility:
    """Say behind the first reason what would fill the gap, where visits are lacking."""
    if found.lacking and (fills := what_fills(found.lacking, spare, uncounted)):
        return replace(found, reasons=(found.reasons[0], fills, *found.reasons[1:]))
    return found


def _many(what: SiteKind | Purpose, count: int) -> Text:
    """Name so many sites or visits: the plural word has its own entry in English."""
    singular = "community_kind" if what is SiteKind.COMMUNITY else what.value
    word = say(f"glossary.{singular}" if count == 1 else f"rounds.many_{what.value}")
    return say(
        "rounds.counted_sites" if isinstance(what, SiteKind) else "rounds.counted_visits", count=count, what=word
    )


def _put(parts: Sequence[Text], zh: str, en: str) -> Text:
    return Text(zh.join(part.zh for part in parts), en.join(part.en for part in parts))
