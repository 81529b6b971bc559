"""Teams made up where none are given: the fewest that keep the rule, at the township centres with the most work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from gridplan.model.crew import Inspector, Lunch, Shift, Team, TeamId
from gridplan.model.errors import Cancelled
from gridplan.model.place import AreaCode, LonLat
from gridplan.model.progress import Progress, silent
from gridplan.model.round import Round, Visit
from gridplan.model.words import say
from gridplan.routing.names import Keep, Named
from gridplan.routing.problem import Draft, Problem
from gridplan.routing.search.improve import Effort
from gridplan.routing.solve import draft_plan, missed, quick_effort
from gridplan.routing.timeline import OFFICERS_AT_INSPECTION, available_s

Centre = tuple[AreaCode, str, LonLat]
"""Code, name and a point inside of a township."""

DAY = Shift(
    name="day",
    start_s=8 * 3600 + 1800,
    end_s=17 * 3600 + 1800,
    lunch=Lunch(from_s=11 * 3600 + 1800, to_s=13 * 3600 + 1800, minutes=60),
)
EVENING = Shift(name="evening", start_s=18 * 3600, end_s=20 * 3600 + 1800)
MOST_TRIES = 12


def first_guess(
    round_: Round, visits: Sequence[Visit], days: Sequence[date], centres: Sequence[Centre]
) -> tuple[Team, ...]:
    """Return the teams that the minutes alone ask for, without any travel: no fewer can do."""
    needed_s = sum(visit.minutes for visit in visits) * 60
    needed_s += len({visit.place for visit in visits}) * round_.travel.set_up_min * 60
    shifts = _shifts(visits, days)
    room_s = sum(available_s(shift) for shift in shifts) * len(days)
    return _teams(max(1, -(-needed_s // room_s)), round_, visits, shifts, centres)


def fewest_teams(
    problem: Problem,
    centres: Sequence[Centre],
    judge: Callable[[Problem], Problem],
    *,
    seed: int,
    progress: Progress = silent,
    effort: Effort | None = None,
    resume: Named | None = None,
    keep: Keep | None = None,
) -> tuple[Problem, Draft]:
    """Add teams until every visit that can be planned is, and the minimum is kept; return the problem with them, and its draft.

    `judge` puts what the closed forms say of the teams into a problem. Each number of teams is tried with little effort;
    the one that will do is planned with all of it (`effort`, `resume` and `keep` as for `draft_plan`). Stopped while a number
    is tried, the best plan till then is the answer.
    """
    shifts = _shifts(problem.visits, problem.days)
    number = len(first_guess(problem.round, problem.visits, problem.days, centres))
    team_s = sum(available_s(shift) for shift in shifts) * len(problem.days)
    best: tuple[tuple[int, int], Problem, Draft] | None = None
    for _ in range(MOST_TRIES):
        teams = _teams(number, problem.round, problem.visits, shifts, centres)
        tried = judge(replace(problem, teams=teams))
        draft = draft_plan(tried, seed=seed, progress=progress, effort=quick_effort(len(tried.visits)))
        lacking = missed(tried, draft)
        score = (len(lacking), draft.short)
        better = best is None or score < best[0]
        if best is None or better:
            best = (score, tried, draft)
        if draft.stopped:
            return best[1], _stopped(best[2])
        if not better and not lacking:
            break  # one team more does not help the minimum
        if score == (0, 0) or (not lacking and tried.rule_impossible):
            break
        number += max(1, sum(visit.minutes for visit in lacking) * 60 // team_s)
    assert best is not None
    score, problem, quick = best
    try:
        draft = draft_plan(problem, seed=seed, progress=progress, effort=effort, resume=resume, keep=keep)
    except Cancelled:
        return problem, _stopped(quick)
    return problem, quick if (len(missed(problem, draft)), draft.short) > score else draft


def _stopped(draft: Draft) -> Draft:
    """Return a draft that says it was stopped early."""
    if draft.stopped:
        return draft
    return replace(draft, stopped=True, notes=(*draft.notes, say("routing.stopped")))


def _shifts(visits: Sequence[Visit], days: Sequence[date]) -> tuple[Shift, ...]:
    """Return the day shift, and the evening one too when some doors open only then."""

    def fits(visit: Visit, shift: Shift) -> bool:
        return any(
            min(end, shift.end_s) - max(start, shift.start_s) >= visit.minutes * 60
            for day in days
            for start, end in visit.opening.on(day)
        )

    late = any(fits(visit, EVENING) and not fits(visit, DAY) for visit in visits)
    return (DAY, EVENING) if late else (DAY,)


def _teams(
    number: int, round_: Round, visits: Sequence[Visit], shifts: tuple[Shift, ...], centres: Sequence[Centre]
) -> tuple[Team, ...]:
    """Place teams one by one where the most minutes fall to each; a visit belongs to its township, else to the nearest."""
    load = dict.fromkeys(range(len(centres)), 0)
    by_code = {code: index for index, (code, _, _) in enumerate(centres)}
    for visit in visits:
        home = by_code.get(visit.township) if visit.township else None
        if home is None:
            home = min(load, key=lambda index: _far(centres[index][2], visit.place))
        load[home] += visit.minutes
    given = dict.fromkeys(load, 0)
    for _ in range(number):
        given[max(load, key=lambda index: (load[index] / (given[index] + 1), -index))] += 1
    departments = sorted({department for visit in visits for department in visit.departments}) or [""]
    teams: list[Team] = []
    for index, count in given.items():
        for _ in range(count):
            name = len(teams) + 1
            teams.append(
                Team(
                    id=TeamId(f"A{name:02d}"),
                    name=say("routing.assumed_team", number=name).zh,
                    base=centres[index][2],
                    base_name=centres[index][1],
                    home=(),
                    shifts=shifts,
                    off=frozenset(),
                    mode=round_.travel.mode,
                    members=tuple(
                        Inspector(
                            id=f"A{name:02d}-{n + 1}",
                            name=say("routing.assumed_member", number=n + 1).zh,
                            department=departments[n % len(departments)],
                            certificate="assumed" if n < OFFICERS_AT_INSPECTION else "",
                        )
                        for n in range(max(OFFICERS_AT_INSPECTION, len(departments)))
                    ),
                    assumed=True,
                )
            )
    return tuple(teams)


def _far(one: LonLat, two: LonLat) -> float:
    return (one.lon - two.lon) ** 2 + (one.lat - two.lat) ** 2
