"""From a problem to a draft, in the order of the steps: meet, diagnose, start and improve, select, choose days, mend, name what is left."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date

from gridplan.model.errors import Cancelled
from gridplan.model.plan import Unplanned
from gridplan.model.progress import Progress, silent
from gridplan.model.round import PlanEngine, RuleUnit, Visit, Wishes, WishPreset
from gridplan.model.words import Text, say
from gridplan.routing.diagnosis.diagnose import possible_everywhere, proofs, unplanned
from gridplan.routing.diagnosis.remedies import TRIES, remedies
from gridplan.routing.names import Keep, Named, keep_of, numbered
from gridplan.routing.problem import Draft, Problem
from gridplan.routing.search.calendar import EFFORT as DAYS_EFFORT
from gridplan.routing.search.calendar import Minimum, choose_days, townships_over
from gridplan.routing.search.heard import HEAR_S
from gridplan.routing.search.improve import Effort, Search, hot_s, one_less, open_search, pieces
from gridplan.routing.search.insertion import insert_all, lift
from gridplan.routing.search.instance import Instance, build_instance
from gridplan.routing.search.joint import Meeting, arrange
from gridplan.routing.search.plain import QUICK, WORK, route_all
from gridplan.routing.search.select import can_select, is_tiny, price_s, select, solve_exactly
from gridplan.routing.search.small import fits_hybrid, hybrid
from gridplan.routing.search.tours import Weights
from gridplan.routing.timeline import Orders, Timetable

SMALL_VISITS, MIDDLE_VISITS = 400, 2_000
"""Up to here several short searches beat one long one; in middle rounds only where slots of one base and hours are alike."""
SEEDS, MIDDLE_SEEDS = 2, 3
"""So many searches such a round gets, whatever the number of cores: the plan is the same on one and on two."""
ROUNDS_A_VISIT, LEAST_ROUNDS, MOST_ROUNDS = 600, 20_000, 3_000_000
QUICK_SHARE = 20
"""A quick try makes so many times fewer rounds."""
HYBRID_SHARE, MAIN_SHARE, SQUEEZE_SHARE, SETTLE_SHARE, COOL_SHARE = 0.6, 0.7, 0.1, 0.02, 0.2
"""Shares of the effort: PyVRP in small rounds; of the rest, the searches from hot to cold; saving whole routes; settling after
one is saved; and cooling the best plan once more."""
LONG_SHARE = 0.95
"""The share of the one long search of a large round; the rest selects from its pool."""
POOL_MOST = 20_000
KEEP_S = 2.0
"""At most so often the best plan is handed out."""
COLD_AGAIN = 0.2
"""How hot, of the first heat, a good plan is made once more."""
EVEN_BAND = 0.05
BRIEF = 0.2
"""Deterministic time for choosing days when the draft was stopped."""
RESERVE = 0.04
"""Share of a limit in seconds that is kept for choosing days and timing the routes."""
SELECT_S, SELECT_SHARE = 4.0, 0.05
"""Deterministic time for selecting from the pool, and the share of a limit in seconds it may take."""


def usual_effort(visits: int) -> Effort:
    """Return the rounds a round of so many visits gets when nothing is said."""
    return Effort(rounds=min(max(LEAST_ROUNDS, ROUNDS_A_VISIT * visits), MOST_ROUNDS))


def quick_effort(visits: int) -> Effort:
    """Return the rounds for a first look."""
    return Effort(rounds=max(2_000, min(ROUNDS_A_VISIT * visits, MOST_ROUNDS) // QUICK_SHARE))


def draft_plan(
    problem: Problem,
    *,
    seed: int,
    progress: Progress = silent,
    effort: Effort | None = None,
    start: Orders | None = None,
    tries: int = TRIES,
    more_days: Sequence[date] = (),
    resume: Named | None = None,
    keep: Keep | None = None,
) -> Draft:
    """Plan the problem. Every visit ends in one route (a joint one in two) or in `unplanned` with its reason.

    Equal seeds and an effort in rounds give equal drafts; how hot the search begins is the round's own. `start` is a plan to begin with (slot → visits of a `Timetable`);
    the draft is never worse. `tries` limits how often a remedy is really planned; `more_days` are the working
    days after the round. Cancelled while improving or while remedies are tried, the best plan
    so far is the draft and says so; cancelled earlier, nothing is kept. `keep` is given the best plan every few seconds;
    `resume` begins with such a plan, or with what of it still fits.
    """
    draft = _draft(problem, seed, progress, effort or usual_effort(len(problem.visits)), start, resume, keep)
    if draft.stopped:
        return draft

    def again(changed: Problem) -> Draft:
        return _draft(changed, seed, progress, quick_effort(len(changed.visits)), None)

    try:
        found = remedies(problem, draft, again, tries=tries, more_days=more_days, progress=progress)
    except Cancelled:
        return replace(draft, stopped=True, notes=(*draft.notes, say("routing.stopped")))
    return replace(draft, remedies=found)


def missed(problem: Problem, draft: Draft) -> list[Visit]:
    """Return the visits that were left out for want of room alone."""
    wanting = {item.visit for item in draft.unplanned if item.reason == "no_room"}
    return [visit for visit in problem.visits if visit.mandatory and visit.id in wanting]


# ---- one draft -------------------------------------------------------------------------------------------------------


_Pool = dict[tuple[int, tuple[int, ...]], int]
"""(kind of slot, order) → price in seconds."""


@dataclass(slots=True)
class _Watch:
    """Tells where the search is, keeps the course of the best cost, and hears that it should stop."""

    progress: Progress
    effort: Effort
    began: float = field(default_factory=time.process_time)
    stopped: bool = False
    course: list[tuple[float, float]] = field(default_factory=list)
    best: float = float("inf")
    keep: Callable[[Search, float, float], None] | None = None
    kept: float = float("inf")
    kept_at: float = float("-inf")
    heard_at: float = float("-inf")

    def tick(self, search: Search) -> None:
        """Report after a piece of a search; a cancel stops the search and keeps its best plan."""
        spent = time.process_time() - self.began
        cost = search.best_cost / 60
        if cost < self.best:
            self.best = cost
            self.course.append((round(spent, 2), round(cost, 2)))
        now = time.monotonic()
        if self.keep and cost <= self.best and cost < self.kept and now - self.kept_at >= KEEP_S:
            self.kept, self.kept_at = cost, now
            self.keep(search, spent, cost)
        share = self.effort.share(search.rounds, spent)
        try:
            self.progress("improve", round(share * 100), 100, say("routing.best_cost", cost=f"{self.best:.0f}"))
        except Cancelled:
            self.stopped = True

    def beside(self, share: float) -> bool:
        """Report from PyVRP's search, which calls often, now and then; return whether it should stop."""
        now = time.monotonic()
        if not self.stopped and now - self.heard_at >= HEAR_S:
            self.heard_at = now
            try:
                self.progress("improve", round(share * HYBRID_SHARE * 100), 100)
            except Cancelled:
                self.stopped = True
        return self.stopped


def _draft(
    problem: Problem,
    seed: int,
    progress: Progress,
    effort: Effort,
    start: Orders | None,
    resume: Named | None = None,
    keep: Keep | None = None,
) -> Draft:
    watch = _Watch(progress, effort)
    progress("diagnose", 0, 1)
    meeting = arrange(problem)
    asked = meeting.problem
    table = Timetable(asked)
    if resume and not start:
        start = numbered(table, resume)
    if keep is not None:
        take = keep
        watch.keep = lambda search, cpu_s, cost: take(
            keep_of(table, meeting, search.best(), problem=problem, cpu_s=cpu_s, price=cost)
        )
    room, lost = possible_everywhere(table)
    hopeless = [unplanned(asked, visit, why) for visit, why in lost.items()]
    proven = proofs(problem)
    progress("diagnose", 1, 1)
    minimum = Minimum(table)
    work = _Work(table=table, room=room, minimum=minimum, seed=seed, watch=watch, effort=effort)
    if asked.round.engine is PlanEngine.ORTOOLS:
        routed = route_all(table, room, minimum, seed=seed, progress=progress, work=_checks(effort, len(room)))
        orders, work.ran_out = routed.orders, routed.ran_out
    else:
        orders = _orders(work, start or meeting.start(table))
    orders = meeting.keep_pairs(table, orders)
    left = sorted(room.keys() - {visit for order in orders.values() for visit in order})
    return _finished(problem, meeting, work, orders, left, hopeless, proven)


def _checks(effort: Effort, visits: int) -> int:
    """Return the effort of OR-Tools alone in checks a visit."""
    usual = usual_effort(visits).rounds or LEAST_ROUNDS
    return WORK if effort.rounds is None else max(QUICK, min(WORK, WORK * effort.rounds // usual))


def _finished(
    problem: Problem,
    meeting: Meeting,
    work: _Work,
    orders: Orders,
    left: Sequence[int],
    hopeless: Sequence[Unplanned],
    proven: Sequence[Text],
) -> Draft:
    """Name the answer in the nouns of the plan."""
    table = work.table
    routes = [meeting.rejoin(table.route(slot, order)) for slot, order in orders.items()]
    routes.sort(key=lambda route: (route.date, route.team, route.depart))
    items = [*hopeless, *(unplanned(table.problem, visit, "no_room") for visit in left)]
    notes = [*meeting.notes]
    if work.watch.stopped:
        notes.append(say("routing.stopped"))
    if work.wishes != problem.round.wishes:
        low, high = work.wishes.band_min
        notes.append(say("routing.band", low=low, high=high))
    return Draft(
        routes=tuple(routes),
        unplanned=tuple(sorted(meeting.one_each(items), key=lambda item: item.visit)),
        infeasible=tuple(proven),
        remedies=(),
        notes=tuple(notes),
        ran_out=work.ran_out,
        stopped=work.watch.stopped,
        short=work.minimum.total(orders),
        day_counts=tuple(sorted(work.minimum.stops(orders).values())),
        appointments=meeting.kept(orders, table),
        wishes=work.wishes,
        pool=tuple(sorted({order for _, order in work.pool})) if not meeting.whole else (),
        course=tuple(work.watch.course),
    )


# ---- the search ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Work:
    """What the steps share."""

    table: Timetable
    room: Mapping[int, frozenset[int]]
    minimum: Minimum
    seed: int
    watch: _Watch
    effort: Effort
    ran_out: bool = False
    pool: _Pool = field(default_factory=dict)

    @property
    def wishes(self) -> Wishes:
        """The wishes as they are weighed, the band of unevenness included."""
        return self.table.problem.round.wishes

    def tick(self) -> None:
        """Report where the work is outside of a search."""
        if not self.watch.stopped:
            try:
                self.watch.progress("calendar", 0, 1)
            except Cancelled:
                self.watch.stopped = True

    def stopped(self) -> bool:
        """Report where the work is, and return whether it should stop."""
        self.tick()
        return self.watch.stopped


def _orders(work: _Work, start: Orders | None) -> Orders:
    """Search, select, choose days, and mend what the days lack."""
    table, minimum = work.table, work.minimum
    if not work.room:
        return {}
    inst = build_instance(table)
    if is_tiny(table, list(work.room)):
        work.watch.progress("improve", 0, 1)
        orders, _ = solve_exactly(table, _banded(work, inst), minimum, sorted(work.room), work.tick)
        return orders
    orders = _search(work, inst, start or {})
    if work.wishes.preset is WishPreset.MOST_EVEN and work.wishes.band_min == Wishes().band_min and orders:
        inst = _even(work, inst, orders)
        orders = _cool(work, inst, orders, 0.5)
    return _days(work, inst, orders)


def _banded(work: _Work, inst: Instance) -> Instance:
    """Return the instance without unevenness where no band is known: a tiny round has none to speak of."""
    return inst._replace(uneven_pm=0) if work.wishes.band_min == Wishes().band_min else inst


def _even(work: _Work, inst: Instance, orders: Orders) -> Instance:
    """Set the band of unevenness around the mean work of a team-day."""
    st = open_search(inst, orders, seed=work.seed).st
    worked = st.td_work[st.td_routes > 0] / 60
    low, high = (round(float(worked.mean()) * (1 + sign * EVEN_BAND)) for sign in (-1, 1))
    problem = work.table.problem
    wishes = replace(problem.round.wishes, band_min=(low, high))
    work.table.problem = replace(problem, round=replace(problem.round, wishes=wishes))
    return inst._replace(band_low_s=low * 60, band_high_s=high * 60)


def _search(work: _Work, inst: Instance, start: Orders) -> Orders:
    """Return the best plan that the effort finds; never worse than `start`."""
    small = len(work.room) <= SMALL_VISITS
    several = small or (len(work.room) <= MIDDLE_VISITS and not inst.apart)
    candidates: list[Orders] = [start] if start else []
    beside = small and not start and fits_hybrid(work.table, inst)
    share = 1.0 - HYBRID_SHARE if beside else 1.0
    seeds = (SEEDS if small else MIDDLE_SEEDS) if several else 1
    main = MAIN_SHARE if several else LONG_SHARE
    effort = _part(work, inst, share * main / seeds, beside=seeds)
    jobs = [(work.seed * 1000 + number, number) for number in range(seeds)]

    pools: list[_Pool] = [{} for _ in jobs]

    def one(job: tuple[int, int]) -> Orders:
        return _run(work, inst, start, effort, job[0], pools[job[1]])

    workers = min(len(jobs), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    if workers > 1:
        with ThreadPoolExecutor(workers) as threads:
            candidates += list(threads.map(one, jobs))
    else:
        candidates += [one(job) for job in jobs]
    if beside and not work.watch.stopped:
        # After the others: it hands out no plan before its end.
        part = _part(work, inst, HYBRID_SHARE)
        candidates.append(hybrid(work.table, inst, part, seed=work.seed, stop=work.watch.beside))
    for pool in pools:
        work.pool |= pool
    orders = min(candidates, key=lambda found: _cost(inst, found))
    if small and not work.watch.stopped:
        orders = _fewer(work, inst, orders)
    if several and not work.watch.stopped:
        orders = _cool(work, inst, orders, COOL_SHARE)
    if can_select(inst) and not work.watch.stopped and len(work.room) <= 3000:
        cpu_s = work.effort.cpu_s
        effort_s = SELECT_S if cpu_s is None else min(SELECT_S, cpu_s * SELECT_SHARE)
        chosen = select(inst, work.pool, orders, seed=work.seed, effort=effort_s, stop=work.stopped)
        orders = min((orders, chosen), key=lambda found: _cost(inst, found))
    return orders


def _part(work: _Work, inst: Instance, share: float, *, heat: float = 1.0, beside: int = 1) -> Effort:
    """Return a share of the whole effort, no more than is left of it for each of `beside` searches, begun at a share of the heat."""
    effort, cpu_s = work.effort, work.effort.cpu_s
    if cpu_s is not None:
        left_s = cpu_s * (1 - RESERVE) - (time.process_time() - work.watch.began)
        cpu_s = max(min(cpu_s * share, left_s / beside), 0.001)
    return Effort(
        rounds=None if effort.rounds is None else max(1, round(effort.rounds * share)),
        cpu_s=cpu_s,
        hot_s=heat * hot_s(inst),
    )


def _cost(inst: Instance, orders: Orders) -> int:
    """Return the whole price of a plan in seconds."""
    return int(open_search(inst, orders, seed=0).st.cost[0])


def _run(work: _Work, inst: Instance, orders: Orders, effort: Effort, seed: int, pool: _Pool) -> Orders:
    """Run one search from hot to cold and keep its good routes."""
    search = open_search(inst, orders, seed=seed, skip=_skipped(work, inst))
    keep = can_select(inst)
    for number, (rounds, heat) in enumerate(pieces(effort)):
        search.run(rounds, heat)
        work.watch.tick(search)
        if work.watch.stopped:
            break
        if keep and (number % 4 == 3 or len(inst.place) <= SMALL_VISITS):
            _remember(pool, inst, search.now())
    if keep:
        _remember(pool, inst, search.best())
    return search.best()


def _skipped(work: _Work, inst: Instance) -> list[int]:
    """Return the visits that fit nowhere: no search needs to try them."""
    return [visit for visit in range(len(inst.place)) if visit not in work.room]


def _remember(pool: _Pool, inst: Instance, orders: Orders) -> None:
    """Keep routes in the pool."""
    if len(pool) < POOL_MOST:
        for slot, order in orders.items():
            key = (int(inst.kind[slot]), order)
            if key not in pool:
                pool[key] = price_s(inst, slot, order)


def _cool(work: _Work, inst: Instance, orders: Orders, share: float) -> Orders:
    """Improve a good plan once more, not so hot."""
    return _run(work, inst, orders, _part(work, inst, share, heat=COLD_AGAIN), work.seed, work.pool)


def _fewer(work: _Work, inst: Instance, orders: Orders) -> Orders:
    """Save whole routes as long as it succeeds and is worth it."""
    began, spent, number = time.thread_time(), 0, 0
    part = _part(work, inst, SQUEEZE_SHARE)
    while orders and not work.watch.stopped and part.share(spent, time.thread_time() - began) < 1.0:
        rounds = 20_000 if part.rounds is None else max(1, (part.rounds - spent + 1) // 2)
        found = one_less(
            inst,
            orders,
            rounds,
            seed=work.seed + number,
            stop=lambda: work.watch.stopped or part.share(0, time.thread_time() - began) >= 1,
        )
        spent, number = spent + rounds, number + 1
        if found is None:
            break
        found = _run(work, inst, found, _part(work, inst, SETTLE_SHARE, heat=COLD_AGAIN), work.seed, work.pool)
        if _cost(inst, found) < _cost(inst, orders):
            orders = found
    return orders


# ---- the days --------------------------------------------------------------------------------------------------------


def _short_or_spread(work: _Work) -> Callable[[Orders], int]:
    """Return what tells how far plans are from the minimum; one beyond the limit of townships is further than any within."""
    far = 1 + work.minimum.least * len(work.minimum.units()) * len(work.table.problem.days)
    return lambda orders: work.minimum.total(orders) + far * townships_over(work.table, orders)


def _days(work: _Work, inst: Instance, orders: Orders) -> Orders:
    """Give each route its day; where days lack visits, search again with the minimum priced, and lift what is still short."""
    table, minimum = work.table, work.minimum
    if minimum.unit is not RuleUnit.TOWNSHIP or not minimum.total(orders):
        effort = BRIEF if work.watch.stopped else DAYS_EFFORT
        orders = choose_days(table, orders, minimum, work.seed, work.tick, effort, work.stopped)
    if minimum.total(orders) and not work.watch.stopped:
        priced = build_instance(table, district=True)._replace(
            uneven_pm=inst.uneven_pm, band_low_s=inst.band_low_s, band_high_s=inst.band_high_s
        )
        orders = _cool(work, priced, orders, 0.2)
    if minimum.total(orders) and minimum.unit is not RuleUnit.TOWNSHIP:
        weights = Weights(route_s=inst.team_day_s)
        orders = lift(table, orders, work.room, weights, _short_or_spread(work), minimum.needy, work.tick)
        orders = choose_days(table, orders, minimum, work.seed, work.tick, stop=work.stopped)
    left = [visit for visit in work.room if all(visit not in order for order in orders.values())]
    if left and not inst.townships_most and not minimum.total(orders):
        trial = dict(orders)
        insert_all(table, trial, left, work.room, Weights(route_s=inst.team_day_s))
        orders = trial if not minimum.total(trial) else orders
    return orders
