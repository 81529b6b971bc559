"""Makes a plan cheaper by ruin and recreate over the whole problem, compiled: slack induction by string removals.

Each round takes strings of neighbouring stops out of a few neighbouring routes and puts every visit back where it costs
least, now and then overlooking a place; a worse plan is kept with a chance that falls as the search cools (Christiaens and
Vanden Berghe 2020). Every plan on the way is in time and within all limits; visits that find no place are absent at a price.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridplan.routing.search.compiled import compiled, small
from gridplan.routing.search.instance import Instance
from gridplan.routing.search.state import (
    NEVER,
    State,
    count_in,
    count_out,
    detour,
    find_free,
    in_time,
    insert,
    new_state,
    orders_of,
    refresh,
    surcharge,
    take,
    uneven_change,
)
from gridplan.routing.timeline import Orders

HOT_S, COLD_S = 100.0, 3.0
"""Temperature at the start and at the end, in seconds of travel."""
HOTTEST_S, HOTTEST_VISITS = 600.0, 1_000
"""Where slots of one base and hours differ, it is worth while to begin as hot as this, in larger rounds less, never below HOT_S."""
STRING, RUIN = 10, 10
"""Longest string, and stops taken out in a round on average."""
BESIDE = 40
"""Beside how many nearest visits a place is looked for."""
OVERLOOK = 0.01
SPLIT, SPLIT_MORE = 0.5, 0.01
WHOLE = 0.1
"""Share of rounds that empty a whole route."""
SWAP, REACH, TRIES = 0.2, 20, 4
"""Where slots of one base and hours differ, as by days on which doors are shut: share of rounds that let two of them change
places; how many slots away the other is looked for, and how often."""
KIN = 0.5
"""Share of rounds that ruin around the kin of the seed where it has any."""
CHEAP_S, SQUEEZE_S, SQUEEZE = 900, 60.0, 500
"""While a route is to be saved: price of an absent visit, temperature, and rounds between two looks."""
CHUNK = 2_000
"""Rounds between two looks at the clock."""
RETRY = 20
"""How many absent visits at most are tried again in a round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to search: `rounds` of ruin and recreate, or `cpu_s` seconds of processor time, whichever ends first (None = no limit).

    Only rounds make two runs equal. `cold_s`/`hot_s` as in HOT_S and COLD_S.
    """

    rounds: int | None = None
    cpu_s: float | None = None
    hot_s: float = HOT_S
    cold_s: float = COLD_S

    def share(self, rounds: int, cpu_s: float) -> float:
        """Return how much of it is spent, 0…1."""
        shares = [0.0]
        if self.rounds is not None:
            shares.append(rounds / max(self.rounds, 1))
        if self.cpu_s is not None:
            shares.append(cpu_s / max(self.cpu_s, 1e-9))
        return min(max(shares), 1.0)


class _Memory(NamedTuple):
    """Room for undoing a round, and the best plan seen."""

    order: NDArray[np.int32]
    size: NDArray[np.int32]
    left: NDArray[np.int64]
    left_fed: NDArray[np.int64]
    last: NDArray[np.int64]
    last_fed: NDArray[np.int64]
    work: NDArray[np.int64]
    travel: NDArray[np.int64]
    touched: NDArray[np.int32]
    stamp: NDArray[np.int64]  # round in which a slot was touched
    opened: NDArray[np.int64]  # round in which a slot was emptied or opened
    priced: NDArray[np.int64]  # insertion in which a slot was priced
    price: NDArray[np.int64]
    best_order: NDArray[np.int32]
    best_size: NDArray[np.int32]
    stale: NDArray[np.bool_]  # slots that differ from the best plan, perhaps
    absent: NDArray[np.int32]
    absent_at: NDArray[np.int32]  # -1 = planned
    moving: NDArray[np.int32]
    key: NDArray[np.float64]
    numbers: NDArray[np.int64]  # touched, absent, best cost, round, insertion
    random: NDArray[np.uint64]


TOUCHED, ABSENT, BEST, ROUND, INSERTION, WORKED = range(6)


@small
def _next(random):
    """Return a random number in [0, 1): xorshift64*."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@small
def _whole(random, count):
    """Return a random whole number in [0, count)."""
    return min(np.int64(_next(random) * count), count - 1)


@small
def _save(inst, st, mem, slot):
    """Keep a slot as it is before the round's first change of it."""
    if mem.stamp[slot] == mem.numbers[ROUND]:
        return
    mem.stamp[slot] = mem.numbers[ROUND]
    mem.touched[mem.numbers[TOUCHED]] = slot
    mem.numbers[TOUCHED] += 1
    size = st.size[slot]
    mem.size[slot] = size
    mem.work[slot], mem.travel[slot] = st.work[slot], st.travel[slot]
    for number in range(size):
        mem.order[slot, number] = st.order[slot, number]
    for number in range(size + 2):
        mem.left[slot, number], mem.last[slot, number] = st.left[slot, number], st.last[slot, number]
        if inst.lunch_s[slot] > 0:
            mem.left_fed[slot, number] = st.left_fed[slot, number]
            mem.last_fed[slot, number] = st.last_fed[slot, number]


@small
def _miss(mem, visit):
    """Note a visit as absent."""
    if mem.absent_at[visit] < 0:
        mem.absent_at[visit] = mem.numbers[ABSENT]
        mem.absent[mem.numbers[ABSENT]] = visit
        mem.numbers[ABSENT] += 1


@small
def _found(mem, visit):
    """Note a visit as planned."""
    at = mem.absent_at[visit]
    if at >= 0:
        last = mem.absent[mem.numbers[ABSENT] - 1]
        mem.absent[at] = last
        mem.absent_at[last] = at
        mem.absent_at[visit] = -1
        mem.numbers[ABSENT] -= 1


@compiled
def _take_string(inst, st, mem, slot, first, count, moving):
    """Take stops out and note them as moving; more of them while the rest is not in time."""
    _save(inst, st, mem, slot)
    for number in range(count):
        mem.moving[moving + number] = st.order[slot, first - 1 + number]
    take(inst, st, slot, first, count)
    moving += count
    while not refresh(inst, st, slot):
        mem.moving[moving] = st.order[slot, 0]
        take(inst, st, slot, 1, 1)
        moving += 1
    if st.size[slot] == 0:
        mem.opened[slot] = mem.numbers[ROUND]
        find_free(inst, st, inst.kind[slot])
    return moving


@compiled
def _ruin(inst, st, mem, string, ruin, whole):
    """Take strings of neighbouring stops out of neighbouring routes; return how many visits move.

    `whole` empties the first of the routes, so that a team-day can fall away.
    """
    visits = len(inst.place)
    routes = 0
    seed = _whole(mem.random, visits)
    planned = visits - mem.numbers[ABSENT]
    worked = max(mem.numbers[WORKED], 1)
    longest = min(np.float64(string), max(planned / worked, 1.0))
    most = 4.0 * ruin / (1.0 + longest) - 1.0
    wanted = np.int64(_next(mem.random) * most + 1.0)
    moving = 0
    akin = inst.kin[seed, 0] >= 0 and _next(mem.random) < KIN
    around = inst.kin if akin else inst.near
    for number in range(-1, around.shape[1]):
        visit = seed if number < 0 else np.int64(around[seed, number])
        if visit < 0:
            break
        slot = st.slot_of[visit]
        if slot < 0 or mem.stamp[slot] == mem.numbers[ROUND]:
            continue
        size = st.size[slot]
        count = np.int64(_next(mem.random) * min(np.float64(size), longest) + 1.0)
        count = size if whole and routes == 0 else min(count, size)
        at = st.at[visit]
        kept = 0
        if count < size and count > 1 and _next(mem.random) < SPLIT:
            kept = 1
            while count + kept < size and _next(mem.random) < SPLIT_MORE:
                kept += 1
        span = count + kept
        low, high = max(1, at - span + 1), min(at, size - span + 1)
        first = low + _whole(mem.random, high - low + 1)
        if kept:
            before = 1 + _whole(mem.random, count - 1)
            moving = _take_string(inst, st, mem, slot, first + before + kept, count - before, moving)
            if st.size[slot] >= first + before - 1:
                moving = _take_string(inst, st, mem, slot, first, before, moving)
        else:
            moving = _take_string(inst, st, mem, slot, first, count, moving)
        routes += 1
        if routes >= wanted:
            break
    return moving


@compiled
def _fill(inst, st, mem, slot, first, last):
    """Append to an empty slot those of the moving visits `first` … `last` - 1 that it may hold in time."""
    longest = st.order.shape[1]
    for number in range(first, last):
        visit, size = mem.moving[number], st.size[slot]
        fits = size < longest and inst.allowed[inst.vclass[visit], slot] and surcharge(inst, st, visit, slot) < NEVER
        if fits and in_time(inst, st, slot, size, visit):
            insert(inst, st, slot, size, visit)


@compiled
def _swap(inst, st, mem):
    """Let two slots of one base and hours change places; return how many visits move, 0 where no such slots were met.

    Which days are worked at all depends on the doors that are shut on some of them: single visits hardly ever change it.
    """
    one = st.slot_of[_whole(mem.random, len(inst.place))]
    if one < 0:
        return 0
    other = one
    for _ in range(TRIES):
        near = one + _whole(mem.random, 2 * REACH + 1) - REACH
        if near < 0 or near >= len(st.size) or st.shut[near] or inst.kind[near] == inst.kind[one]:
            continue
        if inst.base[near] == inst.base[one] and inst.start[near] == inst.start[one]:
            other = near
            break
    if other == one:
        return 0
    half = _take_string(inst, st, mem, one, 1, st.size[one], 0)
    moving = half
    if st.size[other] > 0:
        moving = _take_string(inst, st, mem, other, 1, st.size[other], half)
    _save(inst, st, mem, other)
    _fill(inst, st, mem, other, 0, half)
    _fill(inst, st, mem, one, half, moving)
    mem.opened[one] = mem.opened[other] = mem.numbers[ROUND]
    find_free(inst, st, inst.kind[one])
    find_free(inst, st, inst.kind[other])
    return moving


@small
def _try(inst, st, mem, slot, stop, visit, price, best):
    """Return the price of a place when it is lower than `best` and in time, else `best`."""
    extra = detour(inst, st, slot, stop, visit)
    cost = extra + price
    if inst.uneven_pm > 0:
        cost += uneven_change(inst, st, slot, stop, visit, extra)
    if cost < best and in_time(inst, st, slot, stop, visit):
        return cost
    return best


@compiled
def _recreate(inst, st, mem, visit, overlook):
    """Put a visit where it costs least; return whether it found a place."""
    mem.numbers[INSERTION] += 1
    turn = mem.numbers[INSERTION]
    best, best_slot, best_stop = inst.absent[visit], -1, -1
    longest = st.order.shape[1]
    kind = inst.vclass[visit]
    beside = min(BESIDE, inst.near.shape[1])
    for number in range(beside + inst.kin.shape[1]):
        other = inst.near[visit, number] if number < beside else inst.kin[visit, number - beside]
        if other < 0:
            break
        slot = st.slot_of[other]
        if slot < 0 or not inst.allowed[kind, slot] or st.size[slot] >= longest:
            continue
        if mem.priced[slot] != turn:
            mem.priced[slot] = turn
            mem.price[slot] = surcharge(inst, st, visit, slot)
        price = mem.price[slot]
        if price >= NEVER or _next(mem.random) < overlook:
            continue
        at = st.at[other]
        for stop in range(at - 1, at + 1):
            cost = _try(inst, st, mem, slot, stop, visit, price, best)
            if cost < best:
                best, best_slot, best_stop = cost, slot, stop
    # Begun anywhere: of empty slots that cost the same, the first would always win.
    first = _whole(mem.random, inst.kinds)
    for number in range(inst.kinds):
        for column in range(2):
            slot = st.free[(first + number) % inst.kinds, column]
            if slot >= 0 and inst.allowed[kind, slot]:
                price = surcharge(inst, st, visit, slot)
                if price < best:
                    cost = _try(inst, st, mem, slot, 0, visit, price, best)
                    if cost < best:
                        best, best_slot, best_stop = cost, slot, 0
    for number in range(-1, inst.few.shape[1]):
        slot = inst.few[kind, number] if number >= 0 else (inst.before[visit] if inst.moved_s > 0 else -1)
        if slot < 0 or st.shut[slot] or not inst.allowed[kind, slot] or st.size[slot] >= longest:
            continue
        price = surcharge(inst, st, visit, slot)
        if price < best:
            for stop in range(st.size[slot] + 1):
                cost = _try(inst, st, mem, slot, stop, visit, price, best)
                if cost < best:
                    best, best_slot, best_stop = cost, slot, stop
    if best_slot < 0:
        return False
    _save(inst, st, mem, best_slot)
    opened = st.size[best_slot] == 0
    insert(inst, st, best_slot, best_stop, visit)
    if opened:
        mem.opened[best_slot] = mem.numbers[ROUND]
        find_free(inst, st, inst.kind[best_slot])
    return True


@compiled
def _undo(inst, st, mem, cost):
    """Put every touched slot, and the cost, back as they were."""
    for number in range(mem.numbers[TOUCHED]):
        slot = mem.touched[number]
        while st.size[slot] > 0:
            count_out(inst, st, st.order[slot, st.size[slot] - 1], slot)
        st.td_work[inst.team_day[slot]] += mem.work[slot] - st.work[slot]
        st.work[slot], st.travel[slot] = mem.work[slot], mem.travel[slot]
    for number in range(mem.numbers[TOUCHED]):
        slot = mem.touched[number]
        size = mem.size[slot]
        for stop in range(size):
            visit = mem.order[slot, stop]
            count_in(inst, st, visit, slot)
            st.order[slot, stop] = visit
            st.at[visit] = stop + 1
        for stop in range(size + 2):
            st.left[slot, stop], st.last[slot, stop] = mem.left[slot, stop], mem.last[slot, stop]
            if inst.lunch_s[slot] > 0:
                st.left_fed[slot, stop] = mem.left_fed[slot, stop]
                st.last_fed[slot, stop] = mem.last_fed[slot, stop]
            else:
                st.left_fed[slot, stop], st.last_fed[slot, stop] = NEVER, st.last[slot, stop]
        if mem.opened[slot] == mem.numbers[ROUND] or size == 0:
            find_free(inst, st, inst.kind[slot])
    st.cost[0] = cost


@compiled
def _sort(mem, count):
    """Sort the moving visits by their keys; they are few."""
    for number in range(1, count):
        key, visit = mem.key[number], mem.moving[number]
        at = number
        while at > 0 and mem.key[at - 1] > key:
            mem.key[at], mem.moving[at] = mem.key[at - 1], mem.moving[at - 1]
            at -= 1
        mem.key[at], mem.moving[at] = key, visit


@compiled
def _worked(st):
    """Count the slots with stops."""
    count = 0
    for slot in range(len(st.size)):
        count += st.size[slot] > 0
    return count


@compiled
def run(inst, st, mem, rounds, heat, string, ruin, overlook, whole, swap):
    """Make so many rounds at one temperature; return how many changed the plan."""
    kept = 0
    for _ in range(rounds):
        mem.numbers[ROUND] += 1
        mem.numbers[TOUCHED] = 0
        before = st.cost[0]
        if mem.numbers[ROUND] % 64 == 1:
            mem.numbers[WORKED] = _worked(st)
        moving = _swap(inst, st, mem) if _next(mem.random) < swap else 0
        if moving == 0:
            moving = _ruin(inst, st, mem, string, ruin, _next(mem.random) < whole)
        absent = mem.numbers[ABSENT]
        for number in range(min(absent, RETRY)):
            mem.moving[moving] = mem.absent[number if absent <= RETRY else _whole(mem.random, absent)]
            moving += 1
        way = _next(mem.random) * 11.0
        for number in range(moving):
            visit = mem.moving[number]
            if way < 4.0:
                mem.key[number] = _next(mem.random)
            elif way < 8.0:
                mem.key[number] = -inst.stay[visit]
            elif way < 10.0:
                mem.key[number] = -inst.leg[0, inst.place[visit], inst.base[0]]
            else:
                mem.key[number] = inst.leg[0, inst.place[visit], inst.base[0]]
            mem.key[number] -= 1e7 * (inst.absent[visit] // 1000000)
        _sort(mem, moving)
        for number in range(moving):
            visit = mem.moving[number]
            if st.slot_of[visit] < 0:
                _recreate(inst, st, mem, visit, overlook)
        if st.cost[0] < before - heat * np.log(_next(mem.random) + 1e-300):
            kept += 1
            for number in range(mem.numbers[TOUCHED]):
                mem.stale[mem.touched[number]] = True
            for number in range(moving):
                visit = mem.moving[number]
                if st.slot_of[visit] < 0:
                    _miss(mem, visit)
                else:
                    _found(mem, visit)
            if st.cost[0] < mem.numbers[BEST]:
                mem.numbers[BEST] = st.cost[0]
                for slot in range(len(st.size)):
                    if mem.stale[slot]:
                        size = st.size[slot]
                        mem.best_size[slot] = size
                        for number in range(size):
                            mem.best_order[slot, number] = st.order[slot, number]
                        mem.stale[slot] = False
        else:
            _undo(inst, st, mem, before)
    return kept


def _memory(inst: Instance, st: State, seed: int, skip: Sequence[int]) -> _Memory:
    slots = len(st.size)
    visits = len(inst.place)
    absent = np.setdiff1d(np.flatnonzero(st.slot_of < 0), np.array(skip, dtype=np.int64)).astype(np.int32)
    mem = _Memory(
        order=st.order.copy(),
        size=st.size.copy(),
        left=st.left.copy(),
        left_fed=st.left_fed.copy(),
        last=st.last.copy(),
        last_fed=st.last_fed.copy(),
        work=st.work.copy(),
        travel=st.travel.copy(),
        touched=np.zeros(slots, dtype=np.int32),
        stamp=np.zeros(slots, dtype=np.int64),
        opened=np.zeros(slots, dtype=np.int64),
        priced=np.zeros(slots, dtype=np.int64),
        price=np.zeros(slots, dtype=np.int64),
        best_order=st.order.copy(),
        best_size=st.size.copy(),
        stale=np.zeros(slots, dtype=np.bool_),
        absent=np.zeros(visits, dtype=np.int32),
        absent_at=np.full(visits, -1, dtype=np.int32),
        moving=np.zeros(visits + RETRY, dtype=np.int32),
        key=np.zeros(visits + RETRY, dtype=np.float64),
        numbers=np.zeros(6, dtype=np.int64),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**64 or 1], dtype=np.uint64),
    )
    mem.absent[: len(absent)] = absent
    mem.absent_at[absent] = np.arange(len(absent))
    mem.numbers[ABSENT] = len(absent)
    mem.numbers[BEST] = st.cost[0]
    for _ in range(4):
        mem.random[0] = (int(mem.random[0]) * 6364136223846793005 + 1442695040888963407) % 2**64 or 1
    for kind in range(inst.kinds):
        find_free(inst, st, kind)
    return mem


@dataclass(slots=True)
class Search:
    """A search that can be run piece by piece; `best` is always a whole plan in time."""

    inst: Instance
    st: State
    mem: _Memory
    rounds: int = 0
    course: list[tuple[int, int]] = field(default_factory=list)

    @property
    def best_cost(self) -> int:
        """Cost of the best plan in seconds, absent visits included."""
        return int(self.mem.numbers[BEST])

    def best(self) -> Orders:
        """Return the best plan's orders."""
        return {
            int(slot): tuple(int(visit) for visit in self.mem.best_order[slot, : self.mem.best_size[slot]])
            for slot in np.flatnonzero(self.mem.best_size)
        }

    def now(self) -> Orders:
        """Return the plan where the search is."""
        return orders_of(self.st)

    def run(self, rounds: int, heat: float, *, whole: float = WHOLE, string: int = STRING, ruin: int = RUIN) -> None:
        """Make so many rounds at one temperature (seconds)."""
        if len(self.inst.place) and len(self.inst.start):
            swap = SWAP if self.inst.apart else 0.0
            run(self.inst, self.st, self.mem, rounds, heat, string, ruin, OVERLOOK, whole, swap)
        self.rounds += rounds


def open_search(inst: Instance, orders: Orders, *, seed: int, skip: Sequence[int] = ()) -> Search:
    """Begin a search at a plan; visits without a place are absent at first, those of `skip` for ever."""
    st = new_state(inst, orders)
    return Search(inst=inst, st=st, mem=_memory(inst, st, seed, skip))


def one_less(
    inst: Instance, orders: Orders, rounds: int, *, seed: int, stop: Callable[[], bool] = lambda: False
) -> Orders | None:
    """Return a plan with one route less and no more absent visits, or None when the rounds find none.

    The route with the least work is shut; its visits are absent at a price that a detour can reach, so that they change
    places with others until all have one.
    """
    absent = len(inst.place) - sum(len(order) for order in orders.values())
    cheap = inst._replace(absent=np.full_like(inst.absent, CHEAP_S))
    work = {slot: int(inst.stay[list(order)].sum()) for slot, order in orders.items()}
    least = min(work, key=lambda slot: (work[slot], slot))
    search = open_search(cheap, {slot: order for slot, order in orders.items() if slot != least}, seed=seed)
    search.st.shut[:] = search.st.size == 0
    search.st.free[:] = -1
    while search.rounds < rounds and not stop():
        search.run(SQUEEZE, SQUEEZE_S, whole=0.0)
        if search.mem.numbers[ABSENT] <= absent:
            return search.now()
    return None


def hot_s(inst: Instance) -> float:
    """Return the temperature to begin with."""
    if not inst.apart:
        return HOT_S
    return max(HOT_S, HOTTEST_S * min(1.0, HOTTEST_VISITS / max(len(inst.place), 1)))


def pieces(effort: Effort, *, clock: Callable[[], float] = time.thread_time) -> Iterator[tuple[int, float]]:
    """Yield (rounds, temperature) until the effort is spent; the caller makes the rounds between two items."""
    began, done = clock(), 0
    while (share := effort.share(done, clock() - began)) < 1.0:
        rounds = CHUNK if effort.rounds is None else min(CHUNK, effort.rounds - done)
        yield rounds, effort.hot_s * (effort.cold_s / effort.hot_s) ** share
        done += rounds


def improve(
    inst: Instance, orders: Orders, effort: Effort, *, seed: int, tick: Callable[[Search], None] = lambda search: None
) -> Orders:
    """Return a plan that costs no more than `orders`. `tick` sees the search after each piece and may raise to stop."""
    search = open_search(inst, orders, seed=seed)
    for rounds, heat in pieces(effort):
        search.run(rounds, heat)
        tick(search)
    return search.best()
