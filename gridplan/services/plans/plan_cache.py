"""Stored plans opened once: the noun, its travel engine and the plan after some steps by hand, kept while the process lives.

A stored plan never changes, and the same steps lead from it to the same plan: nothing here can be out of date.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from gridplan.model.circles import settle
from gridplan.model.edit import Edit, edit_to_json
from gridplan.model.plan import Plan
from gridplan.model.record import PlanId
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.judge.check import gap_of
from gridplan.routing.replan.editing import Edited, edited
from gridplan.routing.replan.legs import Remembering
from gridplan.services.desk import Desk

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
MOST_PLANS, MOST_STATES, MOST_BODIES = 8, 256, 24


class Newest(Generic[K, V]):
    """Keeps the values asked for last. Two threads may make one value twice; it is the same value."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of a key, made where it is not known."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        self.put(key, made)
        return made

    def peek(self, key: K) -> V | None:
        """Return the value of a key if it is known."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value, and forget the one that was not asked for the longest."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


class _Opened:
    """What is kept for one desk."""

    def __init__(self) -> None:
        self.plans: Newest[int, Plan] = Newest(MOST_PLANS)
        self.engines: Newest[tuple[object, ...], Remembering] = Newest(MOST_PLANS)
        self.states: Newest[tuple[int, str], Edited] = Newest(MOST_STATES)
        self.bodies: Newest[tuple[object, ...], bytes] = Newest(MOST_BODIES)


_DESKS: WeakKeyDictionary[Desk, _Opened] = WeakKeyDictionary()
_LOCK = threading.Lock()


def _of(desk: Desk) -> _Opened:
    with _LOCK:
        return _DESKS.setdefault(desk, _Opened())


def stored_plan(desk: Desk, plan_id: int) -> Plan:
    """Return a stored plan; raises NotFound."""

    def read() -> Plan:
        with desk.store.reading() as t:
            plan = t.plans.plan(PlanId(plan_id))
        settle(len(plan.sites))
        return plan

    return _of(desk).plans.get(plan_id, read)


def engine_for(desk: Desk, plan: Plan) -> Remembering:
    """Return the engine that a plan was timed with; it remembers its legs."""
    network = desk.network(plan.travel.profiles)
    travel = plan.travel
    speeds = tuple(sorted((mode.value, speed) for mode, speed in travel.speed_kmh.items()))
    # The network itself is part of the key: other streets of the same name are another engine.
    key = (network, travel.engine, travel.detour, speeds, travel.legs_sha256)
    return _of(desk).engines.get(key, lambda: Remembering(desk.engine(plan)))


def kept_body(desk: Desk, key: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
    """Return bytes that follow from stored plans and steps alone, made once."""
    return _of(desk).bodies.get(key, make)


def steps_key(steps: Sequence[Edit]) -> str:
    """Return a text that is the same for the same steps."""
    return json.dumps([edit_to_json(edit) for edit in steps], sort_keys=True)


def after(desk: Desk, root: int, steps: Sequence[Edit]) -> Plan:
    """Return the plan to which steps lead from a stored one; its bound is the root's, see `settled`."""
    if not steps:
        return stored_plan(desk, root)
    return after_last(desk, root, steps).plan


def after_last(desk: Desk, root: int, steps: Sequence[Edit]) -> Edited:
    """Return what the last of some steps made of the plan."""
    states = _of(desk).states
    done = next((n for n in range(len(steps), 0, -1) if states.peek((root, steps_key(steps[:n])))), 0)
    found = states.peek((root, steps_key(steps[:done]))) if done else None
    plan = found.plan if found else stored_plan(desk, root)
    for n in range(done, len(steps)):
        found = edited(plan, engine_for(desk, plan), steps[n])
        plan = found.plan
        states.put((root, steps_key(steps[: n + 1])), found)
    assert found is not None
    return found


def settled(desk: Desk, plan: Plan) -> Plan:
    """Return a plan with the bound and the gap of the visits that it now plans."""
    bound = lower_bound(plan, engine_for(desk, plan), plan.round.wishes.team_day_min)
    return replace(plan, bound=bound, gap=gap_of(plan.figures.cost, bound.cost))
