"""Travel measured by a server elsewhere: asked for a round whose settings say so, kept beside its plan, read again without it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from gridplan.model.crew import Team, TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.plan import Plan, PlanTravel
from gridplan.model.round import TravelSettings, TravelSource, Visit
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.roads.remote.engine import AskingEngine, KnownEngine
from gridplan.roads.remote.legs import Legs, digest_of, from_arrays, to_arrays
from gridplan.roads.remote.osrm import Osrm
from gridplan.roads.remote.source import Source
from gridplan.roads.remote.valhalla import Valhalla
from gridplan.roads.remote.web import Web
from gridplan.services.folders.streets import kept

LEGS = "travel.npz"
ELSEWHERE = frozenset({TravelSource.OSRM.value, TravelSource.VALHALLA.value})
_SHA256 = re.compile("[0-9a-f]{64}")
Points = Mapping[TravelMode, Sequence[LonLat]]


# ---- asking ----------------------------------------------------------------------------------------------------------


def asking_engine(settings: TravelSettings) -> AskingEngine:
    """Return the engine of the server that round.toml names; nothing is sent before legs are asked for."""
    name = settings.engine.value
    webs = {
        mode: Web(engine=name, base=url)
        for mode in TravelMode
        if (url := settings.urls.get(mode.value) or settings.urls.get(""))
    }
    source: Source = Osrm(webs) if settings.engine is TravelSource.OSRM else Valhalla(webs, settings.speed_kmh)
    return AskingEngine(source, kept())


def points_of(teams: Iterable[Team], visits: Iterable[Visit], bases: Sequence[LonLat] = ()) -> Points:
    """Return where each mode of the teams travels between: their bases, other `bases` and the places of visits."""
    places = [visit.place for visit in visits]
    found: dict[TravelMode, list[LonLat]] = {}
    for team in teams:
        found.setdefault(team.mode, [*bases, *places]).append(team.base)
    return {mode: sorted(set(points)) for mode, points in found.items()}


def with_legs(travel: PlanTravel, engine: TravelEngine, settings: TravelSettings, points: Points) -> PlanTravel:
    """Return how a plan says that a server measured its legs: by which address, which version, which legs."""
    if not isinstance(engine, AskingEngine):
        return travel
    legs = engine.part(points)
    used = {key: url for key, url in settings.urls.items() if key == "" or TravelMode(key) in points}
    return replace(travel, urls=used, version=engine.version(points), legs_sha256=digest_of(legs))


def sent_note(settings: TravelSettings, points: Points) -> list[Text]:
    """Say which points went where, and what of the settings the server does not heed."""
    engine = say(f"remote.name_{settings.engine}")
    many = len({point for some in points.values() for point in some})
    said = [say("remote.sent", engine=engine, url="、".join(sorted(set(settings.urls.values()))), points=many)]
    return [*said, say("remote.no_profiles", engine=engine)] if settings.profiles else said


def how_had(engine: TravelEngine) -> list[Text]:
    """Say how the legs were had this time: from the server or from what was kept, and how many are drawn straight."""
    said: list[Text] = []
    if isinstance(engine, AskingEngine):
        name = say(f"remote.name_{engine.name}")
        key, fields = ("remote.asked", {"requests": engine.requests}) if engine.requests else ("remote.from_cache", {})
        said += [say(key, engine=name, **fields), *engine.notes.values()]
    if isinstance(engine, KnownEngine) and engine.straight:
        said.append(say("remote.straight", legs=len(engine.straight)))
    return said


# ---- keeping ---------------------------------------------------------------------------------------------------------


def pack_legs(plan: Plan, engine: TravelEngine) -> bytes | None:
    """Return the file that a plan's legs are kept in, the ways of its routes with them; None where no server measured them."""
    if not isinstance(engine, KnownEngine):
        return None
    places = {visit.id: visit.place for visit in plan.visits}
    teams = {team.id: team for team in plan.teams}
    for route in plan.routes:
        base = teams[route.team].base
        engine.paths([base, *(places[stop.visit] for stop in route.stops), base], teams[route.team].mode)
    legs = engine.part(points_of(plan.teams, plan.visits))
    if isinstance(engine, AskingEngine):
        engine.keep()
        kept().write(f"legs-{digest_of(legs)}", to_arrays(legs))
    file = io.BytesIO()
    np.savez_compressed(file, **cast(Any, to_arrays(legs)))
    return file.getvalue()


def known_engine(plan: Plan, content: bytes | None) -> KnownEngine:
    """Return the engine of a plan whose legs a server measured, from the file beside it, else from this machine's cache.

    Raises
    ------
    InputError
        They are in neither place, or the file is no such file.
    """
    travel = plan.travel
    if content is None:
        known = _SHA256.fullmatch(travel.legs_sha256)  # it becomes the name of a file
        legs = kept().read(f"legs-{travel.legs_sha256}", from_arrays) if known else None
        if legs is None:
            raise InputError(say("remote.no_legs", file=LEGS, **_server(travel)))
    else:
        legs = _unpacked(content)
    return KnownEngine(travel.engine, legs)


def _unpacked(content: bytes) -> Legs:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return from_arrays(arrays)
    except (OSError, ValueError, KeyError, EOFError, TypeError, IndexError, zipfile.BadZipFile):
        raise InputError(say("remote.bad_legs", file=LEGS)) from None


def read_legs(out: Path) -> bytes | None:
    """Return the file of legs in a plan's folder, None where there is none."""
    try:
        return (out / LEGS).read_bytes()
    except FileNotFoundError:
        return None


def legs_differ(plan: Plan, engine: TravelEngine) -> list[Text]:
    """Tell when the legs at hand are not those that the plan names."""
    if not isinstance(engine, KnownEngine) or digest_of(engine.legs) == plan.travel.legs_sha256:
        return []
    return [say("remote.legs_changed", file=LEGS)]


def checked_note(plan: Plan) -> list[Text]:
    """Say that a check used the legs kept with the plan."""
    return [say("remote.checked", **_server(plan.travel))] if plan.travel.engine in ELSEWHERE else []


def _server(travel: PlanTravel) -> dict[str, object]:
    return {"engine": say(f"remote.name_{travel.engine}"), "url": "、".join(sorted(set(travel.urls.values())))}
