"""A new plan reaches those concerned: routes change hands, and each person is told in words what changes on which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from gridplan.model.plan import Placement, Plan
from gridplan.model.record import PlanId, Role
from gridplan.model.rights import Right
from gridplan.model.words import Text, say
from gridplan.routing.replan.comparing import Change, Changes
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.store.repositories import Transaction


def hand_over(desk: Desk, old: PlanId | None, new: PlanId, changes: Changes, *, by: str) -> int:
    """Give the routes of a new plan to those who walked them in the old one, and tell each whose day changes; return how many.

    A route that is new goes to the people of its team (their log-ins name it).
    """
    with desk.store.transaction() as t:
        head, plan = t.plans.get(new), t.plans.plan(new)
        ask(t, by, Right.ASSIGN, stored=t.rounds.get(head.round_id), hidden=True)
        people = _people(t, old, plan)
        for route in plan.routes:
            crew = people.get(Placement(team=route.team, date=route.date, shift=route.shift), ())
            if crew:
                t.assignments.set(new, route.id, crew, by=by)
        # What is over interests nobody.
        told = [one for one in _told(changes, people) if plan.as_of is None or one[1] >= plan.as_of]
        t.change_notices.add(head.round_id, new, told)
    return len(told)


def _people(t: Transaction, old: PlanId | None, plan: Plan) -> dict[Placement, tuple[str, ...]]:
    """Return who walks each team's shift of a day: those of the old plan, else the log-ins of the team."""
    crews: dict[str, list[str]] = defaultdict(list)
    for user in t.users.list(Role.INSPECTOR):
        if user.active and user.team is not None:
            crews[user.team].append(user.login)
    named: dict[str, list[str]] = defaultdict(list)
    if old is not None:
        for one in t.assignments.list(old):
            named[one.route].append(one.person)
    places = {
        (route.id, Placement(team=route.team, date=route.date, shift=route.shift))
        for one in ([t.plans.plan(old)] if old is not None else [])
        for route in one.routes
    } | {(route.id, Placement(team=route.team, date=route.date, shift=route.shift)) for route in plan.routes}
    return {place: tuple(named[id] if id in named else crews[place.team]) for id, place in sorted(places, key=str)}


def _told(changes: Changes, people: dict[Placement, tuple[str, ...]]) -> Iterable[tuple[str, date, Text]]:
    """Yield (log-in, day, words) for each person whose day gains or loses a stop."""
    mine: dict[tuple[str, date], list[Change]] = defaultdict(list)
    for change in changes.items:
        if set(change.was) == set(change.now):
            continue
        for place in {*change.was, *change.now}:
            for person in people.get(place, ()):
                if change not in mine[person, place.date]:
                    mine[person, place.date].append(change)
    for (person, day), items in sorted(mine.items()):
        words = [item.text for item in items]
        yield (
            person,
            day,
            say(
                "leads.your_day",
                day=f"{day.month}/{day.day}",
                count=len(items),
                what=Text("；".join(text.zh for text in words), "; ".join(text.en for text in words)),
            ),
        )


def notices_for(desk: Desk, person: str, today: date) -> list[dict[str, object]]:
    """Return what a person has to be told and has not read yet. Of days ahead only that they change: routes show on their day."""
    with desk.store.reading() as t:
        waiting = t.change_notices.of(person)
    return [
        {
            "id": one.id,
            "day": one.day.isoformat(),
            "text": one.text if one.day <= today else say("leads.day_ahead", day=f"{one.day.month}/{one.day.day}"),
        }
        for one in waiting
        if one.day >= today
    ]


def mark_read(desk: Desk, notice: int, person: str) -> None:
    """Keep that a person has seen a notice of change."""
    with desk.store.transaction() as t:
        t.change_notices.mark_read(notice, person)
