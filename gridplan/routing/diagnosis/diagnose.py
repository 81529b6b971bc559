"""What can be said before any search: whether a round can be kept, which visits or days stand against it, and proofs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Team
from gridplan.model.plan import Unplanned
from gridplan.model.words import Text, say
from gridplan.routing.diagnosis.causes import (
    Need,
    cause_of,
    describe,
    find_needs,
    listed,
    lost_needs,
    main_hurdle,
    quota_needs,
)
from gridplan.routing.diagnosis.classes import Field, survey
from gridplan.routing.diagnosis.cut import Overfull, overfull
from gridplan.routing.diagnosis.elastic import FULL, Elastic, Shortage, build, highest_use, shortage, spread_by_day
from gridplan.routing.diagnosis.ladders import ladders
from gridplan.routing.diagnosis.outlook import Cause, DayLoad, Outlook, Prospect
from gridplan.routing.pace import Pace
from gridplan.routing.problem import Problem
from gridplan.routing.timeline import Timetable

NO_SHORTAGE = Shortage(missing_s=np.zeros(0), tied=np.zeros(0, dtype=np.bool_))
HANDFUL = 3
"""So few visits are no matter of percentages: the planner finds their places where there are any."""


def diagnose(problem: Problem, *, more_days: Sequence[date] = ()) -> Outlook:
    """Tell whether a round can be kept, what stands against it and what would mend it, by counting and one linear program.

    `more_days` are the working days that follow the round: a remedy of more days needs them. Only "impossible" is proven;
    everything else allows for travel by an estimate.
    """
    field = survey(problem)
    elastic = build(field)
    over = _overfull(field)
    use = max([highest_use(elastic), *(one.needed_s / max(one.there_s, 1) for one in over)])
    needs = _needs(field, elastic, shortage(elastic) if use > FULL else NO_SHORTAGE, over)
    proven = _proofs(field, needs, over)
    prospect = _prospect(needs, use, proven=bool(proven))
    if prospect is Prospect.POSSIBLE:
        needs = []
    found = ladders(field, elastic, needs, more_days, rule=problem.rule_impossible is not None)
    steps = [ladder.at(ladder.first) for ladder in found]
    return Outlook(
        prospect=prospect,
        use=use,
        text=_text(prospect, use, proven),
        proofs=tuple(proven),
        causes=tuple(_causes(field, needs, over)),
        days=_days(elastic),
        proposals=tuple(step for step in steps if step is not None),
    )


def _overfull(field: Field) -> list[Overfull]:
    """Return what provably does not fit, counted in minutes without travel."""
    return overfull(
        open_parts=field.open,
        visits=np.flatnonzero(field.mandatory),
        stay_s=field.stay_s,
        place=field.place,
        set_up_s=field.problem.set_up_s,
        room_s=field.available_s,
        shift=field.shift,
        borders=field.borders,
        count=field.teams,
        twice=field.joint,
    )


def _needs(field: Field, elastic: Elastic, short: Shortage, over: Sequence[Overfull]) -> list[Need]:
    """Return the needs that the program sees, and those that only the proof sees."""
    needs = find_needs(field, elastic, short)
    for one in over:
        if not any(len(np.intersect1d(one.visits, need.visits)) for need in needs):
            lacking = float(one.needed_s - one.there_s)
            reason, visits = main_hurdle(field, one.visits)
            needs.append(Need(reason=reason, visits=visits, alone=False, short_s=lacking))
    return needs


def _proofs(field: Field, needs: Sequence[Need], over: Sequence[Overfull]) -> list[Text]:
    found = [field.problem.rule_impossible] if field.problem.rule_impossible else []
    found += [describe(field, need) for need in needs if need.alone]
    for one in over:
        reason, visits = main_hurdle(field, one.visits)
        who = describe(field, Need(reason=reason, visits=visits, alone=False))
        found.append(say("routing.proof_of", who=who, proof=_minutes(len(one.visits), one.needed_s, one.there_s)))
    return found


def _prospect(needs: Sequence[Need], use: float, *, proven: bool) -> Prospect:
    if proven:
        return Prospect.IMPOSSIBLE
    if use > 1:
        return Prospect.UNLIKELY
    if use > FULL and any(len(need.visits) > HANDFUL for need in needs):
        return Prospect.TIGHT
    return Prospect.POSSIBLE


def _text(prospect: Prospect, use: float, proofs: Sequence[Text]) -> Text:
    if prospect is Prospect.IMPOSSIBLE:
        return say("routing.outlook_impossible", why=proofs[0])
    return say(f"routing.outlook_{prospect.value}", use=round(100 * use), full=round(100 * FULL))


def _causes(field: Field, needs: Sequence[Need], over: Sequence[Overfull]) -> list[Cause]:
    """Return the needs in words, and the days on which nobody works."""
    found = [
        cause_of(field, need, proven=need.alone or any(len(np.intersect1d(one.visits, need.visits)) for one in over))
        for need in needs
    ]
    idle = [day for number, day in enumerate(field.problem.days) if number not in set(field.day.tolist())]
    if idle and (found or field.problem.rule_impossible):
        text = say("routing.nobody_works", days=listed([day.isoformat() for day in idle]))
        found.append(Cause(reason="nobody_works", visits=(), alone=False, proven=True, short_min=0, text=text))
    return found


def _days(elastic: Elastic) -> tuple[DayLoad, ...]:
    spread = spread_by_day(elastic) / 60
    days = elastic.field.problem.days
    return tuple(
        DayLoad(day=day, work_min=round(work), room_min=round(room))
        for day, (work, room) in zip(days, spread.tolist(), strict=True)
    )


# ---- for the solver --------------------------------------------------------------------------------------------------


def proofs(problem: Problem) -> list[Text]:
    """Return sentences that prove that not everything can be kept; [] proves nothing. Travel is left out.

    The minutes of visits that can only lie in some slots, with one set-up for each place, must not exceed the working
    minutes of these slots, and every visit must fit somewhere alone.
    """
    field = survey(problem)
    lost = {visit: why for visit, why in field.hopeless().items() if field.mandatory[visit]}
    return _proofs(field, [*lost_needs(field, lost), *quota_needs(field)], _overfull(field))


def unplanned(problem: Problem, visit: int, reason: str) -> Unplanned:
    """Return the noun for a visit left out for `reason` (a key `routing.why_<reason>` and `routing.help_<reason>`)."""
    noun = problem.visits[visit]
    return Unplanned(
        visit=noun.id,
        site=noun.site,
        reason=reason,
        text=say(
            f"routing.why_{reason}",
            minutes=noun.minutes,
            departments="、".join(sorted(noun.departments)),
            earliest=noun.earliest or problem.days[0],
            due=noun.due or problem.days[-1],
            opening=str(noun.opening),
        ),
        remedy=say(f"routing.help_{reason}", departments="、".join(sorted(noun.departments))),
    )


def possible_slots(table: Timetable, visit: int) -> list[int] | str:
    """Return the slots in which the visit may lie, or the reason why there is none: the first hurdle nobody passes."""
    if not table.slots:
        return "no_team"
    hurdles: list[tuple[str, Callable[[int, int], bool]]] = [
        ("pin_impossible", table.pin_ok),
        ("outside_dates", table.dates_ok),
        ("no_department", table.departments_ok),
        ("no_officers", table.officers_ok),
        ("closed_all_days", table.open_in_shift),
        ("unreachable", table.reachable),
        ("no_time", table.alone_ok),
    ]
    slots = list(range(len(table.slots)))
    for reason, passes in hurdles:
        slots = [slot for slot in slots if passes(visit, slot)]
        if not slots:
            return reason
    return slots


def possible_everywhere(table: Timetable) -> tuple[dict[int, frozenset[int]], dict[int, str]]:
    """Return what `possible_slots` says of all visits at once: the slots of each, and the reason of each that has none."""

    def legs(heads: list[Team]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        places = max(table.place, default=-1) + 1
        bases = [(Pace(team.mode), table.base[table.problem.teams.index(team)]) for team in heads]
        out = [table.seconds(pace)[base, :places] for pace, base in bases]
        back = [table.seconds(pace)[:places, base] for pace, base in bases]
        shape = (len(heads), places)
        return np.array(out, dtype=np.int64).reshape(shape), np.array(back, dtype=np.int64).reshape(shape)

    field = survey(table.problem, legs)
    kind_of = {team: kind for kind, teams in enumerate(field.kinds) for team in teams}
    where = {
        (kind, day, field.shifts[shift]): number
        for number, (kind, day, shift) in enumerate(
            zip(field.kind.tolist(), field.day.tolist(), field.shift.tolist(), strict=True)
        )
    }
    column = np.array([where[kind_of[slot.team], slot.day, slot.shift] for slot in table.slots], dtype=np.int64)
    reasons = field.hopeless()
    rows: dict[bytes, frozenset[int]] = {}
    room: dict[int, frozenset[int]] = {}
    for visit, able in enumerate(field.open > 0):
        if visit not in reasons:
            key = able.tobytes()
            if key not in rows:
                rows[key] = frozenset(np.flatnonzero(able[column]).tolist())
            room[visit] = rows[key]
    return room, reasons


def _minutes(visits: int, needed_s: int, there_s: int) -> Text:
    return say(
        "routing.proof_minutes",
        visits=visits,
        needed=needed_s // 60,
        there=there_s // 60,
        short=-(-(needed_s - there_s) // 60),
    )
