"""A plan in the making for compiled code: orders, times and tallies of every slot, and the moves that keep them in step.

Times follow the rule of `timeline`: waiting is free, so earlier is never worse. Each stop therefore keeps the earliest
moment it can be left before lunch (`left`) and after it (`left_fed`), and the latest moment a visit may become ready with
lunch still to come (`last`) or eaten (`last_fed`) so that the rest of the route is in time. With these four an insertion
is judged without walking the route. Stop 0 and stop len + 1 are the base.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridplan.routing.search.compiled import compiled, small
from gridplan.routing.search.instance import (
    BY_DAY,
    BY_TEAM_DAY,
    NO_GROUP,
    Instance,
)

NEVER = 1 << 40
"""Later than any moment of a day."""
LONGEST = 200
"""The most stops a route can have."""


class State(NamedTuple):
    """Orders and tallies; see the module. `cost` holds [cost in seconds] so that compiled code can write it."""

    order: NDArray[np.int32]  # (S, longest)
    size: NDArray[np.int32]  # (S,)
    slot_of: NDArray[np.int32]  # (n,) -1 = absent
    at: NDArray[np.int32]  # (n,) stop number from 1
    left: NDArray[np.int64]  # (S, longest + 2)
    left_fed: NDArray[np.int64]
    last: NDArray[np.int64]
    last_fed: NDArray[np.int64]
    work: NDArray[np.int64]  # (S,) legs, set-ups and visits
    travel: NDArray[np.int64]  # (S,)
    td_routes: NDArray[np.int32]  # (T,) routes of each team-day
    td_work: NDArray[np.int64]  # (T,)
    td_towns: NDArray[np.int32]  # (T,) townships of each team-day
    in_community: NDArray[np.int16]  # (T, communities) stops
    in_township: NDArray[np.int16]  # (T, townships) stops
    group_stops: NDArray[np.int32]
    group_counted: NDArray[np.int32]
    nights: NDArray[np.int64]  # (1,)
    shut: NDArray[np.bool_]  # (S,) slots that may not be opened
    free: NDArray[np.int32]  # (kinds, 2) an empty slot of each kind: its team-day is worked already / is not
    cost: NDArray[np.int64]  # (1,)


@small
def _earliest(inst, visit, day, ready):
    """Earliest start ≥ ready inside a window, or -1."""
    first, last = inst.window_at[inst.profile[visit], day, 0], inst.window_at[inst.profile[visit], day, 1]
    for row in range(first, last):
        start = max(ready, inst.window[row, 0])
        if start + inst.stay[visit] <= inst.window[row, 1]:
            return start
    return -1


@small
def _latest(inst, visit, day, leave):
    """Latest start of a visit left no later than `leave`, or -1."""
    first, last = inst.window_at[inst.profile[visit], day, 0], inst.window_at[inst.profile[visit], day, 1]
    for back in range(last - first):
        row = last - 1 - back
        start = min(leave, inst.window[row, 1]) - inst.stay[visit]
        if start >= inst.window[row, 0]:
            return start
    return -1


@small
def _place(inst, st, slot, stop):
    """Place of a stop; the base for stop 0 and the one after the last."""
    if stop == 0 or stop > st.size[slot]:
        return inst.base[slot]
    return inst.place[st.order[slot, stop - 1]]


@small
def _lead(inst, slot, here, from_base, there):
    """Seconds from leaving `here` to a visit at `there` being ready."""
    if here == there and not from_base:
        return 0
    return inst.leg[inst.mode[slot], here, there] + inst.set_up_s


@small
def _uneven(inst, work, routes):
    """Price of a team-day's minutes outside the band."""
    if routes == 0:
        return 0
    return (max(inst.band_low_s - work, 0) + max(work - inst.band_high_s, 0)) * inst.uneven_pm // 1000


@small
def _fed(inst, slot, left, lead):
    """When the next visit is ready if lunch is taken after leaving at `left`; NEVER when it would begin too late."""
    if inst.lunch_s[slot] == 0 or left >= NEVER:
        return NEVER
    begin = max(left, inst.lunch_from[slot])
    if begin > inst.lunch_to[slot]:
        return NEVER
    return max(left + lead, begin) + inst.lunch_s[slot]


@compiled
def refresh(inst, st, slot):
    """Recompute times and sums of a slot; return whether it is in time. Keeps the tallies of work and its cost in step."""
    size, day, mode, base = st.size[slot], inst.day[slot], inst.mode[slot], inst.base[slot]
    left, fed = np.int64(inst.start[slot]), np.int64(NEVER)
    st.left[slot, 0], st.left_fed[slot, 0] = left, fed
    travel = work = np.int64(0)
    here, from_base = base, True
    for stop in range(1, size + 1):
        visit = st.order[slot, stop - 1]
        there = inst.place[visit]
        lead = _lead(inst, slot, here, from_base, there)
        travel += inst.leg[mode, here, there]
        work += lead + inst.stay[visit]
        ready = min(fed + lead, _fed(inst, slot, left, lead))
        if ready < NEVER:
            start = _earliest(inst, visit, day, ready)
            fed = start + inst.stay[visit] if start >= 0 else np.int64(NEVER)
        else:
            fed = np.int64(NEVER)
        if left < NEVER:
            start = _earliest(inst, visit, day, left + lead)
            left = start + inst.stay[visit] if start >= 0 else np.int64(NEVER)
        st.left[slot, stop], st.left_fed[slot, stop] = left, fed
        here, from_base = there, False
    home = inst.leg[mode, here, base] if size else 0
    travel += home
    work += home
    hungry = inst.lunch_s[slot] > 0
    limit = min(inst.end[slot], inst.lunch_to[slot]) if hungry else inst.end[slot]
    good = left + home <= limit or (hungry and min(fed + home, _fed(inst, slot, left, home)) <= inst.end[slot])
    # Backwards: how late may each visit become ready?
    st.last[slot, size + 1], st.last_fed[slot, size + 1] = limit, inst.end[slot]
    for back in range(size):
        stop = size - back
        visit = st.order[slot, stop - 1]
        here = inst.place[visit]
        if stop == size:
            lead = inst.leg[mode, here, base]
        else:
            lead = _lead(inst, slot, here, False, inst.place[st.order[slot, stop]])
        leave_fed = st.last_fed[slot, stop + 1] - lead
        st.last_fed[slot, stop] = _latest(inst, visit, day, leave_fed)
        leave = st.last[slot, stop + 1] - lead
        if hungry and inst.lunch_from[slot] + inst.lunch_s[slot] <= st.last_fed[slot, stop + 1]:
            leave = max(leave, min(np.int64(inst.lunch_to[slot]), leave_fed - inst.lunch_s[slot]))
        st.last[slot, stop] = _latest(inst, visit, day, leave)
    td = inst.team_day[slot]
    routes = st.td_routes[td]
    st.cost[0] += travel - st.travel[slot]
    if inst.uneven_pm > 0:
        st.cost[0] -= _uneven(inst, st.td_work[td], routes)
    st.td_work[td] += work - st.work[slot]
    if inst.uneven_pm > 0:
        st.cost[0] += _uneven(inst, st.td_work[td], routes)
    st.travel[slot], st.work[slot] = travel, work
    return good


@small
def in_time(inst, st, slot, stop, visit):
    """Whether `visit` may be put after stop number `stop` of the slot."""
    day, base = inst.day[slot], inst.base[slot]
    there = inst.place[visit]
    here = _place(inst, st, slot, stop)
    lead = _lead(inst, slot, here, stop == 0, there)
    after = _place(inst, st, slot, stop + 1)
    onward = inst.leg[inst.mode[slot], there, base] if stop == st.size[slot] else _lead(inst, slot, there, False, after)
    left = st.left[slot, stop]
    if left < NEVER:
        start = _earliest(inst, visit, day, left + lead)
        if start >= 0:
            left = start + inst.stay[visit]
            if left + onward <= st.last[slot, stop + 1]:
                return True
            if _fed(inst, slot, left, onward) <= st.last_fed[slot, stop + 1]:
                return True
    if inst.lunch_s[slot] == 0:
        return False
    ready = min(st.left_fed[slot, stop] + lead, _fed(inst, slot, st.left[slot, stop], lead))
    if ready >= NEVER:
        return False
    start = _earliest(inst, visit, day, ready)
    return start >= 0 and start + inst.stay[visit] + onward <= st.last_fed[slot, stop + 1]


@small
def detour(inst, st, slot, stop, visit):
    """Extra seconds on the road when `visit` is put after stop number `stop`."""
    here, after, there = _place(inst, st, slot, stop), _place(inst, st, slot, stop + 1), inst.place[visit]
    mode = inst.mode[slot]
    now = inst.leg[mode, here, after] if st.size[slot] else 0
    return np.int64(inst.leg[mode, here, there]) + inst.leg[mode, there, after] - now


@small
def _set_up_change(inst, st, slot, stop, visit):
    """Extra seconds of set-up when `visit` is put after stop number `stop`."""
    there, here, after = inst.place[visit], _place(inst, st, slot, stop), _place(inst, st, slot, stop + 1)
    extra = 0 if (stop > 0 and here == there) else inst.set_up_s
    if stop < st.size[slot]:
        now = 0 if (stop > 0 and here == after) else inst.set_up_s
        extra += (0 if there == after else inst.set_up_s) - now
    return extra


@small
def _group(inst, visit, slot):
    """Group in which a visit counts to the minimum."""
    if inst.group_by == BY_DAY:
        return inst.day[slot]
    if inst.group_by == BY_TEAM_DAY:
        return inst.team_day[slot]
    town = inst.township[visit]
    return (inst.townships if town < 0 else town) * inst.days + inst.day[slot]


@small
def _short(inst, group, stops, counted):
    """Visits a group lacks."""
    if stops == 0 and not inst.every:
        return 0
    return max(inst.least[group] - counted, 0)


@small
def surcharge(inst, st, visit, slot):
    """Price of the visit in that slot beside travel and unevenness; NEVER or more where a limit forbids it."""
    td, price = inst.team_day[slot], np.int64(0)
    if st.td_routes[td] == 0:
        price += inst.team_day_s
    town = inst.township[visit]
    if town >= 0 and (inst.township_s > 0 or inst.townships_most > 0) and st.in_township[td, town] == 0:
        if 0 < inst.townships_most <= st.td_towns[td]:
            price += (
                2 * NEVER
            )  # no other price brings it below NEVER, and a plan beyond the limit keeps a cost that adds up
        price += inst.township_s
    community = inst.community[visit]
    if inst.community_s > 0 and community >= 0 and st.in_community[td, community] == 0:
        price += inst.community_s
    if inst.abroad_s > 0 and inst.abroad[town, inst.team[slot]]:
        price += inst.abroad_s
    if inst.before[visit] >= 0 and inst.before[visit] != slot:
        price += inst.moved_s
    if inst.group_by != NO_GROUP:
        group = _group(inst, visit, slot)
        stops, counted = st.group_stops[group], st.group_counted[group]
        change = _short(inst, group, stops + 1, counted + inst.counted[visit]) - _short(inst, group, stops, counted)
        price += change * inst.short_s
    if inst.night_least > 0 and inst.night[slot] and not inst.second[visit] and st.nights[0] < inst.night_least:
        price -= inst.short_s
    return price


@small
def uneven_change(inst, st, slot, stop, visit, extra):
    """Price of the change in unevenness when `visit` is put after stop number `stop` at `extra` seconds of travel."""
    if inst.uneven_pm == 0:
        return np.int64(0)
    td = inst.team_day[slot]
    more = extra + inst.stay[visit] + _set_up_change(inst, st, slot, stop, visit)
    now = _uneven(inst, st.td_work[td], st.td_routes[td])
    return np.int64(_uneven(inst, st.td_work[td] + more, max(st.td_routes[td], 1)) - now)


@compiled
def find_free(inst, st, kind):
    """Look for empty slots of a kind: one whose team-day is worked already, one whose is not."""
    st.free[kind, 0] = st.free[kind, 1] = -1
    for row in range(inst.kind_at[kind], inst.kind_at[kind + 1]):
        slot = inst.kind_slots[row]
        if st.size[slot] == 0 and not st.shut[slot]:
            column = 0 if st.td_routes[inst.team_day[slot]] > 0 else 1
            if st.free[kind, column] < 0:
                st.free[kind, column] = slot


@compiled
def count_in(inst, st, visit, slot):
    """Tally a visit that joins a slot (its order apart)."""
    st.cost[0] += surcharge(inst, st, visit, slot) - inst.absent[visit]
    td = inst.team_day[slot]
    # What has no price and no limit is not tallied: that would cost time in every round.
    if inst.township_s > 0 or inst.townships_most > 0:
        town = inst.township[visit]
        if town >= 0:
            st.td_towns[td] += st.in_township[td, town] == 0
            st.in_township[td, town] += 1
    if inst.community_s > 0:
        community = inst.community[visit]
        if community >= 0:
            st.in_community[td, community] += 1
    if inst.group_by != NO_GROUP:
        group = _group(inst, visit, slot)
        st.group_stops[group] += 1
        st.group_counted[group] += inst.counted[visit]
    st.nights[0] += inst.night[slot] and not inst.second[visit]
    if st.size[slot] == 0:
        if inst.uneven_pm > 0:
            st.cost[0] -= _uneven(inst, st.td_work[td], st.td_routes[td])
        st.td_routes[td] += 1
        if inst.uneven_pm > 0:
            st.cost[0] += _uneven(inst, st.td_work[td], st.td_routes[td])
    st.slot_of[visit] = slot
    st.size[slot] += 1


@compiled
def count_out(inst, st, visit, slot):
    """Tally a visit that leaves a slot (its order apart)."""
    td = inst.team_day[slot]
    st.size[slot] -= 1
    if st.size[slot] == 0:
        if inst.uneven_pm > 0:
            st.cost[0] -= _uneven(inst, st.td_work[td], st.td_routes[td])
        st.td_routes[td] -= 1
        if inst.uneven_pm > 0:
            st.cost[0] += _uneven(inst, st.td_work[td], st.td_routes[td])
    st.nights[0] -= inst.night[slot] and not inst.second[visit]
    if inst.group_by != NO_GROUP:
        group = _group(inst, visit, slot)
        st.group_stops[group] -= 1
        st.group_counted[group] -= inst.counted[visit]
    if inst.community_s > 0:
        community = inst.community[visit]
        if community >= 0:
            st.in_community[td, community] -= 1
    if inst.township_s > 0 or inst.townships_most > 0:
        town = inst.township[visit]
        if town >= 0:
            st.in_township[td, town] -= 1
            st.td_towns[td] -= st.in_township[td, town] == 0
    st.cost[0] -= surcharge(inst, st, visit, slot) - inst.absent[visit]
    st.slot_of[visit] = -1


@compiled
def insert(inst, st, slot, stop, visit):
    """Put a visit after stop number `stop`; return whether the route is in time."""
    count_in(inst, st, visit, slot)
    size = st.size[slot]
    for number in range(size - 1, stop, -1):
        moved = st.order[slot, number - 1]
        st.order[slot, number] = moved
        st.at[moved] = number + 1
    st.order[slot, stop] = visit
    st.at[visit] = stop + 1
    return refresh(inst, st, slot)


@compiled
def take(inst, st, slot, first, count):
    """Take `count` stops from number `first` (from 1) on out of a slot; the times are not refreshed."""
    size = st.size[slot]
    for number in range(first - 1, first - 1 + count):
        count_out(inst, st, st.order[slot, number], slot)
    for number in range(first - 1 + count, size):
        moved = st.order[slot, number]
        st.order[slot, number - count] = moved
        st.at[moved] = number - count + 1


@compiled
def fill(inst, st, slot, visits):
    """Give an empty slot these visits in this order; return whether it is in time."""
    for number in range(len(visits)):
        visit = visits[number]
        count_in(inst, st, visit, slot)
        st.order[slot, number] = visit
        st.at[visit] = number + 1
    return refresh(inst, st, slot)


def longest_route(inst: Instance) -> int:
    """Return how many stops the longest route can have."""
    if not len(inst.stay) or not len(inst.start):
        return 1
    span = int((inst.end - inst.start).max())
    room = np.searchsorted(np.cumsum(np.sort(inst.stay.astype(np.int64))), span, side="right")
    return min(int(room) + 1, len(inst.stay), LONGEST)


def new_state(inst: Instance, orders: Mapping[int, Sequence[int]]) -> State:
    """Return the state of a plan; all other visits are absent. An order that is not in time raises ValueError."""
    slots, visits, longest = len(inst.start), len(inst.place), longest_route(inst)
    if orders:
        longest = max(longest, max(len(order) for order in orders.values()))
    groups = len(inst.least)
    st = State(
        order=np.zeros((slots, longest), dtype=np.int32),
        size=np.zeros(slots, dtype=np.int32),
        slot_of=np.full(visits, -1, dtype=np.int32),
        at=np.zeros(visits, dtype=np.int32),
        left=np.zeros((slots, longest + 2), dtype=np.int64),
        left_fed=np.zeros((slots, longest + 2), dtype=np.int64),
        last=np.zeros((slots, longest + 2), dtype=np.int64),
        last_fed=np.zeros((slots, longest + 2), dtype=np.int64),
        work=np.zeros(slots, dtype=np.int64),
        travel=np.zeros(slots, dtype=np.int64),
        td_routes=np.zeros(inst.team_days, dtype=np.int32),
        td_work=np.zeros(inst.team_days, dtype=np.int64),
        td_towns=np.zeros(inst.team_days, dtype=np.int32),
        in_community=np.zeros((inst.team_days, max(inst.communities, 1)), dtype=np.int16),
        in_township=np.zeros((inst.team_days, max(inst.townships, 1)), dtype=np.int16),
        group_stops=np.zeros(groups, dtype=np.int32),
        group_counted=np.zeros(groups, dtype=np.int32),
        nights=np.zeros(1, dtype=np.int64),
        shut=np.zeros(slots, dtype=np.bool_),
        free=np.full((inst.kinds, 2), -1, dtype=np.int32),
        cost=np.zeros(1, dtype=np.int64),
    )
    cost = int(inst.absent.sum()) + inst.night_least * inst.short_s
    if inst.group_by != NO_GROUP and inst.every:
        cost += int(inst.least.sum()) * inst.short_s
    st.cost[0] = cost
    for slot in range(slots):
        if not refresh(inst, st, slot):
            raise ValueError(f"slot {slot} is not in time without any visit")
    for slot, order in orders.items():
        if not fill(inst, st, slot, np.array(order, dtype=np.int32)):
            raise ValueError(f"the order of slot {slot} is not in time")
    return st


def orders_of(st: State) -> dict[int, tuple[int, ...]]:
    """Return the orders of all slots that have stops."""
    return {
        int(slot): tuple(int(visit) for visit in st.order[slot, : st.size[slot]]) for slot in np.flatnonzero(st.size)
    }
