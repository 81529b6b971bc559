"""What stands against a visit in each slot of a plan: the first promise that would break there, and all of them in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gridplan.model.words import Text, say
from gridplan.routing.replan.standing import best_places, breaks_minimum, least_over
from gridplan.routing.search.instance import Instance
from gridplan.routing.search.state import NEVER, State, surcharge
from gridplan.routing.timeline import Timetable

OF_TEAMS = ("departments", "officers")
OF_DAYS = ("dates", "taken", "doors")
ORDER = (
    "pin",
    "dates",
    "taken",
    "departments",
    "officers",
    "doors",
    "unreachable",
    "alone",
    "closed",
    "late",
    "townships",
    "minimum",
    "between",
    "full",
)
"""Every hurdle, in the order in which they are looked at; each has its words `replan.against_<name>`."""
NAMED = 3
"""So many teams or days are named before "…"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurdle:
    """What stands against the visit in a slot ("" = nothing); `short_s` is how much time is missing where that is known."""

    slot: int
    name: str
    short_s: int = 0


def hurdles(
    table: Timetable,
    inst: Instance,
    st: State,
    visit: int,
    *,
    late: frozenset[int] = frozenset(),
    closed: frozenset[int] = frozenset(),
) -> list[Hurdle]:
    """Return the first hurdle in each slot. `late` slots are not in time as they are, `closed` ones take nobody in."""
    price, _ = best_places(inst, st, visit)
    found = []
    for slot in range(len(table.slots)):
        name = _lawful(table, visit, slot)
        short_s = 0
        if not name:
            if slot in closed:
                name = "closed"
            elif slot in late:
                name = "late"
            elif price[slot] < NEVER:
                name = "minimum" if breaks_minimum(inst, st, visit, slot) else ""
            elif int(surcharge(inst, st, visit, slot)) >= NEVER:
                name = "townships"
            else:
                short_s = least_over(inst, st, slot, visit)
                name = "full" if short_s < NEVER else "between"
        found.append(Hurdle(slot=slot, name=name, short_s=short_s if name == "full" else 0))
    return found


def _lawful(table: Timetable, visit: int, slot: int) -> str:
    noun, day = table.problem.visits[visit], table.problem.days[table.slots[slot].day]
    if not table.pin_ok(visit, slot):
        return "pin"
    if day in noun.taken:
        return "taken"
    if not table.dates_ok(visit, slot):
        return "dates"
    if not table.departments_ok(visit, slot):
        return "departments"
    if not table.officers_ok(visit, slot):
        return "officers"
    if not table.open_in_shift(visit, slot):
        return "doors"
    if not table.reachable(visit, slot):
        return "unreachable"
    return "" if table.alone_ok(visit, slot) else "alone"


def sentences(table: Timetable, visit: int, found: Sequence[Hurdle]) -> dict[str, Text]:
    """Return a sentence for each hurdle that stands in some slot, with how many teams, days or team-days it bars."""
    said: dict[str, Text] = {}
    problem = table.problem
    noun = problem.visits[visit]
    for name in ORDER:
        slots = [one.slot for one in found if one.name == name]
        if not slots:
            continue
        teams = [problem.teams[n].name for n in dict.fromkeys(table.slots[slot].team for slot in slots)]
        days = [problem.days[n] for n in sorted({table.slots[slot].day for slot in slots})]
        team_days = len({(table.slots[slot].team, table.slots[slot].day) for slot in slots})
        count = len(teams) if name in OF_TEAMS else len(days) if name in OF_DAYS else team_days
        nearest = min((one for one in found if one.name == name), key=lambda one: (one.short_s, one.slot))
        place = table.slots[nearest.slot]
        present = frozenset[str]().union(
            *(
                problem.teams[table.slots[slot].team].departments_on(problem.days[table.slots[slot].day])
                for slot in slots
            )
        )
        missing = sorted(noun.departments - present) or sorted(noun.departments)
        said[name] = say(
            f"replan.against_{name}",
            count=count,
            teams=_some(teams),
            days=_some([f"{day.month}/{day.day}" for day in days]),
            departments=Text("、".join(missing), ", ".join(missing)),
            earliest=noun.earliest or problem.days[0],
            due=noun.due or problem.days[-1],
            opening=str(noun.opening),
            minutes=noun.minutes,
            short=-(-nearest.short_s // 60),
            nearest=f"{problem.teams[place.team].name} {problem.days[place.day].month}/{problem.days[place.day].day}",
        )
    return said


def _some(names: Sequence[str]) -> Text:
    more = "…" * (len(names) > NAMED)
    return Text("、".join(names[:NAMED]) + more, ", ".join(names[:NAMED]) + more)


def joined(texts: Sequence[Text]) -> Text:
    """Return the sentences as one."""
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))
