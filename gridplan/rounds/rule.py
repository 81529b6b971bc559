"""The rule before any solver runs: closed forms that prove "impossible" from counts and daily capacities alone.

m = `min_per_day`; C_d = an upper bound of the counted visits possible on day d; N = mandatory counted visits; G = optional
ones on hand; M = N + G. The forms are exact for day totals x_d ≤ C_d with N ≤ Σ x_d ≤ M. Windows, pins and roads make them
necessary, not sufficient, for a plan: they prove "impossible", never "kept".

M < m waives the minimum: for `unit = district` and `unit = team` by the M of the whole round, for `unit = township` by the
M of each township, so that a township with few sites does not break a round. The checker waives alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from gridplan.model.crew import Team, TeamId
from gridplan.model.place import AreaCode
from gridplan.model.round import RoundRule, RuleDays, RuleUnit, Tail, Visit
from gridplan.model.site import SiteKind
from gridplan.model.words import Text, say
from gridplan.rounds.capacity import Room, survey
from gridplan.rounds.counting import Town, least_shortage
from gridplan.rounds.fill import Spare, what_fills

MOST_NAMED = 5
"""How many townships, days or team-days a sentence names at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasibility:
    """What counting alone says. `possible` False is a proof; `short` = visits missing; `text` says why ("" when possible and
    nothing is waived). `waived`: fewer visits exist than the minimum, so that it falls away (for townships: in all of them).
    `lacking` = visits that do not exist, of those that are short. `each_day` = C_d of the whole district, where a whole
    round was judged."""

    possible: bool
    waived: bool
    short: int
    text: Text
    lacking: int = 0
    each_day: tuple[int, ...] = ()


def judge_round(
    rule: RoundRule,
    days: Sequence[date],
    visits: Sequence[Visit],
    teams: Sequence[Team],
    *,
    set_up_min: int,
    spare: Spare | None = None,
    names: Mapping[AreaCode, str] | None = None,
) -> Feasibility:
    """Judge a whole round before it is planned: count its visits, bound its days, ask the closed form of its unit.

    Parameters
    ----------
    set_up_min
        Minutes of a set-up; each route has one at least.
    spare
        Sites outside the scope by township and kind, to say what would fill a round that has too few visits.
    names
        Names of townships, to say them instead of their codes.
    """
    counting = [visit for visit in visits if visit.counts(rule.counts)]
    uncounted = [visit for visit in visits if not visit.counts(rule.counts)]
    counted = sum(visit.mandatory for visit in counting)
    optional = len(counting) - counted
    room = survey(counting, teams, days, set_up_min=set_up_min)
    by_team, each_day = room.by_team(), room.each_day()
    off = {team.id: [day for day in days if not team.shifts_on(day)] for team in teams}
    idle = [day for day in days if all(day in team_off for team_off in off.values())]
    if rule.unit is RuleUnit.TOWNSHIP:
        found = judge_townships(
            rule,
            towns_of(counting, room),
            by_team,
            days=days,
            idle=idle,
            names=names,
            spare=_spare_by_township(spare or {}),
            uncounted=_by_township(uncounted),
        )
        return replace(found, each_day=each_day)
    if rule.unit is RuleUnit.TEAM:
        # A joint visit is one visit of the round, and one of each of its two teams.
        surely = sum(visit.mandatory and bool(joint) for visit, joint in zip(counting, room.always_joint, strict=True))
        perhaps = int(room.sometimes_joint.sum())
        found = judge_teams(
            rule,
            counted + surely,
            by_team,
            optional=optional + perhaps - surely,
            days=days,
            idle=off,
            on_hand=len(counting),
        )
    else:
        found = judge(rule, counted, each_day, optional=optional, days=days, idle=idle)
    there = Counter[SiteKind]()
    for (_, site_kind), count in (spare or {}).items():
        there[site_kind] += count
    return replace(_with_filling(found, there, uncounted), each_day=each_day)


def _spare_by_township(spare: Spare) -> dict[str, Counter[SiteKind]]:
    found: defaultdict[str, Counter[SiteKind]] = defaultdict(Counter)
    for (township, kind), count in spare.items():
        found[township or ""][kind] += count
    return found


def _by_township(visits: Sequence[Visit]) -> dict[str, list[Visit]]:
    found: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        found[visit.township or ""].append(visit)
    return found


def _with_filling(found: Feasibility, spare: Mapping[SiteKind, int], uncounted: Sequence[Visit]) -> Feasibility:
    """Add to the sentence what would fill the gap, where visits are lacking."""
    if found.lacking and (fills := what_fills(found.lacking, spare, uncounted)):
        return replace(found, text=_join([found.text, fills]))
    return found


# ---- words -----------------------------------------------------------------------------------------------------------

_NOTHING = Text("", "")


def _join(parts: Sequence[Text]) -> Text:
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _list(names: Sequence[Text]) -> Text:
    """Name a few, and count the rest."""
    named, rest = names[:MOST_NAMED], len(names) - MOST_NAMED
    listed = Text("、".join(name.zh for name in named), ", ".join(name.en for name in named))
    return say("rounds.and_more", named=listed, rest=rest) if rest > 0 else listed


def _no(short: int, *parts: Text, lacking: int = 0) -> Feasibility:
    return Feasibility(possible=False, waived=False, short=short, lacking=lacking, text=_join(parts))


_YES = Feasibility(possible=True, waived=False, short=0, text=_NOTHING)


# ---- closed forms ----------------------------------------------------------------------------------------------------


def _top(capacities: Sequence[int], count: int) -> int:
    return sum(sorted(capacities, reverse=True)[:count])


def _loose(rule: RoundRule, counted: int, on_hand: int, capacity: Sequence[int]) -> Feasibility | None:
    """Answer when no minimum applies: it is waived because fewer visits exist, or it is 0."""
    if on_hand >= rule.min_per_day > 0:
        return None
    waived = on_hand < rule.min_per_day
    words = [say("rounds.waived", least=rule.min_per_day)] if waived else []
    if (short := counted - sum(capacity)) > 0:
        words.insert(0, say("rounds.over_capacity", counted=counted, able=sum(capacity), short=short))
    return Feasibility(possible=short <= 0, waived=waived, short=max(short, 0), text=_join(words))


def _active(rule: RoundRule, counted: int, most: int, capacity: Sequence[int], *, teams: bool = False) -> Feasibility:
    """Choose the working days (or team-days): as many as capacities and visits on hand allow, the widest first."""
    least = rule.min_per_day
    if counted == 0:
        return _YES
    able = sum(c >= least for c in capacity)
    count = min(able, most // least)
    total = _top([c for c in capacity if c >= least], count)
    if rule.tail is Tail.REMAINDER:
        for last, room in enumerate(capacity):
            before = [c for c in capacity[:last] if c >= least]
            full = min(len(before), (most - 1) // least)
            if room >= 1 and _top(before, full) + room > total:
                count, total = full + 1, _top(before, full) + room
    if total >= counted:
        return _YES
    if (able_at_all := sum(capacity)) < counted:
        return _no(
            counted - able_at_all,
            say("rounds.over_capacity", counted=counted, able=able_at_all, short=counted - able_at_all),
        )
    form = "team_day" if teams else "day"
    if count == 0:
        return _no(counted, say(f"rounds.no_{form}_reaches", least=least, most=max(capacity, default=0)))
    return _no(
        counted - total,
        say(f"rounds.few_{form}s", least=least, days=count, able=total, counted=counted, short=counted - total),
    )


def _with_remainder(rule: RoundRule, strict: Feasibility, relaxed: Feasibility) -> Feasibility:
    """Add that the other tail would do, where it would."""
    if strict.possible or rule.tail is Tail.REMAINDER or not relaxed.possible:
        return strict
    return replace(strict, text=_join([strict.text, say("rounds.remainder_would_do")]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """One day (or team-day) that must reach `least`, and what it can hold."""

    name: str
    able: int
    least: int
    idle: bool


def _every(rule: RoundRule, counted: int, most: int, days: Sequence[_Day], teams: int = 0) -> Feasibility:
    """Every day must reach its least count: the least counts and the capacities simply add up. `teams` 0: one pool."""
    needed, able = sum(day.least for day in days), sum(day.able for day in days)
    parts, short, lacking = [], 0, 0
    if needed > most:
        short = lacking = needed - most
        lasts = max(teams, 1) if rule.tail is Tail.REMAINDER else 0
        form = f"{'team' if teams else 'day'}s{'_and_last' if lasts else ''}"
        span = say(f"rounds.each_of_{form}", least=rule.min_per_day, days=len(days) - lasts, teams=lasts)
        parts.append(say(f"rounds.cannot_give_{rule.counts.value}", there=most, span=span, short=short))
    if counted > able:
        short = short or counted - able
        parts.append(say("rounds.over_capacity", counted=counted, able=able, short=counted - able))
    if idle := [Text(day.name, day.name) for day in days if day.idle and day.able < day.least]:
        parts.append(say("rounds.nobody_works", days=_list(idle)))
    small = [day for day in days if day.able < day.least and not day.idle]
    parts += [say("rounds.day_too_small", day=day.name, able=day.able, least=day.least) for day in small[:MOST_NAMED]]
    if len(small) > MOST_NAMED:
        parts.append(say("rounds.more_days_too_small", count=len(small) - MOST_NAMED))
    short = short or sum(max(day.least - day.able, 0) for day in days)
    return _no(short, *parts, lacking=lacking) if parts else _YES


def _days(
    rule: RoundRule, capacity: Sequence[int], days: Sequence[date], idle: Collection[date] | None, prefix: str = ""
) -> list[_Day]:
    """Pair each day of a horizon with what it can hold and with what it must hold: m, or 1 on a last day under `remainder`."""
    found = []
    for number, able in enumerate(capacity):
        last = number == len(capacity) - 1 and rule.tail is Tail.REMAINDER
        found.append(
            _Day(
                name=prefix + (days[number].isoformat() if days else str(number + 1)),
                able=able,
                least=1 if last else rule.min_per_day,
                idle=able == 0 if idle is None or not days else days[number] in idle,
            )
        )
    return found


def judge(
    rule: RoundRule,
    counted: int,
    capacity: Sequence[int],
    *,
    optional: int = 0,
    days: Sequence[date] = (),
    idle: Collection[date] | None = None,
) -> Feasibility:
    """Judge one pool of days: the district, or one township that shares no team with another.

    Parameters
    ----------
    counted
        N, the mandatory visits that count.
    capacity
        C_d for each day of the horizon, 0 where nobody works.
    optional
        G, the visits that count but may be left out.
    days
        The dates, to name them in the text; without them days are numbered.
    idle
        The dates on which nobody works; None = those with C_d = 0.
    """
    most = counted + optional
    loose = _loose(rule, counted, most, capacity)
    if loose:
        return loose
    if rule.days is RuleDays.EVERY:
        return _every(rule, counted, most, _days(rule, capacity, days, idle))
    relaxed = _active(replace(rule, tail=Tail.REMAINDER), counted, most, capacity)
    return _with_remainder(rule, _active(rule, counted, most, capacity), relaxed)


# ---- teams -----------------------------------------------------------------------------------------------------------


def judge_teams(
    rule: RoundRule,
    counted: int,
    by_team: Mapping[TeamId, Sequence[int]],
    *,
    optional: int = 0,
    days: Sequence[date] = (),
    idle: Mapping[TeamId, Collection[date]] | None = None,
    on_hand: int | None = None,
) -> Feasibility:
    """Judge `unit = team`, each team with its own C_d.

    Strict tails pool all team-days as if they were days. Where each team's last day may hold the remainder, the totals each
    team can reach are summed over teams and must meet [N, M]. `on_hand` is what waives the minimum, M unless it is given:
    where joint visits are counted for both their teams, fewer visits exist than the teams make.
    """
    most = counted + optional
    pooled = [c for capacity in by_team.values() for c in capacity]
    loose = _loose(rule, counted, most if on_hand is None else on_hand, pooled)
    if loose:
        return loose
    if rule.days is RuleDays.EVERY:
        team_days = []
        for team, capacity in by_team.items():
            team_days += _days(rule, capacity, days, idle[team] if idle else None, prefix=f"{team} ")
        return _every(rule, counted, most, team_days, teams=len(by_team))
    relaxed = _remainders(rule, counted, most, by_team)
    if rule.tail is Tail.REMAINDER:
        return relaxed
    return _with_remainder(rule, _active(rule, counted, most, pooled, teams=True), relaxed)


def _remainders(rule: RoundRule, counted: int, most: int, by_team: Mapping[TeamId, Sequence[int]]) -> Feasibility:
    """Sum over the teams the totals that each can reach when its last day may hold the remainder."""
    sums = 1
    for capacity in by_team.values():
        sums = _add(sums, _totals(rule.min_per_day, capacity, most), most)
    if sums >> counted:
        return _YES
    able = sums.bit_length() - 1
    return _no(counted - able, say("rounds.teams_short", counted=counted, able=able, short=counted - able))


def _totals(least: int, capacity: Sequence[int], most: int) -> int:
    """Return the totals one team can reach under `active` with a remainder, as the bits of an integer."""
    totals = 1
    for last, room in enumerate(capacity):
        before = sorted((c for c in capacity[:last] if c >= least), reverse=True)
        for full in range(min(len(before), max(most - 1, 0) // least) + 1 if room else 0):
            low, high = full * least + 1, sum(before[:full]) + room
            totals |= ((1 << (high - low + 1)) - 1) << low
    return totals & ((1 << (most + 1)) - 1)


def _add(one: int, two: int, most: int) -> int:
    """Return the sums of two sets of totals, none above `most`."""
    sums, shift = 0, 0
    while two:
        if two & 1:
            sums |= one << shift
        two, shift = two >> 1, shift + 1
    return sums & ((1 << (most + 1)) - 1)


# ---- townships -------------------------------------------------------------------------------------------------------


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
        if found.waived and town.on_hand:
            waived.append(_name(code, names))
        if not found.possible:
            found = _with_filling(found, (spare or {}).get(code, {}), (uncounted or {}).get(code, ()))
            short, lacking = short + found.short, lacking + found.lacking
            parts.append(say("rounds.in_township", township=_name(code, names), why=found.text))
    if len(parts) > MOST_NAMED:
        parts[MOST_NAMED:] = [say("rounds.more_townships", count=len(parts) - MOST_NAMED)]
    # Townships are asked together only where each could be served alone: what they say alone is easier to read.
    for group in _sharing(towns) if not parts else ():
        gap = least_shortage(rule, {code: towns[code] for code in group}, by_team)
        if gap.short:
            short += gap.short
            key = "rounds.shared_short" if rule.min_per_day else "rounds.shared_room"
            together = _list([_name(code, names) for code in group])
            text = say(key, townships=together, least=rule.min_per_day, short=gap.short)
            where = [say("rounds.short_in", township=_name(code, names), short=n) for code, n in gap.towns.items()]
            parts.append(say("rounds.short_where", text=text, where=_list(where)) if where else text)
    possible = not parts
    if everywhere := sum(town.on_hand for town in towns.values()) < rule.min_per_day:
        parts.append(say("rounds.waived", least=rule.min_per_day))
    elif waived:
        parts.append(say("rounds.waived_in", townships=_list(waived), least=rule.min_per_day))
    return Feasibility(
        possible=possible,
        waived=everywhere or all(town.on_hand < rule.min_per_day for town in towns.values()),
        short=short,
        lacking=lacking,
        text=_join(parts),
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
