"""The rule before any solver runs: closed forms that prove "impossible" from counts and daily capacities alone.

m = `min_per_day`; C_d = an upper bound of the counted visits possible on day d; N = mandatory counted visits; G = optional
ones on hand; M = N + G. The forms are exact for day totals x_d ≤ C_d with N ≤ Σ x_d ≤ M. Windows, pins and roads make them
necessary, not sufficient, for a plan: they prove "impossible", never "kept".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.round import Pin, RoundRule, RuleDays, RuleUnit, Tail, Visit, VisitId
from gridplan.model.site import SiteId, VisitMode
from gridplan.model.words import Text, say

OFFICERS_NEEDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasibility:
    """What counting alone says. `possible` False is a proof; `short` = visits missing; `text` says why ("" when possible and
    not waived). `waived`: fewer visits exist than the minimum, so that it falls away. `each_day` = C_d of the whole district,
    where a whole round was judged."""

    possible: bool
    waived: bool
    short: int
    text: Text
    each_day: tuple[int, ...] = ()


def require_supported(rule: RoundRule) -> None:
    """Raise InputError for a rule that cannot be planned yet: the minimum for each township."""
    if rule.unit is RuleUnit.TOWNSHIP:
        raise InputError(say("rounds.unit_township"))


# ---- capacity --------------------------------------------------------------------------------------------------------


def _longest_work_s(shift: Shift) -> int:
    """Return the longest time at work in a shift: without its lunch, or home before the lunch window ends."""
    whole = shift.end_s - shift.start_s
    if shift.lunch is None:
        return whole
    return max(whole - shift.lunch.minutes * 60, min(shift.lunch.to_s, shift.end_s) - shift.start_s, 0)


def _fits(visit: Visit, team: Team, day: date, shift: Shift) -> bool:
    """Return whether dates, pin, departments, officers and doors let the team make the visit in that shift."""
    pin = visit.pin or Pin()
    return (
        (visit.earliest is None or visit.earliest <= day)
        and (visit.due is None or day <= visit.due)
        and pin.team in (None, team.id)
        and pin.day in (None, day)
        and pin.shift in (None, shift.name)
        and visit.departments <= team.departments
        and (visit.mode is VisitMode.PATROL or team.certified_on(day) >= OFFICERS_NEEDED)
        and any(
            min(end_s, shift.end_s) - max(start_s, shift.start_s) >= visit.minutes * 60
            for start_s, end_s in visit.windows(day)
        )
    )


def capacity(
    visits: Sequence[Visit], teams: Sequence[Team], days: Sequence[date], *, set_up_min: int
) -> dict[TeamId, tuple[int, ...]]:
    """Return for each team an upper bound of the visits it can make on each day; `visits` are those that count.

    In each shift the shortest visits that may lie there fill the time at work, less one set-up; travel is left out.
    """
    kinds: Counter[Visit] = Counter()
    for visit in visits:
        kinds[_alike(visit)] += 1
    shortest = sorted(kinds, key=lambda visit: visit.minutes)
    found: dict[TeamId, tuple[int, ...]] = {}
    for team in teams:
        counts = []
        for day in days:
            count, fitting = 0, set()
            for shift in team.shifts_on(day):
                room_min = _longest_work_s(shift) // 60 - set_up_min
                for kind in shortest:
                    if _fits(kind, team, day, shift):
                        fitting.add(kind)
                        taken = min(kinds[kind], max(room_min, 0) // kind.minutes)
                        count, room_min = count + taken, room_min - taken * kind.minutes
            counts.append(min(count, sum(kinds[kind] for kind in fitting)))
        found[team.id] = tuple(counts)
    return found


def _alike(visit: Visit) -> Visit:
    """Return the visit without what makes no difference to when it can be made: visits of a kind are counted together."""
    return replace(
        visit, id=VisitId(""), site=SiteId(""), place=LonLat(0, 0), priority=0, township=None, community=None
    )


def district_capacity(by_team: Mapping[TeamId, Sequence[int]], days: Sequence[date]) -> tuple[int, ...]:
    """Return C_d of the whole district: what its teams can do together on each day."""
    return tuple(sum(counts[number] for counts in by_team.values()) for number in range(len(days)))


def judge_round(
    rule: RoundRule, days: Sequence[date], visits: Sequence[Visit], teams: Sequence[Team], *, set_up_min: int
) -> Feasibility:
    """Judge a whole round before it is planned: count its visits, bound its days, ask the closed form of its unit.

    Raises
    ------
    InputError
        The rule's unit cannot be planned yet.
    """
    require_supported(rule)
    counting = [visit for visit in visits if visit.counts(rule.counts)]
    counted = sum(visit.mandatory for visit in counting)
    optional = len(counting) - counted
    by_team = capacity(counting, teams, days, set_up_min=set_up_min)
    each_day = district_capacity(by_team, days)
    off = {team.id: [day for day in days if not team.shifts_on(day)] for team in teams}
    if rule.unit is RuleUnit.TEAM:
        found = judge_teams(rule, counted, by_team, optional=optional, days=days, idle=off)
    else:
        idle = [day for day in days if all(day in team_off for team_off in off.values())]
        found = judge(rule, counted, each_day, optional=optional, days=days, idle=idle)
    return replace(found, each_day=each_day)


# ---- closed forms ----------------------------------------------------------------------------------------------------

_NOTHING = Text("", "")


def _join(parts: Sequence[Text]) -> Text:
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _no(short: int, *parts: Text) -> Feasibility:
    return Feasibility(possible=False, waived=False, short=short, text=_join(parts))


_YES = Feasibility(possible=True, waived=False, short=0, text=_NOTHING)


def _top(capacities: Sequence[int], count: int) -> int:
    return sum(sorted(capacities, reverse=True)[:count])


def _loose(rule: RoundRule, counted: int, most: int, capacity: Sequence[int]) -> Feasibility | None:
    """Answer when no minimum applies: it is waived because fewer visits exist, or it is 0."""
    if most >= rule.min_per_day > 0:
        return None
    waived = most < rule.min_per_day
    words = [say("rounds.waived", least=rule.min_per_day)] if waived else []
    if (short := counted - sum(capacity)) > 0:
        words.insert(0, say("rounds.over_capacity", counted=counted, able=sum(capacity), short=short))
    return Feasibility(possible=short <= 0, waived=waived, short=max(short, 0), text=_join(words))


def _active(rule: RoundRule, counted: int, most: int, capacity: Sequence[int]) -> Feasibility:
    """Choose the working days: as many as the capacities and the visits on hand allow, the widest first."""
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
    if count == 0:
        return _no(counted, say("rounds.no_day_reaches", least=least, most=max(capacity, default=0)))
    return _no(
        counted - total,
        say("rounds.active_short", least=least, days=count, able=total, counted=counted, short=counted - total),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """One day (or team-day) that must reach `least`, and what it can hold."""

    name: str
    able: int
    least: int
    idle: bool


def _every(counted: int, most: int, days: Sequence[_Day]) -> Feasibility:
    """Every day must reach its least count: the least counts and the capacities simply add up."""
    needed, able = sum(day.least for day in days), sum(day.able for day in days)
    parts, short = [], 0
    if needed > most:
        short = needed - most
        parts.append(say("rounds.needed", needed=needed, there=most, short=short))
    if counted > able:
        short = short or counted - able
        parts.append(say("rounds.over_capacity", counted=counted, able=able, short=counted - able))
    if idle := [day.name for day in days if day.idle and day.able < day.least]:
        parts.append(say("rounds.nobody_works", days=_list(idle)))
    for day in days:
        if day.able < day.least and not day.idle:
            parts.append(say("rounds.day_too_small", day=day.name, able=day.able, least=day.least))
    short = short or sum(max(day.least - day.able, 0) for day in days)
    return _no(short, *parts) if parts else _YES


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


def _list(names: Sequence[str]) -> Text:
    return Text("、".join(names), ", ".join(names))


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
    if rule.days is RuleDays.ACTIVE:
        return _active(rule, counted, most, capacity)
    return _every(counted, most, _days(rule, capacity, days, idle))


def judge_teams(
    rule: RoundRule,
    counted: int,
    by_team: Mapping[TeamId, Sequence[int]],
    *,
    optional: int = 0,
    days: Sequence[date] = (),
    idle: Mapping[TeamId, Collection[date]] | None = None,
) -> Feasibility:
    """Judge `unit = team`, each team with its own C_d.

    Strict tails pool all team-days as if they were days. Where each team's last day may hold the remainder, the totals each
    team can reach are summed over teams and must meet [N, M].
    """
    most = counted + optional
    pooled = [c for capacity in by_team.values() for c in capacity]
    loose = _loose(rule, counted, most, pooled)
    if loose:
        return loose
    if rule.days is RuleDays.EVERY:
        team_days = []
        for team, capacity in by_team.items():
            team_days += _days(rule, capacity, days, idle[team] if idle else None, prefix=f"{team} ")
        return _every(counted, most, team_days)
    if rule.tail is Tail.STRICT:
        return _active(rule, counted, most, pooled)
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
