"""What can be said before any search: visits that fit nowhere and why, and proofs of impossibility."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gridplan.model.plan import Unplanned
from gridplan.model.words import Text, say
from gridplan.routing.problem import Problem
from gridplan.routing.timeline import Timetable, available_s

SHOWN = 5
"""How many names a sentence lists before it only counts."""


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
    groups: dict[frozenset[int], list[int]] = {}
    for visit, slots in room.items():
        if problem.visits[visit].mandatory:
            groups.setdefault(frozenset(slots), []).append(visit)
    unions = set(groups) | ({frozenset().union(*groups)} if groups else set())
    worst: tuple[int, int, int] | None = None
    for union in sorted(unions, key=lambda slots: (len(slots), sorted(slots))):
        inside = [visit for own, visits in groups.items() if own <= union for visit in visits]
        places = {table.place[visit] for visit in inside}
        needed = sum(table.minutes_s[visit] for visit in inside) + len(places) * problem.set_up_s
        there = sum(available_s(table.slots[slot].shift) for slot in union)
        if needed > there and (worst is None or needed - there > worst[0] - worst[1]):
            worst = (needed, there, len(inside))
    if worst:
        found.append(
            say(
                "routing.proof_minutes",
                visits=worst[2],
                needed=worst[0] // 60,
                there=worst[1] // 60,
                short=-(-(worst[0] - worst[1]) // 60),
            )
        )
    return found
