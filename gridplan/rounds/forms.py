"""The closed forms of the rule: they prove "impossible" from counts and daily capacities alone.

m = `min_per_day`; C_d = an upper bound of the counted visits possible on day d; N = mandatory counted visits; G = optional
ones on hand; M = N + G. The forms are exact for day totals x_d ≤ C_d with N ≤ Σ x_d ≤ M. Windows, pins and roads make them
necessary, not sufficient, for a plan: they prove "impossible", never "kept".

M < m waives the minimum: for `unit = district` and `unit = team` by the M of the whole round, for `unit = township` by the
M of each township, so that a township with few sites does not break a round. The checker waives alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gridplan.model.crew import TeamId
from gridplan.model.round import RoundRule, RuleDays, Tail
from gridplan.model.words import Text, say

MOST_NAMED = 5
"""How many townships, days or team-days a sentence names at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasibility:
    """What counting alone says. `possible` False is a proof; `short` = visits missing; `reasons` say why, () when the round
    is possible and nothing is waived. `waived`: fewer visits exist than the minimum, so that it falls away (for townships: in
    all of them). `lacking` = visits that do not exist, of those that are short: the first reason says so. `each_day` = C_d of
    the whole district, where a whole round was judged."""

    possible: bool
    waived: bool
    short: int
    reasons: tuple[Text, ...]
    lacking: int = 0
    each_day: tuple[int, ...] = ()

    @property
    def text(self) -> Text:
        """The reasons as one sentence, "" when there is none."""
        return join(self.reasons)


# ---- words -----------------------------------------------------------------------------------------------------------


def join(parts: Sequence[Text]) -> Text:
    """Put clauses into one sentence."""
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def listed(names: Sequence[Text]) -> Text:
    """Name a few, and count the rest."""
    named, rest = names[:MOST_NAMED], len(names) - MOST_NAMED
    first = Text("、".join(name.zh for name in named), ", ".join(name.en for name in named))
    return say("rounds.and_more", named=first, rest=rest) if rest > 0 else first


def _no(short: int, *parts: Text, lacking: int = 0) -> Feasibility:
    return Feasibility(possible=False, waived=False, short=short, lacking=lacking, reasons=parts)


_YES = Feasibility(possible=True, waived=False, short=0, reasons=())


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
    return Feasibility(possible=short <= 0, waived=waived, short=max(short, 0), reasons=tuple(words))


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
    return replace(strict, reasons=(*strict.reasons, say("rounds.remainder_would_do")))


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
        parts.append(say("rounds.nobody_works", days=listed(idle)))
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
