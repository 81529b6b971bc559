"""The plan in the making for compiled code tells the same times as the timetable, and keeps its cost in step."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from gridplan.model.crew import Shift
from gridplan.routing.search.instance import Instance, build_instance
from gridplan.routing.search.state import State, detour, fill, in_time, insert, new_state, orders_of, refresh, take
from gridplan.routing.timeline import Orders, Timetable
from tests.routing.tiny import tiny_round

ALL_DAY = Shift(name="day", start_s=25200, end_s=82800)


def _table(seed: int, *, long: bool = False) -> Timetable:
    """A round of thirty visits, half of them with shifts so long that lunch and split windows meet in one route."""
    asked = tiny_round(seed, visits=30)
    if long:
        lunch = next((shift.lunch for team in asked.teams for shift in team.shifts if shift.lunch), None)
        shift = replace(ALL_DAY, lunch=lunch)
        asked = replace(asked, teams=tuple(replace(team, shifts=(shift,)) for team in asked.teams), before={})
    return Timetable(asked)


def _filled(table: Timetable, inst: Instance, random: Random, tries: int = 300) -> State:
    """A state with visits put at random wherever the timetable allows it."""
    orders: Orders = {}
    out = list(range(len(table.problem.visits)))
    for _ in range(tries):
        if not out or not table.slots:
            break
        visit, slot = random.choice(out), random.randrange(len(table.slots))
        order = orders.get(slot, ())
        stop = random.randint(0, len(order))
        longer = (*order[:stop], visit, *order[stop:])
        if table.time(slot, longer) is not None:
            orders[slot] = longer
            out.remove(visit)
    return new_state(inst, orders)


@pytest.mark.parametrize("seed", range(60))
def test_an_insertion_is_in_time_just_when_the_whole_route_is(seed: int) -> None:
    table, random = _table(seed, long=seed % 2 == 1), Random(seed)
    inst = build_instance(table)
    st = _filled(table, inst, random)
    orders = orders_of(st)
    for slot in range(len(table.slots)):
        order = orders.get(slot, ())
        for visit in np.flatnonzero(st.slot_of != slot).tolist():
            if not table.lawful(visit, slot):
                continue
            for stop in range(len(order) + 1):
                longer = (*order[:stop], visit, *order[stop:])
                right = table.time(slot, longer) is not None
                assert bool(in_time(inst, st, slot, stop, visit)) == right, (slot, longer)
                way = table.travel_s(slot, longer) - table.travel_s(slot, order)
                assert int(detour(inst, st, slot, stop, visit)) == way


@pytest.mark.parametrize("seed", range(30))
def test_cost_and_tallies_stay_in_step_while_visits_come_and_go(seed: int) -> None:
    table, random = _table(seed), Random(seed)
    inst = build_instance(table, district=True)
    st = _filled(table, inst, random, tries=60)
    for _ in range(150):
        visit = random.randrange(len(table.problem.visits))
        slot = int(st.slot_of[visit])
        if slot >= 0:
            order = orders_of(st)[slot]
            take(inst, st, slot, int(st.at[visit]), 1)
            if not refresh(inst, st, slot):  # legs that break the triangle rule
                take(inst, st, slot, 1, len(order) - 1)
                refresh(inst, st, slot)
        elif slots := [number for number in range(len(table.slots)) if table.lawful(visit, number)]:
            slot = random.choice(slots)
            stop = random.randint(0, int(st.size[slot]))
            if in_time(inst, st, slot, stop, visit):
                assert insert(inst, st, slot, stop, visit)
    again = new_state(inst, orders_of(st))
    for name in ("cost", "travel", "work", "td_routes", "td_work", "td_towns", "in_community", "in_township", "nights"):
        assert np.array_equal(getattr(st, name), getattr(again, name)), name
    assert np.array_equal(st.group_stops, again.group_stops)
    assert np.array_equal(st.group_counted, again.group_counted)


def test_an_order_that_is_late_is_refused() -> None:
    table = _table(0)
    inst = build_instance(table)
    st = new_state(inst, {})
    everybody = np.arange(len(table.problem.visits), dtype=np.int32)[: st.order.shape[1]]
    assert not fill(inst, st, 0, everybody)
    with pytest.raises(ValueError, match="slot 0 is not in time"):
        new_state(inst, {0: tuple(everybody.tolist())})
