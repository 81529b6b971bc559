"""Replans a published, partly worked round: what was done stays, what came back or is new finds its place, and little else moves.

Days before `as_of` are frozen: only their done visits stay, and whatever was refused, shut or missed comes back. A route of
`as_of` itself from which a result has come is under way: what came back leaves it, nothing else changes. From then on the
plan is searched again with a price for each stop that lies elsewhere than before. The search begins at the published plan
with the newcomers put where they cost least, so that it is never worse than moving nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np

from gridplan.model.crew import Team, TeamId
from gridplan.model.errors import Cancelled, InputError
from gridplan.model.plan import Placement, Plan, Promise, Unplanned, Verdict, Violation
from gridplan.model.progress import Progress, silent
from gridplan.model.result import COUNTS_AS_DONE, Outcome, VisitResult
from gridplan.model.round import Pin, Visit, VisitId
from gridplan.model.site import VisitMode
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.routing.bound import lower_bound
from gridplan.routing.check import check_plan, compute_figures, gap_of, verdict_of
from gridplan.routing.comparing import Changes, compare
from gridplan.routing.diagnose import possible_slots, unplanned
from gridplan.routing.hurdles import hurdles, joined, sentences
from gridplan.routing.improve import Effort, open_search, pieces
from gridplan.routing.insertion import repair
from gridplan.routing.instance import BY_DAY, BY_TEAM_DAY, NO_GROUP, Instance, build_instance
from gridplan.routing.joint import MARK, arrange
from gridplan.routing.problem import Problem
from gridplan.routing.retime import rebuild
from gridplan.routing.slots import takes_two
from gridplan.routing.standing import best_places, met_at, placements, round_of, slots_by_place
from gridplan.routing.state import NEVER, State, insert, new_state, orders_of, refresh, take
from gridplan.routing.timeline import Orders, Timetable

ROUNDS_A_VISIT, LEAST_ROUNDS = 120, 3_000
"""The search's usual effort: about three seconds at 1,000 visits."""
HOT_S, COLD_S = 30.0, 2.0
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
class News:
    """What is new since the plan was published, beside the results.

    `visits` are new ones (leads with their due day, follow-ups); `out` the teams that fall out, each from a date on;
    `joined` new teams; `lost_days` dates on which nobody works, `lost_shifts` single shifts that fall away.
    """

    visits: tuple[Visit, ...] = ()
    out: Mapping[TeamId, date] = field(default_factory=dict)
    joined: tuple[Team, ...] = ()
    lost_days: frozenset[date] = frozenset()
    lost_shifts: frozenset[Placement] = frozenset()


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


def usual_effort(visits: int) -> Effort:
    """Return the search's effort for so many open visits when nothing is said."""
    return Effort(rounds=max(LEAST_ROUNDS, ROUNDS_A_VISIT * visits), hot_s=HOT_S, cold_s=COLD_S)


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
    seed: int = 1,
    progress: Progress = silent,
) -> Replanned:
    """Plan the rest of a round again from `as_of` on.

    Visits with a result that `counts` never move. `dial` in 0…1 (or by name) says how much else may change; at 0 every
    published stop keeps team, day and shift. Whatever fits without moving anybody is planned, whatever the dial. The new
    plan carries the old one as `before`, so that the judge counts what moved. Equal arguments and an effort in rounds give
    equal plans; cancelled, the best plan till then comes back and says so.

    Raises
    ------
    InputError
        `as_of` lies outside the round, a result or team is unknown, or a new visit or team has the id of an old one.
    """
    news = news or News()
    price_min = moved_min(dial)
    _refuse(plan, as_of, results, news)
    past = _look_back(plan, as_of, results, news, counts)
    ahead = _look_ahead(plan, engine, as_of, past, news, price_min, pinned=_turn(dial) == 0)
    orders = ahead.first()
    stopped = False
    if _turn(dial) > 0 and ahead.table.slots and ahead.table.problem.visits:
        orders, stopped = _searched(
            ahead, orders, effort or usual_effort(len(ahead.table.problem.visits)), seed, progress
        )
    elif ahead.table.slots and ahead.left(orders):
        orders, stopped = _made_room(ahead, orders, effort, seed, progress)
    orders = ahead.settled(orders)
    if stopped:  # the cancel was heard: what is left to do takes no time
        progress = silent
    progress("check", 0, 1)
    notes = [say("replan.from", day=as_of, done=len(past.done), back=len(past.back)), _said(dial, price_min)]
    if stopped:
        notes.append(say("routing.stopped"))
    fresh = judged(_plan(plan, engine, past, ahead, orders, news, price_min, notes), engine)
    progress("check", 1, 1)
    done_days = {day for day in plan.round.workdays if day < as_of}
    over = tuple(one for one in fresh.violations if not _past(one, done_days))
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


def _turn(dial: Dial | float) -> float:
    return dial.turn if isinstance(dial, Dial) else float(dial)


def _past(violation: Violation, days: Collection[date]) -> bool:
    """Whether a breach is that a past day, as planned now, lacks visits: what came back from it is missing there."""
    return violation.promise is Promise.MINIMUM and any(violation.where.endswith(day.isoformat()) for day in days)


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


# ---- what is over ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """What stays whatever comes.

    `fixed` are the visits of each route that stays as it is, in order, `open` those of routes that are planned again; `back`
    are those that lost their place, with the last date from `as_of` on on which they were `tried` in vain (None: none).
    """

    done: set[VisitId]
    back: dict[VisitId, date | None]
    fixed: dict[Placement, tuple[VisitId, ...]]
    open: dict[Placement, tuple[VisitId, ...]]
    teams: tuple[Team, ...]
    tried: frozenset[VisitId]


def _look_back(
    plan: Plan, as_of: date, results: Sequence[VisitResult], news: News, counts: Collection[Outcome]
) -> _Past:
    done = {result.visit for result in results if result.outcome in counts}
    tried: dict[VisitId, date] = {}
    for result in results:
        if result.visit not in done:
            tried[result.visit] = max(tried.get(result.visit, date.min), result.at.date())
    lies = placements(plan)
    # A stop that lies after the last try was planned since: it stands.
    tried = {visit: day for visit, day in tried.items() if any(place.date <= day for place in lies.get(visit, ()))}
    worked = {(place.team, place.date) for visit in done for place in lies.get(visit, ())}
    teams = _teams(plan, as_of, news, worked)
    works = {team.id: team for team in teams}
    routes = {
        Placement(team=route.team, date=route.date, shift=route.shift): tuple(stop.visit for stop in route.stops)
        for route in plan.routes
    }

    def lost(place: Placement) -> bool:
        """Whether the place is gone: its day is over, or its team, day or shift has fallen away."""
        out = news.out.get(place.team)
        return (
            place.date < as_of
            or place.date in news.lost_days
            or place in news.lost_shifts
            or (out is not None and place.date >= out)
            or place.shift not in {shift.name for shift in works[place.team].shifts_on(place.date)}
        )

    # A joint visit is given up in both routes when one of them cannot keep it.
    gone = {visit for visit, places in lies.items() if visit not in done and (visit in tried or any(map(lost, places)))}
    under_way = {
        place
        for place, visits in routes.items()
        if place.date == as_of and not lost(place) and any(visit in done or visit in tried for visit in visits)
    }
    # What hangs together with a route under way is left alone, too: the partner of a joint visit, and, where the townships
    # of a team-day are limited, the other shift of the day.
    limited = plan.round.limits.townships_per_team_day > 0
    while more := {
        place
        for shut in under_way
        for place in (
            *(other for visit in routes[shut] if visit not in gone for other in lies[visit]),
            *(other for other in routes if limited and (other.team, other.date) == (shut.team, shut.date)),
        )
        if place not in under_way and not lost(place)
    }:
        under_way |= more
    fixed: dict[Placement, tuple[VisitId, ...]] = {}
    open_: dict[Placement, tuple[VisitId, ...]] = {}
    for place, visits in routes.items():
        if lost(place):
            kept = tuple(visit for visit in visits if visit in done)
            if kept:
                fixed[place] = kept
        elif stay := tuple(visit for visit in visits if visit not in gone):
            (fixed if place in under_way else open_)[place] = stay
    back = {visit: day if (day := tried.get(visit)) and day >= as_of else None for visit in gone}
    return _Past(done=done, back=back, fixed=fixed, open=open_, teams=teams, tried=frozenset(tried))


def _teams(plan: Plan, as_of: date, news: News, worked: Collection[tuple[TeamId, date]]) -> tuple[Team, ...]:
    """Return the teams with their new days off. A day on which one has done something stays a day at work."""
    days = plan.round.workdays
    teams = []
    for team in plan.teams:
        out = news.out.get(team.id)
        off = {day for day in days if day in news.lost_days or (out is not None and day >= max(out, as_of))}
        for lost in news.lost_shifts:
            if lost.team == team.id and [shift.name for shift in team.shifts_on(lost.date)] == [lost.shift]:
                off.add(lost.date)
        off = {day for day in off if day >= as_of and (team.id, day) not in worked}
        teams.append(replace(team, off=team.off | off))
    before = {day for day in days if day < as_of} | news.lost_days
    return (*teams, *(replace(team, off=team.off | before) for team in news.joined))


# ---- what is ahead ---------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Ahead:
    """The problem of the days that are left, and the published orders in it. `whole`: part of a joint visit → the visit."""

    table: Timetable
    inst: Instance
    published: Orders
    closed: frozenset[int]
    whole: dict[VisitId, VisitId]
    meetings: dict[VisitId, datetime]
    notes: tuple[Text, ...]

    def first(self) -> Orders:
        """Return the published plan with the newcomers where they cost least; nobody moves."""
        orders = dict(self.published)
        repair(self.table, orders)
        return self.filled(orders)

    def left(self, orders: Orders) -> list[int]:
        """Return the visits without a place, the dearest first."""
        planned = {visit for order in orders.values() for visit in order}
        left = [visit for visit in range(len(self.table.problem.visits)) if visit not in planned]
        return sorted(left, key=lambda visit: (-int(self.inst.absent[visit]), -int(self.inst.stay[visit]), visit))

    def filled(self, orders: Orders, skip: Collection[int] = ()) -> Orders:
        """Return the plan with every absent visit put in where it fits, and newcomers moved to better places."""
        if not self.table.slots:
            return orders
        st = new_state(self.inst, orders)
        waiting = [visit for visit in self.left(orders) if visit not in skip]
        placed = [visit for visit in waiting if self._put(st, visit)]
        for _ in range(3):
            better = False
            for visit in placed:
                before, slot, at = int(st.cost[0]), int(st.slot_of[visit]), int(st.at[visit])
                take(self.inst, st, slot, at, 1)
                in_time = bool(refresh(self.inst, st, slot))
                if not (in_time and self._put(st, visit)) or int(st.cost[0]) > before:
                    if int(st.slot_of[visit]) >= 0:
                        now = int(st.slot_of[visit])
                        take(self.inst, st, now, int(st.at[visit]), 1)
                        refresh(self.inst, st, now)
                    insert(self.inst, st, slot, at - 1, visit)
                better |= int(st.cost[0]) < before
            if not better:
                break
        for visit in waiting:
            if int(st.slot_of[visit]) < 0:
                self._put(st, visit)
        return orders_of(st)

    def _put(self, st: State, visit: int) -> bool:
        price, stop_at = best_places(self.inst, st, visit)
        slot = int(price.argmin())
        if price[slot] >= NEVER:
            return False
        insert(self.inst, st, slot, int(stop_at[slot]), visit)
        return True

    def settled(self, orders: Orders) -> Orders:
        """Return the plan without halves of joint visits, and with all else that fits put in."""
        visits = self.table.problem.visits
        for _ in range(2):
            halves = Counter(
                self.whole[visits[visit].id]
                for order in orders.values()
                for visit in order
                if visits[visit].id in self.whole
            )
            lone = {n for n, visit in enumerate(visits) if visit.id in self.whole and halves[self.whole[visit.id]] != 2}
            orders = {
                slot: kept for slot, order in orders.items() if (kept := tuple(v for v in order if v not in lone))
            }
            if lone:
                repair(self.table, orders)
            orders = self.filled(orders, skip=lone)
        return orders


def _look_ahead(
    plan: Plan, engine: TravelEngine, as_of: date, past: _Past, news: News, price_min: float, *, pinned: bool
) -> _Ahead:
    days = tuple(day for day in plan.round.workdays if day >= as_of)
    held = {visit for visits in past.fixed.values() for visit in visits}
    lies: dict[VisitId, list[Placement]] = defaultdict(list)
    for place, ids in past.open.items():
        for id in ids:
            lies[id].append(place)
    before: dict[VisitId, Placement] = {id: places[0] for id, places in placements(plan).items()}
    visits: list[Visit] = []
    alone: list[Visit] = []
    whole: dict[VisitId, VisitId] = {}
    published: dict[tuple[VisitId, Placement], VisitId] = {}
    meetings = {id: at for id, at in plan.appointments.items() if id in held or id in lies}
    for visit in (*plan.visits, *news.visits):
        places = lies.get(visit.id, [])
        if visit.id in held or (not places and visit.id in past.done):
            continue
        if len(places) == 2 and visit.id in meetings:
            for place in places:
                part = _half(visit, place, meetings[visit.id])
                visits.append(part)
                whole[part.id] = visit.id
                before[part.id] = place
                published[visit.id, place] = part.id
        elif places:
            stays = pinned or visit.id in past.done
            pin = Pin(team=places[0].team, day=places[0].date, shift=places[0].shift) if stays else visit.pin
            visits.append(replace(visit, pin=pin))
            published[visit.id, places[0]] = visit.id
        else:
            day = past.back.get(visit.id)
            earliest = max(visit.earliest or as_of, day + timedelta(days=1)) if day else visit.earliest
            (alone if takes_two(replace(plan, teams=past.teams), visit) else visits).append(
                replace(visit, earliest=earliest)
            )
    round_ = round_of(plan)
    problem = Problem(
        round=replace(round_, wishes=replace(round_.wishes, moved_min=price_min)),
        days=days,
        visits=tuple(alone),
        teams=past.teams,
        travel=engine,
        set_up_s=plan.travel.set_up_min * 60,
        rule_waived=sum(one.counts(round_.rule.counts) for one in plan.visits) < round_.rule.min_per_day,
        before=before,
    )
    notes: tuple[Text, ...] = ()
    if alone:
        meeting = arrange(problem)
        problem, notes = meeting.problem, meeting.notes
        whole |= meeting.whole
        meetings |= meeting.appointments
    seconds = {id for id, visit in whole.items() if id != min(one for one, other in whole.items() if other == visit)}
    problem = replace(problem, visits=(*visits, *problem.visits), uncounted=problem.uncounted | frozenset(seconds))
    table = Timetable(problem)
    where = slots_by_place(table)
    number = {visit.id: index for index, visit in enumerate(problem.visits)}
    closed = frozenset(where[place] for place in {*past.fixed, *news.lost_shifts} if place in where)
    table.allowed[:, sorted(closed)] = False
    orders = {
        where[place]: tuple(number[published[id, place]] for id in ids)
        for place, ids in past.open.items()
        if place in where
    }
    inst = _less_the_fixed(build_instance(table, district=True), table, plan, past)
    return _Ahead(table=table, inst=inst, published=orders, closed=closed, whole=whole, meetings=meetings, notes=notes)


def _half(visit: Visit, place: Placement, at: datetime) -> Visit:
    """Return what one team does at a joint visit that keeps its appointment: like `joint.arrange` makes it."""
    return replace(
        met_at(visit, at),
        id=VisitId(f"{visit.id}{MARK}{place.team}"),
        pin=Pin(team=place.team, day=place.date, shift=place.shift),
        mode=VisitMode.PATROL,
        departments=frozenset(),
        earliest=None,
        due=None,
        priority=visit.priority + 1,
    )


def _less_the_fixed(inst: Instance, table: Timetable, plan: Plan, past: _Past) -> Instance:
    """Take off what the fixed routes already bring to the daily minimum and the night quota."""
    problem = table.problem
    visits = {visit.id: visit for visit in plan.visits}
    day_of = {day: number for number, day in enumerate(problem.days)}
    team_day = {
        (problem.teams[slot.team].id, problem.days[slot.day]): int(inst.team_day[number])
        for number, slot in enumerate(table.slots)
    }
    town = {visit.township: int(inst.township[number]) for number, visit in enumerate(problem.visits)}
    night = {(team.id, shift.name) for team in problem.teams for shift in team.shifts if shift.night}
    least, nights = inst.least.copy(), inst.night_least
    for place, ids in past.fixed.items():
        nights -= len(ids) * ((place.team, place.shift) in night)
        for id in ids:
            if place.date not in day_of or inst.group_by == NO_GROUP or not problem.counts(visits[id]):
                continue
            if inst.group_by == BY_DAY:
                group = day_of[place.date]
            elif inst.group_by == BY_TEAM_DAY:
                group = team_day.get((place.team, place.date), -1)
            else:
                number = town.get(visits[id].township, -1)
                group = (inst.townships if number < 0 else number) * inst.days + day_of[place.date]
            if group >= 0:
                least[group] = max(0, least[group] - 1)
    return inst._replace(least=least, night_least=max(0, nights))


# ---- the search ------------------------------------------------------------------------------------------------------


def _searched(ahead: _Ahead, orders: Orders, effort: Effort, seed: int, progress: Progress) -> tuple[Orders, bool]:
    """Return the best plan that the effort finds from `orders` on, and whether it was cancelled."""
    search = open_search(ahead.inst, orders, seed=seed)
    for rounds, heat in pieces(effort):
        search.run(rounds, heat)
        share = effort.share(search.rounds, 0.0)
        try:
            progress("improve", round(share * 100), 100, say("routing.best_cost", cost=f"{search.best_cost / 60:.0f}"))
        except Cancelled:
            return search.best(), True
    return search.best(), False


def _made_room(
    ahead: _Ahead, orders: Orders, effort: Effort | None, seed: int, progress: Progress
) -> tuple[Orders, bool]:
    """Let pinned stops change their order inside their routes where that makes room; else nothing is touched."""
    found, stopped = _searched(ahead, orders, effort or usual_effort(len(ahead.table.problem.visits)), seed, progress)
    price = int(ahead.inst.absent[ahead.left(orders)].sum()) - int(ahead.inst.absent[ahead.left(found)].sum())
    return (found if price > 0 else orders), stopped


# ---- the plan --------------------------------------------------------------------------------------------------------


def _said(dial: Dial | float, price_min: float) -> Text:
    """Return in words how much may change."""
    if _turn(dial) == 0:
        return say("replan.dial_none")
    return say("replan.dial_some", minutes=f"{price_min:g}") if price_min > 0 else say("replan.dial_best")


def _plan(
    plan: Plan,
    engine: TravelEngine,
    past: _Past,
    ahead: _Ahead,
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


def _left_out(past: _Past, ahead: _Ahead, orders: Orders, visits: Sequence[Visit]) -> Iterator[Unplanned]:
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
