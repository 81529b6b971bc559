"""What roads mean for each way of travelling, as data: profiles.toml beside this file, with the keys that a folder changes."""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.words import say

Data = Mapping[str, Any]
_FILE = Path(__file__).with_suffix(".toml")
_HIGHEST = {"kmh": 200.0, "opened_kmh": 200.0, "surface_factor": 1.0, "turn_s": 600.0}
"""No surface makes a road faster than the usual speed; nothing here is below zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rules of one travel mode; profiles.toml tells of each key. Speeds in km/h, turns in seconds."""

    kmh: Mapping[str, float]
    opened_kmh: float
    never: frozenset[str]
    access: tuple[str, ...]
    opening: tuple[str, ...]
    opening_values: frozenset[str]
    closed: frozenset[str]
    oneway: tuple[str, ...]
    ring_oneway: bool
    contraflow: bool
    barriers: frozenset[str]
    restrictions: tuple[str, ...]
    free: frozenset[str]
    maxspeed: bool
    motorroad: bool
    surface_factor: Mapping[str, float]
    turn_s: Mapping[str, float]

    @property
    def turns_cost(self) -> bool:
        """Whether any turn takes time."""
        return any(self.turn_s.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """The profiles of all modes; `digest` names their content where networks are kept between runs."""

    modes: Mapping[TravelMode, Profile]
    digest: str

    def __getitem__(self, mode: TravelMode) -> Profile:
        return self.modes[mode]


def read_profiles(changed: Data | None = None, file: str = "profiles.toml") -> Profiles:
    """Return the profiles, with the keys that `changed` (the tables of `file`) has instead of the usual ones.

    Raises
    ------
    InputError
        A key is unknown (the nearest known one is named), or a value is of another kind than the usual one or out of range.
    """
    data = _changed(_usual(), changed or {}, "", file)
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return Profiles(
        modes={mode: _profile(data[mode.value]) for mode in TravelMode},
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


@cache
def usual_profiles() -> Profiles:
    """Return the profiles as they are where nothing is changed; read once."""
    return read_profiles()


@cache
def _usual() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


def _changed(usual: Data, changed: Data, where: str, file: str) -> dict[str, Any]:
    """Return `usual` with what is changed in it, table by table."""
    made = dict(usual)
    for key, value in changed.items():
        path = f"{where}.{key}" if where else key
        if key not in usual:
            near = difflib.get_close_matches(key, usual, 1) or list(usual)
            known = "、".join(near)
            raise InputError(say("roads.profile_key", file=file, key=path, near=known))
        made[key] = _value(usual[key], value, path, file)
    return made


def _value(usual: Any, value: Any, path: str, file: str) -> Any:
    if isinstance(usual, dict) and isinstance(value, Mapping):
        return _changed(usual, value, path, file)
    if isinstance(usual, bool):
        good = isinstance(value, bool)
    elif isinstance(usual, int | float):
        highest = next(high for name, high in _HIGHEST.items() if name in path.split("."))
        low = 0.1 if "surface_factor" in path else 0.0
        good = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= highest
        if not good:
            raise InputError(say("roads.profile_number", file=file, key=path, value=value, low=low, high=highest))
    else:
        good = isinstance(usual, list) and isinstance(value, list) and all(isinstance(item, str) for item in value)
    if not good:
        want = say(f"roads.profile_{type(usual).__name__}")
        raise InputError(say("roads.profile_value", file=file, key=path, value=value, want=want))
    return value


def _profile(data: Data) -> Profile:
    made: dict[str, Any] = {"opened_kmh": float(data["opened_kmh"]), "free": frozenset(data["except"])}
    made |= {name: tuple(data[name]) for name in ("access", "opening", "oneway", "restrictions")}
    made |= {name: frozenset(data[name]) for name in ("never", "opening_values", "closed", "barriers")}
    made |= {name: data[name] for name in ("ring_oneway", "contraflow", "maxspeed", "motorroad")}
    for name in ("kmh", "surface_factor", "turn_s"):
        made[name] = {key: float(value) for key, value in data[name].items()}
    return Profile(**made)
