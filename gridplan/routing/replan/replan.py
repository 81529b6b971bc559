"""Replans a published, partly worked round: what was done stays, what came back or is new finds its place, and little else moves.

Days before `as_of` are frozen: only their done visits stay, and whatever was refused, shut or missed comes back. A route of
`as_of` itself from which a result has come is under way: what came back leaves it, nothing else changes. From then on the
plan is searched again with a price for each stop that lies elsewhere than before. The search begins at the published plan
with the newcomers put where they cost least, so that it is never worse than moving nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np

from gridplan.model.errors import Cancelled, InputError
from gridplan.model.plan import Plan, Unplanned, Verdict, Violation
from gridplan.model.progress import Progress, silent
from gridplan.model.result import COUNTS_AS_DONE, Outcome, VisitResult
from gridplan.model.round import Visit, VisitId
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.diagnosis.diagnose import possible_slots, unplanned
from gridplan.routing.judge.check import check_plan, compute_figures, gap_of, verdict_of
from gridplan.routing.judge.retime import rebuild
from gridplan.routing.replan.ahead import Ahead, look_ahead
from gridplan.routing.replan.care import NO_CARE, Care
from gridplan.routing.replan.comparing import Changes, compare
from gridplan.routing.replan.hurdles import hurdles, joined, sentences
from gridplan.routing.replan.standing import placements
from gridplan.routing.replan.worked import News, Past, look_back
from gridplan.routing.search.improve import Effort, open_search, pieces
from gridplan.routing.search.instance import Instance, few_slots
from gridplan.routing.search.state import new_state
from gridplan.routing.timeline import Orders

ROUNDS_A_VISIT, LEAST_ROUNDS = 180, 3_000
"""The search's usual effort: about three seconds at 1,000 visits."""
ROOM = 0.25
"""Share of the effort for a search in which nobody moves, before the one in which others may."""
HOT_S, COLD_S = 60.0, 2.0
"""The published plan is good already: the search begins cooler than one from nothing."""
DIAGNOSED = 30
"""Of so many visits left out it is said in full what stands against each."""
STEPS = ((0.0, 10.0), (1 / 3, 5.0), (2 / 3, 2.0), (1.0, 0.0))
"""The dial and the minutes a move costs there; between the steps in a straight line, at 0 nobody moves at all."""


class Dial(StrEnum):
    """How much may change, by name: nothing else, 5 minutes a move, 2 minutes a move, or anything for the best plan."""

    NONE = "none"
    LITTLE = "little"
    SOME = "some"
    BEST = "best"

    @property
    def turn(self) -> float:
        """The dial's place between 0 and 1."""
        return list(Dial).index(self) / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """The new plan, judged; what differs from the old one; and who came back.

    `ahead` are the breaches that lie on `as_of` or later or concern the whole round: those of past days cannot be mended.
    """

    plan: Plan
    changes: Changes
    done: frozenset[VisitId]
    back: frozenset[VisitId]
    ahead: tuple[Violation, ...]
    stopped: bool = False


def moved_min(dial: Dial | float) -> float:
    """Return the minutes that a moved stop costs at a turn of the dial; raises InputError outside 0…1."""
    turn = dial.turn if isinstance(dial, Dial) else float(dial)
    if not 0 <= turn <= 1:
        raise InputError(say("replan.bad_dial", dial=dial))
    return round(float(np.interp(turn, [step for step, _ in STEPS], [minutes for _, minutes in STEPS])), 2)


def usual_effort(visits: int, *, free: bool = False) -> Effort:
    """Return the search's effort for so many open visits when nothing is said; hotter where moves are `free`."""
    rounds = max(LEAST_ROUNDS, ROUNDS_A_VISIT * visits)
    return Effort(rounds=rounds) if free else Effort(rounds=rounds, hot_s=HOT_S, cold_s=COLD_S)


def replan(
    plan: Plan,
    engine: TravelEngine,
    *,
    as_of: date,
    results: Sequence[VisitResult] = (),
    news: News | None = None,
    dial: Dial | float = Dial.LITTLE,
    effort: Effort | None = None,
    counts: Collection[Outcome] = COUNTS_AS_DONE,
    care: Care = NO_CARE,
    seed: int = 1,
    progress: Progress = silent,
) -> Replanned:
    """Plan the rest of a round again from `as_of` on.

    Visits with a result that `counts` never move. `dial` in 0…1 (or by name) says how much else may change; at 0 every
    published stop keeps team, day and shift. Whatever fits without moving anybody is planned, whatever the dial. The new
    plan carries the old one as `before`, so that the judge counts what moved. With `care` the search leaves room for what will be
    refused; the judge asks for the rule itself. Equal arguments and an effort in rounds give
    equal plans; cancelled, the best plan till then comes back and says so.

    Raises
    ------
    InputError
        `as_of` lies outside the round, a result or team is unknown, or a new visit or team has the id of an old one.
    """
    news = news or News()
    price_min = moved_min(dial)
    _refuse(plan, as_of, results, news)
    past = look_back(plan, as_of, results, news, counts)
    ahead = look_ahead(plan, engine, as_of, past, news, price_min, pinned=_turn(dial) == 0, care=care)
    orders = ahead.first()
    stopped = False
    effort = effort or usual_effort(len(ahead.table.problem.visits), free=price_min == 0)
    if ahead.table.slots and ahead.left(orders):
        part = effort if _turn(dial) == 0 else _part(effort, ROOM)
        orders, stopped = _made_room(ahead, orders, part, seed, progress)
        effort = _part(effort, 1 - ROOM)
    if _turn(dial) > 0 and not stopped and ahead.table.slots and ahead.table.problem.visits:
        orders, stopped = _searched(ahead.inst, orders, effort, seed, progress)
    orders = ahead.settled(orders)
    if stopped:  # the cancel was heard: what is left to do takes no time
        progress = silent
    progress("check", 0, 1)
    notes = [say("replan.from", day=as_of, done=len(past.done), back=len(past.back)), _said(dial, price_min)]
    if care.spare:
        notes.append(say("replan.spare", spare=care.spare, least=plan.round.rule.min_per_day))
    if stopped:
        notes.append(say("routing.stopped"))
    fresh = _plan(plan, engine, past, ahead, orders, news, price_min, notes)
    fresh = judged(replace(fresh, as_of=as_of), engine)
    progress("check", 1, 1)
    over = fresh.ahead
    if len(over) < len(fresh.violations):
        note = say("replan.past_short", day=as_of, count=len(fresh.violations) - len(over), ahead=len(over))
        fresh = replace(fresh, notes=(*fresh.notes, note))
    return Replanned(
        plan=fresh,
        changes=compare(plan, fresh),
        done=frozenset(past.done),
        back=frozenset(past.back),
        ahead=over,
        stopped=stopped,
    )


def _part(effort: Effort, share: float) -> Effort:
    """Return a share of the effort."""
    rounds, cpu_s = effort.rounds, effort.cpu_s
    return replace(
        effort,
        rounds=None if rounds is None else max(1, round(rounds * share)),
        cpu_s=None if cpu_s is None else cpu_s * share,
    )


def _turn(dial: Dial | float) -> float:
    return dial.turn if isinstance(dial, Dial) else float(dial)


def _refuse(plan: Plan, as_of: date, results: Sequence[VisitResult], news: News) -> None:
    days = plan.round.workdays
    if not days or not days[0] <= as_of <= days[-1]:
        first, last = (days[0], days[-1]) if days else ("-", "-")
        raise InputError(say("replan.outside", day=as_of, first=first, last=last))
    visits, teams = {visit.id for visit in plan.visits}, {team.id for team in plan.teams}
    for result in results:
        if result.visit not in visits:
            raise InputError(say("replan.no_visit", visit=result.visit))
    for team in [*news.out, *(shift.team for shift in news.lost_shifts)]:
        if team not in teams:
            raise InputError(say("replan.no_team", team=team))
    for one in news.joined:
        if one.id in teams:
            raise InputError(say("replan.team_known", team=one.id))
    for visit in news.visits:
        if visit.id in visits:
            raise InputError(say("replan.visit_known", visit=visit.id))
        visits.add(visit.id)


# ---- the search ------------------------------------------------------------------------------------------------------


def _searched(inst: Instance, orders: Orders, effort: Effort, seed: int, progress: Progress) -> tuple[Orders, bool]:
    """Return the best plan that the effort finds from `orders` on, and whether it was cancelled."""
    search = open_search(inst, orders, seed=seed)
    for rounds, heat in pieces(effort):
        search.run(rounds, heat)
        share = effort.share(search.rounds, 0.0)
        try:
            progress("improve", round(share * 100), 100, say("routing.best_cost", cost=f"{search.best_cost / 60:.0f}"))
        except Cancelled:
            return search.best(), True
    return search.best(), False


def _made_room(ahead: Ahead, orders: Orders, effort: Effort, seed: int, progress: Progress) -> tuple[Orders, bool]:
    """Let published stops change their order inside their routes where that makes room; none of them falls out for it."""
    inst = ahead.inst
    absent, allowed = inst.absent.copy(), inst.allowed[inst.vclass]
    for slot, order in ahead.published.items():
        stay = list(order)
        absent[stay] += int(inst.absent.sum())
        allowed[stay] = False
        allowed[stay, slot] = True
    alone = np.arange(len(inst.place), dtype=np.int32)
    still = inst._replace(absent=absent, allowed=allowed, few=few_slots(allowed), vclass=alone)
    found, stopped = _searched(still, orders, effort, seed, progress)
    better = int(absent[ahead.left(found)].sum()) < int(absent[ahead.left(orders)].sum())
    return (found if better else orders), stopped


# ---- the plan --------------------------------------------------------------------------------------------------------


def _said(dial: Dial | float, price_min: float) -> Text:
    """Return in words how much may change."""
    if _turn(dial) == 0:
        return say("replan.dial_none")
    return say("replan.dial_some", minutes=f"{price_min:g}") if price_min > 0 else say("replan.dial_best")


def _plan(
    plan: Plan,
    engine: TravelEngine,
    past: Past,
    ahead: Ahead,
    orders: Orders,
    news: News,
    price_min: float,
    notes: Sequence[Text],
) -> Plan:
    """Return the new plan in the nouns of the old one, not yet judged."""
    table = ahead.table
    number = {day: n for n, day in enumerate(plan.round.workdays, 1)}
    teams = {team.id: team for team in past.teams}
    visits = (*plan.visits, *news.visits)
    nouns = {visit.id: visit for visit in visits}
    held = {id for ids in past.fixed.values() for id in ids}
    parts = [table.problem.visits[visit].id for order in orders.values() for visit in order]
    planned = held | {ahead.whole.get(id, id) for id in parts}
    meetings = {id: at for id, at in ahead.meetings.items() if id in planned}
    routes = [
        rebuild(
            [nouns[id] for id in ids],
            team=teams[place.team],
            day=place.date,
            number=number[place.date],
            shift=next(shift for shift in teams[place.team].shifts if shift.name == place.shift),
            engine=engine,
            set_up_s=plan.travel.set_up_min * 60,
            appointments=meetings,
        )
        for place, ids in past.fixed.items()
    ]
    for slot, order in orders.items():
        route = table.route(slot, order)
        stops = tuple(replace(stop, visit=ahead.whole.get(stop.visit, stop.visit)) for stop in route.stops)
        routes.append(replace(route, stops=stops, day=number[route.date]))
    kept = held | {id for ids in past.open.values() for id in ids}
    before = {
        id: places[0]
        for id, places in placements(plan).items()
        if id in kept or (id not in past.tried and places[0].date >= ahead.table.problem.days[0])
    }
    return replace(
        plan,
        round=replace(plan.round, wishes=replace(plan.round.wishes, moved_min=price_min)),
        teams=past.teams,
        visits=visits,
        routes=tuple(sorted(routes, key=lambda route: (route.date, route.team, route.depart))),
        unplanned=tuple(_left_out(past, ahead, orders, [one for one in visits if one.id not in planned])),
        verdict=Verdict.BROKEN,
        violations=(),
        remedies=(),
        notes=(*plan.notes, *notes, *ahead.notes),
        appointments=meetings,
        before=before,
    )


def _left_out(past: Past, ahead: Ahead, orders: Orders, visits: Sequence[Visit]) -> Iterator[Unplanned]:
    """Yield each visit without a place, and what stands against it."""
    table = ahead.table
    numbers = {visit.id: n for n, visit in enumerate(table.problem.visits)}
    pairs = set(ahead.whole.values())
    st = new_state(ahead.inst, orders) if table.slots else None
    told = 0
    for visit in visits:
        if visit.id in past.done or visit.id in pairs:
            key = "done_unplanned" if visit.id in past.done else "wait_pair"
            text, remedy = say(f"replan.{key}"), say(f"replan.{key}_help")
            yield Unplanned(visit=visit.id, site=visit.site, reason=key, text=text, remedy=remedy)
            continue
        why = possible_slots(table, numbers[visit.id])
        item = unplanned(table.problem, numbers[visit.id], why if isinstance(why, str) else "no_room")
        if st is not None and item.reason == "no_room" and told < DIAGNOSED:
            told += 1
            found = hurdles(table, ahead.inst, st, numbers[visit.id], closed=ahead.closed)
            item = replace(item, text=joined(list(sentences(table, numbers[visit.id], found).values())))
        yield item


def judged(plan: Plan, engine: TravelEngine) -> Plan:
    """Return the plan with the independent judge's violations, figures, bound, gap and verdict."""
    violations = tuple(check_plan(plan, engine))
    figures, bound = compute_figures(plan), lower_bound(plan, engine, plan.round.wishes.team_day_min)
    return replace(
        plan,
        violations=violations,
        figures=figures,
        bound=bound,
        gap=gap_of(figures.cost, bound.cost),
        verdict=verdict_of(plan, {violation.promise for violation in violations}),
    )
