"""The `travel` part of plan.json: how the plan's legs were measured. Keys that say nothing new are left out."""

from __future__ import annotations

import json
from typing import Any

from gridplan.model.crew import TravelMode
from gridplan.model.hours import DAY_S, clock, parse_clock
from gridplan.model.plan import PlanTravel
from gridplan.model.round import BusyHours

Json = dict[str, Any]
LOWEST_FACTOR, HIGHEST_FACTOR = 1.0, 10.0


def travel_to_json(travel: PlanTravel) -> Json:
    """Return what a plan says of its travel as plain values."""
    data: Json = {
        "engine": travel.engine,
        "detour": travel.detour,
        "speed_kmh": {mode.value: speed for mode, speed in travel.speed_kmh.items()},
        "set_up_min": travel.set_up_min,
    }
    if travel.profiles:
        data["profiles"] = json.loads(travel.profiles)
    if travel.factors:
        data["factors"] = [
            {"from": clock(busy.from_s), "to": clock(busy.to_s), "factor": busy.factor}
            | {"modes": [mode.value for mode in busy.modes]}
            for busy in travel.factors
        ]
    if travel.urls:
        data |= {"urls": dict(travel.urls), "version": travel.version, "legs_sha256": travel.legs_sha256}
    return data


def travel_from_json(data: Json) -> PlanTravel:
    """Return what `travel_to_json` wrote; KeyError, TypeError or ValueError for anything else."""
    return PlanTravel(
        engine=str(data["engine"]),
        detour=float(data["detour"]),
        speed_kmh={TravelMode(mode): float(speed) for mode, speed in data["speed_kmh"].items()},
        set_up_min=int(data["set_up_min"]),
        profiles=profiles_text(data.get("profiles", {})),
        factors=tuple(_busy_from(item) for item in data.get("factors", ())),
        urls={str(mode): str(url) for mode, url in data.get("urls", {}).items()},
        version=str(data.get("version", "")),
        legs_sha256=str(data.get("legs_sha256", "")),
    )


def profiles_text(changed: Json) -> str:
    """Return changed keys of the road profiles as JSON text, the same for equal ones, "" for none."""
    if not isinstance(changed, dict):
        raise TypeError(f"{changed!r} is no table of profiles")
    return json.dumps(changed, ensure_ascii=False, sort_keys=True) if changed else ""


def _busy_from(data: Json) -> BusyHours:
    from_s, to_s, factor = parse_clock(data["from"]), parse_clock(data["to"]), float(data["factor"])
    if not 0 <= from_s < to_s <= DAY_S or not LOWEST_FACTOR <= factor <= HIGHEST_FACTOR:
        raise ValueError(f"{data!r} are no busy hours")
    return BusyHours(
        from_s=from_s, to_s=to_s, factor=factor, modes=tuple(TravelMode(mode) for mode in data.get("modes", ()))
    )
