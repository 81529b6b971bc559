"""What can be said before any search: whether a round can be kept, which visits or days stand against it, and proofs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from gridplan.model.plan import Unplanned
from gridplan.model.words import Text, say
from gridplan.routing.causes import Need, cause_of, describe, find_needs, listed, main_hurdle
from gridplan.routing.classes import Field, survey
from gridplan.routing.cut import Overfull, overfull
from gridplan.routing.elastic import FULL, Elastic, Shortage, build, highest_use, shortage, spread_by_day
from gridplan.routing.ladders import ladders
from gridplan.routing.outlook import Cause, DayLoad, Outlook, Prospect
from gridplan.routing.problem import Problem
from gridplan.routing.timeline import Timetable, available_s

SHOWN = 5
"""How many names a sentence lists before it only counts."""
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
    over = _overfull_field(field)
    use = max([highest_use(elastic), *(one.needed_s / max(one.there_s, 1) for one in over)])
    needs = _needs(field, elastic, shortage(elastic) if use > FULL else NO_SHORTAGE, over)
    proofs_ = _proofs_of(field, needs, over)
    prospect = _prospect(needs, use, proven=bool(proofs_))
    if prospect is Prospect.POSSIBLE:
        needs = []
    found = ladders(field, elastic, needs, more_days, rule=problem.rule_impossible is not None)
    steps = [ladder.at(ladder.first) for ladder in found]
    return Outlook(
        prospect=prospect,
        use=use,
        text=_text(prospect, use, proofs_),
        proofs=tuple(proofs_),
        causes=tuple(_causes(field, needs, over)),
        days=_days(elastic),
        proposals=tuple(step for step in steps if step is not None),
    )


def _overfull_field(field: Field) -> list[Overfull]:
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


def _proofs_of(field: Field, needs: Sequence[Need], over: Sequence[Overfull]) -> list[Text]:
    found = [field.problem.rule_impossible] if field.problem.rule_impossible else []
    found += [describe(field, need) for need in needs if need.alone]
    for one in over:
        reason, visits = main_hurdle(field, one.visits)
        who = describe(field, Need(reason=reason, visits=visits, alone=False))
        found.append(say("routing.proof_of", who=who, proof=_minutes(len(one.visits), one.needed_s, one.there_s)))
    least = field.problem.round.limits.night_visits
    if least:
        night = np.array([span.night for span in field.shifts], dtype=np.bool_)[field.shift]
        able = int((field.open[:, night] > 0).any(axis=1).sum())
        if able < least:
            found.append(say("routing.proof_night", least=least, able=able))
    return found


def _prospect(needs: Sequence[Need], use: float, *, proven: bool) -> Prospect:
    if proven:
        return Prospect.IMPOSSIBLE
    if use > 1:
        return Prospect.UNLIKELY
    if use > FULL and any(len(need.visits) > HANDFUL for need in needs):
        return Prospect.TIGHT
    return Prospect.POSSIBLE


def _text(prospect: Prospect, use: float, proofs_: Sequence[Text]) -> Text:
    if prospect is Prospect.IMPOSSIBLE:
        return say("routing.outlook_impossible", why=proofs_[0])
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


def proofs(problem: Problem, table: Timetable, hopeless: Sequence[Unplanned], room: dict[int, list[int]]) -> list[Text]:
    """Return sentences that prove that not everything can be kept; [] proves nothing.

    `room` holds the possible slots of each other visit. The minutes of visits that can only lie in some slots, with one
    set-up for each place and no travel at all, must not exceed the working minutes of these slots.
    """
    found = [problem.rule_impossible] if problem.rule_impossible else []
    by_reason: dict[str, list[Unplanned]] = {}
    mandatory = {visit.id for visit in problem.visits if visit.mandatory}
    for item in hopeless:
        if item.visit in mandatory:
            by_reason.setdefault(item.reason, []).append(item)
    for reason, items in by_reason.items():
        names = "、".join(item.site for item in items[:SHOWN]) + ("……" if len(items) > SHOWN else "")
        found.append(say("routing.proof_hopeless", count=len(items), why=say(f"routing.short_{reason}"), names=names))
    wanted = np.array([visit for visit in room if problem.visits[visit].mandatory], dtype=np.int64)
    able = np.zeros((len(problem.visits), len(table.slots)), dtype=np.uint8)
    for visit in wanted.tolist():
        able[visit, room[visit]] = 1
    shifts = list(dict.fromkeys(slot.shift for slot in table.slots))
    for one in overfull(
        open_parts=able,
        visits=wanted,
        stay_s=np.array(table.minutes_s, dtype=np.int64),
        place=np.array(table.place, dtype=np.int64),
        set_up_s=problem.set_up_s,
        room_s=np.array([available_s(slot.shift) for slot in table.slots], dtype=np.int64),
        shift=np.array([shifts.index(slot.shift) for slot in table.slots], dtype=np.int64),
        borders=[(shift.start_s, shift.end_s) for shift in shifts],
        count=np.ones(len(table.slots), dtype=np.int64),
    ):
        found.append(_minutes(len(one.visits), one.needed_s, one.there_s))
    return found


def _minutes(visits: int, needed_s: int, there_s: int) -> Text:
    return say(
        "routing.proof_minutes",
        visits=visits,
        needed=needed_s // 60,
        there=there_s // 60,
        short=-(-(needed_s - there_s) // 60),
    )
