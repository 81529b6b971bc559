"""What the street reported changes the next plan: follow-ups, revisits and newcomers are planned with least change, published, told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gridplan.model.finding import FindingState
from gridplan.model.plan import Placement, Plan, PlanSite
from gridplan.model.progress import Progress, silent
from gridplan.model.record import PlanHead, PlanId, Role, RoundId
from gridplan.model.round import Visit, VisitId
from gridplan.model.words import Text, say
from gridplan.routing.replan.comparing import Change, Changes
from gridplan.routing.replan.replan import Replanned
from gridplan.routing.replan.worked import News
from gridplan.routing.search.improve import Effort
from gridplan.services import publishing
from gridplan.services.desk import Desk
from gridplan.services.findings import follow_up_visits
from gridplan.services.replanner import replan_round
from gridplan.store.repositories import Transaction

AHEAD_DAYS = 3
"""Findings that fall due within so many days of the new plan's first day get their follow-up now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPlan:
    """The plan that goes on from `as_of`. `head` is None where none could be published: the one before goes on then.

    `follow_ups` and `newcomers` are the visits that are new in it, `left_out` those for which there was no room.
    """

    as_of: date
    head: PlanHead | None
    found: Replanned
    follow_ups: tuple[VisitId, ...]
    newcomers: tuple[VisitId, ...]
    left_out: tuple[VisitId, ...]
    told: int
    text: Text


def next_plan(
    desk: Desk,
    round_id: int,
    *,
    as_of: date,
    by: str,
    news: News | None = None,
    sites: Sequence[PlanSite] = (),
    dial: str = "little",
    effort: Effort | None = None,
    seed: int | None = None,
    progress: Progress = silent,
) -> NextPlan:
    """Replan the rest of a round, publish the plan and tell those whose routes change.

    Refused and shut sites come back, findings that are overdue or fall due soon get a follow-up, and what `news` brings finds
    its place. Where not everything fits, newcomers stay out before anybody else does, then more may move; where even that
    keeps no promise, nothing is published and `head` is None.
    """
    with desk.store.reading() as t:
        head = t.plans.published(RoundId(round_id))
        plan = t.plans.plan(head.id) if head else None
        results = t.results.list(RoundId(round_id))
        findings = t.findings.list(state=FindingState.OPEN)
    news = news or News()
    due: tuple[Visit, ...] = ()
    if plan is not None:
        # What is asked for already counts as known, so that no two visits get one name.
        whole = replace(plan, visits=(*plan.visits, *news.visits), sites=(*plan.sites, *sites))
        due = follow_up_visits(whole, findings, results, as_of, as_of + timedelta(days=AHEAD_DAYS))
    asked = (*news.visits, *due)
    wanted = asked
    tries = [dial, "best"] if dial in ("none", "little", "some") else [dial]
    left_out: list[VisitId] = []
    while True:
        made, found = replan_round(
            desk,
            round_id,
            by=by,
            as_of=as_of,
            news=replace(news, visits=wanted),
            sites=sites,
            dial=tries[0],
            effort=effort,
            seed=seed,
            progress=progress,
        )
        if found.plan.can_publish:
            break
        homeless = {item.visit for item in found.plan.unplanned} & {visit.id for visit in wanted}
        if homeless:
            left_out += sorted(homeless)
            wanted = tuple(visit for visit in wanted if visit.id not in homeless)
        elif len(tries) > 1:
            tries = tries[1:]
        else:
            break
    follow_ups = tuple(visit.id for visit in due if visit in wanted)
    newcomers = tuple(visit.id for visit in news.visits if visit in wanted)
    published, told = None, 0
    if found.plan.can_publish:
        published = publishing.publish(desk, made.id, by=by)
        told = hand_over(desk, head.id if head else None, published.id, found.changes, by=by)
    text = say(
        "leads.next_plan" if published else "leads.no_next_plan",
        day=as_of,
        follow_ups=len(follow_ups),
        new=len(newcomers),
        back=len(found.back),
        left=len(left_out),
        changes=found.changes.text,
    )
    return NextPlan(
        as_of=as_of,
        head=published,
        found=found,
        follow_ups=follow_ups,
        newcomers=newcomers,
        left_out=tuple(left_out),
        told=told,
        text=text,
    )


def hand_over(desk: Desk, old: PlanId | None, new: PlanId, changes: Changes, *, by: str) -> int:
    """Give the routes of a new plan to those who walked them in the old one, and tell each whose day changes; return how many.

    A route that is new goes to the people of its team (their log-ins name it).
    """
    with desk.store.transaction() as t:
        head, plan = t.plans.get(new), t.plans.plan(new)
        people = _people(t, old, plan)
        for route in plan.routes:
            crew = people.get(Placement(team=route.team, date=route.date, shift=route.shift), ())
            if crew:
                t.assignments.set(new, route.id, crew, by=by)
        told = list(_told(changes, people))
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
