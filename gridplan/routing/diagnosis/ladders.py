"""What an office could change, as estimates: for each kind of change the step that is thought to do, and those above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Team
from gridplan.model.plan import RemedyKind
from gridplan.model.round import DayKind, RuleDays, Tail, VisitId
from gridplan.model.site import VisitMode
from gridplan.model.words import Text, say
from gridplan.routing.diagnosis import changes
from gridplan.routing.diagnosis.causes import NIGHT_QUOTA, Need, listed
from gridplan.routing.diagnosis.classes import HURDLES, Field
from gridplan.routing.diagnosis.elastic import FULL, LONGEST_MIN, Elastic, more_minutes, more_teams
from gridplan.routing.diagnosis.outlook import Proposal
from gridplan.routing.problem import Problem
from gridplan.routing.timeline import available_s

STEP_MIN = 15
TEAM_OF = 4
"""How many people a team has, to weigh one person more against a team more."""
ON_THE_WAY = 1.3
"""What a visit takes over its minutes on site and its set-up, for a first estimate."""
SATURDAY = 5
EVENING_S = FULL * (changes.EVENING.end_s - changes.EVENING.start_s)

Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ladder:
    """Changes of one kind, each step a little more; `first` is the step that is thought to do, `at` None beyond the last."""

    kind: RemedyKind
    first: int
    at: Callable[[int], Proposal | None]


# ---- which changes ---------------------------------------------------------------------------------------------------


def ladders(
    field: Field,
    elastic: Elastic,
    needs: Sequence[Need],
    more_days: Iterable[date] = (),
    *,
    rule: bool = False,
    counts: Sequence[int] = (),
) -> list[Ladder]:
    """Return what may mend the needs, the least effort first. `more_days` are working days that follow the round.

    `rule`: the daily minimum is not kept, too; `counts` are then the visits of each worked day.
    """
    found: list[Ladder] = []
    crowded = [need for need in needs if not need.alone]
    for need in needs:
        found += _special(field, need)
    if crowded or not len(field.kind):
        found += _more_work(field, elastic, crowded, tuple(more_days))
    if rule:
        found += _less_rule(field.problem, counts)
    lost = {visit for need in needs if need.alone and need.reason != NIGHT_QUOTA for visit in need.visits.tolist()}
    if lost and not crowded and len(lost) < len(field.problem.visits):
        found.append(filter_ladder(field.problem, frozenset(field.problem.visits[visit].id for visit in lost)))
    firsts = [(ladder, ladder.at(ladder.first)) for ladder in found]
    kept = [(ladder, step) for ladder, step in firsts if step is not None]
    return [ladder for ladder, _ in sorted(kept, key=lambda pair: order(pair[1]))]


def order(proposal: Proposal) -> tuple[bool, int]:
    """Small changes first; to leave visits out comes last."""
    return proposal.kind is RemedyKind.FILTER, proposal.effort_min


def _ids(problem: Problem, visits: Iterable[int]) -> frozenset[VisitId]:
    return frozenset(problem.visits[visit].id for visit in visits)


def _work_s(field: Field, visits: Longs) -> float:
    """Return a first estimate of what some visits take, travel included."""
    return float((field.stay_s[visits] + field.problem.set_up_s).sum()) * ON_THE_WAY


def _team_min(problem: Problem, team: Team) -> int:
    """Return the minutes that a team works in the round."""
    return sum(available_s(shift) for day in problem.days for shift in team.shifts_on(day)) // 60


def _more_work(field: Field, elastic: Elastic, crowded: Sequence[Need], more_days: tuple[date, ...]) -> list[Ladder]:
    """Offer more teams, longer shifts or more days for all that competes for too little time."""
    problem = field.problem
    visits = np.unique(np.concatenate([need.visits for need in crowded])) if crowded else np.arange(len(field.stay_s))
    mends = _ids(problem, visits.tolist())
    if not len(field.kind):
        text = say("routing.remedy_teams", size=1)
        bare = Proposal(kind=RemedyKind.TEAMS, change=1, text=text, problem=None, mends=mends, effort_min=0)
        return [Ladder(kind=RemedyKind.TEAMS, first=1, at=lambda step: bare if step == 1 else None)]
    found = [_teams(field, elastic, visits, mends)]
    minutes = more_minutes(elastic)
    if minutes is not None:
        found.append(_minutes(problem, max(1, -int(-minutes // STEP_MIN)), mends))
    if {need.reason for need in crowded} - {"outside_dates", "pin_impossible"}:
        found.append(_days(field, crowded, more_days, mends))
    return found


def _teams(field: Field, elastic: Elastic, visits: Longs, mends: frozenset[VisitId]) -> Ladder:
    """Offer teams like those that would help the most."""
    problem = field.problem
    wanted = more_teams(elastic)
    if wanted is None or wanted.sum() < 1e-6:
        # The program has room, but the planner found none: where the visits are, of those who may make them.
        able = np.stack([field.open[visits][:, field.kind == kind].any(axis=1) for kind in range(len(field.kinds))])
        near = np.where(able, field.out_s[:, field.place[visits]], np.inf).argmin(axis=0)
        votes = np.bincount(near[able.any(axis=0)], minlength=len(field.kinds)).astype(np.float64)
        wanted = votes if votes.any() else np.ones(len(field.kinds))
        first = 1
    else:
        first = max(1, int(np.ceil(wanted.sum() - 0.02)))
    share = wanted / wanted.sum()

    def at(step: int) -> Proposal:
        count = np.floor(share * step).astype(int)
        for kind in np.argsort(-(share * step - count), kind="stable")[: step - int(count.sum())]:
            count[kind] += 1
        chosen = {field.kinds[kind][0]: int(number) for kind, number in enumerate(count) if number}
        models = [problem.teams[team] for team in chosen]
        names = say(
            "routing.like_team", team=models[0].name, base=models[0].base_name, departments=_departments(models)
        )
        if len(models) > 1:
            names = say("routing.like_teams", teams=listed([model.name for model in models]))
        return Proposal(
            kind=RemedyKind.TEAMS,
            change=step,
            text=say("routing.remedy_teams_like", size=step, like=names),
            problem=changes.add_teams(problem, chosen),
            mends=mends,
            effort_min=sum(_team_min(problem, problem.teams[team]) * number for team, number in chosen.items()),
        )

    return Ladder(kind=RemedyKind.TEAMS, first=first, at=at)


def _departments(teams: Iterable[Team]) -> str:
    return "、".join(sorted(frozenset[str]().union(*(team.departments for team in teams)))) or "—"


def _minutes(problem: Problem, first: int, mends: frozenset[VisitId]) -> Ladder:
    """Offer to work longer each day."""
    team_days = sum(bool(team.shifts_on(day)) for team in problem.teams for day in problem.days)

    def at(step: int) -> Proposal | None:
        minutes = step * STEP_MIN
        if minutes > LONGEST_MIN:
            return None
        return Proposal(
            kind=RemedyKind.MINUTES_PER_DAY,
            change=minutes,
            text=say("routing.remedy_minutes_per_day", size=minutes),
            problem=changes.lengthen(problem, minutes),
            mends=mends,
            effort_min=minutes * team_days,
        )

    return Ladder(kind=RemedyKind.MINUTES_PER_DAY, first=first, at=at)


def _days(field: Field, crowded: Sequence[Need], more_days: tuple[date, ...], mends: frozenset[VisitId]) -> Ladder:
    """Offer more days; they can be planned only where it is known which days follow."""
    problem = field.problem
    room_s = (field.teams * field.available_s).astype(np.float64) / len(problem.days)
    first = 1
    for need in crowded:
        missing_s = need.short_s or _work_s(field, need.visits)
        first = max(first, -int(-missing_s // (FULL * room_s[field.open[need.visits].any(axis=0)].sum())))

    def at(step: int) -> Proposal | None:
        if more_days and step > len(more_days):
            return None
        days = len(problem.days)
        return Proposal(
            kind=RemedyKind.DAYS,
            change=step,
            text=say("routing.remedy_days", days=days, to=days + step),
            problem=changes.add_days(problem, more_days[:step]) if more_days else None,
            mends=mends,
            effort_min=int(step * room_s.sum() / 60),
        )

    return Ladder(kind=RemedyKind.DAYS, first=first, at=at)


# ---- what one hurdle asks for ----------------------------------------------------------------------------------------


def _special(field: Field, need: Need) -> list[Ladder]:
    """Offer what takes the hurdle of a need away: a department, officers, an evening, a weekend day or longer shifts."""
    mends = _ids(field.problem, need.visits.tolist())
    seconds = need.short_s or _work_s(field, need.visits)
    if need.reason in ("no_department", "no_officers"):
        return _members(field, need, mends, seconds)
    if need.reason == "closed_all_days":
        return _open_times(field, need, mends, seconds)
    if need.reason == NIGHT_QUOTA:
        return _nights(field, need, mends)
    if need.reason == "no_time" and len(field.kind):
        return [_minutes(field.problem, 1, mends)]
    return []


def _candidates(field: Field, need: Need, price: Callable[[int], int] = lambda team: 0) -> list[int]:
    """Return the teams that this hurdle keeps from the visits: first those of the most visits, the cheapest, the nearest."""
    barred = field.barred[need.visits] == HURDLES.index(need.reason)
    ranked = []
    for kind in range(len(field.kinds)):
        waiting = barred[:, field.kind == kind].any(axis=1)
        if waiting.any():
            away = float(field.out_s[kind, field.place[need.visits[waiting]]].mean())
            ranked.append((-int(waiting.sum()), price(field.kinds[kind][0]), away, kind))
    return [team for *_, kind in sorted(ranked) for team in field.kinds[kind]]


def _members(field: Field, need: Need, mends: frozenset[VisitId], seconds: float) -> list[Ladder]:
    """Offer a department or certified officers for one team or more."""
    problem = field.problem
    chosen = [problem.visits[visit] for visit in need.visits]
    kind = RemedyKind.DEPARTMENT if need.reason == "no_department" else RemedyKind.OFFICERS
    lacking: tuple[str, ...] = ()
    if kind is RemedyKind.DEPARTMENT:
        lacking = tuple(sorted(frozenset[str]().union(*(visit.departments for visit in chosen))))
    officers = any(visit.mode is VisitMode.INSPECTION for visit in chosen)

    def people(own: Sequence[int]) -> int:
        changed = changes.add_members(problem, own, lacking, officers=officers)
        return sum(len(changed.teams[team].members) - len(problem.teams[team].members) for team in own)

    teams = _candidates(field, need, lambda team: people([team]))
    if not teams:
        return []

    def at(step: int) -> Proposal | None:
        if step > len(teams):
            return None
        own = teams[:step]
        changed = changes.add_members(problem, own, lacking, officers=officers)
        size = people(own)
        names = sorted({name for name in lacking for team in own if name not in problem.teams[team].departments})
        return Proposal(
            kind=kind,
            change=step if kind is RemedyKind.DEPARTMENT else size,
            text=say(
                f"routing.remedy_{kind.value}_to",
                size=size,
                teams=listed([problem.teams[team].name for team in own]),
                departments="、".join(names),
                visits=len(need.visits),
            ),
            problem=changed,
            mends=mends,
            effort_min=sum(_team_min(problem, problem.teams[team]) for team in own) * size // (TEAM_OF * step),
        )

    room_s = FULL * 60 * _team_min(problem, problem.teams[teams[0]])
    first = max(1, -int(-seconds // room_s)) if room_s else 1
    first = min(first, len(teams)) if need.alone else first
    return [Ladder(kind=kind, first=first, at=at)]


def _open_times(field: Field, need: Need, mends: frozenset[VisitId], seconds: float) -> list[Ladder]:
    """Offer evening shifts, or days between the days of the round, at which the doors are open."""
    units = _free_evenings(field, need, _candidates(field, need))
    if units:
        return [_evenings(field.problem, units, max(1, -int(-seconds // EVENING_S)), mends)]
    return _dates_between(field.problem, need, mends)


def _nights(field: Field, need: Need, mends: frozenset[VisitId]) -> list[Ladder]:
    """Offer evening shifts for the visits that the night quota lacks."""
    problem, count = field.problem, len(need.visits)
    lacking = problem.round.limits.night_visits - (len(problem.visits) - count)
    units = _free_evenings(field, need, range(len(problem.teams)))
    seconds = _work_s(field, need.visits) / count * lacking if count else 0.0
    return [_evenings(problem, units, max(1, -int(-seconds // EVENING_S)), mends)] if units else []


def _free_evenings(field: Field, need: Need, teams: Iterable[int]) -> list[tuple[int, int, int]]:
    """Return (team, weekday, how many such days it works) of evenings without a shift at which doors are open, the most first."""
    problem, evening = field.problem, changes.EVENING
    doors: Counter[int] = Counter()
    for day in problem.days:
        for visit in (problem.visits[number] for number in need.visits):
            doors[day.weekday()] += any(
                min(end, evening.end_s) - max(start, evening.start_s) >= visit.minutes * 60
                for start, end in visit.windows(day)
            )
    return [
        (team, weekday, count)
        for team in teams
        if all(shift.end_s <= evening.start_s for shift in problem.teams[team].shifts)
        for weekday, open_ in doors.most_common()
        if open_ and (count := sum(d.weekday() == weekday and problem.teams[team].works_on(d) for d in problem.days))
    ]


def _evenings(problem: Problem, units: Sequence[tuple[int, int, int]], first: int, mends: frozenset[VisitId]) -> Ladder:
    """Offer so many evening shifts; `units` are (team, weekday, how many such days the round has)."""

    def at(step: int) -> Proposal | None:
        number, wanted = 0, dict[int, list[int]]()
        for team, weekday, count in units:
            if number < step:
                number += count
                wanted.setdefault(team, []).append(weekday)
        if number < step:
            return None
        weekdays = sorted({weekday for days in wanted.values() for weekday in days})
        return Proposal(
            kind=RemedyKind.SHIFT,
            change=number,
            text=say(
                "routing.remedy_evenings",
                size=number,
                teams=listed([problem.teams[team].name for team in wanted]),
                days=_weekdays(weekdays),
                visits=len(mends),
            ),
            problem=changes.add_evenings(problem, wanted),
            mends=mends,
            effort_min=number * (changes.EVENING.end_s - changes.EVENING.start_s) // 60,
        )

    return Ladder(kind=RemedyKind.SHIFT, first=first, at=at)


def _weekdays(numbers: Iterable[int]) -> Text:
    names = [say(f"routing.weekday_{number}") for number in numbers]
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def _dates_between(problem: Problem, need: Need, mends: frozenset[VisitId]) -> list[Ladder]:
    """Offer to work on weekend days between the days of the round, and in the week after, when the doors are open then."""
    chosen = [problem.visits[visit] for visit in need.visits]
    span = (problem.days[-1] - problem.days[0]).days + 7
    free = [problem.days[0] + timedelta(days=n) for n in range(span)]
    opened = {
        day: sum(
            any(
                min(end, shift.end_s) - max(start, shift.start_s) >= visit.minutes * 60
                for start, end in visit.windows(day)
                for team in problem.teams
                for shift in team.shifts_on(day)
            )
            for visit in chosen
        )
        for day in free
        if day.weekday() >= SATURDAY and day not in problem.days and day not in problem.round.holidays
    }
    dates = sorted((day for day, count in opened.items() if count), key=lambda day: (-opened[day], day))
    if not dates or problem.round.rule.day_kind is DayKind.CALENDAR:
        return []

    def at(step: int) -> Proposal | None:
        if step > len(dates):
            return None
        own = sorted(dates[:step])
        minutes = (
            sum(available_s(shift) for day in own for team in problem.teams for shift in team.shifts_on(day)) // 60
        )
        return Proposal(
            kind=RemedyKind.SHIFT,
            change=step,
            text=say("routing.remedy_dates", days=listed([day.isoformat() for day in own]), visits=len(mends)),
            problem=changes.add_dates(problem, own),
            mends=mends,
            effort_min=minutes,
        )

    return [Ladder(kind=RemedyKind.SHIFT, first=1, at=at)]


# ---- the rule, and fewer visits --------------------------------------------------------------------------------------


def _less_rule(problem: Problem, counts: Sequence[int]) -> list[Ladder]:
    """Offer a tail for the remainder, fewer days when every day must reach the minimum, or a lower daily number."""
    rule = problem.round.rule
    found: list[Ladder] = []

    def offer(kind: RemedyKind, change: int, changed: Problem, **fields: object) -> None:
        text = say(f"routing.remedy_{kind.value}", **fields)
        one = Proposal(kind=kind, change=change, text=text, problem=changed, mends=frozenset(), effort_min=0)
        found.append(Ladder(kind=kind, first=1, at=lambda step: one if step == 1 else None))

    if rule.tail is Tail.STRICT:
        offer(RemedyKind.TAIL, 1, changes.ruled(problem, tail=Tail.REMAINDER))
    if rule.days is RuleDays.EVERY and rule.min_per_day:
        days = sum(visit.counts(rule.counts) for visit in problem.visits) // rule.min_per_day
        if 0 < days < rule.max_days:
            fewer = changes.ruled(problem, max_days=days)
            offer(RemedyKind.DAYS, days - rule.max_days, fewer, days=rule.max_days, to=days)
    lowest = min(counts, default=0)
    if 0 < lowest < rule.min_per_day:
        lower = changes.ruled(problem, min_per_day=lowest)
        offer(RemedyKind.PER_DAY, lowest - rule.min_per_day, lower, least=lowest)
    return found


def filter_ladder(problem: Problem, lost: frozenset[VisitId]) -> Ladder:
    """Offer to take visits out of the round."""
    one = Proposal(
        kind=RemedyKind.FILTER,
        change=-len(lost),
        text=say("routing.remedy_filter", size=len(lost)),
        problem=changes.without(problem, lost),
        mends=lost,
        effort_min=0,
    )
    return Ladder(kind=RemedyKind.FILTER, first=1, at=lambda step: one if step == 1 else None)
