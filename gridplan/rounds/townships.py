"""A minimum for each township: its closed form where its teams are its own, the count model where townships share teams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np

from gridplan.model.crew import TeamId
from gridplan.model.place import AreaCode
from gridplan.model.round import RoundRule, Visit
from gridplan.model.site import SiteKind
from gridplan.model.words import Text, say
from gridplan.rounds.capacity import Room
from gridplan.rounds.counting import Town, least_shortage
from gridplan.rounds.fill import with_filling
from gridplan.rounds.forms import MOST_NAMED, Feasibility, judge, listed


def judge_townships(
    rule: RoundRule,
    towns: Mapping[str, Town],
    by_team: Mapping[TeamId, Sequence[int]],
    *,
    days: Sequence[date] = (),
    idle: Collection[date] | None = None,
    names: Mapping[AreaCode, str] | None = None,
    spare: Mapping[str, Mapping[SiteKind, int]] | None = None,
    uncounted: Mapping[str, Sequence[Visit]] | None = None,
) -> Feasibility:
    """Judge `unit = township`: the closed form of each township, then the count model where townships share teams.

    A team is a township's own when it can make visits in no other; its `home` is a wish, no promise.

    Parameters
    ----------
    towns
        Each township by its code, "" for the visits outside all townships: they are a unit of their own, as in the checker.
    by_team
        The most each team can make on each day over all townships.
    spare, uncounted
        What would fill each township; see `what_fills`.
    """
    waived, parts, short, lacking = [], [], 0, 0
    for code, town in towns.items():
        found = judge(rule, town.counted, town.each_day, optional=town.optional, days=days, idle=idle)
        if found.possible:
            waived += [_name(code, names)] if found.waived and town.on_hand else []
        else:
            found = with_filling(found, (spare or {}).get(code, {}), (uncounted or {}).get(code, ()))
            short, lacking = short + found.short, lacking + found.lacking
            parts.append(say("rounds.in_township", township=_name(code, names), why=found.text))
    if len(parts) > MOST_NAMED:
        parts[MOST_NAMED:] = [say("rounds.more_townships", count=len(parts) - MOST_NAMED)]
    # Townships are asked together only where each could be served alone: what they say alone is easier to read.
    for group in _sharing(towns) if not parts else ():
        gap = least_shortage(rule, {code: towns[code] for code in group}, by_team)
        if gap.short:
            short += gap.short
            asked = any(towns[code].least(rule) for code in group)
            together = listed([_name(code, names) for code in group])
            text = say(
                f"rounds.shared_{'short' if asked else 'room'}",
                townships=together,
                least=rule.min_per_day,
                short=gap.short,
            )
            where = [say("rounds.short_in", township=_name(code, names), short=n) for code, n in gap.towns.items()]
            parts.append(say("rounds.short_where", text=text, where=listed(where)) if where else text)
    possible = not parts
    if everywhere := sum(town.on_hand for town in towns.values()) < rule.min_per_day:
        parts.append(say("rounds.waived", least=rule.min_per_day))
    elif waived:
        parts.append(say("rounds.waived_in", townships=listed(waived), least=rule.min_per_day))
    return Feasibility(
        possible=possible,
        waived=everywhere or all(town.on_hand < rule.min_per_day for town in towns.values()),
        short=short,
        lacking=lacking,
        reasons=tuple(parts),
    )


def _name(code: str, names: Mapping[AreaCode, str] | None) -> Text:
    if not code:
        return say("rounds.no_township")
    name = (names or {}).get(AreaCode(code), code)
    return Text(name, name)


def _sharing(towns: Mapping[str, Town]) -> list[list[str]]:
    """Return the groups of townships, two or more in each, that teams join."""
    group = {code: [code] for code in towns}
    at: defaultdict[TeamId, list[str]] = defaultdict(list)
    for code, town in towns.items():
        for team, counts in town.by_team.items():
            if any(counts):
                at[team].append(code)
    for codes in at.values():
        for code in codes[1:]:
            one, two = group[codes[0]], group[code]
            if one is not two:
                one += two
                group |= dict.fromkeys(two, one)
    return [codes for code, codes in group.items() if code == codes[0] and len(codes) > 1]


def towns_of(visits: Sequence[Visit], room: Room) -> dict[str, Town]:
    """Return the townships of visits that count, in order of their codes; `room` was surveyed for just these visits."""
    codes = np.array([visit.township or "" for visit in visits], dtype=np.str_)
    mandatory = np.array([visit.mandatory for visit in visits], dtype=np.bool_)
    towns = {}
    for code in sorted(set(codes.tolist())):
        there = codes == code
        counted = int((there & mandatory).sum())
        towns[code] = Town(
            counted=counted,
            optional=int(there.sum()) - counted,
            by_team=room.by_team(there),
            each_day=room.each_day(there),
        )
    return towns
