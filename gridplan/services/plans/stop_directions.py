"""The way to one stop of a stored plan, street by street, from the desk's own roads."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from gridplan.model.directions import Directions
from gridplan.model.plan import Plan, Route
from gridplan.roads.directions import Guide
from gridplan.roads.engine import RoadEngine
from gridplan.roads.network import RoadNetwork
from gridplan.services.desk import Desk
from gridplan.services.folders.checking import engine_of
from gridplan.services.folders.directions import guide_of, leg_directions
from gridplan.services.folders.legs import ELSEWHERE

_KNOWN: WeakKeyDictionary[RoadNetwork, tuple[RoadEngine, Guide]] = WeakKeyDictionary()
"""Engine and guide of the networks that desks hold: a page is asked for again and again."""


def stop_directions(desk: Desk, plan: Plan, route: Route, seq: int) -> Directions | None:
    """Return the directions to one stop (`seq` from 1) of a route; None when the roads it was timed on are gone.

    Whoever asks must have been let see the route.
    """
    if plan.travel.engine in ELSEWHERE:
        return leg_directions(plan, route, desk.engine(plan), Guide(None, served=True), seq - 1)
    if plan.travel.engine != "roads":
        return leg_directions(plan, route, engine_of(plan, None), Guide(None), seq - 1)
    network = desk.network(plan.travel.profiles)
    if network is None:
        return None
    if network not in _KNOWN:
        with desk.file("roads") as path:
            _KNOWN[network] = RoadEngine(network), guide_of(network, path)
    engine, guide = _KNOWN[network]
    return leg_directions(plan, route, engine, guide, seq - 1)
